/*
 * Which property a record shows violated. The page's lists and the checker both ask, and the answer stands here alone.
 */
import type { RunRecord } from "../records.ts";
import type { PropertyId } from "./property.ts";

/** A property that a record shows violated, and what is wrong, without a full stop. */
export interface ShownViolation {
  readonly property: PropertyId;
  readonly text: string;
}

/** The violation that a record shows; null if it shows none. That of S14 is the record of the fragile order itself. */
export function violationIn(record: RunRecord): ShownViolation | null {
  if (record.kind === "violation") return { property: record.property as PropertyId, text: record.text };
  return record.kind === "fragile-order" ? { property: "S14", text: `${record.edge}: ${record.text}` } : null;
}
