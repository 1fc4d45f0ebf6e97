import { describe, expect, it } from "vitest";
import type { DesignId } from "../model/setup.ts";
import { simulate } from "../run/simulate.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { designChoice } from "../store/designs.ts";
import { check } from "./check.ts";
import { STANDARD_FAULTS } from "./faults.ts";
import type { CheckReport } from "./report.ts";

async function setupOf(scenario: string, design: DesignId) {
  const found = SCENARIOS.find(({ id }) => id === scenario);
  if (found === undefined) throw new Error(`There is no scenario ${scenario}.`);
  return { program: (await found.load()).program, design: designChoice(design), world: found.world };
}

async function checked(scenario: string, design: DesignId, maxStates = 100_000): Promise<CheckReport> {
  return check({ setup: await setupOf(scenario, design), faults: STANDARD_FAULTS, maxStates });
}

const violatedBy = ({ properties }: CheckReport) =>
  properties.filter(({ verdict }) => verdict === "violated").map(({ id, witness }) => [id, witness]);

describe("the check of a scenario", () => {
  it("finds the shortest way to let a connection out too early, and nothing where connect() waits", async () => {
    expect(violatedBy(await checked("put-then-connect", "ungated"))).toEqual([
      ["S1", ["r1"]],
      ["S4", ["r1", "cf1"]],
    ]);
    expect(violatedBy(await checked("put-then-connect", "main"))).toEqual([]);
  });

  it("finds that chunks piped after a put leave before the commit", async () => {
    expect(violatedBy(await checked("piped-chunks", "main"))).toEqual([
      ["S2p", ["r1", "a1", "n1", "t1"]],
      ["S4", ["r1", "a1", "n1", "t1", "cf1"]],
    ]);
  });

  it("finds that a socket whose writer was closed is closed without asking the gate", async () => {
    expect(violatedBy(await checked("close-before-commit", "main"))).toEqual([
      ["S3c", ["r1", "a1", "n1"]],
      ["S4", ["r1", "a1", "n1", "cf1"]],
    ]);
  });

  it("lets a Worker throw after it has accepted if a failure is allowed, and not otherwise", async () => {
    const setup = await setupOf("half-open", "main");
    const served = { ...setup, world: { ...setup.world, service: "worker" as const } };
    const outcomes = (reset: number): string =>
      JSON.stringify(check({ setup: served, faults: { reset }, maxStates: 100_000 }).outcomes);
    expect(outcomes(1)).toContain("throws");
    expect(outcomes(0)).not.toContain("throws");
    expect(outcomes(1)).not.toContain("resets");
  });

  it("gives witnesses that violate the property when they are run", async () => {
    const setup = await setupOf("piped-chunks", "main");
    const report = check({ setup, faults: STANDARD_FAULTS, maxStates: 100_000 });
    for (const [id, witness] of violatedBy(report)) {
      const run = simulate(setup, witness as readonly string[]);
      if (!run.ok) throw new Error(run.error.message);
      const step = run.value.steps[witness?.length ?? 0];
      const records = run.value.records.slice(step?.firstRecord, step?.endRecord);
      expect(records).toContainEqual(expect.objectContaining({ kind: "violation", property: id }));
    }
  });

  it("says that it stopped rather than that a property holds everywhere", async () => {
    const report = await checked("two-sockets", "main", 50);
    expect(report.complete).toBe(false);
    expect(report.states).toBeGreaterThanOrEqual(50);
    expect((await checked("two-sockets", "main")).complete).toBe(true);
  });

  it("takes no failure that the budget does not allow", async () => {
    const setup = await setupOf("put-then-connect", "ungated");
    const report = check({ setup, faults: {}, maxStates: 1_000 });
    expect(violatedBy(report)).toEqual([["S1", ["r1"]]]);
    const [only] = report.outcomes;
    expect(report.outcomes).toHaveLength(1);
    expect(only?.promises).toContainEqual({ place: "socket 1 opened", events: ["resolved"] });
  });

  it("says whether the handler may read the clock, which no state's key tells", async () => {
    expect((await checked("alarm-starttls", "main", 50)).readsClock).toBe(true);
    expect((await checked("put-then-connect", "main", 50)).readsClock).toBe(false);
  });
});
