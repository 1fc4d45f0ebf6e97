/* Writing, defining and deleting properties. */
import type { Ref, Value } from "../host.ts";
import { toKey, toNumber } from "./convert.ts";
import { type HeapObject, type KeyedObject, Kind, type ObjectOf } from "./heap.ts";
import { arrayIndex } from "./property.ts";
import { intrinsicAt } from "./registry.ts";
import { MAX_LENGTH, machineOf, type Vm } from "./vm.ts";

/** Writes a property. A setter of the handler is returned for the caller to run with the value. */
export function setProperty(vm: Vm, target: Value, key: string, value: Value): Ref | null {
  if (typeof target !== "object" || target === null) {
    if (target === undefined || target === null) {
      return vm.typeError(`Cannot set properties of ${String(target)} (setting '${key}')`);
    }
    return vm.typeError(`Cannot create property '${key}' on ${typeof target} '${String(target)}'`);
  }
  if (target.ref < 0)
    return vm.stuck(
      `The built-in ${intrinsicAt(target.ref).name} cannot be changed. Use an object of your own.`,
    );
  const object = vm.at(target);
  switch (object.kind) {
    case Kind.object:
    case Kind.error:
    case Kind.class:
      return setKeyed(vm, target, object, key, value);
    case Kind.array:
      setInArray(vm, target, object, key, value);
      return null;
    case Kind.bytes: {
      const index = arrayIndex(key);
      if (index >= 0) setByte(vm, object, index, value);
      else vm.stuck(`A Uint8Array has no property ${key} to set. Keep it in an object of your own.`);
      return null;
    }
    case Kind.web: {
      const own = vm.own<ObjectOf<typeof Kind.web>>(target);
      const at = own.keys.indexOf(key);
      if (at >= 0) own.added[at] = value;
      else {
        own.keys.push(key);
        own.added.push(value);
      }
      return null;
    }
    case Kind.host:
      if (vm.host.member(object.type, key).is === "property") {
        vm.host.set(machineOf(vm), object.type, object.id, key, value);
        return null;
      }
      return vm.stuck(
        `${object.type}.${key} cannot be set. Keep the value in a variable or a field of your own.`,
      );
    default:
      return vm.stuck(`This value cannot have a property ${key} of your own. Keep it in an object.`);
  }
}

function setKeyed(vm: Vm, target: Ref, object: KeyedObject, key: string, value: Value): Ref | null {
  const at = object.keys.indexOf(key);
  if (object.keys.length > 64) vm.charge(object.keys.length >> 5);
  if (at >= 0) {
    if (object.accessors) {
      const accessor = vm.as(object.values[at], Kind.accessor);
      if (accessor !== null)
        return (
          accessor.setter ?? vm.typeError(`Cannot set property ${key} of #<Object> which has only a getter`)
        );
    }
    if (object.locked === 3) vm.typeError(`Cannot assign to read only property '${key}' of object`);
    vm.own<KeyedObject>(target).values[at] = value;
    return null;
  }
  const inherited = inheritedAccessor(vm, object, key);
  if (inherited !== null) {
    return (
      inherited.setter ?? vm.typeError(`Cannot set property ${key} of #<Object> which has only a getter`)
    );
  }
  if (object.kind === Kind.class && (key === "name" || key === "length" || key === "prototype")) {
    vm.typeError(`Cannot assign to read only property '${key}' of function`);
  }
  define(vm, target, key, value);
  return null;
}

function inheritedAccessor(vm: Vm, start: KeyedObject, key: string): ObjectOf<typeof Kind.accessor> | null {
  let { proto } = start;
  while (proto !== null && proto.ref >= 0) {
    const object = vm.at(proto) as KeyedObject;
    if (object.accessors) {
      const at = object.keys.indexOf(key);
      const accessor = at < 0 ? null : vm.as(object.values[at], Kind.accessor);
      if (accessor !== null) return accessor;
    }
    proto = object.proto;
  }
  return null;
}

/** Defines an own data property, replacing what was there. */
export function define(vm: Vm, target: Ref, key: string, value: Value): void {
  const object = vm.own(target);
  if (object.kind === Kind.array) return setInArray(vm, target, object, key, value);
  if (object.kind !== Kind.object && object.kind !== Kind.error && object.kind !== Kind.class) {
    vm.stuck(`This value cannot have a property ${key} of your own. Keep it in an object.`);
  }
  const at = object.keys.indexOf(key);
  if (at >= 0) {
    object.values[at] = value;
    return;
  }
  if (object.locked > 0) vm.typeError(`Cannot add property ${key}, object is not extensible`);
  if (object.keys.length >= 10_000)
    vm.stuck("An object has more than 10000 properties here. Use an array or a Map.");
  object.keys.push(key);
  object.values.push(value);
}

/** Defines a property that listings do not show. */
export function defineHidden(vm: Vm, target: Ref, key: string, value: Value): void {
  const object = vm.own<KeyedObject>(target);
  const at = object.keys.indexOf(key);
  if (at >= 0) object.values[at] = value;
  else {
    object.keys.splice(object.hidden, 0, key);
    object.values.splice(object.hidden, 0, value);
    object.hidden++;
  }
}

