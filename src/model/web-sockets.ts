/*
 * WebSockets as the handler uses them (MODEL 2.4 rows 11, 12 and 14): each message and the close capture the gate when they
 * are asked for, and leave below JavaScript, in order.
 */
import type { ActorId, SocketId } from "../base/ids.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import type { Ref, Value } from "../handler/host.ts";
import { HandlerStuck, HandlerThrow, isRef } from "../handler/host.ts";
import { formatUrl, hostOf, parseUrl } from "../handler/url.ts";
import { newConnection } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { waitAtGate } from "./gate.ts";
import { NO_CODE } from "./network.ts";
import type { FrameType } from "./records.ts";
import type { WebSocketEvent, WebSocketState } from "./state.ts";
import { giveUpHandshake } from "./web-socket-connection.ts";

function failure(d: Draft, name: "SyntaxError" | "TypeError" | "InvalidAccessError", message: string): never {
  const js = d.js();
  const error = js.newError(name === "InvalidAccessError" ? "Error" : name, message);
  if (name === "InvalidAccessError") js.setProperty(error, "name", name);
  throw new HandlerThrow(error);
}

/** new WebSocket(url): the handshake waits at the gate, below JavaScript (row 14). Throws workerd's errors for bad URLs. */
export function newWebSocket(d: Draft, actorId: ActorId, url: Value): Ref {
  const js = d.js();
  const parsed = parseUrl(js.toText(url));
  const problem = (text: string): never => failure(d, "SyntaxError", `WebSocket Constructor: ${text}`);
  if (parsed === null) return problem("The url is invalid.");
  if (parsed.protocol !== "ws:" && parsed.protocol !== "wss:")
    return problem("The url scheme must be ws or wss.");
  if (parsed.hash !== "") return problem("The url fragment must be empty.");
  if (parsed.protocol === "wss:")
    throw new HandlerStuck("A WebSocket over TLS is not modelled: use ws: instead of wss:.", js.line, null);
  const address = parsed.port === "" ? `${parsed.hostname}:80` : hostOf(parsed);
  const { id, cause, writes, section } = newConnection(d, "websocket", address, d.design.webSocketWaits);
  const made: WebSocketState = {
    socket: id,
    actor: actorId,
    section,
    url: formatUrl(parsed),
    readyState: 0,
    isUpgraded: false,
    received: "",
    closeSent: false,
    closeReceived: false,
    outgoing: [],
    nextFrame: 1,
    frames: [],
    listeners: [],
  };
  d.s.webSockets = [...d.s.webSockets, made];
  const task = { type: "connect-start", socket: id, cause } as const;
  if (d.design.webSocketWaits)
    waitAtGate(d, actorId, {
      output: { type: "connect", socket: id, address },
      layer: "kj",
      writes,
      task,
      idleTurns: 1,
    });
  else d.armBreadthFirst(task);
  return js.hostObject("WebSocket", id);
}

/** socket.send(data) */
export function sendMessage(d: Draft, id: SocketId, data: Value): void {
  const js = d.js();
  const { readyState, closeSent } = d.webSocket(id);
  if (readyState === 0) {
    failure(
      d,
      "TypeError",
      "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.",
    );
  }
  if (closeSent) failure(d, "TypeError", "Can't call WebSocket send() after close().");
  const bytes = isRef(data) ? js.asBytes(data) : null;
  enqueueFrame(d, id, "message", bytes === null ? js.toText(data) : decodeUtf8(bytes), 0);
}

/** socket.close(code, reason) */
export function closeWebSocket(d: Draft, id: SocketId, code: Value, reason: Value): void {
  const js = d.js();
  const { readyState, closeSent, closeReceived } = d.webSocket(id);
  const number = code === undefined ? null : Math.trunc(Number(js.toText(code))) || 0;
  if (number === null && reason !== undefined)
    failure(
      d,
      "InvalidAccessError",
      "If you specify a WebSocket close reason, you must also specify a code.",
    );
  if (number !== null && !isCloseCode(number))
    failure(d, "InvalidAccessError", `Invalid WebSocket close code: ${number}.`);
  if (closeSent || readyState === 3) return;
  d.patchWebSocket(id, { closeSent: true });
  d.emit({ kind: "socket-closing", socket: id }, { writes: d.actor(d.webSocket(id).actor).confirmed });
  if (readyState === 0) return giveUpHandshake(d, id);
  d.patchWebSocket(id, { readyState: closeReceived ? 3 : 2 });
  enqueueFrame(d, id, "close", reason === undefined ? "" : js.toText(reason), number ?? NO_CODE);
}

function isCloseCode(code: number): boolean {
  return code >= 1000 && code < 5000 && code !== 1004 && code !== NO_CODE && code !== 1006 && code !== 1015;
}

