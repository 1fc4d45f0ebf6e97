/*
 * The worker's inside, without the worker: requests in, answers out, one after another. Runs in tests as it is.
 */
import { unreachable } from "../base/assert.ts";
import type { RecordIndex } from "../base/ids.ts";
import { PartMissing } from "../base/part.ts";
import type { Result } from "../base/result.ts";
import type { HandlerError } from "../handler/error.ts";
import type { CompiledHandler } from "../handler/program.ts";
import { propertiesIn } from "../model/properties/index.ts";
import type { Setup } from "../model/setup.ts";
import type { RunError } from "../run/run.ts";
import type { Condition } from "../run/until.ts";
import { type FromWorker, PROTOCOL_VERSION, type Request, type Responses } from "./protocol.ts";
import { parseToWorker } from "./receive.ts";
import { replay, type Simulate } from "./replay.ts";

/** What answers requests: the model, and what is loaded when it is first wanted. Throws NotLoaded where it does not come. */
export interface Engine {
  readonly simulate: Simulate;
  readonly compile: (source: string) => Promise<Result<CompiledHandler, HandlerError>>;
  readonly meetings: (
    setup: Setup,
    keys: readonly string[],
    condition: Condition,
    onStep: (steps: number) => void,
  ) => Promise<Result<readonly RecordIndex[], RunError>>;
  /** Loads the part of the model that a run has missed. */
  readonly loadPart: (name: string) => Promise<void>;
}

/** Ends a request that needs what could not be loaded. */
export class NotLoaded extends Error {}

/** The way out of the worker. `soon` runs a task after the messages that wait have been received. */
export interface Outlet {
  readonly post: (message: FromWorker) => void;
  readonly soon: (task: () => void) => void;
}

/** A sign of life every so many steps: a whole run takes milliseconds. */
const PROGRESS_STEPS = 250;

interface Job {
  readonly id: number;
  readonly request: Request;
}

/** Starts serving and returns the function that receives messages. */
export function serve(engine: Engine, outlet: Outlet): (data: unknown) => void {
  const queue: Job[] = [];
  let isBusy = false;

  const next = (): void => {
    const job = queue.shift();
    if (job === undefined) return;
    isBusy = true;
    outlet.post({ version: PROTOCOL_VERSION, id: job.id, progress: 0 });
    const onStep = (steps: number): void => {
      if (steps % PROGRESS_STEPS === 0)
        outlet.post({ version: PROTOCOL_VERSION, id: job.id, progress: steps });
    };
    answerWhole(engine, job.request, onStep)
      .then(
        (done) => outlet.post({ version: PROTOCOL_VERSION, id: job.id, done }),
        (cause: unknown) => outlet.post({ version: PROTOCOL_VERSION, id: job.id, ...wrong(cause) }),
      )
      .finally(() => {
        isBusy = false;
        // Not at once: a cancellation of what is next may be waiting to be received.
        if (queue.length > 0) outlet.soon(startNext);
      });
  };
  const startNext = (): void => {
    if (!isBusy) next();
  };

  const receive = (data: unknown): void => {
    const message = parseToWorker(data);
    if (message === null) return;
    if ("cancel" in message) {
      const position = queue.findIndex((job) => job.id === message.id);
      if (position < 0) return;
      queue.splice(position, 1);
      outlet.post({ version: PROTOCOL_VERSION, id: message.id, cancelled: true });
      return;
    }
    queue.push({ id: message.id, request: message.request });
    outlet.soon(startNext);
  };

  outlet.post({ version: PROTOCOL_VERSION, ready: true });
  return receive;
}

/** A run that comes upon a part of the model that is not there is made anew with it: the same choices give the same run. */
async function answerWhole(
  engine: Engine,
  request: Request,
  onStep: (steps: number) => void,
): Promise<Responses[keyof Responses]> {
  try {
    return await answer(engine, request, onStep);
  } catch (cause) {
    if (!(cause instanceof PartMissing)) throw cause;
    await engine.loadPart(cause.part);
    return answerWhole(engine, request, onStep);
  }
}

async function answer(
  engine: Engine,
  request: Request,
  onStep: (steps: number) => void,
): Promise<Responses[keyof Responses]> {
  switch (request.type) {
    case "compile": {
      const result = await engine.compile(request.source);
      return result.ok ? { type: "compiled", ...result.value } : { type: "rejected", error: result.error };
    }
    case "run": {
      const { program, design, world, choices, misfits } = request;
      const result = replay(engine.simulate, { program, design, world }, choices, misfits, onStep);
      if (!result.ok) return { type: "refused", error: result.error };
      return { type: "ran", ...result.value, properties: propertiesIn(result.value.run.records) };
    }
    case "until": {
      const { program, design, world, choices, condition } = request;
      const result = await engine.meetings({ program, design, world }, choices, condition, onStep);
      return result.ok ? { type: "met", records: result.value } : { type: "refused", error: result.error };
    }
    default:
      return unreachable(request);
  }
}

function wrong(cause: unknown): { readonly unloaded: true } | { readonly crashed: string } {
  if (cause instanceof NotLoaded) return { unloaded: true };
  return { crashed: cause instanceof Error ? cause.message : String(cause) };
}
