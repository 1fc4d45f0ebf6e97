import { describe, expect, it } from "vitest";
import { Search } from "./search.ts";
import { hashOf, VectorStore } from "./vector-store.ts";

type Numbers = readonly number[];

/** What may follow a state. */
type After = (state: Numbers) => readonly Numbers[];

/** Searches a model that is given by its first state and what may follow a state. */
function searchOf(first: Numbers, after: After): Search {
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
  return search;
}

function searched(first: Numbers, after: After) {
  const { states, transitions, depth } = searchOf(first, after).progress;
  return { states, transitions, depth };
}

/** The length of the shortest path to a state of some kind, as the search has it; null if there is none. */
function nearest(first: Numbers, after: After, isWanted: (state: Numbers) => boolean): number | null {
  const search = searchOf(first, after);
  const vector = new Int32Array(first.length);
  for (let index = 0; index < search.progress.states; index++) {
    search.readVector(index, vector);
    if (isWanted([...vector])) return search.pathTo(index).length;
  }
  return null;
}

/** The same by brute force: every path of one length after the other, whether or not it meets a state again. */
function nearestOfAllPaths(
  first: Numbers,
  after: After,
  isWanted: (state: Numbers) => boolean,
  mostSteps: number,
): number | null {
  let ends: readonly Numbers[] = [first];
  for (let steps = 0; steps <= mostSteps; steps++) {
    if (ends.some(isWanted)) return steps;
    ends = ends.flatMap(after);
  }
  return null;
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

/**
 * Philosophers at a round table: each takes the fork at the left, then the one at the right, and puts both down. A state is
 * for each of them how many forks they hold.
 */
function table(size: number, isLeftHanded: (seat: number) => boolean = () => true) {
  const [THINKS, WAITS, EATS] = [0, 1, 2];
  // Fork s lies to the left of seat s, and to the right of the seat before it.
  const forkOf = (seat: number, hand: 0 | 1): number =>
    (seat + ((hand === 0) === isLeftHanded(seat) ? 0 : 1)) % size;
  const isFree = (state: Numbers, fork: number): boolean =>
    state.every(
      (holds, seat) =>
        !(holds >= WAITS && forkOf(seat, 0) === fork) && !(holds === EATS && forkOf(seat, 1) === fork),
    );
  const first: Numbers = Array.from({ length: size }, () => THINKS);
  const after: After = (state) =>
    state.flatMap((holds, seat) => {
      if (holds === EATS) return [set(state, seat, THINKS)];
      return isFree(state, forkOf(seat, holds === THINKS ? 0 : 1)) ? [set(state, seat, holds + 1)] : [];
    });
  return { first, after, isDead: (state: Numbers) => after(state).length === 0 };
}

/**
 * Peterson's mutual exclusion: [where the first process is, the second, whose turn it is]. A process says that it wants to
 * go in, gives the other one the turn, waits while that wants to go in and has the turn, is in, and leaves. In the broken
 * variant it gives the turn before it says what it wants.
 */
function peterson(isBroken: boolean) {
  const [, SECOND, WAITS, IS_IN] = [0, 1, 2, 3];
  const wants = (at: number): boolean => at >= (isBroken ? WAITS : SECOND);
  const after: After = (state) =>
    [0, 1].flatMap((self) => {
      const [at = 0, other = 0, turn] = [state[self], state[1 - self], state[2]];
      if (at === WAITS && wants(other) && turn !== self) return [];
      const next = set(state, self, at === IS_IN ? 0 : at + 1);
      return [at === (isBroken ? 0 : SECOND) ? set(next, 2, 1 - self) : next];
    });
  return { first: [0, 0, 0], after, bothIn: ([one, two]: Numbers) => one === IS_IN && two === IS_IN };
}

describe("the search of models whose numbers are known", () => {
  it.each([3, 4, 5, 6])("finds every state of %i philosophers, and the nearest deadlock", (size) => {
    const { first, after, isDead } = table(size);
    // Words around the table over 0, 1, 2 in which 2 comes before 0 alone: the Pell-Lucas numbers.
    const words = Math.round((1 + Math.SQRT2) ** size + (1 - Math.SQRT2) ** size);
    const all = Array.from({ length: 3 ** size }, (_, word) =>
      Array.from({ length: size }, (__, seat) => Math.floor(word / 3 ** seat) % 3),
    );
    const possible = all.filter((state) =>
      state.every((holds, seat) => holds !== 2 || state[(seat + 1) % size] === 0),
    );
    expect(possible).toHaveLength(words);
    const { states, transitions } = searched(first, after);
    expect(states).toBe(words);
    expect(transitions).toBe(possible.reduce((sum, state) => sum + after(state).length, 0));
    // Everybody has taken the fork at the left.
    expect(nearest(first, after, isDead)).toBe(size);
    expect(nearestOfAllPaths(first, after, isDead, size)).toBe(size);
  });

  it("finds no deadlock where one philosopher takes the other fork first", () => {
    const { first, after, isDead } = table(5, (seat) => seat > 0);
    expect(nearest(first, after, isDead)).toBeNull();
  });

  it("finds that Peterson's algorithm lets one in at a time, and the shortest way in for both where it is broken", () => {
    const right = peterson(false);
    expect(nearest(right.first, right.after, right.bothIn)).toBeNull();
    expect(nearestOfAllPaths(right.first, right.after, right.bothIn, 12)).toBeNull();
    const reached = new Set<string>();
    let ends: readonly Numbers[] = [right.first];
    for (let steps = 0; steps <= 12; steps++) {
      for (const state of ends) reached.add(state.join());
      ends = ends.flatMap(right.after);
    }
    expect(reached.size).toBe(20);
    expect(searched(right.first, right.after).states).toBe(reached.size);

    const broken = peterson(true);
    // One gives the turn, the other gives it back, says what it wants and is in; the first says so, has the turn, and is in.
    expect(nearest(broken.first, broken.after, broken.bothIn)).toBe(6);
    expect(nearestOfAllPaths(broken.first, broken.after, broken.bothIn, 6)).toBe(6);
  });

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
      const place = hashOf(Int32Array.of(value)) & 0xfff;
      const other = places.get(place);
      if (other !== undefined) pair = [other, value];
      places.set(place, value);
    }
    const store = new VectorStore(1);
    expect(pair.map((value) => store.add(Int32Array.of(value)))).toEqual([0, 1]);
    expect(pair.map((value) => store.add(Int32Array.of(value)))).toEqual([~0, ~1]);
  });
});
