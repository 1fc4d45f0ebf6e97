/*
 * The recordings of real workerd as tests, one for each scenario: what was seen is allowed. The conformance test says more,
 * and takes longer than a mutant may.
 */
import path from "node:path";
import { describe, expect, it } from "vitest";
import { gateJudge, readCorpus } from "../../src/app/conformance.ts";
import { accept } from "../../src/check/accept.ts";
import { shareStates } from "../../src/check/state-graph.ts";
import type { EnabledChoice } from "../../src/model/choice.ts";
import { enabled, encode, initial, step } from "../../src/model/model.ts";
import type { Setup } from "../../src/model/setup.ts";
import { DESIGN_OF_BUILD, worldOf } from "../../src/workerd/circumstances.ts";
import { outcomesOf, type Scenario } from "../../src/workerd/corpus.ts";
import { observe } from "../../src/workerd/observer.ts";
import { readOutcome } from "../../src/workerd/recording.ts";

const CORPUS = path.resolve(import.meta.dirname, "../../e2e/workerd/corpus");

/** The verdict on each outcome of a scenario that can be compared, under one build's design. */
function verdictsOn(scenario: Scenario, build: "main" | "ungated"): string[] {
  const world = worldOf(scenario);
  const program = gateJudge.compile(scenario.source);
  if (!world.ok || !program.ok) return [];
  const setup: Setup = { program: program.value, design: DESIGN_OF_BUILD[build], world: world.value };
  const shared = shareStates(
    {
      enabled,
      step: (state: Parameters<typeof enabled>[0], { choice }: EnabledChoice) => step(state, choice),
      encode: (state) => `${enabled(state).map(({ due }) => due)}|${encode(state)}`,
    },
    ({ key }) => key,
  );
  const start = initial(setup);
  return (outcomesOf(scenario, build) ?? []).flatMap((outcome) => {
    const read = readOutcome(scenario, outcome);
    if (!read.ok) return [];
    const from = { state: shared.enter(start.state), records: start.records };
    return [accept(shared, from, observe(scenario, read.value), 5_000).verdict];
  });
}

describe("what real workerd was seen to do", () => {
  for (const scenario of readCorpus(CORPUS).scenarios) {
    it(`is allowed: ${scenario.title}`, () => {
      for (const build of ["main", "ungated"] as const)
        for (const verdict of verdictsOn(scenario, build)) expect(["accepted", "stuck"]).toContain(verdict);
    });
  }
});
