/*
 * The messages between the app and the model's web worker. Types only. A request is self-contained, so that after a
 * crash or a time-out the same request can be sent to a fresh worker.
 */
import type { RecordIndex } from "../base/ids.ts";
import type { HandlerError } from "../handler/error.ts";
import type { CompiledHandler, Program } from "../handler/program.ts";
import type { PropertyInRun } from "../model/properties/property.ts";
import type { DesignChoice, World } from "../model/setup.ts";
import type { RunData, RunError } from "../run/run.ts";
import type { Condition } from "../run/until.ts";

/** Both ends refuse messages of another version. */
export const PROTOCOL_VERSION = 1;

/** Work for the worker. */
export type Request =
  /** Compiles a handler's source (loads the parser on first use). */
  | { readonly type: "compile"; readonly source: string }
  /**
   * Runs: the choices, then the default schedule. A choice is a key, or "~5" for five choices of the default schedule.
   * `misfits` says what becomes of a choice that is not possible where it stands: the run is refused, or it is left out.
   */
  | {
      readonly type: "run";
      readonly program: Program;
      readonly design: DesignChoice;
      readonly world: World;
      readonly choices: readonly string[];
      readonly misfits: "refuse" | "drop";
    }
  /** Finds where a run meets a condition: the choices, all by their keys, then the default schedule. */
  | {
      readonly type: "until";
      readonly program: Program;
      readonly design: DesignChoice;
      readonly world: World;
      readonly choices: readonly string[];
      readonly condition: Condition;
    };

/** What a request of each type gives. */
export interface Responses {
  compile:
    | ({ readonly type: "compiled" } & CompiledHandler)
    | { readonly type: "rejected"; readonly error: HandlerError };
  /** `dropped`: keys of the choices that were left out. `properties`: all that were watched. */
  run:
    | {
        readonly type: "ran";
        readonly run: RunData;
        readonly dropped: readonly string[];
        readonly properties: readonly PropertyInRun[];
      }
    | { readonly type: "refused"; readonly error: RunError };
  until:
    | { readonly type: "met"; readonly records: readonly RecordIndex[] }
    | { readonly type: "refused"; readonly error: RunError };
}

export type ToWorker =
  | { readonly version: typeof PROTOCOL_VERSION; readonly id: number; readonly request: Request }
  /** Stops the request `id` at its next progress point. */
  | { readonly version: typeof PROTOCOL_VERSION; readonly id: number; readonly cancel: true };

export type FromWorker =
  /** The worker has started and listens. */
  | { readonly version: typeof PROTOCOL_VERSION; readonly ready: true }
  | {
      readonly version: typeof PROTOCOL_VERSION;
      readonly id: number;
      readonly done: Responses[keyof Responses];
    }
  /** Steps made so far. */
  | { readonly version: typeof PROTOCOL_VERSION; readonly id: number; readonly progress: number }
  | { readonly version: typeof PROTOCOL_VERSION; readonly id: number; readonly cancelled: true }
  /** A part of the model that the request needs could not be loaded. */
  | { readonly version: typeof PROTOCOL_VERSION; readonly id: number; readonly unloaded: true }
  /** A bug in the model: the message of the exception. */
  | { readonly version: typeof PROTOCOL_VERSION; readonly id: number; readonly crashed: string };
