import { describe, expect, it } from "vitest";
import { logs, setup, walk } from "./testing.ts";

const told = (body: string): readonly string[] =>
  logs(
    walk(
      setup(
        `
    const attempt = async (name, call) => {
      try { console.log(name + " " + await call()); } catch (e) { console.log(name + " " + e.name + ": " + e.message); }
    };
    const socket = connect("peer:9000");
    await socket.opened;
    ${body}
    return new Response("ok");`,
        "main",
        { peer: { greet: "hello" } },
      ),
      ["*"],
    ).records,
  );

describe("a released lock", () => {
  it("of a writer refuses everything, while a new writer writes and keeps its lock", () => {
    expect(
      told(`
    const writer = socket.writable.getWriter();
    report("closed", writer.closed);
    writer.releaseLock();
    const other = socket.writable.getWriter();
    await attempt("write", () => writer.write(bytes("old")));
    await attempt("close", () => writer.close());
    await attempt("abort", () => writer.abort());
    await attempt("size", () => writer.desiredSize);
    await attempt("ready", () => writer.ready);
    writer.releaseLock();
    console.log(writer === other, socket.writable.locked);
    await attempt("other", () => other.write(bytes("new")));`),
    ).toEqual([
      "closed rejected: This WritableStream writer has been released.",
      ...["write", "close", "abort", "size"].map(
        (name) => `${name} TypeError: This WritableStream writer has been released.`,
      ),
      "ready undefined",
      "false true",
      "other undefined",
    ]);
  });

  it("was the last of a stream that has ended: a new writer is closed from the beginning", () => {
    expect(
      told(`
    const writer = socket.writable.getWriter();
    await writer.close();
    writer.releaseLock();
    const next = socket.writable.getWriter();
    report("closed", next.closed);
    console.log(next.closed === next.closed);
    await scheduler.wait(1);`),
    ).toEqual(["true", "closed"]);
  });

  it("is that of a reader into buffers, too, which ends and is cancelled like any other", () => {
    expect(
      told(`
    const reader = socket.readable.getReader({ mode: "byob" });
    reader.releaseLock();
    await attempt("read", () => reader.read(new Uint8Array(1)));
    const next = socket.readable.getReader({ mode: "byob" });
    console.log(next.closed === next.closed);
    report("closed", next.closed);
    await attempt("cancel", () => next.cancel());
    await attempt("read", async () => (await next.read(new Uint8Array(1))).done);`),
    ).toEqual([
      "read TypeError: This ReadableStream reader has been released.",
      "true",
      "closed",
      "cancel undefined",
      "read true",
    ]);
  });

  it("of a reader refuses everything; it cannot be released while a read is pending", () => {
    expect(
      told(`
    const reader = socket.readable.getReader();
    reader.releaseLock();
    await attempt("read", () => reader.read());
    await attempt("cancel", () => reader.cancel());
    await attempt("closed", () => reader.closed);
    const next = socket.readable.getReader();
    await next.read();
    next.read();
    await attempt("release", () => next.releaseLock());
    console.log(socket.readable.locked);`),
    ).toEqual([
      ...["read", "cancel", "closed"].map(
        (name) => `${name} TypeError: This ReadableStream reader has been released.`,
      ),
      "release TypeError: Cannot call releaseLock() on a reader with outstanding read promises.",
      "true",
    ]);
  });
});
