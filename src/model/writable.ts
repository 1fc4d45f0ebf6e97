/*
 * The writable side of a socket (MODEL 4.5): a queue whose events each captured their own wait at the gate when they were
 * enqueued (SK8), drained one at a time in order (SK9).
 */
import { mustGet } from "../base/assert.ts";
import type { SocketId } from "../base/ids.ts";
import type { ErrorClass, Ref, Value } from "../handler/host.ts";
import { HandlerThrow, isRef } from "../handler/host.ts";
import { tunneledError } from "./break-error.ts";
import { chunkOf } from "./chunk.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitAtGate } from "./gate.ts";
import { writeBlocks, writeIsOver } from "./lifetimes/connection.ts";
import { bytesInFlight, sendData, sendFin, tearDown } from "./network.ts";
import type { Output } from "./records.ts";
import { failInPipe, isLost, socketIsReset } from "./reset.ts";
import { isServed } from "./service.ts";
import { resolveClose, settleClosed } from "./settle.ts";
import { losePipe, sendChunk, startPipe } from "./sink.ts";
import type { BreakError, QueueEvent, SocketState, Task } from "./state.ts";
import { newStreamLock } from "./stream-locks.ts";

const CLOSING = "This WritableStream belongs to an object that is closing.";
const CLOSED = "This WritableStream has been closed.";

/** Why a write or close is refused now, if it is (SK6). */
export function refusalOf(d: Draft, id: SocketId): string | null {
  const socket = d.socket(id);
  if (socket.isClosing) return socket.closeAsked ? CLOSED : CLOSING;
  if (socket.closedToWriter) return CLOSED;
  if (socket.writable === "errored") return socket.writableError;
  return socket.writable === "open" ? null : CLOSED;
}

function rejected(d: Draft, message: string): Ref {
  return rejectedWith(d, d.js().newError("TypeError", message));
}

/** Whether the stream has failed, under no writer that was closed with it. */
const hasFailed = ({ writable, closedToWriter }: SocketState): boolean =>
  writable === "errored" && !closedToWriter;

/** What a stream that fails rejects with: the handler's own reason, whatever it is (run on workerd), or an Error. */
function reasonOf(d: Draft, id: SocketId, error: string): Value {
  const { writableErrorRef: ref } = d.socket(id);
  return ref === 0 ? d.js().newError("Error", error) : d.js().getProperty({ ref }, "0");
}

/** What a stream that has failed rejects with. */
export function errorOfWritable(d: Draft, id: SocketId): Value {
  return reasonOf(d, id, d.socket(id).writableError);
}

/** The stream fails for a reason of the handler's. */
export function failFor(d: Draft, id: SocketId, reason: Value, fail: typeof failWritable): void {
  d.patchSocket(id, { writableErrorRef: d.js().newArray([reason]).ref });
  fail(d, id, outsideOf(d, reason).message);
}

/** A reason as it is outside of JavaScript: what is no Error becomes one (run on workerd). */
function outsideOf(d: Draft, reason: Value): BreakError {
  const error = d.js().asError(reason);
  if (error !== null) return tunneledError(error.name, error.message);
  return tunneledError("Error", isRef(reason) ? "#<Object>" : d.js().toText(reason));
}

/** `closed` rejects with what the stream has failed with. */
export function closedFails(d: Draft, id: SocketId, of = id): void {
  const { name, message } = outsideOf(d, errorOfWritable(d, of));
  settleClosed(d, id, message, name as ErrorClass);
}

function rejectedWith(d: Draft, reason: Value): Ref {
  const promise = d.js().newPromise();
  d.js().reject(promise, reason);
  d.js().onSettled(promise, "ignore");
  return promise;
}

/** Bytes in the queue, the one at the sink included. */
export function queuedBytes(d: Draft, id: SocketId): number {
  return d.socket(id).queue.reduce((sum, event) => sum + event.bytes, 0);
}

/** writer.desiredSize: pinned at 1 without a high water mark (SK7). */
export function desiredSize(d: Draft, id: SocketId): number | null {
  const socket = d.socket(id);
  if (socket.writable === "errored") return socket.closedToWriter ? 0 : null;
  if (socket.writable !== "open") return 0;
  return socket.highWaterMark === null ? 1 : socket.highWaterMark - queuedBytes(d, id);
}

