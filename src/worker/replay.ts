/*
 * Choices as a link holds them, made into a run.
 *
 *     ["~2", "cf1"]      two choices of the default schedule, then commit 1 fails
 *     ["rq1", "cd1"]     each choice by its key
 */
import { ok, type Result } from "../base/result.ts";
import type { Setup } from "../model/setup.ts";
import type { RunData, RunError } from "../run/run.ts";

/** The one function of the model that a run needs. An empty key stands for what the default schedule takes. */
export type Simulate = (
  setup: Setup,
  keys: readonly string[],
  onStep?: (steps: number) => void,
) => Result<RunData, RunError>;

/** A run, and the keys that had to be left out of it. */
export interface Replayed {
  readonly run: RunData;
  readonly dropped: readonly string[];
}

const DEFAULTS = /^~([1-9]\d{0,3})$/;
/** More default choices than any run has steps are not written out. */
const KEYS_LIMIT = 20_000;

/** Runs the choices; with "drop" a choice that is not possible where it stands is left out rather than refused. */
export function replay(
  simulate: Simulate,
  setup: Setup,
  choices: readonly string[],
  misfits: "refuse" | "drop",
  onStep: (steps: number) => void = () => {},
): Result<Replayed, RunError> {
  const keys = expand(choices);
  const dropped: string[] = [];
  // Each refusal removes one key, so this ends.
  for (;;) {
    const result = simulate(setup, keys, onStep);
    if (result.ok) return ok({ run: result.value, dropped });
    if (misfits === "refuse") return result;
    const [misfit] = keys.splice(result.error.position, 1);
    if (misfit === undefined) return result;
    if (misfit !== "") dropped.push(misfit);
  }
}

function expand(choices: readonly string[]): string[] {
  const keys: string[] = [];
  for (const choice of choices) {
    const count = Number(DEFAULTS.exec(choice)?.[1] ?? 0);
    if (count === 0) keys.push(choice);
    else for (let each = 0; each < count && keys.length < KEYS_LIMIT; each += 1) keys.push("");
  }
  return keys;
}
