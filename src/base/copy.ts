/*
 * Copies of plain immutable data with some fields replaced. Whoever wants to know what a computation reads gives it
 * stand-ins for its data; to such, "all other fields as they were" is no reading.
 */

/** A stand-in answers for copies of itself under this key. */
export const COPY: unique symbol = Symbol("copy");

/**
 * `(original, patch) => ({ ...original, ...patch })`, written out for one kind of object: where the engine has seen objects
 * of many shapes it copies them much slower.
 */
export type Copier<T> = (original: T, patch: Partial<T>) => T;

/** A copy of an object or of its stand-in. */
export function copyWith<T extends object>(original: T, patch: Partial<T>, copier: Copier<T>): T {
  const { [COPY]: copy } = original as { readonly [COPY]?: (patch: Partial<T>, copier: Copier<T>) => T };
  return copy === undefined ? copier(original, patch) : copy.call(original, patch, copier);
}

/** A stand-in answers under this key whether it has a field from the original. */
export const SHARES: unique symbol = Symbol("shares");

/** Whether a copy has a field from the original, which is no reading of the field. */
export function shares<T extends object>(copy: T, original: T, field: keyof T): boolean {
  const { [SHARES]: hasShared } = copy as { readonly [SHARES]?: (field: keyof T) => boolean };
  return hasShared === undefined ? copy[field] === original[field] : hasShared.call(copy, field);
}
