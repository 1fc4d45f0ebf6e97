/*
 * The output gate (MODEL 2): locks in a chain, waits that depend on exactly the locks before them, and what happens when
 * a lock fails.
 */
import { entryAt } from "../base/copy.ts";
import type { ActorId, CommitId, LockId, SocketId, ThingId, WaiterId, WriteId } from "../base/ids.ts";
import { callerSees } from "./break-error.ts";
import type { Draft } from "./draft.ts";
import { connectIsRejected } from "./lifetimes/connection.ts";
import { lockFrameIsDone, makeLockFrame } from "./lifetimes/context.ts";
import type { Output } from "./records.ts";
import type { Actor, BreakError, Lock, State, Task, Waiter } from "./state.ts";

/** Takes a lock for a commit, at once (G2, G3; S7). Only storage calls this (G10). */
export function takeLock(d: Draft, actorId: ActorId, commit: CommitId): LockId {
  const id = (d.s.locks.length + 1) as LockId;
  const lock: Lock = { id, commit, state: "held", error: null, takenAt: d.s.now, thing: 0 as ThingId };
  d.s.locks = [...d.s.locks, lock];
  d.patchActor(actorId, { locks: [...d.actor(actorId).locks, id] });
  d.emit({ kind: "lock-taken", lock: id, commit }, { actor: actorId });
  d.patchLock(id, { thing: makeLockFrame(d, actorId, commit) });
  return id;
}

/** The locks that are still held: of a waiter's snapshot, or of all there are. */
export function heldLocks(state: State, actor: Actor, upto = actor.locks.length): readonly LockId[] {
  return actor.locks.slice(0, upto).filter((id) => entryAt(state, "locks", id - 1)?.state === "held");
}

/** Whether the gate is broken: a failed lock stays in the chain (G7). */
export function isBroken(state: State, { locks }: Actor): boolean {
  return locks.some((id) => entryAt(state, "locks", id - 1)?.state === "failed");
}

/**
 * Whether a snapshot has settled, and if so how: not before all of its locks have (K5, S6), and with the exception of the
 * lowest one that failed (G6). A failed lock stays in the chain, so later waits fail too (G7).
 */
function outcomeOf(d: Draft, actor: Actor, upto: number): "held" | "ok" | { readonly error: BreakError } {
  let failed: BreakError | null = null;
  for (const id of actor.locks.slice(0, upto)) {
    const lock = d.lock(id);
    if (lock.state === "held") return "held";
    if (lock.state === "failed" && failed === null) failed = lock.error;
  }
  return failed === null ? "ok" : { error: failed };
}

/** What an output asks of the gate. */
export interface Wait {
  readonly output: Output;
  /** `kj` goes on below JavaScript; `js` needs the input gate and a live context (MODEL 2.4). */
  readonly layer: "kj" | "js";
  readonly writes: readonly WriteId[];
  /** What goes on when the gate lets it through. */
  readonly task: Task;
  /** Breadth-first turns until it goes on when nothing is locked (K2). */
  readonly idleTurns: number;
}

/** Waits for the locks there are now, and no others (G5, S5). */
export function waitAtGate(d: Draft, actorId: ActorId, wait: Wait): WaiterId {
  const actor = d.actor(actorId);
  const id = (d.s.waiters.length + 1) as WaiterId;
  const upto = actor.locks.length;
  const locks = heldLocks(d.s, actor, upto);
  const { task } = wait;
  const outcome = outcomeOf(d, actor, upto);
  const waiter: Waiter = {
    id,
    actor: actorId,
    upto,
    layer: wait.layer,
    output: wait.output,
    task,
    state: outcome === "ok" ? "passed" : "waiting",
  };
  d.s.waiters = [...d.s.waiters, waiter];
  if (waiter.state === "waiting") d.patchActor(actorId, { waiting: [...actor.waiting, id] });
  d.emit(
    { kind: "output-waits", waiter: id, output: wait.output, locks },
    { writes: wait.writes, actor: actorId },
  );
  // What takes more turns than the fork's own is not bound to the order of waiting any more (K4).
  if (outcome === "ok") d.armBreadthFirst(wait.idleTurns > 1 ? task : released(d, id, task), wait.idleTurns);
  else if (outcome !== "held") refuse(d, waiter, outcome.error);
  return id;
}

/** The gate was broken before the wait began: a rejected branch is heard of a turn later (K2), after the object's abort (S11). */
function refuse(d: Draft, waiter: Waiter, error: BreakError): void {
  if (waiter.task.type !== "fail-request" && d.actor(waiter.actor).context === "live")
    d.armBreadthFirst({ type: "settle-waiters", actor: waiter.actor, cause: d.cause });
  else rejectWaiter(d, waiter, error);
}

/** A wait is over. */
function waitEnds(d: Draft, { id, actor }: Waiter, state: "passed" | "dropped"): void {
  d.patchWaiter(id, { state });
  d.patchActor(actor, { waiting: d.actor(actor).waiting.filter((one) => one !== id) });
}

function released(d: Draft, waiter: WaiterId, task: Task): Task {
  return d.world.scheduling === "relaxed" ? { type: "released", waiter, task } : task;
}

/**
 * A lock's commit is durable: whoever waited for it last goes on, in the order of waiting (K4, K1). That an earlier lock has
 * failed comes along the chain, behind the object's reset (G2, S11).
 */
