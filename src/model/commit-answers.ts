/*
 * What the storage answers to a commit besides a refusal: that it has it, or that the backend may try again.
 */
import type { CommitId } from "../base/ids.ts";
import { askCheck, MOST_ATTEMPTS, retryAfter } from "./bucket.ts";
import { commitFails, confirm, send, store } from "./commits.ts";
import type { Draft } from "./draft.ts";

/** The storage says that it has a commit. A bucket's commit is confirmed only after the check that follows (MODEL 10). */
export function commitIsDurable(d: Draft, id: CommitId): void {
  const commit = d.commit(id);
  d.s.blockedOn = null;
  store(d, commit);
  if (d.world.commits !== "bucket") return confirm(d, id);
  d.cause = d.emit({ kind: "commit-stored", commit: id }, { actor: commit.actor, cause: commit.cause });
  d.patchCommit(id, { stored: true, cause: d.cause });
  askCheck(d, id);
}

/** The storage is too busy, or the connection to it is lost. The cache tries again at once (AC6), a bucket's client later; both give up in the end. */
export function commitIsBusy(d: Draft, id: CommitId): void {
  const { attempt, actor, cause } = d.commit(id);
  d.cause = d.emit({ kind: "commit-busy", commit: id, attempt }, { actor, cause });
  d.patchCommit(id, { cause: d.cause });
  if (attempt >= MOST_ATTEMPTS) return commitFails(d, id, false);
  if (d.world.commits === "bucket") {
    d.patchCommit(id, { state: "busy", dueAt: retryAfter(d, attempt) });
    return;
  }
  absorb(d, id);
  send(d, id, d.cause);
}

/** An attempt of the cache takes along what has been written meanwhile; the flush that is scheduled for it finds nothing left (AC6). */
function absorb(d: Draft, id: CommitId): void {
  const commit = d.commit(id);
  const { openCommit } = d.actor(commit.actor);
  if (openCommit === null) return;
  const { writes } = d.commit(openCommit);
  d.patchCommit(id, { writes: [...commit.writes, ...writes] });
  d.patchCommit(openCommit, { writes: [] });
}
