/*
 * The platform's alarm manager, which is not part of the object and outlives it. It is told of an earlier time before the
 * commit goes out that sets it, and of a later one, or none, after that commit is durable (SQ4).
 */
import type { CommitId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import { INTERNAL_ERROR } from "./break-error.ts";
import type { Draft } from "./draft.ts";
import { breakGateOf } from "./failed-commit.ts";
import type { Alarm, Commit } from "./state.ts";

/** Where storage keeps the alarm: a key that no handler can put to. */
export const ALARM_KEY = "";

/** The alarm that storage holds, in virtual time. */
export function alarmIn(storage: Readonly<Record<string, unknown>>): number | null {
  const at = storage[ALARM_KEY];
  return typeof at === "number" ? at : null;
}

/** The time to which a commit moves the alarm, null for none; undefined when it has nothing to do with alarms. */
function movedTo(commit: Commit): number | null | undefined {
  const write = commit.writes.findLast(({ key }) => key === ALARM_KEY);
  return write === undefined ? undefined : typeof write.data === "number" ? write.data : null;
}

/** Whether the alarm manager has to hear of the commit before it goes out: of an earlier alarm (SQ4 a). */
export function asksAlarmManagerFirst(d: Draft, commit: Commit): boolean {
  const at = movedTo(commit);
  const { toldAlarm } = d.actor(commit.actor);
  return at !== undefined && at !== null && (toldAlarm === null || at < toldAlarm);
}

/** Whether it has to hear of a durable commit before the lock is released: of a later alarm, or of none (SQ4 c). */
export function tellsAlarmManagerAfter(d: Draft, commit: Commit): boolean {
  const at = movedTo(commit);
  return at !== undefined && at !== d.actor(commit.actor).toldAlarm;
}

/** The alarm manager is asked; with blocking commits that is a synchronous write of its own. */
export function askAlarmManager(d: Draft, id: CommitId): void {
  d.patchCommit(id, { asksAlarmManager: true, dueAt: d.s.now });
  if (d.world.commits === "blocking") d.s.blockedOn = id;
}

/** The alarm manager knows the new time. */
export function alarmManagerKnows(d: Draft, id: CommitId): void {
  const commit = d.commit(id);
  const at = movedTo(commit) ?? null;
  d.s.blockedOn = null;
  d.patchCommit(id, { asksAlarmManager: false });
  d.patchActor(commit.actor, { toldAlarm: at });
  const name = d.actor(commit.actor).object;
  const { alarm } = d.object(name);
  d.patchObject(name, {
    alarm: alarm?.running === true ? { ...alarm, next: at } : at === null ? null : plannedAt(at),
  });
  d.cause = d.emit(
    { kind: "alarm-scheduled", commit: id, name, atMs: at },
    { actor: commit.actor, cause: commit.cause },
  );
}

/** An alarm that has not run. */
export const plannedAt = (at: number): Alarm => ({
  at,
  dueAt: ms(at),
  retries: 0,
  running: false,
  next: null,
});

/** The alarm manager refuses: the commit fails with it, and what callers see says nothing (SQ4 a). */
export function alarmManagerRefuses(d: Draft, id: CommitId): void {
  const commit = d.commit(id);
  d.s.blockedOn = null;
  d.patchCommit(id, { asksAlarmManager: false, state: "failed" });
  d.cause = d.emit(
    { kind: "alarm-refused", commit: id, error: INTERNAL_ERROR },
    { actor: commit.actor, cause: commit.cause },
  );
  breakGateOf(d, commit, { message: INTERNAL_ERROR, flags: {} });
}
