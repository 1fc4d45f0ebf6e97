/*
 * Sockets (MODEL 4): connect(), what the far end's answer does, close().
 */
import { unreachable } from "../base/assert.ts";
import type { SocketId, WaiterId } from "../base/ids.ts";
import type { Ref, Value } from "../handler/host.ts";
import { HandlerStuck, HandlerThrow } from "../handler/host.ts";
import { parseAddress, parseOptions, refusalOf } from "./address.ts";
import { CONNECTION_LOST } from "./break-error.ts";
import { enter, newSocket } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitAtGate, waitOf } from "./gate.ts";
import {
  closeBegins,
  closeGoesOn,
  connectGoesOn,
  dropConnection,
  makeConnection,
  serviceReturns,
} from "./lifetimes/connection.ts";
import { sendSyn, tearDown } from "./network.ts";
import { failPump } from "./pipes.ts";
import { cancelReadable, deliver, failRead, readIsAnswered } from "./readable.ts";
import type { Output } from "./records.ts";
import { resolveClose, settleClosed, settleOpened } from "./settle.ts";
import type { World } from "./setup.ts";
import { movePump } from "./sink.ts";
import type { SocketState, Waiter } from "./state.ts";
import { abortWritable, failWritable, flushFails, flushWritable, forgetQueue, pump } from "./writable.ts";

/** What service.connect() throws, if it does; a Worker takes no connection with TLS (recorded). */
function serviceError(
  { service }: World,
  { secureTransport }: Pick<SocketState, "secureTransport">,
): string | null {
  switch (service) {
    case "network":
      return null;
    case "worker":
      return secureTransport === "on" ? "Incoming CONNECT with TLS not supported" : null;
    case "throws":
      return "Disk directory services don't support this event type.";
    case "disconnected":
      return CONNECTION_LOST;
    default:
      return unreachable(service);
  }
}

/** connect(address, options): returns a Socket at once; when the far end may see it is up to the design (4.1 step 7, 2.4 row 15). */
export function connect(d: Draft, address: Value, options: Value): Ref {
  const js = d.js();
  const parsed = parseAddress(js, address);
  const { allowHalfOpen, highWaterMark, secureTransport } = parseOptions(js, options);
  const actorId = d.actorId;
  if (actorId === null)
    throw new HandlerStuck(
      "connect() outside of a request is not modelled: call it in a handler.",
      js.line,
      null,
    );
  const actor = d.actor(actorId);
  const thrown = serviceError(d.world, { secureTransport });
  if (thrown !== null && d.design.serviceError === "thrown")
    throw new HandlerThrow(js.newError("Error", thrown));
  const id = (d.s.sockets.length + 1) as SocketId;
  const cause = d.emit(
    { kind: "connect-called", socket: id, address: parsed, deferred: d.design.connectWaits },
    { writes: actor.confirmed },
  );
  const socket = newSocket({
    ...newSocketPromises(d),
    id,
    connection: id,
    secureTransport,
    tls: secureTransport === "on" ? "wanted" : "none",
    actor: actorId,
    address: parsed,
    section: d.section,
    streamThere: d.design.promisedStreamTurns === null,
    allowHalfOpen,
    highWaterMark,
    writes: actor.confirmed,
    cause,
  });
  d.s.sockets = [...d.s.sockets, socket];
  const start = { type: "connect-start", socket: id, cause } as const;
  if (d.design.connectWaits) {
    waitAtGate(d, actorId, {
      output: { type: "connect", socket: id, address: parsed },
      layer: "kj",
      writes: actor.confirmed,
      task: start,
      idleTurns: d.design.idleConnectTurns,
    });
  } else {
    d.armBreadthFirst(start, d.design.idleConnectTurns);
  }
  makeConnection(d, id);
  return js.hostObject("Socket", id);
}

/** `opened` and `closed`; nobody has to handle their rejection (SK2). */
export function newSocketPromises(d: Draft): Pick<SocketState, "openedRef" | "closedRef"> {
  const js = d.js();
  const opened = js.newPromise();
  const closed = js.newPromise();
  js.onSettled(opened, "ignore");
  js.onSettled(closed, "ignore");
  return { openedRef: opened.ref, closedRef: closed.ref };
}

/** service.connect() is invoked: the handshake begins. A frame that was cancelled with its stream runs nothing more (K6). */
export function startConnect(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  if (socket.torn || socket.stage !== "deferred") return;
  const waiter = waitOf(d, "connect", id);
  const output = { type: "connect", socket: id, address: socket.address } as const;
  d.emit({ kind: "connect-starts", socket: id }, { actor: socket.actor });
  connectGoesOn(d, id);
  if (serviceError(d.world, socket) !== null) return serviceThrows(d, socket, waiter?.id ?? null, output);
  passGate(d, waiter?.id ?? null, output, socket.writes, socket.actor);
  const { promisedStreamTurns } = d.design;
  if (promisedStreamTurns !== null)
    d.armBreadthFirst({ type: "stream-there", socket: id, cause: d.cause }, promisedStreamTurns);
  sendSyn(d, id);
}

