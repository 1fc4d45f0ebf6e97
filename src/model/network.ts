/*
 * The network and the far end: the handshake, what is in flight in both directions, and what the far end's plan makes it
 * do. What the outside observes is recorded here and nowhere else.
 */
import type { SocketId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Draft } from "./draft.ts";
import { isUpgrade, isWholeRequest, PEER_ANSWER, PEER_UPGRADE } from "./http.ts";
import type { FrameType } from "./records.ts";
import { cancelCall, isServed } from "./service.ts";
import type { Frame, Packet, SocketState } from "./state.ts";

/** Length of a text in UTF-8 bytes. */
export function byteLength(text: string): number {
  return encodeUtf8(text).length;
}

/** The handshake begins: visible from outside from here on (S1). */
export function sendSyn(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  d.patchSocket(id, {
    stage: "connecting",
    handshake: "sent",
    handshakeDueAt: ms(d.s.now + d.world.oneWayMs),
  });
  const cause = d.emit(
    { kind: "outside", event: { type: "syn", socket: id, address: socket.address } },
    { writes: socket.writes, actor: socket.actor },
  );
  d.patchSocket(id, { cause });
}

function sendPacket(
  d: Draft,
  id: SocketId,
  type: Packet["type"],
  text = "",
  bytes = 0,
  frame: Frame | null = null,
): void {
  const packet: Packet = { type, text, bytes, frame, dueAt: ms(d.s.now + d.world.oneWayMs), cause: d.cause };
  d.patchSocket(id, { outbound: [...d.socket(id).outbound, packet] });
}

/** Bytes leave the object's host (S2). */
export function sendData(
  d: Draft,
  id: SocketId,
  text: string,
  bytes: number,
  frame: Frame | null = null,
): void {
  const { actor, connection } = d.socket(id);
  const event = { type: "send", socket: connection, bytes, text, ...frameType(frame) } as const;
  d.cause = d.emit({ kind: "outside", event }, { actor });
  sendPacket(d, id, "data", text, bytes, frame);
}

function frameType(frame: Frame | null): { readonly frame?: FrameType } {
  return frame === null ? {} : { frame: frame.type };
}

/** The code of a close that was given none. */
export const NO_CODE = 1005;

/** Length of a frame of a WebSocket that the object sends: head, length, mask, what it says (a close begins with its code, if it has one). */
export function frameLength({ type, text, code }: Frame): number {
  const bytes = byteLength(text) + (type === "close" && code !== NO_CODE ? 2 : 0);
  return 2 + (bytes < 126 ? 0 : bytes < 65_536 ? 2 : 8) + 4 + bytes;
}

/** A record of the TLS handshake leaves the object's host. */
export function sendTls(d: Draft, id: SocketId, what: "ClientHello" | "alert", bytes: number): void {
  const text = `<TLS ${what}>`;
  const { actor, connection } = d.socket(id);
  d.cause = d.emit({ kind: "outside", event: { type: "send", socket: connection, bytes, text } }, { actor });
  sendPacket(d, id, "tls", text, bytes);
}

/** The far end answers a ClientHello: the TLS handshake will succeed. */
export function peerAnswersHello(d: Draft, id: SocketId): void {
  d.cause = d.socket(id).cause;
  peerSends(d, id, "tls", "<TLS ServerHello>");
}

/** The sending direction ends (S3). */
export function sendFin(d: Draft, id: SocketId): void {
  if (d.socket(id).finSent) return;
  d.cause = d.emit(
    { kind: "outside", event: { type: "fin-sent", socket: d.socket(id).connection } },
    { actor: d.socket(id).actor },
  );
  d.patchSocket(id, { finSent: true });
  sendPacket(d, id, "fin");
}

/** The connection is given up: FIN, or RST when the kernel holds bytes that nobody read. */
export function tearDown(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  if (socket.torn) return;
  d.patchSocket(id, { torn: true });
  if (socket.handshake === "none" || socket.handshake === "refused" || socket.sawRst || socket.peer.rst)
    return;
  if (isServed(d.world, socket)) return cancelCall(d, id);
  if (socket.unread.length > socket.taken && !socket.peer.closed) {
    d.cause = d.emit(
      { kind: "outside", event: { type: "rst-sent", socket: socket.connection } },
      { actor: socket.actor },
    );
    sendPacket(d, id, "rst");
  } else if (!socket.finSent) sendFin(d, id);
  else if (!socket.sawFin) closeByHost(d, id);
}

