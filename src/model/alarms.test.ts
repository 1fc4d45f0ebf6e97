import { describe, expect, it } from "vitest";
import { DEFAULT_WORLD, type World } from "./setup.ts";
import { program, story, walk } from "./testing.ts";

const object = (fetch: string, alarm: string, world: Partial<World> = {}) => ({
  program: program(`import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";
export class Demo extends DurableObject {
  async fetch(request) { const { storage } = this.ctx; ${fetch}; return new Response("ok"); }
  ${alarm}
}`),
  design: { id: "main", autogate: true } as const,
  world: { ...DEFAULT_WORLD, ...world },
});
const SOON = "storage.setAlarm(Date.now() + 100)";
const told = (fetch: string, alarm: string, world: Partial<World> = {}, keys: readonly string[] = ["*"]) =>
  story(walk(object(fetch, alarm, world), keys).records).filter(
    (line) => !/^(syn|accept|receive)/.test(line),
  );

describe("an alarm", () => {
  it("is deleted by deleteAll(), of which a local disk's alarm manager is told afterwards", () => {
    const fetch = `await ${SOON}; await storage.sync(); storage.deleteAll(); console.log("alarm " + await storage.getAlarm())`;
    const lines = told(fetch, `alarm() { console.log("alarm runs"); }`, { commits: "blocking" });
    expect(lines).not.toContain("log alarm runs");
    expect(lines.slice(lines.indexOf("log alarm null"))).toContain("alarm set for null");
  });

  it("that is set with allowUnconfirmed holds nothing back (ST3)", () => {
    const set = (options: string) =>
      told(`storage.setAlarm(Date.now() + 100${options})`, "alarm() {}").filter((line) =>
        /^(response-sent|commit 1 durable)/.test(line),
      );
    expect(set("")).toEqual(["commit 1 durable", "response-sent 200 ok"]);
    expect(set(", { allowUnconfirmed: false }")).toEqual(["commit 1 durable", "response-sent 200 ok"]);
    expect(set(", { allowUnconfirmed: true }")).toEqual(["response-sent 200 ok", "commit 1 durable"]);
    const deleted = told(
      `await storage.setAlarm(Date.now() + 5000); await storage.sync(); storage.deleteAlarm({ allowUnconfirmed: true })`,
      "alarm() {}",
    );
    expect(deleted.indexOf("response-sent 200 ok")).toBeLessThan(deleted.indexOf("commit 2 durable"));
  });

  it("can be set by the constructor, before there is an instance with an alarm()", () => {
    const sets = `constructor(ctx, env) { super(ctx, env); ctx.storage.setAlarm(Date.now() + 100); }`;
    const lines = told("", `${sets} alarm() { console.log("alarm"); }`);
    expect(lines).toContain("log alarm");
  });

  it("can be set to a Date, and knows when it was to go off", () => {
    const lines = told(
      "storage.setAlarm(new Date(Date.now() + 100))",
      "alarm(info) { console.log(info.scheduledTime - 1767225600000); }",
    );
    expect(lines).toContain("log 100");
  });

  it("that always throws is given up after the sixth retry; what it throws is told", () => {
    const { records, state } = walk(object(SOON, `alarm() { throw "no alarm"; }`), ["*"]);
    const ends = records.flatMap((record) => (record.kind === "alarm-ends" ? [record.error] : []));
    expect(ends).toEqual(Array(7).fill("no alarm"));
    expect(state.objects[0]?.alarm).toBeNull();
    const failed = walk(object(SOON, `alarm() { throw new TypeError("no"); }`), ["*"]).records;
    expect(failed).toContainEqual(expect.objectContaining({ kind: "alarm-ends", error: "TypeError: no" }));
  });

  it("is a write: the response waits for it, then the alarm goes off and its end is a commit too", () => {
    const alarm = `async alarm() { console.log("alarm"); this.ctx.storage.put("fired", 1); const s = connect("peer:1"); await s.opened; console.log("opened"); }`;
    expect(told(SOON, alarm)).toEqual([
      "request",
      "setAlarm ",
      "alarm set for 100",
      "commit 1 starts",
      "commit 1 durable",
      "response-sent 200 ok",
      "response 200 ok",
      "alarm",
      "log alarm",
      "put fired",
      "commit 2 starts",
      "commit 2 durable",
      "log opened",
      "deleteAlarm ",
      "commit 3 starts",
      "commit 3 durable",
      "alarm set for null",
      "alarm-result",
    ]);
  });

  it("tells the alarm manager of an earlier time before the commit, of a later one after it", () => {
    const alarm = "async alarm() {}";
    const order = (...times: string[]) =>
      told(
        times.map((time) => `storage.setAlarm(Date.now() + ${time}); await storage.sync()`).join(";"),
        alarm,
      )
        .filter((line) => /^(alarm set|commit \d (starts|durable))/.test(line))
        .slice(3, 6);
    expect(order("6000", "5000")).toEqual(["alarm set for 5010", "commit 2 starts", "commit 2 durable"]);
    expect(order("5000", "6000")).toEqual(["commit 2 starts", "commit 2 durable", "alarm set for 6010"]);
  });

  it("makes no commit when it is set to the time that it has, or deleted where there is none", () => {
    const lines = told(
      "storage.deleteAlarm(); storage.setAlarm(5000 + 1767225600000); await storage.sync(); storage.setAlarm(new Date(5000 + 1767225600000))",
      "async alarm() {}",
    );
    expect(lines.filter((line) => /setAlarm|deleteAlarm/.test(line))).toEqual(["setAlarm ", "deleteAlarm "]);
  });

  it("is tried again after 2, 4, ... seconds while alarm() throws, and deletes nothing then", () => {
    const alarm = `async alarm(info) { console.log(info.retryCount + " " + info.isRetry + " " + (await this.ctx.storage.getAlarm())); if (info.retryCount < 2) throw new Error("no"); }`;
    const { records, state } = walk(object(SOON, alarm), ["*"]);
    const logs = records.flatMap((record) => (record.kind === "log" ? [`${record.at} ${record.text}`] : []));
    expect(logs).toEqual(["100 0 false null", "2100 1 true null", "6100 2 true null"]);
    expect(story(records).filter((line) => line === "deleteAlarm ")).toHaveLength(1);
    expect(state.objects[0]?.alarm).toBeNull();
    expect(state.requests.map(({ status }) => status)).toEqual([200, 500, 500, 200]);
  });

  it("that sets the next one is not deleted when it ends", () => {
    const alarm = `async alarm() { const n = (await this.ctx.storage.get("n")) ?? 0; console.log(n); this.ctx.storage.put("n", n + 1); if (n === 0) this.ctx.storage.setAlarm(Date.now() + 50); }`;
    const lines = told(SOON, alarm).filter((line) => /^(log|deleteAlarm)/.test(line));
    expect(lines).toEqual(["log 0", "log 1", "deleteAlarm "]);
  });

  it("survives a reset of the object: it goes off in the next life", () => {
    const lines = told(
      `if (this.ctx.id) { await ${SOON}; await storage.sync(); this.ctx.abort("enough"); }`,
      `async alarm() { console.log("alarm"); }`,
    );
    expect(
      lines.slice(lines.indexOf("object aborts")).filter((line) => /^(object|alarm|log)/.test(line)),
    ).toEqual(["object aborts", "object ends", "alarm", "log alarm", "alarm set for null", "alarm-result"]);
  });

  it("survives an eviction, too: the object starts for it", () => {
    const { records } = walk(object(SOON, `async alarm() { console.log("alarm"); }`), [
      "r1",
      "as1",
      "cd1",
      "p1",
      "ev1",
      "al1",
      "*",
    ]);
    const lives = records.flatMap((record) => (record.kind === "object-starts" ? [record.life] : []));
    expect(lives).toEqual([1, 2]);
    expect(story(records)).toContain("log alarm");
  });

  it("waits at the input gate like any other event", () => {
    const lines = told(
      `${SOON}; await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(200); console.log("block ends"); })`,
      `async alarm() { console.log("alarm"); }`,
    );
    expect(lines.filter((line) => line.startsWith("log"))).toEqual(["log block ends", "log alarm"]);
  });

  it("whose put fails resets the object and does not count as a try", () => {
    const alarm = `async alarm(info) { console.log("alarm " + info.retryCount); this.ctx.storage.put("a", 1); }`;
    const lines = told(SOON, alarm, { commitAnswers: { 2: [{ how: "fails" }] } }).filter((line) =>
      /^(log|gate|alarm-result)/.test(line),
    );
    expect(lines).toEqual(["log alarm 0", "gate breaks", "alarm-result", "log alarm 0", "alarm-result"]);
  });

  it("cannot be set where the alarm manager fails: the gate breaks, and the commit never goes out", () => {
    const lines = told(`${SOON}; connect("peer:1")`, "async alarm() {}", {}, ["r1", "ax1", "*"]);
    expect(lines).not.toContain("commit 1 starts");
    expect(lines).toContain("response 500 caller sees Error: internal error; reference = ... {}");
  });

  it("is refused with workerd's words", () => {
    const attempt = `for (const value of [null, ["day", 5], NaN, -1, 0]) { try { await storage.setAlarm(value); } catch (e) { console.log(String(e)); } }`;
    const noDate =
      "TypeError: Failed to execute 'setAlarm' on 'DurableObjectStorage': parameter 1 is not of type 'date'.";
    const notPositive = "TypeError: setAlarm() cannot be called with an alarm time <= 0";
    expect(told(attempt, "async alarm() {}").filter((line) => line.startsWith("log"))).toEqual([
      `log ${noDate}`,
      `log ${noDate}`,
      "log TypeError: The value cannot be converted because it is not a valid Date.",
      `log ${notPositive}`,
      `log ${notPositive}`,
    ]);
    expect(told("await storage.setAlarm(5).catch((e) => console.log(e.message))", "")).toContain(
      "log Your Durable Object class must have an alarm() handler in order to call setAlarm()",
    );
  });

  it("is no key of storage", () => {
    expect(
      told(`storage.put("a", 1); ${SOON}; console.log((await storage.list()).size)`, "async alarm() {}"),
    ).toContain("log 1");
  });
});
