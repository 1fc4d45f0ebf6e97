/*
 * The connection of a WebSocket: the handshake, the frames that leave once the gate lets them (MODEL 2.4 rows 11, 12 and 14), and
 * what arrives.
 */
import type { SocketId } from "../base/ids.ts";
import { parseUrl } from "../handler/url.ts";
import { CONNECTION_LOST } from "./break-error.ts";
import type { Draft } from "./draft.ts";
import { connectIsLost, passGate, waitOf } from "./gate.ts";
import { readAnswer, requestHead, UPGRADE_KEY } from "./http.ts";
import { byteLength, frameLength, sendData, sendSyn, tearDown } from "./network.ts";
import type { Frame, WebSocketEvent } from "./state.ts";

const LOST = { type: "failed", name: "Error", message: CONNECTION_LOST } as const;

function tell(d: Draft, id: SocketId, event: WebSocketEvent): void {
  const { actor, section } = d.webSocket(id);
  d.armBreadthFirst({
    type: "js",
    actor,
    section,
    entry: { type: "web-socket-event", socket: id, event },
    cause: d.cause,
  });
}

/** The gate has let the handshake through, or the design does not ask it. */
export function startWebSocket(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  if (socket.torn) return;
  const waiter = waitOf(d, "connect", id);
  d.emit({ kind: "connect-starts", socket: id }, { actor: socket.actor });
  const output = { type: "connect", socket: id, address: socket.address } as const;
  passGate(d, waiter?.id ?? null, output, socket.writes, socket.actor);
  sendSyn(d, id);
}

/** The connection is up, or was refused: the upgrade is asked for. */
export function webSocketIsConnected(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  const url = parseUrl(d.webSocket(id).url);
  if (socket.handshake === "refused" || url === null) return fail(d, id, LOST);
  d.patchSocket(id, { stage: "open" });
  d.cause = d.emit({ kind: "socket-opens", socket: id }, { actor: socket.actor });
  const head = requestHead(
    "GET",
    url,
    [
      ["Connection", "Upgrade"],
      ["Sec-WebSocket-Key", UPGRADE_KEY],
      ["Sec-WebSocket-Version", "13"],
      ["Upgrade", "websocket"],
    ],
    null,
  );
  sendData(d, id, head, byteLength(head));
  if (socket.unread.length > 0 || socket.sawFin) webSocketHears(d, id);
}

/** It cannot become a WebSocket. */
function fail(d: Draft, id: SocketId, event: WebSocketEvent & { readonly type: "failed" }): void {
  const { actor } = d.socket(id);
  d.patchSocket(id, { stage: "failed" });
  d.cause = d.emit({ kind: "socket-fails", socket: id, error: event.message }, { actor });
  tell(d, id, event);
}

/** close() before the handshake: it never happens. The listeners hear of a lost connection (run on workerd). */
export function giveUpHandshake(d: Draft, id: SocketId): void {
  d.patchWebSocket(id, { readyState: 1 });
  connectIsLost(d, id, "closed by the handler");
  tearDown(d, id);
  fail(d, id, LOST);
}

/** Sends what the gate has let through, in order; a frame that is held holds those after it. */
export function pumpFrames(d: Draft, id: SocketId): void {
  for (;;) {
    const [front, ...outgoing] = d.webSocket(id).outgoing;
    const { torn, actor } = d.socket(id);
    if (front === undefined || torn || d.s.waiters[front.waiter - 1]?.state !== "passed") return;
    d.patchWebSocket(id, { outgoing });
    passGate(d, front.waiter, front.output, front.writes, actor);
    sendData(d, id, front.text, frameLength(front), front);
    if (front.type === "close") closeWhenBothClosed(d, id);
  }
}

/** A frame from the far end has reached the object's host; it is looked at when the process is free. */
export function keepFrame(d: Draft, id: SocketId, frame: Frame): void {
  d.patchWebSocket(id, { frames: [...d.webSocket(id).frames, frame] });
}

/** Something from the far end can be looked at. */
export function webSocketHears(d: Draft, id: SocketId): void {
  const { unread, sawRst, sawFin, stage, torn, actor } = d.socket(id);
  const { isUpgraded } = d.webSocket(id);
  if (stage !== "open" || torn) return;
  if (!isUpgraded) {
    const received = d.webSocket(id).received + unread.join("");
    d.patchSocket(id, { unread: [], taken: 0 });
    d.patchWebSocket(id, { received });
    const answer = readAnswer(received, sawFin, true);
    if (answer === null && !sawFin && !sawRst) return;
    if (answer === null || answer === "malformed") return fail(d, id, LOST);
    if (answer.status !== 101) {
      const message = `Failed to establish the WebSocket connection: expected server to reply with HTTP status code 101 (switching protocols), but received ${answer.status} instead.`;
      return fail(d, id, { type: "failed", name: "TypeError", message });
    }
    d.patchWebSocket(id, { isUpgraded: true });
    tell(d, id, { type: "open" });
  }
  const { frames } = d.webSocket(id);
  d.patchWebSocket(id, { frames: [] });
  for (const { type, text, code } of frames) {
    if (type === "message") tell(d, id, { type: "message", text });
    else {
      d.patchWebSocket(id, { closeReceived: true });
      closeWhenBothClosed(d, id);
      tell(d, id, { type: "close", code, reason: text, wasClean: true });
    }
  }
  if ((!sawRst && !sawFin) || d.webSocket(id).closeReceived) return;
  tearDown(d, id);
  d.patchSocket(id, { stage: "closed" });
  d.emit({ kind: "socket-closed", socket: id, why: "the far end ended it without a close" }, { actor });
  tell(d, id, {
    type: "close",
    code: 1006,
    reason: "WebSocket disconnected without sending Close frame.",
    wasClean: false,
  });
}

/** Both sides have said that they send no more: the connection goes. */
function closeWhenBothClosed(d: Draft, id: SocketId): void {
  const { closeSent, closeReceived, outgoing } = d.webSocket(id);
  if (!closeSent || !closeReceived || outgoing.length > 0) return;
  tearDown(d, id);
  d.patchSocket(id, { stage: "closed" });
  d.emit(
    { kind: "socket-closed", socket: id, why: "both sides have closed it" },
    { actor: d.socket(id).actor },
  );
}
