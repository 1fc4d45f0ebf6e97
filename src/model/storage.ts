/*
 * Storage (MODEL 3): writes change memory at once and coalesce into the object's open commit; the first confirmed write of
 * a commit locks the output gate. What becomes of a commit stands in commits.ts.
 */
import type { ActorId, CommitId, WriteId } from "../base/ids.ts";
import { scheduleCommit } from "./commits.ts";
import type { Draft } from "./draft.ts";
import { takeLock } from "./gate.ts";
import type { Commit } from "./state.ts";
import { alsoKnown, DELETE_ALL, written } from "./stored-values.ts";

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

/** The commit that takes what the object writes now, made if there is none. */
function openCommit(d: Draft, actorId: ActorId): CommitId {
  const { transaction, openCommit: open } = d.actor(actorId);
  const known = transaction === null ? open : transaction.commit;
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

/** Takes a write into the open commit, opening one if there is none; locks the gate for the first confirmed one (AC2, AC3, SQ1, SQ3; S7, S15). */
export function acceptWrite(d: Draft, actorId: ActorId, request: WriteRequest): void {
  d.s.writeCount++;
  const write = d.s.writeCount as WriteId;
  const commitId = openCommit(d, actorId);
  const actor = d.actor(actorId);
  d.patchActor(actorId, {
    view: written(actor.view, request),
    // After deleteAll() there is nothing that only the disk knows (AC10).
    known: request.op === DELETE_ALL ? "all" : alsoKnown(actor.known, [request.key]),
    // A write inside a transaction() counts from its commit (ST5).
    confirmed:
      request.confirmed && actor.transaction === null ? [...actor.confirmed, write] : actor.confirmed,
  });
  const commit = d.commit(commitId);
  const { key, op, data, confirmed } = request;
  d.patchCommit(commitId, { writes: [...commit.writes, { write, key, op, data, confirmed }] });
  d.cause = d.emit(
    { kind: "write-accepted", write, op, key, confirmed, commit: commitId },
    { writes: d.actor(actorId).confirmed },
  );
  if (commit.explicit) return;
  if (commit.writes.length === commit.localWrites) scheduleCommit(d, commitId);
  if (confirmed && commit.lock === null) d.patchCommit(commitId, { lock: takeLock(d, actorId, commitId) });
}

/** Whether nobody knows yet what becomes of a commit. */
export const isUnsettled = ({ state }: Commit): boolean => state !== "durable" && state !== "failed";

/** Commits of an object that a sync() called now has to wait for (ST7). */
export function unsettledCommits(d: Draft, actorId: ActorId): readonly CommitId[] {
  return d.s.commits
    .filter((commit) => commit.actor === actorId && !commit.explicit && isUnsettled(commit))
    .map((commit) => commit.id);
}
