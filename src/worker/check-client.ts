/*
 * The page's end of the worker that checks. A worker is made for the first search and kept for the next; whoever cancels a
 * search ends it, and so does whatever goes wrong.
 */
import type { DifferenceReport, DifferenceRequest } from "../check/difference.ts";
import type { FindReport, FindRequest } from "../check/find.ts";
import type { CheckProgress, CheckReport, CheckRequest } from "../check/report.ts";
import { CHECK_PROTOCOL_VERSION, type FromChecker, type ToChecker } from "./check-protocol.ts";

/** What became of a search. */
export type Answer<Report> =
  | { readonly status: "done"; readonly report: Report }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly message: string };

/** A search under way. */
export interface Running<Report> {
  /** Never rejects. */
  readonly answer: Promise<Answer<Report>>;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly cancel: () => void;
}

/** What a worker tells its owner. */
export interface CheckerEvents {
  readonly onMessage: (data: unknown) => void;
  readonly onError: (message: string) => void;
}

/** As much of a worker as the client needs; a test gives its own. */
export interface CheckerPort {
  readonly post: (message: ToChecker) => void;
  readonly terminate: () => void;
}

/** Hears how far a search is. */
export type OnProgress = (progress: CheckProgress) => void;

/** Makes searches in a worker, one at a time: to begin one cancels what is under way. */
export interface CheckClient {
  /** Checks every order of a setup. */
  readonly check: (request: CheckRequest, onProgress: OnProgress) => Running<CheckReport>;
  /** Looks for the shortest difference of two designs. */
  readonly compare: (request: DifferenceRequest, onProgress: OnProgress) => Running<DifferenceReport>;
  /** Looks for the shortest order that meets a condition. */
  readonly find: (request: FindRequest, onProgress: OnProgress) => Running<FindReport>;
}

/** Starts the real worker. */
export function spawnChecker({ onMessage, onError }: CheckerEvents): CheckerPort {
  const worker = new Worker(new URL("./check-host.ts", import.meta.url), {
    type: "module",
    name: "gatescope-check",
  });
  worker.onmessage = (event) => onMessage(event.data);
  worker.onerror = (event) => onError(event.message || "its worker failed");
  worker.onmessageerror = () => onError("its answer could not be read");
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
}

interface Outstanding {
  readonly id: number;
  readonly onProgress: OnProgress;
  /** Ends it, when nothing was found. */
  readonly settle: (answer: Exclude<Answer<never>, { readonly status: "done" }>) => void;
  /** Ends it with what the worker has found; false where that is no answer to what was asked. */
  readonly finish: (message: FromChecker) => boolean;
}

/** Makes a client; the worker is spawned with the first check. */
export function createCheckClient(spawn: (events: CheckerEvents) => CheckerPort = spawnChecker): CheckClient {
  let port: CheckerPort | null = null;
  let outstanding: Outstanding | null = null;
  let lastId = 0;

  /** Ends the worker with whatever it was at. */
  const end = (answer: Parameters<Outstanding["settle"]>[0]): void => {
    port?.terminate();
    port = null;
    const ended = outstanding;
    outstanding = null;
    ended?.settle(answer);
  };

  const fail = (why: string): void => end({ status: "failed", message: why });

  const failToUnderstand = (): void =>
    fail("The check answered in a way this page does not understand. Reload the page.");

  const receive = (data: unknown): void => {
    const message = parseFromChecker(data);
    if (message === null) return failToUnderstand();
    if (message.id !== outstanding?.id) return;
    if ("progress" in message) return outstanding.onProgress(message.progress);
    if ("crashed" in message) return fail(`The model ran into a fault of its own: ${message.crashed}`);
    if (!outstanding.finish(message)) return failToUnderstand();
    outstanding = null;
  };

  const openPort = (): CheckerPort => {
    const isPresent = (): boolean => port === fresh;
    const fresh = spawn({
      onMessage: (data) => isPresent() && receive(data),
      onError: (message) => isPresent() && fail(`The check stopped working: ${message}.`),
    });
    return fresh;
  };

  /** Begins a search; `reportIn` finds what it gives in the worker's message. */
  const begin = <Report>(
    request:
      | { readonly check: CheckRequest }
      | { readonly compare: DifferenceRequest }
      | { readonly find: FindRequest },
    onProgress: OnProgress,
    reportIn: (message: FromChecker) => Report | null,
  ): Running<Report> => {
    if (outstanding !== null) end({ status: "cancelled" });
    lastId += 1;
    const id = lastId;
    const answer = new Promise<Answer<Report>>((settle) => {
      const finish = (message: FromChecker): boolean => {
        const report = reportIn(message);
        if (report !== null) settle({ status: "done", report });
        return report !== null;
      };
      outstanding = { id, onProgress, settle, finish };
    });
    const post = (message: ToChecker): void => {
      if (outstanding?.id !== id) return;
      try {
        port ??= openPort();
        port.post(message);
      } catch (cause) {
        fail(`The check cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
    };
    post({ version: CHECK_PROTOCOL_VERSION, id, ...request });
    return {
      answer,
      pause: () => post({ version: CHECK_PROTOCOL_VERSION, id, pause: true }),
      resume: () => post({ version: CHECK_PROTOCOL_VERSION, id, pause: false }),
      cancel: () => {
        if (outstanding?.id === id) end({ status: "cancelled" });
      },
    };
  };

  return {
    check: (check, onProgress) =>
      begin({ check }, onProgress, (message) => ("done" in message ? message.done : null)),
    compare: (compare, onProgress) =>
      begin({ compare }, onProgress, (message) => ("compared" in message ? message.compared : null)),
    find: (find, onProgress) =>
      begin({ find }, onProgress, (message) => ("sought" in message ? message.sought : null)),
  };
}

/** What the worker sent, or null when it is no message of this protocol: the envelope, and the outline of the contents. */
function parseFromChecker(data: unknown): FromChecker | null {
  if (typeof data !== "object" || data === null) return null;
  const { version, id, progress, done, compared, sought, crashed } = data as Readonly<
    Record<string, unknown>
  >;
  if (version !== CHECK_PROTOCOL_VERSION || !Number.isInteger(id)) return null;
  const isMessage =
    typeof crashed === "string" ||
    hasNumbers(progress, ["states", "transitions", "depth", "frontier"]) ||
    (hasNumbers(done, ["states", "transitions", "depth"]) && hasLists(done, ["properties", "outcomes"])) ||
    isDifference(compared) ||
    isFinding(sought);
  return isMessage ? (data as FromChecker) : null;
}

function isDifference(value: unknown): boolean {
  const type = fieldsOf(value)?.type;
  if (!hasNumbers(value, ["states"])) return false;
  if (type === "differs") return hasLists(value, ["choices", "choicesOf", "seen", "possible"]);
  return type === "same" || type === "stopped";
}

function isFinding(value: unknown): boolean {
  const type = fieldsOf(value)?.type;
  if (!hasNumbers(value, ["states"])) return false;
  if (type === "found") return hasNumbers(value, ["record"]) && hasLists(value, ["choices"]);
  return type === "none" || type === "stopped";
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  const fields = fieldsOf(value);
  return fields !== null && names.every((name) => Number.isFinite(fields[name]));
}

function hasLists(value: unknown, names: readonly string[]): boolean {
  const fields = fieldsOf(value);
  return fields !== null && names.every((name) => Array.isArray(fields[name]));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
}
