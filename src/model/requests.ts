/*
 * Requests: from the client to the object, and the response back through the gate (MODEL 2.4 rows 3 and 4).
 */
import type { ActorId, RequestId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Machine, Value } from "../handler/host.ts";
import { HandlerStuck } from "../handler/host.ts";
import { alarmEnds, alarmReported, callAlarm } from "./alarms.ts";
import { bodyArrives, cutBody, startBody } from "./bodies.ts";
import { callerSees, tunneledError } from "./break-error.ts";
import { answerCall, bindStub, failCall } from "./calls.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitAtGate } from "./gate.ts";
import { NEW_REQUEST } from "./new-request.ts";
import { destroyWhenIdle, liveActor, runTurn } from "./object.ts";
import type { Output } from "./records.ts";
import type { World } from "./setup.ts";
import type { BreakError, CallState, RequestState } from "./state.ts";

const NO_RESPONSE = "Incorrect type for Promise: the Promise did not resolve to 'Response'.";
/** Promise jobs from the one in which fetch()'s promise has settled to the one that captures the locks (recorded on main). */
const RESPOND_JOBS = 3;
/** The object that a path without "/OBJECT:" names. */
const DEFAULT_OBJECT = "demo";

/** The requests of a world, none sent yet. */
export function plannedRequests(world: World): readonly RequestState[] {
  const requests: RequestState[] = [];
  world.requests.forEach((entry, group) => {
    const own = typeof entry === "object" && "path" in entry ? entry : null;
    const atMs = own?.atMs === undefined ? null : ms(own.atMs);
    const paths = typeof entry === "string" ? [entry] : "path" in entry ? [entry.path] : entry;
    for (const text of paths) {
      const match = /^\/OBJECT:([^/]+)(\/.*)?$/.exec(text);
      requests.push({
        ...NEW_REQUEST,
        id: (requests.length + 1) as RequestId,
        path: match === null ? text : (match[2] ?? "/"),
        object: match?.[1] ?? DEFAULT_OBJECT,
        group,
        atMs,
        dueAt: atMs ?? ms(0),
      });
    }
  });
  return requests;
}

/** The requests of one group reach their objects, in one turn of the caller. */
export function sendGroup(d: Draft, first: RequestId): void {
  const { group } = d.request(first);
  for (const request of d.s.requests) {
    if (request.group !== group || request.state !== "planned") continue;
    const cause = d.emit(
      { kind: "outside", event: { type: "request", request: request.id, path: request.path } },
      { cause: null },
    );
    const own = d.world.requests[group];
    const leavesAfterMs = typeof own === "object" && "path" in own ? own.leavesAfterMs : undefined;
    const leavesAt = leavesAfterMs === undefined ? null : ms(d.s.now + leavesAfterMs);
    d.patchRequest(request.id, { state: "running", leavesAt, cause });
    d.armBreadthFirst({ type: "deliver", request: request.id, cause });
  }
}

/** A request reaches its object, which starts if it has no life. */
export function deliverRequest(d: Draft, id: RequestId): void {
  const actor = liveActor(d, d.request(id).object);
  if (actor === null) return;
  const { call } = d.request(id);
  d.patchRequest(id, { actor });
  if (call !== null) bindStub(d, call, actor);
  const entry = { type: "fetch", request: id } as const;
  const task = { type: "js", actor, entry, section: 0, cause: d.request(id).cause } as const;
  d.armBreadthFirst(task, placeInGroup(d, id, actor));
}

/**
 * How many requests of the same turn the object gets before this one: each waits for the input gate until the one before it
 * has run, and what that wrote is being committed by then (recorded on every build).
 */
function placeInGroup(d: Draft, id: RequestId, actor: ActorId): number {
  const { group, call } = d.request(id);
  if (call !== null) return 0;
  return d.s.requests.filter(
    (other) => other.group === group && other.call === null && other.actor === actor && other.id < id,
  ).length;
}

/** Methods that no other object may call. */
const RESERVED = /^(alarm|dup|webSocket(Message|Close|Error))$/;

