/*
 * Bodies of fetch() that are streams: the head of the request leaves when the gate has let the call through, after that the
 * body is read in JavaScript and sent chunk by chunk, without another look at the gate (MODEL 10; run on every build).
 */
import type { CallId } from "../base/ids.ts";
import type { Ref, Value } from "../handler/host.ts";
import { chunkOf } from "./chunk.ts";
import type { Draft } from "./draft.ts";
import { passGate } from "./gate.ts";
import { byteLength, sendData, tearDown } from "./network.ts";
import { runTurn } from "./object.ts";

/** KJ turns from a chunk that was read to its sending (inferred: a commit of the turn that made the chunk comes first). */
const CHUNK_TURNS = 2;

/** The body is going to be read, in a turn of its own. */
export function beginReading(d: Draft, id: CallId): void {
  const { actor, section, streamRef, isReading } = d.call(id);
  if (streamRef === 0 || isReading) return;
  d.patchCall(id, { isReading: true });
  d.armBreadthFirst({
    type: "js",
    actor,
    section,
    entry: { type: "send-request-body", call: id },
    cause: d.cause,
  });
}

/** The body is read. */
export function readRequestBody(d: Draft, id: CallId): void {
  const { actor, streamRef } = d.call(id);
  runTurn(d, actor, `the body of fetch ${id}`, (js) => js.sendBody({ ref: streamRef }, "request", id));
}

/** A chunk of the body; gives the promise that the next one is wanted, or undefined when nothing can be sent any more. */
export function writeRequestBody(d: Draft, id: CallId, value: Value, depends: number): Ref | undefined {
  const { actor, socket } = d.call(id);
  const chunk = chunkOf(d, value);
  if (socket === null || d.socket(socket).torn) return undefined;
  if (typeof chunk === "string") {
    failRequestBody(d, id);
    return undefined;
  }
  const promise = d.js().newPromise();
  const { chunks, headSent } = d.call(id);
  // A client that reads ahead of its connection takes one chunk.
  const isTaken = d.design.readsRequestBodiesAhead && !headSent && chunks.length === 0;
  const writes = d.actor(actor).confirmed.slice(0, depends);
  const promiseRef = isTaken ? 0 : promise.ref;
  d.patchCall(id, { chunks: [...chunks, { ...chunk, writes, promiseRef }] });
  if (isTaken) wantNext(d, id, promise.ref);
  if (headSent) d.armBreadthFirst({ type: "send-chunks", call: id, cause: d.cause }, CHUNK_TURNS);
  return promise;
}

/** The next chunk is asked for. */
function wantNext(d: Draft, id: CallId, promiseRef: number): void {
  const { actor, section } = d.call(id);
  const entry = { type: "taken", what: `the body of fetch ${id}`, promiseRef } as const;
  d.armBreadthFirst({ type: "js", actor, section, entry, cause: d.cause });
}

/** The body has ended. */
export function endRequestBody(d: Draft, id: CallId): void {
  d.patchCall(id, { bodyEnded: true });
  d.armBreadthFirst({ type: "send-chunks", call: id, cause: d.cause }, CHUNK_TURNS);
}

/** The body fails: the request cannot be completed, and its connection is given up. */
export function failRequestBody(d: Draft, id: CallId): void {
  const { socket } = d.call(id);
  if (socket !== null) tearDown(d, socket);
}

/** What there is of the body leaves, once the head has. */
export function sendRequestBody(d: Draft, id: CallId): void {
  const { socket, headSent, chunks, actor, bodyEnded } = d.call(id);
  if (socket === null || !headSent || d.socket(socket).torn) return;
  d.patchCall(id, { chunks: [], bodyEnded: false });
  for (const { text, bytes, writes, promiseRef } of chunks) {
    if (bytes > 0) {
      const framed = `${bytes.toString(16)}\r\n${text}\r\n`;
      passGate(d, null, { type: "chunk", socket, write: 0, bytes, text }, writes, actor);
      sendData(d, socket, framed, byteLength(framed) - byteLength(text) + bytes);
    }
    if (promiseRef !== 0) wantNext(d, id, promiseRef);
  }
  if (bodyEnded) sendData(d, socket, "0\r\n\r\n", 5);
}
