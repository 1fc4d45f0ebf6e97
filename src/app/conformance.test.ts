import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { gateJudge, readCorpus } from "./conformance.ts";
import { judgeScenario } from "./conformance-judge.ts";
import { type ConformanceReport, describeReport, summarize } from "./conformance-report.ts";

/** What the model does not allow or does not cover, by scenario, with a word of the reason that the check gives. */
type Exceptions = Readonly<Record<string, string>>;

/** The README says why, in one table. */
const LOCAL_EXCEPTIONS: Exceptions = {
  "async-generator": "generator function",
};
const CLUSTER_EXCEPTIONS: Exceptions = {
  "fetch-body-to-socket": "Response.body as a stream",
  "pipe-from-generator": "generator function",
};

/** Why wrong observations may be allowed: responses and races, which the environment decides. */
const REASONS = [
  "a race that this design has too",
  "the two are concurrent",
  "when the response reaches the client is the environment's choice",
];

interface Corpus {
  readonly name: string;
  readonly folder: string;
  readonly scenarios: number;
  readonly builds: number;
  readonly exceptions: Exceptions;
  /** At least so many wrong observations are tried, and at most so many of them allowed. */
  readonly tried: number;
  readonly allowed: number;
}

const CORPORA: readonly Corpus[] = [
  {
    name: "local storage",
    folder: "corpus",
    scenarios: 206,
    builds: 4,
    exceptions: LOCAL_EXCEPTIONS,
    tried: 14_100,
    allowed: 36,
  },
  {
    name: "commits that take time",
    folder: "cluster-corpus",
    scenarios: 200,
    builds: 1,
    exceptions: CLUSTER_EXCEPTIONS,
    tried: 4_300,
    allowed: 75,
  },
];

describe.each(CORPORA)("conformance with recordings of real workerd: $name", (corpus) => {
  const { scenarios, errors } = readCorpus(
    path.resolve(import.meta.dirname, "../../e2e/workerd", corpus.folder),
  );
  let report: ConformanceReport;
  beforeAll(() => {
    report = summarize(scenarios.map((scenario) => judgeScenario(gateJudge, scenario)));
  }, 300_000);

  it("reads the whole corpus", () => {
    expect(errors).toEqual([]);
    expect(scenarios).toHaveLength(corpus.scenarios);
    expect(report.pairs).toBe(corpus.scenarios * corpus.builds);
  });

  it("allows everything that was recorded, but for exactly the exceptions that are known, each for its reason", () => {
    const others = report.cases.filter(({ verdict }) => verdict !== "accepted");
    expect([...new Set(others.map(({ scenario }) => scenario))].sort()).toEqual(
      Object.keys(corpus.exceptions).sort(),
    );
    for (const { scenario, why } of others) expect(why).toContain(corpus.exceptions[scenario]);
    expect(others.length / report.pairs).toBeLessThanOrEqual(0.05);
  });

  it("refuses wrong observations: other designs', swapped, dropped and invented ones", () => {
    const { tried, rejected, byType, accepted } = report.negatives;
    expect(tried).toBeGreaterThanOrEqual(corpus.tried);
    expect(tried - rejected).toBeLessThanOrEqual(corpus.allowed);
    expect(accepted).toHaveLength(tried - rejected);
    expect(byType.dropped.rejected).toBe(byType.dropped.tried);
    expect(byType.invented.rejected).toBe(byType.invented.tried);
    for (const { reason } of accepted) expect(REASONS).toContain(reason);
  });

  it("gives the bodies of all answers as recorded", () => {
    expect(report.negatives.bodies.differing).toEqual([]);
    expect(report.negatives.bodies.compared).toBeGreaterThanOrEqual(report.accepted * 0.9);
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
