/** Fails loudly when the program, not its input, is wrong. The message names the probable cause. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

/** The end of every `switch` over a closed union: reaching it is a compile error, and a bug at run time. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable value: ${JSON.stringify(value)}`);
}

/** Reads an element that must exist; the message says what it is. */
export function mustGet<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `${what} must exist`);
  return value;
}
