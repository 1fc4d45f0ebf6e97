/*
 * A row of the lifetimes lane.
 */
import type { RecordOf } from "../model/records.ts";

/** Height of a thing's bar. */
export const THING_PX = 15;
/** Where words stand in it. */
export const WORD_BASE_PX = 11.5;

/** A thing with its place in the tree of owners. Things of a kind that follow each other share a row. */
export interface ThingRow {
  readonly made: RecordOf<"made">;
  readonly index: number;
  readonly depth: number;
  readonly y: number;
}
