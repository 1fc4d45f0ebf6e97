/*
 * The strongly connected parts of the graph that a search has found: Tarjan's algorithm, with a stack of its own, as paths
 * are longer than the stack of calls.
 */
import type { Transitions } from "./transitions.ts";

/** The parts that have a cycle, each with its states in the order of their numbers; of the graph of the states in `among`, if given. */
export function stronglyConnected(
  states: number,
  transitions: Transitions,
  among?: ReadonlySet<number>,
): readonly (readonly number[])[] {
  const order = new Int32Array(states);
  const low = new Int32Array(states);
  const onStack = new Uint8Array(states);
  const stack: number[] = [];
  const parts: number[][] = [];
  let next = 1;
  for (let root = 0; root < states; root++) {
    if (order[root] !== 0 || among?.has(root) === false) continue;
    const calls = [begin(root)];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { index, targets } = call;
      const target = targets[call.at];
      if (target !== undefined) {
        call.at++;
        if (order[target] === 0) calls.push(begin(target));
        else if (onStack[target] === 1) lower(index, order[target] as number);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1);
      if (caller !== undefined) lower(caller.index, low[index] as number);
      if (low[index] === order[index]) {
        const part = take(index);
        if (part.length > 1 || targets.includes(index)) parts.push(part.sort((a, b) => a - b));
      }
    }
  }
  return parts;

  function begin(index: number): { readonly index: number; readonly targets: readonly number[]; at: number } {
    order[index] = next;
    low[index] = next;
    next++;
    stack.push(index);
    onStack[index] = 1;
    const targets: number[] = [];
    transitions.forEach(index, (target) => {
      if (among?.has(target) !== false) targets.push(target);
    });
    return { index, targets, at: 0 };
  }

  function lower(index: number, value: number): void {
    if (value < (low[index] as number)) low[index] = value;
  }

  function take(root: number): number[] {
    const part: number[] = [];
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      onStack[index] = 0;
      part.push(index);
      if (index === root) break;
    }
    return part;
  }
}
