import { describe, expect, it } from "vitest";
import { logs, setup, walk } from "./testing.ts";

describe("request.signal", () => {
  it("is there, and a client that leaves does not abort it", () => {
    const body = `
    request.signal.addEventListener("abort", () => console.log("aborted"));
    await scheduler.wait(10);
    console.log("aborted is " + request.signal.aborted);
    return new Response("ok");`;
    const { records } = walk(setup(body), ["r1", "d1", "*"]);
    expect(logs(records)).toEqual(["aborted is false"]);
  });
});
