import { describe, expect, it } from "vitest";
import { stronglyConnected } from "./components.ts";
import { loopsOf } from "./loops.ts";
import { orderCounts } from "./orders.ts";
import { Search, type VectorModel } from "./search.ts";
import { Transitions } from "./transitions.ts";

/** A graph by its arrows: the first node is the start, and every node must be reachable. */
function graph(arrows: Readonly<Record<string, string>>): {
  readonly search: Search;
  readonly states: number;
  readonly transitions: Transitions;
  readonly names: readonly string[];
} {
  const nodes = Object.keys(arrows);
  const transitions = new Transitions();
  const model: VectorModel = {
    words: 1,
    writeInitial: (target) => target.set([0]),
    expand: (index, from, next, found) => {
      const to = arrows[nodes[from[0] as number] as string] ?? "";
      for (const [choice, name] of [...to].entries()) {
        next[0] = nodes.indexOf(name);
        transitions.add(index, found(choice), choice);
      }
    },
  };
  const search = new Search(model, 1_000);
  while (search.advance(10));
  const vector = new Int32Array(1);
  const names = Array.from({ length: search.progress.states }, (_, index) => {
    search.readVector(index, vector);
    return nodes[vector[0] as number] as string;
  });
  return { search, states: names.length, transitions, names };
}

describe("the number of orders", () => {
  it("counts every path, and each of two arrows to the same place", () => {
    const { states, transitions, names } = graph({ a: "bcc", b: "d", c: "de", d: "e", e: "" });
    const counts = orderCounts(states, transitions);
    expect(names.map((name, index) => `${name}${counts?.[index]}`).toSorted()).toEqual([
      "a1",
      "b1",
      "c2",
      "d3",
      "e5",
    ]);
  });

  it("counts the orders of letters that are posted in any order", () => {
    // Subsets of three letters, by what is left: 3! orders.
    const { states, transitions } = graph({
      s: "xyz",
      x: "pq",
      y: "pr",
      z: "qr",
      p: "e",
      q: "e",
      r: "e",
      e: "",
    });
    expect(orderCounts(states, transitions)?.at(-1)).toBe(6);
  });

  it("has no number where an order can go round for ever", () => {
    for (const { states, transitions } of [graph({ a: "b", b: "cd", c: "b", d: "" }), graph({ a: "a" })])
      expect(orderCounts(states, transitions)).toBeNull();
  });
});

describe("the parts in which one can go round", () => {
  const partsOf = (arrows: Readonly<Record<string, string>>): readonly string[] => {
    const { states, transitions, names } = graph(arrows);
    return stronglyConnected(states, transitions)
      .map((part) =>
        part
          .map((index) => names[index])
          .toSorted()
          .join(""),
      )
      .toSorted();
  };

  it("are none in a graph without cycles", () => {
    expect(partsOf({ a: "bc", b: "d", c: "d", d: "" })).toEqual([]);
  });

  it("are as large as they can be, and do not include what only leads in or out", () => {
    expect(partsOf({ a: "b", b: "c", c: "bd", d: "e", e: "df", f: "g", g: "" })).toEqual(["bc", "de"]);
    expect(partsOf({ a: "b", b: "cd", c: "e", d: "e", e: "a" })).toEqual(["abcde"]);
  });

  it("may be a single place that leads to itself", () => {
    expect(partsOf({ a: "bc", b: "b", c: "" })).toEqual(["b"]);
  });

  it("are found although the way there is longer than a stack of calls", () => {
    const length = 900;
    const name = (index: number): string => String.fromCodePoint(0x4e00 + index);
    const chain = Object.fromEntries(
      Array.from({ length }, (_, index) => [
        name(index),
        index + 1 < length ? name(index + 1) : name(index - 1),
      ]),
    );
    expect(partsOf(chain)).toEqual([[name(length - 2), name(length - 1)].toSorted().join("")]);
  });
});

describe("what is never paid on the way round", () => {
  /** Choices are numbered by the place of their arrow; `owing`: the nodes that owe something; `possible`: more choices. */
  const loopsIn = (
    arrows: Readonly<Record<string, string>>,
    owing: string,
    possible: Readonly<Record<string, readonly number[]>> = {},
  ): readonly string[] => {
    const { states, transitions, names } = graph(arrows);
    const nameOf = (state: number): string => names[state] ?? "";
    return loopsOf(states, transitions, {
      debtsAt: (state) => (owing.includes(nameOf(state)) ? [7] : []),
      ordinaryAt: (state) =>
        possible[nameOf(state)] ?? Array.from(arrows[nameOf(state)] ?? "", (_, choice) => choice),
    }).map(({ state, debt }) => `${nameOf(state)}${debt}`);
  };

  it("is what is owed in every state of a loop", () => {
    expect(loopsIn({ a: "b", b: "c", c: "b" }, "abc")).toEqual(["b7"]);
    expect(loopsIn({ a: "b", b: "c", c: "b" }, "ab")).toEqual([]);
    expect(loopsIn({ a: "b", b: "" }, "ab")).toEqual([]);
  });

  it("is also what is owed on a smaller loop within, as long as a fair run may stay there", () => {
    // From b the second choice leads to where all is paid. It stays possible, so that it cannot be put off for ever.
    const arrows = { a: "b", b: "cd", c: "b", d: "a" };
    expect(loopsIn(arrows, "bc", { c: [0, 1] })).toEqual([]);
    // It is not possible in c: a run may always miss it.
    expect(loopsIn(arrows, "bc", { c: [0] })).toEqual(["b7"]);
  });

  it("is owed only where the environment can put off for ever what would pay it", () => {
    expect(loopsIn({ a: "ab", b: "" }, "a")).toEqual([]);
    expect(loopsIn({ a: "ab", b: "" }, "a", { a: [0] })).toEqual(["a7"]);
  });
});

describe("a search", () => {
  it("goes from near to far, and gives the shortest path to each state", () => {
    const { search, names } = graph({ a: "bc", b: "d", c: "e", d: "f", e: "f", f: "" });
    expect(names).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(search.progress).toEqual({ states: 6, transitions: 6, depth: 3, frontier: 0 });
    expect(search.pathTo(5)).toEqual([0, 0, 0]);
    expect(search.pathTo(4)).toEqual([1, 0]);
  });

  it("can be advanced piece by piece, and stops where there is no room", () => {
    const model: VectorModel = {
      words: 1,
      writeInitial: (target) => target.set([0]),
      expand: (_, from, next, found) => {
        next[0] = (from[0] as number) + 1;
        found(0);
      },
    };
    const search = new Search(model, 5);
    expect(search.advance(2)).toBe(true);
    expect(search.progress).toMatchObject({ states: 3, frontier: 1 });
    expect(search.advance(100)).toBe(false);
    expect([search.progress.states, search.isComplete]).toEqual([5, false]);
    expect(search.advance(100)).toBe(false);
    expect(search.progress.states).toBe(5);
  });
});
