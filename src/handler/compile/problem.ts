import type { HandlerError } from "../error.ts";

/** Leaves the compiler from any depth; `compileHandler` turns it into a HandlerError. */
export class CompileProblem extends Error {
  readonly offset: number;
  readonly construct: string;
  constructor(construct: string, message: string, offset: number) {
    super(message);
    this.construct = construct;
    this.offset = offset;
  }
}

/** Stops the compilation: `construct` is outside the subset; `advice` says what to write instead. */
export function unsupported(construct: string, advice: string, offset: number): never {
  throw new CompileProblem(
    construct,
    `${sentence(construct)} not part of Gatescope's handler language. ${advice}`,
    offset,
  );
}

function sentence(construct: string): string {
  // A name from the code keeps its case.
  const capital = construct.includes(" ")
    ? construct.charAt(0).toUpperCase() + construct.slice(1)
    : construct;
  return /s$/.test(construct) && !/ss$/.test(construct) && !construct.includes(".")
    ? `${capital} are`
    : `${capital} is`;
}

/** Finds lines and columns of offsets in a source text. */
export class LineTable {
  private readonly starts: number[] = [0];
  constructor(source: string) {
    for (let at = 0; at < source.length; at++) {
      const unit = source.charCodeAt(at);
      if (unit === 13 && source.charCodeAt(at + 1) === 10) continue;
      if (unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029) this.starts.push(at + 1);
    }
  }

  /** Line and column of an offset, both from 1. */
  at(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

/** The error for a problem found in `source`. */
export function toHandlerError(problem: CompileProblem, source: string): HandlerError {
  const { line, column } = new LineTable(source).at(problem.offset);
  return { message: problem.message, line, column, construct: problem.construct };
}
