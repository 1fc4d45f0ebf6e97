/*
 * Waits and locks of the output gate (MODEL 7.1, S5 to S7, S11, S15, S16), held against what the records and the tables of
 * the state say, independently of the code that settles them (gate.ts). Which waits are not over is taken from the objects'
 * lists; random runs hold those against the waits themselves.
 */
import { changedEntries, entryAt, shares } from "../../base/copy.ts";
import type { ActorId, LockId, WaiterId } from "../../base/ids.ts";
import type { RecordOf } from "../records.ts";
import type { State, Waiter } from "../state.ts";
import { listInWords } from "../words.ts";
import type { Finding, StepSight, WatchedProperty } from "./property.ts";
import { commitOf } from "./remember.ts";

const NO_LOCKS: readonly LockId[] = [];
const NO_WAITERS: readonly Waiter[] = [];

/** The locks of a wait's snapshot (G5) that are in a state. Most often none: nothing is made then. */
function locksThatAre(state: State, waiter: Waiter, which: "held" | "failed"): readonly LockId[] {
  const locks = entryAt(state, "actors", waiter.actor - 1)?.locks ?? NO_LOCKS;
  let found = NO_LOCKS;
  for (let position = 0; position < waiter.upto; position++) {
    const lock = locks[position];
    if (lock !== undefined && entryAt(state, "locks", lock - 1)?.state === which) found = [...found, lock];
  }
  return found;
}

function lockState(state: State, lock: LockId): string {
  return entryAt(state, "locks", lock - 1)?.state ?? "held";
}

/** The waits that were waiting before the step and are not any more. */
function settledIn({ before, after }: StepSight): readonly Waiter[] {
  let found: readonly Waiter[] = NO_WAITERS;
  for (const { was, now } of changedEntries(after, before, "waiters")) {
    if (now === undefined || now.state === "waiting" || (was?.state ?? "waiting") !== "waiting") continue;
    found = [...found, now];
  }
  return found;
}

/** Whether the object was reset, or a commit of it has failed and it will be. */
function hasFailed(state: State, actor: ActorId): boolean {
  return (
    entryAt(state, "actors", actor - 1)?.context !== "live" ||
    state.commits.some((commit) => commit.actor === actor && commit.state === "failed" && commit.number > 0)
  );
}

/** What an object holds above KJ goes with its reset (S10), the rest with its end: that is no outcome of the wait. */
function isDroppedWithObject(state: State, waiter: Waiter): boolean {
  const context = entryAt(state, "actors", waiter.actor - 1)?.context;
  return context === "dead" || (context === "aborted" && waiter.layer === "js");
}

/** The record at which a wait was first heard of in this step, if it was. */
function recordOf({ records }: StepSight, waiter: WaiterId): Finding["cause"] {
  const found = records.find((record) => "waiter" in record && record.waiter === waiter);
  return found?.index ?? null;
}

/** "lock 1 and lock 2". */
function locksInWords(locks: readonly LockId[]): string {
  return listInWords(locks.map((lock) => `lock ${lock}`));
}

const waitsForSome = (record: { readonly kind: string }): boolean =>
  record.kind === "output-waits" && (record as RecordOf<"output-waits">).locks.length > 0;

/** S5 in two halves: the snapshot never changes, and the outcome is what the snapshot's own locks say. */
const independence: WatchedProperty = {
  id: "S5",
  name: "Waits are independent",
  kind: "always",
  meaning: "A wait at the gate depends on the locks that were there when it began, and on no others.",
  reached: waitsForSome,
  judgeStep(step) {
    const { before, after } = step;
    const found: Finding[] = [];
    const say = (waiter: Waiter, text: string): void => {
      found.push({ text: `wait ${waiter.id} ${text}`, cause: recordOf(step, waiter.id) });
    };
    for (const { was, now } of changedEntries(after, before, "waiters"))
      if (was !== undefined && now?.upto !== was.upto) say(was, "has got other locks to wait for");
    for (const waiter of settledIn(step)) {
      const failed = locksThatAre(after, waiter, "failed");
      const isFailure = waiter.task.type === "fail-request";
      if (waiter.state === "passed" && failed.length > 0 && !isFailure)
        say(waiter, `was let through although ${locksInWords(failed)} of its own failed`);
      if (waiter.state === "dropped" && failed.length === 0 && !isDroppedWithObject(after, waiter))
        say(waiter, "was dropped although none of its own locks failed");
    }
    if ((!shares(after, before, "locks") || before.runq.length > 0) && after.runq.length === 0) {
      for (const id of after.actors.flatMap((actor) => actor.waiting)) {
        const waiter = entryAt(after, "waiters", id - 1);
        if (waiter !== undefined && locksThatAre(after, waiter, "held").length === 0)
          say(waiter, "goes on waiting although all of its own locks have settled");
      }
    }
    return found;
  },
};

const noFailFast: WatchedProperty = {
  id: "S6",
  name: "No fail-fast",
  kind: "always",
  meaning: "A wait at the gate never settles while one of the locks before it is held.",
  reached: waitsForSome,
  judgeStep(step) {
    return settledIn(step).flatMap((waiter) => {
      const { after } = step;
      if (waiter.state === "dropped" && isDroppedWithObject(after, waiter)) return [];
      const held = locksThatAre(after, waiter, "held");
      if (held.length === 0) return [];
      const text = `wait ${waiter.id} has settled although ${locksInWords(held)} before it is held`;
      return [{ text, cause: recordOf(step, waiter.id) }];
    });
  },
};

