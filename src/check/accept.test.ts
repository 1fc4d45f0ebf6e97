import { describe, expect, it } from "vitest";
import { type AcceptingModel, accept, type Observer } from "./accept.ts";
import { shareStates } from "./state-graph.ts";

/*
 * The toy: two letters a and b are posted at once and delivered in any order; then a bell rings by itself. With `lost`,
 * either letter may be lost on the way instead, silently.
 *
 *     start -> a b ring | b a ring
 */
interface Toy {
  readonly posted: readonly string[];
  readonly delivered: number;
  readonly lost: boolean;
}

const toy: AcceptingModel<Toy, string, string> = {
  enabled: ({ posted, lost }) =>
    posted.flatMap((letter) => (lost ? [`deliver ${letter}`, `lose ${letter}`] : [`deliver ${letter}`])),
  step: (state, choice) => {
    const [verb, letter] = choice.split(" ");
    const posted = state.posted.filter((other) => other !== letter);
    const records = verb === "deliver" ? [`got ${letter}`] : [];
    if (posted.length === 0) records.push("ring");
    if (letter === "x") records.push("stuck");
    return { state: { ...state, posted, delivered: state.delivered + records.length }, records };
  },
  encode: (state) => JSON.stringify(state),
};

const start = (posted: readonly string[], lost = false) => ({
  state: { posted, delivered: 0, lost },
  records: [],
});

/** Observes exactly these records, in this order. */
function exactly(
  expected: readonly string[],
  excluded: readonly string[] = [],
): Observer<number, string, string> {
  return {
    start: 0,
    allowed: (_, enabled) => enabled.filter((choice) => !excluded.includes(choice)),
    follow: (progress, records) => {
      let at = progress;
      for (const rec of records) {
        if (rec === "stuck") return { type: "stuck", text: "x is not supported" };
        if (rec !== expected[at]) return { type: "differs", progress: at, saw: rec };
        at += 1;
      }
      return { type: "matched", progress: at };
    },
    isComplete: (progress) => progress === expected.length,
    keyOf: String,
    sizeOf: (progress) => progress,
  };
}

describe("the acceptor", () => {
  it("accepts each order that the model allows", () => {
    for (const order of [
      ["got a", "got b", "ring"],
      ["got b", "got a", "ring"],
    ]) {
      const result = accept(toy, start(["a", "b"]), exactly(order), 100);
      expect(result).toMatchObject({ verdict: "accepted", records: order });
    }
  });

  it("rejects two entries swapped against a necessary order, and says what the model does instead", () => {
    const result = accept(toy, start(["a", "b"]), exactly(["got a", "ring", "got b"]), 100);
    expect(result).toEqual({
      verdict: "rejected",
      states: 2,
      furthest: { progress: 1, instead: ["got b"] },
    });
  });

  it("rejects a dropped entry although the rest is a prefix of what the model does", () => {
    const result = accept(toy, start(["a", "b"]), exactly(["got a", "got b"]), 100);
    expect(result).toMatchObject({ verdict: "rejected", furthest: { progress: 2, instead: ["ring"] } });
  });

  it("rejects an invented entry, as the model comes to rest without it", () => {
    const result = accept(toy, start(["a", "b"]), exactly(["got a", "got b", "ring", "got c"]), 100);
    expect(result).toMatchObject({ verdict: "rejected", furthest: { progress: 3, instead: [null] } });
  });

  it("takes a choice that leaves no trace when only that explains the observation", () => {
    expect(accept(toy, start(["a", "b"], true), exactly(["got b", "ring"]), 100).verdict).toBe("accepted");
  });

  it("does not take a choice that the observer excludes", () => {
    const observer = exactly(["got b", "ring"], ["lose a"]);
    expect(accept(toy, start(["a", "b"], true), observer, 100).verdict).toBe("rejected");
  });

  it("does not accept before the model has come to rest", () => {
    expect(accept(toy, start(["a", "b"]), exactly([]), 100).verdict).toBe("rejected");
    expect(accept(toy, start([]), exactly([]), 100).verdict).toBe("accepted");
  });

  it("visits each pair of state and progress once", () => {
    const letters = ["a", "b", "c", "d"];
    const silent: Observer<number, string, string> = {
      ...exactly([]),
      follow: () => ({ type: "matched", progress: 0 }),
      isComplete: () => false,
    };
    // Sixteen subsets of four letters may still be posted; `delivered` follows from the subset.
    expect(accept(toy, start(letters), silent, 100)).toMatchObject({ verdict: "rejected", states: 16 });
  });

  it("reports that it gave up rather than a verdict when the bound is reached", () => {
    const letters = ["a", "b", "c", "d", "e", "f"];
    expect(accept(toy, start(letters, true), exactly(["got z"]), 3).verdict).toBe("limit");
  });

  it("says that the model cannot go on when no other path explains the observation", () => {
    expect(accept(toy, start(["a", "x"]), exactly(["got a", "got x", "ring"]), 100)).toMatchObject({
      verdict: "stuck",
      text: "x is not supported",
    });
    expect(accept(toy, start(["a", "x"], true), exactly(["got a", "ring"]), 100).verdict).toBe("stuck");
  });
});

describe("shared states", () => {
  it("gives the same verdicts and makes each step once", () => {
    let steps = 0;
    const counting: typeof toy = {
      ...toy,
      step: (state, choice) => {
        steps += 1;
        return toy.step(state, choice);
      },
    };
    const shared = shareStates(counting, (choice) => choice);
    const { state, records } = start(["a", "b", "c"]);
    const initial = { state: shared.enter(state), records };
    const orders = ["abc", "acb", "bac", "bca", "cab", "cba"];
    for (const order of orders) {
      const expected = [...[...order].map((letter) => `got ${letter}`), "ring"];
      expect(accept(shared, initial, exactly(expected), 100).verdict).toBe("accepted");
    }
    // Twelve edges of the cube of subsets.
    expect(steps).toBe(12);
    expect(accept(shared, initial, exactly(["got a", "ring"]), 100).verdict).toBe("rejected");
    expect(steps).toBe(12);
  });
});
