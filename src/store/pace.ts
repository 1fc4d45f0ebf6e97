/*
 * How fast a search in a worker gets on.
 */
import type { CheckProgress } from "../check/report.ts";

/** How a search is getting on. */
export interface Pace {
  readonly progress: CheckProgress;
  /** States per second since the last word of it; 0 before there are two. */
  readonly rate: number;
  readonly isPaused: boolean;
}

/** Before the first word of it. */
export const AT_START: Pace = {
  progress: { states: 1, transitions: 0, depth: 0, frontier: 1 },
  rate: 0,
  isPaused: false,
};

/** Gives the states per second between each word of a search and the one before. */
export function rateMeter(now: () => number): (progress: CheckProgress) => number {
  let last = { states: 0, at: now() };
  return ({ states }) => {
    const at = now();
    const rate = Math.round(((states - last.states) * 1000) / Math.max(1, at - last.at));
    last = { states, at };
    return rate;
  };
}
