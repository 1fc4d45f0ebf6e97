/*
 * TLS on a socket (MODEL 4.7): connect() with secureTransport "on", and startTls().
 *
 *     startTls()        the flush is done          TCP is there        the far end answers
 *     new Socket, whose ────────────────> the new  ────────────> hello ────────────────────> established
 *     stream is promised                  Socket has the           └──── anything else ────> failed, an alert, the end
 *                                         connection: wanted
 *
 * A connection belongs to one Socket at a time, and startTls() hands it from the old one to the new one. What is said in TLS
 * is told by its size only; once TLS is established, text is shown as it is before encryption.
 */
import type { SocketId } from "../base/ids.ts";
import type { Ref, Value } from "../handler/host.ts";
import { HandlerThrow, isRef } from "../handler/host.ts";
import { refusalOf } from "./address.ts";
import { INTERNAL_ERROR } from "./break-error.ts";
import { enter, newSocket } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitOf } from "./gate.ts";
import { moveStream } from "./lifetimes/connection.ts";
import { answerToClosed, sendTls, tearDown } from "./network.ts";
import { deliver, failRead } from "./readable.ts";
import { isServed } from "./service.ts";
import { settleClosed, settleOpened } from "./settle.ts";
import { failConnection, failWriteInPipe, isHeldBeyondConnect, newSocketPromises } from "./sockets.ts";
import type { Packet, SocketState } from "./state.ts";
import { closedFails, failWritable, pump, queueStartTls } from "./writable.ts";

const ON_TLS = "Cannot startTls on a TLS socket.";
const GONE = "The connection was closed before startTls could be started.";
const NOT_ASKED_FOR =
  "The `secureTransport` socket option must be set to 'starttls' for startTls to be used.";
const WRITER_LOCKED = "This WritableStream is currently locked to a writer.";
const READER_LOCKED = "The ReadableStream has been locked to a reader.";
const STREAM_CLOSED = "This WritableStream has been closed.";
/** A record of a TLS alert, with its header. */
const ALERT_BYTES = 7;

/** socket.startTls(options): the checks, the flush, and the new Socket, whose stream is promised. */
export function startTls(d: Draft, id: SocketId, options: Value): Ref {
  const js = d.js();
  const old = d.socket(id);
  const refused = refusal(d, old);
  if (refused !== null) throw new HandlerThrow(js.newError("TypeError", refused));
  const secureId = (d.s.sockets.length + 1) as SocketId;
  const writes = d.actor(old.actor).confirmed;
  const cause = d.emit({ kind: "start-tls", socket: id, secure: secureId, address: old.address }, { writes });
  const hostname = isRef(options ?? null)
    ? js.getProperty(options as Ref, "expectedServerHostname")
    : undefined;
  const secure = newSocket({
    ...newSocketPromises(d),
    id: secureId,
    connection: old.connection,
    plain: id,
    actor: old.actor,
    address: old.address,
    section: d.section,
    streamThere: true,
    allowHalfOpen: old.allowHalfOpen,
    highWaterMark: old.highWaterMark,
    secureTransport: "on",
    serverName: typeof hostname === "string" ? hostname : null,
    writes,
    cause,
  });
  d.s.sockets = [...d.s.sockets, secure];
  d.patchSocket(id, { secure: secureId });
  if (old.writerLocked) settleClosed(d, secureId, WRITER_LOCKED, "TypeError");
  else if (old.writable === "errored") closedFails(d, secureId, id);
  else if (old.writable !== "open") settleClosed(d, secureId, STREAM_CLOSED, "TypeError");
  else queueStartTls(d, id);
  return js.hostObject("Socket", secureId);
}

/** Why startTls() throws, if it does. The connection is gone after close(), and after an earlier startTls() has taken it. */
function refusal(d: Draft, old: SocketState): string | null {
  if (old.secureTransport === "on") return ON_TLS;
  if (old.upgraded || (old.isClosing && old.stage === "closed")) return GONE;
  if (old.secureTransport !== "starttls") return NOT_ASKED_FOR;
  return old.secure === 0 ? null : d.design.tls.startedTwice;
}

