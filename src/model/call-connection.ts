/*
 * The connection of a fetch(): the request goes out when it is up, the answer comes back, and the connection is closed or
 * kept for the next fetch() to the same address.
 */
import type { CallId, SocketId } from "../base/ids.ts";
import { parseUrl } from "../handler/url.ts";
import { CONNECTION_LOST } from "./break-error.ts";
import { answerCall, enterCall, failCall } from "./calls.ts";
import type { Draft } from "./draft.ts";
import { readAnswer, requestHead } from "./http.ts";
import { byteLength, sendData, sendSyn, tearDown } from "./network.ts";
import { beginReading, sendRequestBody } from "./request-body.ts";
import type { BreakError, CallState, SocketState, State } from "./state.ts";

/** A connection that ends too early, or cannot be made, as fetch() rejects (run on workerd). */
export const LOST: BreakError = { message: CONNECTION_LOST, flags: { retryable: true } };
const PROTOCOL_ERROR: BreakError = { message: "internal error; reference = ...", flags: {} };

/** The call that a connection serves now. */
function servedBy(d: Draft, id: SocketId): CallState | undefined {
  return d.s.calls.findLast(({ socket, state }) => socket === id && state !== "held" && state !== "failed");
}

/** A fetch() that the gate has let through gets its connection: one that is kept for it, or a new one. */
export function startFetch(d: Draft, id: SocketId): void {
  const call = servedBy(d, id);
  const socket = d.socket(id);
  if (call === undefined || socket.torn) return;
  const kept = d.s.sockets.find(
    ({ use, torn, address }) => use === "pooled" && !torn && address === socket.address,
  );
  if (kept === undefined) {
    d.emit({ kind: "connect-starts", socket: id }, { actor: socket.actor });
    return sendSyn(d, id);
  }
  d.patchSocket(id, { stage: "closed", torn: true });
  d.emit(
    { kind: "socket-closed", socket: id, why: `connection ${kept.id} is used again` },
    { actor: socket.actor },
  );
  const { actor, section, writes } = socket;
  d.patchSocket(kept.id, { use: "fetch", actor, section, writes, cause: d.cause });
  d.patchCall(call.id, { socket: kept.id });
  sendRequest(d, kept.id);
}

/** The handshake of a fetch() has been answered. */
export function callIsConnected(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  if (socket.handshake === "refused") return loseConnection(d, id);
  d.patchSocket(id, { stage: "open" });
  d.cause = d.emit({ kind: "socket-opens", socket: id }, { actor: socket.actor });
  sendRequest(d, id);
  if (socket.unread.length > 0 || socket.sawFin) callHears(d, id);
}

function sendRequest(d: Draft, id: SocketId): void {
  const call = servedBy(d, id);
  const url = parseUrl(call?.url ?? "");
  if (call === undefined || url === null) return;
  const { method, headers, body } = call;
  if (call.streamRef !== 0) {
    const head = requestHead(method, url, headers, "chunked");
    sendData(d, id, head, byteLength(head));
    d.patchCall(call.id, { headSent: true });
    beginReading(d, call.id);
    return sendRequestBody(d, call.id);
  }
  const text = requestHead(method, url, headers, body === null ? null : byteLength(body)) + (body ?? "");
  sendData(d, id, text, byteLength(text));
}

/** The connection of a fetch() is gone: a call without an answer rejects, and so does what reads a body that is not complete. */
function loseConnection(d: Draft, id: SocketId, error: BreakError = LOST): void {
  const socket = d.socket(id);
  const call = servedBy(d, id);
  tearDown(d, id);
  d.patchSocket(id, { stage: "failed" });
  d.cause = d.emit({ kind: "socket-fails", socket: id, error: error.message }, { actor: socket.actor });
  if (call === undefined) return;
  if (call.state === "out") return failCall(d, call.id, error);
  d.patchCall(call.id, { error });
  goOnReading(d, call.id);
}

/** Something of an answer, or the end of the connection, has reached the object's host. */
export function callHears(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  const before = servedBy(d, id);
  if (before === undefined || socket.stage !== "open") return;
  const received = before.received + socket.unread.join("");
  d.patchSocket(id, { unread: [], taken: 0 });
  d.patchCall(before.id, { received });
  if (before.answer?.isComplete === true) return;
  if (socket.sawRst) return loseConnection(d, id);
  const answer = readAnswer(received, socket.sawFin, d.design.readsAnswersAhead);
  if (answer === "malformed")
    return loseConnection(d, id, d.design.malformedAnswerIsLost ? LOST : PROTOCOL_ERROR);
  if (answer === null) {
    if (socket.sawFin) loseConnection(d, id);
    return;
  }
  d.patchCall(before.id, { answer: { ...answer, result: null } });
  answerCall(d, before.id);
  if (answer.isComplete) {
    if (d.design.readsAnswersAhead && !answer.closes) keepForNext(d, id);
    goOnReading(d, before.id);
  } else if (socket.sawFin) loseConnection(d, id);
}

/** A connection whose answer is complete serves the next fetch(); it is the runtime's from here on, not the object's. */
function keepForNext(d: Draft, id: SocketId): void {
  const call = servedBy(d, id);
  if (call !== undefined) d.patchCall(call.id, { socket: null });
  d.patchSocket(id, { use: "pooled" });
}

/** A kept connection that ends, or says something unasked, is given up. */
export function pooledHears(d: Draft, id: SocketId): void {
  tearDown(d, id);
  d.patchSocket(id, { stage: "closed" });
  d.emit({ kind: "socket-closed", socket: id, why: "it was kept for a next fetch(), and ended" });
}

/** Whether the HTTP client is about to give up a connection: it has served its one request, or that was aborted. */
export function mayHangUp({ calls }: Pick<State, "calls">, { id, torn, handshake }: SocketState): boolean {
  if (torn || handshake === "none") return false;
  return calls.some(
    ({ socket, answer, state, isAborted }) =>
      socket === id && ((answer?.isComplete === true && answer.closes) || (state === "failed" && isAborted)),
  );
}

/** The HTTP client gives up a connection. */
export function hangUp(d: Draft, id: SocketId): void {
  const { actor } = d.socket(id);
  const call = servedBy(d, id);
  d.cause = call?.cause ?? null;
  tearDown(d, id);
  d.patchSocket(id, { stage: "closed" });
  const why = call === undefined ? "the call was aborted" : "the answer is complete";
  d.cause = d.emit({ kind: "socket-closed", socket: id, why }, { actor });
  if (call !== undefined) goOnReading(d, call.id);
}

/** Reading an answer's body goes on: when all of it is there, and its connection is done with, JavaScript gets it. */
export function goOnReading(d: Draft, id: CallId): void {
  const { bodyRef, answer, error, socket } = d.call(id);
  if (bodyRef === 0 || (error === null && answer?.isComplete !== true)) return;
  if (error === null && socket !== null && d.socket(socket).use === "fetch" && !d.socket(socket).torn) {
    // The HTTP client gives the connection up by itself, and the end of the body is known then.
    if (d.design.readsAnswersAhead) return;
    if (answer?.closes === true) return hangUp(d, socket);
    keepForNext(d, socket);
  }
  enterCall(d, id, "body-read");
}
