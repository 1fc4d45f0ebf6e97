/* Array. What calls back into the handler is in library.source.ts. */

import type { Ref, Value } from "../host.ts";
import {
  convertsByHandler,
  isCallable,
  joinValues,
  relativeIndex,
  same,
  sameValueZero,
  toInteger,
  toNumber,
  toText,
} from "../vm/convert.ts";
import { type ArrayData, Kind } from "../vm/heap.ts";
import { DONE, listOf, newIterator, next } from "../vm/iterate.ts";
import { libraryFunction } from "../vm/library.ts";
import { getElement } from "../vm/property.ts";
import { member, native, nativeClass } from "../vm/registry.ts";
import { MAX_LENGTH, type Vm } from "../vm/vm.ts";

/** The array that a method is called on, for reading. */
function items(vm: Vm, self: Value): readonly Value[] {
  const array = vm.as(self, Kind.array);
  if (array === null) return vm.typeError("This method works on arrays only");
  vm.charge(array.values.length >> 4);
  return array.values;
}

/** The same for writing. */
function writable(vm: Vm, self: Value): Value[] {
  items(vm, self);
  const array = vm.own<ArrayData>(self as Ref);
  if (array.locked > 0) vm.typeError("Cannot change a frozen or sealed array");
  return array.values;
}

function checked(vm: Vm, values: Value[]): Value[] {
  vm.noteSize(values.length);
  if (values.length > MAX_LENGTH) vm.tooLong("an array");
  return values;
}

function makeArray(vm: Vm, args: readonly Value[]): Ref {
  const [length] = args;
  if (args.length !== 1 || typeof length !== "number") return vm.array(args.slice());
  if (!Number.isInteger(length) || length < 0 || length > 4_294_967_295)
    vm.throwError("RangeError", "Invalid array length");
  if (length > MAX_LENGTH) vm.tooLong("an array");
  vm.charge(length >> 3);
  return vm.array(new Array<Value>(length).fill(undefined));
}

nativeClass("Array", 1, (vm, _self, args) => makeArray(vm, args)).call = (vm, _self, args) =>
  makeArray(vm, args);
native("Array.isArray", 1, (vm, _self, [value]) => vm.as(value, Kind.array) !== null);
native("Array.of", 0, (vm, _self, args) => vm.array(args.slice()));
member("Array.from").library = libraryFunction("array_from");

for (const name of [
  "forEach",
  "map",
  "filter",
  "some",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "reduce",
  "reduceRight",
  "flatMap",
  "sort",
  "toSorted",
  "join",
  "toString",
]) {
  const made = member(`Array.prototype.${name}`);
  made.library = libraryFunction(`array_${name}`);
  made.arity = 1;
}

native("Array.prototype.push", 1, (vm, self, args) => {
  const values = writable(vm, self);
  for (const value of args) values.push(value);
  return checked(vm, values).length;
});
native("Array.prototype.pop", 0, (vm, self) => writable(vm, self).pop());
native("Array.prototype.shift", 0, (vm, self) => writable(vm, self).shift());
native("Array.prototype.unshift", 1, (vm, self, args) => {
  const values = writable(vm, self);
  values.unshift(...args);
  return checked(vm, values).length;
});
native("Array.prototype.slice", 2, (vm, self, [from, to]) => {
  const values = items(vm, self);
  return vm.array(
    values.slice(
      relativeIndex(vm, from, values.length, 0),
      relativeIndex(vm, to, values.length, values.length),
    ),
  );
});

function splice(vm: Vm, values: Value[], args: readonly Value[]): Value[] {
  const start = relativeIndex(vm, args[0], values.length, 0);
  const count =
    args.length === 0
      ? 0
      : args.length === 1
        ? values.length - start
        : Math.max(0, Math.min(toInteger(vm, args[1]), values.length - start));
  const removed = values.splice(start, count, ...args.slice(2));
  checked(vm, values);
  return removed;
}

