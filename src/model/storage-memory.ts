/*
 * What a call to storage sees and what takes its writes: memory and a commit, or the transaction() that it takes part in
 * (ST5, ST6). With SQLite all of the object's storage takes part in an open transaction(), with the write-back cache only what is
 * called on the object that its function is given.
 */
import type { ActorId, CommitId } from "../base/ids.ts";
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
