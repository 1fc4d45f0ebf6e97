/*
 * What pipes do at the sink of a socket, below the queue of its WritableStream (MODEL 4.5, SK10): one chunk at a time, sent
 * as soon as there is room; and the pump from socket to socket, in which no JavaScript runs.
 */
import type { SocketId, WriteId } from "../base/ids.ts";
import { type Chunk, NO_BYTES, textChunk } from "./chunk.ts";
import { enter } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitAtGate } from "./gate.ts";
import { bytesInFlight, cancelled, sendData, sendFin, tearDown } from "./network.ts";
import type { Output } from "./records.ts";
import { failInPipe, isLost, socketIsReset } from "./reset.ts";
import { isServed } from "./service.ts";
import type { QueueEvent, SinkChunk } from "./state.ts";

/** Turns from a chunk that is sent to the JavaScript that reads the next one (inferred: a commit that fails in between comes first). */
const CHUNK_TURNS = 2;

/** The pipe is at the front of the queue and the gate lets it begin. */
export function startPipe(d: Draft, id: SocketId, event: QueueEvent): void {
  passGate(d, event.waiter, { type: "pipe", socket: id }, event.writes, d.socket(id).actor);
  if (event.pump === null)
    return enter(d, d.socket(id), { type: "pipe-begins", socket: id, promiseRef: event.begunRef });
  d.patchSocket(event.pump.from, { pumpTo: id });
  movePump(d, event.pump.from);
}

function outputOf(id: SocketId, { type, write, bytes, text }: SinkChunk): Output {
  return type === "fin" ? { type: "fin", socket: id } : { type: "chunk", socket: id, write, bytes, text };
}

/** Something of a pipe is at the sink. */
export function putChunk(
  d: Draft,
  id: SocketId,
  type: SinkChunk["type"],
  { bytes, text }: Chunk,
  writes: readonly WriteId[],
  promiseRef: number,
): void {
  const { nextWrite: write, actor } = d.socket(id);
  if (type === "data") {
    const dispatched = {
      kind: "bytes-dispatched",
      socket: id,
      write,
      bytes,
      queued: 0,
    } as const;
    d.emit(dispatched, { writes, actor });
    d.patchSocket(id, { nextWrite: write + 1 });
  }
  const chunk: SinkChunk = {
    type,
    bytes,
    text,
    write,
    writes,
    promiseRef,
    waiter: null,
    sent: false,
    cause: d.cause,
  };
  const waiter = d.design.sinkWaits
    ? waitAtGate(d, actor, {
        output: outputOf(id, chunk),
        layer: "kj",
        writes,
        task: { type: "pump", socket: id, cause: d.cause },
        idleTurns: 1,
      })
    : null;
  d.patchSocket(id, { chunk: { ...chunk, waiter } });
  sendChunk(d, id);
}

/** What a pipe has at the sink leaves once the connection is up and the far end has room, without another look at the gate (SK10). */
export function sendChunk(d: Draft, id: SocketId): void {
  const { chunk } = d.socket(id);
  if (chunk === null || chunk.sent) return;
  const { actor, stage, streamThere, torn, sawRst } = d.socket(id);
  if (isLost(d.socket(id))) return failInPipe(d, id);
  if (stage !== "open" || !streamThere || torn) return;
  if (sawRst) return socketIsReset(d, id, false);
  if (chunk.waiter !== null && d.waiter(chunk.waiter).state !== "passed") return;
  const { bytes, text } = chunk;
  if (bytesInFlight(d, id) > 0 && bytesInFlight(d, id) + bytes > d.world.windowBytes) return;
  const before = d.cause;
  const stands = chunk.type === "data" && isServed(d.world, d.socket(id));
  d.patchSocket(id, { chunk: { ...chunk, sent: true } });
  d.cause = chunk.cause;
  passGate(d, chunk.waiter, outputOf(id, chunk), chunk.writes, actor);
  if (chunk.type === "data") {
    sendData(d, id, text, bytes);
  } else {
    sendFin(d, id);
    if (d.design.closesWhenBothEnded && d.socket(id).endRead) tearDown(d, id);
  }
  if (!stands) chunkIsTaken(d, id, chunk);
  d.cause = before;
}

/** What a pipe had at the sink is out of the object's hands, and the pipe goes on. */
export function chunkIsTaken(d: Draft, id: SocketId, { type, write, bytes, promiseRef }: SinkChunk): void {
  d.patchSocket(id, { chunk: null });
  if (type === "data")
    d.emit({ kind: "bytes-sent", socket: id, write, bytes }, { actor: d.socket(id).actor });
  if (promiseRef !== 0)
    enter(d, d.socket(id), { type: "taken", what: `a pipe into socket ${id}`, promiseRef }, CHUNK_TURNS);
  else pumpGoesOn(d, id, type);
}

function pumpGoesOn(d: Draft, id: SocketId, sent: SinkChunk["type"]): void {
  const pump = d.socket(id).queue[0]?.pump ?? null;
  if (pump === null) return;
  if (sent === "data") return movePump(d, pump.from);
  pumpIsDone(d, id, pump.from);
}

/** What has arrived at one socket goes on to the other, then its end; no JavaScript runs, and nobody asks the gate. */
export function movePump(d: Draft, from: SocketId): void {
  const { pumpTo: to, unread, sawFin, sawRst, readable } = d.socket(from);
  if (to === null || readable !== "open" || d.socket(to).chunk !== null) return;
  if (unread.length > 0) {
    d.patchSocket(from, { unread: [], taken: 0 });
    // No JavaScript has made these bytes: they depend on no write.
    putChunk(d, to, "data", textChunk(unread.join("")), [], 0);
  } else if (sawFin) {
    d.patchSocket(from, { readable: "ended", endRead: true });
    if (d.socket(to).queue[0]?.pump?.preventClose) pumpIsDone(d, to, from);
    else putChunk(d, to, "fin", NO_BYTES, [], 0);
  } else if (sawRst) socketIsReset(d, from, true);
}

function pumpIsDone(d: Draft, id: SocketId, from: SocketId): void {
  if (d.design.closesWhenBothEnded && d.socket(from).finSent) tearDown(d, from);
  enter(d, d.socket(id), { type: "pump-done", socket: id, from });
}

/** A pipe loses the socket that it goes to: what it had at the sink is gone, and another socket's readable is cancelled with it. */
export function losePipe(d: Draft, id: SocketId, { pump }: QueueEvent): void {
  d.patchSocket(id, { writerLocked: false, chunk: null });
  if (pump === null) return;
  d.patchSocket(pump.from, { pumpTo: null, readerLocked: false });
  if (!pump.preventCancel) d.patchSocket(pump.from, cancelled(d));
}
