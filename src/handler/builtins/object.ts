/* Object and Function. */

import type { Ref, Value } from "../host.ts";
import { sameValue, toInteger, toKey, toText } from "../vm/convert.ts";
import { cloneError } from "../vm/data.ts";
import { Kind, type ObjectOf } from "../vm/heap.ts";
import { inspectShort } from "../vm/inspect.ts";
import { listOf } from "../vm/iterate.ts";
import { libraryFunction } from "../vm/library.ts";
import { hasAccessors, hasOwn, ownKeys } from "../vm/own.ts";
import { getElement, getProperty, prototypeOf } from "../vm/property.ts";
import { getter, intrinsic, member, native, nativeClass } from "../vm/registry.ts";
import { Thrown, type Vm } from "../vm/vm.ts";
import { define } from "../vm/write.ts";

function objectArgument(vm: Vm, value: Value): Value {
  if (value === undefined || value === null) vm.typeError("Cannot convert undefined or null to object");
  return value;
}

function lock(vm: Vm, value: Value, level: number): Value {
  if (typeof value !== "object" || value === null || value.ref < 0) return value;
  const object = vm.at(value);
  if (!("locked" in object)) return value;
  const own = vm.own<ObjectOf<typeof Kind.object>>(value);
  own.locked = Math.max(own.locked, level);
  return value;
}

function lockLevel(vm: Vm, value: Value): number {
  if (typeof value !== "object" || value === null) return 3;
  if (value.ref < 0) return 0;
  const object = vm.at(value);
  return "locked" in object ? object.locked : 0;
}

nativeClass(
  "Object",
  1,
  (vm, _self, [value]) => (typeof value === "object" && value !== null ? value : vm.object()),
  null,
).call = (vm, _self, [value]) => (typeof value === "object" && value !== null ? value : vm.object());

native("Object.keys", 1, (vm, _self, [object]) => vm.array(ownKeys(vm, objectArgument(vm, object))));
native("Object.getOwnPropertyNames", 1, (vm, _self, [object]) =>
  vm.array(ownKeys(vm, objectArgument(vm, object))),
);
native("\0values", 1, (vm, _self, [object]) =>
  vm.array(ownKeys(vm, objectArgument(vm, object)).map((key) => readOwn(vm, object, key))),
);
native("\0entries", 1, (vm, _self, [object]) =>
  vm.array(ownKeys(vm, objectArgument(vm, object)).map((key) => vm.array([key, readOwn(vm, object, key)]))),
);

function readOwn(vm: Vm, object: Value, key: string): Value {
  return getProperty(vm, object, key);
}

native("\0object", 1, (vm, _self, [value]) => objectArgument(vm, value));
native("\0hasGetters", 1, (vm, _self, [value]) => hasAccessors(vm, value));
native("\0define", 3, (vm, _self, [object, key, value]) => {
  define(vm, object as Ref, toText(vm, key), value);
});
for (const name of ["values", "entries", "assign"])
  member(`Object.${name}`).library = libraryFunction(`object_${name}`);
native("Object.fromEntries", 1, (vm, _self, [entries]) => {
  const made = vm.object();
  for (const entry of listOf(vm, entries))
    define(vm, made, toKey(vm, getElement(vm, entry, 0)), getElement(vm, entry, 1));
  return made;
});
native("Object.freeze", 1, (vm, _self, [value]) => lock(vm, value, 3));
native("Object.seal", 1, (vm, _self, [value]) => lock(vm, value, 2));
native("Object.preventExtensions", 1, (vm, _self, [value]) => lock(vm, value, 1));
native("Object.isFrozen", 1, (vm, _self, [value]) => lockLevel(vm, value) === 3);
native("Object.isSealed", 1, (vm, _self, [value]) => lockLevel(vm, value) >= 2);
native("Object.isExtensible", 1, (vm, _self, [value]) => lockLevel(vm, value) === 0);
native("Object.is", 2, (_vm, _self, [a, b]) => sameValue(a, b));
native("Object.hasOwn", 2, (vm, _self, [object, key]) =>
  hasOwn(vm, objectArgument(vm, object), toKey(vm, key)),
);
native("Object.getPrototypeOf", 1, (vm, _self, [value]) =>
  typeof value === "object" && value !== null
    ? prototypeOf(vm, value)
    : vm.stuck("Object.getPrototypeOf of a primitive. Use typeof."),
);
native("Object.create", 2, (vm, _self, [proto, properties]) => {
  if (properties !== undefined)
    vm.stuck("Object.create with property descriptors. Assign the properties one by one.");
  if (typeof proto !== "object")
    return vm.typeError(`Object prototype may only be an Object or null: ${inspectShort(vm, proto)}`);
  if (proto !== null && proto.ref >= 0 && vm.as(proto, Kind.object) === null) {
    vm.stuck("Object.create with this prototype. Write a class.");
  }
  return vm.object([], [], proto);
});
for (const name of [
  "defineProperty",
  "defineProperties",
  "setPrototypeOf",
  "getOwnPropertyDescriptor",
  "getOwnPropertyDescriptors",
  "getOwnPropertySymbols",
]) {
  native(`Object.${name}`, 2, (vm) =>
    vm.stuck(
      `Object.${name} is not part of Gatescope's handler language. Write a class with getters and fields.`,
    ),
  );
}
member("Object.groupBy").library = libraryFunction("object_groupBy");

