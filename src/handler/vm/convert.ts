/* Conversions and comparisons of values, as far as they run no code of the handler. */
import type { Ref, Value } from "../host.ts";
import { DateText } from "./date.ts";
import { type ErrorData, type KeyedObject, Kind } from "./heap.ts";
import { intrinsicAt } from "./registry.ts";
import { MAX_LENGTH, type Vm } from "./vm.ts";

/** Arrays nested deeper than this have no text: one that contains itself would have no end. */
const MAX_TEXT_DEPTH = 20;

/** ToBoolean */
export function truthy(value: Value): boolean {
  return typeof value === "object" ? value !== null : Boolean(value);
}

/** Strict equality, of references by what they refer to. */
export function same(a: Value, b: Value): boolean {
  if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) return a.ref === b.ref;
  return a === b;
}

/** SameValueZero, as maps and includes() compare. */
export function sameValueZero(a: Value, b: Value): boolean {
  return same(a, b) || (typeof a === "number" && typeof b === "number" && Number.isNaN(a) && Number.isNaN(b));
}

/** Object.is */
export function sameValue(a: Value, b: Value): boolean {
  return typeof a === "object" && a !== null ? same(a, b) : Object.is(a, b);
}

/** typeof */
export function typeOf(vm: Vm, value: Value): string {
  if (typeof value !== "object") return typeof value;
  return value !== null && isCallable(vm, value) ? "function" : "object";
}

/** Whether it can be called (classes included, which then throw). */
export function isCallable(vm: Vm, value: Value): value is Ref {
  if (typeof value !== "object" || value === null) return false;
  if (value.ref < 0) {
    const known = intrinsicAt(value.ref);
    return known.call !== null || known.construct !== null || known.library >= 0 || known.makes >= 0;
  }
  const { kind } = vm.at(value);
  return (
    kind === Kind.function ||
    kind === Kind.class ||
    kind === Kind.hostFunction ||
    kind === Kind.bound ||
    kind === Kind.resolver
  );
}

/** The result of ToPrimitive for values whose conversion is the machine's own; `undefined` is no primitive here. */
export type Primitive = null | boolean | number | string | undefined;

/** Whether converting it to a primitive runs code of the handler (its own toString or valueOf). */
export function convertsByHandler(vm: Vm, value: Value, depth = 0): boolean {
  if (typeof value !== "object" || value === null || value.ref < 0) return false;
  let object = vm.at(value);
  if (object.kind === Kind.array) {
    vm.charge(object.values.length >> 6);
    return depth < MAX_TEXT_DEPTH && object.values.some((item) => convertsByHandler(vm, item, depth + 1));
  }
  for (;;) {
    if (object.kind !== Kind.object && object.kind !== Kind.error && object.kind !== Kind.class) return false;
    if (object.keys.includes("toString") || object.keys.includes("valueOf")) return true;
    const { proto }: KeyedObject = object;
    if (proto === null) return object.kind === Kind.object;
    if (proto.ref < 0) return false;
    object = vm.at(proto);
  }
}

/** ToPrimitive; stuck where that would run code of the handler. */
export function toPrimitive(vm: Vm, value: Value): Primitive {
  if (typeof value !== "object" || value === null) return value;
  if (value.ref >= 0) {
    const object = vm.at(value);
    if (object.kind === Kind.date) return object.time;
  }
  return objectToString(vm, value, 0);
}

/** ToNumber; stuck where that would run code of the handler. */
export function toNumber(vm: Vm, value: Value): number {
  if (typeof value === "number") return value;
  return Number(toPrimitive(vm, value));
}

/** ToIntegerOrInfinity, `fallback` for undefined. */
export function toInteger(vm: Vm, value: Value, fallback = 0): number {
  if (value === undefined) return fallback;
  const number = Math.trunc(toNumber(vm, value));
  return Number.isNaN(number) ? 0 : number;
}

/** ToString; stuck where that would run code of the handler. */
export function toText(vm: Vm, value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  return objectToString(vm, value, 0);
}

/** Property key of a value. */
export function toKey(vm: Vm, value: Value): string {
  return toText(vm, value);
}

