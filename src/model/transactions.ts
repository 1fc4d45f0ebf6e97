/*
 * transaction() and transactionSync() (ST6, SQ6): writes that hold nothing until they are committed, and can be rolled
 * back before.
 */
import type { ActorId } from "../base/ids.ts";
import type { Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import { scheduleCommit } from "./commits.ts";
import type { Draft } from "./draft.ts";
import { takeLock } from "./gate.ts";

/** The critical section of a transaction() begins: its writes go to a commit of their own. */
export function beginTransaction(d: Draft, actorId: ActorId, section: number): void {
  const { view } = d.actor(actorId);
  d.patchActor(actorId, { transaction: { section, commit: null, view } });
}

/** txn.rollback(), or the transaction's function has thrown: storage is as it was before. */
export function rollBack(d: Draft, actorId: ActorId): void {
  const { transaction } = d.actor(actorId);
  if (transaction === null) return;
  d.patchActor(actorId, { transaction: null, view: transaction.view });
  const { commit } = transaction;
  if (commit === null) return;
  d.patchCommit(commit, { state: "failed", writes: [] });
  if (d.world.commits !== "blocking") return;
  // Locally the rollback itself is an fsync, within the call (seen in recordings).
  d.emit({ kind: "commit-starts", commit, commitWrites: [], attempt: 1 });
  d.emit({ kind: "commit-durable", commit });
}

/**
 * The transaction's function has returned: its writes count from here (ST5). Gives whether the transaction has to wait:
 * a blocking COMMIT is part of it, a replicated one is out when it resolves.
 */
export function commitTransaction(d: Draft, actorId: ActorId, section: number): boolean {
  const { transaction, openCommit, confirmed } = d.actor(actorId);
  if (transaction === null || transaction.section !== section) return false;
  d.patchActor(actorId, { transaction: null });
  const id = transaction.commit;
  if (id === null) return false;
  const { writes } = d.commit(id);
  const strict = writes.filter((write) => write.confirmed);
  d.patchActor(actorId, { confirmed: [...confirmed, ...strict.map((write) => write.write)] });
  if (d.world.commits === "blocking") {
    d.patchCommit(id, { explicit: false, section });
    d.armDepthFirst({ type: "commit", commit: id, cause: d.cause });
    return true;
  }
  // Joins what waits for the commit that is out, if there is such a thing.
  const target = openCommit ?? id;
  if (openCommit === null) {
    d.patchCommit(id, { explicit: false });
    d.patchActor(actorId, { openCommit: id });
    scheduleCommit(d, id);
  } else {
    d.patchCommit(id, { state: "failed", writes: [] });
    d.patchCommit(openCommit, { writes: [...d.commit(openCommit).writes, ...writes] });
  }
  if (strict.length > 0 && d.commit(target).lock === null)
    d.patchCommit(target, { lock: takeLock(d, actorId, target) });
  return false;
}

/** transactionSync(fn): fn runs at once, inside the implicit transaction; what it wrote is undone when it throws. */
export function transactionSync(d: Draft, actorId: ActorId, fn: Value): Value {
  const js = d.js();
  const { view, openCommit } = d.actor(actorId);
  const before = openCommit === null ? 0 : d.commit(openCommit).writes.length;
  try {
    return js.callOrThrow(fn, []);
  } catch (error) {
    const commit = d.actor(actorId).openCommit;
    if (error instanceof HandlerThrow && commit !== null) {
      const { writes, isTouched } = d.commit(commit);
      const undone = writes.slice(before).map(({ write }) => write);
      const confirmed = d.actor(actorId).confirmed.filter((write) => !undone.includes(write));
      d.patchActor(actorId, { view, confirmed });
      d.patchCommit(commit, { writes: writes.slice(0, before), isTouched: isTouched || undone.length > 0 });
    }
    throw error;
  }
}
