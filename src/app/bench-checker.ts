/*
 * How fast the checker is, in node and in a browser's worker alike: on the gate model, beside the plainest search that finds
 * the same states, and on the toy gate. `scripts/bench.mjs` runs it.
 */
import { Check } from "../check/check.ts";
import { costOf, type FaultBudget, STANDARD_FAULTS } from "../check/faults.ts";
import { History, seenIn, settledIn } from "../check/history.ts";
import { Search } from "../check/search.ts";
import { GateToy } from "../check/testing-gate-toy.ts";
import { encode } from "../model/encode.ts";
import { enabled, initial, step } from "../model/model.ts";
import type { DesignId, Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { designChoice } from "../store/designs.ts";

/** What was measured; rates are the median of the rounds. */
export interface CheckerSpeed {
  readonly statesPerSecond: number;
  /** The plainest search, on the same setups in the same process by turns. */
  readonly baselineStatesPerSecond: number;
  /** How many states the checker finds in the time of one of the plainest search. */
  readonly ratioToBaseline: number;
  /** How many states the setups have together. */
  readonly states: number;
  readonly rounds: number;
}

/** The default check of a built-in scenario that has the most states. */
export interface LargestCheck {
  readonly scenario: string;
  readonly design: DesignId;
  readonly states: number;
  /** From the start of the check to its report. */
  readonly seconds: number;
}

/** The toy gate of 8 puts, 5 connects and 3 writes each. */
export interface ToySpeed {
  readonly statesPerSecond: number;
  readonly states: number;
  readonly bytesPerState: number;
  readonly rounds: number;
}

const MAX_STATES = 10_000_000;
const STATES_PER_SLICE = 10_000;
const ROUNDS = 5;

/** The plainest search keeps whole states, so it goes only so far into a setup. */
const BASELINE_STATES = 2_000;

/** The setups with the most states. */
const LARGE: readonly (readonly [scenario: string, design: DesignId])[] = [
  ["two-sockets", "ungated"],
  ["alarm-starttls", "main"],
  ["alarm-starttls", "ungated"],
];

/** Measures the checker on the gate model, with relaxed scheduling and the standard failures. Takes some ten seconds. */
export async function checkerSpeed(): Promise<CheckerSpeed> {
  const setups = await Promise.all(LARGE.map(([scenario, design]) => relaxed(scenario, design)));
  const checkAll = (): number => setups.reduce((sum, setup) => sum + checked(setup).progress.states, 0);
  const searchAll = (): number =>
    setups.reduce((sum, setup) => sum + plainSearch(setup, STANDARD_FAULTS, BASELINE_STATES), 0);
  const states = checkAll();
  searchAll();
  const rates: number[] = [];
  const baseline: number[] = [];
  // By turns, so that whatever else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round++) {
    rates.push(perSecond(checkAll));
    baseline.push(perSecond(searchAll));
  }
  return {
    statesPerSecond: Math.round(median(rates)),
    baselineStatesPerSecond: Math.round(median(baseline)),
    ratioToBaseline: Number((median(rates) / median(baseline)).toFixed(1)),
    states,
    rounds: ROUNDS,
  };
}

/** Checks every built-in scenario, under the design without a gate and today's, as the page does by default. */
export async function largestCheck(): Promise<LargestCheck> {
  let largest: LargestCheck | null = null;
  for (const { id: scenario, load, world } of SCENARIOS) {
    const { program } = await load();
    for (const design of ["main", "ungated"] as const) {
      const startMs = performance.now();
      const check = checked({ program, design: designChoice(design), world });
      const { states } = check.report();
      const seconds = Number(((performance.now() - startMs) / 1000).toFixed(3));
      if (largest === null || states > largest.states) largest = { scenario, design, states, seconds };
    }
  }
  if (largest === null) throw new Error("There is no scenario.");
  return largest;
}

/**
 * A check of a million states, and how fast it was: most of what happens in it has happened before, so that the model itself
 * seldom runs. Whoever wants to know what it weighs looks at the memory before and after.
 */
export async function largeCheck(): Promise<{ readonly check: Check; readonly statesPerSecond: number }> {
  const setup = await relaxed("alarm-starttls", "ungated");
  const startMs = performance.now();
  const check = checked(setup, { ...STANDARD_FAULTS, commit: 2, reset: 2, abort: 2 }, 1_000_000);
  const seconds = (performance.now() - startMs) / 1000;
  return { check, statesPerSecond: Math.round(check.progress.states / seconds) };
}

/** Measures the search itself, on a model whose steps cost next to nothing. */
export function toySpeed(): ToySpeed {
  let [states, bytes] = [0, 0];
  const searchToy = (): number => {
    const toy = new GateToy({ puts: 8, connects: 5, writes: 3, mayFail: true, design: "gated" });
    const search = new Search(toy, MAX_STATES);
    while (search.advance(STATES_PER_SLICE));
    states = search.progress.states;
    bytes = search.bytes;
    return states;
  };
  searchToy();
  const rates = Array.from({ length: ROUNDS }, () => perSecond(searchToy));
  return {
    statesPerSecond: Math.round(median(rates)),
    states,
    bytesPerState: Math.round(bytes / states),
    rounds: ROUNDS,
  };
}

async function relaxed(id: string, design: DesignId): Promise<Setup> {
  const scenario = SCENARIOS.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`There is no scenario ${id}.`);
  const { program } = await scenario.load();
  return { program, design: designChoice(design), world: { ...scenario.world, scheduling: "relaxed" } };
}

function checked(setup: Setup, faults = STANDARD_FAULTS, maxStates = MAX_STATES): Check {
  const check = new Check({ setup, faults, maxStates });
  while (check.advance(STATES_PER_SLICE));
  return check;
}

/** Breadth first, with whole states and their texts in a Set: what one would write first. How many states it expanded. */
function plainSearch(setup: Setup, faults: FaultBudget, mostStates: number): number {
  interface Node {
    readonly state: State;
    readonly spent: Readonly<Record<string, number>>;
    readonly seen: number;
    readonly settled: number;
  }
  const history = new History();
  const keyOf = ({ state, spent, seen, settled }: Node): string =>
    `${JSON.stringify(spent)} ${seen} ${settled} ${encode(state)}`;
  const queue: Node[] = [
    { state: initial(setup).state, spent: {}, seen: history.nothing, settled: history.nothing },
  ];
  const known = new Set(queue.map(keyOf));
  let expanded = 0;
  for (const { state, spent, seen, settled } of queue) {
    if (expanded === mostStates) break;
    expanded++;
    for (const choice of enabled(state)) {
      const cost = costOf(choice);
      if (cost === "never" || (cost !== null && (spent[cost] ?? 0) >= (faults[cost] ?? 0))) continue;
      const { state: after, records } = step(state, choice.choice);
      const node: Node = {
        state: after,
        spent: cost === null ? spent : { ...spent, [cost]: (spent[cost] ?? 0) + 1 },
        seen: history.extend(seen, history.list(seenIn(records))),
        settled: history.extend(settled, history.list(settledIn(records))),
      };
      const key = keyOf(node);
      if (known.has(key)) continue;
      known.add(key);
      queue.push(node);
    }
  }
  return expanded;
}

/** The rate of work that counts what it does. */
function perSecond(work: () => number): number {
  const startMs = performance.now();
  return (work() / (performance.now() - startMs)) * 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
}
