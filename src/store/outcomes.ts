/*
 * Outcomes of a check beside the runs that a person has looked at: which were seen, and what tells them apart.
 */
import { outcomeOf } from "../check/history.ts";
import type { Outcome } from "../check/report.ts";
import type { Shown } from "./shown.ts";

/** An outcome as a text that is the same for the same outcome. */
export function outcomeKey({ outside, promises }: Pick<Outcome, "outside" | "promises">): string {
  return JSON.stringify([outside, promises]);
}

/** The outcome of a run that came to its end; null of one that did not. */
export function outcomeOfRun({ run }: Shown): string | null {
  return run.end === "quiet" ? outcomeKey(outcomeOf(run.records)) : null;
}

/** A line of an outcome, and whether the most frequent outcome has it too. */
export interface OutcomeLine {
  readonly text: string;
  readonly isCommon: boolean;
}

/** The most frequent outcome first; where an order can go round for ever, the one with most end states. */
export function byFrequency(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.toSorted(
    (a, b) => (b.count ?? b.states) - (a.count ?? a.states) || a.witness.length - b.witness.length,
  );
}

/** Lines of one outcome beside those of the most frequent one. */
export function linesBeside(lines: readonly string[], common: readonly string[]): readonly OutcomeLine[] {
  return lines.map((text) => ({ text, isCommon: common.includes(text) }));
}
