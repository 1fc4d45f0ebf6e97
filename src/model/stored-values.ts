/*
 * What storage holds, in memory as on disk: its keys, and what one write makes of them.
 */
import type { Actor, CommitWrite } from "./state.ts";

/** The operation that leaves nothing. */
export const DELETE_ALL = "deleteAll";

/** Names of entries that are tables and no keys of put() and get(). */
export const TABLE_PREFIX = "sql table ";

export type StoredValues = Readonly<Record<string, unknown>>;

/** Storage with a write in it. */
export function written(
  storage: StoredValues,
  { op, key, data }: Pick<CommitWrite, "op" | "key" | "data">,
): StoredValues {
  if (op === DELETE_ALL) return {};
  if (data !== undefined) return { ...storage, [key]: data };
  const { [key]: _, ...others } = storage;
  return others;
}

/** What is known without the disk once more keys are. */
export function alsoKnown(known: Actor["known"], keys: readonly string[]): Actor["known"] {
  if (known === "all" || keys.every((key) => known.includes(key))) return known;
  return [...new Set([...known, ...keys])];
}
