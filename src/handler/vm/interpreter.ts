/*
 * The interpreter: one loop over the instructions of the innermost frame. It never calls itself; calls push frames, and
 * it can stop between any two instructions. This file is longer than others because an engine compiles a switch with
 * literal cases to a jump table, but not one over imported names: a test holds the numbers against opcodes.ts.
 */

import { HandlerThrow, type Ref, type Value } from "../host.ts";
import type { FunctionCode } from "../program.ts";
import { callHost, invoke, pushClassPart, pushLibrary, returnFrom, suspend, unwind } from "./call.ts";
import { construct, superCall } from "./construct.ts";
import { bounded, convertsByHandler, same, toKey, toNumber, toText, truthy, typeOf } from "./convert.ts";
import {
  defineMethod,
  globalValue,
  homeParent,
  importValue,
  makeClass,
  makeClosure,
  makeRest,
  requirePrivate,
} from "./define.ts";
import {
  type ArrayData,
  type ClassData,
  type Frame,
  Give,
  Kind,
  type ScopeData,
  UNINITIALIZED,
} from "./heap.ts";
import { DONE, iteratorOf, listOf, newIterator, next } from "./iterate.ts";
import { startJob } from "./jobs.ts";
import { libraryFunction } from "./library.ts";
import {
  add,
  arithmetic,
  compare,
  instanceOf,
  isIn,
  looselyEqual,
  looseNeedsConversion,
} from "./operators.ts";
import { hasAccessors, hasOwn, ownKeys } from "./own.ts";
import { lookupElement, lookupProperty } from "./property.ts";
import { machineOf, STEP_LIMIT, Thrown, type Vm } from "./vm.ts";
import { define, defineAccessor, deleteProperty, setElement, setProperty } from "./write.ts";

/** Runs frames above `base`; true when they are done, false when `stopAt` steps are reached first. */
export function runFrames(vm: Vm, base: number, stopAt: number): boolean {
  while (vm.frames.length > base) {
    try {
      if (!execute(vm, base, stopAt)) return false;
    } catch (thrown) {
      caught(vm, thrown);
    }
  }
  return true;
}

function caught(vm: Vm, thrown: unknown): void {
  if (thrown instanceof Thrown || thrown instanceof HandlerThrow) unwind(vm, thrown.value);
  else if (thrown instanceof RangeError) {
    // The engine's own bounds, of strings, arguments and recursion, where they are narrower than the machine's.
    vm.stuck(
      `The handler uses data that is too large or nested too deeply (${thrown.message}). Use smaller data.`,
    );
  } else throw thrown;
}

/** Runs frames and promise jobs until none is left; false when `stopAt` steps are reached first. */
export function runTurn(vm: Vm, stopAt: number): boolean {
  for (;;) {
    if (!runFrames(vm, 0, stopAt)) return false;
    try {
      if (!startJob(vm)) return true;
    } catch (thrown) {
      if (vm.frames.length === 0) throw thrown;
      caught(vm, thrown);
    }
  }
}

function takeArguments(vm: Vm, stack: Value[], count: number): Value[] {
  if (count < 0) {
    const list = stack.pop() as Ref;
    return (vm.at(list) as ArrayData).values.slice();
  }
  // Written out for the usual counts: this runs for every call.
  if (count === 0) return [];
  const last = stack.pop();
  if (count === 1) return [last];
  const beforeLast = stack.pop();
  if (count === 2) return [beforeLast, last];
  const args = stack.splice(stack.length - count + 2, count - 2);
  args.push(beforeLast, last);
  return args;
}

/** Operands whose conversion runs code of the handler are converted by a library call first; the instruction runs again. */
function converts(vm: Vm, frame: Frame, start: number, operands: number, hint: string): boolean {
  const { stack } = frame;
  for (let at = stack.length - operands; at < stack.length; at++) {
    const value = stack[at];
    if (typeof value !== "object" || value === null || !convertsByHandler(vm, value)) continue;
    frame.pc = start;
    pushLibrary(vm, libraryFunction("toPrimitive"), undefined, [value, hint], Give.replace, at);
    return true;
  }
  return false;
}

