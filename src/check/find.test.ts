import { describe, expect, it } from "vitest";
import { enabled, encode, initial, step } from "../model/model.ts";
import type { Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import { setup } from "../model/testing.ts";
import { HAPPENINGS } from "../run/happenings.ts";
import { simulate } from "../run/simulate.ts";
import { STATUSES } from "../run/statuses.ts";
import { type Condition, meets } from "../run/until.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { costOf, type FaultBudget, STANDARD_FAULTS } from "./faults.ts";
import { find } from "./find.ts";

const FROM = setup(`
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`);

const happens = (what: string): Condition => ({ type: "happens", what, which: null });

function sought(
  condition: Condition,
  choices: readonly string[] = [],
  faults: FaultBudget = STANDARD_FAULTS,
) {
  return find({ setup: FROM, choices, condition, faults, maxStates: 10_000 });
}

describe("the shortest order that meets a condition", () => {
  it("has the failure that brings it about", () => {
    expect(sought(happens("commit-fails"))).toMatchObject({ type: "found", choices: ["r1", "cf1"] });
    expect(sought({ type: "becomes", of: "gate", is: "broken", which: null })).toMatchObject({
      choices: ["r1", "cf1"],
    });
    expect(sought(happens("socket-fails"))).toMatchObject({ choices: ["r1", "cd1", "x1", "n1"] });
  });

  it("goes on from the choices that were made, and says which record it is about", () => {
    const report = sought(happens("socket-fails"), ["r1", "cd1"]);
    expect(report).toMatchObject({ type: "found", choices: ["x1", "n1"] });
    const run = simulate(FROM, ["r1", "cd1", "x1", "n1"]);
    const record = report.type === "found" && run.ok ? run.value.records[report.record] : undefined;
    expect(record).toMatchObject({ kind: "socket-fails", step: 4 });
  });

  it("is none where the budget allows no such failure, or nothing can bring it about any more", () => {
    expect(sought(happens("commit-fails"), [], { refuse: 1 }).type).toBe("none");
    expect(sought(happens("commit-fails"), ["r1", "cd1"]).type).toBe("none");
    expect(sought(happens("dead-read")).type).toBe("none");
  });

  it("says that it stopped where it stops", () => {
    const report = find({
      setup: FROM,
      choices: [],
      condition: happens("dead-read"),
      faults: STANDARD_FAULTS,
      maxStates: 10,
    });
    expect(report.type).toBe("stopped");
    expect(report.states).toBeGreaterThanOrEqual(10);
  });
});

/** The length of the shortest order for each condition, by a plain search over whole states. */
function plainly(from: Setup, conditions: readonly Condition[]): readonly (number | null)[] {
  const lengths: (number | null)[] = conditions.map(() => null);
  let level: { state: State; spent: FaultBudget }[] = [{ state: initial(from).state, spent: {} }];
  const known = new Set<string>();
  for (let depth = 1; level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { state, spent } of level)
      for (const choice of enabled(state)) {
        const cost = costOf(choice);
        if (cost === "never" || (cost !== null && (spent[cost] ?? 0) >= (STANDARD_FAULTS[cost] ?? 0)))
          continue;
        const { state: after, records } = step(state, choice.choice);
        for (const [index, condition] of conditions.entries())
          if (meets(condition, { before: state, records, after }).length > 0) lengths[index] ??= depth;
        const now = cost === null ? spent : { ...spent, [cost]: (spent[cost] ?? 0) + 1 };
        const key = encode(after) + JSON.stringify(Object.entries(now).toSorted());
        if (!known.has(key)) next.push({ state: after, spent: now });
        known.add(key);
      }
    level = next;
  }
  return lengths;
}

describe("an order", () => {
  const conditions: readonly Condition[] = [
    ...HAPPENINGS.map(({ id }) => happens(id)),
    ...STATUSES.map(({ of, id }): Condition => ({ type: "becomes", of, is: id, which: null })),
    { type: "property", property: null, verdict: "violated" },
    { type: "property", property: null, verdict: "warned" },
    { type: "property", property: "S4", verdict: "judged" },
  ];

  it.each(["put-then-connect", "close-before-commit"])(
    "of %s is as short as a plain search finds it, for every condition",
    async (id) => {
      const scenario = SCENARIOS.find((each) => each.id === id);
      if (scenario === undefined) throw new Error(`no scenario "${id}"`);
      const { program } = await scenario.load();
      const from: Setup = { program, design: { id: "main" }, world: scenario.world };
      const lengths = conditions.map((condition) => {
        const report = find({
          setup: from,
          choices: [],
          condition,
          faults: STANDARD_FAULTS,
          maxStates: 10_000,
        });
        return report.type === "found" ? report.choices.length : null;
      });
      expect(lengths).toEqual(plainly(from, conditions));
      expect(lengths).toContain(null);
      expect(lengths.some((length) => (length ?? 0) > 3)).toBe(true);
    },
    60_000,
  );
});
