/*
 * transaction() and transactionSync() (ST6, SQ6): writes that hold nothing until they are committed, and can be rolled
 * back before.
 */
import type { ActorId, CommitId } from "../base/ids.ts";
import type { Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import type { CommitWrite } from "./state.ts";
import { collect, isThere, reachMemory, takeBack, takingCommit, transactionOf } from "./storage-memory.ts";

/** The critical section of a transaction() begins: its writes go to a commit of their own. */
export function beginTransaction(d: Draft, actorId: ActorId, section: number): void {
  d.patchActor(actorId, { transaction: { section, commit: null } });
}

/** txn.rollback(), or the transaction's function has thrown: what it wrote has never reached memory. */
export function rollBack(d: Draft, actorId: ActorId): void {
  const { transaction } = d.actor(actorId);
  if (transaction === null) return;
  d.patchActor(actorId, { transaction: null });
  const { commit } = transaction;
  if (commit === null) return;
  d.patchCommit(commit, { state: "failed", writes: [] });
  if (d.world.commits !== "blocking") return;
  // Locally the rollback itself is an fsync, within the call (seen in recordings).
  d.emit({ kind: "commit-starts", commit, commitWrites: [], attempt: 1 });
  d.emit({ kind: "commit-durable", commit });
}

/**
 * The transaction's function has returned: memory takes its writes. Gives whether the transaction has to wait:
 * a blocking COMMIT is part of it, a replicated one is out when it resolves.
 */
export function commitTransaction(d: Draft, actorId: ActorId, section: number): boolean {
  const { transaction, openCommit } = d.actor(actorId);
  if (transaction === null || transaction.section !== section) return false;
  d.patchActor(actorId, { transaction: null });
  const id = transaction.commit;
  if (id === null) return false;
  const writes = changesOf(d, actorId, d.commit(id).writes);
  for (const made of writes) reachMemory(d, actorId, made);
  if (writes.length === 0) {
    d.patchCommit(id, { state: "failed", writes });
    return false;
  }
  if (d.world.commits === "blocking") {
    d.patchCommit(id, { explicit: false, section, writes });
    d.armDepthFirst({ type: "commit", commit: id, cause: d.cause });
    return true;
  }
  // Joins what waits for the commit that is out, if there is such a thing.
  d.patchCommit(id, { ...(openCommit === null ? { explicit: false } : { state: "failed" }), writes: [] });
  d.patchActor(actorId, { openCommit: openCommit ?? id });
  collect(d, openCommit ?? id, writes);
  return false;
}

/** What of a transaction() changes anything: the cache takes the last write of each key, unless that is there already (AC12). */
function changesOf(d: Draft, actorId: ActorId, writes: readonly CommitWrite[]): readonly CommitWrite[] {
  const last = new Map(writes.map(({ key, data }) => [key, data]));
  return d.world.backend === "sqlite"
    ? writes
    : writes.filter(({ key }) => !isThere(d, actorId, undefined, key, last.get(key)));
}

/** transactionSync(fn): fn runs at once, inside the implicit transaction or a transaction(); what it wrote is undone when it throws. */
export function transactionSync(d: Draft, actorId: ActorId, fn: Value): Value {
  const taking = (): CommitId | null => takingCommit(d, actorId, transactionOf(d, actorId));
  const { view } = d.actor(actorId);
  const first = taking();
  const before = first === null ? 0 : d.commit(first).writes.length;
  try {
    return d.js().callOrThrow(fn, []);
  } catch (error) {
    const commit = taking();
    if (error instanceof HandlerThrow && commit !== null) {
      d.patchActor(actorId, { view });
      takeBack(d, actorId, commit, before);
    }
    throw error;
  }
}
