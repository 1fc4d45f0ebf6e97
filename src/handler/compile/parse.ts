/*
 * Text to syntax tree. acorn decides what is JavaScript; what of it is in the subset is decided by analyze.ts.
 */
import { parse, type Program as SyntaxTree } from "acorn";
import { CompileProblem } from "./problem.ts";

/** Longest accepted source, in UTF-16 code units. Real handlers have a few thousand; a shared link cannot carry more anyway. */
export const MAX_SOURCE_LENGTH = 65_536;

/** Deepest accepted nesting of syntax, which bounds the compiler's own recursion. */
export const MAX_NESTING = 200;

/** What of JavaScript the parser accepts. */
export const LANGUAGE_OPTIONS = {
  ecmaVersion: 2024,
  sourceType: "module",
  allowAwaitOutsideFunction: true,
} as const;

/** Parses a module; throws CompileProblem for text that is no JavaScript. */
export function parseModule(source: string): SyntaxTree {
  if (source.length > MAX_SOURCE_LENGTH) {
    throw new CompileProblem(
      "long source",
      `The handler has ${source.length} characters, more than the ${MAX_SOURCE_LENGTH} that are accepted. Keep only what the scenario needs.`,
      MAX_SOURCE_LENGTH,
    );
  }
  checkBrackets(source);
  try {
    return parse(source, LANGUAGE_OPTIONS);
  } catch (error) {
    throw fromParser(error);
  }
}

function fromParser(error: unknown): CompileProblem {
  if (error instanceof SyntaxError && "pos" in error && typeof error.pos === "number") {
    if (error.message.includes("stack space")) return tooDeep(error.pos);
    const message = error.message.replace(/\s*\(\d+:\d+\)$/, "");
    return new CompileProblem("syntax", `This is no valid JavaScript: ${message}.`, error.pos);
  }
  if (error instanceof RangeError) return tooDeep(0);
  throw error;
}

/** The problem of syntax that is nested too deeply at `offset`. */
export function tooDeep(offset: number): CompileProblem {
  return new CompileProblem(
    "deep nesting",
    `The code is nested more than ${MAX_NESTING} levels deep. Split it into functions or statements.`,
    offset,
  );
}

/**
 * Stops text like ten thousand opening brackets before it overflows the parser's stack. Counts brackets in strings and
 * comments too, which is why the bound is far above MAX_NESTING.
 */
function checkBrackets(source: string): void {
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    const unit = source.charCodeAt(at);
    if (unit === 40 || unit === 91 || unit === 123) depth++;
    else if (unit === 41 || unit === 93 || unit === 125) depth--;
    if (depth > MAX_NESTING * 4) throw tooDeep(at);
  }
}
