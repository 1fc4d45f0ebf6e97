/*
 * transaction() and transactionSync() (ST6, SQ6): writes that hold nothing until they are committed, and can be rolled
 * back before. With SQLite all of the object's storage takes part in an open transaction(), with the write-back cache only
 * what is called on the object that its function is given.
 */
import type { ActorId, CommitId } from "../base/ids.ts";
import type { Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import { ALARM_KEY } from "./alarm-manager.ts";
import { scheduleCommit } from "./commits.ts";
import type { Draft } from "./draft.ts";
import { takeLock } from "./gate.ts";
import type { CommitWrite, Transaction } from "./state.ts";
import { isSameData } from "./storage-arguments.ts";
import { alsoKnown, DELETE_ALL, type StoredValues, written } from "./stored-values.ts";

/** The host type of the object that a transaction()'s function is given. */
export const TRANSACTION_TYPE = "DurableObjectTransaction";

/** The transaction() that a call takes part in; `type`: the host type whose method is called (ST6). */
export function transactionOf(d: Draft, actorId: ActorId, type?: string): Transaction | null {
  return d.world.backend === "sqlite" || type === TRANSACTION_TYPE ? d.actor(actorId).transaction : null;
}

/** The commit that takes what is written, null until there is one: the transaction()'s own, or the open one. */
export function takingCommit(d: Draft, actorId: ActorId, transaction: Transaction | null): CommitId | null {
  return transaction === null ? d.actor(actorId).openCommit : transaction.commit;
}

/** What has been written so far in the transaction() that a call takes part in. */
export function writesInside(d: Draft, actorId: ActorId, type?: string): readonly CommitWrite[] {
  const commit = transactionOf(d, actorId, type)?.commit ?? null;
  return commit === null ? [] : d.commit(commit).writes;
}

/** Storage as the call sees it. */
export function viewOf(d: Draft, actorId: ActorId, type?: string): StoredValues {
  return writesInside(d, actorId, type).reduce(written, d.actor(actorId).view);
}

/** Whether a call needs no disk for the values of these keys; null: of all that there are. */
export function areKnown(
  d: Draft,
  actorId: ActorId,
  type: string | undefined,
  keys: readonly string[] | null,
): boolean {
  const { known } = d.actor(actorId);
  if (d.world.backend === "sqlite" || known === "all") return true;
  const own = writesInside(d, actorId, type);
  return keys?.every((key) => known.includes(key) || own.some((write) => write.key === key)) ?? false;
}

/** Whether a key is known to have that value already, or, if it is undefined, to be missing. */
export function isThere(
  d: Draft,
  actorId: ActorId,
  type: string | undefined,
  key: string,
  data: unknown,
): boolean {
  return areKnown(d, actorId, type, [key]) && isSameData(viewOf(d, actorId, type)[key], data);
}

/** Memory takes a write: from here on it counts (ST5), and nobody has to ask the disk for it (AC10). */
export function reachMemory(d: Draft, actorId: ActorId, made: CommitWrite): void {
  const { view, known, confirmed, endDeletesAlarm } = d.actor(actorId);
  const isAll = made.op === DELETE_ALL;
  d.patchActor(actorId, {
    view: written(view, made),
    known: isAll ? "all" : alsoKnown(known, [made.key]),
    confirmed: made.confirmed ? [...confirmed, made.write] : confirmed,
    endDeletesAlarm: endDeletesAlarm && (isAll || made.key !== ALARM_KEY),
  });
}

/** A commit gets writes: it is scheduled, and locks the gate for the first confirmed one (AC2, AC3, SQ1, SQ3; S7, S15). */
export function collect(d: Draft, id: CommitId, made: readonly CommitWrite[]): void {
  const { actor, explicit, writes, localWrites, lock } = d.commit(id);
  d.patchCommit(id, { writes: [...writes, ...made] });
  if (explicit) return;
  if (writes.length === localWrites) scheduleCommit(d, id);
  if (lock === null && made.some(({ confirmed }) => confirmed))
    d.patchCommit(id, { lock: takeLock(d, actor, id) });
}

/** Takes back what a commit has got beyond its first writes: it is never sent, and what replaces it settles it. */
export function takeBack(d: Draft, actorId: ActorId, id: CommitId, kept: number): void {
  const { writes, takenBack, isTouched } = d.commit(id);
  const lost = writes.slice(kept).map(({ write }) => write);
  d.patchCommit(id, {
    writes: writes.slice(0, kept),
    takenBack: [...takenBack, ...lost],
    isTouched: isTouched || lost.length > 0,
  });
  d.patchActor(actorId, { confirmed: d.actor(actorId).confirmed.filter((write) => !lost.includes(write)) });
}

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
