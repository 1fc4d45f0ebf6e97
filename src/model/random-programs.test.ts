/*
 * What holds for every program: random small handlers in random worlds, under every design, with random choices. A failure
 * shows the handler's source, the design, the world and the choices, shrunk.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EnabledChoice } from "./choice.ts";
import { enabled, encode, step } from "./model.ts";
import type { State } from "./state.ts";
import { audit } from "./testing-books.ts";
import { brokenPromises, type Case, cases, wander } from "./testing-programs.ts";

const numRuns = Number(process.env.GATESCOPE_CASES ?? 250);
const { seed } = fc.readConfigureGlobal();

const check = (times: number, predicate: (one: Case) => void): void =>
  fc.assert(fc.property(cases, predicate), { numRuns: Math.ceil(numRuns * times) });

describe(`random handlers in random worlds (${numRuns} cases, seed ${seed})`, { timeout: 600_000 }, () => {
  it("never get stuck, keep what their design promises (S5 to S12, S15, S16 and more), and leave books that balance", () => {
    check(1, (one) => {
      const { records } = wander(one);
      expect(brokenPromises(one, records)).toEqual([]);
      expect(audit(records, !one.world.severalCommits)).toEqual([]);
    });
  });

  it("give the same records for the same choices, and go back and forward to the same states", () => {
    check(1 / 4, (one) => {
      const first = wander(one);
      const before = JSON.stringify(first.states.map(encode));
      const second = wander(one);
      expect(JSON.stringify(second.records)).toBe(JSON.stringify(first.records));
      for (const [at, { choice }] of first.choices.entries()) {
        const from = first.states[at];
        const to = first.states[at + 1];
        if (from !== undefined && to !== undefined && at % 5 === 0)
          expect(encode(step(from, choice).state)).toBe(encode(to));
      }
      expect(JSON.stringify(first.states.map(encode))).toBe(before);
    });
  });

  it("go on alike from states with the same key, whichever way they were reached, if they do not read the clock", () => {
    check(1 / 4, (one) => {
      fc.pre(!one.source.includes("Date.now()"));
      const { states } = wander(one, 40);
      for (const [at, state] of states.entries()) {
        if (at % 4 !== 0) continue;
        const open = enabled(state);
        const ends = new Map<string, State>();
        for (const a of open.slice(0, 4))
          for (const b of open.slice(0, 4)) {
            const end = both(state, a, b);
            if (end === null) continue;
            const key = encode(end);
            const other = ends.get(key);
            if (other !== undefined) expect(goOn(end)).toEqual(goOn(other));
            ends.set(key, end);
          }
      }
    });
  });
});

/** The state after two different choices, if the second is still possible after the first. */
function both(state: State, a: EnabledChoice, b: EnabledChoice): State | null {
  if (a.key === b.key) return null;
  const middle = step(state, a.choice).state;
  const again = enabled(middle).find(({ key }) => key === b.key);
  return again === undefined ? null : step(middle, again.choice).state;
}

/** What may come next, and which key each of the first few leads to. Times may differ. */
function goOn(state: State): readonly (readonly [string, string])[] {
  return enabled(state)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, 6)
    .map(({ key, choice }) => [key, encode(step(state, choice).state)] as const);
}
