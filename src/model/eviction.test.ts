import { describe, expect, it } from "vitest";
import { enabled } from "./model.ts";
import type { World } from "./setup.ts";
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
    expect(mayEvict(`await new Promise(() => {}); return new Response("ok");`, ["r1"])).toBe(false);
    expect(
      mayEvict(`storage.put("a", 1, { allowUnconfirmed: true }); return new Response("ok");`, ["r1"]),
    ).toBe(false);
    expect(mayEvict(`setTimeout(() => {}, 50); return new Response("ok");`, ["r1"])).toBe(false);
    const socket = `const s = connect("peer:1"); s.opened.then(() => s.close()); return new Response("ok");`;
    expect(mayEvict(socket, ["r1", "a1"])).toBe(false);
    expect(mayEvict(socket, ["r1", "a1", "n1"])).toBe(true);
  });

  it("is not for an object that goes on with something after its last response, until that is done", () => {
    const after = (what: string) => `
      (async () => { await scheduler.wait(1); ${what} })();
      return new Response("ok");`;
    const mayEvictAfter = (what: string, keys: readonly string[], world: Partial<World> = {}) =>
      enabled(walk(setup(after(what), "main", world), ["r1", "p1", "t1", ...keys]).state).some(
        ({ key }) => key === "ev1",
      );
    const cache = { backend: "cache" } as const;
    const http = { peer: { http: true } };
    const webSocket = { peer: { websocket: true } };
    const secure = `connect("peer:80", { secureTransport: "starttls" }).startTls();`;
    expect(mayEvictAfter(``, [])).toBe(true);
    expect(mayEvictAfter(`await storage.get("a");`, [], cache)).toBe(false);
    expect(mayEvictAfter(`await storage.get("a");`, ["rd1"], cache)).toBe(true);
    expect(mayEvictAfter(`storage.put("a", 1);`, [])).toBe(false);
    expect(mayEvictAfter(`storage.put("a", 1);`, ["cd1"])).toBe(true);
    expect(mayEvictAfter(`await fetch("http://peer:80/");`, ["a1", "n1", "v1"], http)).toBe(false);
    expect(mayEvictAfter(`await fetch("http://peer:80/");`, ["*"], http)).toBe(true);
    expect(mayEvictAfter(`new WebSocket("ws://peer:80/");`, ["*"], webSocket)).toBe(false);
    expect(mayEvictAfter(secure, ["*"], { peer: { tls: true } })).toBe(false);
    const section = `await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(5); });`;
    expect(mayEvictAfter(section, [])).toBe(false);
    expect(mayEvictAfter(section, ["t2"])).toBe(true);
    const stuck = `await this.ctx.blockConcurrencyWhile(() => new Promise(() => {}));`;
    expect(mayEvictAfter(stuck, [])).toBe(false);
    // What another object does is its own: that one may be busy.
    const other = `if (path === "/") this.env.DEMO.getByName("other").fetch("http://do/x");`;
    expect(mayEvictAfter(other, ["*"])).toBe(true);
    const unanswered = `
    if (path === "/never") await new Promise(() => {});
    this.env.DEMO.getByName("other").fetch("http://do/never");
    return new Response("ok");`;
    expect(mayEvict(unanswered, ["r1", "*"])).toBe(false);
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
