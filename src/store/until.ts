/*
 * Running until a condition is met: forward or backward in the run on the screen, or in an order of choices that a search
 * finds. Whatever does not reach it leaves the run where it is, and says so.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunData } from "../run/run.ts";
import type { Condition } from "../run/until.ts";
import { type CheckClient, createCheckClient } from "../worker/check-client.ts";
import type { ChecksState } from "./checks.ts";
import { keysUpTo } from "./compact.ts";
import type { Explorer } from "./explorer.ts";
import { createSearching, type Pace } from "./searching.ts";
import { beatOfRecord, momentOf, type Shown } from "./shown.ts";

/** Which way a run goes on from the cursor. */
export type Direction = "forward" | "backward";

/** What came of the last attempt, where it did not lead to where the condition is met. */
export type Unmet =
  /** This run does not meet it that way; `elsewhere` is the nearest beat, the one under the cursor or the other way, at which it does. */
  | {
      readonly type: "nowhere";
      readonly direction: Direction;
      readonly elsewhere: number | null;
      readonly end: RunData["end"];
    }
  /** The search has followed every order to its end, or so many states, and none meets it. */
  | { readonly type: "no-order" | "stopped"; readonly states: number }
  | { readonly type: "failed"; readonly message: string };

export interface UntilState {
  readonly condition: Condition;
  readonly unmet: Unmet | null;
  /** The search for an order under way. */
  readonly searching: Pace | null;
}

export interface Until {
  readonly store: StoreApi<UntilState>;
  setCondition(condition: Condition): void;
  /** Moves the cursor to where the condition is met next that way. Gives whether it is. */
  run(direction: Direction): Promise<boolean>;
  /**
   * Looks for the shortest order of choices from the cursor's state on that meets the condition, within the limits of a check,
   * and shows it. Gives whether there is one.
   */
  findOrder(limits: Limits, label: string): Promise<boolean>;
  pause(): void;
  resume(): void;
  /** Gives up the search, and forgets what came of the last attempt. */
  cancel(): void;
}

/** How many failures, and how many states. */
export type Limits = Pick<ChecksState, "faults" | "maxStates">;

/** Nothing asked yet. */
export function createUntil(
  explorer: Pick<Explorer, "session" | "playback" | "selection" | "openOrder">,
  client: Pick<CheckClient, "find"> = createCheckClient(),
  now: () => number = () => performance.now(),
): Until {
  const { session, playback, selection } = explorer;
  const store = createStore<UntilState>()(() => ({
    condition: { type: "happens", what: "commit-durable", which: null },
    unmet: null,
    searching: null,
  }));
  const searching = createSearching(now);

  const shown = (): Shown | null => session.store.getState().shown;

  const cancel = (): void => {
    searching.cancel();
    store.setState({ unmet: null });
  };

  return {
    store,
    setCondition(condition) {
      cancel();
      store.setState({ condition });
    },
    async run(direction) {
      const on = shown();
      if (on === null) return false;
      cancel();
      const { condition } = store.getState();
      const met = await session.meetings(on, condition);
      if (shown() !== on || store.getState().condition !== condition) return false;
      if (typeof met === "string") {
        store.setState({ unmet: { type: "failed", message: met } });
        return false;
      }
      const { cursor } = playback.store.getState();
      const beatOf = (record: number): number => beatOfRecord(on.beats, record);
      const after = met.find((record) => beatOf(record) > cursor);
      const before = met.findLast((record) => beatOf(record) < cursor);
      const [target, other] = direction === "forward" ? [after, before] : [before, after];
      if (target === undefined) {
        const nearest = met.find((record) => beatOf(record) === cursor) ?? other;
        const elsewhere = nearest === undefined ? null : beatOf(nearest);
        store.setState({ unmet: { type: "nowhere", direction, elsewhere, end: on.run.end } });
        return false;
      }
      playback.moveTo(beatOf(target));
      selection.select(target);
      return true;
    },
    async findOrder({ faults, maxStates }, label) {
      const on = shown();
      if (on === null) return false;
      cancel();
      const { condition } = store.getState();
      const { program, world, run, document } = on;
      const { design } = document;
      const choices = keysUpTo(run, momentOf(on, playback.store.getState().cursor).step.index);
      const answer = await searching.begin(
        (onProgress) =>
          client.find(
            { setup: { program, design, world }, choices, condition, faults, maxStates },
            onProgress,
          ),
        (pace) => store.setState({ searching: pace }),
      );
      if (answer === null) return false;
      if (answer.status === "failed") {
        store.setState({ unmet: { type: "failed", message: answer.message } });
        return false;
      }
      const { report } = answer;
      if (report.type !== "found") {
        const type = report.type === "none" ? "no-order" : "stopped";
        store.setState({ unmet: { type, states: report.states } });
        return false;
      }
      await explorer.openOrder({
        document,
        design,
        choices: [...choices, ...report.choices],
        property: null,
        record: report.record,
        label,
      });
      session.setNotice(foundNotice(report.choices.length));
      return true;
    },
    pause: searching.pause,
    resume: searching.resume,
    cancel,
  };
}

function foundNotice(choices: number): string {
  return `An order was found, ${choices === 1 ? "one choice" : `${choices} choices`} from there on. Undo brings back the run before.`;
}
