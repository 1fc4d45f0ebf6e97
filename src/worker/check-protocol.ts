/*
 * The messages between the app and the worker that checks. Types only. A worker does one thing at a time; whoever wants to
 * be rid of it ends the worker.
 */
import type { DifferenceReport, DifferenceRequest } from "../check/difference.ts";
import type { FindReport, FindRequest } from "../check/find.ts";
import type { CheckProgress, CheckReport, CheckRequest } from "../check/report.ts";

/** Both ends refuse messages of another version. */
export const CHECK_PROTOCOL_VERSION = 3;

type Version = typeof CHECK_PROTOCOL_VERSION;

export type ToChecker =
  /** Begins a check, in place of whatever is under way. */
  | { readonly version: Version; readonly id: number; readonly check: CheckRequest }
  /** Begins a search for the shortest difference of two designs, in place of whatever is under way. */
  | { readonly version: Version; readonly id: number; readonly compare: DifferenceRequest }
  /** Begins a search for the shortest order that meets a condition, in place of whatever is under way. */
  | { readonly version: Version; readonly id: number; readonly find: FindRequest }
  /** Stops it where it is, or lets it go on. */
  | { readonly version: Version; readonly id: number; readonly pause: boolean };

export type FromChecker =
  | { readonly version: Version; readonly id: number; readonly progress: CheckProgress }
  | { readonly version: Version; readonly id: number; readonly done: CheckReport }
  | { readonly version: Version; readonly id: number; readonly compared: DifferenceReport }
  | { readonly version: Version; readonly id: number; readonly sought: FindReport }
  /** A bug in the model: the message of the exception. */
  | { readonly version: Version; readonly id: number; readonly crashed: string };
