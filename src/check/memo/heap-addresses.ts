/*
 * Addresses on heaps in the entries of a state: which fields hold them, or decide from where a heap is reached.
 */
import { weightOf } from "../../model/encode.ts";

/** Fields that decide, besides addresses themselves, from where a heap is reached. */
const BEHIND_HEAPS = new Set([
  "actor",
  "closed",
  "context",
  "done",
  "machine",
  "opened",
  "queue",
  "chunk",
  "chunks",
  "inputQueue",
  "sections",
  "listeners",
  "entry",
  "task",
]);

/** Those of them whose addresses are roots whatever else stands beside them. */
export const LISTS_OF_ADDRESSES = new Set(["queue", "chunk", "chunks", "sections", "listeners"]);

/** Whether two values hold the same addresses at the same places; a place where there is none counts, too. */
export function holdSameRefs(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (Array.isArray(before) && Array.isArray(after) && before.length !== after.length) return false;
  if (!isObject(before) || !isObject(after)) return !holdsRefs(before) && !holdsRefs(after);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].every((name) =>
    weightOf(name) === "zero" ? before[name] === after[name] : holdSameRefs(before[name], after[name]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Whether a field by this name is an address, or decides from where a heap is reached. */
export function countsForHeap(name: string): boolean {
  return weightOf(name) === "zero" || BEHIND_HEAPS.has(name);
}

function isRef(name: string, value: unknown): boolean {
  return value !== 0 && weightOf(name) === "zero";
}

const known = new WeakMap<object, boolean>();

/** Whether there is an address that is not 0 in a value. */
export function holdsRefs(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  let holds = known.get(value);
  if (holds === undefined) {
    holds = Object.entries(value).some(
      ([name, part]) => isRef(name, part) || (name !== "machine" && holdsRefs(part)),
    );
    known.set(value, holds);
  }
  return holds;
}
