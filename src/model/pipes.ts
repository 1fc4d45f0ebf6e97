/*
 * Pipes that end in a socket (MODEL 4.5, SK10): one wait at the gate, captured when the pipe is queued; after that chunk
 * after chunk goes to the sink (sink.ts) without asking again. A pipe from a stream of the handler's own is a loop in JavaScript
 * (streams.source.ts) that hands its chunks over here; one from another socket runs below JavaScript.
 *
 * Inferred from recordings, the same on every build: an end that the loop finds between two chunks, and one that comes from
 * below JavaScript, goes straight to the sink as well; one that ends a read that was waiting is queued like a close() and
 * waits at the gate, when the pipe's promise has resolved already. A chunk that is no bytes makes the sink mute: the pipe goes
 * on to its end, and nothing more is sent, not even FIN.
 */
import type { SocketId, WriteId } from "../base/ids.ts";
import type { Ref, Value } from "../handler/host.ts";
import { chunkOf, NO_BYTES } from "./chunk.ts";
import type { Draft } from "./draft.ts";
import { putChunk } from "./sink.ts";
import type { Pump } from "./state.ts";
import { endWritable, enqueue, failFor, failWritable } from "./writable.ts";

// ---- the pipe's event in the socket's queue

/** Queues a pipe from a stream of the handler's own: `begun` resolves when it may begin, `lost` rejects when the socket fails. */
export function beginPipe(d: Draft, id: SocketId): Ref {
  const js = d.js();
  const begun = js.newPromise();
  const lost = js.newPromise();
  js.onSettled(lost, "ignore");
  d.patchSocket(id, { writerLocked: true });
  enqueue(d, id, { type: "pipe", promiseRef: lost.ref, begunRef: begun.ref }, { type: "pipe", socket: id });
  return js.newObject({ begun, lost });
}

/** Queues a pipe from another socket, and gives pipeTo()'s promise. */
export function queuePump(d: Draft, id: SocketId, pump: Pump): Ref {
  const promise = d.js().newPromise();
  d.patchSocket(pump.from, { readerLocked: true });
  d.patchSocket(id, { writerLocked: true });
  enqueue(d, id, { type: "pipe", promiseRef: promise.ref, pump }, { type: "pipe", socket: id });
  return promise;
}

/** The pipe is over: its event leaves the queue, and the socket is left as it is, ended or failed. */
export function finishPipe(
  d: Draft,
  id: SocketId,
  outcome: "leave" | "close" | "closed" | "abort",
  error: Value,
): void {
  const { queue, isMute } = d.socket(id);
  if (queue[0]?.type !== "pipe") return;
  d.patchSocket(id, { queue: queue.slice(1), inSink: false, writerLocked: false, chunk: null });
  if (outcome === "abort") failFor(d, id, error, failWritable);
  if (outcome === "leave" || outcome === "abort") return;
  d.patchSocket(id, { endedByPipe: true });
  if (outcome === "closed" || isMute) d.patchSocket(id, { writable: "closed" });
  else {
    endWritable(d, id, 0);
    d.patchSocket(id, { writerLocked: !d.design.pipeUnlocksBeforeEnd });
  }
}

// ---- the sink

/**
 * A chunk that a loop in JavaScript has read; gives the promise that it is sent. `depends`: how many of the confirmed writes
 * there were when the handler produced it (S2p).
 */
export function writeChunk(d: Draft, id: SocketId, chunk: Value, depends: number): Ref {
  const promise = d.js().newPromise();
  const read = chunkOf(d, chunk);
  if (typeof read === "string") d.patchSocket(id, { isMute: true });
  if (typeof read === "string" || read.bytes === 0 || d.socket(id).isMute) d.js().resolve(promise, undefined);
  else putChunk(d, id, "data", read, dependencies(d, id, depends), promise.ref);
  return promise;
}

/** The end of the source, found by a loop in JavaScript between two chunks; gives the promise that it is sent. */
export function endSink(d: Draft, id: SocketId, depends: number): Ref {
  const promise = d.js().newPromise();
  if (d.socket(id).isMute) d.js().resolve(promise, undefined);
  else putChunk(d, id, "fin", NO_BYTES, dependencies(d, id, depends), promise.ref);
  return promise;
}

function dependencies(d: Draft, id: SocketId, depends: number): readonly WriteId[] {
  return d.actor(d.socket(id).actor).confirmed.slice(0, depends);
}

// ---- from socket to socket

/** The source of a pump has ended and the end is sent: pipeTo() resolves, and the socket is closed like any other. */
export function pumpDone(d: Draft, id: SocketId, from: SocketId): void {
  const event = d.socket(id).queue[0];
  d.patchSocket(from, { pumpTo: null, readerLocked: false });
  if (event?.type !== "pipe" || event.pump === null) return;
  d.emit({ kind: "promise-settles", promise: `socket ${id} pipeTo()`, outcome: "resolved", text: "" });
  d.js().resolve({ ref: event.promiseRef }, undefined);
  finishPipe(d, id, event.pump.preventClose ? "leave" : "close", undefined);
}

/** The source of a pump has failed: pipeTo() rejects, and the socket it went to fails with it. */
export function failPump(d: Draft, from: SocketId, error: string): void {
  const js = d.js();
  const { pumpTo: to } = d.socket(from);
  if (to === null) return;
  const event = d.socket(to).queue[0];
  d.patchSocket(from, { pumpTo: null, readerLocked: false });
  if (event?.type !== "pipe" || event.pump === null) return;
  d.emit({ kind: "promise-settles", promise: `socket ${to} pipeTo()`, outcome: "rejected", text: error });
  const reason = js.newError("Error", error);
  js.reject({ ref: event.promiseRef }, reason);
  finishPipe(d, to, event.pump.preventAbort ? "leave" : "abort", reason);
}