const monotonicity: WatchedProperty = {
  id: "S7",
  name: "Locked until durable",
  kind: "always",
  meaning:
    "From the first confirmed write of a commit until the commit is durable or has failed, the gate is locked for it.",
  reached: (record) => record.kind === "lock-taken",
  at: ["lock-released", "output-waits", "commit-starts"],
  judge(state, record) {
    if (record.kind === "lock-released") {
      const commit = commitOf(state, record.lock);
      return entryAt(state, "commits", commit - 1)?.state === "durable"
        ? null
        : `lock ${record.lock} is released although commit ${commit} is not durable`;
    }
    if (record.kind === "commit-starts") {
      const commit = entryAt(state, "commits", record.commit - 1);
      // A blocking transaction() commits inside its critical section, which holds everything (ST6).
      if (commit === undefined || commit.section !== 0 || !commit.writes.some((write) => write.confirmed))
        return null;
      // What goes out once more after a failure has had its lock.
      if (hasFailed(state, commit.actor)) return null;
      // What a retry has taken along from the open commit keeps that one's lock (AC6).
      const open = entryAt(state, "actors", commit.actor - 1)?.openCommit ?? null;
      const locks = [commit.lock, open === null ? null : (entryAt(state, "commits", open - 1)?.lock ?? null)];
      return locks.some((lock) => lock !== null && lockState(state, lock) !== "ok")
        ? null
        : `commit ${commit.id} starts, and no lock is held for its confirmed writes`;
    }
    if (record.kind !== "output-waits" || record.locks.length > 0 || record.writes.length === 0) return null;
    const waiter = entryAt(state, "waiters", record.waiter - 1);
    if (waiter === undefined || locksThatAre(state, waiter, "failed").length > 0) return null;
    const open = state.commits.filter(
      (commit) =>
        commit.state !== "durable" &&
        commit.state !== "failed" &&
        commit.section === 0 &&
        commit.writes.some((write) => record.writes.includes(write.write)),
    );
    return open.length === 0
      ? null
      : `the gate lets wait ${record.waiter} through although ${listInWords(open.map((commit) => `commit ${commit.id}`))} is not durable`;
  },
};

const abortFirst: WatchedProperty = {
  id: "S11",
  name: "Reset before rejections",
  kind: "always",
  meaning: "When the gate breaks, the object is reset before any wait for the failed lock learns of it.",
  reached: (record) => record.kind === "gate-breaks",
  at: ["output-dropped"],
  judge(state, record) {
    if (record.kind !== "output-dropped" || record.waiter === null) return null;
    const waiter = entryAt(state, "waiters", record.waiter - 1);
    if (waiter === undefined || entryAt(state, "actors", waiter.actor - 1)?.context !== "live") return null;
    const failed = locksThatAre(state, waiter, "failed");
    return failed.length === 0
      ? null
      : `wait ${waiter.id} learns of the failure of ${locksInWords(failed)} before the object is reset`;
  },
};

const unconfirmed: WatchedProperty = {
  id: "S15",
  name: "Unconfirmed writes",
  kind: "always",
  meaning: "A write with allowUnconfirmed does not lock the gate by itself, but its failure breaks the gate.",
  reached: (record) => record.kind === "write-accepted" && !record.confirmed,
  at: ["lock-taken"],
  judge(state, record) {
    if (record.kind !== "lock-taken") return null;
    const commit = entryAt(state, "commits", record.commit - 1);
    if (commit === undefined || commit.state === "failed" || commit.writes.some((write) => write.confirmed))
      return null;
    return `lock ${record.lock} is taken although no write of commit ${commit.id} is confirmed`;
  },
  judgeStep({ before, records, after }) {
    if (shares(after, before, "commits") || !records.some(({ kind }) => kind === "commit-fails")) return [];
    return records.flatMap((record) => {
      if (record.kind !== "commit-fails") return [];
      // The COMMIT of a blocking transaction() breaks the input gate instead.
      if (after.commits[record.commit - 1]?.section !== 0) return [];
      const actor = after.actors[(record.actor ?? 0) - 1];
      // The gate has gone with its object.
      if (actor?.context === "dead") return [];
      const isBroken = actor?.locks.some((lock) => lockState(after, lock) === "failed") ?? false;
      return isBroken
        ? []
        : [{ text: `commit ${record.commit} fails, and the gate is not broken`, cause: record.index }];
    });
  },
};

const noLostBreak: WatchedProperty = {
  id: "S16",
  name: "No lost break",
  kind: "always",
  meaning: "A lock that fails, is cancelled or times out breaks the gate before it is rejected.",
  reached: (record) => record.kind === "gate-breaks",
  at: ["gate-breaks"],
  judge(state, record) {
    if (record.kind !== "gate-breaks" || lockState(state, record.lock) === "held") return null;
    return `lock ${record.lock} was rejected before the gate broke`;
  },
  judgeStep({ before, records, after }) {
    return changedEntries(after, before, "locks").flatMap(({ was, now: lock }) => {
      if (lock?.state !== "failed" || was?.state === "failed") return [];
      const told = records.some((record) => record.kind === "gate-breaks" && record.lock === lock.id);
      return told ? [] : [{ text: `lock ${lock.id} has failed, and the gate is not broken`, cause: null }];
    });
  },
};

/** S5 to S7, S11, S15 and S16. */
export const WAIT_PROPERTIES: readonly WatchedProperty[] = [
  independence,
  noFailFast,
  monotonicity,
  abortFirst,
  unconfirmed,
  noLostBreak,
];
