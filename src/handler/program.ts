/*
 * A compiled handler: plain JSON data, made by `compileHandler`, run by the machine.
 *
 * Example. `const f = (a) => a + 1;` as the whole module compiles to two functions:
 *
 *   0 "module"  slots 1   CLOSURE 1, STORE 0, UNDEF, RETURN
 *   1 "f"       slots 1   LOAD 0, INT 1, ADD, RETURN         params 1, flags ARROW
 */

import type { SourceToken } from "./token.ts";

/** Constants are what does not fit into a code word: names, strings, fractions, lists of property names. */
export type Constant = string | number | readonly string[];

/** Bits of `FunctionCode.flags`. */
export const FunctionFlag = {
  /** Its call gives a promise, and it may suspend. */
  async: 1,
  /** `this` is the surrounding function's. */
  arrow: 2,
  /** The slot after the parameters receives the array of the remaining arguments. */
  rest: 4,
  /** A class's constructor: only `new` may call it. */
  constructor: 8,
  /** A constructor whose `this` exists from super() on. */
  derived: 16,
  /** Part of the machine's own library, not of the handler: without lines. */
  library: 32,
} as const;

/** One function of the source. */
export interface FunctionCode {
  /** As `function.name` says; "" for anonymous ones. */
  readonly name: string;
  /** Instructions and their operands, see opcodes.ts. */
  readonly code: readonly number[];
  readonly constants: readonly Constant[];
  /** How many arguments go to the slots 0, 1, ... */
  readonly params: number;
  /** `function.length`. */
  readonly length: number;
  /** Local variables, parameters included. */
  readonly slots: number;
  readonly flags: number;
  /** Triples (code offset, line, column), ascending: an instruction belongs to the last triple that does not follow it. */
  readonly positions: readonly number[];
  /** Where its text, or its class's, stands in the source: from and to. Absent where the handler cannot ask for it. */
  readonly range?: readonly [number, number];
}

/** What compiling a source gives: what runs, and what it looks like. */
export interface CompiledHandler {
  readonly program: Program;
  readonly tokens: readonly SourceToken[];
}

/** A compiled handler. Function 0 is the module's top level. */
export interface Program {
  readonly version: 1;
  /** What was compiled: functions can be asked for their text. */
  readonly source: string;
  readonly functions: readonly FunctionCode[];
}

/** Whether the handler itself, not the library, has a name or a text in it. */
export function mentions({ functions }: Program, name: string): boolean {
  return functions.some(
    ({ constants, flags }) => (flags & FunctionFlag.library) === 0 && constants.includes(name),
  );
}

/** Line and column (from 1) of the instruction at `offset`, or null where the function has no positions. */
export function positionAt(
  code: FunctionCode,
  offset: number,
): { readonly line: number; readonly column: number } | null {
  const { positions } = code;
  let low = 0;
  let high = positions.length / 3;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle * 3] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return null;
  return { line: positions[low * 3 - 2] ?? 0, column: positions[low * 3 - 1] ?? 0 };
}
