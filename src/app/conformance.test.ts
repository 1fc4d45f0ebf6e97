import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { gateJudge, readCorpus } from "./conformance.ts";
import { judgeScenario } from "./conformance-judge.ts";
import { type ConformanceReport, describeReport, summarize } from "./conformance-report.ts";

const CORPUS = path.resolve(import.meta.dirname, "../../e2e/workerd/corpus");

/** What the model does not cover, and a word of the reason that must be given. */
const UNCOVERED: Readonly<Record<string, string>> = {};

/** Wrong observations that the model allows: responses and races, which the environment decides. */
const MOST_ALLOWED = 24;

describe("conformance with recordings of real workerd", () => {
  const { scenarios, errors } = readCorpus(CORPUS);
  let report: ConformanceReport;
  beforeAll(() => {
    report = summarize(scenarios.map((scenario) => judgeScenario(gateJudge, scenario)));
  }, 120_000);

  it("reads the whole corpus", () => {
    expect(errors).toEqual([]);
    expect(scenarios).toHaveLength(81);
    expect(report.pairs).toBe(81 * 4);
  });

  it("allows everything that was recorded, on every build, of what it covers", () => {
    expect(report.cases.filter(({ verdict }) => verdict === "rejected")).toEqual([]);
    expect(report.accepted).toBe((81 - Object.keys(UNCOVERED).length) * 4);
  });

  it("leaves uncovered exactly what is known to be beyond it, and says why", () => {
    const uncovered = report.cases.filter(({ verdict }) => verdict === "uncovered");
    expect([...new Set(uncovered.map(({ scenario }) => scenario))]).toEqual(Object.keys(UNCOVERED).sort());
    for (const { scenario, why } of uncovered) expect(why).toContain(UNCOVERED[scenario]);
  });

  it("refuses wrong observations: other designs', swapped, dropped and invented ones", () => {
    const { tried, rejected, byType, accepted } = report.negatives;
    expect(tried).toBeGreaterThanOrEqual(5000);
    expect(tried - rejected).toBeLessThanOrEqual(MOST_ALLOWED);
    expect(accepted).toHaveLength(tried - rejected);
    expect(byType.dropped.rejected).toBe(byType.dropped.tried);
    expect(byType.invented.rejected).toBe(byType.invented.tried);
    expect(byType["wrong design"].rejected).toBeGreaterThanOrEqual(101);
    const reasons = new Set(accepted.map(({ reason }) => reason));
    expect([...reasons].sort()).toEqual([
      "a race that this design has too",
      "the two are concurrent",
      "when the response reaches the client is the environment's choice",
    ]);
  });

  it("gives the bodies of all answers as recorded", () => {
    expect(report.negatives.bodies.differing).toEqual([]);
    expect(report.negatives.bodies.compared).toBeGreaterThanOrEqual(288);
  });

  it("tells people and machines the same", () => {
    const { pairs, accepted, rejected, uncovered } = report;
    expect(accepted + rejected + uncovered).toBe(pairs);
    expect(describeReport(report)).toContain(
      `${pairs} pairs of scenario and build: ${accepted} accepted, ${rejected} rejected, ${uncovered} uncovered.`,
    );
    expect(Object.keys(report)).toEqual(["pairs", "accepted", "rejected", "uncovered", "negatives", "cases"]);
  });
});
