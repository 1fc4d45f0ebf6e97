/*
 * The checks of what is on the screen: under its design, or under several one after another. Reports are kept until the
 * handler, the world or the budget of failures is another; a check that is cancelled or fails leaves everything as it was.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type FaultBudget, STANDARD_FAULTS } from "../check/faults.ts";
import type { CheckProgress, CheckReport } from "../check/report.ts";
import type { DesignChoice, World } from "../model/setup.ts";
import { type CheckClient, createCheckClient, type RunningCheck } from "../worker/check-client.ts";
import type { Document, Shown } from "./shown.ts";

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

/** A report with what the checker does not know. */
export interface CheckedReport extends CheckReport {
  /** What was on the screen when it began: its orders are shown there. */
  readonly document: Document;
  /** How long it took, without pauses. */
  readonly seconds: number;
}

export interface ChecksState {
  readonly faults: FaultBudget;
  readonly subject: CheckSubject | null;
  /** By `designKey`. */
  readonly reports: ReadonlyMap<string, CheckedReport>;
  /** The newest of them, which is shown as outdated where nothing else is known. */
  readonly latest: CheckedReport | null;
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
export function createChecks(
  client: CheckClient = createCheckClient(),
  now: () => number = () => performance.now(),
): Checks {
  const store = createStore<ChecksState>()(() => ({
    faults: STANDARD_FAULTS,
    subject: null,
    reports: new Map(),
    latest: null,
    underWay: null,
    problem: null,
  }));
  let running: RunningCheck | null = null;
  /** Numbers the calls of `check`: an older one ends when a newer one begins. */
  let round = 0;
  let watch = startWatch(now, 0);

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
      const kept = isAbout(subject, shown, faults) ? reports : new Map<string, CheckedReport>();
      store.setState({ problem: null });
      for (const [position, design] of designs.entries()) {
        const waiting = designs.length - position - 1;
        store.setState({
          underWay: { design, progress: NO_PROGRESS, rate: 0, isPaused: false, waiting },
        });
        watch = startWatch(now, 0);
        let last = { states: 0, at: now() };
        const { program, world } = shown;
        running = client.check(
          { setup: { program, design, world }, faults, maxStates: MOST_STATES },
          (progress) => {
            const at = now();
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
        const known = store.getState();
        const others = isAbout(known.subject, shown, faults) ? known.reports : kept;
        const report = { ...answer.report, document: shown.document, seconds: watch() / 1000 };
        store.setState({
          subject: { program, world, faults },
          reports: new Map([...others, [designKey(design), report]]),
          latest: report,
        });
      }
      running = null;
      store.setState({ underWay: null });
    },
    pause() {
      running?.pause();
      const spent = watch();
      watch = () => spent;
      setUnderWay({ isPaused: true, rate: 0 });
    },
    resume() {
      running?.resume();
      watch = startWatch(now, watch());
      setUnderWay({ isPaused: false });
    },
    cancel,
    setFaults(faults) {
      cancel();
      store.setState({ faults });
    },
  };
}

/** Milliseconds that have passed, and those before. */
function startWatch(now: () => number, before: number): () => number {
  const start = now();
  return () => before + now() - start;
}
