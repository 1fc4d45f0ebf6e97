/*
 * The page's end of the worker that checks. A worker is made for the first check and kept for the next; whoever cancels a
 * check ends it, and so does whatever goes wrong.
 */
import type { CheckProgress, CheckReport, CheckRequest } from "../check/report.ts";
import { CHECK_PROTOCOL_VERSION, type FromChecker, type ToChecker } from "./check-protocol.ts";

/** What became of a check. */
export type CheckAnswer =
  | { readonly status: "done"; readonly report: CheckReport }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly message: string };

/** A check under way. */
export interface RunningCheck {
  /** Never rejects. */
  readonly answer: Promise<CheckAnswer>;
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

/** Makes checks in a worker. */
export interface CheckClient {
  /** Begins a check; one that is under way is cancelled. */
  readonly check: (request: CheckRequest, onProgress: (progress: CheckProgress) => void) => RunningCheck;
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
  readonly onProgress: (progress: CheckProgress) => void;
  readonly settle: (answer: CheckAnswer) => void;
}

/** Makes a client; the worker is spawned with the first check. */
export function createCheckClient(spawn: (events: CheckerEvents) => CheckerPort = spawnChecker): CheckClient {
  let port: CheckerPort | null = null;
  let outstanding: Outstanding | null = null;
  let lastId = 0;

  /** Ends the worker with whatever it was at. */
  const end = (answer: CheckAnswer): void => {
    port?.terminate();
    port = null;
    const ended = outstanding;
    outstanding = null;
    ended?.settle(answer);
  };

  const fail = (why: string): void => end({ status: "failed", message: why });

  const receive = (data: unknown): void => {
    const message = parseFromChecker(data);
    if (message === null)
      return fail("The check answered in a way this page does not understand. Reload the page.");
    if (message.id !== outstanding?.id) return;
    if ("progress" in message) return outstanding.onProgress(message.progress);
    if ("crashed" in message) return fail(`The model ran into a fault of its own: ${message.crashed}`);
    const { settle } = outstanding;
    outstanding = null;
    settle({ status: "done", report: message.done });
  };

  const openPort = (): CheckerPort => {
    const isPresent = (): boolean => port === fresh;
    const fresh = spawn({
      onMessage: (data) => isPresent() && receive(data),
      onError: (message) => isPresent() && fail(`The check stopped working: ${message}.`),
    });
    return fresh;
  };

  return {
    check(request, onProgress) {
      if (outstanding !== null) end({ status: "cancelled" });
      lastId += 1;
      const id = lastId;
      const answer = new Promise<CheckAnswer>((resolve) => {
        outstanding = { id, onProgress, settle: resolve };
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
      post({ version: CHECK_PROTOCOL_VERSION, id, check: request });
      return {
        answer,
        pause: () => post({ version: CHECK_PROTOCOL_VERSION, id, pause: true }),
        resume: () => post({ version: CHECK_PROTOCOL_VERSION, id, pause: false }),
        cancel: () => {
          if (outstanding?.id === id) end({ status: "cancelled" });
        },
      };
    },
  };
}

/** What the worker sent, or null when it is no message of this protocol: the envelope, and the outline of the contents. */
function parseFromChecker(data: unknown): FromChecker | null {
  if (typeof data !== "object" || data === null) return null;
  const { version, id, progress, done, crashed } = data as Readonly<Record<string, unknown>>;
  if (version !== CHECK_PROTOCOL_VERSION || !Number.isInteger(id)) return null;
  const isMessage =
    typeof crashed === "string" ||
    hasNumbers(progress, ["states", "transitions", "depth", "frontier"]) ||
    (hasNumbers(done, ["states", "transitions", "depth"]) && hasLists(done, ["properties", "outcomes"]));
  return isMessage ? (data as FromChecker) : null;
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
