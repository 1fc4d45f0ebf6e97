/*
 * What the storage methods make of their arguments.
 */
import type { Value } from "../handler/host.ts";
import { HandlerThrow, isRef } from "../handler/host.ts";
import { ALARM_KEY } from "./alarm-manager.ts";
import type { Draft } from "./draft.ts";
import { TABLE_PREFIX } from "./stored-values.ts";

const NOT_POSITIVE = "List limit must be positive.";
const TWO_STARTS = "list() cannot be called with both start and startAfter values.";

/** Whether options have an option set. */
export function hasOption(d: Draft, options: Value, name: string): boolean {
  return isRef(options) && d.js().getProperty(options, name) === true;
}

/** Whether a write holds the output gate (ST3, ST5). */
export const isConfirmed = (d: Draft, options: Value): boolean => !hasOption(d, options, "allowUnconfirmed");

/** Which of the keys list(options) gives, in its order. Throws into the handler what workerd throws. */
export function listedKeys(d: Draft, all: readonly string[], options: Value): readonly string[] {
  const js = d.js();
  const option = (name: string): Value => (isRef(options) ? js.getProperty(options, name) : undefined);
  const text = (name: string): string | null => {
    const value = option(name) ?? null;
    return value === null ? null : js.toText(value);
  };
  const fail = (message: string): never => {
    throw new HandlerThrow(js.newError("TypeError", message));
  };
  const [prefix, start, startAfter, end] = [text("prefix"), text("start"), text("startAfter"), text("end")];
  const limit = option("limit") ?? null;
  if (start !== null && startAfter !== null) return fail(TWO_STARTS);
  if (typeof limit === "number" && limit < 1) return fail(NOT_POSITIVE);
  const keys = all
    .filter((key) => key !== ALARM_KEY && !key.startsWith(TABLE_PREFIX))
    .filter((key) => prefix === null || key.startsWith(prefix))
    .filter((key) => (start === null || key >= start) && (startAfter === null || key > startAfter))
    .filter((key) => end === null || key < end)
    .toSorted(byBytes);
  if (hasOption(d, options, "reverse")) keys.reverse();
  return typeof limit === "number" ? keys.slice(0, limit) : keys;
}

/** Storage orders keys by their UTF-8 bytes, which is the order of their code points. */
function byBytes(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Whether two values are the same as storage keeps them: plain data, or nothing. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((item, at) => isSameData(item, b[at]));
}
