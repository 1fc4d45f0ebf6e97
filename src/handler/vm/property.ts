/*
 * Reading and writing properties. Names are looked up in lists of keys and in real Maps, never as properties of the
 * engine's own objects, so that no name ("__proto__", "constructor") reaches those.
 */
import type { Ref, Value } from "../host.ts";
import { toInteger, toKey, toNumber } from "./convert.ts";
import { type HeapObject, Kind, type KeyedObject, type ObjectOf } from "./heap.ts";
import { globals, type Intrinsic, intrinsic, intrinsicAt, prototypeNamed } from "./registry.ts";
import { MAX_LENGTH, type Vm } from "./vm.ts";

const STRING = intrinsic("String.prototype");
const NUMBER = intrinsic("Number.prototype");
const BOOLEAN = intrinsic("Boolean.prototype");
const FUNCTION = intrinsic("Function.prototype");
const OBJECT = intrinsic("Object.prototype");
const ARRAY = intrinsic("Array.prototype");
const BYTES = intrinsic("Uint8Array.prototype");
const PROTOTYPES: ReadonlyMap<number, Intrinsic> = new Map([
  [Kind.array, ARRAY],
  [Kind.map, intrinsic("Map.prototype")],
  [Kind.set, intrinsic("Set.prototype")],
  [Kind.promise, intrinsic("Promise.prototype")],
  [Kind.iterator, intrinsic("Iterator.prototype")],
  [Kind.buffer, intrinsic("ArrayBuffer.prototype")],
  [Kind.bytes, BYTES],
  [Kind.date, intrinsic("Date.prototype")],
  [Kind.function, FUNCTION],
  [Kind.bound, FUNCTION],
  [Kind.resolver, FUNCTION],
  [Kind.hostFunction, FUNCTION],
]);
FUNCTION.parent = OBJECT.self;
for (const [, one] of PROTOTYPES) if (one !== FUNCTION) one.parent = OBJECT.self;
for (const one of [STRING, NUMBER, BOOLEAN]) one.parent = OBJECT.self;

/** Prototype of an object for `instanceof` and Object.getPrototypeOf. */
export function prototypeOf(vm: Vm, ref: Ref): Ref | null {
  if (ref.ref < 0) {
    const known = intrinsicAt(ref.ref);
    return known.parent ?? (known === OBJECT ? null : known.call || known.construct ? FUNCTION.self : OBJECT.self);
  }
  const object = vm.at(ref);
  if (object.kind === Kind.object || object.kind === Kind.error || object.kind === Kind.class) return object.proto;
  if (object.kind === Kind.web) return prototypeNamed(object.type).self;
  return PROTOTYPES.get(object.kind)?.self ?? OBJECT.self;
}

/** Reads a property. A getter of the handler is left in `vm.pendingGetter` for the caller to run. */
export function getProperty(vm: Vm, value: Value, key: string): Value {
  if (typeof value !== "object") {
    if (typeof value === "string") {
      if (key === "length") return value.length;
      const index = arrayIndex(key);
      return index >= 0 ? value[index] : getFromIntrinsic(vm, STRING, key, value);
    }
    if (value === undefined) return vm.typeError(`Cannot read properties of undefined (reading '${key}')`);
    return getFromIntrinsic(vm, typeof value === "number" ? NUMBER : BOOLEAN, key, value);
  }
  if (value === null) return vm.typeError(`Cannot read properties of null (reading '${key}')`);
  if (value.ref < 0) return getFromIntrinsic(vm, intrinsicAt(value.ref), key, value);
  const object = vm.at(value);
  switch (object.kind) {
    case Kind.object:
    case Kind.error:
    case Kind.class:
      return getFromKeyed(vm, object, key, value);
    case Kind.array: {
      if (key === "length") return object.values.length;
      const index = arrayIndex(key);
      return index >= 0 ? object.values[index] : getFromIntrinsic(vm, ARRAY, key, value);
    }
    case Kind.bytes: {
      const index = arrayIndex(key);
      if (index >= 0) return byteAt(vm, object, index);
      return getFromIntrinsic(vm, BYTES, key, value);
    }
    case Kind.host:
      return getFromHost(vm, object, value, key);
    case Kind.web: {
      const at = object.keys.indexOf(key);
      return at >= 0 ? object.added[at] : getFromIntrinsic(vm, prototypeNamed(object.type), key, value);
    }
    case Kind.function:
      if (key === "name") return vm.code(object.code).name;
      if (key === "length") return vm.code(object.code).length;
      return getFromIntrinsic(vm, FUNCTION, key, value);
    case Kind.bound:
    case Kind.resolver:
    case Kind.hostFunction:
      if (key === "name") return object.kind === Kind.hostFunction ? object.name.slice(object.name.search(/[^.:]*$/)) : "";
      if (key === "length") return 0;
      return getFromIntrinsic(vm, FUNCTION, key, value);
    default:
      return getFromIntrinsic(vm, PROTOTYPES.get(object.kind) ?? OBJECT, key, value);
  }
}

