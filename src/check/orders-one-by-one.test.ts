import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode } from "../model/encode.ts";
import { enabled, initial, restRecords, step } from "../model/model.ts";
import { PROPERTIES } from "../model/properties/index.ts";
import { violationIn } from "../model/properties/shown-violation.ts";
import type { RunRecord } from "../model/records.ts";
import { DEFAULT_WORLD, type DesignId, type Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import { program } from "../model/testing.ts";
import { cases } from "../model/testing-programs.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { designChoice } from "../store/designs.ts";
import { check } from "./check.ts";
import { costOf, type FaultBudget, STANDARD_FAULTS } from "./faults.ts";
import { GateVectors } from "./gate-vectors.ts";
import { outcomeOf } from "./history.ts";
import type { CheckReport } from "./report.ts";
import { Search } from "./search.ts";

/*
 * The oracle: every order of choices is followed from the start to its end, one by one. No state is recognized, nothing is
 * shared or remembered, so what it counts is what there is.
 */

interface Findings {
  /** What tells states apart: the model's state, what was spent, and what was seen and settled on the way. */
  readonly states: Set<string>;
  /** By outcome: how many orders end in it, and the length of the shortest. */
  readonly outcomes: Map<string, { count: number; steps: number }>;
  readonly reached: Set<string>;
  /** By property: the length of the shortest order that violates it. */
  readonly violated: Map<string, number>;
  depth: number;
}

interface Place {
  readonly state: State;
  readonly spent: Readonly<Record<string, number>>;
  readonly records: readonly RunRecord[];
  readonly steps: number;
}

const startOf = (setup: Setup): Place => ({ ...initial(setup), spent: {}, steps: 0 });

const nameOf = ({ state, spent, records }: Place): string =>
  `${JSON.stringify(Object.entries(spent).toSorted())} ${JSON.stringify(outcomeOf(records))} ${encode(state)}`;

/** Null when there are more than so many places on all orders together. */
function oneByOne(setup: Setup, faults: FaultBudget, mostPlaces: number): Findings | null {
  const found: Findings = {
    states: new Set(),
    outcomes: new Map(),
    reached: new Set(),
    violated: new Map(),
    depth: 0,
  };
  const shortest = new Map<string, number>();
  let places = 0;
  const judge = (records: readonly RunRecord[], steps: number): void => {
    for (const record of records) {
      for (const property of PROPERTIES) if (property.reached(record)) found.reached.add(property.id);
      const violated = violationIn(record)?.property ?? null;
      if (violated !== null)
        found.violated.set(violated, Math.min(steps, found.violated.get(violated) ?? steps));
    }
  };
  const follow = (place: Place): void => {
    if (++places > mostPlaces) return;
    const { state, spent, records, steps } = place;
    const name = nameOf(place);
    found.states.add(name);
    shortest.set(name, Math.min(steps, shortest.get(name) ?? steps));
    const choices = enabled(state);
    if (state.stuck === null && choices.every(({ role }) => role === "failure")) {
      judge(restRecords(state), steps);
      const outcome = JSON.stringify(outcomeOf(records));
      const known = found.outcomes.get(outcome);
      found.outcomes.set(outcome, {
        count: (known?.count ?? 0) + 1,
        steps: Math.min(steps, known?.steps ?? steps),
      });
    }
    for (const choice of choices) {
      const cost = costOf(choice);
      if (cost === "never" || (cost !== null && (spent[cost] ?? 0) >= (faults[cost] ?? 0))) continue;
      const next = step(state, choice.choice);
      judge(next.records, steps + 1);
      follow({
        state: next.state,
        spent: cost === null ? spent : { ...spent, [cost]: (spent[cost] ?? 0) + 1 },
        records: [...records, ...next.records],
        steps: steps + 1,
      });
    }
  };
  follow(startOf(setup));
  found.depth = Math.max(...shortest.values());
  return places > mostPlaces ? null : found;
}

/** The states of the search, each made by the model on the path that the search has to it. */
function statesOfSearch(setup: Setup, faults: FaultBudget): ReadonlySet<string> {
  const model = new GateVectors(setup, faults, { rest: () => {}, transition: () => {} });
  const search = new Search(model, 100_000);
  while (search.advance(1_000));
  return new Set(
    Array.from({ length: search.progress.states }, (_, index) => {
      let place = startOf(setup);
      for (const number of search.pathTo(index)) {
        const choice = enabled(place.state).find(({ key }) => key === model.keyOf(number));
        if (choice === undefined) throw new Error(`${model.keyOf(number)} is not possible there.`);
        const cost = costOf(choice);
        const next = step(place.state, choice.choice);
        place = {
          state: next.state,
          spent: cost === null ? place.spent : { ...place.spent, [cost]: (place.spent[cost] ?? 0) + 1 },
          records: [...place.records, ...next.records],
          steps: place.steps + 1,
        };
      }
      return nameOf(place);
    }),
  );
}

function expectSame(setup: Setup, faults: FaultBudget, found: Findings, report: CheckReport): void {
  expect(report.complete).toBe(true);
  expect(report.states).toBe(found.states.size);
  expect(report.depth).toBe(found.depth);
  expect(statesOfSearch(setup, faults)).toEqual(found.states);
  const verdicts = PROPERTIES.map(({ id }) => ({
    id,
    verdict: found.violated.has(id) ? "violated" : found.reached.has(id) ? "holds" : "not-reached",
    steps: found.violated.get(id) ?? null,
  }));
  expect(
    report.properties
      .filter(({ id }) => id !== "dead-end")
      .map(({ id, verdict, steps }) => ({ id, verdict, steps })),
  ).toEqual(verdicts);
  const outcomes = report.outcomes.map(({ outside, promises, count, witness }) => [
    JSON.stringify({ outside, promises }),
    { count, steps: witness.length },
  ]);
  expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(found.outcomes));
  expect(outcomes).toHaveLength(found.outcomes.size);
}

