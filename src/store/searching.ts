/*
 * A search in a worker, as the page follows it: how it gets on, and how it is paused and given up.
 */
import type { CheckProgress } from "../check/report.ts";
import type { Answer, OnProgress, Running } from "../worker/check-client.ts";

/** How a search is getting on. */
export interface Pace {
  readonly progress: CheckProgress;
  /** States per second since the last word of it; 0 before there are two. */
  readonly rate: number;
  readonly isPaused: boolean;
}

/** One search at a time. */
export interface Searching {
  /**
   * Begins a search in place of whatever is under way. `show` is told how it gets on, and null when it is over. Gives what became of
   * it; null if it was given up.
   */
  begin<Report>(
    start: (onProgress: OnProgress) => Running<Report>,
    show: (pace: Pace | null) => void,
  ): Promise<Exclude<Answer<Report>, { readonly status: "cancelled" }> | null>;
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** Before the first word of it. */
const AT_START: Pace = {
  progress: { states: 1, transitions: 0, depth: 0, frontier: 1 },
  rate: 0,
  isPaused: false,
};

/** Nothing under way. */
export function createSearching(now: () => number): Searching {
  interface UnderWay {
    pace: Pace;
    readonly show: (pace: Pace | null) => void;
    readonly running: Running<unknown>;
  }
  let underWay: UnderWay | null = null;

  const change = (part: Partial<Pace>): void => {
    if (underWay === null) return;
    underWay.pace = { ...underWay.pace, ...part };
    underWay.show(underWay.pace);
  };

  const cancel = (): void => {
    const ended = underWay;
    underWay = null;
    ended?.running.cancel();
    ended?.show(null);
  };

  return {
    async begin(start, show) {
      cancel();
      show(AT_START);
      const rateAt = rateMeter(now);
      const running = start((progress) => {
        const rate = rateAt(progress);
        if (underWay === mine) change({ progress, rate });
      });
      const mine: UnderWay = { pace: AT_START, show, running };
      underWay = mine;
      const answer = await running.answer;
      if (underWay !== mine) return null;
      underWay = null;
      show(null);
      return answer.status === "cancelled" ? null : answer;
    },
    pause() {
      underWay?.running.pause();
      change({ isPaused: true, rate: 0 });
    },
    resume() {
      underWay?.running.resume();
      change({ isPaused: false });
    },
    cancel,
  };
}

/** Gives the states per second between each word of a search and the one before. */
function rateMeter(now: () => number): (progress: CheckProgress) => number {
  let last = { states: 0, at: now() };
  return ({ states }) => {
    const at = now();
    const rate = Math.round(((states - last.states) * 1000) / Math.max(1, at - last.at));
    last = { states, at };
    return rate;
  };
}