native("Array.prototype.splice", 2, (vm, self, args) => vm.array(splice(vm, writable(vm, self), args)));
native("Array.prototype.toSpliced", 2, (vm, self, args) => {
  const copy = items(vm, self).slice();
  splice(vm, copy, args);
  return vm.array(copy);
});
native("Array.prototype.concat", 1, (vm, self, args) => {
  const values = items(vm, self).slice();
  for (const one of args) {
    const array = vm.as(one, Kind.array);
    if (array === null) values.push(one);
    else for (const value of array.values) values.push(value);
    checked(vm, values);
  }
  return vm.array(values);
});
native("Array.prototype.reverse", 0, (vm, self) => {
  writable(vm, self).reverse();
  return self;
});
native("Array.prototype.toReversed", 0, (vm, self) => vm.array(items(vm, self).slice().reverse()));
native("Array.prototype.with", 2, (vm, self, [index, value]) => {
  const values = items(vm, self).slice();
  const at = toInteger(vm, index);
  const position = at < 0 ? values.length + at : at;
  if (position < 0 || position >= values.length) vm.throwError("RangeError", `Invalid index : ${at}`);
  values[position] = value;
  return vm.array(values);
});
native("Array.prototype.at", 1, (vm, self, [index]) => items(vm, self).at(toInteger(vm, index)));
native("Array.prototype.indexOf", 1, (vm, self, [value, from]) => {
  const values = items(vm, self);
  for (let at = relativeIndex(vm, from, values.length, 0); at < values.length; at++)
    if (same(values[at], value)) return at;
  return -1;
});
native("Array.prototype.lastIndexOf", 1, (vm, self, [value]) => {
  const values = items(vm, self);
  for (let at = values.length - 1; at >= 0; at--) if (same(values[at], value)) return at;
  return -1;
});
native("Array.prototype.includes", 1, (vm, self, [value, from]) => {
  const values = items(vm, self);
  for (let at = relativeIndex(vm, from, values.length, 0); at < values.length; at++)
    if (sameValueZero(values[at], value)) return true;
  return false;
});
native("Array.prototype.fill", 1, (vm, self, [value, from, to]) => {
  const values = writable(vm, self);
  values.fill(
    value,
    relativeIndex(vm, from, values.length, 0),
    relativeIndex(vm, to, values.length, values.length),
  );
  return self;
});
native("Array.prototype.flat", 0, (vm, self, [depth]) => {
  const result: Value[] = [];
  const add = (values: readonly Value[], left: number) => {
    vm.charge(1 + (values.length >> 3));
    for (const value of values) {
      const inner = left > 0 ? vm.as(value, Kind.array) : null;
      if (inner === null) result.push(value);
      else add(inner.values, left - 1);
    }
    checked(vm, result);
  };
  add(items(vm, self), Math.min(toInteger(vm, depth, 1), 500));
  return vm.array(result);
});
native("Array.prototype.keys", 0, (vm, self) => newIterator(vm, self, "keys"));
native("Array.prototype.values", 0, (vm, self) => newIterator(vm, self, "values"));
native("Array.prototype.entries", 0, (vm, self) => newIterator(vm, self, "entries"));

native("Iterator.prototype.next", 0, (vm, self) => {
  const value = next(vm, self);
  return vm.object(["value", "done"], value === DONE ? [undefined, true] : [value, false]);
});
native("Iterator.prototype.toArray", 0, (vm, self) => vm.array(listOf(vm, self)));
for (const name of [
  "map",
  "filter",
  "take",
  "drop",
  "flatMap",
  "reduce",
  "forEach",
  "some",
  "every",
  "find",
]) {
  native(`Iterator.prototype.${name}`, 1, (vm) =>
    vm.stuck(`${name} on an iterator. Make an array of it first: [...iterator].${name}(...).`),
  );
}

// ---- helpers of the library

native("\0listOf", 1, (vm, _self, [source]) => {
  if (
    typeof source === "object" &&
    source !== null &&
    source.ref >= 0 &&
    vm.as(source, Kind.object) !== null
  ) {
    const length = toNumber(vm, getElement(vm, source, "length"));
    const count = Number.isNaN(length) ? 0 : Math.max(0, Math.trunc(length));
    if (count > MAX_LENGTH) vm.tooLong("an array");
    vm.charge(count >> 2);
    return vm.array(Array.from({ length: count }, (_, at) => getElement(vm, source, at)));
  }
  if (typeof source === "number" || typeof source === "boolean" || isCallable(vm, source))
    return vm.array([]);
  return vm.array(listOf(vm, source));
});
native("\0isPlainList", 1, (vm, _self, [list]) => !convertsByHandler(vm, list));
native("\0join", 2, (vm, _self, [list, separator]) =>
  joinValues(vm, vm.as(list, Kind.array)?.values ?? listOf(vm, list), toText(vm, separator), 0),
);
native("\0sortByText", 1, (vm, _self, [list]) => {
  const values = items(vm, list);
  vm.charge(values.length * 4);
  const pairs = values.map((value) => ({ value, text: toText(vm, value) }));
  pairs.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return vm.array(pairs.map((pair) => pair.value));
});
