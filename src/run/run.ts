/*
 * A run: choices in, records out. The same setup and choices give the same run, to the last record.
 */
import type { Ms, RecordIndex, StepIndex } from "../base/ids.ts";
import type { Choice, EnabledChoice, Held } from "../model/choice.ts";
import type { RunRecord } from "../model/records.ts";

/** One choice and what came of it. Step 0 is the start: no choice, the state in which nothing has happened yet. */
export interface RunStep {
  readonly index: StepIndex;
  readonly choice: Choice | null;
  /** Key of the choice ("" for step 0). */
  readonly key: string;
  /** Whether the default schedule would have taken it in that place. */
  readonly isDefault: boolean;
  /** Virtual time after the step. */
  readonly at: Ms;
  /** Its records: records[firstRecord .. endRecord). Step 0 has none. */
  readonly firstRecord: RecordIndex;
  readonly endRecord: RecordIndex;
  /** What may come next, in the order of the default schedule (by due time, then those without one). */
  readonly enabled: readonly EnabledChoice[];
  /** What is held back after this step, and by what. */
  readonly held: readonly Held[];
}

/** A whole run as plain data: the given choices, then the default schedule until nothing is due any more. */
export interface RunData {
  readonly records: readonly RunRecord[];
  readonly steps: readonly RunStep[];
  /** How many steps were given as choices (the rest is the default schedule). */
  readonly givenSteps: number;
  /** `quiet`: nothing more is due. `limit`: stopped after MAX_STEPS. `stuck`: the handler cannot go on. */
  readonly end: "quiet" | "limit" | "stuck";
}

/** A choice that was given for a run but is not enabled where it stands. */
export interface RunError {
  readonly message: string;
  /** The position in the list of choices (from 0). */
  readonly position: number;
  readonly key: string;
}
