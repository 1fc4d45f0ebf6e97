/*
 * What becomes of a commit (MODEL 3.4): it collects the writes of a turn, goes out after it, and is confirmed or fails.
 *
 *            a turn later                the storage answers
 *     open ───────────────> flushing ────────────────────────> durable     its lock is released
 *      │  one at a time,    │   ↑  │
 *      │  unless several    │   │  └───────────────────────────> failed     the gate breaks
 *      │  may be out        │ retry                                ↑
 *      │                    ↓   │   bucket: stored                 │
 *      │                    busy      └──> checking <──> check-busy┘──> durable
 *      └── its object ends before it goes out ──> failed
 */
import type { ActorId, CommitId, LockId, Ms } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import {
  alarmManagerKnows,
  askAlarmManager,
  asksAlarmManagerFirst,
  tellsAlarmManagerAfter,
} from "./alarm-manager.ts";
import { commitError, INTERNAL_ERROR, LOCK_TIMEOUT, resetError } from "./break-error.ts";
import type { Draft } from "./draft.ts";
import { breakGateOf } from "./failed-commit.ts";
import { breakGate, releaseLock } from "./gate.ts";
import type { PlannedAnswer, World } from "./setup.ts";
import type { BreakError, Commit } from "./state.ts";
import { written } from "./stored-values.ts";

/** So long the gate waits for a lock (G9). */
export const LOCK_TIMEOUT_MS = 30_000;
/** Calls of fsync before that of the first commit into a new database file (seen in recordings). */
const NEW_FILE_SYNCS = 2;

/** What the world has planned for an attempt of a commit. */
export function plannedAnswer(world: World, number: number, attempt: number): PlannedAnswer {
  const answers = world.commitAnswers[number] ?? [];
  return answers[Math.min(attempt, answers.length) - 1] ?? { how: "durable" };
}

/** The commit task yields once, so that it runs after the JavaScript turn (SQ2, AC4). */
export function scheduleCommit(d: Draft, commit: CommitId): void {
  d.armBreadthFirst({ type: "commit", commit, cause: d.cause });
}

/** Whether a commit has to wait for another one: one of an object is out at a time, except in SQLite's general case (AC4, SQ4). */
function isHeldBack(d: Draft, { actor, id }: Commit): boolean {
  if (d.world.backend === "sqlite" && d.world.severalCommits) return false;
  const out = new Set(["flushing", "busy", "checking", "check-busy"]);
  return d.s.commits.some(
    (commit) =>
      commit.actor === actor && commit.id !== id && (out.has(commit.state) || commit.asksAlarmManager),
  );
}

/** The commit task: all that was written until now is committed locally (AC5), and goes out if no other commit is out. */
export function startCommit(d: Draft, id: CommitId): void {
  const commit = d.commit(id);
  if (commit.state !== "open") return;
  d.patchCommit(id, { localWrites: commit.writes.length });
  if (isHeldBack(d, commit)) return;
  if (d.actor(commit.actor).openCommit === id) d.patchActor(commit.actor, { openCommit: null });
  if (isEmpty(d, commit)) confirm(d, id);
  else if (asksAlarmManagerFirst(d, commit)) askAlarmManager(d, id);
  else send(d, id, commit.cause);
}

/** A commit that nothing is left of: where SQLite is local it has pages to write all the same. */
function isEmpty(d: Draft, { writes, isTouched }: Commit): boolean {
  return writes.length === 0 && !(isTouched && d.world.commits === "blocking");
}

/** Sends a commit, for the first time or again. */
export function send(d: Draft, id: CommitId, cause: Draft["cause"]): void {
  numberCommit(d, id);
  const commit = d.commit(id);
  const attempt = Math.max(commit.attempt, commit.lastCopy?.attempt ?? 0) + 1;
  d.cause = d.emit(
    { kind: "commit-starts", commit: id, commitWrites: commit.writes.map(({ write }) => write), attempt },
    { actor: commit.actor, cause },
  );
  d.patchCommit(id, {
    state: "flushing",
    attempt,
    sentAt: d.s.now,
    dueAt: answerDueAt(d, commit.number, attempt),
    cause: d.cause,
  });
  if (d.world.commits === "blocking") d.s.blockedOn = id;
}

/** Commits are numbered in the order in which they first go out. */
export function numberCommit(d: Draft, id: CommitId): void {
  if (d.commit(id).number !== 0) return;
  d.s.commitCount++;
  d.patchCommit(id, { number: d.s.commitCount });
}

/** When the answer to an attempt that is sent now is due; null when there will be none. */
export function answerDueAt(d: Draft, number: number, attempt: number): Ms | null {
  const { how, afterMs } = plannedAnswer(d.world, number, attempt);
  return how === "silent" ? null : ms(d.s.now + (afterMs ?? d.world.commitMs));
}

/** A commit is confirmed: its lock is released, and what was written meanwhile becomes the next one. */
export function confirm(d: Draft, id: CommitId): void {
  const commit = d.commit(id);
  d.patchCommit(id, { state: "durable" });
  if (!isEmpty(d, commit) && commit.state === "flushing") firstIntoNewFile(d, commit);
  if (!isEmpty(d, commit))
    d.cause = d.emit({ kind: "commit-durable", commit: id }, { actor: commit.actor, cause: commit.cause });
  if (!tellsAlarmManagerAfter(d, commit)) return releaseCommit(d, id);
  d.armBreadthFirst({ type: "tell-alarm", commit: id, cause: d.cause });
}

