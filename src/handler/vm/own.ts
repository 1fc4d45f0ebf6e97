/* Which properties an object has. */
import type { Ref, Value } from "../host.ts";
import { type KeyedObject, Kind } from "./heap.ts";
import { arrayIndex, prototypeOf } from "./property.ts";
import { intrinsicAt } from "./registry.ts";
import { MAX_LENGTH, type Vm } from "./vm.ts";

/** key in object */
export function hasProperty(vm: Vm, target: Value, key: string): boolean {
  if (typeof target !== "object" || target === null) {
    return vm.typeError(`Cannot use 'in' operator to search for '${key}' in ${String(target)}`);
  }
  for (let at: Ref | null = target; at !== null; at = prototypeOf(vm, at))
    if (hasOwn(vm, at, key)) return true;
  return false;
}

/** Object.hasOwn */
export function hasOwn(vm: Vm, target: Value, key: string): boolean {
  if (typeof target === "string")
    return key === "length" || (arrayIndex(key) >= 0 && arrayIndex(key) < target.length);
  if (typeof target !== "object" || target === null) return false;
  if (target.ref < 0) {
    const known = intrinsicAt(target.ref);
    return known.members.has(key) || known.getters.has(key);
  }
  const object = vm.at(target);
  switch (object.kind) {
    case Kind.object:
    case Kind.error:
    case Kind.class:
      return object.keys.includes(key);
    case Kind.array:
      return key === "length" || (arrayIndex(key) >= 0 && arrayIndex(key) < object.values.length);
    case Kind.bytes:
      return arrayIndex(key) >= 0 && arrayIndex(key) < object.length;
    case Kind.web:
      return object.keys.includes(key);
    case Kind.host:
      return vm.host.member(object.type, key).is !== "none";
    default:
      return false;
  }
}

/** Own enumerable names in the order that JavaScript gives: array indexes ascending, then the others as they came. */
export function ownKeys(vm: Vm, target: Value): string[] {
  if (typeof target === "string") return Array.from({ length: target.length }, (_, at) => String(at));
  if (typeof target !== "object" || target === null || target.ref < 0) return [];
  const object = vm.at(target);
  switch (object.kind) {
    case Kind.object:
    case Kind.error:
    case Kind.class:
      return orderedKeys(object, object.hidden);
    case Kind.array:
    case Kind.bytes: {
      const length = object.kind === Kind.array ? object.values.length : object.length;
      if (length > MAX_LENGTH) vm.tooLong("a list of names");
      vm.charge(length >> 2);
      return Array.from({ length }, (_, at) => String(at));
    }
    case Kind.web:
      return object.keys.slice();
    default:
      return [];
  }
}

function orderedKeys(object: KeyedObject, from: number): string[] {
  const keys = object.keys.filter((key, at) => at >= from && key.charCodeAt(0) !== 0);
  if (!keys.some((key) => arrayIndex(key) >= 0)) return keys;
  const indexes = keys.filter((key) => arrayIndex(key) >= 0).sort((a, b) => Number(a) - Number(b));
  return [...indexes, ...keys.filter((key) => arrayIndex(key) < 0)];
}

/** Whether reading the own properties may run a getter of the handler. */
export function hasAccessors(vm: Vm, value: Value): boolean {
  if (typeof value !== "object" || value === null || value.ref < 0) return false;
  const object = vm.at(value);
  return "accessors" in object && object.accessors;
}
