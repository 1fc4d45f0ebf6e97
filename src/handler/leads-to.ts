/*
 * What waits for a promise, as the state of a machine says it: the reactions that its settling sets off, those of the
 * promises that these settle, and so on. What a callback does is not looked into; the promise that then() gave for it is.
 */
import type { MachineState } from "./host.ts";
import { type HeapObject, Kind, type Reaction } from "./vm/heap.ts";

/** Whether settling the promise at an address can lead to the host's being told `token` (see Machine.onSettled). */
export function leadsTo(state: MachineState, from: number, token: string): boolean {
  const heap = state.heap as readonly (HeapObject | null)[];
  const seen = new Set<number>();
  const next = [from];
  for (let address = next.pop(); address !== undefined; address = next.pop()) {
    const object = heap[address];
    if (seen.has(address) || object?.kind !== Kind.promise) continue;
    seen.add(address);
    for (const reaction of object.reactions) {
      if (reaction.type === "host" && reaction.token === token) return true;
      next.push(...settledBy(heap, reaction));
    }
  }
  return false;
}

/** Whether there is a promise at an address, and nothing has settled it. */
export function isPending({ heap }: MachineState, address: number): boolean {
  const object = (heap as readonly (HeapObject | null)[])[address];
  return object?.kind === Kind.promise && object.state === 0;
}

/** Addresses of the promises that a reaction settles. */
function settledBy(heap: readonly (HeapObject | null)[], reaction: Reaction): readonly number[] {
  switch (reaction.type) {
    case "await": {
      const coroutine = heap[reaction.coroutine.ref];
      const promise = coroutine?.kind === Kind.coroutine ? coroutine.frame?.promise : null;
      return promise === null || promise === undefined ? [] : [promise.ref];
    }
    case "then": {
      // Promise.race() and the like give a promise's own resolving functions as callbacks.
      const callbacks = [reaction.fulfilled, reaction.rejected].flatMap((callback) => {
        const resolver = typeof callback === "object" && callback !== null ? heap[callback.ref] : null;
        return resolver?.kind === Kind.resolver ? [resolver.promise.ref] : [];
      });
      return reaction.derived === null ? callbacks : [...callbacks, reaction.derived.ref];
    }
    case "combine": {
      const combinator = heap[reaction.combinator.ref];
      return combinator?.kind === Kind.combinator ? [combinator.promise.ref] : [];
    }
    case "forward":
      return [reaction.target.ref];
    case "host":
      return [];
  }
}
