/*
 * deleteAll() (MODEL 3.2 AC10, 3.3 SQ8) is one write, also where there is nothing to delete: it locks the gate and is
 * committed like any other.
 *
 * With SQLite on a local disk it is no commit: it takes back what the open commit holds and puts a new database file in the
 * place of the old one, within the call. Seen in recordings: that many fsyncs, and whether one of them fails makes no
 * difference; the first commit into the new file makes more of them than later ones.
 *
 *     put a | deleteAll()        | put b, a turn later      | put c, a turn later
 *           | fsync x 6, a gone  | fsync x 3                | fsync
 */
import type { ActorId } from "../base/ids.ts";
import { HandlerThrow } from "../handler/host.ts";
import { ALARM_KEY } from "./alarm-manager.ts";
import { confirm } from "./commits.ts";
import type { Draft } from "./draft.ts";
import type { CommitWrite } from "./state.ts";
import { acceptWrite, unsettledCommits } from "./storage.ts";
import { takeBack } from "./storage-memory.ts";
import { DELETE_ALL } from "./stored-values.ts";

/** Calls of fsync for a new file in the place of one that has been written to / of one that is new itself. */
const SYNCS_OF_USED_FILE = 6;
const SYNCS_OF_NEW_FILE = 4;

/** SQLite would have to delete the database that the transaction is in. */
const IN_TRANSACTION = "Cannot call deleteAll() within a transaction";

/** Of all that it deletes its write names the alarm, of which the alarm manager has to hear. */
const EVERYTHING = { op: DELETE_ALL, key: ALARM_KEY, data: undefined };

/** Deletes every key, and the alarm, in order with what was written before (AC10). With SQLite it is always confirmed (SQ8). */
export function deleteAll(d: Draft, actorId: ActorId, confirmed: boolean): void {
  const isSqlite = d.world.backend === "sqlite";
  if (isSqlite && d.actor(actorId).transaction !== null)
    throw new HandlerThrow(d.js().newError("Error", IN_TRANSACTION));
  if (isSqlite && d.world.commits === "blocking") return replaceFile(d, actorId);
  if (!isSqlite && joinsEarlier(d, actorId)) return;
  acceptWrite(d, actorId, { ...EVERYTHING, confirmed: isSqlite || confirmed });
}

/** Joins an earlier one that is not durable, if there is one: what was written since is never sent (AC10). */
function joinsEarlier(d: Draft, actorId: ActorId): boolean {
  const isDeleteAll = ({ op }: CommitWrite): boolean => op === DELETE_ALL;
  const earlier = unsettledCommits(d, actorId).find((id) => d.commit(id).writes.some(isDeleteAll));
  if (earlier === undefined) return false;
  for (const id of [earlier, d.actor(actorId).openCommit])
    if (id !== null) takeBack(d, actorId, id, d.commit(id).writes.findIndex(isDeleteAll) + 1);
  d.patchActor(actorId, { view: {} });
  d.emit({ kind: "read", op: DELETE_ALL, key: "", from: "memory" });
  return true;
}

function replaceFile(d: Draft, actorId: ActorId): void {
  const { openCommit, object, toldAlarm } = d.actor(actorId);
  if (openCommit !== null) {
    takeBack(d, actorId, openCommit, 0);
    d.patchCommit(openCommit, { isTouched: false });
  }
  d.patchActor(actorId, { view: {} });
  const fsyncs = d.object(object).hasNewFile ? SYNCS_OF_NEW_FILE : SYNCS_OF_USED_FILE;
  d.patchObject(object, { disk: {}, hasNewFile: true });
  // The alarm manager has to be told that there is no alarm any more; that takes a commit of its own in the new file.
  const tells = toldAlarm !== null;
  d.emit({ kind: "file-replaced", fsyncs: tells ? fsyncs - 1 : fsyncs });
  if (!tells) return;
  acceptWrite(d, actorId, { ...EVERYTHING, confirmed: true });
  const commit = d.actor(actorId).openCommit;
  if (commit === null) return;
  d.patchActor(actorId, { openCommit: null });
  const commitWrites = d.commit(commit).writes.map(({ write }) => write);
  d.emit({ kind: "commit-starts", commit, commitWrites, attempt: 1 });
  confirm(d, commit);
}