const SMALL = [
  "put-then-connect",
  "connect-then-put",
  "commit-fails-first",
  "sync-then-connect",
  "half-open",
  "close-while-held",
  "next-life",
  "call-another-object",
];

const SMALL_RELAXED = ["sync-then-connect", "call-another-object", "connect-refused"];

async function compare(id: string, design: DesignId, scheduling: "strict" | "relaxed"): Promise<void> {
  const scenario = SCENARIOS.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`There is no scenario ${id}.`);
  const { program } = await scenario.load();
  const setup = { program, design: designChoice(design), world: { ...scenario.world, scheduling } };
  const found = oneByOne(setup, STANDARD_FAULTS, 50_000);
  if (found === null) throw new Error("This scenario has too many orders to follow one by one.");
  expectSame(setup, STANDARD_FAULTS, found, check({ setup, faults: STANDARD_FAULTS, maxStates: 100_000 }));
}

describe("the check finds what is found by following every order one by one", () => {
  it.each(SMALL)("in %s", async (id) => {
    await compare(id, "main", "strict");
    await compare(id, "ungated", "strict");
  });

  it.each(SMALL_RELAXED)("in %s with relaxed scheduling", async (id) => {
    await compare(id, "main", "relaxed");
  });

  it("in small programs that nobody has written", () => {
    let compared = 0;
    for (const { source, design, world } of fc.sample(cases, { seed: 4, numRuns: 30 })) {
      // Times do not count in a check: what a handler makes of the clock is that of one way to each state.
      if (source.includes("Date.now()")) continue;
      const setup = { program: program(source), design, world: { ...DEFAULT_WORLD, ...world } };
      const faults = { commit: 1, reset: 1 };
      const found = oneByOne(setup, faults, 400);
      if (found === null) continue;
      compared++;
      expectSame(setup, faults, found, check({ setup, faults, maxStates: 10_000 }));
    }
    expect(compared).toBeGreaterThanOrEqual(5);
  });
});