export function releaseLock(d: Draft, actorId: ActorId, lock: LockId): void {
  if (d.lock(lock).state !== "held") return;
  d.patchLock(lock, { state: "ok" });
  d.cause = d.emit({ kind: "lock-released", lock }, { actor: actorId });
  lockFrameIsDone(d, d.lock(lock).thing);
  settleWaiters(d, actorId, d.actor(actorId).context !== "live");
}

/**
 * A lock fails. The gate is broken before the lock is rejected, so the abort of the object is armed before its waiters
 * (G3, S11, S16; MODEL 2.3). After a failing fsync the event that waits for the input gate still runs (inferred: the request
 * of the same turn is delivered in between on every build).
 */
export function breakGate(d: Draft, actorId: ActorId, lock: LockId, error: BreakError): void {
  if (d.lock(lock).state !== "held") return;
  const arm = (task: Task): void =>
    d.world.commits === "blocking" ? d.armBreadthFirst(task) : d.armDepthFirst(task);
  d.cause = d.emit({ kind: "gate-breaks", lock, error: error.message }, { actor: actorId });
  arm({ type: "abort", actor: actorId, error, cause: d.cause });
  d.patchLock(lock, { state: "failed", error });
  lockFrameIsDone(d, d.lock(lock).thing);
  arm({ type: "settle-waiters", actor: actorId, cause: d.cause });
}

/** Wakes or drops every waiter whose snapshot has settled, in the order of waiting (K4). */
export function settleWaiters(d: Draft, actorId: ActorId, mayReject = true): void {
  const actor = d.actor(actorId);
  for (const id of actor.waiting) {
    const waiter = d.waiter(id);
    const outcome = outcomeOf(d, actor, waiter.upto);
    if (outcome === "held") continue;
    if (outcome !== "ok") {
      if (mayReject) rejectWaiter(d, waiter, outcome.error);
      continue;
    }
    waitEnds(d, waiter, "passed");
    const own = "cause" in waiter.task ? { ...waiter.task, cause: d.cause } : waiter.task;
    const task = released(d, waiter.id, own);
    // Below JavaScript the whole chain runs depth-first; JavaScript has to be entered through the input gate first.
    if (waiter.layer === "kj") d.armDepthFirst(task);
    else d.armBreadthFirst(task);
  }
}

/** A wait is rejected with the exception of the lock (G6): below JavaScript, whoever waited sees it. */
function rejectWaiter(d: Draft, waiter: Waiter, error: BreakError): void {
  dropWaiter(d, waiter, "the gate is broken", error);
  if (waiter.output.type === "connect") connectIsRejected(d, waiter.output.socket);
}

/** The wait of a socket's connect, or of its startTls(). */
export function waitOf(d: Draft, type: "connect" | "start-tls", socket: SocketId): Waiter | undefined {
  return d.s.waiters.find(({ output }) => output.type === type && output.socket === socket);
}

/** Whoever waited for a connect has been destroyed: it will not go on. */
export function connectIsLost(d: Draft, id: SocketId, why: string): void {
  const waiter = waitOf(d, "connect", id);
  if (waiter?.state === "waiting") dropWaiter(d, waiter, why, null);
}

/** What was held will never be seen. The failing of a request is no output of the handler: it goes on, with the gate's exception (MODEL 2.3 step 7). */
function dropWaiter(d: Draft, waiter: Waiter, why: string, error: BreakError | null): void {
  if (waiter.task.type === "fail-request") {
    waitEnds(d, waiter, "passed");
    if (error !== null) d.patchRequest(waiter.task.request, { body: callerSees(error), error });
    d.armBreadthFirst({ ...waiter.task, cause: d.cause });
    return;
  }
  waitEnds(d, waiter, "dropped");
  if (waiter.output.type === "sync") return;
  d.emit({ kind: "output-dropped", waiter: waiter.id, output: waiter.output, why }, { actor: waiter.actor });
  // The exception that waited here gives way to the gate's (MODEL 2.3 step 7).
  if (waiter.task.type !== "send-response" || error === null) return;
  const { request } = waiter.task;
  d.patchRequest(request, { status: 500, body: callerSees(error), error });
  d.armBreadthFirst({ type: "fail-request", request, cause: d.cause });
}

/** Drops what an aborted object still holds above the KJ layer: no JavaScript runs again, so it can never go on (S10, SK14). */
export function dropHeldOutputs(d: Draft, actorId: ActorId, layer: "js" | "any", why: string): void {
  for (const id of d.actor(actorId).waiting) {
    const waiter = d.waiter(id);
    if (waiter.task.type === "fail-request") continue;
    if (layer === "any" || waiter.layer === "js") dropWaiter(d, waiter, why, null);
  }
}

/** Lets an output cross the gate line: from here on the outside can observe it. Records a leak if a write it depends on is not durable. */
export function passGate(
  d: Draft,
  waiter: WaiterId | null,
  output: Output,
  writes: readonly WriteId[],
  actor: ActorId,
): void {
  const leak = writes.filter((write) => !isDurable(d.s, write));
  d.cause = d.emit({ kind: "output-passes", waiter, output, leak }, { writes, actor });
}

/** Whether the storage has confirmed a write, or it was taken back and what replaces it settles it. */
export function isDurable(state: State, write: WriteId): boolean {
  return state.commits.some(
    (commit) =>
      (commit.state === "durable" && commit.writes.some((entry) => entry.write === write)) ||
      commit.takenBack.includes(write),
  );
}
