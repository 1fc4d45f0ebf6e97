/* Operators whose operands are not both numbers, or not both what the interpreter's fast paths know. */

import type { Ref, Value } from "../host.ts";
import { bounded, convertsByHandler, isCallable, same, toKey, toNumber, toPrimitive } from "./convert.ts";
import { type ClassData, Kind } from "./heap.ts";
import { hasProperty } from "./own.ts";
import { prototypeOf } from "./property.ts";
import { intrinsicAt } from "./registry.ts";
import type { Vm } from "./vm.ts";

/** a + b */
export function add(vm: Vm, a: Value, b: Value): Value {
  const left = primitiveForAdd(vm, a);
  const right = primitiveForAdd(vm, b);
  if (typeof left === "string" || typeof right === "string") return bounded(vm, String(left) + String(right));
  return Number(left) + Number(right);
}

function primitiveForAdd(vm: Vm, value: Value) {
  const date = vm.as(value, Kind.date);
  // Dates alone prefer their text when added.
  if (date !== null) return String(toPrimitive(vm, value));
  return toPrimitive(vm, value);
}

/** a == b */
export function looselyEqual(vm: Vm, a: Value, b: Value): boolean {
  const aIsNullish = a === undefined || a === null;
  const bIsNullish = b === undefined || b === null;
  if (aIsNullish || bIsNullish) return aIsNullish && bIsNullish;
  if (typeof a === typeof b) return same(a, b);
  const left = toPrimitive(vm, a);
  const right = toPrimitive(vm, b);
  if (typeof left === typeof right) return left === right;
  return Number(left) === Number(right);
}

/** Whether == between these would run the handler's own conversion of `value`. */
export function looseNeedsConversion(vm: Vm, value: Value, other: Value): boolean {
  return (
    typeof value === "object" &&
    other !== null &&
    other !== undefined &&
    typeof other !== "object" &&
    convertsByHandler(vm, value)
  );
}

/** a < b and its like; `op` 0 <, 1 <=, 2 >, 3 >= */
export function compare(vm: Vm, a: Value, b: Value, op: number): boolean {
  const left = toPrimitive(vm, a);
  const right = toPrimitive(vm, b);
  if (typeof left === "string" && typeof right === "string") {
    return op === 0 ? left < right : op === 1 ? left <= right : op === 2 ? left > right : left >= right;
  }
  const x = Number(left);
  const y = Number(right);
  return op === 0 ? x < y : op === 1 ? x <= y : op === 2 ? x > y : x >= y;
}

/** Arithmetic and bit operators besides +; `op` is their opcode. */
export function arithmetic(vm: Vm, op: number, a: Value, b: Value): number {
  const x = toNumber(vm, a);
  const y = toNumber(vm, b);
  switch (op) {
    case 41:
      return x - y;
    case 42:
      return x * y;
    case 43:
      return x / y;
    case 44:
      return x % y;
    case 45:
      return x ** y;
    case 46:
      return x & y;
    case 47:
      return x | y;
    case 48:
      return x ^ y;
    case 49:
      return x << y;
    case 50:
      return x >> y;
    default:
      return x >>> y;
  }
}

/** value instanceof type */
export function instanceOf(vm: Vm, value: Value, type: Value): boolean {
  if (!isCallable(vm, type)) return vm.typeError("Right-hand side of 'instanceof' is not callable");
  const prototype = prototypeProperty(vm, type);
  if (typeof value !== "object" || value === null) return false;
  if (isCallable(vm, value) && type.ref < 0 && intrinsicAt(type.ref).name === "Function") return true;
  const hostType = vm.as(type, Kind.hostFunction)?.name;
  if (hostType !== undefined) return vm.as(value, Kind.host)?.type === hostType;
  if (prototype === null) return false;
  for (let at = prototypeOf(vm, value); at !== null; at = prototypeOf(vm, at))
    if (at.ref === prototype.ref) return true;
  return false;
}

function prototypeProperty(vm: Vm, type: Ref): Ref | null {
  if (type.ref < 0) return intrinsicAt(type.ref).prototype;
  const object = vm.at(type);
  return object.kind === Kind.class ? (object as ClassData).prototype : null;
}

/** key in object */
export function isIn(vm: Vm, key: Value, object: Value): boolean {
  return hasProperty(vm, object, toKey(vm, key));
}
