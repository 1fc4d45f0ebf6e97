import { describe, expect, test } from "vitest";
import type { DifferenceReport, DifferenceRequest } from "../check/difference.ts";
import type { DesignChoice } from "../model/setup.ts";
import { createChecks } from "./checks.ts";
import { createDifferences } from "./differences.ts";
import type { Shown } from "./shown.ts";
import { playedSearches } from "./testing-searches.ts";

const main = { id: "main" } as DesignChoice;
const ungated = { id: "ungated" } as DesignChoice;
const shown = { program: {}, world: { commitMs: 10 }, document: { design: main } } as unknown as Shown;
const SAME: DifferenceReport = { type: "same", states: 3 };

/** Searches whose client and clock the test plays. */
function stage() {
  const { asked, begin } = playedSearches<DifferenceRequest, DifferenceReport>();
  const clock = { ms: 0 };
  const checks = createChecks({ check: () => expect.unreachable() });
  const differences = createDifferences(checks.store, { compare: begin }, () => clock.ms);
  return { asked, checks, clock, differences, state: () => differences.store.getState() };
}

describe("the search for a difference", () => {
  test("is of what is shown and another design, within the limits of the checks, and what it finds is kept", async () => {
    const { asked, checks, clock, differences, state } = stage();
    checks.setFaults({ commit: 2 });
    checks.setMaxStates(100_000);
    const ended = differences.find(shown, ungated);
    expect(asked[0]?.request).toEqual({
      program: shown.program,
      world: shown.world,
      designs: [main, ungated],
      faults: { commit: 2 },
      maxStates: 100_000,
    });
    clock.ms = 100;
    asked[0]?.tell({ states: 50, transitions: 0, depth: 2, frontier: 9 });
    expect(state().underWay).toMatchObject({ designs: [main, ungated], rate: 500, progress: { depth: 2 } });
    asked[0]?.answer({ status: "done", report: SAME });
    await ended;
    expect(state()).toMatchObject({
      underWay: null,
      problem: null,
      latest: { designs: [main, ungated], report: SAME, subject: { faults: { commit: 2 } } },
    });
    expect(state().latest?.document).toBe(shown.document);
  });

  test("leaves what is known as it was when it is cancelled or fails, and says why it failed until the next", async () => {
    const { asked, differences, state } = stage();
    const first = differences.find(shown, ungated);
    asked[0]?.answer({ status: "done", report: SAME });
    await first;
    const before = state();
    const second = differences.find(shown, ungated);
    differences.cancel();
    await second;
    expect(state()).toEqual(before);
    const third = differences.find(shown, ungated);
    asked[2]?.answer({ status: "failed", message: "Out of memory." });
    await third;
    expect(state()).toEqual({ ...before, problem: "Out of memory." });
    void differences.find(shown, ungated);
    expect(state().problem).toBeNull();
  });

  test("gives way to a newer one, and ends when the limits change", async () => {
    const { asked, checks, differences, state } = stage();
    const first = differences.find(shown, ungated);
    const second = differences.find(shown, { id: "deferred-r1" });
    await first;
    asked[0]?.tell({ states: 99, transitions: 0, depth: 0, frontier: 0 });
    expect(state().underWay).toMatchObject({
      designs: [main, { id: "deferred-r1" }],
      progress: { states: 1 },
    });
    checks.setFaults({});
    await second;
    expect(asked.map(({ calls }) => calls)).toEqual([["cancel"], ["cancel"]]);
    expect(state()).toEqual({ latest: null, underWay: null, problem: null });
  });

  test("stands still while it is paused", () => {
    const { asked, differences, state } = stage();
    void differences.find(shown, ungated);
    differences.pause();
    expect(state().underWay?.isPaused).toBe(true);
    differences.resume();
    expect(state().underWay?.isPaused).toBe(false);
    expect(asked[0]?.calls).toEqual(["pause", "resume"]);
  });
});
