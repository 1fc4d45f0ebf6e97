import { expect, test } from "vitest";
import { axisOf, beatAtFraction, fractionOfTime, LINEAR_MS, timeOfFraction } from "./axis.ts";
import { beatsOf } from "./beats.ts";
import { RunBuilder } from "./fixture.ts";
import { FIXTURES, heldThenDurable } from "./fixture-runs.ts";

/** A run with one log at each of these times. */
function runAt(times: readonly number[]) {
  const run = new RunBuilder();
  times.forEach((time, index) => {
    run.step(time, `s${index}`);
    run.add({ kind: "log", text: String(index) });
  });
  return axisOf(beatsOf(run.finish()));
}

test("beats stand in their order, each at least a slot after the one before", () => {
  for (const make of Object.values(FIXTURES)) {
    const { starts, slot } = axisOf(beatsOf(make()));
    starts.forEach((start, index) => {
      if (index > 0) expect(start - (starts[index - 1] ?? 0)).toBeGreaterThanOrEqual(slot * 0.999);
    });
    expect(starts.at(-1)).toBeLessThan(1);
  }
});

test("every beat is found again from where it starts, and from within its slot", () => {
  const axis = axisOf(beatsOf(heldThenDurable()));
  axis.starts.forEach((start, index) => {
    expect(beatAtFraction(axis, start)).toBe(index);
    expect(beatAtFraction(axis, start + axis.slot * 0.9)).toBe(index);
  });
  expect(beatAtFraction(axis, -0.01)).toBe(-1);
  expect(beatAtFraction(axis, 1)).toBe(axis.starts.length - 1);
});

test("a stretch holds the beats of one instant", () => {
  const axis = runAt([0, 0, 0, 10, 10, 30]);
  expect(axis.stretches.map(({ at, firstBeat, lastBeat }) => [at, firstBeat, lastBeat])).toEqual([
    [0, 0, 2],
    [10, 3, 4],
    [30, 5, 5],
  ]);
});

test("time is monotone, and runs to scale between stretches", () => {
  const axis = runAt([0, 0, 10, 30]);
  const at = (time: number): number => fractionOfTime(axis, time);
  const times = [0, 1, 5, 9, 10, 12, 20, 30, 31];
  for (let index = 1; index < times.length; index += 1)
    expect(at(times[index] ?? 0)).toBeGreaterThan(at(times[index - 1] ?? 0));
  expect(at(14) - at(12)).toBeCloseTo(2 * axis.perMs, 10);
  expect(at(10)).toBe(axis.starts[2]);
});

test("a time is found again from its place", () => {
  const axis = runAt([0, 0, 10, 30, 400]);
  for (const time of [0, 3, 10, 12, 29, 30, 60, 100, 399, 400]) {
    expect(timeOfFraction(axis, fractionOfTime(axis, time))).toBeCloseTo(time, 6);
  }
});

test("a long gap is compressed, so that a timer does not crush everything else", () => {
  const axis = runAt([0, 10, 10_010]);
  const [first = 0, second = 0, third = 0] = axis.starts;
  expect(third - second).toBeLessThan(25 * (second - first));
  // 40 ms to scale, then 40 ln(10000 / 40) = 221 more.
  expect(third - second).toBeCloseTo(
    axis.perMs * (LINEAR_MS * (1 + Math.log(10_000 / LINEAR_MS))) + axis.slot,
    6,
  );
});

test("an empty run and a run of one instant have an axis too", () => {
  expect(axisOf([]).starts).toEqual([]);
  expect(runAt([0, 0]).starts[1]).toBeGreaterThan(0);
});
