/*
 * A row of the lifetimes lane.
 */
import type { RecordOf } from "../model/records.ts";

/** Height of a thing's bar. */
export const THING_PX = 15;

/** A thing with its place in the tree of owners. */
export interface ThingRow {
  readonly made: RecordOf<"made">;
  readonly index: number;
  readonly depth: number;
  readonly y: number;
}
