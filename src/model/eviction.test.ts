import { describe, expect, it } from "vitest";
import { enabled } from "./model.ts";
import { setup, story, walk } from "./testing.ts";

const mayEvict = (body: string, keys: readonly string[]): boolean =>
  enabled(walk(setup(body), keys).state).some(({ key, due }) => key === "ev1" && due === null);

describe("eviction", () => {
  it("takes an idle object's memory and leaves its disk: the next request gets a new life", () => {
    const body = `const count = ((await storage.get("count")) ?? 0) + 1; storage.put("count", count); return new Response(this.visits + " " + count);`;
    const { records } = walk(setup(body, "main", { requests: ["/", "/again"] }), [
      "r1",
      "cd1",
      "p1",
      "ev1",
      "*",
    ]);
    expect(story(records)).toContain("response 200 1 2");
    const ends = records.filter((record) => record.kind === "object-ends" || record.kind === "object-starts");
    expect(ends.map((record) => record.kind)).toEqual(["object-starts", "object-ends", "object-starts"]);
    expect(ends[1]).toMatchObject({ reason: "evicted" });
    expect(records.filter((record) => record.kind === "output-dropped")).toEqual([]);
    expect(ends[1]?.at).toBeGreaterThanOrEqual(10_000);
  });

  it("is not for an object that has a request, a commit, a timer or an open socket", () => {
    expect(mayEvict(`return new Response("ok");`, ["r1"])).toBe(true);
    expect(mayEvict(`await scheduler.wait(10); return new Response("ok");`, ["r1"])).toBe(false);
    expect(
      mayEvict(`storage.put("a", 1, { allowUnconfirmed: true }); return new Response("ok");`, ["r1"]),
    ).toBe(false);
    expect(mayEvict(`setTimeout(() => {}, 50); return new Response("ok");`, ["r1"])).toBe(false);
    const socket = `const s = connect("peer:1"); s.opened.then(() => s.close()); return new Response("ok");`;
    expect(mayEvict(socket, ["r1", "a1"])).toBe(false);
    expect(mayEvict(socket, ["r1", "a1", "n1"])).toBe(true);
  });
});

describe("new code", () => {
  it("resets an object in the midst of things; what it had put and not committed is lost, and so is what it held back", () => {
    const body = `storage.put("a", 1); connect("peer:1"); return new Response("ok");`;
    const { records } = walk(setup(body), ["r1", "uc1", "*"]);
    const lines = story(records);
    expect(lines).toContain("object aborts");
    expect(lines).toContain(
      'response 500 caller sees Error: Durable Object reset because its code was updated. {"remote":true,"durableObjectReset":true}',
    );
    expect(lines.some((line) => line.startsWith("response-sent 200"))).toBe(false);
  });
});