/** writer.ready: pending while desiredSize is not positive (SK7). */
export function readyPromise(d: Draft, id: SocketId): Ref {
  const { readyRef } = d.socket(id);
  if (readyRef !== 0) return { ref: readyRef };
  if (hasFailed(d.socket(id))) return rejectedWith(d, errorOfWritable(d, id));
  const js = d.js();
  const promise = js.newPromise();
  const size = desiredSize(d, id);
  if (size !== null && size <= 0 && d.socket(id).writable === "open")
    d.patchSocket(id, { readyRef: promise.ref });
  else js.resolve(promise, undefined);
  return promise;
}

/** writer.write(chunk): copies the bytes, captures the gate and queues them (SK6, SK8). */
export function write(d: Draft, id: SocketId, chunk: Value): Ref {
  const js = d.js();
  const refused = refusalOf(d, id);
  if (refused !== null) {
    const { isClosing } = d.socket(id);
    return !isClosing && hasFailed(d.socket(id))
      ? rejectedWith(d, errorOfWritable(d, id))
      : rejected(d, refused);
  }
  const written = chunkOf(d, chunk);
  if (typeof written === "string") return rejected(d, written);
  const promise = js.newPromise();
  const { bytes, text } = written;
  if (bytes === 0) {
    js.resolve(promise, undefined);
    return promise;
  }
  const number = d.socket(id).nextWrite;
  d.patchSocket(id, { nextWrite: number + 1 });
  const event = { type: "write", bytes, text, promiseRef: promise.ref } as const;
  enqueue(d, id, event, { type: "write", socket: id, write: number, bytes, text });
  return promise;
}

/** Queues an event, which waits at the gate for the locks there are now (SK8; 2.4 row 16). */
export function enqueue(
  d: Draft,
  id: SocketId,
  queued: Pick<QueueEvent, "type"> &
    Partial<Pick<QueueEvent, "bytes" | "text" | "promiseRef" | "begunRef" | "pump">>,
  output: Output,
): void {
  const { type, bytes = 0, text = "" } = queued;
  const socket = d.socket(id);
  const { confirmed } = d.actor(socket.actor);
  const event = socket.nextEvent;
  // The loop goes on where it was started: a call that finds the queue empty starts it (SK9).
  const section = socket.queue.at(-1)?.section ?? d.section;
  const number = output.type === "write" ? output.write : 0;
  if (type === "write") {
    const total = queuedBytes(d, id) + bytes;
    d.emit({ kind: "bytes-queued", socket: id, write: number, bytes, queued: total }, { writes: confirmed });
  }
  const waiter = waitAtGate(d, socket.actor, {
    output,
    layer: "js",
    writes: confirmed,
    task: {
      type: "js",
      section,
      actor: socket.actor,
      entry: { type: "event-ready", socket: id, event },
      cause: d.cause,
    },
    idleTurns: d.design.idleWriteTurns,
  });
  const entry: QueueEvent = {
    id: event,
    type,
    section,
    write: number,
    bytes,
    text,
    waiter,
    ready: false,
    sent: false,
    promiseRef: queued.promiseRef ?? 0,
    begunRef: queued.begunRef ?? 0,
    pump: queued.pump ?? null,
    writes: confirmed,
    cause: d.cause,
  };
  d.patchSocket(id, { queue: [...d.socket(id).queue, entry], nextEvent: event + 1 });
}

/** writer.close(): the close is queued, and the gate captured, only once the connection is open (SK5, SK11). */
export function closeWriter(d: Draft, id: SocketId): Ref {
  const js = d.js();
  const socket = d.socket(id);
  const promise = js.newPromise();
  if (hasFailed(socket)) {
    const reason = errorOfWritable(d, id);
    // After what is asked for beside it; a connection that never was has nothing to end (run on workerd).
    js.resolve(promise, socket.opened === "rejected" ? js.promiseOf(undefined) : rejectedWith(d, reason));
    return promise;
  }
  if (socket.isClosing) return rejected(d, CLOSING);
  if (socket.endedByPipe) return joinEnd(d, id);
  if (socket.writable !== "open" || socket.closeAsked) return rejected(d, CLOSED);
  d.patchSocket(id, { closeAsked: true, writerCloseRef: promise.ref });
  js.onSettled({ ref: socket.openedRef }, `writer-close:${id}`);
  return promise;
}

