/*
 * Commits that go to a bucket of an object store, as in workerd's cluster mode (MODEL 10, from recordings alone): after each
 * commit a check that this life still owns the object; what the store is too busy for is tried again; what a dying object has
 * not got confirmed, it sends once more.
 *
 *     commit ──> stored ──> check ──> the gate opens
 *        └─ busy, 0.25 s, 0.5 s, 1 s, 2 s ─┘      any other answer: the gate breaks at once
 */

import { assert } from "../base/assert.ts";
import type { ActorId, CommitId, Ms } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import { answerDueAt, commitFails, confirm, numberCommit, store } from "./commits.ts";
import type { Draft } from "./draft.ts";
import type { Commit } from "./state.ts";

/** A commit, or a check, is tried so often (AC6: `MAX_RETRIES` = 4; the bucket's client does the same). */
export const MOST_ATTEMPTS = 5;
/** The bucket's client gives up on a request that has no answer. */
export const BUCKET_TIMEOUT_MS = 20_000;

const RETRY_MS = [250, 500, 1000, 2000];

/** When the attempt after `attempt` is due. */
export function retryAfter(d: Draft, attempt: number): Ms {
  return ms(d.s.now + (RETRY_MS[attempt - 1] ?? 0));
}

/** Asks whether this life still owns the object. */
export function askCheck(d: Draft, id: CommitId): void {
  const { actor, cause, checkAttempt } = d.commit(id);
  d.s.checkCount++;
  const check = d.s.checkCount;
  d.cause = d.emit({ kind: "ownership-check", commit: id, check, what: "asked" }, { actor, cause });
  const { how, afterMs } = d.world.checkAnswers[check] ?? { how: "durable" };
  d.patchCommit(id, {
    state: "checking",
    check,
    checkAttempt: checkAttempt + 1,
    sentAt: d.s.now,
    dueAt: how === "silent" ? null : ms(d.s.now + (afterMs ?? d.world.checkMs)),
    cause: d.cause,
  });
}

/** The next life of an object asks the bucket as well; the answer is taken to come at once. */
export function claimOwnership(d: Draft): void {
  if (d.world.commits !== "bucket") return;
  d.s.checkCount++;
  const check = d.s.checkCount;
  d.emit({ kind: "ownership-check", commit: null, check, what: "asked" });
  d.emit({ kind: "ownership-check", commit: null, check, what: "passed" });
}

function emitCheck(d: Draft, commit: Commit, what: "passed" | "refused" | "busy"): void {
  const { id, check, actor, cause } = commit;
  d.cause = d.emit({ kind: "ownership-check", commit: id, check, what }, { actor, cause });
  d.patchCommit(id, { cause: d.cause });
}

/** This life still owns the object: the commit is confirmed. */
export function checkPasses(d: Draft, id: CommitId): void {
  emitCheck(d, d.commit(id), "passed");
  confirm(d, id);
}

/** It cannot be told, or another life owns the object: the gate breaks, although the commit is stored. */
export function checkFails(d: Draft, id: CommitId): void {
  emitCheck(d, d.commit(id), "refused");
  commitFails(d, id, true);
}

/** The store is too busy for the check. */
export function checkIsBusy(d: Draft, id: CommitId): void {
  const { checkAttempt } = d.commit(id);
  emitCheck(d, d.commit(id), "busy");
  if (checkAttempt >= MOST_ATTEMPTS) commitFails(d, id, true);
  else d.patchCommit(id, { state: "check-busy", dueAt: retryAfter(d, checkAttempt) });
}

/** The commit whose last copy a dying object sends: what it has written last and has not got confirmed. */
function unconfirmed(d: Draft, actorId: ActorId): Commit | null {
  const { openCommit } = d.actor(actorId);
  if (openCommit !== null) return d.commit(openCommit);
  const sent = d.s.commits.filter((commit) => commit.actor === actorId && commit.number > 0);
  const last = sent.toSorted((one, other) => one.number - other.number).at(-1);
  return last === undefined || last.stored || last.state === "durable" ? null : last;
}

/** A dying object sends what is not confirmed once more, whether or not anybody waits for it. */
export function sendLastCopy(d: Draft, actorId: ActorId): void {
  if (d.world.commits !== "bucket") return;
  const commit = unconfirmed(d, actorId);
  if (commit !== null) sendCopy(d, commit.id, 1);
}

function sendCopy(d: Draft, id: CommitId, tries: number): void {
  numberCommit(d, id);
  const { number, attempt: sent, lastCopy, writes, actor } = d.commit(id);
  const attempt = Math.max(sent, lastCopy?.attempt ?? 0) + 1;
  const commitWrites = writes.map(({ write }) => write);
  const cause = d.emit(
    { kind: "last-copy", commit: id, commitWrites, attempt, what: "sent" },
    { actor, ...(lastCopy !== null && { cause: lastCopy.cause }) },
  );
  const dueAt = answerDueAt(d, number, attempt);
  d.patchCommit(id, { lastCopy: { attempt, tries, state: "out", dueAt, cause } });
}

/** The store answers the last copy. It counts unless the object has another life by then, and is tried again like any other until then. */
export function lastCopySettles(d: Draft, id: CommitId, how: "stored" | "refused" | "busy"): void {
  const commit = d.commit(id);
  const { lastCopy } = commit;
  assert(lastCopy !== null, "a last copy that is answered must have been sent");
  const isOwner = ownsObject(d, commit);
  if (how === "stored" && isOwner) store(d, commit);
  const { attempt, tries } = lastCopy;
  const cause = d.emit(
    { kind: "last-copy", commit: id, commitWrites: [], attempt, what: how },
    { actor: commit.actor, cause: lastCopy.cause },
  );
  const again = how === "busy" && isOwner && tries < MOST_ATTEMPTS;
  d.patchCommit(id, {
    lastCopy: again
      ? { ...lastCopy, state: "busy", dueAt: retryAfter(d, tries), cause }
      : { ...lastCopy, state: "answered", dueAt: null, cause },
  });
}

/** A last copy that the store was too busy for is sent again, unless the object has another life by now. */
export function lastCopyRetries(d: Draft, id: CommitId): void {
  const commit = d.commit(id);
  const { lastCopy } = commit;
  assert(lastCopy !== null, "a last copy that is sent again must have been sent");
  if (ownsObject(d, commit)) sendCopy(d, id, lastCopy.tries + 1);
  else d.patchCommit(id, { lastCopy: { ...lastCopy, state: "answered", dueAt: null } });
}

function ownsObject(d: Draft, commit: Commit): boolean {
  const { object, life } = d.actor(commit.actor);
  return d.object(object).lives === life;
}