function getFromKeyed(vm: Vm, start: KeyedObject, key: string, self: Ref): Value {
  let object = start;
  for (;;) {
    const { keys } = object;
    const at = keys.indexOf(key);
    if (keys.length > 64) vm.charge(keys.length >> 5);
    if (at >= 0) {
      const value = object.values[at];
      if (object.accessors) {
        const accessor = vm.as(value, Kind.accessor);
        if (accessor !== null) {
          vm.pendingGetter = accessor.getter;
          return undefined;
        }
      }
      return value;
    }
    if (object.kind === Kind.class) {
      if (key === "name") return object.name;
      if (key === "prototype") return object.prototype;
      if (key === "length") return vm.code(object.code).length;
      if (object.proto === null) return getFromIntrinsic(vm, FUNCTION, key, self);
    }
    const { proto } = object;
    if (proto === null) return undefined;
    if (proto.ref < 0) return getFromIntrinsic(vm, intrinsicAt(proto.ref), key, self);
    object = vm.at(proto) as KeyedObject;
  }
}

function getFromIntrinsic(vm: Vm, start: Intrinsic, key: string, self: Value): Value {
  let at: Intrinsic = start;
  for (;;) {
    const value = at.members.get(key);
    if (value !== undefined) return value;
    const read = at.getters.get(key);
    if (read !== undefined) return read(vm, self, []);
    if (at === start && (at.call !== null || at.construct !== null || at.library >= 0)) {
      if (key === "name") return at.name.slice(at.name.lastIndexOf(".") + 1);
      if (key === "length") return at.arity;
      if (at.parent === null) {
        at = FUNCTION;
        continue;
      }
    }
    if (at.parent === null) {
      if (start.name === "globalThis") return globalProperty(vm, key);
      if (at === OBJECT) return undefined;
      at = OBJECT;
      continue;
    }
    at = intrinsicAt(at.parent.ref);
  }
}

function globalProperty(vm: Vm, key: string): Value {
  const known = globals.get(key);
  if (known !== undefined) return known;
  return hostGlobal(vm, key, null) ?? undefined;
}

/** A name that the host gives, or null when it has none. `module`: an import. */
export function hostGlobal(vm: Vm, name: string, module: string | null): Value {
  const full = module === null ? name : `${module}:${name}`;
  const found = vm.host.global(full);
  switch (found.is) {
    case "method":
      return vm.alloc({ kind: Kind.hostFunction, name: full, self: null });
    case "object":
      return vm.hostObject(found.type, 0);
    case "getter":
      return vm.host.get(machineOf(vm), "globalThis", 0, full);
    case "unsupported":
      return vm.stuck(`${name} is not part of Gatescope's model. ${found.advice}`);
    case "none":
      return null;
  }
}

function getFromHost(vm: Vm, object: ObjectOf<typeof Kind.host>, self: Ref, key: string): Value {
  const found = vm.host.member(object.type, key);
  switch (found.is) {
    case "getter":
      return vm.host.get(machineOf(vm), object.type, object.id, key);
    case "method":
      return vm.alloc({ kind: Kind.hostFunction, name: `${object.type}.${key}`, self });
    case "object":
      return vm.hostObject(found.type, object.id);
    case "unsupported":
      return vm.stuck(`${object.type}.${key} is not part of Gatescope's model. ${found.advice}`);
    case "none":
      return getFromIntrinsic(vm, OBJECT, key, self);
  }
}

/** The machine as the host sees it. */
export function machineOf(vm: Vm): NonNullable<Vm["machine"]> {
  if (vm.machine === null) throw new Error("the machine is set when the draft is opened");
  return vm.machine;
}

/** The number that a key is as an array index, else -1. */
export function arrayIndex(key: string): number {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || key.length > 9) return -1;
  const index = Number(key);
  return String(index) === key && Number.isInteger(index) ? index : -1;
}

function byteAt(vm: Vm, bytes: ObjectOf<typeof Kind.bytes>, index: number): Value {
  if (index >= bytes.length) return undefined;
  const buffer = vm.at(bytes.buffer) as ObjectOf<typeof Kind.buffer>;
  return buffer.data[bytes.offset + index] ?? buffer.rest;
}

