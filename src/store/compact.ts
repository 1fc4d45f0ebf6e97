/*
 * Choices of a run as short text for a link. Steps that the default schedule would have taken are counted, not named:
 *
 *     steps     rq1 (default)   ac1 (default)   cf1 (picked)   then the default schedule
 *     compact   ["~2", "cf1"]
 */
import type { RunData } from "../run/run.ts";

/** The keys of the steps that were given, up to the last one that the default schedule would not have taken. */
export function decisiveKeys(run: RunData): readonly string[] {
  const given = run.steps.slice(1, run.givenSteps + 1);
  const last = given.findLastIndex((step) => !step.isDefault);
  return given.slice(0, last + 1).map((step) => step.key);
}

/** The same choices with every stretch of default ones as "~length". */
export function compactChoices(run: RunData): readonly string[] {
  const given = run.steps.slice(1, decisiveKeys(run).length + 1);
  const compact: string[] = [];
  let defaults = 0;
  for (const step of given) {
    if (step.isDefault) {
      defaults += 1;
      continue;
    }
    if (defaults > 0) compact.push(`~${defaults}`);
    defaults = 0;
    compact.push(step.key);
  }
  return compact;
}

/** Keys of the run's steps up to and including `step`: what has to be given to come to the same state again. */
export function keysUpTo(run: RunData, step: number): readonly string[] {
  return run.steps.slice(1, step + 1).map((each) => each.key);
}
