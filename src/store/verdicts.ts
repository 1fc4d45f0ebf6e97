/*
 * Properties of the run up to the cursor, by their meaning.
 */
import type { PropertyId, PropertyInRun } from "../model/properties/property.ts";
import { violationIn } from "../model/properties/shown-violation.ts";
import type { RunRecord } from "../model/records.ts";

/** What the run says of a property so far. */
export interface Verdict {
  readonly property: PropertyInRun;
  /** `unreached`: nothing that it speaks about has happened yet. */
  readonly status: "holds" | "violated" | "unreached";
  /** The first record that violates it, or null while none does. */
  readonly violation: RunRecord | null;
}

/** The verdicts on what has happened before `endRecord`. */
export function verdictsAt(
  properties: readonly PropertyInRun[],
  records: readonly RunRecord[],
  endRecord: number,
): readonly Verdict[] {
  const violations = violationsIn(records);
  return properties.map((property) => {
    const violation = violations.get(property.id);
    if (violation !== undefined && violation.index < endRecord)
      return { property, status: "violated", violation };
    const isReached = property.reached !== null && property.reached < endRecord;
    return { property, status: isReached ? "holds" : "unreached", violation: null };
  });
}

type Violations = ReadonlyMap<PropertyId, RunRecord>;

const known = new WeakMap<readonly RunRecord[], Violations>();

/** The first record that violates each property, of those that are violated. Looked for once a run. */
function violationsIn(records: readonly RunRecord[]): Violations {
  const there = known.get(records);
  if (there !== undefined) return there;
  const found = new Map<PropertyId, RunRecord>();
  for (const record of records) {
    const id = violationIn(record)?.property;
    if (id !== undefined && !found.has(id)) found.set(id, record);
  }
  known.set(records, found);
  return found;
}
