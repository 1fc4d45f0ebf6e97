/*
 * The lives of an object (MODEL 7.1, S10 and S12).
 */
import { entryAt } from "../../base/copy.ts";
import type { RunRecord } from "../records.ts";
import type { State } from "../state.ts";
import type { WatchedProperty } from "./property.ts";

const isReset = (state: State, record: RunRecord): boolean => {
  const actor = record.actor === null ? undefined : entryAt(state, "actors", record.actor - 1);
  return actor !== undefined && actor.context !== "live";
};

/** What a lock of the object has failed with. */
function isGateError(state: State, record: RunRecord, text: string): boolean {
  const actor = record.actor === null ? undefined : entryAt(state, "actors", record.actor - 1);
  return (
    actor?.locks.some((id) => {
      const lock = entryAt(state, "locks", id - 1);
      return lock?.state === "failed" && lock.error?.message === text;
    }) ?? false
  );
}

const silence: WatchedProperty = {
  id: "S10",
  name: "Silent after a reset",
  kind: "never-after",
  meaning:
    "After an object is reset none of its JavaScript runs again, so no promise ever tells it that the gate broke.",
  reached: (record) => record.kind === "object-aborts",
  at: ["turn-begins", "promise-settles"],
  judge(state, record) {
    if (record.kind === "turn-begins" && isReset(state, record))
      return `JavaScript runs (${record.reason}) although the object was reset`;
    if (record.kind !== "promise-settles") return null;
    if (isReset(state, record)) return `${record.promise} settles although the object was reset`;
    return record.outcome === "rejected" && isGateError(state, record, record.text)
      ? `${record.promise} rejects with what broke the gate`
      : null;
  },
};

const freshLife: WatchedProperty = {
  id: "S12",
  name: "A fresh life",
  kind: "never-after",
  meaning: "After an object is reset no request reaches that life of it; the next request begins a new one.",
  reached: (record) => record.kind === "object-aborts",
  at: ["request-delivered"],
  judge(state, record) {
    if (record.kind !== "request-delivered" || !isReset(state, record)) return null;
    return `request ${record.request} is delivered to a life that was reset`;
  },
};

/** S10 and S12. */
export const OBJECT_PROPERTIES: readonly WatchedProperty[] = [silence, freshLife];
