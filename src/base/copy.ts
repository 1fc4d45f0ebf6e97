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

/** The tables of a state: its fields that are lists of objects. */
type TableOf<S> = { [K in keyof S]: S[K] extends readonly object[] ? K : never }[keyof S];

/** The entries of a table. */
type EntryOf<S, K extends TableOf<S>> = S[K] extends readonly (infer E)[] ? E : never;

/** A stand-in for a state answers under these keys for one entry of a table, and replaces one. */
export const ENTRY: unique symbol = Symbol("entry");
export const SET_ENTRY: unique symbol = Symbol("set entry");

/** One entry of a table, which is no reading of how many there are; undefined if there is none. */
export function entryAt<S extends object, K extends TableOf<S>>(
  state: S,
  table: K,
  position: number,
): EntryOf<S, K> | undefined {
  const { [ENTRY]: at } = state as {
    readonly [ENTRY]?: (table: K, position: number) => EntryOf<S, K> | undefined;
  };
  return at === undefined
    ? (state[table] as readonly EntryOf<S, K>[])[position]
    : at.call(state, table, position);
}

/** Gives a state that is in the making a table with one entry, which it has, replaced. */
export function setEntry<S extends object, K extends TableOf<S>>(
  state: S,
  table: K,
  position: number,
  entry: EntryOf<S, K>,
): void {
  const { [SET_ENTRY]: set } = state as {
    readonly [SET_ENTRY]?: (table: K, position: number, entry: EntryOf<S, K>) => void;
  };
  if (set !== undefined) return set.call(state, table, position, entry);
  const next = (state[table] as readonly EntryOf<S, K>[]).slice();
  next[position] = entry;
  (state as { [table in K]: readonly EntryOf<S, K>[] })[table] = next;
}

/** A stand-in answers under this key whether it has a field from the original. */
export const SHARES: unique symbol = Symbol("shares");

/** Whether a copy has a field from the original, which is no reading of the field. */
export function shares<T extends object>(copy: T, original: T, field: keyof T): boolean {
  const { [SHARES]: hasShared } = copy as { readonly [SHARES]?: (field: keyof T) => boolean };
  return hasShared === undefined ? copy[field] === original[field] : hasShared.call(copy, field);
}

/** An entry before and after; undefined where there is none. */
export interface ChangedEntry<E> {
  readonly was: E | undefined;
  readonly now: E | undefined;
}

/** A stand-in for a state answers under this key which entries of a table it does not have from another one. */
export const CHANGED: unique symbol = Symbol("changed");

/** The entries of a table that a copy of a state does not have from it, which is no reading of the others. */
export function changedEntries<S extends object, K extends TableOf<S>>(
  copy: S,
  original: S,
  table: K,
): readonly ChangedEntry<EntryOf<S, K>>[] {
  type Entries = readonly EntryOf<S, K>[];
  if (shares(copy, original, table)) return [];
  const { [CHANGED]: changed } = copy as {
    readonly [CHANGED]?: (original: S, table: K) => readonly ChangedEntry<EntryOf<S, K>>[];
  };
  return changed === undefined
    ? differing(original[table] as Entries, copy[table] as Entries)
    : changed.call(copy, original, table);
}

/** The positions at which two lists differ, by what stands there. */
export function differing<E>(before: readonly E[], after: readonly E[]): readonly ChangedEntry<E>[] {
  const found: ChangedEntry<E>[] = [];
  for (let position = 0; position < Math.max(before.length, after.length); position++) {
    const [was, now] = [before[position], after[position]];
    if (was !== now) found.push({ was, now });
  }
  return found;
}
