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
  if (commit === null) return;
  numberCommit(d, commit.id);
  const { number } = d.commit(commit.id);
  const attempt = commit.attempt + 1;
  const commitWrites = commit.writes.map(({ write }) => write);
  const cause = d.emit({ kind: "last-copy", commit: commit.id, commitWrites, attempt, what: "sent" });
  d.patchCommit(commit.id, {
    lastCopy: { attempt, isOut: true, dueAt: answerDueAt(d, number, attempt), cause },
  });
}

/** The store answers the last copy. It counts unless the object has another life by then. */
export function lastCopySettles(d: Draft, id: CommitId, stored: boolean): void {
  const commit = d.commit(id);
  const { lastCopy } = commit;
  assert(lastCopy !== null, "a last copy that is answered must have been sent");
  const { object, life } = d.actor(commit.actor);
  if (stored && d.object(object).lives === life) store(d, commit);
  d.patchCommit(id, { lastCopy: { ...lastCopy, isOut: false } });
  const { attempt, cause } = lastCopy;
  const what = stored ? "stored" : "refused";
  d.emit({ kind: "last-copy", commit: id, commitWrites: [], attempt, what }, { actor: commit.actor, cause });
}
