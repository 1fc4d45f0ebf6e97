/*
 * Readers and writers of a socket's streams: each is one lock on its stream, and of no use any more once it is released
 * (recorded).
 */
import { mustGet } from "../base/assert.ts";
import type { SocketId } from "../base/ids.ts";
import type { HostObject, Ref, Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import type { State, StreamLock } from "./state.ts";

const READERS: ReadonlySet<string> = new Set(["ReadableStreamDefaultReader", "ReadableStreamBYOBReader"]);
const WRITER = "WritableStreamDefaultWriter";
const PENDING = "Cannot call releaseLock() on a reader with outstanding read promises.";
const WRITER_RELEASED = "This WritableStream writer has been released.";
const READER_RELEASED = "This ReadableStream reader has been released.";

/** Whether host objects of that type are readers or writers: their number is a lock's, not a socket's. */
export function isStreamLock(type: string): boolean {
  return type === WRITER || READERS.has(type);
}

/** Host objects whose number is a socket's. */
const OF_SOCKETS: ReadonlySet<string> = new Set(["Socket", "ReadableStream", "WritableStream"]);

/** The socket that a host object is, or is a stream, reader or writer of; null for any other. */
export function socketBehind(state: State, { type, id }: HostObject): SocketId | null {
  if (isStreamLock(type)) return streamLock(state, id).socket;
  return OF_SOCKETS.has(type) ? (id as SocketId) : null;
}

/** The lock of a reader or writer, by its number. */
export function streamLock(state: State, id: number): StreamLock {
  return mustGet(state.streamLocks[id - 1], `stream lock ${id}`);
}

/** A new reader or writer of a socket's stream, which it locks. */
export function newStreamLock(d: Draft, socket: SocketId, type: string): Ref {
  d.s.streamLocks = [...d.s.streamLocks, { socket, released: false }];
  d.patchSocket(socket, type === WRITER ? { writerLocked: true } : { readerLocked: true });
  return d.js().hostObject(type, d.s.streamLocks.length);
}

/** releaseLock(): its `closed` rejects, and the stream can be locked again. */
export function releaseStreamLock(d: Draft, type: string, id: number): void {
  const { socket: socketId, released } = streamLock(d.s, id);
  if (released) return;
  const js = d.js();
  const socket = d.socket(socketId);
  // A writer under which the stream has failed has nothing to release: the stream stays locked (recorded).
  if (type === WRITER && socket.closedToWriter) return;
  if (type !== WRITER && socket.readRef !== 0) throw new HandlerThrow(js.newError("TypeError", PENDING));
  d.s.streamLocks = d.s.streamLocks.with(id - 1, { socket: socketId, released: true });
  const closedRef = type === WRITER ? socket.writerClosedRef : socket.readerClosedRef;
  if (closedRef !== 0) js.reject({ ref: closedRef }, releasedError(d, type));
  d.patchSocket(
    socketId,
    type === WRITER
      ? { writerLocked: false, writerClosedRef: 0 }
      : { readerLocked: false, readerClosedRef: 0 },
  );
}

function releasedError(d: Draft, type: string): Ref {
  return d.js().newError("TypeError", type === WRITER ? WRITER_RELEASED : READER_RELEASED);
}

/** What a member of a released reader or writer gives: a rejection, but for `desiredSize`, which throws, and `ready`. */
export function ofReleasedLock(d: Draft, type: string, name: string): Value {
  const js = d.js();
  if (name === "desiredSize") throw new HandlerThrow(releasedError(d, type));
  if (name === "ready") return js.promiseOf(undefined);
  if (name === "releaseLock") return undefined;
  const promise = js.newPromise();
  js.reject(promise, releasedError(d, type));
  js.onSettled(promise, "ignore");
  return promise;
}
