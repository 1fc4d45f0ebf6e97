import { describe, expect, it } from "vitest";
import type { CallId, RequestId, SocketId, WriteId } from "../../base/ids.ts";
import type { Output, RunRecord } from "../records.ts";
import { setup, walk } from "../testing.ts";
import { judgeRecord, PROPERTIES } from "./index.ts";
import { propertyOf } from "./outputs.ts";

const socket = 1 as SocketId;
const request = 1 as RequestId;
const call = 1 as CallId;

/** Every output, the property that speaks about it, and what it is called. */
const OUTPUTS: readonly (readonly [Output, string | null, string])[] = [
  [{ type: "connect", socket, address: "peer:9000" }, "S1", "the connection to peer:9000"],
  [{ type: "fetch", call, socket, method: "GET", url: "http://peer/" }, "S1", "fetch GET http://peer/"],
  [{ type: "write", socket, write: 2, bytes: 3, text: "abc" }, "S2", "write 2 of socket 1 (3 B)"],
  [{ type: "frame", socket, frame: 2, frameType: "message", text: "hi" }, "S2", "message 2 of WebSocket 1"],
  [{ type: "frame", socket, frame: 2, frameType: "close", text: "" }, "S2", "the close of WebSocket 1"],
  [{ type: "chunk", socket, write: 2, bytes: 3, text: "abc" }, "S2p", "piped chunk 2 of socket 1 (3 B)"],
  [{ type: "fin", socket }, "S3", "the FIN of socket 1"],
  [{ type: "close", socket }, "S3c", "the close of socket 1"],
  [{ type: "start-tls", socket }, "S3t", "the ClientHello of socket 1"],
  [{ type: "response", request, status: 200, body: "ok" }, "SR", "the response 200"],
  [{ type: "body-chunk", request, bytes: 3, text: "abc" }, "SR", "a chunk of a response's body (3 B)"],
  [{ type: "call", call, object: "b", what: "add()" }, "SR", "the call add() of object b"],
  [{ type: "result", request, text: "1" }, "SR", "the result 1"],
  [{ type: "alarm-outcome", request, ok: true }, "SR", "the outcome of alarm()"],
  [{ type: "alarm-done", request }, "SR", "the outcome of alarm()"],
  [{ type: "take", socket }, null, "the taking of socket 1's stream"],
  [{ type: "pipe", socket }, null, "the start of a pipe into socket 1"],
  [{ type: "transform", what: "write", bytes: 3 }, null, "a write into a transform stream"],
  [{ type: "sync" }, null, "sync()"],
];

const TWO_PUTS = setup(`storage.put("a", 1); storage.put("b", 2); await storage.sync();`);
const [start] = walk(TWO_PUTS, ["r1"]).records;

/** An output that crosses the gate line and depends on writes that are not durable. */
function passes(output: Output, leak: readonly number[]): RunRecord {
  if (start === undefined) throw new Error("a run has a first record");
  return { ...start, kind: "output-passes", waiter: null, output, leak: leak as readonly WriteId[] };
}

describe("an output that leaves too early", () => {
  for (const [output, property, words] of OUTPUTS) {
    it(`is ${property === null ? "nothing that the outside observes" : `a case of ${property}`}: ${words}`, () => {
      expect(propertyOf(output)).toBe(property);
      const { state } = walk(TWO_PUTS, ["r1"]);
      const found = (leak: readonly number[]) =>
        judgeRecord(state, passes(output, leak)).map((one) => `${one.property}: ${one.text}`);
      const says = (text: string) => (property === null ? [] : [`${property}: ${words} ${text}`]);
      expect(found([])).toEqual([]);
      expect(found([1])).toEqual(says('leaves although put "a" is not durable'));
      expect(found([1, 2])).toEqual(says('leaves although put "a" and put "b" are not durable'));
      const reached = PROPERTIES.filter((one) => one.reached(passes(output, [])));
      const crossing = reached.map(({ id }) => id).filter((id) => /^S([123][pct]?|R)$/.test(id));
      expect(crossing).toEqual(property === null ? [] : [property]);
    });

    it(`breaks the silence if what it depends on has failed (S4): ${words}`, () => {
      const { state } = walk(TWO_PUTS, ["r1", "cf1"]);
      const found = judgeRecord(state, passes(output, [1, 2])).filter((one) => one.property === "S4");
      expect(found.map(({ text }) => text)).toEqual([
        `${words} leaves although put "a" and put "b" has failed`,
      ]);
    });
  }
});
