/* Map and Set. Entries are found by walking through them: handlers keep few, and the walk is accounted for. */

import type { Ref, Value } from "../host.ts";
import { sameValueZero } from "../vm/convert.ts";
import { Kind, type MapData, type SetData } from "../vm/heap.ts";
import { inspectShort } from "../vm/inspect.ts";
import { listOf, newIterator } from "../vm/iterate.ts";
import { libraryFunction } from "../vm/library.ts";
import { getElement } from "../vm/property.ts";
import { getter, member, native, nativeClass } from "../vm/registry.ts";
import { MAX_LENGTH, type Vm } from "../vm/vm.ts";

function mapOf(vm: Vm, self: Value): MapData {
  return vm.as(self, Kind.map) ?? vm.typeError("A method of Map was called on something else");
}

function setOf(vm: Vm, self: Value): SetData {
  return vm.as(self, Kind.set) ?? vm.typeError("A method of Set was called on something else");
}

function find(vm: Vm, keys: readonly Value[], key: Value): number {
  if (keys.length > 32) vm.charge(keys.length >> 4);
  if (typeof key !== "object" && !(typeof key === "number" && Number.isNaN(key))) return keys.indexOf(key);
  return keys.findIndex((one) => sameValueZero(one, key));
}

/** map.set(key, value) */
export function mapSet(vm: Vm, map: Ref, key: Value, value: Value): void {
  const at = find(vm, mapOf(vm, map).keys, key);
  const own = vm.own<MapData>(map);
  if (at >= 0) own.values[at] = value;
  else {
    vm.noteSize(own.keys.length);
    if (own.keys.length >= MAX_LENGTH) vm.tooLong("a Map");
    own.keys.push(Object.is(key, -0) ? 0 : key);
    own.values.push(value);
    own.order.push(own.next++);
  }
}

function setAdd(vm: Vm, set: Ref, value: Value): void {
  if (find(vm, setOf(vm, set).keys, value) >= 0) return;
  const own = vm.own<SetData>(set);
  vm.noteSize(own.keys.length);
  if (own.keys.length >= MAX_LENGTH) vm.tooLong("a Set");
  own.keys.push(Object.is(value, -0) ? 0 : value);
  own.order.push(own.next++);
}

/** An empty Map. */
export function newMap(vm: Vm): Ref {
  return vm.alloc({ kind: Kind.map, keys: [], values: [], order: [], next: 0 });
}

nativeClass("Map", 0, (vm, _self, [entries]) => {
  const map = newMap(vm);
  if (entries === undefined || entries === null) return map;
  for (const entry of listOf(vm, entries)) {
    if (typeof entry !== "object" || entry === null)
      vm.typeError(`Iterator value ${inspectShort(vm, entry)} is not an entry object`);
    mapSet(vm, map, getElement(vm, entry, 0), getElement(vm, entry, 1));
  }
  return map;
});
member("Map.groupBy").library = libraryFunction("map_groupBy");
native("Map.prototype.get", 1, (vm, self, [key]) => {
  const { keys, values } = mapOf(vm, self);
  const at = find(vm, keys, key);
  return at < 0 ? undefined : values[at];
});
native("Map.prototype.has", 1, (vm, self, [key]) => find(vm, mapOf(vm, self).keys, key) >= 0);
native("Map.prototype.set", 2, (vm, self, [key, value]) => {
  mapOf(vm, self);
  mapSet(vm, self as Ref, key, value);
  return self;
});
native("Map.prototype.delete", 1, (vm, self, [key]) => {
  const at = find(vm, mapOf(vm, self).keys, key);
  if (at < 0) return false;
  const own = vm.own<MapData>(self as Ref);
  own.keys.splice(at, 1);
  own.values.splice(at, 1);
  own.order.splice(at, 1);
  return true;
});
native("Map.prototype.clear", 0, (vm, self) => {
  mapOf(vm, self);
  const own = vm.own<MapData>(self as Ref);
  own.keys = [];
  own.values = [];
  own.order = [];
});
getter("Map.prototype.size", (vm, self) => mapOf(vm, self).keys.length);
native("Map.prototype.keys", 0, (vm, self) => newIterator(vm, self, "keys"));
native("Map.prototype.values", 0, (vm, self) => newIterator(vm, self, "values"));
native("Map.prototype.entries", 0, (vm, self) => newIterator(vm, self, "entries"));
member("Map.prototype.forEach").library = libraryFunction("map_forEach");

nativeClass("Set", 0, (vm, _self, [values]) => {
  const set = vm.alloc({ kind: Kind.set, keys: [], order: [], next: 0 });
  if (values !== undefined && values !== null) for (const value of listOf(vm, values)) setAdd(vm, set, value);
  return set;
});
native("Set.prototype.has", 1, (vm, self, [value]) => find(vm, setOf(vm, self).keys, value) >= 0);
native("Set.prototype.add", 1, (vm, self, [value]) => {
  setOf(vm, self);
  setAdd(vm, self as Ref, value);
  return self;
});
native("Set.prototype.delete", 1, (vm, self, [value]) => {
  const at = find(vm, setOf(vm, self).keys, value);
  if (at < 0) return false;
  const own = vm.own<SetData>(self as Ref);
  own.keys.splice(at, 1);
  own.order.splice(at, 1);
  return true;
});
native("Set.prototype.clear", 0, (vm, self) => {
  setOf(vm, self);
  const own = vm.own<SetData>(self as Ref);
  own.keys = [];
  own.order = [];
});
getter("Set.prototype.size", (vm, self) => setOf(vm, self).keys.length);
for (const name of ["keys", "values"])
  native(`Set.prototype.${name}`, 0, (vm, self) => newIterator(vm, self, "values"));
native("Set.prototype.entries", 0, (vm, self) => newIterator(vm, self, "entries"));
member("Set.prototype.forEach").library = libraryFunction("set_forEach");