/** Checks a string's length before it is kept. */
export function bounded(vm: Vm, text: string): string {
  vm.noteSize(text.length);
  if (text.length > MAX_LENGTH) vm.tooLong("a string");
  return text;
}

function objectToString(vm: Vm, ref: Ref, depth: number): string {
  if (ref.ref < 0) {
    const known = intrinsicAt(ref.ref);
    return isCallable(vm, ref)
      ? `function ${known.name.slice(known.name.lastIndexOf(".") + 1)}() { [native code] }`
      : `[object ${known.name}]`;
  }
  if (convertsByHandler(vm, ref)) {
    const object = vm.at(ref);
    if ("proto" in object && object.proto === null)
      return vm.typeError("Cannot convert object to primitive value");
    return vm.stuck(
      "This conversion would call the object's own toString() or valueOf() from inside a built-in function. Call toString() explicitly.",
    );
  }
  const object = vm.at(ref);
  switch (object.kind) {
    case Kind.array:
      return joinValues(vm, object.values, ",", depth);
    case Kind.error:
      return errorToString(vm, ref);
    case Kind.function:
    case Kind.class:
      return vm.textOf(vm.code(object.code)) ?? "function () { [native code] }";
    case Kind.bound:
    case Kind.hostFunction:
    case Kind.resolver:
      return "function () { [native code] }";
    case Kind.promise:
      return "[object Promise]";
    case Kind.map:
      return "[object Map]";
    case Kind.set:
      return "[object Set]";
    case Kind.buffer:
      return "[object ArrayBuffer]";
    case Kind.bytes: {
      const buffer = vm.as(object.buffer, Kind.buffer);
      vm.charge(object.length >> 2);
      if (buffer === null || object.length > MAX_LENGTH) return vm.tooLong("a string");
      return Array.from(
        { length: object.length },
        (_, at) => buffer.data[object.offset + at] ?? buffer.rest,
      ).join(",");
    }
    case Kind.host:
      return `[object ${object.type}]`;
    case Kind.web:
      if (object.type === "URL") return String(object.values[0]);
      if (object.type === "URLSearchParams") return String(object.values[0]);
      return `[object ${object.type}]`;
    case Kind.date:
      return new DateText(object.time).text();
    default:
      return "[object Object]";
  }
}

/** Array.prototype.join without the handler's own conversions. */
export function joinValues(vm: Vm, values: readonly Value[], separator: string, depth: number): string {
  if (depth > MAX_TEXT_DEPTH)
    return vm.stuck("This array contains itself, or is nested too deeply to become a string.");
  vm.charge(values.length);
  let text = "";
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (at > 0) text += separator;
    if (value === undefined || value === null) continue;
    text += typeof value === "object" ? objectToString(vm, value, depth + 1) : String(value);
    if (text.length > MAX_LENGTH) vm.tooLong("a string");
  }
  vm.noteSize(text.length);
  return text;
}

/** Error.prototype.toString */
export function errorToString(vm: Vm, ref: Ref): string {
  const name = errorField(vm, ref, "name", "Error");
  const message = errorField(vm, ref, "message", "");
  if (name === "") return message;
  return message === "" ? name : `${name}: ${message}`;
}

/** `name` or `message` of an error, from itself or its classes. */
export function errorField(vm: Vm, ref: Ref, key: "name" | "message", fallback: string): string {
  for (let at: Ref | null = ref; at !== null; ) {
    if (at.ref < 0) {
      const known = intrinsicAt(at.ref);
      const value = known.members.get(key);
      if (value !== undefined) return toText(vm, value);
      at = known.parent;
      continue;
    }
    const object = vm.at(at) as ErrorData;
    const index = object.keys.indexOf(key);
    if (index >= 0) {
      const value = object.values[index];
      if (vm.as(value, Kind.accessor) !== null)
        return vm.stuck(`An error's ${key} is a getter here. Assign it in the constructor.`);
      return value === undefined ? fallback : toText(vm, value);
    }
    at = object.proto;
  }
  return fallback;
}

/** Relative index arguments of slice, at and the like. */
export function relativeIndex(vm: Vm, value: Value, length: number, fallback: number): number {
  const index = toInteger(vm, value, fallback);
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}
