/*
 * The lives of a Durable Object: its JavaScript turns behind the input gate, and its end when the output gate breaks
 * (MODEL 1, 2.3).
 */
import type { ActorId, TurnId } from "../base/ids.ts";
import type { Machine, Value } from "../handler/host.ts";
import { HandlerStuck, HandlerThrow } from "../handler/host.ts";
import { createMachine, openMachine } from "../handler/machine.ts";
import { alarmIn } from "./alarm-manager.ts";
import { callerSees, resetError, tunneledError } from "./break-error.ts";
import { claimOwnership, sendLastCopy } from "./bucket.ts";
import { giveUpOpenCommit } from "./commits.ts";
import type { Draft } from "./draft.ts";
import { dropHeldOutputs, waitAtGate } from "./gate.ts";
import { drainDeletions } from "./lifetimes/collection.ts";
import { destroyContext, makeContext } from "./lifetimes/context.ts";
import { tearDown } from "./network.ts";
import type { Actor, BreakError, RequestState } from "./state.ts";
import { dropTimers } from "./timers.ts";

/** KJ turns from the last request's failure to the destruction of the object's context: an abort cancels nothing by itself (K9). */
const DESTROY_TURNS = 2;

/** The live actor of an object's name, made if there is none. */
export function liveActor(d: Draft, name: string): ActorId | null {
  if (!d.s.objects.some((object) => object.name === name)) {
    d.s.objects = [...d.s.objects, { name, actor: null, lives: 0, disk: {}, hasNewFile: false, alarm: null }];
  }
  const object = d.object(name);
  return object.actor ?? startActor(d, name, object.lives + 1);
}

function startActor(d: Draft, name: string, life: number): ActorId | null {
  const id = (d.s.actors.length + 1) as ActorId;
  d.patchObject(name, { actor: id, lives: life });
  d.actorId = id;
  d.cause = d.emit({ kind: "object-starts", name, life });
  if (life > 1) claimOwnership(d);
  const things = makeContext(d, name, life);
  const { disk } = d.object(name);
  const actor: Actor = {
    id,
    object: name,
    life,
    context: "live",
    error: null,
    locks: [],
    machine: { heap: [] },
    instanceRef: 0,
    confirmed: [],
    openCommit: null,
    waiting: [],
    view: disk,
    transaction: null,
    known: [],
    toldAlarm: alarmIn(disk),
    endDeletesAlarm: false,
    endedByHandler: false,
    inputLock: null,
    inputQueue: [],
    sections: [],
    ...things,
    deleteQueue: [],
  };
  d.s.actors = [...d.s.actors, actor];
  const started = guard(d, () => {
    d.patchActor(id, { machine: createMachine(d.s.setup.program, d.hostOf(d, id)) });
  });
  if (!started) return null;
  runTurn(d, id, "constructor", (js) => {
    try {
      d.patchActor(id, {
        instanceRef: js.instantiate(js.hostObject("DurableObjectState", id), js.hostObject("Env", id)).ref,
      });
    } catch (error) {
      if (!(error instanceof HandlerThrow)) throw error;
      constructorThrows(d, id, error.value);
    }
  });
  if (!d.actor(id).endedByHandler) d.forgetEmptyTurn();
  return d.s.stuck === null ? id : null;
}

/** What a constructor throws resets its object, once its promise jobs have run; whoever asked for it gets the error (run on workerd). */
function constructorThrows(d: Draft, actor: ActorId, value: Value): void {
  const js = d.js();
  const { name, message } = js.asError(value) ?? { name: "Error", message: js.toText(value) };
  const error = { ...tunneledError(name, message), flags: resetError("").flags };
  d.patchActor(actor, { endedByHandler: true });
  d.armBreadthFirst({ type: "abort", actor, error, cause: d.cause });
}

/** ctx.abort(): JavaScript ends where it stands, for good. */
export class Terminated extends Error {}

/** Runs what may meet the limits of the handler language; false when it did, and the run is stuck. */
function guard(d: Draft, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof HandlerStuck)) throw error;
    const isPlaced = error.line === null || /\bline \d/.test(error.message);
    d.s.stuck = isPlaced ? error.message : `Line ${error.line}: ${error.message}`;
    d.emit({ kind: "handler-stuck", text: d.s.stuck });
    return false;
  }
}

