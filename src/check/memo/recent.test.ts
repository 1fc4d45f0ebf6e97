import { describe, expect, it } from "vitest";
import { Recent, UNKNOWN } from "./recent.ts";
import { LENGTH, SLOT } from "./state-space.ts";

/** States whose slots are tables of digits: 34 has the entries 4 and 3. */
const digits = {
  read: (vector: Int32Array, slot: number, index: number): number => {
    const table = String(vector[slot]);
    return index === SLOT
      ? (vector[slot] as number)
      : index === LENGTH
        ? table.length
        : Number(table.at(-1 - index) ?? -1);
  },
};

const state = (...slots: readonly number[]): Int32Array => Int32Array.from(slots);

describe("what was found last", () => {
  it("is found again in states that have the same parts, whatever else they have", () => {
    const recent = new Recent(digits);
    const dependence = recent.dependence();
    recent.widen(dependence, 0, 1);
    recent.widen(dependence, 2, LENGTH);
    expect(recent.find(dependence, state(34, 0, 7))).toBe(UNKNOWN);
    recent.keep(dependence, state(34, 0, 7), 5);
    expect(recent.find(dependence, state(39, 8, 2))).toBe(5);
    expect(recent.find(dependence, state(44, 0, 7))).toBe(UNKNOWN);
    expect(recent.find(dependence, state(34, 0, 77))).toBe(UNKNOWN);
    expect(recent.find(recent.dependence(), state(34, 0, 7))).toBe(UNKNOWN);
  });

  it("depends on a whole table where more than two of its parts decide", () => {
    const recent = new Recent(digits);
    const dependence = recent.dependence();
    for (const index of [LENGTH, 0, 0]) recent.widen(dependence, 1, index);
    recent.keep(dependence, state(0, 345), 1);
    expect(recent.find(dependence, state(0, 995))).toBe(1);
    recent.widen(dependence, 1, 2);
    expect([dependence.slots, dependence.indexes]).toEqual([[1], [SLOT]]);
    recent.keep(dependence, state(0, 345), 1);
    expect(recent.find(dependence, state(0, 345))).toBe(1);
    expect(recent.find(dependence, state(0, 995))).toBe(UNKNOWN);
  });

  it("is forgotten when something else turns out to decide, and only then", () => {
    const recent = new Recent(digits);
    const dependence = recent.dependence();
    recent.widen(dependence, 0, SLOT);
    recent.keep(dependence, state(4, 1), -3);
    recent.widen(dependence, 0, 0);
    expect(recent.find(dependence, state(4, 1))).toBe(-3);
    recent.widen(dependence, 1, 0);
    expect(recent.find(dependence, state(4, 1))).toBe(UNKNOWN);
  });
});