/**
 * The flush is done: the old Socket loses its streams and its connection to the new one. The tlsStarter slot has to be
 * filled by now. It is, as service.connect() has run: its wait came before the flush's at the same gate. By ordering, not by
 * contract.
 */
export function upgradeSocket(d: Draft, id: SocketId): void {
  const old = d.socket(id);
  const { secure } = old;
  if (secure === 0) return;
  d.patchSocket(id, { writable: "open" });
  if (old.writerLocked) return settleClosed(d, secure, WRITER_LOCKED, "TypeError");
  if (old.readerLocked) return settleClosed(d, secure, READER_LOCKED, "TypeError");
  // Both streams are detached, so nobody can lock or use them any more.
  d.patchSocket(id, { upgraded: true, writerLocked: true, readerLocked: true });
  settleClosed(d, id, null);
  if (old.handshake === "none") return settleClosed(d, secure, INTERNAL_ERROR);
  if (isServed(d.world, old)) return cannotUpgrade(d, secure);
  const { stage, handshake, handshakeDueAt, outbound, inbound, finSent, torn, peer } = old;
  const { unread, taken, sawFin, sawRst } = old;
  d.patchSocket(secure, {
    stage: stage === "open" ? "connecting" : stage,
    tls: "wanted",
    ...{ handshake, handshakeDueAt, outbound, inbound, finSent, torn, peer },
    ...{ unread, taken, sawFin, sawRst },
  });
  d.patchSocket(id, {
    stage: "closed",
    torn: true,
    handshake: "none",
    outbound: [],
    inbound: [],
    unread: [],
  });
  moveStream(d, id);
  if (handshake === "done" && !torn) sayHello(d, secure);
}

/** A Worker behind connect() fills no tlsStarter slot: there is nothing to call (recorded). */
function cannotUpgrade(d: Draft, secure: SocketId): void {
  const { openedWaits, unsupported } = d.design.tls;
  if (openedWaits) settleOpened(d, secure, unsupported);
  settleClosed(d, secure, unsupported);
  failWritable(d, secure, unsupported);
  failRead(d, secure, unsupported);
}

/** The answer to the TCP handshake of a connection that is to speak TLS. */
export function tlsAnswerArrives(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  const { plain, handshake, torn } = socket;
  const refused = handshake === "refused";
  d.cause = socket.cause;
  d.patchSocket(id, { handshake: refused ? "refused" : "done" });
  if (torn) return;
  if (!refused) {
    sayHello(d, id);
    if (plain !== 0) enter(d, d.socket(plain), { type: "opened", socket: plain });
    return;
  }
  if (plain === 0) connectionFails(d, id);
  else movedConnectionFails(d, socket, plain);
}

/**
 * A connection that startTls() has moved is refused. The old Socket's `opened` is told so, though its `closed` has resolved.
 * The new Socket hears nothing where `opened` waits for TLS: not one of its promises settles. Elsewhere its stream is there
 * all the same, and ends (all of it recorded).
 */
function movedConnectionFails(d: Draft, socket: SocketState, plain: SocketId): void {
  const { id } = socket;
  const old = d.socket(plain);
  failConnection(d, socket);
  const tellOld = (): void =>
    enter(d, old, { type: "connect-failed", socket: plain, error: refusalOf(old.address) });
  if (d.design.tls.openedWaits) return tellOld();
  const flush = waitOf(d, "start-tls", plain);
  const isLate = isHeldBeyondConnect(d, flush);
  if (isLate) tellOld();
  d.patchSocket(id, { startTold: true });
  enter(d, socket, { type: "tls-started", socket: id });
  if (d.design.connectWaits) failWriteInPipe(d, socket);
  if (!isLate) tellOld();
  if (!d.design.connectWaits) failWriteInPipe(d, socket);
  enter(d, socket, { type: "tls-failed", socket: id });
}

