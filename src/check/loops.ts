/*
 * Runs that go round for ever, and what they never pay. The states of such a run form a strongly connected part of the
 * graph. Under weak fairness a run may stay in it only if no choice of the ordinary course is possible in all of its
 * states and taken in none: the environment would have to take it some time. What is owed in every state of the part is
 * then never paid.
 *
 * For what is owed the parts of the graph of those states count in which it is owed. The largest are enough: what makes a
 * run fair (a state in which a choice is not possible, a transition that takes it) is not lost in a larger part.
 */
import { mustGet } from "../base/assert.ts";
import { stronglyConnected } from "./components.ts";
import type { Transitions } from "./transitions.ts";

/** What has to be known of a state; choices and debts are numbers. */
export interface LoopModel {
  /** What is owed in it. */
  readonly debtsAt: (state: number) => readonly number[];
  /** The choices that the environment cannot put off for ever if they stay possible. */
  readonly ordinaryAt: (state: number) => readonly number[];
}

/** A part of the graph in which a fair run may go round for ever, and what it owes all the way. */
export interface Loop {
  /** The state nearest to the start at which the loop closes. */
  readonly state: number;
  readonly debt: number;
}

/** The loops of a graph in which something is never paid: for each debt the nearest. */
export function loopsOf(states: number, transitions: Transitions, model: LoopModel): readonly Loop[] {
  const found = new Map<number, number>();
  for (const part of stronglyConnected(states, transitions))
    for (const debt of new Set(part.flatMap((state) => model.debtsAt(state)))) {
      const owing = part.filter((state) => model.debtsAt(state).includes(debt));
      const loops =
        owing.length === part.length ? [part] : stronglyConnected(states, transitions, new Set(owing));
      for (const loop of loops) {
        const nearest = mustGet(loop[0], "a state of the loop");
        if (nearest < (found.get(debt) ?? states) && isFair(loop, transitions, model))
          found.set(debt, nearest);
      }
    }
  return [...found].map(([debt, state]) => ({ state, debt }));
}

function isFair(loop: readonly number[], transitions: Transitions, model: LoopModel): boolean {
  const inside = new Set(loop);
  const [first, ...others] = loop;
  const putOff = new Set(model.ordinaryAt(mustGet(first, "a state of the loop")));
  for (const state of loop)
    transitions.forEach(state, (target, choice) => {
      if (inside.has(target)) putOff.delete(choice);
    });
  for (const state of others) {
    if (putOff.size === 0) break;
    const possible = new Set(model.ordinaryAt(state));
    for (const choice of putOff) if (!possible.has(choice)) putOff.delete(choice);
  }
  return putOff.size === 0;
}
