/*
 * The checks of what is on the screen: under its design, or under several one after another. Reports are kept until the
 * handler, the world or the budget of failures is another; a check that is cancelled or fails leaves everything as it was.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type FaultBudget, STANDARD_FAULTS } from "../check/faults.ts";
import type { CheckReport } from "../check/report.ts";
import type { DesignChoice, World } from "../model/setup.ts";
import { type CheckClient, createCheckClient } from "../worker/check-client.ts";
import { createSearching, type Pace } from "./searching.ts";
import type { Document, Shown } from "./shown.ts";

/** The check under way. */
export interface UnderWay extends Pace {
  readonly design: DesignChoice;
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
  /** A check stops when it has met so many states. */
  readonly maxStates: number;
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
  setMaxStates(maxStates: number): void;
}

/** How many states a check may be told to stop at. */
export const STATE_LIMITS = [100_000, 1_000_000, 5_000_000] as const;

const STANDARD_LIMIT = 1_000_000;

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

/** Whether a report is all that a check would find now: it is complete, or would stop where it did. */
export function isUpToLimit({ complete, states }: CheckReport, maxStates: number): boolean {
  return complete || states >= maxStates;
}

/** Nothing checked yet. */
export function createChecks(
  client: Pick<CheckClient, "check"> = createCheckClient(),
  now: () => number = () => performance.now(),
): Checks {
  const store = createStore<ChecksState>()(() => ({
    faults: STANDARD_FAULTS,
    maxStates: STANDARD_LIMIT,
    subject: null,
    reports: new Map(),
    latest: null,
    underWay: null,
    problem: null,
  }));
  const searching = createSearching(now);
  let watch = startWatch(now, 0);

  return {
    store,
    async check(shown, designs) {
      searching.cancel();
      const { faults, maxStates, subject, reports } = store.getState();
      const kept = isAbout(subject, shown, faults) ? reports : new Map<string, CheckedReport>();
      store.setState({ problem: null });
      for (const [position, design] of designs.entries()) {
        const waiting = designs.length - position - 1;
        watch = startWatch(now, 0);
        const { program, world } = shown;
        const answer = await searching.begin(
          (onProgress) => client.check({ setup: { program, design, world }, faults, maxStates }, onProgress),
          (pace) => store.setState({ underWay: pace === null ? null : { ...pace, design, waiting } }),
        );
        if (answer === null) return;
        if (answer.status === "failed") return store.setState({ problem: answer.message });
        const known = store.getState();
        const others = isAbout(known.subject, shown, faults) ? known.reports : kept;
        const report = { ...answer.report, document: shown.document, seconds: watch() / 1000 };
        store.setState({
          subject: { program, world, faults },
          reports: new Map([...others, [designKey(design), report]]),
          latest: report,
        });
      }
    },
    pause() {
      searching.pause();
      const spent = watch();
      watch = () => spent;
    },
    resume() {
      searching.resume();
      watch = startWatch(now, watch());
    },
    cancel: searching.cancel,
    setFaults(faults) {
      searching.cancel();
      store.setState({ faults });
    },
    setMaxStates(maxStates) {
      searching.cancel();
      store.setState({ maxStates });
    },
  };
}

/** Milliseconds that have passed, and those before. */
function startWatch(now: () => number, before: number): () => number {
  const start = now();
  return () => before + now() - start;
}
