/*
 * What holds in every run: random choices through all built-in scenarios under every design.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { enabled, initial, step } from "../model.ts";
import type { RunRecord } from "../records.ts";
import type { Setup } from "../setup.ts";
import { DESIGNS } from "../testing.ts";

const loaded = await Promise.all(SCENARIOS.map(async ({ load, world }) => ({ world, ...(await load()) })));
const HOLD = new Set(["S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S15", "S16"]);
const runs = { numRuns: Number(process.env.GATESCOPE_CASES ?? 300), seed: 20_261_125 };

/** Walks as the numbers say: each picks one of what is enabled. */
function wander(from: Setup, picks: readonly number[]): RunRecord[] {
  let { state } = initial(from);
  const records: RunRecord[] = [];
  for (const pick of picks) {
    const choices = enabled(state);
    const choice = choices[pick % Math.max(choices.length, 1)];
    if (choice === undefined) break;
    const next = step(state, choice.choice);
    state = next.state;
    for (const record of next.records) records.push(record);
  }
  return records;
}

const setups = fc
  .record({
    scenario: fc.constantFrom(...loaded),
    design: fc.constantFrom(...Object.values(DESIGNS)),
    commits: fc.constantFrom("replicated" as const, "blocking" as const, "bucket" as const),
    severalCommits: fc.boolean(),
    backend: fc.constantFrom("sqlite" as const, "cache" as const),
    scheduling: fc.constantFrom("strict" as const, "relaxed" as const),
  })
  .map(({ scenario, design, ...more }) => ({
    program: scenario.program,
    design,
    world: { ...scenario.world, ...more },
  }));

describe(`random runs of the built-in scenarios (${runs.numRuns} cases, seed ${runs.seed})`, () => {
  it("keep S5 to S12, S15 and S16 under every design, strict and relaxed", () => {
    fc.assert(
      fc.property(setups, fc.array(fc.nat(30), { maxLength: 100 }), (from, picks) => {
        const broken = wander(from, picks).flatMap((record) =>
          record.kind === "violation" && HOLD.has(record.property)
            ? [`${record.property}: ${record.text}`]
            : [],
        );
        expect(broken).toEqual([]);
      }),
      runs,
    );
  }, 120_000);
});
