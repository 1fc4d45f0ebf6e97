/*
 * Calls that leave the object (MODEL 2.4): fetch() over a connection of its own (row 1), fetch() of another object's
 * stub, and other methods of it (row 8). Each captures the gate when it is called. fetch() goes on through JavaScript, so it
 * needs the input gate and a live context too; a call of a method goes on below it. Nothing is connected before.
 */
import { mustGet } from "../base/assert.ts";
import type { ActorId, CallId, RequestId } from "../base/ids.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import type { Ref, RequestParts, Value } from "../handler/host.ts";
import { HandlerStuck, HandlerThrow, isRef } from "../handler/host.ts";
import { hostOf, parseUrl, type UrlParts } from "../handler/url.ts";
import { newConnection } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitAtGate } from "./gate.ts";
import { tearDown } from "./network.ts";
import { NEW_REQUEST } from "./new-request.ts";
import type { Output } from "./records.ts";
import { beginReading } from "./request-body.ts";
import type { BreakError, CallState, Entry, RequestState, StubState } from "./state.ts";

/** fetch(input, init): what is wrong with its arguments is a rejection, as fetch() is an async function. */
export function fetchUrl(d: Draft, actorId: ActorId, input: Value, init: Value): Ref {
  const js = d.js();
  const promise = js.newPromise();
  const parts = requestParts(d, promise, input, init);
  if (parts === null) return promise;
  const signal = signalIn(d, init);
  if (signal !== null && js.getProperty(signal, "aborted") === true) {
    js.reject(promise, js.getProperty(signal, "reason"));
    return promise;
  }
  const url = urlOf(parts);
  if (url.protocol === "https:") stuck(d, "fetch() over TLS is not modelled: use http: instead of https:.");
  if (url.protocol !== "http:") {
    js.reject(promise, js.newError("TypeError", `Fetch API cannot load: ${parts.url}`));
    return promise;
  }
  if (parts.headers.some(([name]) => name === "upgrade"))
    stuck(d, "fetch() with an Upgrade header is not modelled: use new WebSocket(url).");
  const isStream = isRef(parts.body) && js.asBytes(parts.body, 0) === null;
  const body = isStream ? null : bodyOf(d, parts);
  const socket = newConnection(d, "fetch", addressOf(url), true).id;
  const { method } = parts;
  makeCall(d, actorId, promise, (call) => ({ type: "fetch", call, socket, method, url: parts.url }), {
    ...parts,
    type: "http",
    socket,
    signalRef: signal?.ref ?? 0,
    body,
    streamRef: isStream && isRef(parts.body) ? parts.body.ref : 0,
  });
  return promise;
}

/** stub.fetch(input, init) */
export function fetchObject(d: Draft, actorId: ActorId, stub: number, input: Value, init: Value): Ref {
  const promise = d.js().newPromise();
  const parts = requestParts(d, promise, input, init);
  if (parts === null) return promise;
  if (signalIn(d, init) !== null)
    stuck(d, "A signal for a call of another object is not modelled: leave it out.");
  const { object } = stubOf(d, stub);
  const what = `${parts.method} ${pathOf(parts.url)}`;
  makeCall(d, actorId, promise, (call) => ({ type: "call", call, object, what }), {
    ...parts,
    type: "object",
    stub,
    body: bodyOf(d, parts),
  });
  return promise;
}

/** stub.method(...args): the arguments are copied. */
export function callMethod(
  d: Draft,
  actorId: ActorId,
  stub: number,
  method: string,
  args: readonly Value[],
): Ref {
  const js = d.js();
  const data = args.map((arg) => js.toData(arg));
  if (data.some((arg) => arg === undefined)) {
    stuck(
      d,
      "A function, a stub or another platform object as an argument of another object's method is not modelled: give it plain data.",
    );
  }
  const promise = js.newPromise();
  const { object } = stubOf(d, stub);
  makeCall(d, actorId, promise, (call) => ({ type: "call", call, object, what: `${method}()` }), {
    type: "rpc",
    stub,
    method,
    args: data,
  });
  return promise;
}

function stuck(d: Draft, message: string): never {
  throw new HandlerStuck(message, d.js().line, null);
}

function stubOf(d: Draft, stub: number): StubState {
  return mustGet(d.s.stubs[stub - 1], `stub ${stub}`);
}

/** What fetch()'s arguments say; null when they cannot be understood: the promise is rejected then. */
function requestParts(d: Draft, promise: Ref, input: Value, init: Value): RequestParts | null {
  const js = d.js();
  try {
    return js.asRequest(js.requestOf(input, init));
  } catch (thrown) {
    if (!(thrown instanceof HandlerThrow)) throw thrown;
    js.reject(promise, thrown.value);
    return null;
  }
}

/** The signal in fetch()'s options, if there is one. */
function signalIn(d: Draft, init: Value): Ref | null {
  const signal = isRef(init) ? d.js().getProperty(init, "signal") : null;
  return isRef(signal) ? signal : null;
}

/** The signal of a fetch() is aborted: a call that is out is given up; one that is held hears of it when the gate lets it through. */
export function abortCall(d: Draft, id: CallId): void {
  const { state, socket } = d.call(id);
  d.patchCall(id, { isAborted: true });
  if (state !== "out") return;
  d.patchCall(id, { state: "failed" });
  // Elsewhere the HTTP client gives the connection up by itself, soon.
  if (socket !== null && !d.design.readsAnswersAhead) tearDown(d, socket);
  enterCall(d, id, "call-fails");
}