function firstIntoNewFile(d: Draft, { actor, cause }: Commit): void {
  const { object } = d.actor(actor);
  if (!d.object(object).hasNewFile) return;
  d.patchObject(object, { hasNewFile: false });
  d.emit({ kind: "new-file-synced", fsyncs: NEW_FILE_SYNCS }, { actor, cause });
}

/** The alarm manager is told of what is durable; only then does the lock go (seen in recordings). */
export function tellAlarmManager(d: Draft, id: CommitId): void {
  if (d.world.commits === "blocking") return askAlarmManager(d, id);
  alarmManagerKnows(d, id);
  releaseCommit(d, id);
}

/** The alarm manager has answered: the commit goes on where it stood. */
export function alarmManagerAnswers(d: Draft, id: CommitId): void {
  alarmManagerKnows(d, id);
  if (d.commit(id).state === "durable") releaseCommit(d, id);
  else send(d, id, d.cause);
}

function releaseCommit(d: Draft, id: CommitId): void {
  const commit = d.commit(id);
  const settled = d.cause;
  if (commit.lock !== null) releaseLock(d, commit.actor, commit.lock);
  settleSyncs(d, commit, settled);
  if (commit.section !== 0) {
    const entry = { type: "section-done", section: commit.section } as const;
    d.armBreadthFirst({ type: "js", actor: commit.actor, entry, section: commit.section, cause: settled });
  }
  const { openCommit, context } = d.actor(commit.actor);
  if (openCommit !== null && context !== "dead")
    d.armBreadthFirst({ type: "commit", commit: openCommit, cause: settled });
}

/** The storage refuses a commit: the gate breaks, also when none of its writes held it (SQ3, SQ5, AC2; S15). */
export function commitFails(d: Draft, id: CommitId, stored: boolean): void {
  const commit = d.commit(id);
  const error = commitError(d.world, commit);
  d.s.blockedOn = null;
  d.patchCommit(id, { state: "failed" });
  if (stored) store(d, commit);
  d.cause = d.emit(
    { kind: "commit-fails", commit: id, error: error.message, stored },
    { actor: commit.actor, cause: commit.cause },
  );
  if (commit.section !== 0) {
    // The transaction's own COMMIT throws inside its critical section, before any lock: the input gate breaks (seen in recordings).
    d.armDepthFirst({
      type: "abort",
      actor: commit.actor,
      error: resetError(INTERNAL_ERROR),
      cause: d.cause,
    });
    return;
  }
  const failed = d.cause;
  joinAfterFailure(d, commit);
  d.cause = failed;
  breakGateOf(d, commit, error);
}

/** What was written behind a commit that a bucket has refused goes out all the same, together with what was refused (seen in recordings). */
function joinAfterFailure(d: Draft, failed: Commit): void {
  const { openCommit } = d.actor(failed.actor);
  if (d.world.commits !== "bucket" || openCommit === null) return;
  const { writes } = d.commit(openCommit);
  d.patchActor(failed.actor, { openCommit: null });
  d.patchCommit(openCommit, { writes: [...failed.writes, ...writes] });
  send(d, openCommit, d.cause);
}

/** A lock has been held for 30 s: the gate breaks. The cache's flush is cancelled with it, SQLite's commit goes on (G9). */
export function lockTimesOut(d: Draft, lockId: LockId): void {
  const commit = d.commit(d.lock(lockId).commit);
  d.cause = commit.cause;
  if (d.world.backend === "cache") d.patchCommit(commit.id, { state: "failed" });
  breakGate(d, commit.actor, lockId, LOCK_TIMEOUT);
}

/** Writes a commit to what the object's next life finds. */
export function store(d: Draft, commit: Commit): void {
  const name = d.actor(commit.actor).object;
  d.patchObject(name, { disk: commit.writes.reduce(written, d.object(name).disk) });
}

function settleSyncs(d: Draft, commit: Commit, cause: Draft["cause"]): void {
  for (const sync of d.s.syncs) {
    if (!sync.commits.includes(commit.id)) continue;
    const commits = sync.commits.filter((id) => id !== commit.id);
    d.s.syncs = d.s.syncs.map((other) => (other.id === sync.id ? { ...sync, commits } : other));
    if (commits.length === 0)
      d.armBreadthFirst({
        type: "js",
        section: sync.section,
        actor: commit.actor,
        entry: { type: sync.deleted === null ? "sync-done" : "delete-done", sync: sync.id },
        cause,
      });
  }
}

/**
 * What an object that ends has written and not sent never gets there (AC7, SQ5): the commit's lock, if it has one, fails,
 * which breaks the gate (G4, S16). What SQLite has committed locally goes on all the same, unless SQLite is broken itself
 * (seen in recordings). The lock fails with the reason of the reset: no caller sees the text of G4. Gives whether a lock failed.
 */
export function giveUpOpenCommit(d: Draft, actorId: ActorId, error: BreakError): boolean {
  const { openCommit } = d.actor(actorId);
  if (openCommit === null) return false;
  const { lock, localWrites, writes } = d.commit(openCommit);
  if (d.world.backend === "sqlite" && localWrites > 0 && !isBroken(d, actorId)) {
    d.patchCommit(openCommit, { writes: writes.slice(0, localWrites) });
    return false;
  }
  d.patchCommit(openCommit, { state: "failed" });
  d.patchActor(actorId, { openCommit: null });
  if (lock !== null) breakGate(d, actorId, lock, error);
  return lock !== null;
}

function isBroken(d: Draft, actorId: ActorId): boolean {
  return d.s.commits.some(
    (commit) => commit.actor === actorId && commit.state === "failed" && commit.number > 0,
  );
}