/** object[key] */
export function getElement(vm: Vm, value: Value, key: Value): Value {
  if (typeof key === "number" && key >= 0 && typeof value === "object" && value !== null && value.ref >= 0) {
    const object = vm.at(value);
    if (object.kind === Kind.array && Number.isInteger(key)) return object.values[key];
    if (object.kind === Kind.bytes && Number.isInteger(key)) return byteAt(vm, object, key);
  }
  if (value === undefined || value === null) {
    return vm.typeError(`Cannot read properties of ${String(value)} (reading '${toKey(vm, key)}')`);
  }
  return getProperty(vm, value, toKey(vm, key));
}

/** Writes a property. A setter of the handler is returned for the caller to run with the value. */
export function setProperty(vm: Vm, target: Value, key: string, value: Value): Ref | null {
  if (typeof target !== "object" || target === null) {
    if (target === undefined || target === null) {
      return vm.typeError(`Cannot set properties of ${String(target)} (setting '${key}')`);
    }
    return vm.typeError(`Cannot create property '${key}' on ${typeof target} '${String(target)}'`);
  }
  if (target.ref < 0) return vm.stuck(`The built-in ${intrinsicAt(target.ref).name} cannot be changed. Use an object of your own.`);
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
      return vm.stuck(`${object.type}.${key} cannot be set. Keep the value in a variable or a field of your own.`);
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
      if (accessor !== null) return accessor.setter ?? vm.typeError(`Cannot set property ${key} of #<Object> which has only a getter`);
    }
    if (object.locked === 3) vm.typeError(`Cannot assign to read only property '${key}' of object`);
    vm.own<KeyedObject>(target).values[at] = value;
    return null;
  }
  const inherited = inheritedAccessor(vm, object, key);
  if (inherited !== null) {
    return inherited.setter ?? vm.typeError(`Cannot set property ${key} of #<Object> which has only a getter`);
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
  if (object.keys.length >= 10_000) vm.stuck("An object has more than 10000 properties here. Use an array or a Map.");
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
export function defineAccessor(vm: Vm, target: Ref, key: string, part: { getter?: Ref; setter?: Ref }, hidden: boolean): void {
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

function setInArray(vm: Vm, target: Ref, object: ObjectOf<typeof Kind.array>, key: string, value: Value): void {
  if (object.locked === 3) vm.typeError(`Cannot assign to read only property '${key}' of object '[object Array]'`);
  if (key === "length") {
    const length = toNumber(vm, value);
    if (!Number.isInteger(length) || length < 0 || length > 4_294_967_295) vm.throwError("RangeError", "Invalid array length");
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
  if (target === undefined || target === null) return vm.typeError(`Cannot convert undefined or null to object`);
  if (typeof target !== "object") return true;
  if (target.ref < 0) return vm.stuck(`The built-in ${intrinsicAt(target.ref).name} cannot be changed.`);
  const object: HeapObject = vm.at(target);
  if (object.kind === Kind.array) return vm.stuck("delete of an array's item would leave a hole. Use splice, or assign undefined.");
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

/** key in object */
export function hasProperty(vm: Vm, target: Value, key: string): boolean {
  if (typeof target !== "object" || target === null) {
    return vm.typeError(`Cannot use 'in' operator to search for '${key}' in ${String(target)}`);
  }
  for (let at: Ref | null = target; at !== null; at = prototypeOf(vm, at)) if (hasOwn(vm, at, key)) return true;
  return false;
}

/** Object.hasOwn */
export function hasOwn(vm: Vm, target: Value, key: string): boolean {
  if (typeof target === "string") return key === "length" || (arrayIndex(key) >= 0 && arrayIndex(key) < target.length);
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

/** An own property's value for the machine's own functions, which cannot run a getter of the handler. */
export function getData(vm: Vm, target: Value, key: string): Value {
  const value = getProperty(vm, target, key);
  if (vm.pendingGetter === null) return value;
  vm.pendingGetter = null;
  return vm.stuck(`The getter ${key} would have to run inside a built-in function here. Read it into a variable first.`);
}

/** Whether reading the own properties may run a getter of the handler. */
export function hasAccessors(vm: Vm, value: Value): boolean {
  if (typeof value !== "object" || value === null || value.ref < 0) return false;
  const object = vm.at(value);
  return "accessors" in object && object.accessors;
}

/** Relative index arguments of slice, at and the like. */
export function relativeIndex(vm: Vm, value: Value, length: number, fallback: number): number {
  const index = toInteger(vm, value, fallback);
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}
