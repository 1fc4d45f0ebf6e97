/*
 * The registry of the properties of MODEL 7, in the order in which they are listed, and their evaluation. The public entry
 * of this folder.
 */
import { shares } from "../../base/copy.ts";
import type { RecordKind, RunRecord } from "../records.ts";
import type { State } from "../state.ts";
import { LIVENESS_PROPERTIES } from "./liveness.ts";
import { MEMORY_PROPERTIES } from "./memory.ts";
import { OBJECT_PROPERTIES } from "./objects.ts";
import { OUTPUT_PROPERTIES } from "./outputs.ts";
import type { Debt, Finding, PropertyId, PropertyInRun, StepSight, WatchedProperty } from "./property.ts";
import { REMEMBERED } from "./remember.ts";
import { SECTION_PROPERTIES } from "./sections.ts";
import { SOCKET_PROPERTIES } from "./sockets.ts";
import { WAIT_PROPERTIES } from "./waits.ts";

export type { Debt, PropertyId, WatchedProperty } from "./property.ts";
export { remember } from "./remember.ts";
export { NOTHING_SEEN } from "./watch.ts";

const ORDER: readonly PropertyId[] = [
  ...(["S1", "S2", "S2p", "S3", "S3c", "S3t", "SR", "S4"] as const),
  ...(["S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S13", "S14", "S15", "S16"] as const),
  ...(["L1", "L2", "L3", "L4", "L5", "L6", "L7", "O1", "O2"] as const),
];

/** Every property that is watched along a run. */
export const PROPERTIES: readonly WatchedProperty[] = [
  ...OUTPUT_PROPERTIES,
  ...WAIT_PROPERTIES,
  ...SOCKET_PROPERTIES,
  ...OBJECT_PROPERTIES,
  ...MEMORY_PROPERTIES,
  ...LIVENESS_PROPERTIES,
  ...SECTION_PROPERTIES,
].toSorted((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id));

/** The same in words, and where a run with these records first comes upon what each speaks about. */
export function propertiesIn(records: readonly RunRecord[]): readonly PropertyInRun[] {
  return PROPERTIES.map(({ id, name, kind, meaning, byOrderingOnly, reached }) => ({
    id,
    name,
    kind,
    meaning,
    ...(byOrderingOnly && { byOrderingOnly }),
    reached: records.find((record) => reached(record))?.index ?? null,
  }));
}

/** A violation as its record says it. */
export interface Violation {
  readonly property: PropertyId;
  readonly title: string;
  readonly text: string;
}

/** A violation of a whole step, and the record that shows it. */
export interface StepViolation extends Violation {
  readonly cause: Finding["cause"];
}

const BY_KIND: ReadonlyMap<RecordKind, readonly WatchedProperty[]> = new Map(
  [...new Set(PROPERTIES.flatMap(({ at }) => at ?? []))].map((kind) => [
    kind,
    PROPERTIES.filter(({ at }) => at?.includes(kind)),
  ]),
);
const WATCHED: ReadonlySet<RecordKind> = new Set([...BY_KIND.keys(), ...REMEMBERED]);
const BY_STEP = PROPERTIES.filter(({ judgeStep }) => judgeStep !== undefined);
const EVENTUALLY = PROPERTIES.filter(({ debts }) => debts !== undefined);
const NONE: readonly Violation[] = [];
const NOTHING: readonly never[] = [];

function violation({ id, name }: WatchedProperty, text: string): Violation {
  return { property: id, title: name, text };
}

/** Whether some predicate asks about records of a kind, or remembers them. Most of those that a step makes are not. */
export function isWatched(kind: RecordKind): boolean {
  return WATCHED.has(kind);
}

/** What a record violates, in the state in which it was made. Most kinds of records are nobody's business. */
export function judgeRecord(state: State, record: RunRecord): readonly Violation[] {
  const asked = BY_KIND.get(record.kind);
  // An output that leaks nothing breaks none of the many properties of outputs.
  if (asked === undefined || (record.kind === "output-passes" && record.leak.length === 0)) return NONE;
  let found = NONE;
  for (const property of asked) {
    const text = property.judge?.(state, record) ?? null;
    if (text !== null) found = [...found, violation(property, text)];
  }
  return found;
}

/** What a step as a whole violates. */
export function judgeStep(step: StepSight): readonly StepViolation[] {
  const { before, after } = step;
  // All of them speak about waits, locks and commits that fail, or about what is left when the queue is empty.
  const isTouched =
    !shares(after, before, "waiters") || !shares(after, before, "locks") || !shares(after, before, "commits");
  if (!isTouched && before.runq.length === 0) return NOTHING;
  let found: readonly StepViolation[] = NOTHING;
  for (const property of BY_STEP) {
    for (const { text, cause } of property.judgeStep?.(step) ?? NOTHING)
      found = [...found, { ...violation(property, text), cause }];
  }
  return found;
}

/** What is owed in a state: the same debt as in another state if its property and `of` are the same. */
export function debtsOf(state: State): readonly (Violation & Debt)[] {
  return EVENTUALLY.flatMap((property) =>
    (property.debts?.(state) ?? []).map((debt) => ({ ...violation(property, debt.text), of: debt.of })),
  );
}

/** A state in which the default schedule has nothing to do any more: whatever is owed there will never be paid. */
export function judgeRest(state: State): readonly Violation[] {
  return debtsOf(state).map(({ property, title, text }) => ({ property, title, text }));
}
