/*
 * Copies of plain immutable data with some fields replaced. Whoever wants to know what a computation reads gives it
 * stand-ins for its data; to such, "all other fields as they were" is no reading.
 */

/** A stand-in answers for copies of itself under this key. */
export const COPY: unique symbol = Symbol("copy");

/** `{ ...original, ...patch }`. */
export function copyWith<T extends object>(original: T, patch: Partial<T>): T {
  const { [COPY]: copy } = original as { readonly [COPY]?: (patch: Partial<T>) => T };
  return copy === undefined ? { ...original, ...patch } : copy(patch);
}
