/*
 * The inside of the worker that checks, without the worker: it works in slices, and hears messages between them. Runs in
 * tests as it is.
 */
import type { CheckProgress, CheckReport, CheckRequest } from "../check/report.ts";
import { CHECK_PROTOCOL_VERSION, type FromChecker, type ToChecker } from "./check-protocol.ts";

/** A check under way: see check/check.ts. */
export interface CheckAtWork {
  readonly progress: CheckProgress;
  readonly advance: (expansions: number) => boolean;
  readonly report: () => CheckReport;
}

/** The way out of the worker, and its clock. */
export interface CheckOutlet {
  readonly post: (message: FromChecker) => void;
  /** Runs a task after the messages that wait have been received. */
  readonly soon: (task: () => void) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** So long it works before it hears messages again. */
const SLICE_MS = 25;
/** States between two looks at the clock. */
const STATES_PER_LOOK = 16;
/** So often it says how far it is. */
const PROGRESS_MS = 100;

interface Job {
  readonly id: number;
  readonly work: CheckAtWork;
  isPaused: boolean;
  toldAt: number;
}

/** Starts serving and returns the function that receives messages. */
export function serveChecks(
  begin: (request: CheckRequest) => CheckAtWork,
  { post, soon, now }: CheckOutlet,
): (data: unknown) => void {
  const version = CHECK_PROTOCOL_VERSION;
  let job: Job | null = null;

  /** Whatever goes wrong is told, and ends the check. */
  const guarded = (id: number, work: () => void): void => {
    try {
      work();
    } catch (cause) {
      job = null;
      post({ version, id, crashed: cause instanceof Error ? cause.message : String(cause) });
    }
  };

  const slice = (at: Job): void => {
    if (job !== at || at.isPaused) return;
    guarded(at.id, () => {
      const end = now() + SLICE_MS;
      let goesOn = true;
      while (goesOn && now() < end) goesOn = at.work.advance(STATES_PER_LOOK);
      if (!goesOn) {
        job = null;
        post({ version, id: at.id, progress: at.work.progress });
        post({ version, id: at.id, done: at.work.report() });
        return;
      }
      if (now() - at.toldAt >= PROGRESS_MS) tell(at);
      soon(() => slice(at));
    });
  };

  const tell = (at: Job): void => {
    at.toldAt = now();
    post({ version, id: at.id, progress: at.work.progress });
  };

  return (data) => {
    const message = parseToChecker(data);
    if (message === null) return;
    if ("check" in message) {
      guarded(message.id, () => {
        const begun: Job = { id: message.id, work: begin(message.check), isPaused: false, toldAt: now() };
        job = begun;
        tell(begun);
        soon(() => slice(begun));
      });
      return;
    }
    if (job?.id !== message.id || job.isPaused === message.pause) return;
    job.isPaused = message.pause;
    const at = job;
    tell(at);
    if (!message.pause) soon(() => slice(at));
  };
}

/** What the page sent, or null: only the page that made the worker speaks to it, so that all that may be wrong is the version. */
function parseToChecker(data: unknown): ToChecker | null {
  if (typeof data !== "object" || data === null) return null;
  const message = data as Partial<Record<"version" | "id" | "check" | "pause", unknown>>;
  if (message.version !== CHECK_PROTOCOL_VERSION || !Number.isInteger(message.id)) return null;
  const isMessage =
    typeof message.pause === "boolean" || (typeof message.check === "object" && message.check !== null);
  return isMessage ? (data as ToChecker) : null;
}