function scopeAt(vm: Vm, frame: Frame, depth: number): Ref {
  let scope = frame.scope as Ref;
  for (let up = depth; up > 0; up--) scope = (vm.at(scope) as ScopeData).parent as Ref;
  return scope;
}

function isUninitialized(value: Value): boolean {
  return typeof value === "object" && value !== null && value.ref === UNINITIALIZED.ref;
}

function uninitialized(vm: Vm, name: unknown): never {
  return vm.throwError("ReferenceError", `Cannot access '${String(name)}' before initialization`);
}

function nullish(value: Value): boolean {
  return value === undefined || value === null;
}

/** Runs the innermost frame until frames change, then the then innermost one, and so on. False when stopped. */
function execute(vm: Vm, base: number, stopAt: number): boolean {
  const { frames } = vm;
  while (frames.length > base) {
    const frame = frames[frames.length - 1] as Frame;
    if (!executeFrame(vm, frame, vm.code(frame.code), stopAt)) return false;
  }
  return true;
}

/** Runs `frame` until it is not the innermost one any more. False when stopped. */
function executeFrame(vm: Vm, frame: Frame, fn: FunctionCode, stopAt: number): boolean {
  const { frames } = vm;
  const depth = frames.length;
  const { stack } = frame;
  const code = fn.code as number[];
  const constants = fn.constants as readonly (string & Value)[];
  let { pc } = frame;
  for (;;) {
    const start = pc;
    frame.pc = pc;
    if (vm.steps >= stopAt) {
      if (vm.steps >= STEP_LIMIT) {
        frame.pc = start + 1;
        vm.outOfSteps();
      }
      return false;
    }
    vm.steps++;
    // Positions are looked up by what precedes pc.
    frame.pc = pc + 1;
    switch (code[pc++]) {
      case 1: // CONST
        stack.push(constants[code[pc++] as number]);
        continue;
      case 2: // INT
        stack.push(code[pc++]);
        continue;
      case 3: // UNDEF
        stack.push(undefined);
        continue;
      case 4: // NULL
        stack.push(null);
        continue;
      case 5: // TRUE
        stack.push(true);
        continue;
      case 6: // FALSE
        stack.push(false);
        continue;
      case 7: // POP
        stack.pop();
        continue;
      case 8: // DUP
        stack.push(stack[stack.length - 1]);
        continue;
      case 9: {
        // SWAP
        const b = stack.pop();
        const a = stack.pop();
        stack.push(b, a);
        continue;
      }
      case 10: // DUP2
        stack.push(stack[stack.length - 2], stack[stack.length - 1]);
        continue;
      case 11: {
        // DUPX1
        const b = stack.pop();
        const a = stack.pop();
        stack.push(b, a, b);
        continue;
      }
      case 12: {
        // DUPX2
        const c = stack.pop();
        const b = stack.pop();
        const a = stack.pop();
        stack.push(c, a, b, c);
        continue;
      }
      case 13: // LOAD
        stack.push(stack[code[pc++] as number]);
        continue;
      case 14: // STORE
        stack[code[pc++] as number] = stack.pop();
        continue;
      case 15: {
        // LOAD_CHECKED
        const value = stack[code[pc++] as number];
        const name = code[pc++] as number;
        if (isUninitialized(value)) uninitialized(vm, constants[name]);
        stack.push(value);
        continue;
      }
      case 16: {
        // STORE_CHECKED
        const slot = code[pc++] as number;
        const name = code[pc++] as number;
        if (isUninitialized(stack[slot])) uninitialized(vm, constants[name]);
        stack[slot] = stack.pop();
        continue;
      }
      case 17: {
        // SCOPE_LOAD
        const scope = scopeAt(vm, frame, code[pc++] as number);
        stack.push((vm.at(scope) as ScopeData).values[code[pc++] as number]);
        continue;
      }
      case 18: {
        // SCOPE_STORE
        const scope = scopeAt(vm, frame, code[pc++] as number);
        vm.own<ScopeData>(scope).values[code[pc++] as number] = stack.pop();
        continue;
      }
      case 19: {
        // SCOPE_LOAD_CHECKED
        const scope = scopeAt(vm, frame, code[pc++] as number);
        const value = (vm.at(scope) as ScopeData).values[code[pc++] as number];
        const name = code[pc++] as number;
        if (isUninitialized(value)) uninitialized(vm, constants[name]);
        stack.push(value);
        continue;
      }
      case 20: {
        // SCOPE_STORE_CHECKED
        const scope = scopeAt(vm, frame, code[pc++] as number);
        const index = code[pc++] as number;
        const name = code[pc++] as number;
        const { values } = vm.own<ScopeData>(scope);
        if (isUninitialized(values[index])) uninitialized(vm, constants[name]);
        values[index] = stack.pop();
        continue;
      }
      case 21: // UNINIT
        stack[code[pc++] as number] = UNINITIALIZED;
        continue;
      case 22: {
        // SCOPE
        const count = code[pc++] as number;
        const initialized = code[pc++] as number;
        const values: Value[] = [];
        for (let at = 0; at < count; at++) values.push(at < initialized ? undefined : UNINITIALIZED);
        frame.scope = vm.alloc({ kind: Kind.scope, parent: frame.scope, values });
        continue;
      }
      case 23: // UNSCOPE
        frame.scope = (vm.at(frame.scope as Ref) as ScopeData).parent;
        continue;
      case 24: {
        // SCOPE_COPY
        const { parent, values } = vm.at(frame.scope as Ref) as ScopeData;
        frame.scope = vm.alloc({ kind: Kind.scope, parent, values: values.slice() });
        continue;
      }
      case 25: {
        // CONST_ASSIGN
        const message = String(constants[code[pc++] as number]);
        return vm.throwError(message.endsWith("is not defined") ? "ReferenceError" : "TypeError", message);
      }
      case 26: {
        // GLOBAL
        const name = String(constants[code[pc++] as number]);
        const value = globalValue(vm, name);
        stack.push(value === null ? vm.throwError("ReferenceError", `${name} is not defined`) : value);
        continue;
      }
      case 27: {
        // GLOBAL_TYPEOF
        const value = globalValue(vm, String(constants[code[pc++] as number]));
        stack.push(value === null ? "undefined" : typeOf(vm, value));
        continue;
      }
      case 28: // THIS
        if (isUninitialized(frame.self)) {
          vm.throwError(
            "ReferenceError",
            "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
          );
        }
        stack.push(frame.self);
        continue;
      case 29: // SELF
        stack.push(frame.callee);
        continue;
      case 30: {
        // IMPORT
        const module = String(constants[code[pc++] as number]);
        stack.push(importValue(vm, module, String(constants[code[pc++] as number])));
        continue;
      }
      case 31: {
        // EXPORT
        const name = String(constants[code[pc++] as number]);
        vm.exports = [...vm.exports, { name, value: stack.pop() }];
        continue;
      }
      case 32: // JUMP
        pc = code[pc] as number;
        continue;
      case 33: // JUMP_FALSE
        pc = truthy(stack.pop()) ? pc + 1 : (code[pc] as number);
        continue;
      case 34: // JUMP_TRUE
        pc = truthy(stack.pop()) ? (code[pc] as number) : pc + 1;
        continue;
      case 35: // KEEP_FALSE
        if (!truthy(stack[stack.length - 1])) pc = code[pc] as number;
        else {
          stack.pop();
          pc++;
        }
        continue;
      case 36: // KEEP_TRUE
        if (truthy(stack[stack.length - 1])) pc = code[pc] as number;
        else {
          stack.pop();
          pc++;
        }
        continue;
      case 37: // KEEP_VALUE
        if (!nullish(stack[stack.length - 1])) pc = code[pc] as number;
        else {
          stack.pop();
          pc++;
        }
        continue;
      case 38: // KEEP_DEFINED
        if (stack[stack.length - 1] !== undefined) pc = code[pc] as number;
        else {
          stack.pop();
          pc++;
        }
        continue;
      case 39: // DROP_NULLISH
        if (nullish(stack[stack.length - 1])) {
          stack.pop();
          pc = code[pc] as number;
        } else pc++;
        continue;
      case 40: {
        // ADD
        const b = stack[stack.length - 1];
        const a = stack[stack.length - 2];
        if (typeof a === "number" && typeof b === "number") {
          stack.pop();
          stack[stack.length - 1] = a + b;
          continue;
        }
        if (typeof a === "string" && typeof b === "string") {
          stack.pop();
          stack[stack.length - 1] = bounded(vm, a + b);
          continue;
        }
        if (converts(vm, frame, start, 2, "default")) return true;
        stack.pop();
        stack[stack.length - 1] = add(vm, a, b);
        continue;
      }
      case 41: // SUB
      case 42: // MUL
      case 43: // DIV
      case 44: // MOD
      case 45: // EXP
      case 46: // BIT_AND
      case 47: // BIT_OR
      case 48: // BIT_XOR
      case 49: // SHIFT_LEFT
      case 50: // SHIFT_RIGHT
      case 51: {
        // SHIFT_RIGHT_ZERO
        if (converts(vm, frame, start, 2, "number")) return true;
        const b = stack.pop();
        stack[stack.length - 1] = arithmetic(vm, code[start] as number, stack[stack.length - 1], b);
        continue;
      }
      case 52: // EQ
      case 53: {
        // NE
        const b = stack[stack.length - 1];
        const a = stack[stack.length - 2];
        if (
          (looseNeedsConversion(vm, a, b) || looseNeedsConversion(vm, b, a)) &&
          converts(vm, frame, start, 2, "default")
        )
          return true;
        stack.pop();
        stack[stack.length - 1] = looselyEqual(vm, a, b) === (code[start] === 52);
        continue;
      }
      case 54: {
        // SAME
        const b = stack.pop();
        stack[stack.length - 1] = same(stack[stack.length - 1], b);
        continue;
      }
      case 55: {
        // NOT_SAME
        const b = stack.pop();
        stack[stack.length - 1] = !same(stack[stack.length - 1], b);
        continue;
      }
      case 56: // LT
      case 57: // LE
      case 58: // GT
      case 59: {
        // GE
        const b = stack[stack.length - 1];
        const a = stack[stack.length - 2];
        const op = (code[start] as number) - 56;
        if (typeof a === "number" && typeof b === "number") {
          stack.pop();
          stack[stack.length - 1] = op === 0 ? a < b : op === 1 ? a <= b : op === 2 ? a > b : a >= b;
          continue;
        }
        if (converts(vm, frame, start, 2, "number")) return true;
        stack.pop();
        stack[stack.length - 1] = compare(vm, a, b, op);
        continue;
      }
      case 60: {
        // IN
        const object = stack.pop();
        stack[stack.length - 1] = isIn(vm, stack[stack.length - 1], object);
        continue;
      }
      case 61: {
        // INSTANCEOF
        const type = stack.pop();
        stack[stack.length - 1] = instanceOf(vm, stack[stack.length - 1], type);
        continue;
      }
      case 62: // NEGATE
        if (converts(vm, frame, start, 1, "number")) return true;
        stack[stack.length - 1] = -toNumber(vm, stack[stack.length - 1]);
        continue;
      case 63: // TO_NUMBER
        if (converts(vm, frame, start, 1, "number")) return true;
        stack[stack.length - 1] = toNumber(vm, stack[stack.length - 1]);
        continue;
      case 64: // NOT
        stack[stack.length - 1] = !truthy(stack[stack.length - 1]);
        continue;
      case 65: // BIT_NOT
        if (converts(vm, frame, start, 1, "number")) return true;
        stack[stack.length - 1] = ~toNumber(vm, stack[stack.length - 1]);
        continue;
      case 66: // TYPEOF
        stack[stack.length - 1] = typeOf(vm, stack[stack.length - 1]);
        continue;
      case 67: // INC
        if (converts(vm, frame, start, 1, "number")) return true;
        stack[stack.length - 1] = toNumber(vm, stack[stack.length - 1]) + 1;
        continue;
      case 68: // DEC
        if (converts(vm, frame, start, 1, "number")) return true;
        stack[stack.length - 1] = toNumber(vm, stack[stack.length - 1]) - 1;
        continue;
      case 69: // TO_STRING
        if (typeof stack[stack.length - 1] === "string") continue;
        if (converts(vm, frame, start, 1, "string")) return true;
        stack[stack.length - 1] = toText(vm, stack[stack.length - 1]);
        continue;
      case 70: {
        // TO_KEY
        const key = stack[stack.length - 1];
        if (typeof key === "string" || (typeof key === "number" && key >= 0)) continue;
        if (converts(vm, frame, start, 1, "string")) return true;
        stack[stack.length - 1] = toKey(vm, key);
        continue;
      }
      case 71: {
        // GET
        const object = stack[stack.length - 1];
        const value = lookupProperty(vm, object, String(constants[code[pc++] as number]));
        if (vm.pendingGetter === null) {
          stack[stack.length - 1] = value;
          continue;
        }
        stack.pop();
        frame.pc = pc;
        runGetter(vm, object);
        if (frames.length !== depth) return true;
        continue;
      }
      case 72: {
        // GET_ELEMENT
        if (converts(vm, frame, start, 1, "string")) return true;
        const key = stack.pop();
        const object = stack[stack.length - 1];
        const value = lookupElement(vm, object, key);
        if (vm.pendingGetter === null) {
          stack[stack.length - 1] = value;
          continue;
        }
        stack.pop();
        frame.pc = pc;
        runGetter(vm, object);
        if (frames.length !== depth) return true;
        continue;
      }
      case 73: {
        // SET
        const value = stack.pop();
        const object = stack[stack.length - 1];
        stack[stack.length - 1] = value;
        const setter = setProperty(vm, object, String(constants[code[pc++] as number]), value);
        if (setter === null) continue;
        frame.pc = pc;
        invoke(vm, setter, object, [value], Give.drop);
        if (frames.length !== depth) return true;
        continue;
      }
      case 74: {
        // SET_ELEMENT
        const value = stack.pop();
        const key = stack.pop();
        const object = stack[stack.length - 1];
        stack[stack.length - 1] = value;
        const setter = setElement(vm, object, key, value);
        if (setter === null) continue;
        frame.pc = pc;
        invoke(vm, setter, object, [value], Give.drop);
        if (frames.length !== depth) return true;
        continue;
      }
      case 75: // DELETE
        stack[stack.length - 1] = deleteProperty(
          vm,
          stack[stack.length - 1],
          String(constants[code[pc++] as number]),
        );
        continue;
      case 76: {
        // DELETE_ELEMENT
        const key = stack.pop();
        stack[stack.length - 1] = deleteProperty(vm, stack[stack.length - 1], toKey(vm, key));
        continue;
      }
      case 77: {
        // GET_PRIVATE
        const object = stack[stack.length - 1];
        const key = String(constants[code[pc++] as number]);
        requirePrivate(vm, object, key, "read");
        const value = lookupProperty(vm, object, key);
        if (vm.pendingGetter === null) {
          stack[stack.length - 1] = value;
          continue;
        }
        stack.pop();
        frame.pc = pc;
        runGetter(vm, object);
        if (frames.length !== depth) return true;
        continue;
      }
      case 78: {
        // SET_PRIVATE
        const value = stack.pop();
        const object = stack[stack.length - 1];
        const key = String(constants[code[pc++] as number]);
        requirePrivate(vm, object, key, "write");
        stack[stack.length - 1] = value;
        const setter = setProperty(vm, object, key, value);
        if (setter === null) continue;
        frame.pc = pc;
        invoke(vm, setter, object, [value], Give.drop);
        if (frames.length !== depth) return true;
        continue;
      }
      case 79: // DEFINE_PRIVATE
      case 101: {
        // DEFINE
        const value = stack.pop();
        define(vm, stack[stack.length - 1] as Ref, String(constants[code[pc++] as number]), value);
        continue;
      }
      case 80: {
        // HAS_PRIVATE
        const object = stack[stack.length - 1];
        const key = String(constants[code[pc++] as number]);
        if (typeof object !== "object" || object === null)
          vm.typeError("Cannot use 'in' operator to search for a private name in a primitive");
        stack[stack.length - 1] = isIn(vm, key, object);
        continue;
      }
      case 81: {
        // GET_SUPER
        const parent = homeParent(vm, frame);
        const key = String(constants[code[pc++] as number]);
        const value = parent === null ? undefined : lookupProperty(vm, parent, key);
        if (vm.pendingGetter === null) {
          stack.push(value);
          continue;
        }
        frame.pc = pc;
        runGetter(vm, frame.self);
        if (frames.length !== depth) return true;
        continue;
      }
      case 82: {
        // CALL
        const args = takeArguments(vm, stack, code[pc++] as number);
        const callee = stack.pop();
        frame.pc = pc;
        invoke(vm, callee, undefined, args, Give.push);
        if (frames.length !== depth) return true;
        continue;
      }
      case 83: {
        // CALL_THIS
        const args = takeArguments(vm, stack, code[pc++] as number);
        const callee = stack.pop();
        const self = stack.pop();
        frame.pc = pc;
        invoke(vm, callee, self, args, Give.push);
        if (frames.length !== depth) return true;
        continue;
      }
      case 84: {
        // CALL_METHOD
        const name = String(constants[code[pc++] as number]);
        const args = takeArguments(vm, stack, code[pc++] as number);
        const object = stack.pop();
        frame.pc = pc;
        callMethod(vm, object, name, args);
        if (frames.length !== depth) return true;
        continue;
      }
      case 85: {
        // CALL_ELEMENT
        const args = takeArguments(vm, stack, code[pc++] as number);
        const key = stack.pop();
        const object = stack.pop();
        frame.pc = pc;
        if (nullish(object)) lookupElement(vm, object, key);
        callMethod(vm, object, toKey(vm, key), args);
        if (frames.length !== depth) return true;
        continue;
      }
      case 86: {
        // CALL_GLOBAL
        const name = String(constants[code[pc++] as number]);
        const args = takeArguments(vm, stack, code[pc++] as number);
        frame.pc = pc;
        callGlobal(vm, name, args);
        if (frames.length !== depth) return true;
        continue;
      }
      case 87: {
        // NEW
        const args = takeArguments(vm, stack, code[pc++] as number);
        const callee = stack.pop();
        frame.pc = pc;
        construct(vm, callee, args, Give.push);
        if (frames.length !== depth) return true;
        continue;
      }
      case 88: {
        // SUPER_CALL
        const args = takeArguments(vm, stack, code[pc++] as number);
        frame.pc = pc;
        superCall(vm, args);
        if (frames.length !== depth) return true;
        continue;
      }
      case 89: {
        // NEW_GLOBAL
        const name = String(constants[code[pc++] as number]);
        const args = takeArguments(vm, stack, code[pc++] as number);
        frame.pc = pc;
        newGlobal(vm, name, args);
        if (frames.length !== depth) return true;
        continue;
      }
      case 90: {
        // CHECK_OBJECT
        const object = stack[stack.length - 1];
        const name = code[pc++] as number;
        if (nullish(object))
          vm.typeError(`Cannot read properties of ${String(object)} (reading '${String(constants[name])}')`);
        continue;
      }
      case 91: // CLOSURE
        stack.push(makeClosure(vm, frame, code[pc++] as number));
        continue;
      case 92: {
        // CLASS
        const name = String(constants[code[pc++] as number]);
        const ctor = code[pc++] as number;
        const fields = code[pc++] as number;
        const hasParent = code[pc++] === 1;
        stack.push(makeClass(vm, frame, name, ctor, fields, hasParent, hasParent ? stack.pop() : null));
        continue;
      }
      case 93: {
        // METHOD
        const name = String(constants[code[pc++] as number]);
        const kind = code[pc++] as number;
        const fnRef = stack.pop() as Ref;
        defineMethod(vm, stack[stack.length - 1] as Ref, name, fnRef, kind);
        continue;
      }
      case 94: {
        // METHOD_ELEMENT
        const kind = code[pc++] as number;
        const fnRef = stack.pop() as Ref;
        const name = toKey(vm, stack.pop());
        defineMethod(vm, stack[stack.length - 1] as Ref, name, fnRef, kind);
        continue;
      }
      case 95: {
        // STATIC_INIT
        const id = code[pc++] as number;
        const classRef = stack[stack.length - 1] as Ref;
        frame.pc = pc;
        pushClassPart(vm, id, classRef, frame.scope, classRef);
        return true;
      }
      case 96: {
        // FIELDS
        const { fields, scope } = vm.at(frame.callee as Ref) as ClassData;
        if (fields < 0) continue;
        frame.pc = pc;
        pushClassPart(vm, fields, frame.callee as Ref, scope, frame.self);
        return true;
      }
      case 97: // ARRAY
        stack.push(vm.array(takeArguments(vm, stack, code[pc++] as number)));
        continue;
      case 98: {
        // APPEND
        const value = stack.pop();
        vm.own<ArrayData>(stack[stack.length - 1] as Ref).values.push(value);
        continue;
      }
      case 99: {
        // APPEND_ALL
        const items = listOf(vm, stack.pop());
        const array = vm.own<ArrayData>(stack[stack.length - 1] as Ref);
        array.values = array.values.concat(items);
        vm.noteSize(array.values.length);
        if (array.values.length > 1_048_576) vm.tooLong("an array");
        continue;
      }
      case 100: {
        // OBJECT
        const keys = constants[code[pc++] as number] as unknown as readonly string[];
        stack.push(vm.object(keys, takeArguments(vm, stack, code[pc++] as number)));
        continue;
      }
      case 102: {
        // DEFINE_ELEMENT
        const value = stack.pop();
        const key = stack.pop();
        define(vm, stack[stack.length - 1] as Ref, toKey(vm, key), value);
        continue;
      }
      case 103: {
        // COPY_PROPERTIES
        const source = stack.pop();
        const target = stack[stack.length - 1] as Ref;
        if (hasAccessors(vm, source)) {
          frame.pc = pc;
          pushLibrary(vm, libraryFunction("copyProperties"), undefined, [target, source], Give.drop, 0);
          return true;
        }
        for (const key of ownKeys(vm, source)) define(vm, target, key, lookupProperty(vm, source, key));
        continue;
      }
      case 104: {
        // ACCESSOR
        const kind = code[pc++] as number;
        const fnRef = stack.pop() as Ref;
        const name = toKey(vm, stack.pop());
        defineAccessor(
          vm,
          stack[stack.length - 1] as Ref,
          name,
          kind === 1 ? { getter: fnRef } : { setter: fnRef },
          false,
        );
        continue;
      }
      case 105: {
        // OBJECT_REST
        const names = takeArguments(vm, stack, code[pc++] as number);
        const source = stack[stack.length - 1];
        if (hasAccessors(vm, source)) {
          stack.pop();
          frame.pc = pc;
          const excluded = vm.array(names.map((name) => toKey(vm, name)));
          pushLibrary(vm, libraryFunction("copyOthers"), undefined, [source, excluded], Give.push, 0);
          return true;
        }
        stack[stack.length - 1] = makeRest(vm, source, names);
        continue;
      }
      case 106: // ITERATE
        stack[stack.length - 1] = iteratorOf(vm, stack[stack.length - 1]);
        continue;
      case 107: {
        // ITERATE_KEYS
        const object = stack[stack.length - 1];
        stack[stack.length - 1] = newIterator(vm, vm.array(inheritedKeys(vm, object)), "values");
        continue;
      }
      case 108: {
        // NEXT
        const value = next(vm, stack[code[pc++] as number]);
        if (value === DONE) pc = code[pc] as number;
        else {
          stack.push(value);
          pc++;
        }
        continue;
      }
      case 109: {
        // NEXT_OR_UNDEFINED
        const value = next(vm, stack[code[pc++] as number]);
        stack.push(value === DONE ? undefined : value);
        continue;
      }
      case 110: // NEXT_ALL
        stack.push(vm.array(listOf(vm, stack[code[pc++] as number])));
        continue;
      case 111: // TRY
        frame.catches ??= [];
        frame.catches.push({ pc: code[pc++] as number, scope: frame.scope });
        continue;
      case 112: // END_TRY
        frame.catches?.pop();
        continue;
      case 113: // THROW
        unwind(vm, stack.pop());
        return true;
      case 114: // RETURN
        returnFrom(vm, stack.pop());
        return true;
      case 115: {
        // AWAIT
        const text = String(constants[code[pc++] as number]);
        const value = stack.pop();
        vm.host.awaits(machineOf(vm), frame.call, text);
        frame.pc = pc;
        suspend(vm, value);
        return true;
      }
      case 116: {
        // CHECK_DESTRUCTURE
        const value = stack[stack.length - 1];
        if (nullish(value)) vm.typeError(`Cannot destructure '${String(value)}' as it is ${String(value)}.`);
        continue;
      }
      default:
        throw new Error(
          `no instruction ${code[start]} at ${start} of ${fn.name}: the program was made by another version`,
        );
    }
  }
}

