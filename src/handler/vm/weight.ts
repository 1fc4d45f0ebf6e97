/*
 * How much a state holds. Within a turn the step limit bounds what can be made; over many turns this does. Handlers hold
 * little, so nothing is counted until some object is large or objects are many.
 */
import type { Value } from "../host.ts";
import { type HeapObject, Kind } from "./heap.ts";
import { MAX_WEIGHT, type Vm } from "./vm.ts";

/** So many objects are watched even if none is large. */
const MANY_OBJECTS = 4096;

/** Called between turns: a handler that keeps too much gets stuck. */
export function checkWeight(vm: Vm): void {
  if (!vm.isLarge && vm.heap.length < MANY_OBJECTS) return;
  let weight = 0;
  for (const object of vm.heap) if (object !== null) weight += weightOf(object);
  if (weight > MAX_WEIGHT) {
    vm.stuck("The handler keeps too much data: all its objects together are too large. Use smaller data.");
  }
}

/** Text up to this length counts as one value. */
const SHORT_TEXT = 64;

/** How many values an object holds, text counted by its length. */
function weightOf(object: HeapObject): number {
  switch (object.kind) {
    case Kind.object:
    case Kind.error:
    case Kind.class:
    case Kind.array:
    case Kind.scope:
    case Kind.combinator:
    case Kind.web:
      return weightOfValues(object.values);
    case Kind.map:
      return weightOfValues(object.keys) + weightOfValues(object.values);
    case Kind.set:
      return weightOfValues(object.keys);
    case Kind.bound:
      return weightOfValues(object.values);
    case Kind.promise:
      return weightOfValues([object.value]) + object.reactions.length;
    case Kind.buffer:
      return object.data.length;
    case Kind.coroutine:
      return object.frame === null ? 1 : weightOfValues(object.frame.stack);
    default:
      return 1;
  }
}

function weightOfValues(values: readonly Value[]): number {
  let weight = values.length;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (typeof value === "string" && value.length > SHORT_TEXT) weight += value.length >> 3;
  }
  return weight;
}
