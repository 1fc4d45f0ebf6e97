/*
 * setTimeout(), setInterval() and scheduler.wait(): what a handler asks to be woken up for.
 */
import { mustGet } from "../base/assert.ts";
import type { ActorId, TimerId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Machine, Ref, Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import type { Entry, State, Timer } from "./state.ts";
import { afterFiring, mayFire, withoutTimer, withTimer } from "./timer-order.ts";

/** Whole milliseconds, as workerd has them (TimeoutParameters, io/io-timers.h). */
const delayOf = (value: Value): number => (typeof value === "number" && value > 0 ? Math.trunc(value) : 0);

/** scheduler.wait(ms): gives a promise. */
export function waitFor(d: Draft, actorId: ActorId, delay: Value): Ref {
  const promise = d.js().newPromise();
  start(d, actorId, delayOf(delay), { promiseRef: promise.ref });
  return promise;
}

/** setTimeout(fn, ms, ...args) and setInterval(): give the timer's number. */
export function setTimer(
  d: Draft,
  actorId: ActorId,
  name: "setTimeout" | "setInterval",
  [callback, delay, ...args]: readonly Value[],
): number {
  const js = d.js();
  const fn = js.asFunction(callback);
  if (fn === null) {
    const message = `Failed to execute '${name}' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.`;
    throw new HandlerThrow(js.newError("TypeError", message));
  }
  const afterMs = delayOf(delay);
  const argsRef = args.length === 0 ? 0 : js.newArray(args).ref;
  // An interval of no time would never let anything else be next.
  const everyMs = name === "setInterval" ? Math.max(1, afterMs) : null;
  return start(d, actorId, everyMs ?? afterMs, { callbackRef: fn.ref, argsRef, everyMs });
}

function start(
  d: Draft,
  actorId: ActorId,
  afterMs: number,
  what: Partial<Pick<Timer, "callbackRef" | "argsRef" | "promiseRef" | "everyMs">>,
): TimerId {
  const id = d.s.nextTimer as TimerId;
  d.s.nextTimer++;
  const cause = d.emit({ kind: "timer-set", timer: id, afterMs });
  const timer = {
    callbackRef: 0,
    argsRef: 0,
    promiseRef: 0,
    everyMs: null,
    ...what,
    id,
    actor: actorId,
    section: d.section,
    cause,
  };
  add(d, timer, afterMs);
  return id;
}

function add(d: Draft, timer: Omit<Timer, "dueAt">, afterMs: number): void {
  d.s.timers = [...d.s.timers, { ...timer, dueAt: ms(d.s.now + afterMs) }];
  d.s.timerBounds = withTimer(d.s.timerBounds, afterMs);
}

/** The timers that may be the next to fire, in the order in which they were set. */
export function nextTimers(state: State): readonly Timer[] {
  return state.timers.filter((_, position) => mayFire(state.timerBounds, position));
}

/** clearTimeout() and clearInterval(): either clears either. */
export function clearTimer(d: Draft, id: Value): void {
  dropTimers(d, (timer) => timer.id === id);
}

/** Forgets timers. */
export function dropTimers(d: Draft, isDropped: (timer: Timer) => boolean): void {
  for (let position = d.s.timers.length - 1; position >= 0; position--) {
    if (!isDropped(mustGet(d.s.timers[position], "a timer"))) continue;
    d.s.timers = d.s.timers.toSpliced(position, 1);
    d.s.timerBounds = withoutTimer(d.s.timerBounds, position);
  }
}

/** A timer is due: it is done, or counts anew. */
export function timerFires(d: Draft, id: TimerId): void {
  const position = d.s.timers.findIndex((entry) => entry.id === id);
  const timer = mustGet(d.s.timers[position], "the timer that fires");
  d.advanceTo(timer.dueAt);
  d.s.timers = d.s.timers.toSpliced(position, 1);
  d.s.timerBounds = afterFiring(d.s.timerBounds, position);
  const { actor, section, cause, callbackRef, argsRef, promiseRef, everyMs } = timer;
  if (everyMs !== null && d.actor(actor).context === "live") add(d, timer, everyMs);
  const entry = { type: "timer", timer: id, callbackRef, argsRef, promiseRef } as const;
  d.armBreadthFirst({ type: "js", actor, section, entry, cause });
}

/** What the timer was set for, in its turn. */
export function runTimer(js: Machine, entry: Entry & { readonly type: "timer" }): void {
  const { promiseRef, callbackRef, argsRef } = entry;
  if (promiseRef !== 0) js.resolve({ ref: promiseRef }, undefined);
  else js.callFunction({ ref: callbackRef }, argsRef === 0 ? [] : (js.asArray({ ref: argsRef }) ?? []));
}