/** The handler's fetch() or alarm() runs, or the method that another object calls. */
export function callHandler(d: Draft, id: RequestId): void {
  const { path, actor, call, isAlarm } = d.request(id);
  if (isAlarm) return callAlarm(d, id);
  if (actor === null) return;
  d.actorId = actor;
  d.cause = d.emit({ kind: "request-delivered", request: id, path, ...(call === null ? {} : { call }) });
  const made = call === null ? null : d.call(call);
  const isMethod = made?.type === "rpc";
  runTurn(d, actor, isMethod ? path : `fetch ${path}`, (js) => {
    const instance = { ref: d.actor(actor).instanceRef };
    const method = isMethod ? made.method : "fetch";
    const isReserved = isMethod && RESERVED.test(method);
    if (isReserved || !js.hasMethod(instance, method)) {
      const receiver = isMethod ? "RPC receiver" : "receiver";
      const message = isReserved
        ? `'${method}' is a reserved method and cannot be called over RPC.`
        : `The ${receiver} does not implement the method "${method}".`;
      handlerSettled(d, id, "rejected", js.newError("TypeError", message));
      return;
    }
    const args = isMethod ? made.args.map((arg) => js.fromData(arg)) : [requestObject(js, path, made)];
    js.onSettled(js.callMethod(instance, method, args), `fetch:${id}:${RESPOND_JOBS}`);
  });
}

/** The Request that a handler gets. Its signal is aborted by nobody: a client that leaves does not (recorded). */
function requestObject(js: Machine, path: string, call: CallState | null): Value {
  const request = call === null ? js.newRequest(`http://object${path}`) : js.newRequest(call.url, call);
  js.setProperty(request, "signal", js.newSignal());
  return request;
}

/** The promise of fetch() or of a called method has settled: here the locks of what leaves are captured. */
export function handlerSettled(
  d: Draft,
  id: RequestId,
  outcome: "resolved" | "rejected",
  value: Value,
): void {
  const js = d.js();
  const { actor, call } = d.request(id);
  if (actor === null) return;
  const isMethod = call !== null && d.call(call).type === "rpc";
  const writes = d.actor(actor).confirmed;
  const answer = outcome === "rejected" ? null : isMethod ? resultOf(d, value) : responseOf(js, value);
  if (answer === null) {
    const error =
      outcome === "rejected"
        ? (js.asError(value) ?? { name: "Error", message: js.toText(value) })
        : { name: "TypeError", message: NO_RESPONSE };
    const text = `${error.name}: ${error.message}`;
    const cause = d.emit({ kind: "handler-throws", request: id, text }, { writes });
    const crossing = tunneledError(error.name, error.message);
    d.patchRequest(id, { ...failed(crossing), state: "returned", writes, cause });
    return askGate(d, id, { type: "response", request: id, status: 500, body: callerSees(crossing) }, true);
  }
  const { status, body } = answer;
  const bodyRef = js.asResponse(value)?.stream?.ref ?? 0;
  if (call !== null && bodyRef !== 0) {
    throw new HandlerStuck(
      "A stream as the body of an answer to another object is not modelled: answer with text.",
      js.line,
      null,
    );
  }
  const cause = d.emit({ kind: "handler-returns", request: id, status, body }, { writes });
  d.patchRequest(id, { state: "returned", status, body, bodyRef, writes, cause });
  if (call !== null) d.patchCall(call, { answer });
  askGate(
    d,
    id,
    isMethod ? { type: "result", request: id, text: body } : { type: "response", request: id, status, body },
    isMethod,
  );
}

type Answer = NonNullable<CallState["answer"]>;

function responseOf(js: Machine, value: Value): Answer | null {
  const response = js.asResponse(value);
  if (response === null) return null;
  const { status, headers, body } = response;
  return { status, headers, body, statusText: "", result: null, isComplete: true, closes: false };
}

/** What a method gives is copied; its text is shown as the body. */
function resultOf(d: Draft, value: Value): Answer {
  const js = d.js();
  const result = js.toData(value);
  if (result === undefined) {
    throw new HandlerStuck(
      "A method that gives another object a function, a stub or another platform object is not modelled: give it plain data.",
      js.line,
      null,
    );
  }
  const body = js.inspect(value);
  return { status: 200, statusText: "", headers: [], body, result, isComplete: true, closes: false };
}

