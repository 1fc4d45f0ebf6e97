import { describe, expect, it } from "vitest";
import type { Doing } from "./cluster-calls.ts";
import { doingsOf } from "./cluster-calls.ts";
import { mergeOrder, type OrderOptions } from "./cluster-order.ts";
import { readCalls } from "./strace.ts";
import type { Note } from "./timeline.ts";

const options: OrderOptions = { epoch: 1000, hasMessages: false, showsClose: false, bulk: 0 };
const note = (ms: number, text: string, origin: Note["origin"] = null): Note => ({ ms, text, origin });
const textsOf = (notes: readonly Note[], doings: readonly Doing[], different: Partial<OrderOptions> = {}) =>
  mergeOrder(notes, doings, { ...options, ...different }).map(({ text }) => text);
const data = (at: number, bytes: string, connection = 1): Doing => ({
  at,
  kind: "data",
  connection,
  bytes,
  length: bytes.length,
});

describe("mergeOrder", () => {
  it("puts what the recorder noted to the time of the system call that it was", () => {
    const notes = [
      note(0, "request /"),
      note(9, "commit 1 sent", { kind: "put", key: "bucket/log/1" }),
      note(300, "commit 1 durable"),
      note(320, "response 200", { kind: "response", path: "/" }),
      note(321, "fin", { kind: "fin", connection: 1 }),
    ];
    const doings: readonly Doing[] = [
      { at: 1002, kind: "put", key: "bucket/log/1" },
      { at: 1003, kind: "log", text: "before the commit is noted" },
      { at: 1301, kind: "connect", connection: 1 },
      { at: 1302, kind: "fin", connection: 1 },
      { at: 1303, kind: "response", path: "/" },
    ];
    expect(textsOf(notes, doings)).toEqual([
      "request /",
      "commit 1 sent",
      "log before the commit is noted",
      "commit 1 durable",
      "connect",
      "fin",
      "response 200",
    ]);
  });

  it("uses each system call for one note only", () => {
    const again = { kind: "put", key: "bucket/log/1" } as const;
    const notes = [note(1, "commit 1 sent", again), note(500, "commit 1 sent again", again)];
    const doings: readonly Doing[] = [
      { at: 1000, kind: "put", key: "bucket/log/1" },
      { at: 1490, kind: "put", key: "bucket/log/1" },
      { at: 1400, kind: "log", text: "between" },
    ];
    expect(textsOf(notes, doings)).toEqual(["commit 1 sent", "log between", "commit 1 sent again"]);
  });

  it("joins what is sent back to back with nothing between", () => {
    const doings = [data(1000, "one "), data(1009, "two "), data(1018, "three"), data(1040, "four")];
    expect(textsOf([], doings)).toEqual(['data "one two three"', 'data "four"']);
    expect(textsOf([note(5, "commit 1 durable")], doings.slice(0, 2))).toEqual([
      'data "one "',
      "commit 1 durable",
      'data "two "',
    ]);
    expect(textsOf([], [data(1000, "one"), data(1001, "two", 2)])).toEqual(['data "one"', '#2 data "two"']);
  });

  it("shows a bulk of known size when it is complete, and what follows on its own", () => {
    const doings = [data(1000, "x".repeat(60)), data(1001, `${"x".repeat(40)}end`)];
    expect(textsOf([], doings, { bulk: 100 })).toEqual(["data <100 bytes>", 'data "end"']);
  });

  it("takes messages from the far end instead of bytes where it understands them", () => {
    const notes = [
      note(1, 'data "GET / HTTP/1.1" (upgrade)', { kind: "data" }),
      note(5, 'websocket "hello"'),
    ];
    const doings = [data(1000, "GET / HTTP/1.1"), data(1004, "masked")];
    expect(textsOf(notes, doings, { hasMessages: true })).toEqual([
      'data "GET / HTTP/1.1" (upgrade)',
      'websocket "hello"',
    ]);
  });
});

describe("doingsOf", () => {
  it("takes the end of a connection for its FIN, unless it has sent one", () => {
    const calls = readCalls(`
7 1.000 connect(30, {sa_family=AF_INET, sin_port=htons(9000)}, 16) = -1 EINPROGRESS (Operation now in progress)
7 1.001 connect(31, {sa_family=AF_INET, sin_port=htons(9000)}, 16) = -1 EINPROGRESS (Operation now in progress)
7 1.002 shutdown(30, SHUT_WR) = 0
7 1.003 shutdown(31, SHUT_RD) = 0
7 1.004 close(30) = 0
7 1.005 close(31) = 0`);
    const ends = doingsOf(calls, 9000).filter(({ kind }) => kind !== "connect");
    expect(ends).toMatchObject([
      { kind: "fin", connection: 1 },
      { kind: "close", connection: 1 },
      { kind: "fin", connection: 2 },
    ]);
  });

  it("knows commits, answers and log lines by what is sent where", () => {
    const calls = readCalls(String.raw`
7 1.000 recvfrom(20, "GET /again HTTP/1.1\r\n", 4096, 0, NULL, NULL) = 21
7 1.001 sendto(50, "PUT /bucket/lab/do/log/1/2 HTTP/1.1\r\n", 37, 0, NULL, 0) = 37
7 1.002 sendto(50, "PUT /bucket/lab/snapshot HTTP/1.1\r\n", 35, 0, NULL, 0) = 35
7 1.003 write(1, "opened\n", 7) = 7
7 1.004 sendto(20, "HTTP/1.1 200 OK\r\n", 17, 0, NULL, 0) = 17`);
    expect(doingsOf(calls, 9000)).toMatchObject([
      { kind: "put", key: "bucket/lab/do/log/1/2" },
      { kind: "log", text: "opened" },
      { kind: "response", path: "/again" },
    ]);
  });
});
