import { describe, expect, it } from "vitest";
import { logs, observed, setup, walk } from "./testing.ts";

describe("blockConcurrencyWhile() in the constructor", () => {
  it("begins before the event that the object was made for is delivered, and a second one after the first", () => {
    const body = `
    console.log(path);
    return new Response("ok");
  }
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => { await scheduler.wait(5); console.log("one"); });
    ctx.blockConcurrencyWhile(async () => { console.log("two"); });`;
    const { records } = walk(setup(body, "main", { requests: [["/a", "/b"]] }), ["*"]);
    expect(logs(records)).toEqual(["one", "two", "/a", "/b"]);
  });
});

describe("a critical section within another", () => {
  const nested = `
    if (path === "/other") { console.log("other"); return new Response("other"); }
    const outer = await this.ctx.blockConcurrencyWhile(async () => {
      let timer;
      const inner = await this.ctx.blockConcurrencyWhile(async () => { timer = scheduler.wait(20); return "inner"; });
      console.log(inner);
      await scheduler.wait(5);
      await timer;
      console.log("the timer of what has ended");
      return "outer";
    });
    console.log(outer);
    return new Response("ok");`;

  it("hands what it has under way to the one around it, and gives its own result", () => {
    expect(logs(walk(setup(nested), ["*"]).records)).toEqual([
      "inner",
      "the timer of what has ended",
      "outer",
    ]);
  });

  it("leaves the one around it closed to what comes from outside", () => {
    const requests = ["/", { path: "/other", atMs: 10 }];
    expect(logs(walk(setup(nested, "main", { requests }), ["*"]).records).slice(0, 2)).toEqual([
      "inner",
      "the timer of what has ended",
    ]);
  });

  it("resets the object with what it throws, which need be no error", () => {
    const body = `await this.ctx.blockConcurrencyWhile(async () => { throw "enough"; });`;
    expect(observed(walk(setup(body), ["*"]).records)).toEqual([
      expect.stringContaining("response 500 caller sees Error: enough"),
    ]);
  });
});
