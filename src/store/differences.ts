/*
 * The search for the shortest difference of two designs, under what is on the screen and the limits of the checks. What was
 * found is kept until something else is; a search that is cancelled or fails leaves everything as it was.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Both, DifferenceReport } from "../check/difference.ts";
import type { DesignChoice } from "../model/setup.ts";
import { type CheckClient, createCheckClient } from "../worker/check-client.ts";
import type { CheckSubject, ChecksState } from "./checks.ts";
import { createSearching, type Pace } from "./searching.ts";
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
  const searching = createSearching(now);

  limits.subscribe((state, before) => {
    if (state.faults !== before.faults || state.maxStates !== before.maxStates) searching.cancel();
  });

  return {
    store,
    async find({ program, world, document }, than) {
      searching.cancel();
      const { faults, maxStates } = limits.getState();
      const designs = [document.design, than] as const;
      store.setState({ problem: null });
      const answer = await searching.begin(
        (onProgress) => client.compare({ program, world, designs, faults, maxStates }, onProgress),
        (pace) => store.setState({ underWay: pace === null ? null : { ...pace, designs } }),
      );
      if (answer === null) return;
      if (answer.status === "failed") return store.setState({ problem: answer.message });
      const subject = { program, world, faults };
      store.setState({ latest: { designs, subject, document, report: answer.report } });
    },
    pause: searching.pause,
    resume: searching.resume,
    cancel: searching.cancel,
  };
}
