import { describe, expect, it } from "vitest";
import { describeData, describeDataOrRequest } from "./data.ts";
import { cleanerFor, errorLines } from "./normalize.ts";
import { readFrames } from "./websocket-server.ts";
import { Wire } from "./wire.ts";

const data = (text: string) => ({ kind: "data", bytes: Buffer.from(text) }) as const;

describe("Wire", () => {
  it("joins what arrives with nothing between, connection by connection", () => {
    const wire = new Wire({ describe: describeData, resets: ["ECONNRESET"], closes: true });
    wire.saw(1, { kind: "accept" });
    wire.saw(1, data("one "));
    wire.saw(2, { kind: "accept" });
    wire.saw(1, data("two"));
    wire.saw(2, { kind: "error", code: "ECONNRESET" });
    wire.saw(1, { kind: "fin" });
    wire.saw(1, data("late"));
    wire.saw(1, { kind: "close" });
    expect(wire.entries()).toEqual([
      "accept",
      'data "one two"',
      "fin",
      'data "late"',
      "close",
      "#2 accept",
      "#2 rst",
    ]);
  });
});

describe("describeData", () => {
  it("quotes short data as the text that it encodes, and tells the length of long data", () => {
    expect(describeData(Buffer.from("gr\u00fc\u00df\n").toString("latin1"))).toBe('"gr\u00fc\u00df\\n"');
    expect(describeData("x".repeat(97))).toBe("<97 bytes>");
    expect(describeData("x".repeat(10), 70000)).toBe("<70000 bytes>");
  });

  it("tells TLS records by kind and length", () => {
    const hello = `\u0016\u0003\u0001\u0000\u0002ab\u0015\u0003\u0003\u0000\u0001c`;
    expect(describeData(hello)).toBe("<TLS handshake 2 bytes><TLS alert 1 bytes>");
  });

  it("tells an HTTP request by its first line, where it is asked to", () => {
    expect(describeDataOrRequest("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")).toBe(
      '"GET / HTTP/1.1" (upgrade)',
    );
    expect(describeDataOrRequest("hello")).toBe('"hello"');
  });
});

describe("cleanerFor", () => {
  const names = { peerPort: 40001, workerPort: 40002, folder: "/somewhere/lab-x", bucketPort: 40003 };
  const clean = cleanerFor({ ...names, objects: new Map([["abc123", "a"]]) });

  it("writes ports, folders, ids and references in one way", () => {
    expect(clean("127.0.0.1:40001 40001 140001 127.0.0.1:40002 127.0.0.1:40003")).toBe(
      "peer:9000 9000 140001 worker bucket",
    );
    expect(clean("/somewhere/lab-x/do/abc123: internal error; reference = 1a2b")).toBe(
      "/do/OBJECT-a: internal error; reference = ...",
    );
  });

  it("keeps of workerd's log its errors, each once, without places and stacks", () => {
    const log = [
      "workerd/io/worker.c++:12: error: it failed; stack = Error: it failed at x.js:1",
      "workerd/io/worker.c++:99: error: it failed; stack = Error: it failed at x.js:2",
      "bucket.rs:7: info: all is well",
      "stack: 1@2 3@4",
    ].join("\n");
    expect(errorLines(log, clean, false)).toEqual(["error: it failed"]);
    expect(errorLines(log, clean, true)).toEqual(["error: it failed", "info: all is well"]);
  });
});

describe("readFrames", () => {
  it("unmasks the messages of a client and knows its close", () => {
    const frame = (opcode: number, text: string) =>
      Buffer.from([
        0x80 | opcode,
        0x80 | text.length,
        1,
        2,
        3,
        4,
        ...Buffer.from(text).map((byte, i) => byte ^ ((i % 4) + 1)),
      ]);
    expect(readFrames(Buffer.concat([frame(1, "hello"), frame(8, "")]))).toEqual(['"hello"', "close"]);
  });
});