/** Defines a getter or setter beside the other one, if there is one. */
export function defineAccessor(
  vm: Vm,
  target: Ref,
  key: string,
  part: { getter?: Ref; setter?: Ref },
  hidden: boolean,
): void {
  const object = vm.own<KeyedObject>(target);
  const at = object.keys.indexOf(key);
  const existing = at < 0 ? null : vm.as(object.values[at], Kind.accessor);
  const accessor = vm.alloc({
    kind: Kind.accessor,
    getter: part.getter ?? existing?.getter ?? null,
    setter: part.setter ?? existing?.setter ?? null,
  });
  object.accessors = true;
  if (hidden) defineHidden(vm, target, key, accessor);
  else define(vm, target, key, accessor);
}

function setInArray(
  vm: Vm,
  target: Ref,
  object: ObjectOf<typeof Kind.array>,
  key: string,
  value: Value,
): void {
  if (object.locked === 3)
    vm.typeError(`Cannot assign to read only property '${key}' of object '[object Array]'`);
  if (key === "length") {
    const length = toNumber(vm, value);
    if (!Number.isInteger(length) || length < 0 || length > 4_294_967_295)
      vm.throwError("RangeError", "Invalid array length");
    resizeArray(vm, target, length);
    return;
  }
  const index = arrayIndex(key);
  if (index < 0) vm.stuck(`An array has no property ${key} to set. Keep it in an object of your own.`);
  setItem(vm, target, index, value);
}

/** array[index] = value, filling up with undefined. */
export function setItem(vm: Vm, target: Ref, index: number, value: Value): void {
  const array = vm.own<ObjectOf<typeof Kind.array>>(target);
  if (index >= array.values.length) {
    if (array.locked > 0) vm.typeError(`Cannot add property ${index}, object is not extensible`);
    resizeArray(vm, target, index);
    array.values.push(value);
  } else array.values[index] = value;
}

function resizeArray(vm: Vm, target: Ref, length: number): void {
  if (length > MAX_LENGTH) vm.tooLong("an array");
  vm.noteSize(length);
  const { values } = vm.own<ObjectOf<typeof Kind.array>>(target);
  if (length < values.length) values.length = length;
  vm.charge(Math.max(0, length - values.length) >> 3);
  while (values.length < length) values.push(undefined);
}

/** bytes[index] = value; nothing happens beyond the end. */
export function setByte(vm: Vm, bytes: ObjectOf<typeof Kind.bytes>, index: number, value: Value): void {
  const byte = toNumber(vm, value) & 255;
  if (index >= bytes.length) return;
  const at = bytes.offset + index;
  const data = bytesForWriting(vm, bytes.buffer, at + 1);
  data[at] = byte;
}

/** A buffer's bytes, written out at least up to `end`. */
export function bytesForWriting(vm: Vm, buffer: Ref, end: number): number[] {
  const own = vm.own<ObjectOf<typeof Kind.buffer>>(buffer);
  vm.noteSize(end);
  if (end > MAX_LENGTH) vm.tooLong("a byte array with different values");
  if (own.data.length < end) vm.charge((end - own.data.length) >> 3);
  while (own.data.length < end) own.data.push(own.rest);
  return own.data;
}

/** object[key] = value */
export function setElement(vm: Vm, target: Value, key: Value, value: Value): Ref | null {
  if (typeof key === "number" && key >= 0 && Number.isInteger(key)) {
    const array = vm.as(target, Kind.array);
    if (array !== null && array.locked === 0) {
      setItem(vm, target as Ref, key, value);
      return null;
    }
    const bytes = vm.as(target, Kind.bytes);
    if (bytes !== null) {
      setByte(vm, bytes, key, value);
      return null;
    }
  }
  if (target === undefined || target === null) {
    return vm.typeError(`Cannot set properties of ${String(target)} (setting '${toKey(vm, key)}')`);
  }
  return setProperty(vm, target, toKey(vm, key), value);
}

/** delete object[key] */
export function deleteProperty(vm: Vm, target: Value, key: string): boolean {
  if (target === undefined || target === null)
    return vm.typeError(`Cannot convert undefined or null to object`);
  if (typeof target !== "object") return true;
  if (target.ref < 0) return vm.stuck(`The built-in ${intrinsicAt(target.ref).name} cannot be changed.`);
  const object: HeapObject = vm.at(target);
  if (object.kind === Kind.array)
    return vm.stuck("delete of an array's item would leave a hole. Use splice, or assign undefined.");
  if (object.kind !== Kind.object && object.kind !== Kind.error && object.kind !== Kind.class) return true;
  const at = object.keys.indexOf(key);
  if (at < 0) return true;
  if (object.locked >= 2) vm.typeError(`Cannot delete property '${key}' of #<Object>`);
  const own = vm.own<KeyedObject>(target);
  own.keys.splice(at, 1);
  own.values.splice(at, 1);
  if (at < own.hidden) own.hidden--;
  return true;
}
