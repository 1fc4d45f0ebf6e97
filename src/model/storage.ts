/*
 * Storage (MODEL 3): writes change memory at once and coalesce into the object's open commit; the first confirmed write of
 * a commit locks the output gate. What becomes of a commit stands in commits.ts.
 */
import type { ActorId, CommitId, WriteId } from "../base/ids.ts";
import type { Draft } from "./draft.ts";
import type { Commit, Transaction } from "./state.ts";
import { collect, reachMemory, takingCommit, transactionOf } from "./storage-memory.ts";

/** What a write does: `data` undefined deletes the key. DELETE_ALL has none. */
export interface WriteRequest {
  readonly op: string;
  readonly key: string;
  readonly data: unknown;
  /** False with allowUnconfirmed (ST3, ST5). */
  readonly confirmed: boolean;
}

const NEW_COMMIT: Omit<Commit, "id" | "actor" | "explicit" | "cause"> = {
  writes: [],
  takenBack: [],
  section: 0,
  lock: null,
  state: "open",
  number: 0,
  check: 0,
  attempt: 0,
  checkAttempt: 0,
  localWrites: 0,
  isTouched: false,
  stored: false,
  lastCopy: null,
  dueAt: null,
  sentAt: 0 as Commit["sentAt"],
  delays: 0,
  asksAlarmManager: false,
};

/** The commit that takes a write, made if there is none: that of its transaction(), or the open one. */
function openCommit(d: Draft, actorId: ActorId, transaction: Transaction | null): CommitId {
  const known = takingCommit(d, actorId, transaction);
  if (known !== null) return known;
  const id = (d.s.commits.length + 1) as CommitId;
  d.s.commits = [
    ...d.s.commits,
    { ...NEW_COMMIT, id, actor: actorId, explicit: transaction !== null, cause: d.cause },
  ];
  d.patchActor(
    actorId,
    transaction === null ? { openCommit: id } : { transaction: { ...transaction, commit: id } },
  );
  return id;
}

/**
 * Takes a write into the open commit, opening one if there is none; or into that of the transaction() that it takes part in:
 * then memory has it, and it counts, only once that is committed (ST5, ST6).
 */
export function acceptWrite(d: Draft, actorId: ActorId, request: WriteRequest, type?: string): void {
  d.s.writeCount++;
  const write = d.s.writeCount as WriteId;
  const transaction = transactionOf(d, actorId, type);
  const commit = openCommit(d, actorId, transaction);
  const made = { write, ...request };
  if (transaction === null) reachMemory(d, actorId, made);
  d.cause = d.emit(
    { kind: "write-accepted", write, op: made.op, key: made.key, confirmed: made.confirmed, commit },
    { writes: d.actor(actorId).confirmed },
  );
  collect(d, commit, [made]);
}

/** Whether nobody knows yet what becomes of a commit. */
export const isUnsettled = ({ state }: Commit): boolean => state !== "durable" && state !== "failed";

/** Commits of an object that a sync() called now has to wait for (ST7). */
export function unsettledCommits(d: Draft, actorId: ActorId): readonly CommitId[] {
  return d.s.commits
    .filter((commit) => commit.actor === actorId && !commit.explicit && isUnsettled(commit))
    .map((commit) => commit.id);
}
