/*
 * Reading properties. Names are looked up in lists of keys and in real Maps, never as properties of the engine's own
 * objects, so that no name ("__proto__", "constructor") reaches those.
 *
 * The lookup functions can meet a getter of the handler, which only the interpreter can run: they leave it in
 * `vm.pendingGetter`. Everybody else uses the get functions, which are stuck there, or peekProperty, which sees nothing.
 */
import type { Ref, Value } from "../host.ts";
import { toKey } from "./convert.ts";
import { type KeyedObject, Kind, type ObjectOf } from "./heap.ts";
import { globals, type Intrinsic, intrinsic, intrinsicAt, prototypeNamed } from "./registry.ts";
import { machineOf, type Vm } from "./vm.ts";

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
    return (
      known.parent ??
      (known === OBJECT
        ? null
        : known.call || known.construct || known.makes >= 0
          ? FUNCTION.self
          : OBJECT.self)
    );
  }
  const object = vm.at(ref);
  if (object.kind === Kind.object || object.kind === Kind.error || object.kind === Kind.class)
    return object.proto;
  if (object.kind === Kind.web || object.kind === Kind.host) return prototypeNamed(object.type).self;
  return PROTOTYPES.get(object.kind)?.self ?? OBJECT.self;
}

/** Reads a property; for the interpreter. */
export function lookupProperty(vm: Vm, value: Value, key: string): Value {
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
      if (key === "name")
        return object.kind === Kind.hostFunction ? object.name.slice(object.name.search(/[^.:]*$/)) : "";
      if (key === "length") return 0;
      if (object.kind === Kind.hostFunction && object.self === null) {
        const found = vm.host.member(object.name, key);
        if (found.is === "getter") return vm.host.get(machineOf(vm), object.name, 0, key);
      }
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
    if (at === start && (at.call !== null || at.construct !== null || at.library >= 0 || at.makes >= 0)) {
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
    case "property":
      return vm.host.get(machineOf(vm), "globalThis", 0, full);
    case "unsupported":
      return vm.stuck(`${name} is not part of Gatescope's model. ${found.advice}`);
    case "inherited":
    case "none":
      return null;
  }
}

function getFromHost(vm: Vm, object: ObjectOf<typeof Kind.host>, self: Ref, key: string): Value {
  const found = vm.host.member(object.type, key);
  switch (found.is) {
    case "getter":
    case "property":
      return vm.host.get(machineOf(vm), object.type, object.id, key);
    case "method":
      return vm.alloc({ kind: Kind.hostFunction, name: `${object.type}.${key}`, self });
    case "object":
      return vm.hostObject(found.type, object.id);
    case "unsupported":
      return vm.stuck(`${object.type}.${key} is not part of Gatescope's model. ${found.advice}`);
    case "inherited":
      return getFromIntrinsic(vm, prototypeNamed(object.type), key, self);
    case "none":
      return getFromIntrinsic(vm, OBJECT, key, self);
  }
}

/** The number that a key is as an array index, else -1. */
export function arrayIndex(key: string): number {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || key.length > 10) return -1;
  const index = Number(key);
  return String(index) === key && Number.isInteger(index) && index < 2 ** 32 - 1 ? index : -1;
}

function byteAt(vm: Vm, bytes: ObjectOf<typeof Kind.bytes>, index: number): Value {
  if (index >= bytes.length) return undefined;
  const buffer = vm.at(bytes.buffer) as ObjectOf<typeof Kind.buffer>;
  return buffer.data[bytes.offset + index] ?? buffer.rest;
}

/** object[key]; for the interpreter. */
export function lookupElement(vm: Vm, value: Value, key: Value): Value {
  if (typeof key === "number" && key >= 0 && typeof value === "object" && value !== null && value.ref >= 0) {
    const object = vm.at(value);
    if (object.kind === Kind.array && Number.isInteger(key)) return object.values[key];
    if (object.kind === Kind.bytes && Number.isInteger(key)) return byteAt(vm, object, key);
  }
  if (value === undefined || value === null) {
    return vm.typeError(`Cannot read properties of ${String(value)} (reading '${toKey(vm, key)}')`);
  }
  return lookupProperty(vm, value, toKey(vm, key));
}

/** Reads a property for the machine's own functions. */
export function getProperty(vm: Vm, target: Value, key: string): Value {
  const value = lookupProperty(vm, target, key);
  return vm.pendingGetter === null ? value : getterHere(vm, key);
}

/** object[key] for the machine's own functions. */
export function getElement(vm: Vm, target: Value, key: Value): Value {
  const value = lookupElement(vm, target, key);
  return vm.pendingGetter === null ? value : getterHere(vm, String(key));
}

function getterHere(vm: Vm, key: string): never {
  vm.pendingGetter = null;
  return vm.stuck(
    `The getter ${key} would have to run inside a built-in function here. Read it into a variable first.`,
  );
}

/** A property that may be there, undefined where a getter would have to run. */
export function peekProperty(vm: Vm, target: Value, key: string): Value {
  const value = lookupProperty(vm, target, key);
  vm.pendingGetter = null;
  return value;
}
