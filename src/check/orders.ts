/*
 * How many orders of choices lead to each state: every path from the start counts. Beyond 2^53 the numbers are rounded.
 */
import type { Transitions } from "./transitions.ts";

/** By state; null if some order goes round for ever, so that there is no number. */
export function orderCounts(states: number, transitions: Transitions): Float64Array | null {
  const missing = new Int32Array(states);
  for (let index = 0; index < states; index++)
    transitions.forEach(index, (target) => {
      missing[target] = (missing[target] as number) + 1;
    });
  const counts = new Float64Array(states);
  counts[0] = 1;
  // From states all of whose ways in have been counted; whoever is on a loop, or behind one, never is.
  const ready = missing[0] === 0 ? [0] : [];
  let counted = 0;
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    counted++;
    const count = counts[index] as number;
    transitions.forEach(index, (target) => {
      counts[target] = (counts[target] as number) + count;
      missing[target] = (missing[target] as number) - 1;
      if (missing[target] === 0) ready.push(target);
    });
  }
  return counted === states ? counts : null;
}
