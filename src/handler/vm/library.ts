/*
 * Library functions: the part of the machine's built-ins that is written in the handler language itself, because it
 * calls back into the handler. They are numbered from LIBRARY_BASE, after every handler's own functions.
 */
import type { FunctionCode } from "../program.ts";
import { LIBRARY_FUNCTIONS } from "./library.generated.ts";

/** Number of the first library function. */
export const LIBRARY_BASE = 1_000_000;

export const LIBRARY: readonly FunctionCode[] = LIBRARY_FUNCTIONS;

const numbers = new Map(LIBRARY.map((one, at) => [one.name, LIBRARY_BASE + at]));

/** The number of the library function `name`. */
export function libraryFunction(name: string): number {
  const id = numbers.get(name);
  if (id === undefined) throw new Error(`the library has no function ${name}; regenerate it`);
  return id;
}