/** close() of what a pipe has ended: resolves when that end is sent (run on workerd). */
function joinEnd(d: Draft, id: SocketId): Ref {
  const js = d.js();
  const end = js.newPromise();
  const { queue } = d.socket(id);
  const last = queue.at(-1);
  if (last?.type === "close" && last.promiseRef === 0)
    d.patchSocket(id, { queue: [...queue.slice(0, -1), { ...last, promiseRef: end.ref }] });
  else js.resolve(end, undefined);
  // writer.closed comes first.
  const promise = js.newPromise();
  js.resolve(promise, end);
  return promise;
}

/** `opened` has settled and writer.close() was waiting for it. */
export function queueClose(d: Draft, id: SocketId, opened: boolean): void {
  const socket = d.socket(id);
  if (!opened) d.js().resolve({ ref: socket.writerCloseRef }, undefined);
  else if (socket.writable === "open") endWritable(d, id, socket.writerCloseRef);
  else if (socket.writable === "errored")
    d.js().reject({ ref: socket.writerCloseRef }, errorOfWritable(d, id));
}

/** Queues the end of what the object sends. */
export function endWritable(d: Draft, id: SocketId, promiseRef: number): void {
  d.patchSocket(id, { writable: "closing" });
  enqueue(d, id, { type: "close", promiseRef }, { type: "fin", socket: id });
}

/** Queues the marker that socket.close() waits for (SK12). */
export function flushWritable(d: Draft, id: SocketId): void {
  enqueue(d, id, { type: "flush" }, { type: "close", socket: id });
}

/** Queues the marker that takeConnectionStream() waits for (SK12). */
export function queueTake(d: Draft, id: SocketId): void {
  enqueue(d, id, { type: "take" }, { type: "take", socket: id });
}

/** Queues the marker that startTls() waits for, with a wait at the gate of its own; until it is done the stream counts as closing (SK12). */
export function queueStartTls(d: Draft, id: SocketId): void {
  d.patchSocket(id, { writable: "closing" });
  enqueue(d, id, { type: "start-tls" }, { type: "start-tls", socket: id });
}

/** The gate has let an event through: it goes on when it is at the front. */
export function eventIsReady(d: Draft, id: SocketId, eventId: number): void {
  d.patchSocket(id, {
    queue: d
      .socket(id)
      .queue.map((event) => (event.id === eventId ? { ...event, ready: true, cause: d.cause } : event)),
  });
  dispatchFront(d, id);
}

/** The front of the queue goes to the sink if the gate lets it: one operation at a time (SK8, SK9; S8). */
export function dispatchFront(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  const front = socket.queue[0];
  if (front === undefined || socket.inSink || !front.ready) return;
  const lost = isLost(socket);
  if (socket.torn && !lost) return;
  // A pipe may have come to its end before there is a connection.
  if (front.type === "close" && socket.stage !== "open" && !lost) return;
  d.cause = front.cause;
  d.patchSocket(id, { inSink: true });
  if (front.type === "write") {
    const queued = queuedBytes(d, id) - front.bytes;
    d.emit(
      { kind: "bytes-dispatched", socket: id, write: front.write, bytes: front.bytes, queued },
      { writes: front.writes, actor: socket.actor },
    );
    const pumps = { type: "pump", socket: id, cause: d.cause } as const;
    if (socket.stage !== "open") writeBlocks(d, id);
    if (d.design.sinkWaits) waitAtSink(d, id, front, pumps);
    else if (socket.stage === "open" || lost) d.armBreadthFirst(pumps, d.design.pumpTurns);
  } else if (front.type === "pipe") startPipe(d, id, front);
  else if (front.type === "flush" || front.type === "take") eventIsDone(d, id, front);
  else if (front.type === "start-tls") eventIsDone(d, id, front, 2);
  else if (d.design.sinkWaits) waitAtSink(d, id, front, { type: "shutdown", socket: id, cause: d.cause });
  else shutDown(d, id);
}