/** Nobody reads any more. What the runtime has not taken from the kernel stays there, and makes an RST of the end (run on workerd). */
export function cancelled({ design }: Draft): Partial<SocketState> {
  return { readable: "cancelled", ...(design.readsAhead ? { unread: [], taken: 0 } : {}) };
}

/** The host closes its socket after its FIN: invisible, until the far end sends something. */
function closeByHost(d: Draft, id: SocketId): void {
  d.cause = d.emit(
    { kind: "outside", event: { type: "closed-by-host", socket: d.socket(id).connection } },
    { actor: d.socket(id).actor },
  );
}

function peerSends(
  d: Draft,
  id: SocketId,
  type: Packet["type"],
  text = "",
  bytes = byteLength(text),
  frame: Frame | null = null,
): void {
  const { connection } = d.socket(id);
  // A Worker knows no reset.
  if (type === "rst" && isServed(d.world, d.socket(id))) return;
  const event =
    type === "data" || type === "tls"
      ? ({ type: "peer-sends", socket: connection, bytes, text, ...frameType(frame) } as const)
      : ({ type: type === "fin" ? "peer-fin" : "peer-rst", socket: connection } as const);
  const cause = d.emit({ kind: "outside", event });
  const socket = d.socket(id);
  const last = socket.inbound.at(-1)?.dueAt ?? 0;
  const packet: Packet = {
    type,
    text,
    bytes,
    frame,
    dueAt: ms(Math.max(last, socket.handshakeDueAt, d.s.now + d.world.oneWayMs)),
    cause,
  };
  d.patchSocket(id, { inbound: [...socket.inbound, packet] });
  if (type === "fin" || type === "rst") d.patchPeer(id, { [type]: true });
  closePeerIfDone(d, id);
}

/** The far end sends something that is not in its plan. */
export function peerSays(d: Draft, id: SocketId): void {
  d.cause = d.socket(id).cause;
  const { saysAt } = d.socket(id).peer;
  if (saysAt !== null) {
    d.patchPeer(id, { saysAt: null });
    return peerSends(d, id, "data", "still here");
  }
  const said = d.socket(id).peer.said + 1;
  d.patchPeer(id, { said });
  const text = `hello ${said}`;
  const { use, peer } = d.socket(id);
  const isFramed = use === "websocket" && peer.replied;
  peerSends(d, id, "data", text, undefined, isFramed ? { type: "message", text, code: 0 } : null);
}

/** The far end of a WebSocket says that it sends no more messages. */
export function peerCloses(d: Draft, id: SocketId): void {
  d.cause = d.socket(id).cause;
  d.patchPeer(id, { said: Number.MAX_SAFE_INTEGER });
  peerSends(d, id, "data", "bye", undefined, { type: "close", text: "bye", code: 4001 });
}

/** The far end ends its sending direction. */
export function peerEnds(d: Draft, id: SocketId): void {
  d.cause = d.socket(id).cause;
  peerSends(d, id, "fin");
}

/** The far end resets the connection. */
export function peerResets(d: Draft, id: SocketId): void {
  d.cause = d.socket(id).cause;
  peerSends(d, id, "rst");
}

/** From the far end's point of view the connection is over when both directions are done, or one side has reset it. */
function closePeerIfDone(d: Draft, id: SocketId): void {
  const { peer } = d.socket(id);
  if (peer.closed || !(peer.rst || (peer.fin && peer.gotFin))) return;
  d.patchPeer(id, { closed: true });
  d.emit({ kind: "outside", event: { type: "closed", socket: d.socket(id).connection } });
}

/** The far end takes the handshake and does what its plan says. */
export function accept(d: Draft, id: SocketId): void {
  const { peer: plan } = d.world;
  const socket = d.socket(id);
  d.cause = d.emit(
    { kind: "outside", event: { type: "accept", socket: socket.connection } },
    { cause: socket.cause, writes: socket.writes },
  );
  d.patchSocket(id, {
    handshake: "accepted",
    handshakeDueAt: ms(d.s.now + d.world.oneWayMs),
    cause: d.cause,
  });
  d.patchPeer(id, {
    rstDueAt: plan.rstAfterMs === undefined ? null : ms(d.s.now + plan.rstAfterMs),
    finDueAt: plan.finAfterMs === undefined ? null : ms(d.s.now + plan.finAfterMs),
    returnsDueAt: plan.returnsAfterMs === undefined ? null : ms(d.s.now + plan.returnsAfterMs),
    throwsDueAt: plan.throwsAfterMs === undefined ? null : ms(d.s.now + plan.throwsAfterMs),
    readsFrom: ms(d.s.now + (plan.readAfterMs ?? 0)),
  });
  if (plan.greet !== undefined) peerSends(d, id, "data", plan.greet);
  if (plan.finOnAccept) peerSends(d, id, "fin");
  if (plan.rstOnAccept) peerSends(d, id, "rst");
}

