import { describe, expect, it } from "vitest";
import { DecisionTrees } from "./decision-trees.ts";
import { Memo, type Observation } from "./memo.ts";
import { Recent } from "./recent.ts";
import { type Address, SLOT, WHOLE } from "./state-space.ts";

/** States that are nothing but their slots. */
function trees(): DecisionTrees {
  const space = { read: (vector: Int32Array, slot: number) => vector[slot] as number };
  return new DecisionTrees(space, new Recent(space));
}

/** Runs a function of the slots and notes what it reads. */
function observed<Result>(vector: Int32Array, work: (slot: (at: number) => number) => Result) {
  const reads: { at: Address; value: number }[] = [];
  const result = work((slot) => {
    const value = vector[slot] as number;
    reads.push({ at: { slot, index: SLOT, field: WHOLE }, value });
    return value;
  });
  return { reads, result } satisfies Observation<Result>;
}

describe("a memo", () => {
  it("runs a function once for all states that differ in what it does not read", () => {
    const memo = new Memo<number>(trees());
    let runs = 0;
    // Reads slot 0, and slot 1 or 2 depending on it.
    const get = (...slots: readonly number[]): number => {
      const vector = Int32Array.from(slots);
      const known = memo.find(vector);
      if (known !== undefined) return known;
      runs++;
      return memo.remember(observed(vector, (slot) => (slot(0) === 0 ? slot(1) : 10 * slot(2))));
    };
    expect([get(0, 5, 1), get(0, 5, 2), get(0, 6, 1), get(1, 5, 1), get(1, 6, 1), get(2, 0, 4)]).toEqual([
      5, 5, 6, 10, 10, 40,
    ]);
    expect(runs).toBe(4);
    expect([get(0, 6, 9), get(1, 9, 1), get(0, 5, 9)]).toEqual([6, 10, 5]);
    expect(runs).toBe(4);
  });

  it("remembers a function that reads nothing", () => {
    const memo = new Memo<string>(trees());
    expect(memo.find(Int32Array.of(1))).toBeUndefined();
    expect(memo.remember({ reads: [], result: "always" })).toBe("always");
    expect(memo.find(Int32Array.of(2))).toBe("always");
  });

  it("does not remember what contradicts what it remembers, and counts it", () => {
    const memo = new Memo<number>(trees());
    let first = 0;
    const get = (vector: Int32Array): number =>
      memo.find(vector) ?? memo.remember(observed(vector, (slot) => slot(first++)));
    expect(get(Int32Array.of(1, 2))).toBe(1);
    expect(get(Int32Array.of(3, 4))).toBe(4);
    expect(memo.contradictions).toBe(1);
    expect(get(Int32Array.of(1, 9))).toBe(1);
  });
});