/** The stream behind the sink asks the gate itself, for the locks there are now. */
function waitAtSink(d: Draft, id: SocketId, front: QueueEvent, task: Task): void {
  const { output } = d.waiter(front.waiter);
  const { actor, queue } = d.socket(id);
  const waiter = waitAtGate(d, actor, { output, layer: "kj", writes: front.writes, task, idleTurns: 1 });
  d.patchSocket(id, { queue: [{ ...front, waiter }, ...queue.slice(1)] });
}

function eventIsDone(d: Draft, id: SocketId, event: QueueEvent, turns = 1): void {
  const { actor } = d.socket(id);
  const { section } = event;
  const entry = { type: "event-done", socket: id, event: event.id } as const;
  d.armBreadthFirst({ type: "js", section, actor, entry, cause: d.cause }, turns);
}

/** The sending direction ends: FIN. */
export function shutDown(d: Draft, id: SocketId): void {
  const { queue, actor, torn } = d.socket(id);
  const front = queue[0];
  if (front?.type !== "close") return;
  if (isLost(d.socket(id))) return eventIsDone(d, id, front);
  if (torn) return;
  passGate(d, front.waiter, { type: "fin", socket: id }, front.writes, actor);
  sendFin(d, id);
  if (d.design.closesWhenBothEnded && d.socket(id).endRead) tearDown(d, id);
  eventIsDone(d, id, front);
}

/** The write at the sink, the only one outside of the queue (K11), reaches the wire once the connection is up and the far end has room (SK9, 4.3). */
export function pump(d: Draft, id: SocketId): void {
  sendChunk(d, id);
  if (d.socket(id).queue[0]?.type === "close") dispatchFront(d, id);
  const socket = d.socket(id);
  const front = socket.queue[0];
  if (isLost(socket)) return failInPipe(d, id);
  if (
    front === undefined ||
    !socket.inSink ||
    front.type !== "write" ||
    front.sent ||
    socket.stage !== "open" ||
    !socket.streamThere ||
    socket.torn ||
    d.waiter(front.waiter).state !== "passed"
  )
    return;
  if (socket.sawRst) return socketIsReset(d, id, false);
  if (bytesInFlight(d, id) > 0 && bytesInFlight(d, id) + front.bytes > d.world.windowBytes)
    return writeBlocks(d, id);
  const { text } = front;
  d.cause = front.cause;
  passGate(
    d,
    front.waiter,
    { type: "write", socket: id, write: front.write, bytes: front.bytes, text },
    front.writes,
    socket.actor,
  );
  sendData(d, id, text, front.bytes);
  const [, ...behind] = d.socket(id).queue;
  d.patchSocket(id, { queue: [{ ...front, sent: true }, ...behind] });
  if (isServed(d.world, socket)) writeBlocks(d, id);
  else writeIsTaken(d, id, front);
}

/** The write that stood in the pipe is out of the object's hands. */
export function writeIsTaken(d: Draft, id: SocketId, event: QueueEvent): void {
  const { write, bytes } = event;
  writeIsOver(d, id, "the other end of the pipe has taken it");
  d.emit({ kind: "bytes-sent", socket: id, write, bytes }, { actor: d.socket(id).actor });
  eventIsDone(d, id, event);
}

/** The sink has finished the front event: it leaves the queue and its promise resolves. Gives the event's type. */
export function finishFront(d: Draft, id: SocketId): QueueEvent {
  const js = d.js();
  const [front, ...queue] = d.socket(id).queue;
  const event = mustGet(front, "the event at the sink");
  d.patchSocket(id, {
    queue,
    inSink: false,
    ...(event.type === "close" ? { writable: "closed" as const } : {}),
  });
  if (event.promiseRef !== 0) {
    const promise = promiseInWords(id, event);
    d.emit({ kind: "promise-settles", promise, outcome: "resolved", text: "" });
    js.resolve({ ref: event.promiseRef }, undefined);
  }
  const { readyRef, writerClosedRef, endedByPipe } = d.socket(id);
  if (event.type === "close" && endedByPipe) d.patchSocket(id, { writerLocked: false });
  if (event.type === "close" && writerClosedRef !== 0) js.resolve({ ref: writerClosedRef }, undefined);
  if (readyRef !== 0 && (desiredSize(d, id) ?? 1) > 0) {
    d.patchSocket(id, { readyRef: 0 });
    js.resolve({ ref: readyRef }, undefined);
  }
  if (queue.length > 0) d.armBreadthFirst({ type: "dispatch", socket: id, cause: d.cause });
  return event;
}