/** A message or a close: here its locks are captured, message by message. */
function enqueueFrame(d: Draft, id: SocketId, type: FrameType, text: string, code: number): void {
  const { actor, nextFrame, outgoing } = d.webSocket(id);
  const writes = d.actor(actor).confirmed;
  const output = { type: "frame", socket: id, frame: nextFrame, frameType: type, text } as const;
  const waiter = waitAtGate(d, actor, {
    output,
    layer: "kj",
    writes,
    task: { type: "pump-messages", socket: id, cause: d.cause },
    idleTurns: 1,
  });
  d.patchWebSocket(id, {
    nextFrame: nextFrame + 1,
    outgoing: [...outgoing, { id: nextFrame, type, text, code, output, waiter, writes }],
  });
}

// ---- events

const EVENTS: ReadonlySet<string> = new Set(["open", "message", "close", "error"]);

/** Whether a property of a WebSocket is a place for a listener: "onopen". */
export function eventOfProperty(name: string): string | null {
  const event = name.startsWith("on") ? name.slice(2) : "";
  return EVENTS.has(event) ? event : null;
}

/** socket.addEventListener(event, callback, { once }) */
export function addListener(d: Draft, id: SocketId, event: Value, callback: Value, options: Value): void {
  const js = d.js();
  const fn = js.asFunction(callback);
  if (fn === null)
    throw new HandlerStuck(
      "addEventListener() with something else than a function is not modelled: give it a function.",
      js.line,
      null,
    );
  const name = js.toText(event);
  const { listeners } = d.webSocket(id);
  if (listeners.some((one) => !one.isProperty && one.event === name && one.callbackRef === fn.ref)) return;
  const once = isRef(options) && js.getProperty(options, "once") === true;
  d.patchWebSocket(id, {
    listeners: [...listeners, { event: name, isProperty: false, once, callbackRef: fn.ref }],
  });
}

/** socket.removeEventListener(event, callback) */
export function removeListener(d: Draft, id: SocketId, event: Value, callback: Value): void {
  if (!isRef(callback)) return;
  const name = d.js().toText(event);
  d.patchWebSocket(id, {
    listeners: d
      .webSocket(id)
      .listeners.filter((one) => one.isProperty || one.event !== name || one.callbackRef !== callback.ref),
  });
}

/** socket.onopen = callback; anything else than a function is none. */
export function setListener(d: Draft, id: SocketId, event: string, callback: Value): void {
  const fn = d.js().asFunction(callback);
  const others = d.webSocket(id).listeners.filter((one) => !one.isProperty || one.event !== event);
  const own = fn === null ? [] : [{ event, isProperty: true, once: false, callbackRef: fn.ref }];
  d.patchWebSocket(id, { listeners: [...own, ...others] });
}

/** socket.onopen */
export function listenerOf(d: Draft, id: SocketId, event: string): Value {
  const found = d.webSocket(id).listeners.find((one) => one.isProperty && one.event === event);
  return found === undefined ? null : { ref: found.callbackRef };
}

/** Tells the handler of an event. What cannot become a WebSocket has an error, and is closed then. */
export function tellHandler(d: Draft, id: SocketId, event: WebSocketEvent): void {
  if (event.type !== "failed") return dispatchEvent(d, id, event);
  dispatchEvent(d, id, { ...event, type: "error" });
  d.patchWebSocket(id, { readyState: 3 });
  dispatchEvent(d, id, NOT_ESTABLISHED);
}

const NOT_ESTABLISHED = {
  type: "close",
  code: 1006,
  reason: "Failed to establish websocket connection",
  wasClean: false,
} as const;

type ListenerEvent =
  | Exclude<WebSocketEvent, { readonly type: "failed" }>
  | { readonly type: "error"; readonly name: string; readonly message: string };

/** Calls the listeners of an event: the property's first, then the others in order (run on workerd). */
function dispatchEvent(d: Draft, id: SocketId, event: ListenerEvent): void {
  const js = d.js();
  const { readyState, closeSent } = d.webSocket(id);
  if (event.type === "open") d.patchWebSocket(id, { readyState: 1 });
  if (event.type === "close" && event.wasClean) d.patchWebSocket(id, { readyState: closeSent ? 3 : 2 });
  const { listeners } = d.webSocket(id);
  const made = eventObject(d, id, event);
  for (const one of listeners) {
    if (one.event !== event.type) continue;
    if (one.once)
      d.patchWebSocket(id, { listeners: d.webSocket(id).listeners.filter((other) => other !== one) });
    js.callFunction({ ref: one.callbackRef }, [made]);
  }
  // A connection that ends without a close frame still counts as open while its listeners run (run on workerd).
  if (event.type === "close" && !event.wasClean && readyState === 1) d.patchWebSocket(id, { readyState: 2 });
}

function eventObject(d: Draft, id: SocketId, event: ListenerEvent): Ref {
  const js = d.js();
  const common = { type: event.type, target: js.hostObject("WebSocket", id) };
  switch (event.type) {
    case "open":
      return js.newObject(common);
    case "message":
      return js.newObject({ ...common, data: event.text });
    case "close":
      return js.newObject({ ...common, code: event.code, reason: event.reason, wasClean: event.wasClean });
    case "error": {
      const error = js.newError(event.name === "TypeError" ? "TypeError" : "Error", event.message);
      return js.newObject({ ...common, message: `Uncaught ${event.name}: ${event.message}`, error });
    }
  }
}
