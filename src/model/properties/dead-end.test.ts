import { describe, expect, it } from "vitest";
import type { World } from "../setup.ts";
import { setup, walk } from "../testing.ts";
import { deadEndOf } from "./dead-end.ts";

/** The dead end after some choices. */
const deadEnd = (body: string, keys: readonly string[], world: Partial<World> = {}) =>
  deadEndOf(walk(setup(body, "main", world), keys).state);

const NEVER = `await new Promise(() => {});`;
const HELD = `storage.put("a", 1); return new Response("ok");`;
const STREAMED = `return new Response(new ReadableStream({ start(to) { to.enqueue(bytes("one")); } }));`;

describe("a dead end", () => {
  it("is a client that waits for an object that lives: it runs, has returned, or streams", () => {
    expect(deadEnd(NEVER, ["r1"])).toBe('/ of object "demo" is never answered');
    expect(deadEnd(HELD, ["r1"])).toBe('/ of object "demo" is never answered');
    expect(deadEnd(STREAMED, ["r1", "*"])).toBe('/ of object "demo" is never answered');
  });

  it("is none before the request has left, when it is answered, when the client has gone, or when the object was reset", () => {
    expect(deadEnd(NEVER, [])).toBe(null);
    expect(deadEnd(HELD, ["r1", "*"])).toBe(null);
    expect(deadEnd(HELD, ["r1", "cd1"])).toBe(null);
    expect(deadEnd(NEVER, ["r1", "d1"])).toBe(null);
    expect(deadEnd(`storage.put("a", 1); ${NEVER}`, ["r1", "uc1"])).toBe(null);
  });

  it("is the client's, not that of the object which calls another one", () => {
    const call = `if (path === "/inner") { ${NEVER} }
      await this.env.DEMO.getByName("other").fetch("http://do/inner");`;
    expect(deadEnd(call, ["r1"])).toBe('/ of object "demo" is never answered');
    expect(deadEnd(call, ["r1", "d1"])).toBe(null);
  });
});
