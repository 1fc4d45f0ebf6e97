/*
 * A recorded outcome as an observer for the acceptance search: following (follow.ts) under the circumstances of the
 * recording (circumstances.ts). Typed by structure, so that this folder need not know the search.
 */
import type { EnabledChoice } from "../model/choice.ts";
import type { RunRecord } from "../model/records.ts";
import { leftChoices } from "./circumstances.ts";
import type { Scenario } from "./corpus.ts";
import type { Observation } from "./entries.ts";
import { Follower, type Progress, START } from "./follow.ts";
import { Differs } from "./follow-wire.ts";

/** What following the records of a step gives: see the acceptance search. */
export type FollowedRecords =
  | { readonly type: "matched"; readonly progress: Progress }
  | { readonly type: "differs"; readonly progress: Progress; readonly saw: string }
  | { readonly type: "stuck"; readonly text: string };

/** An observer of one outcome of one scenario. */
export interface RecordingObserver {
  readonly start: Progress;
  allowed(progress: Progress, enabled: readonly EnabledChoice[]): readonly EnabledChoice[];
  follow(progress: Progress, records: readonly RunRecord[]): FollowedRecords;
  isComplete(progress: Progress): boolean;
  keyOf(progress: Progress): string;
  sizeOf(progress: Progress): number;
  /** What was observed next and is not explained. */
  missing(progress: Progress): readonly string[];
}

const POSITION_SCALE = 1_000_000;

/** Observes `observation`. */
export function observe(scenario: Scenario, observation: Observation): RecordingObserver {
  const follower = new Follower(scenario, observation);
  return {
    start: START,
    allowed: (progress, enabled) => leftChoices(scenario, observation, progress, enabled),
    follow: (before, records) => {
      let progress = before;
      for (const record of records) {
        if (record.kind === "handler-stuck") return { type: "stuck", text: record.text };
        const followed = follower.follow(progress, record);
        if (followed instanceof Differs) return { type: "differs", progress, saw: followed.saw };
        progress = followed;
      }
      return { type: "matched", progress };
    },
    isComplete: (progress) => follower.isComplete(progress),
    keyOf: (progress) => JSON.stringify(progress),
    // The order of system calls says more than the wires, which repeat part of it.
    sizeOf: ({ main, wires }) =>
      main.entry * POSITION_SCALE +
      Math.min(main.bytes, 999) * 1000 +
      wires.reduce((sum, { entry }) => sum + entry, 0),
    missing: (progress) => follower.missing(progress),
  };
}
