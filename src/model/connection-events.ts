/*
 * What reaches the object's host from the far end of a connection, handed to whatever the connection is for.
 */
import { unreachable } from "../base/assert.ts";
import type { SocketId } from "../base/ids.ts";
import { callHears, callIsConnected, pooledHears, startFetch } from "./call-connection.ts";
import type { Draft } from "./draft.ts";
import { answerToClosed } from "./network.ts";
import { deliver } from "./readable.ts";
import { resetArrives } from "./reset.ts";
import { noticeEnd } from "./service-call.ts";
import { answerArrives, startConnect } from "./sockets.ts";
import { keepFrame, startWebSocket, webSocketHears, webSocketIsConnected } from "./web-socket-connection.ts";

/** Whatever held the connection back is over: the handshake begins, or a kept connection serves again. */
export function startConnection(d: Draft, id: SocketId): void {
  const { use } = d.socket(id);
  switch (use) {
    case "socket":
      return startConnect(d, id);
    case "fetch":
      return startFetch(d, id);
    case "websocket":
      return startWebSocket(d, id);
    case "pooled":
      return;
    default:
      return unreachable(use);
  }
}

/** The far end's answer to the handshake reaches the object's host. */
export function handshakeAnswered(d: Draft, id: SocketId): void {
  const { handshake, cause, torn, use } = d.socket(id);
  d.cause = cause;
  d.patchSocket(id, { handshake: handshake === "refused" ? "refused" : "done" });
  if (torn) return;
  switch (use) {
    case "socket":
      answerArrives(d, id);
      if (d.socket(id).peer.callOver) noticeEnd(d, id);
      return;
    case "fetch":
      return callIsConnected(d, id);
    case "websocket":
      return webSocketIsConnected(d, id);
    case "pooled":
      return;
    default:
      return unreachable(use);
  }
}

/** What is first in flight from the far end reaches the object's host. */
export function packetArrives(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  const [packet, ...inbound] = socket.inbound;
  if (packet === undefined) return;
  d.patchSocket(id, { inbound });
  d.cause = packet.cause;
  if (socket.torn) return answerToClosed(d, id);
  const { actor } = socket;
  if (packet.type === "data" || packet.type === "tls") {
    d.cause = d.emit({ kind: "bytes-arrive", socket: id, bytes: packet.bytes }, { actor });
    if (packet.frame !== null) keepFrame(d, id, packet.frame);
    else if (socket.readable === "open" || !d.design.readsAhead)
      d.patchSocket(id, { unread: [...d.socket(id).unread, packet.text] });
  } else {
    d.cause = d.emit({ kind: "end-arrives", socket: id, how: packet.type }, { actor });
    d.patchSocket(id, packet.type === "rst" ? { sawRst: true } : { sawFin: true });
    // Of a connection that the object has not learnt of yet: to whoever asks the kernel it was never made (recorded).
    if (packet.type === "rst" && socket.handshake === "accepted") d.patchSocket(id, { handshake: "refused" });
    if (packet.type === "rst" && socket.use === "socket") return resetArrives(d, id);
  }
  if (d.s.blockedOn !== null) d.s.polled = [...new Set([...d.s.polled, id])].toSorted((a, b) => a - b);
  else look(d, id);
}

/** What arrived while the process was blocked is looked at when its run queue is empty. Gives whether there was any. */
export function pollConnections(d: Draft): boolean {
  const { polled } = d.s;
  if (polled.length === 0) return false;
  d.s.polled = [];
  for (const id of polled) look(d, id);
  return true;
}

function look(d: Draft, id: SocketId): void {
  const { use } = d.socket(id);
  switch (use) {
    case "socket":
      return deliver(d, id);
    case "fetch":
      return callHears(d, id);
    case "pooled":
      return pooledHears(d, id);
    case "websocket":
      return webSocketHears(d, id);
    default:
      return unreachable(use);
  }
}