native("Object.prototype.hasOwnProperty", 1, (vm, self, [key]) => hasOwn(vm, self, toKey(vm, key)));
native("Object.prototype.propertyIsEnumerable", 1, (vm, self, [key]) =>
  ownKeys(vm, self).includes(toKey(vm, key)),
);
native("Object.prototype.isPrototypeOf", 1, (vm, self, [value]) => {
  if (typeof value !== "object" || value === null || typeof self !== "object" || self === null) return false;
  for (let at = prototypeOf(vm, value); at !== null; at = prototypeOf(vm, at))
    if (at.ref === self.ref) return true;
  return false;
});
native("Object.prototype.toString", 0, (vm, self) => {
  if (self === undefined) return "[object Undefined]";
  if (self === null) return "[object Null]";
  const object = typeof self === "object" && self.ref >= 0 ? vm.at(self) : null;
  if (object?.kind === Kind.array) return "[object Array]";
  if (object?.kind === Kind.error) return "[object Error]";
  if (object?.kind === Kind.function || object?.kind === Kind.class) return "[object Function]";
  if (object?.kind === Kind.object) return "[object Object]";
  if (typeof self !== "object")
    return `[object ${typeof self === "string" ? "String" : typeof self === "number" ? "Number" : "Boolean"}]`;
  return toText(vm, self);
});
native("Object.prototype.toLocaleString", 0, (vm, self) => toText(vm, self));
native("Object.prototype.valueOf", 0, (_vm, self) => self);

// ---- functions

nativeClass("Function", 1, (vm) =>
  vm.stuck("Function is not part of Gatescope's handler language. Write a function expression."),
);
native("Function.prototype.call", 1, (vm) =>
  vm.typeError("Function.prototype.call was called without a function"),
);
native("Function.prototype.apply", 2, (vm) =>
  vm.typeError("Function.prototype.apply was called without a function"),
);
native("Function.prototype.bind", 1, (vm, self, [bound, ...values]) =>
  vm.alloc({ kind: Kind.bound, target: self as Ref, self: bound, values }),
);
native("Function.prototype.toString", 0, (vm, self) => toText(vm, self));

native("\0checkFunction", 1, (vm, _self, [value]) => {
  if (typeof value === "object" && value !== null) {
    if (value.ref < 0) return undefined;
    const { kind } = vm.at(value);
    if (
      kind === Kind.function ||
      kind === Kind.bound ||
      kind === Kind.resolver ||
      kind === Kind.hostFunction ||
      kind === Kind.class
    )
      return undefined;
  }
  return vm.typeError(`${inspectShort(vm, value)} is not a function`);
});

intrinsic("globalThis");
member("globalThis");
getter("Iterator.prototype.done", () => undefined);
intrinsic("Iterator.prototype").getters.clear();
native("structuredClone", 1, (vm, _self, [value]) => {
  const copy = (one: Value, depth: number): Value => {
    if (depth > 100) return vm.stuck("This value is nested too deeply for structuredClone.");
    if (typeof one !== "object" || one === null) return one;
    vm.charge(1);
    if (one.ref >= 0) {
      const object = vm.at(one);
      if (object.kind === Kind.array) return vm.array(object.values.map((item) => copy(item, depth + 1)));
      if (object.kind === Kind.object) {
        const keys = ownKeys(vm, one);
        return vm.object(
          keys,
          keys.map((key) => copy(getProperty(vm, one, key), depth + 1)),
        );
      }
      if (object.kind === Kind.map) {
        const keys = object.keys.map((item) => copy(item, depth + 1));
        return vm.alloc({
          ...object,
          keys,
          values: object.values.map((item) => copy(item, depth + 1)),
          order: object.order.slice(),
        });
      }
      if (object.kind === Kind.set) {
        return vm.alloc({
          ...object,
          keys: object.keys.map((item) => copy(item, depth + 1)),
          order: object.order.slice(),
        });
      }
      if (object.kind === Kind.bytes) {
        const buffer = vm.at(object.buffer) as ObjectOf<typeof Kind.buffer>;
        return vm.alloc({ ...object, buffer: vm.alloc({ ...buffer, data: buffer.data.slice() }) });
      }
      if (object.kind === Kind.date) return vm.alloc({ ...object });
      if (object.kind === Kind.error)
        return vm.alloc({ ...object, keys: object.keys.slice(), values: object.values.slice() });
    }
    throw new Thrown(cloneError(vm, one));
  };
  return copy(value, 0);
});
native("\0integer", 1, (vm, _self, [value]) => toInteger(vm, value));
