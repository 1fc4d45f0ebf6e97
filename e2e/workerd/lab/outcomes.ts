/*
 * Outcomes of runs: equal ones are counted, and the file that has them is written so that a changed outcome is a readable
 * difference, one line per field.
 */

/** What one run showed. The fields are those of NAME.json; `ms` is not compared, and `runs` counts equal ones. */
export type Outcome = Readonly<Record<string, unknown>>;

/** An outcome and how often it was seen. */
export type CountedOutcome = Outcome & { readonly runs: number };

/** What two outcomes have in common that are the same. */
function essence({ runs: _runs, ms: _ms, ...rest }: Outcome): string {
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted);
}

/** Whether two runs showed the same. */
export const isSameOutcome = (one: Outcome, other: Outcome): boolean => essence(one) === essence(other);

const isSending = (entry: unknown): boolean =>
  typeof entry === "string" && /^commit \d+( of \w+)? sent( again)?$/.test(entry);

/**
 * Whether the two differ in nothing but the places of `commit N sent`: it is sent from another thread, so that it and what
 * JavaScript does at the same moment may change places.
 */
export function differsInSendingOnly(one: Outcome, other: Outcome): boolean {
  const withoutSending = ({ order, ...rest }: Outcome): Outcome => ({
    ...rest,
    order: Array.isArray(order) ? order.filter((entry) => !isSending(entry)) : order,
    sent: Array.isArray(order) ? order.filter(isSending) : [],
  });
  return isSameOutcome(withoutSending(one), withoutSending(other));
}

/** Adds a run to what was seen so far; the most frequent outcome comes first. */
export function countOutcome(
  seen: readonly CountedOutcome[],
  outcome: Outcome,
  runs = 1,
): readonly CountedOutcome[] {
  const same = seen.find((other) => isSameOutcome(other, outcome));
  const counted =
    same === undefined
      ? [...seen, { ...outcome, runs }]
      : seen.map((other) => (other === same ? { ...same, runs: same.runs + runs } : other));
  return counted.toSorted((one, other) => other.runs - one.runs);
}

/** The outcomes that are recorded for a build in the parsed NAME.json. */
export function recordedOutcomes(json: Outcome, build: string): readonly CountedOutcome[] {
  const observed = json.observed as Readonly<Record<string, readonly CountedOutcome[]>> | undefined;
  return observed?.[build] ?? [];
}

/** Those of `seen` that are not recorded. */
export function missingOutcomes(
  recorded: readonly Outcome[],
  seen: readonly CountedOutcome[],
): readonly CountedOutcome[] {
  return seen.filter((outcome) => !recorded.some((other) => isSameOutcome(other, outcome)));
}

function fieldLines(fields: Outcome, indent: string): string {
  return Object.entries(fields)
    .map(([name, value]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(",\n");
}

/** The text of NAME.json with these outcomes. */
export function formatScenario(
  json: Outcome,
  observed: Readonly<Record<string, readonly Outcome[]>>,
): string {
  const { observed: _old, ...meta } = json;
  const builds = Object.entries(observed).map(([build, outcomes]) => {
    const list = outcomes.map((outcome) => `   {\n${fieldLines(outcome, "    ")}\n   }`).join(",\n");
    return `  ${JSON.stringify(build)}: [\n${list}\n  ]`;
  });
  return `{\n${fieldLines(meta, " ")},\n "observed": {\n${builds.join(",\n")}\n }\n}\n`;
}

/** Where two outcomes part, for people: the first field that differs. */
export function describeDifference(recorded: readonly Outcome[], outcome: Outcome): string {
  const [nearest] = recorded;
  if (nearest === undefined) return "nothing is recorded";
  for (const [name, value] of Object.entries(outcome)) {
    if (name === "runs" || name === "ms" || JSON.stringify(value) === JSON.stringify(nearest[name])) continue;
    return `${name}: ${JSON.stringify(value)}\n    recorded: ${JSON.stringify(nearest[name])}`;
  }
  return "a field is missing";
}
