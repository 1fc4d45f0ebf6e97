/*
 * The page's end of the model's worker. Requests have a purpose; a newer one of the same purpose supersedes the older.
 * A worker that crashes, or is silent for too long while work is outstanding, is thrown away: the request that it was at
 * fails with a sentence, the others go to a fresh worker.
 */
import { parseFromWorker } from "./messages.ts";
import {
  type FromWorker,
  PROTOCOL_VERSION,
  type Request,
  type Responses,
  type ToWorker,
} from "./protocol.ts";

/** A worker is given up when it says nothing for this long although work is outstanding. */
export const SILENCE_LIMIT_MS = 5_000;
/** Starting takes longer: the worker's code has to be loaded first. */
export const START_LIMIT_MS = 20_000;

/** What a worker tells its owner. */
export interface WorkerEvents {
  readonly onMessage: (data: unknown) => void;
  /** It failed to load, or an exception escaped in it. */
  readonly onError: (message: string) => void;
}

/** As much of a worker as the client needs; a test gives its own. */
export interface WorkerPort {
  readonly post: (message: ToWorker) => void;
  readonly terminate: () => void;
}

/** What became of a request. */
export type Answer<T extends Request["type"]> =
  | { readonly status: "done"; readonly value: Responses[T] }
  | { readonly status: "superseded" }
  | { readonly status: "failed"; readonly message: string };

/** The page's handle on the model. */
export interface Client {
  /** Sends a request. It never rejects: crashes and time-outs are answers too. */
  ask<T extends Request["type"]>(purpose: string, request: Extract<Request, { type: T }>): Promise<Answer<T>>;
  /** Gives up what is outstanding for a purpose. */
  cancel(purpose: string): void;
  /** Ends the worker; what is outstanding counts as superseded. */
  dispose(): void;
}

type AnyAnswer = Answer<Request["type"]>;

interface Outstanding {
  readonly id: number;
  readonly purpose: string;
  readonly request: Request;
  /** Null once answered: a superseded request stays listed until the worker is done with it. */
  settle: ((answer: AnyAnswer) => void) | null;
  /** How often it was sent to a worker that then died of something else. */
  resent: number;
}

/** Starts the real worker. */
export function spawnWorker({ onMessage, onError }: WorkerEvents): WorkerPort {
  const worker = new Worker(new URL("./host.ts", import.meta.url), {
    type: "module",
    name: "gatescope-model",
  });
  worker.onmessage = (event) => onMessage(event.data);
  worker.onerror = (event) => onError(event.message || "its worker failed");
  worker.onmessageerror = () => onError("its answer could not be read");
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
}

/** Makes a client; the worker itself is spawned with the first request. */
export function createClient(spawn: (events: WorkerEvents) => WorkerPort = spawnWorker): Client {
  // In the order of sending, which is the order in which the worker takes them up.
  const outstanding = new Map<number, Outstanding>();
  let port: WorkerPort | null = null;
  let isReady = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastId = 0;

  const watch = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (outstanding.size === 0 || port === null) return;
    const limitMs = isReady ? SILENCE_LIMIT_MS : START_LIMIT_MS;
    timer = setTimeout(() => {
      const seconds = limitMs / 1000;
      replaceWorker(
        isReady
          ? `The handler did not come to an end within ${seconds} seconds and was stopped. Does it contain an endless loop?`
          : `The model did not start within ${seconds} seconds.`,
      );
    }, limitMs);
  };

  const answerTo = (entry: Outstanding, answer: AnyAnswer): void => {
    entry.settle?.(answer);
    entry.settle = null;
  };

  const settle = (id: number, answer: AnyAnswer): void => {
    const entry = outstanding.get(id);
    outstanding.delete(id);
    if (entry !== undefined) answerTo(entry, answer);
  };

  const receive = (data: unknown): void => {
    const message = parseFromWorker(data);
    if (message === null) {
      replaceWorker("The model's worker answered in a way this page does not understand. Reload the page.");
      return;
    }
    takeIn(message);
    watch();
  };

  const takeIn = (message: FromWorker): void => {
    if ("ready" in message) {
      isReady = true;
    } else if ("done" in message) {
      settle(message.id, { status: "done", value: message.done });
    } else if ("unloaded" in message) {
      settle(message.id, {
        status: "failed",
        message: "A part of the model could not be loaded. Check the connection and try again.",
      });
    } else if ("crashed" in message) {
      settle(message.id, {
        status: "failed",
        message: `The model ran into a fault of its own: ${message.crashed}`,
      });
    } else if ("cancelled" in message) {
      settle(message.id, { status: "superseded" });
    }
  };

  const dropWorker = (): void => {
    port?.terminate();
    port = null;
    isReady = false;
  };

  /** The oldest request is the one that the worker was at: it fails, the others get a second chance elsewhere. */
  const replaceWorker = (why: string): void => {
    const neverStarted = !isReady;
    dropWorker();
    const [culprit, ...others] = [...outstanding.values()];
    if (culprit !== undefined) settle(culprit.id, { status: "failed", message: why });
    for (const entry of others) {
      entry.resent += 1;
      if (entry.settle === null) outstanding.delete(entry.id);
      else if (neverStarted || entry.resent > 1) settle(entry.id, { status: "failed", message: why });
      else send(entry);
    }
    watch();
  };

  const send = (entry: Outstanding): void => {
    try {
      port ??= openPort();
      port.post({ version: PROTOCOL_VERSION, id: entry.id, request: entry.request });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      settle(entry.id, { status: "failed", message: `The model's worker cannot be used: ${why}` });
    }
  };

  const openPort = (): WorkerPort => {
    // A worker that was given up may still have spoken: only the present one is heard.
    const isPresent = (): boolean => port === fresh;
    const fresh = spawn({
      onMessage: (data) => isPresent() && receive(data),
      onError: (message) => isPresent() && replaceWorker(`The model stopped working: ${message}.`),
    });
    return fresh;
  };

  const cancel = (purpose: string): void => {
    for (const entry of [...outstanding.values()]) {
      if (entry.purpose !== purpose || entry.settle === null) continue;
      answerTo(entry, { status: "superseded" });
      port?.post({ version: PROTOCOL_VERSION, id: entry.id, cancel: true });
    }
    watch();
  };

  return {
    ask<T extends Request["type"]>(
      purpose: string,
      request: Extract<Request, { type: T }>,
    ): Promise<Answer<T>> {
      cancel(purpose);
      return new Promise((resolve) => {
        lastId += 1;
        // The worker answers a request of type T with Responses[T]: serve.ts maps one to the other.
        const settleTyped = resolve as (answer: AnyAnswer) => void;
        const entry: Outstanding = { id: lastId, purpose, request, resent: 0, settle: settleTyped };
        outstanding.set(entry.id, entry);
        send(entry);
        watch();
      });
    },
    cancel,
    dispose() {
      dropWorker();
      for (const id of [...outstanding.keys()]) settle(id, { status: "superseded" });
      watch();
    },
  };
}
