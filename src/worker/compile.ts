/*
 * Compiling in the worker: a chunk of its own, as it brings the parser.
 */
import { ok, type Result } from "../base/result.ts";
import { compileHandler } from "../handler/compile.ts";
import type { HandlerError } from "../handler/error.ts";
import type { CompiledHandler } from "../handler/program.ts";
import { tokensOf } from "../handler/tokens.ts";

/** The program of a source and its look, or what is wrong with it. */
export function compile(source: string): Result<CompiledHandler, HandlerError> {
  const program = compileHandler(source);
  return program.ok ? ok({ program: program.value, tokens: tokensOf(source) }) : program;
}
