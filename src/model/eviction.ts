/*
 * The end of a life that nobody asked for (MODEL 8.3): the platform evicts an object that has been idle for a while, or
 * aborts it in the midst of things, for new code. Memory is lost; what is on disk stays, and the next request, or alarm,
 * makes a new life of it.
 */
import type { ActorId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import { resetError } from "./break-error.ts";
import type { Draft } from "./draft.ts";
import { abortActor, destroyActor } from "./object.ts";
import type { Actor, SocketState, State } from "./state.ts";

/** So long an object has to be idle before it is evicted. */
export const IDLE_MS = 10_000;
/** What callers see of an object whose code was replaced while it ran. */
const CODE_UPDATED = "Durable Object reset because its code was updated.";

const OVER: ReadonlySet<string> = new Set(["answered", "sent", "durable", "failed"]);

/**
 * Whether a living object does nothing and waits for nothing: no request, no task; a socket whose `closed` is pending counts as
 * one. What waits at the gate waits for a commit.
 */
export function isIdle(state: State, { id, inputQueue, sections }: Actor): boolean {
  const isOwn = (entry: { readonly actor: ActorId | null }): boolean => entry.actor === id;
  const waits = [
    ...inputQueue,
    ...sections,
    ...state.requests.filter((request) => isOwn(request) && !OVER.has(request.state)),
    ...state.commits.filter(
      (commit) => isOwn(commit) && (!OVER.has(commit.state) || commit.asksAlarmManager),
    ),
    ...state.calls.filter((call) => isOwn(call) && (call.state === "held" || call.state === "out")),
    ...state.calls.filter((call) => isOwn(call) && call.bodyRef !== 0),
    ...[...state.reads, ...state.syncs].filter((one) => isOwn(one) && !one.done),
    ...state.timers.filter(isOwn),
    ...state.sockets.filter((socket) => isOwn(socket) && isBusy(socket)),
  ];
  return waits.length === 0;
}

function isBusy({ torn, use, closed, upgraded }: SocketState): boolean {
  if (torn || upgraded || use === "pooled") return false;
  return use !== "socket" || closed === "pending";
}

/** The object has been idle for long enough: its context is destroyed, and its name is free. */
export function evict(d: Draft, actorId: ActorId): void {
  d.advanceTo(ms(d.s.now + IDLE_MS));
  const { object } = d.actor(actorId);
  d.cause = null;
  d.patchObject(object, { actor: null });
  destroyActor(d, actorId, "evicted");
}

/** IoContext::abort() for a reason of the platform's own. */
export function updateCode(d: Draft, actorId: ActorId): void {
  d.cause = null;
  abortActor(d, actorId, resetError(CODE_UPDATED));
}
