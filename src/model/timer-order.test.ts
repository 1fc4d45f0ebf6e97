import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterFiring,
  elapsed,
  later,
  mayFire,
  NO_TIMERS,
  type TimerBounds,
  withoutTimer,
  withTimer,
} from "./timer-order.ts";

/** Timers set in turns: each list in one, whatever time is between the lists. */
const set = (...turns: readonly (readonly number[])[]): TimerBounds =>
  turns.reduce((bounds, turn) => elapsed(turn.reduce(withTimer, bounds)), NO_TIMERS);
const next = (bounds: TimerBounds): readonly number[] =>
  bounds.slice(1).flatMap((_, position) => (mayFire(bounds, position) ? [position] : []));

describe("the order of timers", () => {
  it("is by time for those of one turn, and by turn for those of one time", () => {
    expect(next(set([30, 10, 20]))).toEqual([1]);
    expect(next(set([10, 10]))).toEqual([0]);
    expect(next(set([10], [10]))).toEqual([0]);
    expect(next(set([10], [30]))).toEqual([0]);
  });

  it("is open for a long one and a short one that is set in a later turn", () => {
    expect(next(set([30], [10]))).toEqual([0, 1]);
    expect(next(set([30, 5], [10]))).toEqual([1]);
  });

  it("knows the time that has passed at least: of 10 ms one after another the third is not before one of 30 ms", () => {
    let bounds = set([30, 10]);
    for (const options of [[0, 1], [0]]) {
      bounds = elapsed(withTimer(afterFiring(bounds, 1), 10));
      expect(next(bounds)).toEqual(options);
    }
  });

  it("follows from what has fired before", () => {
    const bounds = set([30], [10, 25]);
    expect(next(afterFiring(bounds, 0))).toEqual([0]);
    expect(next(afterFiring(bounds, 1))).toEqual([0, 1]);
    expect(next(withoutTimer(bounds, 1))).toEqual([0, 1]);
  });

  it("counts the time that a turn itself takes", () => {
    expect(next(withTimer(later(withTimer(NO_TIMERS, 10), 5), 4))).toEqual([1]);
    expect(next(withTimer(later(withTimer(NO_TIMERS, 10), 6), 4))).toEqual([0]);
  });

  /** Turns: how long before each, and what it sets. */
  const turns = fc.array(
    fc.record({ pause: fc.nat(12), sets: fc.array(fc.nat(20), { minLength: 1, maxLength: 2 }) }),
    { minLength: 1, maxLength: 5 },
  );

  it("allows what happens with times that are known, of whatever length", () => {
    fc.assert(
      fc.property(turns, (plan) => {
        let now = 0;
        let due: number[] = [];
        let bounds = NO_TIMERS;
        const fire = (): void => {
          const position = due.indexOf(Math.min(...due));
          expect(mayFire(bounds, position)).toBe(true);
          bounds = elapsed(afterFiring(bounds, position));
          due = due.toSpliced(position, 1);
        };
        for (const { pause, sets } of plan) {
          while (due.length > 0 && Math.min(...due) <= now + pause) fire();
          now += pause;
          for (const afterMs of sets) {
            bounds = withTimer(bounds, afterMs);
            due.push(now + afterMs);
          }
          bounds = elapsed(bounds);
        }
        while (due.length > 0) fire();
        expect(bounds).toEqual(NO_TIMERS);
      }),
      { seed: 20_261_127 },
    );
  });

  it("allows nothing that no times could bring about: every order that it allows has times", () => {
    fc.assert(
      fc.property(turns, fc.array(fc.nat(5), { maxLength: 12 }), (plan, picks) => {
        // Instants in the order in which they happen; [a, b, n]: a is at most n before b.
        const least: [number, number, number][] = [];
        let events = 0;
        let bounds = NO_TIMERS;
        let due: { readonly event: number; readonly afterMs: number }[] = [];
        const happens = (): number => {
          events++;
          if (events > 1) least.push([events - 2, events - 1, 0]);
          return events - 1;
        };
        for (const [turn, { sets }] of plan.entries()) {
          const event = happens();
          for (const afterMs of sets) {
            bounds = withTimer(bounds, afterMs);
            due.push({ event, afterMs });
          }
          bounds = elapsed(bounds);
          const open = next(bounds);
          const position = open[(picks[turn] ?? 0) % (open.length + 1)];
          if (position === undefined) continue;
          const fired = due[position] as (typeof due)[number];
          least.push([fired.event, happens(), fired.afterMs]);
          for (const [other, { event: at, afterMs }] of due.entries())
            if (other !== position)
              least.push([fired.event, at, fired.afterMs - afterMs + (other < position ? 1 : 0)]);
          due = due.toSpliced(position, 1);
          bounds = elapsed(afterFiring(bounds, position));
        }
        // Times exist if no way round through the instants makes one come before itself (Bellman and Ford).
        const times = Array.from({ length: events }, () => 0);
        let isSettled = false;
        for (let round = 0; round <= events && !isSettled; round++) {
          isSettled = true;
          for (const [a, b, n] of least) {
            const wanted = (times[a] as number) + n;
            if ((times[b] as number) >= wanted) continue;
            times[b] = wanted;
            isSettled = false;
          }
        }
        expect(isSettled).toBe(true);
      }),
      { seed: 20_261_127 },
    );
  });
});
