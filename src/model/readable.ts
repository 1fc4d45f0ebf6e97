/*
 * The readable side of a socket (MODEL 4.6). Reading is not gated; delivery needs the input gate.
 */
import type { SocketId } from "../base/ids.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Ref } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import { byteLength, tearDown } from "./network.ts";
import { settleClosed } from "./settle.ts";
import { movePump } from "./sink.ts";
import { endWritable } from "./writable.ts";

/** reader.read(): one at a time. */
export function read(d: Draft, id: SocketId): Ref {
  const js = d.js();
  const socket = d.socket(id);
  const promise = js.newPromise();
  const reject = (className: "Error" | "TypeError", message: string): Ref => {
    js.reject(promise, js.newError(className, message));
    js.onSettled(promise, "ignore");
    return promise;
  };
  if (socket.isClosing)
    return reject("TypeError", "This ReadableStream belongs to an object that is closing.");
  if (socket.readRef !== 0)
    return reject("TypeError", "This ReadableStream only supports a single pending read request at a time.");
  if (socket.readable === "errored") return reject("Error", socket.readableError);
  if (socket.readable !== "open") {
    js.resolve(promise, js.newObject({ value: undefined, done: true }));
    return promise;
  }
  d.patchSocket(id, { readRef: promise.ref });
  deliver(d, id);
  return promise;
}

/** Hands what has arrived to a pending read, in a turn of its own. */
export function deliver(d: Draft, id: SocketId, depthFirst = false): void {
  const socket = d.socket(id);
  if (socket.stage !== "open" || socket.torn) return;
  if (socket.pumpTo !== null) return movePump(d, id);
  if (d.design.readsAhead) d.patchSocket(id, { taken: socket.unread.length });
  if (socket.readRef === 0 || socket.readable !== "open") return;
  const text = socket.unread.length > 0 ? socket.unread.join("") : null;
  if (text === null && !socket.sawFin) return;
  if (text !== null) d.patchSocket(id, { unread: [], taken: 0 });
  const task = {
    type: "js",
    section: socket.section,
    actor: socket.actor,
    entry: { type: "read", socket: id, text },
    cause: d.cause,
  } as const;
  if (depthFirst) d.armDepthFirst(task);
  else d.armBreadthFirst(task);
}

/** A read is answered, with bytes or with the end (SK4: only the handler's own read notices the end). */
export function readIsAnswered(d: Draft, id: SocketId, text: string | null): void {
  const js = d.js();
  const socket = d.socket(id);
  if (socket.readRef === 0) return;
  d.patchSocket(id, { readRef: 0 });
  const bytes = text === null ? 0 : byteLength(text);
  const promise: Ref = { ref: socket.readRef };
  if (text !== null) {
    d.emit({ kind: "bytes-read", socket: id, bytes, done: false });
    js.resolve(promise, js.newObject({ value: js.newBytes(encodeUtf8(text)), done: false }));
    return;
  }
  d.patchSocket(id, { readable: "ended", endRead: true });
  const afterClose = !socket.allowHalfOpen && socket.writable === "closed";
  if (d.design.closesWhenBothEnded && socket.finSent) tearDown(d, id);
  if (afterClose && d.design.closedAfterWriterCloseThenEnd) settleClosed(d, id, null);
  d.emit({ kind: "bytes-read", socket: id, bytes: 0, done: true });
  js.resolve(promise, js.newObject({ value: undefined, done: true }));
  if (socket.readerClosedRef !== 0) js.resolve({ ref: socket.readerClosedRef }, undefined);
  // Without allowHalfOpen the far end's FIN is answered with one, through the gate like any other.
  if (!socket.allowHalfOpen && socket.writable === "open") endWritable(d, id, 0);
}

/** The pending read fails or, without an error, ends. */
export function failRead(d: Draft, id: SocketId, error: string | null): void {
  const js = d.js();
  const { readRef } = d.socket(id);
  if (readRef === 0) return;
  d.patchSocket(id, { readRef: 0 });
  if (error === null) js.resolve({ ref: readRef }, js.newObject({ value: undefined, done: true }));
  else js.reject({ ref: readRef }, js.newError("Error", error));
}

/** reader.cancel() or readable.cancel(): what has arrived is thrown away; the writable stays usable. */
export function cancelReadable(d: Draft, id: SocketId): Ref {
  const js = d.js();
  if (d.socket(id).readable === "open") {
    d.patchSocket(id, { readable: "cancelled", unread: [], taken: 0 });
    failRead(d, id, null);
    const { readerClosedRef } = d.socket(id);
    if (readerClosedRef !== 0) js.resolve({ ref: readerClosedRef }, undefined);
  }
  return js.promiseOf(undefined);
}

/** getReader(): one at a time. */
export function lockReader(d: Draft, id: SocketId): void {
  if (d.socket(id).readerLocked)
    throw new HandlerThrow(
      d.js().newError("TypeError", "This ReadableStream is currently locked to a reader."),
    );
  d.patchSocket(id, { readerLocked: true });
}
