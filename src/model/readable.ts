/*
 * The readable side of a socket (MODEL 4.6). Reading is not gated; delivery needs the input gate.
 */
import type { SocketId } from "../base/ids.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { Ref, Value } from "../handler/host.ts";
import { HandlerThrow, isRef } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import { byteLength, cancelled, tearDown } from "./network.ts";
import { socketIsReset } from "./reset.ts";
import { isServed } from "./service.ts";
import { settleClosed } from "./settle.ts";
import { movePump } from "./sink.ts";
import { newStreamLock } from "./stream-locks.ts";
import { endWritable } from "./writable.ts";

/** read(view) of a byob reader: as many bytes as the view has room for. */
export function readInto(d: Draft, id: SocketId, view: Value): Ref {
  const js = d.js();
  const room = js.byteLength(view);
  if (room === null || room === 0) {
    const promise = js.newPromise();
    js.reject(
      promise,
      js.newError(
        "TypeError",
        "You must call read() on a BYOB reader with a non-zero-sized TypedArray object.",
      ),
    );
    return promise;
  }
  return read(d, id, room);
}

/** reader.read(): one at a time. `room`: the most bytes it takes, for a byob reader. */
export function read(d: Draft, id: SocketId, room: number | null = null): Ref {
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
    js.resolve(promise, js.newObject({ value: room === null ? undefined : js.newBytes([]), done: true }));
    return promise;
  }
  d.patchSocket(id, { readRef: promise.ref, readRoom: room });
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
  if (socket.sawRst && socket.unread.length === 0) return socketIsReset(d, id, true);
  const all = socket.unread.length > 0 ? socket.unread.join("") : null;
  if (all === null && !socket.sawFin) return;
  const bytes = all === null ? [] : encodeUtf8(all);
  const room = socket.readRoom ?? bytes.length;
  const text = all === null ? null : decodeUtf8(bytes.slice(0, room));
  const rest = bytes.length > room ? [decodeUtf8(bytes.slice(room))] : [];
  if (text !== null) d.patchSocket(id, { unread: rest, taken: d.design.readsAhead ? rest.length : 0 });
  const task = {
    type: "js",
    section: socket.section,
    actor: socket.actor,
    entry: { type: "read", socket: id, text },
    cause: d.cause,
  } as const;
  if (depthFirst) d.armDepthFirst(task);
  else d.armBreadthFirst(task);
  if (socket.sawRst && d.design.readsAhead) socketIsReset(d, id, true);
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
  const closes = afterClose && d.design.closedAfterWriterCloseThenEnd;
  const isLast = isServed(d.world, socket);
  if (closes && !isLast) settleClosed(d, id, null);
  d.emit({ kind: "bytes-read", socket: id, bytes: 0, done: true });
  const nothing = socket.readRoom === null ? undefined : js.newBytes([]);
  js.resolve(promise, js.newObject({ value: nothing, done: true }));
  if (socket.readerClosedRef !== 0) js.resolve({ ref: socket.readerClosedRef }, undefined);
  if (closes && isLast) settleClosed(d, id, null);
  // Without allowHalfOpen the far end's FIN is answered with one, through the gate like any other.
  if (!socket.allowHalfOpen && socket.writable === "open" && !socket.isDetached) endWritable(d, id, 0);
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

/** reader.cancel() or readable.cancel(): the writable stays usable. */
export function cancelReadable(d: Draft, id: SocketId): Ref {
  const js = d.js();
  if (d.socket(id).readable === "open") {
    d.patchSocket(id, cancelled(d));
    failRead(d, id, null);
    const { readerClosedRef } = d.socket(id);
    if (readerClosedRef !== 0) js.resolve({ ref: readerClosedRef }, undefined);
  }
  return js.promiseOf(undefined);
}

/** getReader(): one at a time. */
export function lockReader(d: Draft, id: SocketId, options: Value): Ref {
  if (d.socket(id).readerLocked)
    throw new HandlerThrow(
      d.js().newError("TypeError", "This ReadableStream is currently locked to a reader."),
    );
  const isByob = isRef(options) && d.js().getProperty(options, "mode") === "byob";
  return newStreamLock(d, id, isByob ? "ReadableStreamBYOBReader" : "ReadableStreamDefaultReader");
}
