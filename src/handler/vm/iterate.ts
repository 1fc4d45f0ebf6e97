/* Iteration over arrays, strings, maps, sets and byte arrays. The language has no iterators of the handler's own. */

import type { Ref, Value } from "../host.ts";
import { type IteratorData, Kind } from "./heap.ts";
import { inspectShort } from "./inspect.ts";
import { getElement } from "./property.ts";
import { MAX_LENGTH, machineOf, type Vm } from "./vm.ts";

/** An iterator over `value`, a TypeError if it has none. */
export function iteratorOf(vm: Vm, value: Value): Ref {
  if (typeof value === "string") return newIterator(vm, value, "values");
  if (typeof value === "object" && value !== null && value.ref >= 0) {
    const object = vm.at(value);
    switch (object.kind) {
      case Kind.array:
      case Kind.set:
      case Kind.bytes:
        return newIterator(vm, value, "values");
      case Kind.map:
        return newIterator(vm, value, "entries");
      case Kind.iterator:
        return value;
      case Kind.web:
        if (object.type === "URLSearchParams" || object.type === "Headers")
          return newIterator(vm, object.values[1], "values");
        break;
      case Kind.host:
        if (vm.host.member(object.type, "[next]").is === "method") return newIterator(vm, value, "values");
        break;
      default:
    }
  }
  return vm.typeError(`${inspectShort(vm, value)} is not iterable`);
}

/** An iterator that gives keys, values or entries. */
export function newIterator(vm: Vm, source: Value, gives: IteratorData["gives"]): Ref {
  return vm.alloc({ kind: Kind.iterator, source, gives, position: 0 });
}

/** Set by `next` when there was no value. */
export const DONE: Ref = { ref: -1 };

/** The iterator's next value, or DONE. */
export function next(vm: Vm, iterator: Value): Value {
  const data = vm.as(iterator, Kind.iterator);
  if (data === null || data.source === null) return DONE;
  const own = vm.own<IteratorData>(iterator as Ref);
  const { source, gives, position } = own;
  if (typeof source === "string") {
    if (position >= source.length) return finish(own);
    const character = String.fromCodePoint(source.codePointAt(position) ?? 0);
    own.position += character.length;
    return character;
  }
  const object = vm.at(source as Ref);
  switch (object.kind) {
    case Kind.array:
    case Kind.bytes: {
      const length = object.kind === Kind.array ? object.values.length : object.length;
      if (position >= length) return finish(own);
      own.position++;
      if (gives === "keys") return position;
      const item = getElement(vm, source, position);
      return gives === "values" ? item : vm.array([position, item]);
    }
    case Kind.map:
    case Kind.set: {
      const at = firstFrom(object.order, position);
      if (at >= object.order.length) return finish(own);
      own.position = (object.order[at] ?? 0) + 1;
      const key = object.keys[at];
      if (gives === "keys" || (object.kind === Kind.set && gives === "values")) return key;
      const value = object.kind === Kind.map ? object.values[at] : key;
      return gives === "values" ? value : vm.array([key, value]);
    }
    case Kind.host: {
      const items = vm.as(vm.host.call(machineOf(vm), `${object.type}.[next]`, object, []), Kind.array);
      return items === null || items.values.length === 0 ? finish(own) : items.values[0];
    }
    default:
      return finish(own);
  }
}

function finish(own: IteratorData): Value {
  own.source = null;
  return DONE;
}

/** Index of the first entry whose order number is `from` at least. */
function firstFrom(order: readonly number[], from: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All values of an iterable. */
export function listOf(vm: Vm, value: Value): Value[] {
  const array = vm.as(value, Kind.array);
  if (array !== null) {
    vm.charge(array.values.length >> 3);
    return array.values.slice();
  }
  const iterator = iteratorOf(vm, value);
  const values: Value[] = [];
  for (let item = next(vm, iterator); item !== DONE; item = next(vm, iterator)) {
    vm.charge(1);
    if (values.push(item) > MAX_LENGTH) vm.tooLong("an array");
  }
  return values;
}
