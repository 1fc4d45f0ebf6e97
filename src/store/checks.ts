/*
 * The checks of what is on the screen: under its design, or under several one after another. Reports are kept until the
 * handler, the world or the budget of failures is another; a check that is cancelled or fails leaves everything as it was.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type FaultBudget, STANDARD_FAULTS } from "../check/faults.ts";
import type { CheckProgress, CheckReport } from "../check/report.ts";
import type { DesignChoice, World } from "../model/setup.ts";
import { type CheckClient, createCheckClient, type RunningCheck } from "../worker/check-client.ts";
import type { Shown } from "./shown.ts";

/** The check under way. */
export interface UnderWay {
  readonly design: DesignChoice;
  readonly progress: CheckProgress;
  /** States per second since the last word of it; 0 before there are two. */
  readonly rate: number;
  readonly isPaused: boolean;
  /** Designs that come after it. */
  readonly waiting: number;
}

/** What reports are of: another program, world or budget has others. */
export interface CheckSubject {
  readonly program: Shown["program"];
  readonly world: World;
  readonly faults: FaultBudget;
}

export interface ChecksState {
  readonly faults: FaultBudget;
  readonly subject: CheckSubject | null;
  /** By `designKey`. */
  readonly reports: ReadonlyMap<string, CheckReport>;
  readonly underWay: UnderWay | null;
  /** One sentence on what went wrong with the last check. */
  readonly problem: string | null;
}

export interface Checks {
  readonly store: StoreApi<ChecksState>;
  /** Checks what is shown under each of some designs, one after another. */
  check(shown: Shown, designs: readonly DesignChoice[]): Promise<void>;
  pause(): void;
  resume(): void;
  cancel(): void;
  setFaults(faults: FaultBudget): void;
}

/** A check stops when it has met so many states. */
export const MOST_STATES = 1_000_000;

const NO_PROGRESS: CheckProgress = { states: 1, transitions: 0, depth: 0, frontier: 1 };

/** A design with its switches, as a text. */
export function designKey(design: DesignChoice): string {
  return JSON.stringify(Object.entries(design).toSorted());
}

/** Whether reports on a subject are about what is shown. */
export function isAbout(subject: CheckSubject | null, shown: Shown, faults: FaultBudget): boolean {
  return (
    subject !== null &&
    subject.program === shown.program &&
    JSON.stringify([subject.world, subject.faults]) === JSON.stringify([shown.world, faults])
  );
}

/** Nothing checked yet. */
export function createChecks(client: CheckClient = createCheckClient()): Checks {
  const store = createStore<ChecksState>()(() => ({
    faults: STANDARD_FAULTS,
    subject: null,
    reports: new Map(),
    underWay: null,
    problem: null,
  }));
  let running: RunningCheck | null = null;
  /** Numbers the calls of `check`: an older one ends when a newer one begins. */
  let round = 0;

  const setUnderWay = (change: Partial<UnderWay>): void => {
    const { underWay } = store.getState();
    if (underWay !== null) store.setState({ underWay: { ...underWay, ...change } });
  };

  const cancel = (): void => {
    round += 1;
    running?.cancel();
    running = null;
    store.setState({ underWay: null });
  };

  return {
    store,
    async check(shown, designs) {
      cancel();
      const mine = round;
      const { faults, subject, reports } = store.getState();
      const kept = isAbout(subject, shown, faults) ? reports : new Map<string, CheckReport>();
      store.setState({ problem: null });
      for (const [position, design] of designs.entries()) {
        const waiting = designs.length - position - 1;
        store.setState({
          underWay: { design, progress: NO_PROGRESS, rate: 0, isPaused: false, waiting },
        });
        let last = { states: 0, at: performance.now() };
        const { program, world } = shown;
        running = client.check(
          { setup: { program, design, world }, faults, maxStates: MOST_STATES },
          (progress) => {
            const at = performance.now();
            const rate = Math.round(((progress.states - last.states) * 1000) / Math.max(1, at - last.at));
            last = { states: progress.states, at };
            if (round === mine) setUnderWay({ progress, rate });
          },
        );
        const answer = await running.answer;
        if (round !== mine || answer.status === "cancelled") return;
        if (answer.status === "failed") {
          store.setState({ underWay: null, problem: answer.message });
          return;
        }
        const now = store.getState();
        const others = isAbout(now.subject, shown, faults) ? now.reports : kept;
        store.setState({
          subject: { program, world, faults },
          reports: new Map([...others, [designKey(design), answer.report]]),
        });
      }
      running = null;
      store.setState({ underWay: null });
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
    setFaults(faults) {
      cancel();
      store.setState({ faults });
    },
  };
}