/** Calls the getter that a property read has met. */
function runGetter(vm: Vm, self: Value): void {
  const getter = vm.pendingGetter;
  vm.pendingGetter = null;
  invoke(vm, getter, self, [], Give.push);
}

function callMethod(vm: Vm, object: Value, name: string, args: Value[]): void {
  if (typeof object === "object" && object !== null && object.ref >= 0) {
    const data = vm.at(object);
    if (data.kind === Kind.host && vm.host.member(data.type, name).is === "method") {
      // The usual case, without making a function object.
      const frame = vm.frames[vm.frames.length - 1] as Frame;
      frame.stack.push(callHost(vm, `${data.type}.${name}`, data, args));
      return;
    }
  }
  const callee = lookupProperty(vm, object, name);
  if (vm.pendingGetter !== null) {
    vm.pendingGetter = null;
    return pushLibrary(
      vm,
      libraryFunction("callGetter"),
      undefined,
      [object, name, vm.array(args)],
      Give.push,
      0,
    );
  }
  invoke(vm, callee, object, args, Give.push, 0, null, name);
}

function callGlobal(vm: Vm, name: string, args: Value[]): void {
  const known = globalValue(vm, name, true);
  if (known !== undefined) {
    if (known === null) vm.throwError("ReferenceError", `${name} is not defined`);
    return invoke(vm, known, undefined, args, Give.push, 0, null, name);
  }
  const frame = vm.frames[vm.frames.length - 1] as Frame;
  frame.stack.push(callHost(vm, name, null, args));
}

function newGlobal(vm: Vm, name: string, args: Value[]): void {
  const known = globalValue(vm, name, true);
  if (known !== undefined) {
    if (known === null) vm.throwError("ReferenceError", `${name} is not defined`);
    return construct(vm, known, args, Give.push, name);
  }
  const frame = vm.frames[vm.frames.length - 1] as Frame;
  frame.stack.push(callHost(vm, name, null, args));
}

function inheritedKeys(vm: Vm, object: Value): Value[] {
  const keys = ownKeys(vm, object);
  if (typeof object !== "object" || object === null || object.ref < 0) return keys;
  let data = vm.at(object);
  while (data.kind === Kind.object && data.proto !== null && data.proto.ref >= 0) {
    for (const key of ownKeys(vm, data.proto))
      if (!keys.includes(key) && !hasOwn(vm, object, key)) keys.push(key);
    data = vm.at(data.proto);
  }
  return keys;
}
