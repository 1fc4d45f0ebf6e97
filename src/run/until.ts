/*
 * Conditions that a run can be run until, and where a step meets one. Conditions are plain data; a step meets one at a
 * record, so that whoever asks can stop in the midst of it.
 */
import { mustGet, unreachable } from "../base/assert.ts";
import type { RecordIndex } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import { ok } from "../base/result.ts";
import { PROPERTIES, type PropertyId } from "../model/properties/index.ts";
import type { StepSight } from "../model/properties/property.ts";
import { violationIn } from "../model/properties/shown-violation.ts";
import type { RunRecord } from "../model/records.ts";
import type { Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import { type About, aboutIn, HAPPENINGS } from "./happenings.ts";
import type { RunError } from "./run.ts";
import { simulate } from "./simulate.ts";
import { type Drain, type StatusOf, statusOf, thingsWith } from "./statuses.ts";

/** What a run is run until. `which` narrows it down to one thing; null: to any. */
export type Condition =
  /** Something happens: an id in HAPPENINGS. */
  | { readonly type: "happens"; readonly what: string; readonly which: string | null }
  /** Something comes into a state in which it was not: an id in STATUSES. */
  | { readonly type: "becomes"; readonly of: StatusOf; readonly is: string; readonly which: string | null }
  /** A property is violated, gives a warning, or has something to judge; null: any property of the kind that can. */
  | {
      readonly type: "property";
      readonly property: PropertyId | null;
      readonly verdict: "violated" | "warned" | "judged";
    };

/** The records of a step at which it meets a condition, in order. */
export function meets(condition: Condition, sight: StepSight): readonly RecordIndex[] {
  switch (condition.type) {
    case "happens": {
      const { is, about } = mustGet(
        HAPPENINGS.find(({ id }) => id === condition.what),
        `the happening "${condition.what}"`,
      );
      return indexesOf(
        sight.records,
        (record) => is(record) && isAbout(record, about, condition.which, sight),
      );
    }
    case "becomes": {
      const { of, which } = condition;
      const things = which === null ? thingsWith(of, sight.after) : [which];
      return things.flatMap((thing) => becomes(condition, thing, sight) ?? []).toSorted((a, b) => a - b);
    }
    case "property":
      return indexesOf(sight.records, (record) => speaksOf(record, condition));
    default:
      return unreachable(condition);
  }
}

/** The records of a whole run, the default schedule after the choices with it, at which it meets a condition. */
export function meetings(
  setup: Setup,
  keys: readonly string[],
  condition: Condition,
  onStep: (steps: number) => void = () => {},
): Result<readonly RecordIndex[], RunError> {
  const met: RecordIndex[] = [];
  const run = simulate(setup, keys, (steps, sight) => {
    met.push(...meets(condition, sight));
    onStep(steps);
  });
  return run.ok ? ok(met) : run;
}

function indexesOf(
  records: readonly RunRecord[],
  fits: (record: RunRecord) => boolean,
): readonly RecordIndex[] {
  return records.filter(fits).map(({ index }) => index);
}

function isAbout(record: RunRecord, about: About, which: string | null, { after }: StepSight): boolean {
  if (which === null) return true;
  return (about === "object" ? objectOf(record, after) : aboutIn(record, about)) === which;
}

/** The name of the object in whose life a record was made. */
function objectOf({ actor }: RunRecord, state: State): string | null {
  return actor === null ? null : (state.actors[actor - 1]?.object ?? null);
}

/** The record with which a thing comes into a state in this step; null if it does not. */
function becomes(
  { of, is }: Extract<Condition, { type: "becomes" }>,
  thing: string,
  { before, records, after }: StepSight,
): RecordIndex | null {
  const { holds, begins, drains } = statusOf(of, is);
  if (holds(before, thing)) return null;
  const own = records.filter(
    (record) => (of === "connection" ? aboutIn(record, "connection") : objectOf(record, after)) === thing,
  );
  const first = own.find(begins) ?? (drains === undefined ? null : drained(drains, thing, before, own));
  return first?.index ?? (holds(after, thing) ? (records.at(-1)?.index ?? null) : null);
}

/** The record that removes the last of what has to go; null if something stays. */
function drained(
  { left, field, adds, removes, spoils }: Drain,
  thing: string,
  before: State,
  records: readonly RunRecord[],
): RunRecord | null {
  const there = left(before, thing);
  if (there === null) return null;
  const waiting = new Set(there);
  for (const record of records) {
    const id = (record as Readonly<Partial<Record<typeof field, number>>>)[field] ?? 0;
    if (spoils.includes(record.kind)) return null;
    if (record.kind === adds) waiting.add(id);
    if (record.kind === removes && waiting.delete(id) && waiting.size === 0) return record;
  }
  return null;
}

function speaksOf(
  record: RunRecord,
  { property, verdict }: Extract<Condition, { type: "property" }>,
): boolean {
  if (verdict === "judged")
    return PROPERTIES.some(({ id, reached }) => (property === null || id === property) && reached(record));
  const violated = violationIn(record)?.property;
  const isLint = PROPERTIES.some(({ id, kind }) => id === violated && kind === "lint");
  return (
    violated !== undefined &&
    (property === null || violated === property) &&
    isLint === (verdict === "warned")
  );
}
