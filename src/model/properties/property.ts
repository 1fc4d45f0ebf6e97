/*
 * What a property of MODEL 7 is: a predicate over a run with a meaning in one sentence.
 *
 * A predicate is asked at the records that it names, in the state in which each was made; or once per step, about the
 * state before it, its records, and the state after it; or, if something has to happen eventually, about a state: what is
 * still owed there. What it needs to remember from earlier steps stands in the state (watch.ts). So whoever makes steps, one run
 * or a search through all of them, gets every violation with the records of the step, and need not look back.
 *
 * This folder may import only the state, the records and the words of the model.
 */
import type { RecordIndex } from "../../base/ids.ts";
import type { RecordKind, RunRecord } from "../records.ts";
import type { State } from "../state.ts";

/** The properties by their ids in MODEL 7. SR and O1, O2 are our own: responses, and what holds by ordering only (8.4). */
export type PropertyId =
  | "S1"
  | "S2"
  | "S2p"
  | "S3"
  | "S3c"
  | "S3t"
  | "SR"
  | "S4"
  | "S5"
  | "S6"
  | "S7"
  | "S8"
  | "S9"
  | "S10"
  | "S11"
  | "S12"
  | "S13"
  | "S14"
  | "S15"
  | "S16"
  | "L1"
  | "L2"
  | "L3"
  | "L4"
  | "L5"
  | "L6"
  | "L7"
  | "O1"
  | "O2";

/** One step as the predicates see it. */
export interface StepSight {
  readonly before: State;
  readonly records: readonly RunRecord[];
  readonly after: State;
}

/** Something that is owed in a state: it has to happen as long as the run is fair. */
export interface Debt {
  /** Whose debt it is, e.g. "socket 1"; with the property's id, unique within a state. */
  readonly of: string;
  /** What has not happened, without a full stop. */
  readonly text: string;
}

/** A property, without its predicate: what a list of them needs. */
export interface Property {
  readonly id: PropertyId;
  readonly name: string;
  /** `never-after`: once something has happened, something else never does. `lint`: a warning, not a fault. */
  readonly kind: "always" | "eventually" | "never-after" | "lint";
  readonly meaning: string;
  /** Holds only because KJ arms continuations depth-first (K1): relaxed scheduling breaks it (MODEL 8.4). */
  readonly byOrderingOnly?: true;
}

/** A property as a run comes upon it. */
export interface PropertyInRun extends Property {
  /** The first record that it speaks about; null: nothing was reached. */
  readonly reached: RecordIndex | null;
}

/** The property with its predicate. Each asks in one of the three ways. */
export interface WatchedProperty extends Property {
  /** Whether a record is a case that the property speaks about; until there is one, nothing was reached. */
  reached(record: RunRecord): boolean;
  /** Kinds of records at which it is asked, in the state at that moment. */
  readonly at?: readonly RecordKind[];
  /** What is wrong at this record, without a full stop; null if nothing is. */
  judge?(state: State, record: RunRecord): string | null;
  /** What is wrong with a whole step. */
  judgeStep?(step: StepSight): readonly Finding[];
  /** What is owed in a state. At rest, or around a loop, what stays owed is a violation. */
  debts?(state: State): readonly Debt[];
}

/** What a predicate over a step has found. */
export interface Finding {
  readonly text: string;
  /** The record that shows it; null when none does. */
  readonly cause: RecordIndex | null;
}