/** The far end turns the handshake down. */
export function refuse(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  d.cause = d.emit(
    { kind: "outside", event: { type: "refuse", socket: socket.connection } },
    { cause: socket.cause, writes: socket.writes },
  );
  d.patchSocket(id, { handshake: "refused", handshakeDueAt: ms(d.s.now + d.world.oneWayMs), cause: d.cause });
}

/** What is first in flight reaches the far end, which answers as its plan says. */
export function peerReceives(d: Draft, id: SocketId): void {
  const { peer: plan } = d.world;
  const { connection } = d.socket(id);
  const [packet, ...outbound] = d.socket(id).outbound;
  if (packet === undefined) return;
  d.patchSocket(id, { outbound });
  d.cause = packet.cause;
  if (packet.type === "data" || packet.type === "tls") {
    d.cause = d.emit({
      kind: "outside",
      event: {
        type: "receive",
        socket: connection,
        bytes: packet.bytes,
        text: packet.text,
        ...frameType(packet.frame),
      },
    });
    if (d.socket(id).peer.fin || d.socket(id).peer.rst || packet.frame !== null) return;
    if (plan.tls && packet.type === "tls") return;
    if (plan.http || plan.websocket) hearRequest(d, id, packet.text);
    if (plan.echo) peerSends(d, id, "data", packet.text, packet.bytes);
    if (plan.reply !== undefined && !d.socket(id).peer.replied) {
      d.patchPeer(id, { replied: true });
      peerSends(d, id, "data", plan.reply);
    }
    if (plan.finOnData) peerSends(d, id, "fin");
    if (plan.rstOnData) peerSends(d, id, "rst");
  } else if (packet.type === "fin") {
    d.cause = d.emit({ kind: "outside", event: { type: "fin-received", socket: connection } });
    const saysAt = plan.sayAfterFinMs === undefined ? null : ms(d.s.now + plan.sayAfterFinMs);
    d.patchPeer(id, { gotFin: true, saysAt });
    const { peer } = d.socket(id);
    if (!peer.fin && !peer.rst && !plan.holdOpen) peerSends(d, id, "fin");
    else closePeerIfDone(d, id);
  } else {
    d.cause = d.emit({ kind: "outside", event: { type: "rst-received", socket: connection } });
    d.patchPeer(id, { rst: true });
    closePeerIfDone(d, id);
  }
}

/**
 * Data from the far end reaches a connection that is closed here: the kernel answers with RST. A TLS alert and the FIN after it
 * are two system calls: the answer to the alert may come between them, and then there is no FIN (recorded). What is not answered
 * so does not arrive (enabled.ts).
 */
export function answerToClosed(d: Draft, id: SocketId): void {
  const { outbound, actor, tls } = d.socket(id);
  if (tls === "failed") d.patchSocket(id, { outbound: outbound.filter((packet) => packet.type !== "fin") });
  d.cause = d.emit(
    { kind: "outside", event: { type: "rst-sent", socket: d.socket(id).connection } },
    { actor },
  );
  sendPacket(d, id, "rst");
}

/** A far end that speaks HTTP answers a request as soon as it has all of it, and then listens no more. */
function hearRequest(d: Draft, id: SocketId, text: string): void {
  const { replied, heard } = d.socket(id).peer;
  if (replied) return;
  const request = heard + text;
  const isWhole = isWholeRequest(request);
  d.patchPeer(id, { heard: isWhole ? "" : request, replied: isWhole });
  if (!isWhole) return;
  if (d.world.peer.websocket && isUpgrade(request)) return peerSends(d, id, "data", PEER_UPGRADE);
  peerSends(d, id, "data", PEER_ANSWER);
  peerSends(d, id, "fin");
}

/** Bytes sent that the far end has not read yet. */
export function bytesInFlight(d: Draft, id: SocketId): number {
  return d.socket(id).outbound.reduce((sum, packet) => sum + packet.bytes, 0);
}