/** The body as text. */
function bodyOf(d: Draft, { body }: RequestParts): string | null {
  if (!isRef(body)) return body;
  const bytes = d.js().asBytes(body);
  if (bytes === null)
    stuck(
      d,
      "A stream as the body of a call of another object is not modelled: use a string or a Uint8Array.",
    );
  return decodeUtf8(bytes);
}

function urlOf({ url }: { readonly url: string }): UrlParts {
  return mustGet(parseUrl(url), "the parts of a Request's URL");
}

function addressOf(url: UrlParts): string {
  return url.port === "" ? `${url.hostname}:80` : hostOf(url);
}

function pathOf(url: string): string {
  const { pathname, search } = urlOf({ url });
  return `${pathname}${search}`;
}

/** A call is made: here its locks are captured. */
function makeCall(
  d: Draft,
  actorId: ActorId,
  promise: Ref,
  outputOf: (id: CallId) => Output,
  parts: Partial<CallState> & Pick<CallState, "type">,
): void {
  const id = (d.s.calls.length + 1) as CallId;
  const output = outputOf(id);
  const writes = d.actor(actorId).confirmed;
  const cause =
    output.type === "call"
      ? d.emit({ kind: "call-made", call: id, object: output.object, what: output.what }, { writes })
      : d.cause;
  const made: CallState = {
    socket: null,
    stub: 0,
    url: "",
    method: "",
    headers: [],
    body: null,
    signalRef: 0,
    isAborted: false,
    streamRef: 0,
    isReading: false,
    headSent: false,
    chunks: [],
    bodyEnded: false,
    args: [],
    waiter: null,
    state: "held",
    received: "",
    answer: null,
    error: null,
    bodyForm: "text",
    bodyRef: 0,
    ...parts,
    id,
    actor: actorId,
    section: d.section,
    output,
    writes,
    cause,
    promiseRef: promise.ref,
  };
  d.s.calls = [...d.s.calls, made];
  const isBelow = parts.type === "rpc";
  const waiter = waitAtGate(d, actorId, {
    output,
    layer: isBelow ? "kj" : "js",
    writes,
    task: isBelow
      ? { type: "call-passes", call: id, cause }
      : { type: "js", actor: actorId, section: d.section, entry: { type: "call-passes", call: id }, cause },
    idleTurns: isBelow ? 1 : d.design.idleFetchTurns,
  });
  d.patchCall(id, { waiter });
  if (made.signalRef === 0) return;
  const js = d.js();
  const listener = js.getProperty(js.hostObject("FetchCall", id), "abort");
  js.callMethod({ ref: made.signalRef }, "addEventListener", ["abort", listener]);
}

/** The gate has let a call through, and for fetch() the input gate too: it crosses the gate line. */
export function callPasses(d: Draft, id: CallId): void {
  const { waiter, output, writes, actor, socket, section, isAborted } = d.call(id);
  if (isAborted) {
    d.cause = d.emit({ kind: "output-dropped", waiter, output, why: "aborted by the handler" }, { actor });
    d.patchCall(id, { state: "failed" });
    return enterCall(d, id, "call-fails");
  }
  passGate(d, waiter, output, writes, actor);
  d.patchCall(id, { state: "out", cause: d.cause });
  if (socket === null) return reachObject(d, id);
  d.section = section;
  d.armBreadthFirst({ type: "connect-start", socket, cause: d.cause }, d.design.fetchConnectTurns);
  if (d.design.readsRequestBodiesAhead) beginReading(d, id);
}

/** Another object is called: through a stub that has reached a life which is broken by now, nothing can be (run on workerd). */
function reachObject(d: Draft, id: CallId): void {
  const { stub, type, url, method } = d.call(id);
  const { reached, object } = stubOf(d, stub);
  const broken = reached === null ? null : d.actor(reached).error;
  if (broken !== null) {
    const { remote: _, ...flags } = broken.flags;
    return failCall(d, id, { ...broken, flags });
  }
  const request: RequestState = {
    ...NEW_REQUEST,
    id: (d.s.requests.length + 1) as RequestId,
    call: id,
    path: type === "rpc" ? `${method}()` : pathOf(url),
    object,
    state: "running",
    cause: d.cause,
  };
  d.s.requests = [...d.s.requests, request];
  d.armBreadthFirst({ type: "deliver", request: request.id, cause: d.cause });
}

/** A call has reached a life of an object: its stub goes on to mean that one. */
export function bindStub(d: Draft, id: CallId, reached: ActorId): void {
  const { stub } = d.call(id);
  d.s.stubs = d.s.stubs.map((entry, at) => (at === stub - 1 ? { ...entry, reached } : entry));
}

/** The head of an answer is there. */
export function answerCall(d: Draft, id: CallId): void {
  if (d.call(id).state !== "out") return;
  d.patchCall(id, { state: "answered", cause: d.cause });
  enterCall(d, id, "call-answered");
}

/** A call fails: its promise rejects. */
export function failCall(d: Draft, id: CallId, error: BreakError): void {
  d.patchCall(id, { state: "failed", error, cause: d.cause });
  enterCall(d, id, "call-fails");
}

/** Enters JavaScript with what a call has come to. */
export function enterCall(
  d: Draft,
  id: CallId,
  type: Extract<Entry["type"], "call-answered" | "call-fails" | "body-read">,
): void {
  const { actor, section } = d.call(id);
  d.armBreadthFirst({ type: "js", actor, section, entry: { type, call: id }, cause: d.cause });
}