/** The ClientHello leaves. It is the output that startTls() asked the gate for (S3t). */
function sayHello(d: Draft, id: SocketId): void {
  const { plain, actor, writes, serverName } = d.socket(id);
  if (plain !== 0) {
    const waiter = waitOf(d, "start-tls", plain);
    passGate(d, waiter?.id ?? null, { type: "start-tls", socket: plain }, writes, actor);
  }
  d.patchSocket(id, { tls: "hello" });
  const { unread, sawFin, sawRst } = d.socket(id);
  if (sawRst) return fail(d, id, false);
  const { helloBytes, nameBytes } = d.design.tls;
  sendTls(d, id, "ClientHello", helloBytes + (serverName === null ? 0 : nameBytes + serverName.length));
  if (unread.length > 0) fail(d, id, true);
  else if (sawFin) fail(d, id, false);
}

/** What is first in flight reaches a connection on which a ClientHello waits for its answer. */
export function tlsPacketArrives(d: Draft, id: SocketId): void {
  const { inbound, actor, torn } = d.socket(id);
  const [packet, ...rest] = inbound;
  if (packet === undefined) return;
  d.patchSocket(id, { inbound: rest });
  d.cause = packet.cause;
  if (torn) return answerToClosed(d, id);
  if (packet.type === "fin" || packet.type === "rst")
    d.cause = d.emit({ kind: "end-arrives", socket: id, how: packet.type }, { actor });
  else d.cause = d.emit({ kind: "bytes-arrive", socket: id, bytes: packet.bytes }, { actor });
  if (packet.type === "rst") d.patchSocket(id, { sawRst: true });
  if (packet.type === "tls") establish(d, id);
  else fail(d, id, isGarbage(packet));
}

const isGarbage = ({ type }: Packet): boolean => type === "data";

function establish(d: Draft, id: SocketId): void {
  d.patchSocket(id, { tls: "established", stage: "open" });
  d.cause = d.emit({ kind: "socket-opens", socket: id }, { actor: d.socket(id).actor });
  deliver(d, id, true);
  if (d.design.tls.openedWaits || d.socket(id).plain === 0)
    enter(d, d.socket(id), { type: "opened", socket: id });
  pump(d, id);
}

/** The TLS handshake fails. What does not speak TLS is told so with an alert; the connection ends. */
function fail(d: Draft, id: SocketId, alert: boolean): void {
  const socket = d.socket(id);
  d.patchSocket(id, { tls: "failed" });
  if (alert) sendTls(d, id, "alert", ALERT_BYTES);
  tearDown(d, id);
  if (socket.plain === 0) return connectionFails(d, id);
  failConnection(d, socket);
  if (d.design.tls.openedWaits || socket.startTold) enter(d, socket, { type: "tls-failed", socket: id });
}

/** A connection with secureTransport "on" could not be made: as if it had been refused. */
function connectionFails(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  failConnection(d, socket);
  failWriteInPipe(d, socket);
  enter(d, socket, { type: "connect-failed", socket: id, error: refusalOf(socket.address) });
  d.armBreadthFirst({ type: "watch-report", socket: id, cause: d.cause });
}

/** The event loop comes round to telling JavaScript that the stream is there, while the network goes on (seen in recordings). */
export function startIsTold(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  d.cause = socket.cause;
  d.patchSocket(id, { startTold: true });
  enter(d, socket, { type: "tls-started", socket: id });
  if (socket.tls === "failed") enter(d, socket, { type: "tls-failed", socket: id });
}

/** JavaScript learns that the new Socket's stream is there (designs where that is all that `opened` says). */
export function tlsStarted(d: Draft, id: SocketId): void {
  settleOpened(d, id, null);
}

/** JavaScript learns that the TLS handshake of startTls() has failed. */
export function tlsFailed(d: Draft, id: SocketId): void {
  const { openedWaits } = d.design.tls;
  settleOpened(d, id, openedWaits ? INTERNAL_ERROR : null);
  settleClosed(d, id, openedWaits ? INTERNAL_ERROR : null);
  failWritable(d, id, INTERNAL_ERROR);
  failRead(d, id, openedWaits ? INTERNAL_ERROR : null);
  d.patchSocket(
    id,
    openedWaits ? { readable: "errored", readableError: INTERNAL_ERROR } : { readable: "ended" },
  );
}
