/*
 * The states of one object's output gate, in order: open, locked (by which locks), broken, and gone between two lives.
 *
 *   records   object-starts   lock 1 taken   lock 2 taken   lock 1 released   gate-breaks   object-starts
 *   state     open            locked 1       locked 1, 2    locked 2          broken        open
 */
import type { LockId } from "../base/ids.ts";
import type { RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import { type Facts, objectOf } from "./facts.ts";

/** A state of a gate, from its record on. */
export interface GateState {
  readonly state: "open" | "locked" | "broken" | "gone";
  readonly locks: readonly LockId[];
  /** The record that brought it about. */
  readonly record: RunRecord;
}

/** The states of the gate of `object`. */
export function gateStates(run: RunData, facts: Facts, object: string): readonly GateState[] {
  const states: GateState[] = [];
  for (const record of run.records) {
    if (record.actor === null || objectOf(facts, record.actor) !== object) continue;
    const last = states.at(-1);
    const next = last === undefined ? first(record) : after(last, record);
    if (next !== last && next !== null) states.push(next);
  }
  return states;
}

function first(record: RunRecord): GateState {
  return {
    state: record.kind === "lock-taken" ? "locked" : "open",
    locks: record.kind === "lock-taken" ? [record.lock] : [],
    record,
  };
}

function after(last: GateState, record: RunRecord): GateState {
  switch (record.kind) {
    case "object-starts":
      return last.state === "open" ? last : { state: "open", locks: [], record };
    case "lock-taken":
      return last.state === "broken"
        ? last
        : { state: "locked", locks: [...last.locks, record.lock], record };
    case "lock-released": {
      if (last.state !== "locked") return last;
      const locks = last.locks.filter((lock) => lock !== record.lock);
      return { state: locks.length > 0 ? "locked" : "open", locks, record };
    }
    case "gate-breaks":
      return last.state === "broken" ? last : { state: "broken", locks: [], record };
    case "object-ends":
      return last.state === "broken" || last.state === "gone" ? last : { state: "gone", locks: [], record };
    default:
      return last;
  }
}
