import { describe, expect, it } from "vitest";
import { setup, story, walk } from "./testing.ts";

describe("socket.close() that waits behind a write which fails (4.7 step 5)", () => {
  const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    report("closed", socket.closed);
    const writer = socket.writable.getWriter();
    report("first", writer.write(bytes("0123456789")));
    report("second", writer.write(bytes("0123456789")));
    report("close()", socket.close());
    await scheduler.wait(1_000);
    return new Response("ok");`;

  it("resolves when the far end resets: closed first, the write's rejection, then close() (run on workerd)", () => {
    const from = setup(body, "main", { windowBytes: 10, peer: { readAfterMs: 10_000, rstAfterMs: 100 } });
    const told = story(walk(from, ["*"]).records).filter((line) => line.startsWith("log "));
    expect(told).toEqual([
      "log first",
      "log closed",
      "log second rejected: Network connection lost.",
      "log close()",
    ]);
  });
});
