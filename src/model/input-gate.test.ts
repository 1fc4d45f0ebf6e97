import { describe, expect, it } from "vitest";
import { logs, setup, walk } from "./testing.ts";

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
