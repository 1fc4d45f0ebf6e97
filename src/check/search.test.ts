import { describe, expect, it } from "vitest";
import { Search } from "./search.ts";
import { GateToy, type ToyDesign } from "./testing-gate-toy.ts";

type Size = readonly [puts: number, connects: number, writes: number, mayFail: 0 | 1];

function toy([puts, connects, writes, mayFail]: Size, design: ToyDesign): GateToy {
  return new GateToy({ puts, connects, writes, mayFail: mayFail === 1, design });
}

function searched(size: Size) {
  const search = new Search(toy(size, "gated"), 10_000_000);
  while (search.advance(10_000));
  const { states, transitions, depth } = search.progress;
  return [states, transitions, depth];
}

/** The length of the shortest counterexample, and how many states were stored when it was found. */
function counterexample(
  size: Size,
  design: ToyDesign,
): { readonly steps: number; readonly states: number } | null {
  const model = toy(size, design);
  const search = new Search(model, 10_000_000);
  const vector = new Int32Array(model.words);
  let judged = 0;
  for (let more = true; more; ) {
    more = search.advance(1);
    for (; judged < search.progress.states; judged++) {
      search.readVector(judged, vector);
      if (!model.isSafe(vector)) return { steps: search.pathTo(judged).length, states: judged + 1 };
    }
  }
  return null;
}

describe("the search of the toy gate", () => {
  // States, transitions and diameter as other checkers have them.
  it.each([
    [
      [1, 1, 1, 0],
      [14, 18, 7],
    ],
    [
      [1, 1, 1, 1],
      [19, 23, 7],
    ],
    [
      [2, 2, 2, 1],
      [265, 534, 18],
    ],
    [
      [3, 2, 2, 0],
      [275, 704, 20],
    ],
    [
      [3, 2, 2, 1],
      [555, 1_281, 20],
    ],
    [
      [3, 3, 2, 1],
      [1_875, 4_968, 27],
    ],
    [
      [4, 3, 2, 0],
      [1_703, 5_726, 29],
    ],
    [
      [4, 3, 2, 1],
      [3_825, 11_208, 29],
    ],
    [
      [5, 4, 2, 1],
      [24_885, 88_352, 38],
    ],
    [
      [6, 5, 3, 0],
      [161_433, 850_353, 57],
    ],
    [
      [6, 5, 3, 1],
      [363_795, 1_574_062, 57],
    ],
    [
      [8, 5, 3, 0],
      [368_031, 2_105_403, 61],
    ],
    [
      [8, 5, 3, 1],
      [1_317_678, 6_333_265, 61],
    ],
  ] satisfies readonly (readonly [Size, readonly number[]])[])(
    "finds every state of size %j",
    { timeout: 60_000 },
    (size, expected) => {
      expect(searched(size)).toEqual(expected);
    },
  );

  it("finds no way past the gate where everything waits for it", () => {
    expect(counterexample([3, 2, 2, 1], "gated")).toBeNull();
  });

  it("finds that a connect that does not wait is seen too early after three transitions, in every size", () => {
    for (const size of [
      [1, 1, 1, 0],
      [2, 2, 2, 1],
      [4, 3, 2, 1],
      [8, 5, 3, 1],
    ] satisfies readonly Size[])
      expect(counterexample(size, "ungated")?.steps).toBe(3);
  });

  it.each([
    [[3, 2, 2, 0], 15, 216],
    [[3, 2, 2, 1], 15, 453],
    [[4, 3, 2, 0], 20, 935],
    [[4, 3, 2, 1], 20, 2_388],
    [[5, 4, 2, 1], 25, 11_548],
    [[6, 5, 3, 0], 34, 27_933],
    [[6, 5, 3, 1], 34, 96_503],
    [[8, 5, 3, 0], 34, 29_888],
    [[8, 5, 3, 1], 34, 124_532],
  ] satisfies readonly (readonly [Size, number, number])[])(
    "finds the shortest way of a piped chunk past the gate in size %j",
    { timeout: 60_000 },
    (size, steps, states) => {
      const found = counterexample(size, "pipe");
      expect(found).toEqual({ steps, states });
    },
  );

  it("finds none where every write comes before the last put, or there is but one", () => {
    for (const size of [
      [1, 1, 1, 1],
      [2, 2, 2, 1],
      [3, 3, 2, 1],
    ] satisfies readonly Size[])
      expect(counterexample(size, "pipe")).toBeNull();
  });
});
