/*
 * Runs that go round for ever, and what they never do. The states of such a run form a strongly connected part of the
 * graph. Under weak fairness a run may stay in it only if no choice of the ordinary course is possible in all of its
 * states and taken in none: the environment would have to take it some time. What is owed in every state of the part is
 * then never paid.
 */
import { mustGet } from "../base/assert.ts";
import { enabled } from "../model/model.ts";
import { judgeLoop, type Violation } from "../model/properties/index.ts";
import type { State } from "../model/state.ts";
import { stronglyConnected } from "./components.ts";
import type { GateVectors } from "./gate-vectors.ts";
import type { Search } from "./search.ts";
import type { Transitions } from "./transitions.ts";

/** A part of the graph in which a fair run may go round for ever, and what it violates. */
export interface Loop {
  /** A state at which the loop closes, and how many choices of the shortest path to it come before the loop. */
  readonly state: number;
  readonly loopFrom: number;
  readonly violations: readonly Violation[];
}

/** Parts with more states than this are not judged: each state has to be made again. */
const MOST_STATES = 2_000;

/** The loops of a search that violate something. */
export function loopsOf(search: Search, transitions: Transitions, model: GateVectors): readonly Loop[] {
  return stronglyConnected(search.progress.states, transitions).flatMap((part) => {
    if (part.length > MOST_STATES) return [];
    const states = part.map((index) => model.stateAt(index, search));
    if (!isFair(transitions, model, part, states)) return [];
    const violations = judgeLoop(states);
    const first = mustGet(part[0], "a state of the loop");
    return violations.length === 0
      ? []
      : [{ state: first, loopFrom: search.pathTo(first).length, violations }];
  });
}

function isFair(
  transitions: Transitions,
  model: GateVectors,
  part: readonly number[],
  states: readonly State[],
): boolean {
  const inside = new Set(part);
  const taken = new Set<string>();
  for (const index of part)
    transitions.forEach(index, (target, choice) => {
      if (inside.has(target)) taken.add(model.keyOf(choice));
    });
  const [first, ...others] = states.map(
    (state) => new Set(enabled(state).flatMap(({ role, key }) => (role === "ordinary" ? [key] : []))),
  );
  return [...mustGet(first, "a state of the loop")].every(
    (key) => taken.has(key) || others.some((keys) => !keys.has(key)),
  );
}