/** The service has thrown below JavaScript: the handler hears of a connection that could not be made (4.8, error timing). */
function serviceThrows(d: Draft, socket: SocketState, waiter: WaiterId | null, output: Output): void {
  const { actor, id } = socket;
  d.emit({ kind: "output-dropped", waiter, output, why: "the service behind connect() threw" }, { actor });
  failConnection(d, socket);
  enter(d, d.socket(id), { type: "connect-failed", socket: id, error: refusalOf(socket.address) });
  d.armBreadthFirst({ type: "watch-report", socket: id, cause: d.cause });
}

/** A connect that was held is lost with its coroutine: the fulfillers go with it (K10), and `opened` rejects. */
export function loseConnection(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  failConnection(d, socket);
  enter(d, socket, { type: "connect-failed", socket: id, error: refusalOf(socket.address) });
}

/** The connection could not be made; JavaScript learns of it later. */
export function failConnection(d: Draft, { id, actor, address }: SocketState): void {
  d.patchSocket(id, { stage: "failed", torn: true });
  d.cause = d.emit({ kind: "socket-fails", socket: id, error: refusalOf(address) }, { actor });
  serviceReturns(d, id, "service.connect() has failed");
}

/**
 * Whether a wait was held alone, beside a connect that does not wait, by a local commit. That holds up the event loop, so a
 * refusal is there already when the wait is over (recorded).
 */
export function isHeldBeyondConnect(d: Draft, waiter: Waiter | undefined): boolean {
  return d.world.commits === "blocking" && !d.design.connectWaits && (waiter?.upto ?? 0) > 0;
}

/** A write that is in the pipe of a connection that cannot be made fails on its own, in designs where that comes first. */
export function failWriteInPipe(d: Draft, socket: SocketState): void {
  const [front] = socket.queue;
  if (!d.design.refusedWriteFailsFirst || !socket.inSink || front?.type !== "write") return;
  if (isHeldBeyondConnect(d, d.waiter(front.waiter))) return;
  enter(d, socket, { type: "write-failed", socket: socket.id, event: front.id, error: CONNECTION_LOST });
}

/** The far end's answer to the handshake of a Socket has reached the object's host (4.4). */
export function answerArrives(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  if (socket.handshake === "refused") {
    failConnection(d, socket);
    failWriteInPipe(d, socket);
    if (d.design.refusedPipeFailsFirst && socket.chunk !== null)
      enter(d, socket, { type: "pipe-failed", socket: id, error: CONNECTION_LOST });
    enter(d, socket, { type: "connect-failed", socket: id, error: refusalOf(socket.address) });
    d.armBreadthFirst({ type: "watch-report", socket: id, cause: d.cause });
    return;
  }
  d.patchSocket(id, { stage: "open" });
  d.cause = d.emit({ kind: "socket-opens", socket: id }, { actor: socket.actor });
  // Bytes that came with the answer are read before JavaScript hears of it; `opened` comes before the promise of the write
  // that leaves with the connection (write-before-opened, peer-greets in the recordings).
  deliver(d, id, true);
  enter(d, socket, { type: "opened", socket: id });
  pump(d, id);
}

/**
 * The pipe to the service ends with the service's failure, and the watch task would resolve `closed` (SK1). Its report comes
 * second, by ordering only (K1): the rejection was armed before it, and the first to settle wins (4.8).
 */
export function watchReports(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  const { context, inputQueue } = d.actor(socket.actor);
  const isRejected = inputQueue.some(({ entry }) => entry.type === "connect-failed" && entry.socket === id);
  if (context !== "live" || socket.closed !== "pending" || isRejected) return;
  enter(d, socket, { type: "pipe-ended", socket: id });
}

/** The connection could not be made: closed, opened and the writes reject, in that order (4.8). */
export function connectFailed(d: Draft, id: SocketId, error: string): void {
  const isNormalEnd = d.world.service === "disconnected" && d.design.disconnectIsNormalEnd;
  settleClosed(d, id, isNormalEnd ? null : error);
  settleOpened(d, id, error);
  const { secure, upgraded } = d.socket(id);
  abortWritable(d, id, `jsg.Error: ${error}`);
  // The flush of startTls() fails with what the queue fails with; an end that is none but a disconnection resolves (recorded).
  if (secure !== 0 && !upgraded)
    settleClosed(d, secure, d.design.refusedWriteFailsFirst ? null : `jsg.Error: ${error}`);
  failRead(d, id, d.design.readErrorOfFailedConnect);
  d.patchSocket(id, { readable: "ended" });
}

