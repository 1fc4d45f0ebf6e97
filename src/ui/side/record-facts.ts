/*
 * A record as a list of facts for the inspector: what all records have, then what is special to its kind.
 */
import type { RunRecord } from "../../model/records.ts";
import type { RunData } from "../../run/run.ts";
import { factsOf, isDurableAt } from "../../timeline/facts.ts";
import { timeText, writeText } from "../../timeline/words.ts";

/** A name and its value, both to be read by people. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

const COMMON: ReadonlySet<string> = new Set([
  "kind",
  "index",
  "step",
  "at",
  "actor",
  "cause",
  "line",
  "writes",
]);
const NAMES: Readonly<Record<string, string>> = {
  commitWrites: "writes",
  byMs: "delay (ms)",
  afterMs: "after (ms)",
  leak: "not durable",
  op: "operation",
};

/** The facts of a record. */
export function recordFacts(record: RunRecord, run: RunData): readonly Fact[] {
  const facts = factsOf(run);
  const write = (id: RunRecord["writes"][number]): string =>
    `${writeText(facts, id)} (${isDurableAt(facts, id, record.index) ? "durable" : "not durable"})`;
  return [
    { name: "time", value: timeText(record.at) },
    ...(record.line === null ? [] : [{ name: "source line", value: String(record.line) }]),
    ...(record.writes.length === 0
      ? []
      : [{ name: "depends on", value: record.writes.map(write).join(", ") }]),
    ...Object.entries(record).flatMap(([name, value]: readonly [string, unknown]) =>
      COMMON.has(name) ? [] : special(name, value),
    ),
  ];
}

function special(name: string, value: unknown): readonly Fact[] {
  if (value === null || value === "") return [];
  if (Array.isArray(value))
    return [{ name: NAMES[name] ?? name, value: value.length === 0 ? "none" : value.join(", ") }];
  // An output or an outside event: its own fields, its type under the field's name.
  if (typeof value === "object") {
    return Object.entries(value).flatMap(([inner, each]: readonly [string, unknown]) =>
      special(inner === "type" ? name : inner, each),
    );
  }
  return [
    { name: NAMES[name] ?? name, value: typeof value === "boolean" ? (value ? "yes" : "no") : String(value) },
  ];
}
