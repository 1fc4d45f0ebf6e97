import { describe, expect, it } from "vitest";
import { Search } from "./search.ts";
import { hashOf, VectorStore } from "./vector-store.ts";

type Numbers = readonly number[];

/** Searches a model that is given by its first state and what may follow a state. */
function searched(first: Numbers, after: (state: Numbers) => readonly Numbers[]) {
  const words = first.length;
  const search = new Search(
    {
      words,
      writeInitial: (target) => target.set(first),
      expand: (_, from, next, found) => {
        for (const [choice, state] of after([...from]).entries()) {
          next.set(state);
          found(choice);
        }
      },
    },
    1_000_000,
  );
  while (search.advance(1_000));
  const { states, transitions, depth } = search.progress;
  return { states, transitions, depth };
}

const set = (state: Numbers, at: number, value: number): Numbers =>
  state.map((old, index) => (index === at ? value : old));

/**
 * Two-phase commit, as Lamport specifies it: participants 1 .. n work, prepare, and commit or abort as the manager says.
 * [manager, "commit" sent, "abort" sent, then of each participant: its state, "prepared" sent, "prepared" received]
 */
function twoPhaseCommit(participants: number) {
  const [WORKING, PREPARED, COMMITTED, ABORTED] = [0, 1, 2, 3];
  const at = (one: number): number => 3 + one * 3;
  const all = Array.from({ length: participants }, (_, one) => at(one));
  return searched(
    Array.from({ length: 3 + participants * 3 }, () => 0),
    (state) => {
      const next: Numbers[] = [];
      const manages = state[0] === 0;
      if (manages && all.every((one) => state[one + 2] === 1)) next.push(set(set(state, 0, 1), 1, 1));
      if (manages) next.push(set(set(state, 0, 2), 2, 1));
      for (const one of all) {
        if (manages && state[one + 1] === 1) next.push(set(state, one + 2, 1));
        if (state[one] === WORKING)
          next.push(set(set(state, one, PREPARED), one + 1, 1), set(state, one, ABORTED));
        if (state[1] === 1) next.push(set(state, one, COMMITTED));
        if (state[2] === 1) next.push(set(state, one, ABORTED));
      }
      return next;
    },
  );
}

describe("the search of models whose numbers are known", () => {
  it("finds what TLC finds of two-phase commit", () => {
    // TLC: 288 distinct states of 1,146 generated (the first one, and one for each transition), depth 11 (in states).
    expect(twoPhaseCommit(3)).toEqual({ states: 288, transitions: 1_145, depth: 10 });
    expect(twoPhaseCommit(5).states).toBe(8_832);
  });

  it("finds the corners and edges of a cube of twelve dimensions", () => {
    const corners = searched(
      Array.from({ length: 12 }, () => 0),
      (state) => state.flatMap((bit, at) => (bit === 0 ? [set(state, at, 1)] : [])),
    );
    // 2^n corners, n * 2^(n - 1) edges.
    expect(corners).toEqual({ states: 2 ** 12, transitions: 12 * 2 ** 11, depth: 12 });
  });

  it("finds every content of a queue with seven places and three letters", () => {
    const queue = searched([0, 0, 0, 0, 0, 0, 0], (state) => {
      const size = state.includes(0) ? state.indexOf(0) : state.length;
      const put = size < state.length ? [1, 2, 3].map((letter) => set(state, size, letter)) : [];
      return size > 0 ? [...put, [...state.slice(1), 0]] : put;
    });
    const upTo = (places: number): number => (3 ** (places + 1) - 1) / 2;
    // Of each content three more can be made, unless it is full, and one less, unless it is empty.
    expect(queue).toEqual({ states: upTo(7), transitions: 3 * upTo(6) + upTo(7) - 1, depth: 7 });
  });
});

describe("the store of vectors", () => {
  it("knows each of many vectors again, and gives it back as it was", () => {
    const store = new VectorStore(3);
    const vectorOf = (index: number): Int32Array => Int32Array.of(index % 7, -index, index >>> 3);
    const many = 20_000;
    for (let index = 0; index < many; index++) expect(store.add(vectorOf(index))).toBe(index);
    const back = new Int32Array(3);
    for (let index = 0; index < many; index++) {
      expect(store.add(vectorOf(index))).toBe(~index);
      store.read(index, back);
      if (index % 1_000 === 0) expect(back).toEqual(vectorOf(index));
    }
    expect(store.size).toBe(many);
    expect(() => store.read(many, back)).toThrow();
  });

  it("tells vectors apart that have the same place", () => {
    const places = new Map<number, number>();
    let pair: readonly [number, number] | null = null;
    for (let value = 0; pair === null; value++) {
      const place = hashOf([value], 1) & 0xfff;
      const other = places.get(place);
      if (other !== undefined) pair = [other, value];
      places.set(place, value);
    }
    const store = new VectorStore(1);
    expect(pair.map((value) => store.add(Int32Array.of(value)))).toEqual([0, 1]);
    expect(pair.map((value) => store.add(Int32Array.of(value)))).toEqual([~0, ~1]);
  });
});