/** What a failed request says to a client, and to another object. */
function failed(error: BreakError): Pick<RequestState, "status" | "body" | "error"> {
  return { status: 500, body: callerSees(error), error };
}

/** What leaves waits at the gate: a response through JavaScript (2.4 row 3), an exception or a method's result below it (2.4 rows 4 and 9). */
function askGate(d: Draft, id: RequestId, output: Output, isBelow: boolean): void {
  const { actor, writes, cause } = d.request(id);
  if (actor === null) return;
  const waiter = waitAtGate(d, actor, {
    output,
    layer: isBelow ? "kj" : "js",
    writes,
    task: isBelow
      ? { type: "send-response", request: id, cause }
      : { type: "js", actor, entry: { type: "respond", request: id }, section: 0, cause },
    idleTurns: 1,
  });
  d.patchRequest(id, { waiter });
}

/** The response crosses the gate and leaves. */
export function sendResponse(d: Draft, id: RequestId): void {
  const request = d.request(id);
  if (request.actor === null) return;
  if (request.isAlarm) return alarmReported(d, id);
  const output =
    d.s.waiters[(request.waiter ?? 0) - 1]?.output ??
    ({ type: "response", request: id, status: request.status, body: request.body } as const);
  if (request.clientGone) {
    d.emit(
      { kind: "output-dropped", waiter: request.waiter, output, why: "the client has left" },
      { actor: request.actor },
    );
    d.patchRequest(id, { state: "answered" });
    return;
  }
  passGate(d, request.waiter, output, request.writes, request.actor);
  leave(d, id);
  if (d.actor(request.actor).context === "aborted") destroyWhenIdle(d, request.actor);
  if (request.bodyRef !== 0) startBody(d, id);
}

/** A request of an aborted life fails: the caller sees the error. Nothing of the handler's is in it. */
export function failRequest(d: Draft, id: RequestId): void {
  const { actor, clientGone, isAlarm, state } = d.request(id);
  if (actor === null) return;
  d.actorId = actor;
  if (isAlarm) alarmEnds(d, id, false, d.actor(actor).endedByHandler);
  else if (clientGone) d.patchRequest(id, { state: "answered" });
  else if (state === "streaming") cutBody(d, id);
  else leave(d, id);
  destroyWhenIdle(d, actor);
}

function leave(d: Draft, id: RequestId): void {
  const { status, body, bodyRef, actor, call, error } = d.request(id);
  if (call !== null) {
    d.patchRequest(id, { state: "answered" });
    return error === null ? answerCall(d, call) : failCall(d, call, error);
  }
  const cause = d.emit(
    { kind: "outside", event: { type: "response-sent", request: id, status, body } },
    { actor },
  );
  const state = bodyRef === 0 ? "sent" : "streaming";
  d.patchRequest(id, { state, dueAt: ms(d.s.now + d.world.oneWayMs), cause });
}

/** The response reaches the client; the next group goes out when the whole group is answered. */
export function responseArrives(d: Draft, id: RequestId): void {
  const { status, body, bodyRef, cause } = d.request(id);
  const arrived = bodyRef === 0 ? "complete" : bodyArrives(d, id);
  if (arrived === "more") return;
  if (arrived === "complete")
    d.emit(
      { kind: "outside", event: { type: "response", request: id, status, body } },
      { cause, actor: null },
    );
  d.patchRequest(id, { state: "answered" });
  for (const next of d.s.requests)
    if (next.state === "planned" && next.atMs === null)
      d.patchRequest(next.id, { dueAt: ms(d.s.now + d.world.pauseMs) });
}

/** The client leaves: the object goes on, only the response has nobody to go to. */
export function clientDisconnects(d: Draft, id: RequestId): void {
  const { state, cause } = d.request(id);
  d.emit({ kind: "outside", event: { type: "client-disconnects", request: id } }, { cause, actor: null });
  const isAnswered = state === "sent" || state === "streaming";
  d.patchRequest(id, { clientGone: true, ...(isAnswered ? { state: "answered" as const } : {}) });
}
