/*
 * The search for the shortest difference of two designs, under what is on the screen and the limits of the checks. What was
 * found is kept until something else is; a search that is cancelled or fails leaves everything as it was.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Both, DifferenceReport } from "../check/difference.ts";
import type { DesignChoice } from "../model/setup.ts";
import { type CheckClient, createCheckClient, type Running } from "../worker/check-client.ts";
import type { CheckSubject, ChecksState } from "./checks.ts";
import { AT_START, type Pace, rateMeter } from "./pace.ts";
import type { Document, Shown } from "./shown.ts";

/** The search under way. */
export interface Comparing extends Pace {
  readonly designs: Both<DesignChoice>;
}

/** What a search has found, with what it was about. */
export interface Compared {
  readonly designs: Both<DesignChoice>;
  readonly subject: CheckSubject;
  /** What was on the screen when it began: its orders are shown there. */
  readonly document: Document;
  readonly report: DifferenceReport;
}

export interface DifferencesState {
  readonly latest: Compared | null;
  readonly underWay: Comparing | null;
  /** One sentence on what went wrong with the last search. */
  readonly problem: string | null;
}

export interface Differences {
  readonly store: StoreApi<DifferencesState>;
  /** Looks for the shortest difference of what is shown and the same under another design. */
  find(shown: Shown, than: DesignChoice): Promise<void>;
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** Nothing searched yet. The limits are those of the checks; a search ends when they change. */
export function createDifferences(
  limits: Pick<StoreApi<ChecksState>, "getState" | "subscribe">,
  client: Pick<CheckClient, "compare"> = createCheckClient(),
  now: () => number = () => performance.now(),
): Differences {
  const store = createStore<DifferencesState>()(() => ({ latest: null, underWay: null, problem: null }));
  let running: Running<DifferenceReport> | null = null;

  const setUnderWay = (change: Partial<Comparing>): void => {
    const { underWay } = store.getState();
    if (underWay !== null) store.setState({ underWay: { ...underWay, ...change } });
  };

  const cancel = (): void => {
    running?.cancel();
    running = null;
    store.setState({ underWay: null });
  };

  limits.subscribe((state, before) => {
    if (state.faults !== before.faults || state.maxStates !== before.maxStates) cancel();
  });

  return {
    store,
    async find({ program, world, document }, than) {
      cancel();
      const { faults, maxStates } = limits.getState();
      const designs = [document.design, than] as const;
      store.setState({ underWay: { ...AT_START, designs }, problem: null });
      const rateAt = rateMeter(now);
      const mine = client.compare({ program, world, designs, faults, maxStates }, (progress) => {
        const rate = rateAt(progress);
        if (running === mine) setUnderWay({ progress, rate });
      });
      running = mine;
      const answer = await mine.answer;
      if (running !== mine || answer.status === "cancelled") return;
      running = null;
      store.setState({
        underWay: null,
        ...(answer.status === "failed"
          ? { problem: answer.message }
          : {
              latest: { designs, subject: { program, world, faults }, document, report: answer.report },
            }),
      });
    },
    pause() {
      running?.pause();
      setUnderWay({ isPaused: true, rate: 0 });
    },
    resume() {
      running?.resume();
      setUnderWay({ isPaused: false });
    },
    cancel,
  };
}