function promiseInWords(id: SocketId, event: QueueEvent): string {
  if (event.type === "write") return `socket ${id} write ${event.write}`;
  return `socket ${id} ${event.type === "pipe" ? "pipeTo()" : "writer.close()"}`;
}

/**
 * The stream fails: what is queued is never sent and its promises reject (SK13). The writer that has the lock is closed from
 * then on; its `closed` rejects after the write at the sink, and before what stands behind it (recorded).
 */
export function failWritable(d: Draft, id: SocketId, error: string): void {
  const js = d.js();
  const socket = d.socket(id);
  d.patchSocket(id, { queue: [], inSink: false, writable: "errored", writableError: error });
  if (socket.inSink) writeIsOver(d, id, "cancelled");
  const [front] = socket.queue;
  const isAtSink = socket.inSink && front?.type === "write";
  if (!isAtSink) failWriter(d, id, error);
  for (const event of socket.queue) {
    if (event.type === "pipe") losePipe(d, id, event);
    if (event.type === "flush") flushFails(d, id);
    if (event.type === "write")
      d.emit({
        kind: "bytes-dropped",
        socket: id,
        write: event.write,
        bytes: event.bytes,
        why: error,
      });
    if (event.promiseRef === 0) continue;
    const promise = promiseInWords(id, event);
    d.emit({ kind: "promise-settles", promise, outcome: "rejected", text: error });
    js.reject({ ref: event.promiseRef }, reasonOf(d, id, error));
    if (isAtSink && event === front) failWriter(d, id, error);
  }
  d.patchSocket(id, { closedToWriter: d.socket(id).writerLocked });
  if (socket.readyRef === 0) return;
  d.patchSocket(id, { readyRef: 0 });
  // Waiting for room is over, whatever the reason: the next write() says what happened (run on workerd).
  js.resolve({ ref: socket.readyRef }, undefined);
}

/** The stream is aborted: the writer that has the lock hears of it before what was queued (recorded). */
export function abortWritable(d: Draft, id: SocketId, error: string): void {
  failWriter(d, id, error);
  failWritable(d, id, error);
}

function failWriter(d: Draft, id: SocketId, error: string): void {
  const { writerClosedRef } = d.socket(id);
  if (writerClosedRef !== 0) d.js().reject({ ref: writerClosedRef }, reasonOf(d, id, error));
}

/** The stream ends and what is queued is never sent: whoever waits for it waits for ever (recorded). */
export function forgetQueue(d: Draft, id: SocketId, why: string): void {
  const { queue, inSink } = d.socket(id);
  d.patchSocket(id, { queue: [], inSink: false, writable: "closed" });
  if (inSink) writeIsOver(d, id, "cancelled");
  for (const event of queue) {
    if (event.type === "pipe") losePipe(d, id, event);
    if (event.type === "write")
      d.emit({ kind: "bytes-dropped", socket: id, write: event.write, bytes: event.bytes, why });
  }
}

/** The flush of socket.close() fails: `closed` rejects if it has not settled, and close() resolves (4.7; run on workerd). */
export function flushFails(d: Draft, id: SocketId): void {
  closedFails(d, id);
  resolveClose(d, id);
}

/** writer.abort(): the queue is emptied at once; nothing goes on the wire by itself (SK13). */
export function abortWriter(d: Draft, id: SocketId, reason: Value): Ref {
  const { writable } = d.socket(id);
  if (writable === "open" || writable === "closing") failFor(d, id, reason, abortWritable);
  return d.js().promiseOf(undefined);
}

/** getWriter(): one at a time. */
export function lockWriter(d: Draft, id: SocketId): Ref {
  if (d.socket(id).writerLocked)
    throw new HandlerThrow(
      d.js().newError("TypeError", "This WritableStream is currently locked to a writer."),
    );
  d.patchSocket(id, { closedToWriter: false });
  return newStreamLock(d, id, "WritableStreamDefaultWriter");
}
