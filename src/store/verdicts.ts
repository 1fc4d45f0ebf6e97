/*
 * Properties of the run up to the cursor, by their meaning.
 */
import type { Property } from "../model/properties.ts";
import type { RecordOf, RunRecord } from "../model/records.ts";

/** Whether a property holds so far. */
export interface Verdict extends Property {
  /** The first record that violates it, or null while it holds. */
  readonly violation: RecordOf<"violation"> | null;
}

/** The verdicts on what has happened before `endRecord`. A violated property that is not among `properties` joins them. */
export function verdictsAt(
  properties: readonly Property[],
  records: readonly RunRecord[],
  endRecord: number,
): readonly Verdict[] {
  const first = new Map<string, Verdict["violation"]>();
  for (const record of records.slice(0, endRecord)) {
    if (record.kind === "violation" && !first.has(record.property)) first.set(record.property, record);
  }
  const others = [...first.keys()].filter((id) => properties.every((property) => property.id !== id));
  const listed = [
    ...properties,
    ...others.map((id) => ({ id, title: id, meaning: first.get(id)?.text ?? "" })),
  ];
  return listed.map((property) => ({ ...property, violation: first.get(property.id) ?? null }));
}
