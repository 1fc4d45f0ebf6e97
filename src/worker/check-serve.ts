/*
 * The inside of the worker that checks, without the worker: it works in slices, and hears messages between them. Runs in
 * tests as it is.
 */
import type { DifferenceReport, DifferenceRequest } from "../check/difference.ts";
import type { FindReport, FindRequest } from "../check/find.ts";
import type { CheckProgress, CheckReport, CheckRequest } from "../check/report.ts";
import { CHECK_PROTOCOL_VERSION, type FromChecker, type ToChecker } from "./check-protocol.ts";

/** A search under way: see check/check.ts, check/difference.ts and check/find.ts. */
export interface AtWork<Report> {
  readonly progress: CheckProgress;
  readonly advance: (expansions: number) => boolean;
  readonly report: () => Report;
}

/** Begins what the worker is asked for. */
export interface Works {
  readonly check: (request: CheckRequest) => AtWork<CheckReport>;
  readonly compare: (request: DifferenceRequest) => AtWork<DifferenceReport>;
  readonly find: (request: FindRequest) => AtWork<FindReport>;
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
  readonly work: AtWork<unknown>;
  /** What the worker says at the end. */
  readonly ending: () => FromChecker;
  isPaused: boolean;
  toldAt: number;
}

/** Starts serving and returns the function that receives messages. */
export function serveChecks(works: Works, { post, soon, now }: CheckOutlet): (data: unknown) => void {
  const version = CHECK_PROTOCOL_VERSION;
  let job: Job | null = null;

  /** Whatever goes wrong is told, and ends the search. */
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
        post(at.ending());
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

  const begin = (message: Exclude<ToChecker, { readonly pause: boolean }>): Job => {
    const { id } = message;
    const idle = { id, isPaused: false, toldAt: now() };
    if ("check" in message) {
      const work = works.check(message.check);
      return { ...idle, work, ending: () => ({ version, id, done: work.report() }) };
    }
    if ("find" in message) {
      const work = works.find(message.find);
      return { ...idle, work, ending: () => ({ version, id, sought: work.report() }) };
    }
    const work = works.compare(message.compare);
    return { ...idle, work, ending: () => ({ version, id, compared: work.report() }) };
  };

  return (data) => {
    const message = parseToChecker(data);
    if (message === null) return;
    if (!("pause" in message)) {
      guarded(message.id, () => {
        const begun = begin(message);
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
  const { version, id, check, compare, find, pause } = data as Readonly<Record<string, unknown>>;
  if (version !== CHECK_PROTOCOL_VERSION || !Number.isInteger(id)) return null;
  const isRequest = [check, compare, find].some((request) => typeof request === "object" && request !== null);
  return isRequest || typeof pause === "boolean" ? (data as ToChecker) : null;
}
