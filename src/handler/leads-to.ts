/*
 * What waits for a promise, as the state of a machine says it: the reactions that its settling sets off, those of the
 * promises that these settle, and so on. What a callback of the handler's does is not looked into; the promise that then() gave
 * for it is. One of the streams' own (streams.source.ts) is taken to settle whatever it holds.
 */
import type { MachineState, Ref, Value } from "./host.ts";
import { type HeapObject, Kind, type Reaction } from "./vm/heap.ts";
import { LIBRARY_BASE } from "./vm/library.ts";

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

/** Addresses of the promises that a reaction settles. */
function settledBy(heap: readonly (HeapObject | null)[], reaction: Reaction): readonly number[] {
  switch (reaction.type) {
    case "await": {
      const coroutine = heap[reaction.coroutine.ref];
      const promise = coroutine?.kind === Kind.coroutine ? coroutine.frame?.promise : null;
      return promise === null || promise === undefined ? [] : [promise.ref];
    }
    case "then": {
      const callbacks = [reaction.fulfilled, reaction.rejected].flatMap((callback) => {
        const called = at(heap, callback);
        // Promise.race() and the like give a promise's own resolving functions as callbacks.
        if (called?.kind === Kind.resolver) return [called.promise.ref];
        return called?.kind === Kind.function && called.code >= LIBRARY_BASE
          ? heldBy(heap, called.scope, HOLDING_DEPTH)
          : [];
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

/** How deep a callback's variables hold a promise at most: a stream, its reader, the reader's requests, one of these. */
const HOLDING_DEPTH = 4;

/** Addresses of the promises that a scope, an object or a list holds together with what settles them. */
function heldBy(heap: readonly (HeapObject | null)[], holder: Value, depth: number): readonly number[] {
  const object = at(heap, holder);
  const inside = (values: readonly Value[]): readonly number[] =>
    depth === 0 ? [] : values.flatMap((value) => heldBy(heap, value, depth - 1));
  switch (object?.kind) {
    case Kind.object: {
      const promise = object.values[object.keys.indexOf("promise")];
      return at(heap, promise)?.kind === Kind.promise ? [(promise as Ref).ref] : inside(object.values);
    }
    case Kind.array:
      return inside(object.values);
    case Kind.scope:
      return [...inside(object.values), ...heldBy(heap, object.parent, depth)];
    default:
      return [];
  }
}

function at(heap: readonly (HeapObject | null)[], value: Value): HeapObject | null | undefined {
  return typeof value === "object" && value !== null ? heap[value.ref] : null;
}
