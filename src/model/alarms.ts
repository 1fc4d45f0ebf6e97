/*
 * Alarms: setAlarm() is a storage write like any other, under a key of its own. The alarm manager calls alarm() at its time,
 * behind the input gate. How alarm() turned out waits for the output gate (MODEL 2.4 rows 6 and 7). An alarm runs in the next
 * life of the object if this one ends before it.
 */
import { mustGet } from "../base/assert.ts";
import type { ActorId, RequestId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Value } from "../handler/host.ts";
import { HandlerThrow, isRef } from "../handler/host.ts";
import { ALARM_KEY, alarmIn, plannedAt } from "./alarm-manager.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitAtGate } from "./gate.ts";
import { NEW_REQUEST } from "./new-request.ts";
import { destroyWhenIdle, runTurn } from "./object.ts";
import type { Output } from "./records.ts";
import { EPOCH_MS } from "./setup.ts";
import type { RequestState } from "./state.ts";
import { acceptWrite } from "./storage.ts";
import { isConfirmed } from "./storage-arguments.ts";
import { viewOf, writesInside } from "./storage-memory.ts";

/** What a handler may call on ctx.storage and on a transaction. */
export const ALARM_METHODS: readonly string[] = ["setAlarm", "getAlarm", "deleteAlarm"];
/** A failed alarm is tried again after 2, 4, 8, ... seconds (without workerd's jitter), and given up after six tries more. */
const RETRY_MS = 2_000;
const MOST_RETRIES = 6;

const NO_HANDLER = "Your Durable Object class must have an alarm() handler in order to call setAlarm()";
const NO_DATE = "Failed to execute 'setAlarm' on 'DurableObjectStorage': parameter 1 is not of type 'date'.";
const INVALID_DATE = "The value cannot be converted because it is not a valid Date.";
const NOT_POSITIVE = "setAlarm() cannot be called with an alarm time <= 0";

/** Calls one of ALARM_METHODS. */
export function callAlarmMethod(
  d: Draft,
  actorId: ActorId,
  type: string,
  method: string,
  args: readonly Value[],
): Value {
  // While alarm() runs there is none, unless it has set one.
  const isSet = writesInside(d, actorId, type).some(({ key }) => key === ALARM_KEY);
  const current = d.actor(actorId).endDeletesAlarm && !isSet ? null : alarmIn(viewOf(d, actorId, type));
  if (method === "getAlarm") {
    d.emit({ kind: "read", op: "getAlarm", key: "", from: "memory" });
    return current === null ? null : EPOCH_MS + current;
  }
  const [first, options] = method === "setAlarm" ? args : [undefined, args[0]];
  const at = method === "setAlarm" ? timeOf(d, actorId, first) : null;
  const confirmed = isConfirmed(d, options);
  if (at !== current)
    acceptWrite(d, actorId, { op: method, key: ALARM_KEY, data: at ?? undefined, confirmed }, type);
  return undefined;
}

/** The time given to setAlarm(), in virtual time and not in the past. */
function timeOf(d: Draft, actorId: ActorId, value: Value): number {
  const js = d.js();
  const fail = (message: string): never => {
    throw new HandlerThrow(js.newError("TypeError", message));
  };
  const data = isRef(value ?? null) ? js.toData(value) : value;
  const time = Array.isArray(data) && data[0] === "date" ? (data[1] as unknown) : data;
  if (typeof time !== "number") return fail(NO_DATE);
  if (!Number.isFinite(time)) return fail(INVALID_DATE);
  const instance = { ref: d.actor(actorId).instanceRef };
  if (instance.ref !== 0 && !js.hasMethod(instance, "alarm")) return fail(NO_HANDLER);
  return time <= 0 ? fail(NOT_POSITIVE) : Math.max(d.s.now, Math.trunc(time) - EPOCH_MS);
}

// ---- alarm()

/** The alarm manager calls the object. */
export function alarmFires(d: Draft, index: number): void {
  const { name, alarm } = mustGet(d.s.objects[index - 1], `object ${index}`);
  const { dueAt, at, retries } = mustGet(alarm, "the alarm that fires");
  d.advanceTo(dueAt);
  d.patchObject(name, { alarm: { ...plannedAt(at), dueAt, retries, running: true } });
  const id = (d.s.requests.length + 1) as RequestId;
  const cause = d.emit(
    { kind: "outside", event: { type: "alarm", request: id, name, retries } },
    { actor: null, cause: null },
  );
  const request: RequestState = {
    ...NEW_REQUEST,
    id,
    path: "alarm()",
    object: name,
    group: Number.MAX_SAFE_INTEGER,
    isAlarm: true,
    state: "running",
    dueAt,
    cause,
  };
  d.s.requests = [...d.s.requests, request];
  d.armBreadthFirst({ type: "deliver", request: id, cause });
}

