/*
 * Requests: from the client to the object, and the response back through the gate (MODEL 2.4 rows 3 and 4).
 */
import type { RequestId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Value } from "../handler/host.ts";
import { alarmEnds, alarmReported, callAlarm } from "./alarms.ts";
import { bodyArrives, cutBody, startBody } from "./bodies.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitAtGate } from "./gate.ts";
import { destroyWhenIdle, liveActor, runTurn } from "./object.ts";
import type { World } from "./setup.ts";
import type { RequestState } from "./state.ts";

const NO_RESPONSE = "Incorrect type for Promise: the Promise did not resolve to 'Response'.";
/** The object that a path without "/OBJECT:" names. */
const DEFAULT_OBJECT = "demo";

/** The requests of a world, none sent yet. */
export function plannedRequests(world: World): readonly RequestState[] {
  const requests: RequestState[] = [];
  world.requests.forEach((entry, group) => {
    const atMs = typeof entry === "object" && "atMs" in entry ? ms(entry.atMs) : null;
    const paths = typeof entry === "string" ? [entry] : "atMs" in entry ? [entry.path] : entry;
    for (const text of paths) {
      const match = /^\/OBJECT:([^/]+)(\/.*)?$/.exec(text);
      requests.push({
        id: (requests.length + 1) as RequestId,
        path: match === null ? text : (match[2] ?? "/"),
        object: match?.[1] ?? DEFAULT_OBJECT,
        group,
        atMs,
        isAlarm: false,
        state: "planned",
        actor: null,
        clientGone: false,
        waiter: null,
        writes: [],
        status: 0,
        bodyRef: 0,
        parts: [],
        body: "",
        dueAt: atMs ?? ms(0),
        cause: null,
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
    d.patchRequest(request.id, { state: "running", cause });
    d.armBreadthFirst({ type: "deliver", request: request.id, cause });
  }
}

/** A request reaches its object, which starts if it has no life. */
export function deliverRequest(d: Draft, id: RequestId): void {
  const actor = liveActor(d, d.request(id).object);
  if (actor === null) return;
  d.patchRequest(id, { actor });
  d.armDepthFirst({
    type: "js",
    actor,
    entry: { type: "fetch", request: id },
    section: 0,
    cause: d.request(id).cause,
  });
}

/** The handler's fetch() or alarm() runs. */
export function callFetch(d: Draft, id: RequestId): void {
  const { path, actor, isAlarm } = d.request(id);
  if (isAlarm) return callAlarm(d, id);
  if (actor === null) return;
  d.actorId = actor;
  d.cause = d.emit({ kind: "request-delivered", request: id, path });
  runTurn(d, actor, `fetch ${path}`, (js) => {
    const instance = { ref: d.actor(actor).instanceRef };
    if (!js.hasMethod(instance, "fetch")) {
      handlerSettled(
        d,
        id,
        "rejected",
        js.newError("TypeError", 'The receiver does not implement the method "fetch".'),
      );
      return;
    }
    js.onSettled(js.callMethod(instance, "fetch", [js.newRequest(`http://object${path}`)]), `fetch:${id}`);
  });
}

/** The promise of fetch() has settled: here the response's locks are captured. */
export function handlerSettled(
  d: Draft,
  id: RequestId,
  outcome: "resolved" | "rejected",
  value: Value,
): void {
  const js = d.js();
  const { actor } = d.request(id);
  if (actor === null) return;
  const response = outcome === "resolved" ? js.asResponse(value) : null;
  const error =
    response !== null
      ? null
      : outcome === "rejected"
        ? (js.asError(value) ?? { name: "Error", message: js.toText(value) })
        : { name: "TypeError", message: NO_RESPONSE };
  const status = response?.status ?? 500;
  const body = response?.body ?? `caller sees ${error?.name}: ${error?.message} {"remote":true}`;
  const writes = d.actor(actor).confirmed;
  const cause =
    response !== null
      ? d.emit({ kind: "handler-returns", request: id, status, body }, { writes })
      : d.emit(
          { kind: "handler-throws", request: id, text: `${error?.name}: ${error?.message}` },
          { writes },
        );
  const bodyRef = response?.stream?.ref ?? 0;
  d.patchRequest(id, { state: "returned", status, body, bodyRef, writes, cause });
  const waiter = waitAtGate(d, actor, {
    output: { type: "response", request: id, status, body },
    layer: response !== null ? "js" : "kj",
    writes,
    task:
      response !== null
        ? { type: "js", actor, entry: { type: "respond", request: id }, section: 0, cause }
        : { type: "send-response", request: id, cause },
    idleTurns: 1,
  });
  d.patchRequest(id, { waiter });
}

/** The response crosses the gate and leaves. */
export function sendResponse(d: Draft, id: RequestId): void {
  const request = d.request(id);
  if (request.actor === null) return;
  if (request.isAlarm) return alarmReported(d, id);
  const output = { type: "response", request: id, status: request.status, body: request.body } as const;
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
  if (request.bodyRef !== 0) startBody(d, id);
}

/** A request of an aborted life fails: the caller sees the error. Nothing of the handler's is in it. */
export function failRequest(d: Draft, id: RequestId): void {
  const { actor, clientGone, isAlarm, state } = d.request(id);
  if (actor === null) return;
  d.actorId = actor;
  if (isAlarm) alarmEnds(d, id, false, d.actor(actor).abortedByHandler);
  else if (clientGone) d.patchRequest(id, { state: "answered" });
  else if (state === "streaming") cutBody(d, id);
  else leave(d, id);
  destroyWhenIdle(d, actor);
}

function leave(d: Draft, id: RequestId): void {
  const { status, body, bodyRef, actor } = d.request(id);
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
    if (next.state === "planned" && next.atMs === null) d.patchRequest(next.id, { dueAt: d.s.now });
}

/** The client leaves: the object goes on, only the response has nobody to go to. */
export function clientDisconnects(d: Draft, id: RequestId): void {
  const { state, cause } = d.request(id);
  d.emit({ kind: "outside", event: { type: "client-disconnects", request: id } }, { cause, actor: null });
  const isAnswered = state === "sent" || state === "streaming";
  d.patchRequest(id, { clientGone: true, ...(isAnswered ? { state: "answered" as const } : {}) });
}
