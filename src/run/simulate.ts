/*
 * Makes a run: the given choices, then the default schedule, which always takes what is due first.
 */
import type { RecordIndex, StepIndex } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import { err, ok } from "../base/result.ts";
import type { EnabledChoice } from "../model/choice.ts";
import { enabled, heldOutputs, initial, restRecords, step } from "../model/model.ts";
import type { StepSight } from "../model/properties/property.ts";
import type { RunRecord } from "../model/records.ts";
import type { Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import type { RunData, RunError, RunStep } from "./run.ts";

/** A run is stopped after so many steps. */
export const MAX_STEPS = 2_000;

/** What the default schedule takes in a state: the choice with the earliest time, or none. */
export function defaultChoice(choices: readonly EnabledChoice[]): EnabledChoice | null {
  const [first] = choices;
  return first !== undefined && first.due !== null ? first : null;
}

/**
 * Told after every step with the number of steps made and what the step was; once more at rest, if that adds records to the
 * last one. May throw to stop the run.
 */
export type OnStep = (steps: number, sight: StepSight) => void;

/**
 * The run of a setup. `keys` are the choices that were made, by `choiceKey`, "" standing for whatever the default schedule
 * takes; what follows them is the default schedule.
 * Fails when a key is not enabled where it stands.
 */
export function simulate(
  setup: Setup,
  keys: readonly string[],
  onStep: OnStep = () => {},
): Result<RunData, RunError> {
  let { state, records: started } = initial(setup);
  const records: RunRecord[] = [...started];
  const steps: RunStep[] = [];
  let choices = record(null, "", true, 0);

  function record(
    choice: RunStep["choice"],
    key: string,
    isDefault: boolean,
    firstRecord: number,
  ): readonly EnabledChoice[] {
    const open = enabled(state);
    steps.push({
      index: steps.length as StepIndex,
      choice,
      key,
      isDefault,
      at: state.now,
      firstRecord: firstRecord as RecordIndex,
      endRecord: records.length as RecordIndex,
      enabled: open,
      held: heldOutputs(state),
    });
    return open;
  }

  function take(picked: EnabledChoice): void {
    const isDefault = picked.key === defaultChoice(choices)?.key;
    const firstRecord = records.length;
    const before = state;
    const next = step(before, picked.choice);
    state = next.state;
    for (const entry of next.records) records.push(entry);
    choices = record(picked.choice, picked.key, isDefault, firstRecord);
    onStep(steps.length - 1, { before, records: next.records, after: state });
  }

  /** What will never happen is found at the end, and belongs to the last step. */
  function judgeAtRest(): void {
    const last = steps.pop();
    if (last === undefined) return;
    const rest = restRecords(state);
    for (const entry of rest) records.push(entry);
    steps.push({ ...last, endRecord: records.length as RecordIndex });
    if (rest.length > 0) onStep(steps.length - 1, { before: state, records: rest, after: state });
  }

  for (const [position, key] of keys.entries()) {
    const picked = key === "" ? defaultChoice(choices) : choices.find((choice) => choice.key === key);
    if (picked === undefined || picked === null)
      return err({ message: missing(state, key, position, choices), position, key });
    take(picked);
  }
  const givenSteps = steps.length - 1;
  for (
    let picked = defaultChoice(choices);
    picked !== null && steps.length <= MAX_STEPS;
    picked = defaultChoice(choices)
  )
    take(picked);
  if (state.stuck === null && defaultChoice(choices) === null) judgeAtRest();
  const end = state.stuck !== null ? "stuck" : defaultChoice(choices) !== null ? "limit" : "quiet";
  return ok({ records, steps, givenSteps, end });
}

function missing(state: State, key: string, position: number, choices: readonly EnabledChoice[]): string {
  const possible = choices.map((choice) => choice.key).join(", ");
  const what = key === "" ? "no choice is due" : `choice "${key}" is not possible`;
  const instead =
    state.stuck !== null
      ? "the handler cannot go on there"
      : possible === ""
        ? "nothing can happen there"
        : `possible there: ${possible}`;
  return `Step ${position + 1}: ${what}; ${instead}.`;
}
