/*
 * How many steps a second the model makes, over every built-in scenario under every design. `scripts/bench.mjs` runs it.
 */
import type { Choice } from "../model/choice.ts";
import { initial, step } from "../model/model.ts";
import type { DesignChoice, Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import "../model/whole.ts";
import { simulate } from "../run/simulate.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { DESIGNS, designChoice } from "../store/designs.ts";

/** What was measured; rates are the median of the rounds. */
export interface ModelSpeed {
  readonly stepsPerSecond: number;
  /** The plainest thing that could be done once per step, in the same process: a JSON clone of the state. */
  readonly clonesPerSecond: number;
  /** Steps made in the time of one clone. */
  readonly stepsPerClone: number;
  /** How many runs, and how many steps they have together. */
  readonly runs: number;
  readonly steps: number;
  readonly rounds: number;
}

const WARM_MS = 800;
const ROUND_MS = 400;
const ROUNDS = 7;

/** A run's default schedule, and the states it goes through. */
interface Walk {
  readonly setup: Setup;
  readonly choices: readonly Choice[];
  readonly states: readonly State[];
}

/** Measures the model. Takes some seconds. */
export async function modelSpeed(): Promise<ModelSpeed> {
  const loaded = await Promise.all(SCENARIOS.map(async ({ load, world }) => ({ world, ...(await load()) })));
  const walks = loaded.flatMap(({ program, world }) =>
    allDesigns().map((design) => walkOf({ program, design, world })),
  );
  const stepAll = (): number => walks.reduce((sum, walk) => sum + stepThrough(walk), 0);
  const cloneAll = (): number => walks.reduce((sum, walk) => sum + cloneThrough(walk), 0);
  perSecond(stepAll, WARM_MS);
  perSecond(cloneAll, WARM_MS);
  const stepRates: number[] = [];
  const cloneRates: number[] = [];
  // By turns, so that whatever else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round += 1) {
    stepRates.push(perSecond(stepAll, ROUND_MS));
    cloneRates.push(perSecond(cloneAll, ROUND_MS));
  }
  const stepsPerSecond = median(stepRates);
  const clonesPerSecond = median(cloneRates);
  return {
    stepsPerSecond: Math.round(stepsPerSecond),
    clonesPerSecond: Math.round(clonesPerSecond),
    stepsPerClone: Number((stepsPerSecond / clonesPerSecond).toFixed(2)),
    runs: walks.length,
    steps: walks.reduce((sum, { choices }) => sum + choices.length, 0),
    rounds: ROUNDS,
  };
}

function allDesigns(): readonly DesignChoice[] {
  // Each as it stands by default, and with each of its switches the other way.
  return DESIGNS.flatMap(({ id, switches }) => {
    const standard = designChoice(id);
    return [standard, ...switches.map(({ id: name }) => designChoice(id, { [name]: !standard[name] }))];
  });
}

function walkOf(setup: Setup): Walk {
  const result = simulate(setup, []);
  if (!result.ok) throw new Error(result.error.message);
  const choices = result.value.steps.flatMap(({ choice }) => (choice === null ? [] : [choice]));
  const states: State[] = [];
  let { state } = initial(setup);
  for (const choice of choices) {
    state = step(state, choice).state;
    states.push(state);
  }
  return { setup, choices, states };
}

function stepThrough({ setup, choices }: Walk): number {
  let { state } = initial(setup);
  for (const choice of choices) state = step(state, choice).state;
  return choices.length;
}

/** The setup never changes, and nobody would copy it. */
function cloneThrough({ states }: Walk): number {
  for (const state of states) JSON.parse(JSON.stringify({ ...state, setup: null }));
  return states.length;
}

/** Repeats work that counts what it does for at least so long. */
function perSecond(work: () => number, atLeastMs: number): number {
  const start = performance.now();
  let done = 0;
  let elapsedMs = 0;
  do {
    done += work();
    elapsedMs = performance.now() - start;
  } while (elapsedMs < atLeastMs);
  return (done / elapsedMs) * 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? 0;
}
