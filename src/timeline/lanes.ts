/*
 * The lanes, in the order in which data flows: from the handler to the outside world.
 */

/** Identifies a lane. */
export type LaneId = "handler" | "storage" | "connects" | "bytes" | "gate" | "outside" | "lifetimes";

/** All lanes, from top to bottom. */
export const LANE_IDS: readonly LaneId[] = [
  "handler",
  "storage",
  "connects",
  "bytes",
  "gate",
  "outside",
  "lifetimes",
];

/** A lane as laid out; its head is real DOM beside the drawing. */
export interface Lane {
  readonly id: LaneId;
  readonly title: string;
  /** What the lane holds in this run, e.g. "2 writes, 1 commit". */
  readonly subtitle: string;
  /** Px from the top of the scene. */
  readonly top: number;
  readonly height: number;
  readonly foldable: boolean;
  readonly folded: boolean;
  /** One line that says what a folded lane hides. */
  readonly summary: string;
}

/** The lane's name. */
export const LANE_TITLES: Readonly<Record<LaneId, string>> = {
  handler: "Handler",
  storage: "Storage writes",
  connects: "Deferred connects",
  bytes: "Queued socket bytes",
  gate: "Output gate",
  outside: "Outside world",
  lifetimes: "Lifetimes",
};
