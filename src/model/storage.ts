/*
 * Storage (MODEL 3): writes change memory at once and coalesce into the object's open commit; the commit starts after the
 * JavaScript turn; the first confirmed write of a commit locks the output gate.
 */
import type { ActorId, CommitId, WriteId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Draft } from "./draft.ts";
import { breakGate, releaseLock, takeLock } from "./gate.ts";
import type { Commit } from "./state.ts";

/** What callers see of an exception that is no `jsg.` error. */
const INTERNAL_ERROR = "internal error; reference = ...";

/** What a write does: `data` undefined deletes the key. */
export interface WriteRequest {
  readonly op: string;
  readonly key: string;
  readonly data: unknown;
  /** False with allowUnconfirmed (ST3, ST5). */
  readonly confirmed: boolean;
}

/** Takes a write into the open commit, opening one if there is none; locks the gate for the first confirmed one (AC2, AC3, SQ1, SQ3; S7, S15). */
export function acceptWrite(d: Draft, actorId: ActorId, request: WriteRequest): void {
  d.s.writeCount++;
  const write = d.s.writeCount as WriteId;
  const actor = d.actor(actorId);
  const { transaction } = actor;
  let commitId = transaction === null ? actor.openCommit : transaction.commit;
  if (commitId === null) {
    commitId = (d.s.commits.length + 1) as CommitId;
    const commit: Commit = {
      id: commitId,
      actor: actorId,
      writes: [],
      explicit: transaction !== null,
      section: 0,
      lock: null,
      state: "open",
      dueAt: d.s.now,
      delays: 0,
      cause: d.cause,
    };
    d.s.commits = [...d.s.commits, commit];
    d.patchActor(
      actorId,
      transaction === null ? { openCommit: commitId } : { transaction: { ...transaction, commit: commitId } },
    );
  }
  const view = { ...actor.view };
  if (request.data === undefined) delete view[request.key];
  else view[request.key] = request.data;
  d.patchActor(actorId, {
    view,
    known: actor.known.includes(request.key) ? actor.known : [...actor.known, request.key],
    // A write inside a transaction() counts from its commit (ST5).
    confirmed: request.confirmed && transaction === null ? [...actor.confirmed, write] : actor.confirmed,
  });
  const commit = d.commit(commitId);
  const { key, op, data, confirmed } = request;
  d.patchCommit(commitId, { writes: [...commit.writes, { write, key, op, data, confirmed }] });
  d.cause = d.emit(
    { kind: "write-accepted", write, op, key, confirmed, commit: commitId },
    { writes: d.actor(actorId).confirmed },
  );
  if (commit.explicit) return;
  if (commit.writes.length === 0) scheduleCommit(d, commitId);
  if (confirmed && commit.lock === null) d.patchCommit(commitId, { lock: takeLock(d, actorId, commitId) });
}

/** The commit task yields once, so that it runs after the JavaScript turn (SQ2, AC4). One commit of an object is out at a time. */
export function scheduleCommit(d: Draft, commit: CommitId): void {
  if (!hasCommitOut(d, d.commit(commit).actor)) d.armBreadthFirst({ type: "commit", commit, cause: d.cause });
}

function hasCommitOut(d: Draft, actorId: ActorId): boolean {
  return d.s.commits.some((commit) => commit.actor === actorId && commit.state === "flushing");
}

/** The commit task: what was written until now goes out as one commit. */
export function startCommit(d: Draft, commitId: CommitId): void {
  const commit = d.commit(commitId);
  if (commit.state !== "open") return;
  const actor = d.actor(commit.actor);
  if (actor.openCommit === commitId) d.patchActor(commit.actor, { openCommit: null });
  d.cause = d.emit(
    {
      kind: "commit-starts",
      commit: commitId,
      commitWrites: commit.writes.map((entry) => entry.write),
      attempt: 1,
    },
    { actor: actor.id, cause: commit.cause },
  );
  d.patchCommit(commitId, { state: "flushing", dueAt: ms(d.s.now + d.world.commitMs), cause: d.cause });
  if (d.world.commits === "blocking") d.s.blockedOn = commitId;
}

/** The storage backend has confirmed a commit. */
export function commitIsDurable(d: Draft, commitId: CommitId): void {
  const commit = d.commit(commitId);
  d.s.blockedOn = null;
  d.patchCommit(commitId, { state: "durable" });
  store(d, commit);
  d.cause = d.emit(
    { kind: "commit-durable", commit: commitId },
    { actor: commit.actor, cause: commit.cause },
  );
  const settled = d.cause;
  if (commit.lock !== null) releaseLock(d, commit.actor, commit.lock);
  settleSyncs(d, commit, settled);
  if (commit.section !== 0) {
    const entry = { type: "section-done", section: commit.section } as const;
    d.armBreadthFirst({ type: "js", actor: commit.actor, entry, section: commit.section, cause: settled });
  }
  // What was written meanwhile becomes one joint next commit; a commit that another life of the object asked for is its own.
  const { openCommit, context } = d.actor(commit.actor);
  if (openCommit !== null && context === "live")
    d.armBreadthFirst({ type: "commit", commit: openCommit, cause: settled });
}

/** The storage backend refuses a commit: the gate breaks, also when none of its writes held it (SQ3, AC2, S15). */
export function commitFails(d: Draft, commitId: CommitId): void {
  const commit = d.commit(commitId);
  const error = d.world.commitError;
  d.s.blockedOn = null;
  d.patchCommit(commitId, { state: "failed" });
  if (d.world.failedCommitIsStored) store(d, commit);
  d.cause = d.emit(
    { kind: "commit-fails", commit: commitId, error },
    { actor: commit.actor, cause: commit.cause },
  );
  if (commit.section !== 0) {
    // The transaction's own COMMIT throws inside its critical section, before any lock: the input gate breaks (seen in recordings).
    d.armDepthFirst({ type: "abort", actor: commit.actor, error: INTERNAL_ERROR, cause: d.cause });
    return;
  }
  const lock = commit.lock ?? takeLock(d, commit.actor, commitId);
  breakGate(d, commit.actor, lock, error);
}

function store(d: Draft, commit: Commit): void {
  const name = d.actor(commit.actor).object;
  const disk = { ...d.object(name).disk };
  for (const entry of commit.writes) {
    if (entry.data === undefined) delete disk[entry.key];
    else disk[entry.key] = entry.data;
  }
  d.patchObject(name, { disk });
}

/** Commits of an object that a sync() called now has to wait for (ST7). */
export function unsettledCommits(d: Draft, actorId: ActorId): readonly CommitId[] {
  return d.s.commits
    .filter((commit) => commit.actor === actorId && (commit.state === "open" || commit.state === "flushing"))
    .map((commit) => commit.id);
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
        entry: { type: "sync-done", sync: sync.id },
        cause,
      });
  }
}
