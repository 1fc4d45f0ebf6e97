/*
 * The exceptions that reset an object, as its callers see them (the tables of MODEL 2.3 and 10).
 */

import type { ErrorClass, Machine, Ref } from "../handler/host.ts";
import type { World } from "./setup.ts";
import type { BreakError, Commit } from "./state.ts";
import { DELETE_ALL } from "./stored-values.ts";

/** What callers see of an exception that is no `jsg.` error. */
export const INTERNAL_ERROR = "internal error; reference = ...";

/** What JavaScript sees of a KJ exception of type DISCONNECTED. */
export const CONNECTION_LOST = "Network connection lost.";

/** An error that callers see with the flags of a reset object. */
export function resetError(message: string): BreakError {
  return { message, flags: { remote: true, durableObjectReset: true } };
}

/** A lock was held for 30 s (G9). */
export const LOCK_TIMEOUT: BreakError = {
  message: "Durable Object storage operation exceeded timeout which caused object to be reset.",
  flags: { remote: true, durableObjectReset: true, overloaded: true },
};

/** A critical section took 30 s (MODEL 1; the flags as on workerd). */
export const SECTION_TIMEOUT: BreakError = {
  message:
    "A call to blockConcurrencyWhile() in a Durable Object waited for too long. The call was canceled and the Durable Object was reset.",
  flags: { remote: true, durableObjectReset: true, overloaded: true },
};

/** The exception of a commit that the storage refuses. */
export function commitError(world: World, commit: Commit): BreakError {
  if (world.commits === "bucket") return { message: INTERNAL_ERROR, flags: {} };
  if (world.backend === "sqlite") return resetError(world.diskError);
  const what = commit.writes.some((write) => write.op === DELETE_ALL) ? "deleteAll()" : "write";
  return resetError(
    `Internal error in Durable Object storage ${what} caused object to be reset; reference = ...`,
  );
}

const FLAGS = ["remote", "retryable", "durableObjectReset", "overloaded"] as const;

/** What the body of the answer says that the caller of a reset object gets. */
export function callerSees({ name = "Error", message, flags }: BreakError): string {
  const shown = Object.fromEntries(FLAGS.filter((flag) => flags[flag] === true).map((flag) => [flag, true]));
  return `caller sees ${name}: ${message} ${JSON.stringify(shown)}`;
}

/** The error that a handler throws, as it crosses to its caller: classes of its own become plain errors (run on workerd). */
export function tunneledError(name: string, message: string): BreakError {
  const flags = { remote: true } as const;
  return BUILT_IN.has(name)
    ? { name, message, flags }
    : { message: message === "" ? name : `${name}: ${message}`, flags };
}

const BUILT_IN: ReadonlySet<string> = new Set<ErrorClass>([
  "Error",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ReferenceError",
]);

/** What the handler gets of an exception: an Error with its flags. */
export function makeError(js: Machine, { name = "Error", message, flags }: BreakError): Ref {
  const error = js.newError(BUILT_IN.has(name) ? (name as ErrorClass) : "Error", message);
  for (const flag of FLAGS) if (flags[flag] === true) js.setProperty(error, flag, true);
  return error;
}