/**
 * The far end has reset the connection, as the watch task reports (SK1): `closed` resolves, it does not reject (4.8, RST row). What
 * is written later fails when it comes to the sink (recorded).
 */
export function disconnected(d: Draft, id: SocketId): void {
  d.emit({ kind: "socket-closed", socket: id, why: "reset by the far end" });
  d.patchSocket(id, { stage: "closed" });
  serviceReturns(d, id, "service.connect() has ended");
  settleClosed(d, id, null);
  if (d.design.readAfterReset === "error") failPump(d, id, CONNECTION_LOST);
  else if (d.socket(id).pumpTo !== null) {
    d.patchSocket(id, { sawFin: true });
    movePump(d, id);
  }
  if (d.socket(id).inSink) failWritable(d, id, CONNECTION_LOST);
  if (d.design.readAfterReset === "error" && d.socket(id).readable !== "ended") {
    failRead(d, id, CONNECTION_LOST);
    d.patchSocket(id, { readable: "errored", readableError: CONNECTION_LOST });
  } else if (d.socket(id).readRef !== 0) readIsAnswered(d, id, null);
  else d.patchSocket(id, { readable: "ended" });
}

/** socket.close(): waits for `opened`, then for the gate unless the writable is closing, then tears down (4.7). */
export function closeSocket(d: Draft, id: SocketId): Ref {
  const js = d.js();
  const socket = d.socket(id);
  if (socket.isClosing) return { ref: socket.closedRef };
  const promise = js.newPromise();
  const closeWrites = d.actor(socket.actor).confirmed;
  d.patchSocket(id, { isClosing: true, closeRef: promise.ref, closeWrites });
  d.emit({ kind: "socket-closing", socket: id }, { writes: closeWrites });
  closeBegins(d, id);
  js.onSettled({ ref: socket.openedRef }, `close-opened:${id}`);
  return promise;
}

/** `opened` has settled and close() was waiting for it. */
export function closeAfterOpened(d: Draft, id: SocketId, opened: boolean): void {
  const socket = d.socket(id);
  closeGoesOn(d, id);
  if (!opened) resolveClose(d, id);
  // What has failed leaves the connection as it is (run on workerd).
  else if (socket.writable === "errored" && !socket.upgraded) flushFails(d, id);
  // A pipe into the socket goes on as if nobody had asked (run on workerd).
  else if (socket.queue.at(-1)?.type === "pipe") {
    settleClosed(d, id, "This WritableStream is currently being piped to.", "TypeError");
    resolveClose(d, id);
  } else if (socket.writable === "open" && !socket.upgraded) flushWritable(d, id);
  else closeStreams(d, id);
}

/** The flush is done, or was skipped: the streams end, then the connection goes. */
export function closeStreams(d: Draft, id: SocketId): void {
  const js = d.js();
  closeGoesOn(d, id);
  const { readRef } = d.socket(id);
  // A pending read is only answered after close() has resolved.
  d.patchSocket(id, { readRef: 0 });
  cancelReadable(d, id);
  d.patchSocket(id, { readRef });
  const { closeWriterError: error } = d.design;
  if (error === null) forgetQueue(d, id, d.design.closeReadError);
  else if (d.socket(id).writable !== "closed") abortWritable(d, id, error);
  js.onSettled(js.promiseOf(undefined), `close-teardown:${id}`);
}

/** ConnectionData is dropped; with the last reference to the stream the connection goes (4.7 steps 4 and 5). */
export function closeConnection(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  closeGoesOn(d, id);
  passTeardown(d, socket);
  d.patchSocket(id, { stage: "closed" });
  d.emit({ kind: "socket-closed", socket: id, why: "closed by the handler" });
  dropConnection(d, id, "socket.close()");
  settleClosed(d, id, null);
  resolveClose(d, id);
  if (socket.readRef !== 0)
    enter(d, socket, { type: "read-failed", socket: id, error: d.design.closeReadError });
}

/** The end of the connection is an output too: the gate was asked by the flush before it. startTls() may have taken the connection. */
function passTeardown(d: Draft, socket: SocketState): void {
  if (socket.upgraded) return;
  const waiter = d.s.waiters.findLast(
    (entry) => entry.output.type === "close" && entry.output.socket === socket.id,
  );
  passGate(d, waiter?.id ?? null, { type: "close", socket: socket.id }, socket.closeWrites, socket.actor);
  tearDown(d, socket.id);
}
