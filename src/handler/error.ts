/** What is wrong with a handler's source, where, and what to write instead. */
export interface HandlerError {
  /** One or two sentences: the construct, and the advice. Does not repeat the position. */
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What is outside the subset, e.g. "generator function", or "syntax" for text that is no JavaScript. */
  readonly construct: string;
}
