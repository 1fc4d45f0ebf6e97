/*
 * Which of several timers may be the next to fire. How long the environment takes between two choices is open, so when timers
 * are due is not known; what is known are bounds of the differences between instants. A timer of 30 ms and one of 10 ms that
 * were set in one turn fire in one order only. If the second is set in a later turn, either may be first, as nobody knows how
 * much later that is; but behind three timers of 10 ms that were set one after another, the one of 30 ms comes first.
 *
 * Timers that are due at the same time fire in the order in which they were set; one may fire late, if the process was busy.
 *
 * The bounds are kept as tight as they follow from each other (a difference bound matrix, as of timed automata).
 */
import { mustGet } from "../base/assert.ts";

/**
 * `[i][j]`: at most how many ms instant i comes after instant j. Instant 0 is now; instant n + 1 is when the timer at
 * position n of `State.timers` is due.
 */
export type TimerBounds = readonly (readonly number[])[];

export const NO_TIMERS: TimerBounds = [[0]];

/** With one more timer, set now, behind the others. */
export function withTimer(bounds: TimerBounds, afterMs: number): TimerBounds {
  const rows = bounds.map((row) => [...row, at(row, 0) - afterMs]);
  return [
    ...rows,
    [
      ...mustGet(rows[0], "now's row")
        .map((bound) => bound + afterMs)
        .slice(0, -1),
      0,
    ],
  ];
}

/** Without the timer at a position. */
export function withoutTimer(bounds: TimerBounds, position: number): TimerBounds {
  return bounds.toSpliced(position + 1, 1).map((row) => row.toSpliced(position + 1, 1));
}

/** Whether the timer at a position may be the next: whether it may be due before all others. */
export function mayFire(bounds: TimerBounds, position: number): boolean {
  return bounds.every((row, other) => other === 0 || at(row, position + 1) >= lead(other - 1, position));
}

/** Once the timer at a position has fired and is gone: it was due before all others, and now is not before that. */
export function afterFiring(bounds: TimerBounds, position: number): TimerBounds {
  const fired = position + 1;
  const known = bounds.map((row, from) =>
    from !== fired
      ? row
      : row.map((bound, to) => (to === fired ? 0 : Math.min(bound, to === 0 ? 0 : -lead(to - 1, position)))),
  );
  return withoutTimer(tightened(known), position);
}

/** After a time of any length. */
export function elapsed(bounds: TimerBounds): TimerBounds {
  if (bounds.length === 1) return bounds;
  return bounds.map((row, from) => (from === 0 ? row.map((_, to) => (to === 0 ? 0 : Infinity)) : row));
}

/** After so many ms. */
export function later(bounds: TimerBounds, byMs: number): TimerBounds {
  if (bounds.length === 1) return bounds;
  return bounds.map((row, from) =>
    row.map((bound, to) => bound + (from === to ? 0 : from === 0 ? byMs : to === 0 ? -byMs : 0)),
  );
}

/** How much later than the timer at `position` another must at least be due, so that it does not fire first. */
function lead(other: number, position: number): number {
  return other < position ? 1 : 0;
}

/** Each bound as tight as the others make it (all shortest paths, Floyd and Warshall). */
function tightened(bounds: TimerBounds): TimerBounds {
  return bounds.reduce<TimerBounds>(
    (tight, _, by) =>
      tight.map((row) =>
        row.map((bound, to) => Math.min(bound, at(row, by) + at(mustGet(tight[by], "a row"), to))),
      ),
    bounds,
  );
}

function at(row: readonly number[], column: number): number {
  return mustGet(row[column], "a bound");
}
