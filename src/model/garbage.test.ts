import { describe, expect, it } from "vitest";
import { enabled } from "./model.ts";
import { setup, story, walk } from "./testing.ts";

const OPEN = `const open = async () => { await connect("peer:1").opened; };`;
const KEEP_BUSY = 'await scheduler.wait(1000); return new Response("ok");';
/** The keys that lead to an open connection with nothing under way. */
const OPENED = ["r1", "a1", "n1"];

const mayCollect = (body: string, keys: readonly string[] = OPENED, design = "main"): boolean =>
  enabled(walk(setup(body, design), keys).state).some(({ key, role }) => key === "gc1" && role === "failure");

describe("the garbage collector", () => {
  it("may take an open socket that the handler cannot reach, and the connection ends ungated", () => {
    const body = `${OPEN} await open(); storage.put("a", 1); ${KEEP_BUSY}`;
    const lines = story(walk(setup(body), [...OPENED, "gc1", "*"]).records);
    expect(lines.indexOf("fin-sent")).toBeGreaterThan(lines.indexOf("commit 1 starts"));
    expect(lines.indexOf("fin-sent")).toBeLessThan(lines.indexOf("commit 1 durable"));
    expect(lines).toContain("response 200 ok");
  });

  it("leaves what the handler has in a variable, a field or a closure", () => {
    expect(mayCollect(`${OPEN} await open(); ${KEEP_BUSY}`)).toBe(true);
    expect(mayCollect(`const s = connect("peer:1"); await s.opened; ${KEEP_BUSY} s;`)).toBe(false);
    expect(mayCollect(`this.s = connect("peer:1"); ${KEEP_BUSY}`)).toBe(false);
    expect(
      mayCollect(
        `const f = () => { const s = connect("peer:1"); return () => s; }; this.g = f(); ${KEEP_BUSY}`,
      ),
    ).toBe(false);
  });

  it("leaves a socket whose connection is pending (D13), also while the gate holds it", () => {
    const body = `storage.put("a", 1); ${OPEN} open(); ${KEEP_BUSY}`;
    expect(mayCollect(body, ["r1"])).toBe(false);
    expect(mayCollect(body, ["r1", "cd1", "a1"])).toBe(false);
    expect(mayCollect(body, ["r1", "cd1", "a1", "n1"])).toBe(true);
    const blocked = `${OPEN} open(); await this.ctx.blockConcurrencyWhile(() => scheduler.wait(500)); ${KEEP_BUSY}`;
    expect(mayCollect(blocked)).toBe(false);
  });

  it("takes the Socket without the connection while the handler has a stream, and the connection with the last of them", () => {
    const body = `const open = () => connect("peer:1").writable.getWriter(); let w = open(); await scheduler.wait(50); await w.write(bytes("late")); w = null; ${KEEP_BUSY}`;
    const kept = walk(setup(body), [...OPENED, "gc1", "t1", "v1"]);
    const lines = story(kept.records);
    expect(lines).toContain("receive late");
    expect(lines).not.toContain("fin-sent");
    const destroyed = kept.records.flatMap((record) => (record.kind === "destroyed" ? [record.reason] : []));
    expect(destroyed).toContain("the garbage collector took it");
    expect(story(walk(setup(body), [...OPENED, "gc1", "t1", "v1", "gc1"]).records)).toContain("fin-sent");
  });

  it("leaves an open socket in the builds before main, whose watch task has it until the sending direction ends", () => {
    const body = `${OPEN} await open(); ${KEEP_BUSY}`;
    for (const design of ["ungated", "autogate on"]) expect(mayCollect(body, OPENED, design)).toBe(false);
    const ended = `const open = async () => { await connect("peer:1").writable.getWriter().close(); }; await open(); ${KEEP_BUSY}`;
    expect(mayCollect(ended, OPENED, "ungated")).toBe(true);
  });

  it("is called by gc(), which takes what an earlier gc() has met", () => {
    const body = `${OPEN} await open(); gc(); console.log("one"); gc(); console.log("two"); return new Response("ok");`;
    const lines = story(walk(setup(body), ["*"]).records);
    expect(lines.indexOf("fin-sent")).toBe(lines.indexOf("log one") + 1);
  });
});
