/*
 * Running until a condition is met: forward or backward in the run on the screen, or in an order of choices that a search
 * finds. Whatever does not reach it leaves the run where it is, and says so.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { FaultBudget } from "../check/faults.ts";
import type { CheckProgress } from "../check/report.ts";
import type { RunData } from "../run/run.ts";
import type { Condition } from "../run/until.ts";
import { type CheckClient, createCheckClient, type Running } from "../worker/check-client.ts";
import { keysUpTo } from "./compact.ts";
import type { Explorer } from "./explorer.ts";
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
  /** How far the search for an order is; null while there is none. */
  readonly searching: CheckProgress | null;
}

export interface Until {
  readonly store: StoreApi<UntilState>;
  setCondition(condition: Condition): void;
  /** Moves the cursor to where the condition is met next that way. Gives whether it is. */
  run(direction: Direction): Promise<boolean>;
  /**
   * Looks for the shortest order of choices from the cursor's state on that meets the condition, and shows it. Gives whether
   * there is one.
   */
  findOrder(faults: FaultBudget, label: string): Promise<boolean>;
  /** Gives up the search, and forgets what came of the last attempt. */
  clear(): void;
}

/** A search for an order stops when it has met so many states. */
export const MOST_SEARCHED = 200_000;

/** Nothing asked yet. */
export function createUntil(
  explorer: Pick<Explorer, "session" | "playback" | "selection" | "openOrder">,
  client: Pick<CheckClient, "find"> = createCheckClient(),
): Until {
  const { session, playback, selection } = explorer;
  const store = createStore<UntilState>()(() => ({
    condition: { type: "happens", what: "commit-durable", which: null },
    unmet: null,
    searching: null,
  }));
  let search: Running<unknown> | null = null;

  const shown = (): Shown | null => session.store.getState().shown;

  const clear = (): void => {
    search?.cancel();
    search = null;
    store.setState({ unmet: null, searching: null });
  };

  return {
    store,
    setCondition(condition) {
      clear();
      store.setState({ condition });
    },
    async run(direction) {
      const now = shown();
      if (now === null) return false;
      clear();
      const { condition } = store.getState();
      const met = await session.meetings(now, condition);
      if (shown() !== now || store.getState().condition !== condition) return false;
      if (typeof met === "string") {
        store.setState({ unmet: { type: "failed", message: met } });
        return false;
      }
      const { cursor } = playback.store.getState();
      const beatOf = (record: number): number => beatOfRecord(now.beats, record);
      const after = met.find((record) => beatOf(record) > cursor);
      const before = met.findLast((record) => beatOf(record) < cursor);
      const [target, other] = direction === "forward" ? [after, before] : [before, after];
      if (target === undefined) {
        const nearest = met.find((record) => beatOf(record) === cursor) ?? other;
        const elsewhere = nearest === undefined ? null : beatOf(nearest);
        store.setState({ unmet: { type: "nowhere", direction, elsewhere, end: now.run.end } });
        return false;
      }
      playback.moveTo(beatOf(target));
      selection.select(target);
      return true;
    },
    async findOrder(faults, label) {
      const now = shown();
      if (now === null) return false;
      clear();
      const { condition } = store.getState();
      const { program, world, run, document } = now;
      const { design } = document;
      const choices = keysUpTo(run, momentOf(now, playback.store.getState().cursor).step.index);
      store.setState({ searching: { states: 1, transitions: 0, depth: 0, frontier: 1 } });
      const mine = client.find(
        { setup: { program, design, world }, choices, condition, faults, maxStates: MOST_SEARCHED },
        (progress) => {
          if (search === mine) store.setState({ searching: progress });
        },
      );
      search = mine;
      const answer = await mine.answer;
      if (search !== mine) return false;
      search = null;
      store.setState({ searching: null });
      if (answer.status === "cancelled") return false;
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
      return true;
    },
    clear,
  };
}