/** One stay in the isolate: everything until the promise jobs are drained, atomically. */
export function runTurn(d: Draft, actorId: ActorId, reason: string, work: (js: Machine) => void): void {
  d.actorId = actorId;
  d.entered.add(actorId);
  d.s.turnCount++;
  const turn = d.s.turnCount as TurnId;
  d.cause = d.emit({ kind: "turn-begins", turn, reason });
  const began = d.cause;
  drainDeletions(d, actorId);
  const js = openMachine(d.s.setup.program, d.actor(actorId).machine, d.hostOf(d, actorId));
  d.machine = js;
  let aborted: string | null = null;
  const done = guard(d, () => {
    try {
      work(js);
      js.runJobs();
    } catch (error) {
      if (!(error instanceof Terminated)) throw error;
      aborted = error.message;
    }
  });
  d.machine = null;
  d.cause = began;
  if (done && aborted === null) d.patchActor(actorId, { machine: js.finish() });
  d.emit({ kind: "turn-ends", turn });
  if (aborted !== null) abortedByHandler(d, actorId, resetError(aborted));
}

/** What the handler wrote since the last commit started is dropped and breaks the gate; a commit that is out goes on (seen in recordings). */
function abortedByHandler(d: Draft, actorId: ActorId, error: BreakError): void {
  d.patchActor(actorId, { endedByHandler: true });
  if (!giveUpOpenCommit(d, actorId, error))
    d.armDepthFirst({ type: "abort", actor: actorId, error, cause: d.cause });
}

/**
 * IoContext::abort: no JavaScript of this life runs again; its name is free for a new life at once (S12); each request in
 * flight fails as soon as the locks there are now have settled (MODEL 2.3 steps 2, 4, 6, 7). Only the first failure aborts (G8).
 */
export function abortActor(d: Draft, actorId: ActorId, error: BreakError): void {
  const actor = d.actor(actorId);
  if (actor.context !== "live") return;
  d.actorId = actorId;
  d.patchActor(actorId, { context: "aborted", error, inputQueue: [], sections: [] });
  d.cause = d.emit({ kind: "object-aborts", error: error.message });
  const aborted = d.cause;
  if (d.object(actor.object).actor === actorId) d.patchObject(actor.object, { actor: null });
  giveUpOpenCommit(d, actorId, error);
  sendLastCopy(d, actorId);
  d.cause = aborted;
  dropHeldOutputs(d, actorId, "js", "the object was aborted");
  const inFlight = requestsInFlight(d, actorId);
  for (const request of inFlight) {
    // An exception of the handler's that waits at the gate, or has passed it, is below JavaScript: it goes on alone.
    const waiter = request.waiter === null ? null : d.waiter(request.waiter);
    if (waiter?.task.type === "send-response" && waiter.state !== "dropped") continue;
    const body = callerSees(error);
    // Of a response whose body was on its way, only that can still be cut.
    if (request.state === "streaming") d.patchRequest(request.id, { error, cause: aborted });
    else d.patchRequest(request.id, { state: "returned", status: 500, body, error, cause: aborted });
    waitAtGate(d, actorId, {
      output: { type: "response", request: request.id, status: 500, body },
      layer: "kj",
      writes: [],
      task: { type: "fail-request", request: request.id, cause: aborted },
      idleTurns: 1,
    });
  }
  destroyWhenIdle(d, actorId);
}

function requestsInFlight(d: Draft, actorId: ActorId): readonly RequestState[] {
  return d.s.requests.filter(
    ({ actor, state }) =>
      actor === actorId && (state === "running" || state === "returned" || state === "streaming"),
  );
}

/** The last request of an aborted life has gone: so does its context. */
export function destroyWhenIdle(d: Draft, actorId: ActorId): void {
  if (requestsInFlight(d, actorId).length === 0)
    d.armBreadthFirst({ type: "destroy", actor: actorId, cause: d.cause }, DESTROY_TURNS);
}

/** The context ends: connections are given up newest first, then everything it owned is destroyed (MODEL 2.3 step 8, 5.4). */
export function destroyActor(d: Draft, actorId: ActorId, reason: "reset" | "evicted" = "reset"): void {
  const actor = d.actor(actorId);
  if (actor.context === "dead") return;
  d.actorId = actorId;
  const why = `the object was ${reason}`;
  d.patchActor(actorId, { context: "dead" });
  dropHeldOutputs(d, actorId, "any", why);
  d.cause = d.emit({ kind: "object-ends", name: actor.object, life: actor.life, reason });
  const ended = d.cause;
  for (const socket of d.s.sockets.toReversed()) {
    if (socket.actor !== actorId || socket.torn || socket.use === "pooled") continue;
    d.cause = ended;
    tearDown(d, socket.id);
    d.patchSocket(socket.id, { stage: "closed" });
    d.emit({ kind: "socket-closed", socket: socket.id, why });
  }
  dropTimers(d, (timer) => timer.actor === actorId);
  d.cause = ended;
  destroyContext(d, actorId, why);
}