/** The handler's alarm() runs, unless the object's storage no longer has that alarm. */
export function callAlarm(d: Draft, id: RequestId): void {
  const { actor, object } = d.request(id);
  const { alarm } = d.object(object);
  if (actor === null || alarm === null) return;
  d.actorId = actor;
  d.cause = d.emit({ kind: "request-delivered", request: id, path: "alarm()" });
  if (alarmIn(d.actor(actor).view) !== alarm.at)
    return reportAlarm(d, id, { type: "alarm-done", request: id });
  d.patchActor(actor, { endDeletesAlarm: true });
  runTurn(d, actor, "alarm()", (js) => {
    const info = js.newObject({
      scheduledTime: EPOCH_MS + alarm.at,
      retryCount: alarm.retries,
      isRetry: alarm.retries > 0,
    });
    js.onSettled(js.callMethod({ ref: d.actor(actor).instanceRef }, "alarm", [info]), `alarm:${id}`);
  });
}

/** The promise of alarm() has settled: how is an output, below JavaScript (MODEL 2.4 row 6). */
export function alarmSettled(d: Draft, id: RequestId, outcome: "resolved" | "rejected", value: Value): void {
  const { actor } = d.request(id);
  if (actor === null) return;
  const thrown = outcome === "rejected" ? d.js().asError(value) : null;
  const error =
    outcome === "resolved"
      ? null
      : thrown === null
        ? d.js().toText(value)
        : `${thrown.name}: ${thrown.message}`;
  d.cause = d.emit({ kind: "alarm-ends", request: id, error }, { writes: d.actor(actor).confirmed });
  reportAlarm(d, id, { type: "alarm-outcome", request: id, ok: error === null });
}

function reportAlarm(
  d: Draft,
  id: RequestId,
  output: Output & { type: "alarm-outcome" | "alarm-done" },
): void {
  const { actor } = d.request(id);
  if (actor === null) return;
  const writes = d.actor(actor).confirmed;
  const status = output.type === "alarm-done" || output.ok ? 200 : 500;
  d.patchRequest(id, { state: "returned", status, writes });
  const waiter = waitAtGate(d, actor, {
    output,
    layer: "kj",
    writes,
    task: { type: "send-response", request: id, cause: d.cause },
    idleTurns: 1,
  });
  d.patchRequest(id, { waiter });
}

/**
 * The outcome has crossed the gate. Success deletes the alarm, which is a write like any other, and what the alarm manager
 * is told waits for that (row 7); a failure leaves the alarm where it is, for a retry.
 */
export function alarmReported(d: Draft, id: RequestId): void {
  const { actor, waiter, writes } = d.request(id);
  if (actor === null || waiter === null) return;
  const { output } = d.waiter(waiter);
  d.actorId = actor;
  passGate(d, waiter, output, writes, actor);
  const { context, endedByHandler } = d.actor(actor);
  if (context !== "live") {
    // Its storage is shut, so the alarm cannot be deleted any more.
    alarmEnds(d, id, false, endedByHandler);
    return destroyWhenIdle(d, actor);
  }
  const ok = output.type === "alarm-done" || (output.type === "alarm-outcome" && output.ok);
  const isDeleted = ok && d.actor(actor).endDeletesAlarm;
  d.patchActor(actor, { endDeletesAlarm: false });
  if (isDeleted)
    acceptWrite(d, actor, { op: "deleteAlarm", key: ALARM_KEY, data: undefined, confirmed: true });
  if (ok && output.type === "alarm-outcome") reportAlarm(d, id, { type: "alarm-done", request: id });
  else alarmEnds(d, id, ok, true);
}

/** The alarm is done, or is tried again later. A failure that is the platform's own does not count as a try (seen in recordings). */
export function alarmEnds(d: Draft, id: RequestId, ok: boolean, counts: boolean): void {
  const { object, actor } = d.request(id);
  d.patchRequest(id, { state: "answered" });
  d.emit({ kind: "outside", event: { type: "alarm-result", request: id, ok } }, { actor });
  const alarm = mustGet(d.object(object).alarm, "the alarm that has run");
  if (alarm.next !== null) return d.patchObject(object, { alarm: plannedAt(alarm.next) });
  if (ok || alarm.retries >= MOST_RETRIES) return d.patchObject(object, { alarm: null });
  const dueAt = ms(d.s.now + RETRY_MS * 2 ** alarm.retries);
  d.patchObject(object, {
    alarm: { ...plannedAt(alarm.at), dueAt, retries: alarm.retries + (counts ? 1 : 0) },
  });
}
