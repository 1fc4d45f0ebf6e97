/*
 * Library functions: the part of the machine's built-ins that is written in the handler language itself, because it
 * calls back into the handler. They are numbered from LIBRARY_BASE, after every handler's own functions.
 */
import { Part } from "../../base/part.ts";
import type { FunctionCode } from "../program.ts";
import { LIBRARY_FUNCTIONS, STREAM_NAMES } from "./library.generated.ts";

/** Number of the first library function. */
export const LIBRARY_BASE = 1_000_000;

/** The last functions of the library, those of streams: only handlers that have streams of their own call them. */
export const STREAMS = new Part<readonly FunctionCode[]>("streams");

const names = [...LIBRARY_FUNCTIONS.map(({ name }) => name), ...STREAM_NAMES];
const numbers = new Map(names.map((name, at) => [name, LIBRARY_BASE + at]));

/** The number of the library function `name`. */
export function libraryFunction(name: string): number {
  const id = numbers.get(name);
  if (id === undefined) throw new Error(`the library has no function ${name}; regenerate it`);
  return id;
}

/** The library function with that number. */
export function libraryCode(id: number): FunctionCode {
  const at = id - LIBRARY_BASE;
  const { length } = LIBRARY_FUNCTIONS;
  return (at < length ? LIBRARY_FUNCTIONS[at] : STREAMS.get()[at - length]) as FunctionCode;
}
