/*
 * What the conformance check says: the same facts as a table for people and as JSON for machines.
 */
import { BUILDS } from "../workerd/corpus.ts";
import type { BodyDifference, Case, Negative, ScenarioReport, Verdict } from "./conformance-judge.ts";

const NEGATIVE_TYPES = ["wrong design", "swapped", "dropped", "invented"] as const;

interface Count {
  readonly tried: number;
  readonly rejected: number;
}

/** The whole result. */
export interface ConformanceReport {
  readonly pairs: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly uncovered: number;
  readonly negatives: Count & {
    readonly byType: Readonly<Record<Negative["type"], Count>>;
    /** Wrong observations that the model allows. */
    readonly accepted: readonly Omit<Negative, "rejected">[];
    /** Answers whose body was compared, and those that differ: reported, not judged. */
    readonly bodies: { readonly compared: number; readonly differing: readonly BodyDifference[] };
  };
  readonly cases: readonly Case[];
}

const countOf = (negatives: readonly Negative[]): Count => ({
  tried: negatives.length,
  rejected: negatives.filter(({ rejected }) => rejected).length,
});

/** Adds up the scenarios. */
export function summarize(reports: readonly ScenarioReport[]): ConformanceReport {
  const cases = reports.flatMap((report) => report.cases);
  const negatives = reports.flatMap((report) => report.negatives);
  const count = (verdict: Verdict) => cases.filter((one) => one.verdict === verdict).length;
  const ofType = (type: Negative["type"]) => countOf(negatives.filter((negative) => negative.type === type));
  return {
    pairs: cases.length,
    accepted: count("accepted"),
    rejected: count("rejected"),
    uncovered: count("uncovered"),
    negatives: {
      ...countOf(negatives),
      byType: {
        "wrong design": ofType("wrong design"),
        swapped: ofType("swapped"),
        dropped: ofType("dropped"),
        invented: ofType("invented"),
      },
      accepted: negatives
        .filter(({ rejected }) => !rejected)
        .map(({ scenario, build, type, what, reason }) => ({ scenario, build, type, what, reason })),
      bodies: {
        compared: reports.reduce((sum, { bodies }) => sum + bodies, 0),
        differing: reports.flatMap((report) => report.bodyDifferences),
      },
    },
    cases,
  };
}

const SHOWN: Readonly<Record<Verdict, string>> = {
  accepted: "accepted",
  rejected: "REJECTED",
  uncovered: "-",
};

/** Lines `pad`ded into columns. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Cases with the same scenario and reason on one line. */
function listCases(cases: readonly Case[]): readonly string[] {
  const byReason = new Map<string, Case[]>();
  for (const one of cases) {
    const key = `${one.scenario}\n${one.why}`;
    byReason.set(key, [...(byReason.get(key) ?? []), one]);
  }
  return [...byReason.values()].map((same) => {
    const builds = same.length === BUILDS.length ? "all" : same.map(({ build }) => build).join(", ");
    return `  ${same[0]?.scenario} [${builds}]: ${same[0]?.why}`;
  });
}

/** The table for people. */
export function describeReport(report: ConformanceReport): string {
  const { cases, negatives } = report;
  const scenarios = [...new Set(cases.map(({ scenario }) => scenario))];
  const verdictOf = (scenario: string, build: string): string => {
    const found = cases.find((one) => one.scenario === scenario && one.build === build);
    return found === undefined ? "" : SHOWN[found.verdict];
  };
  const rows = [
    ["scenario", ...BUILDS],
    ...scenarios.map((scenario) => [scenario, ...BUILDS.map((build) => verdictOf(scenario, build))]),
  ];
  const rejected = cases.filter(({ verdict }) => verdict === "rejected");
  const uncovered = cases.filter(({ verdict }) => verdict === "uncovered");
  const allowed = negatives.accepted.map(
    ({ scenario, build, type, what, reason }) => `  ${scenario} [${build}] ${type}: ${what} (${reason})`,
  );
  const bodies = negatives.bodies.differing.map(
    ({ scenario, build, recorded, model }) =>
      `  ${scenario} [${build}]: recorded ${JSON.stringify(recorded)}, model ${JSON.stringify(model)}`,
  );
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", title, ...lines];
  return [
    ...table(rows),
    ...section(
      `Rejected: the model does not allow what workerd did (${rejected.length} pairs)`,
      listCases(rejected),
    ),
    ...section(`Uncovered: beyond what the model knows (${uncovered.length} pairs)`, listCases(uncovered)),
    ...section(`Wrong observations that the model allows (${allowed.length})`, allowed),
    ...section(`Bodies of answers that differ (${bodies.length} of ${negatives.bodies.compared})`, bodies),
    "",
    `${report.pairs} pairs of scenario and build: ${report.accepted} accepted, ${report.rejected} rejected, ${report.uncovered} uncovered.`,
    `${negatives.tried} wrong observations: ${negatives.rejected} rejected (${NEGATIVE_TYPES.map(
      (type) => `${type} ${negatives.byType[type].rejected} of ${negatives.byType[type].tried}`,
    ).join(", ")}).`,
  ].join("\n");
}
