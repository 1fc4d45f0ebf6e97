/*
 * Calls: pushes a frame for code, runs the machine's and the host's functions at once, and hands results to whoever
 * waits for them. Exceptions unwind frames here.
 */

import type { Ref, Value } from "../host.ts";
import { FunctionFlag } from "../program.ts";
import { type Frame, type FunctionData, Give, Kind, UNINITIALIZED } from "./heap.ts";
import { inspectShort } from "./inspect.ts";
import { addReaction, promiseOf, rejectPromise, resolvePromise, settleAtEpoch } from "./promise.ts";
import { intrinsic, intrinsicAt } from "./registry.ts";
import { MAX_FRAMES, machineOf, type Vm } from "./vm.ts";

const CALL = intrinsic("Function.prototype.call").self.ref;
const APPLY = intrinsic("Function.prototype.apply").self.ref;

/** Calls any value. The result goes where `give`, `at` and `target` say; `args` is handed over to the callee. */
export function invoke(
  vm: Vm,
  callee: Value,
  self: Value,
  args: Value[],
  give: number,
  at = 0,
  target: Ref | null = null,
  name = "",
): void {
  if (typeof callee !== "object" || callee === null) return notCallable(vm, callee, name);
  if (callee.ref < 0) return invokeIntrinsic(vm, callee, self, args, give, at, target, name);
  const object = vm.at(callee);
  switch (object.kind) {
    case Kind.function:
      return pushFunction(vm, callee, object, self, args, give, at, target);
    case Kind.hostFunction: {
      const bound = object.self === null ? null : vm.as(object.self, Kind.host);
      return deliver(vm, give, at, target, callHost(vm, object.name, bound, args));
    }
    case Kind.bound:
      return invoke(vm, object.target, object.self, [...object.values, ...args], give, at, target, name);
    case Kind.resolver:
      settleAtEpoch(vm, object.promise, object.epoch, object.rejects, args[0]);
      return deliver(vm, give, at, target, undefined);
    case Kind.class:
      return vm.typeError(`Class constructor ${object.name} cannot be invoked without 'new'`);
    default:
      return notCallable(vm, callee, name);
  }
}

function notCallable(vm: Vm, callee: Value, name: string): never {
  return vm.typeError(`${name === "" ? inspectShort(vm, callee) : name} is not a function`);
}

/** Calls a function of the host. */
export function callHost(
  vm: Vm,
  name: string,
  self: { readonly type: string; readonly id: number } | null,
  args: readonly Value[],
): Value {
  vm.enterHostCall();
  try {
    return vm.host.call(machineOf(vm), name, self, args);
  } finally {
    vm.hostDepth--;
  }
}

function invokeIntrinsic(
  vm: Vm,
  callee: Ref,
  self: Value,
  args: Value[],
  give: number,
  at: number,
  target: Ref | null,
  name: string,
): void {
  if (callee.ref === CALL) return invoke(vm, self, args[0], args.slice(1), give, at, target, name);
  if (callee.ref === APPLY) {
    const list = vm.as(args[1], Kind.array);
    return invoke(vm, self, args[0], list === null ? [] : list.values.slice(), give, at, target, name);
  }
  const known = intrinsicAt(callee.ref);
  if (known.library >= 0) {
    const frame = newFrame(vm, known.library, null, null, self, args, give, at, target);
    vm.frames.push(frame);
    return;
  }
  if (known.call !== null) return deliver(vm, give, at, target, known.call(vm, self, args));
  if (known.construct !== null || known.makes >= 0)
    return vm.typeError(`Class constructor ${known.name} cannot be invoked without 'new'`);
  return notCallable(vm, callee, name === "" ? known.name : name);
}

/** A frame that is ready to run. `args` becomes its stack. */
export function newFrame(
  vm: Vm,
  code: number,
  callee: Ref | null,
  scope: Ref | null,
  self: Value,
  args: Value[],
  give: number,
  at: number,
  target: Ref | null,
  promise: Ref | null = null,
  made: Ref | null = null,
): Frame {
  if (vm.frames.length >= MAX_FRAMES) vm.throwError("RangeError", "Maximum call stack size exceeded");
  const { params, slots, flags } = vm.code(code);
  const stack = args;
  if ((flags & FunctionFlag.rest) !== 0) {
    const rest = vm.array(stack.length > params ? stack.slice(params) : []);
    if (stack.length > params) stack.length = params;
    while (stack.length < params) stack.push(undefined);
    stack.push(rest);
  } else if (stack.length > params) stack.length = params;
  while (stack.length < slots) stack.push(undefined);
  return {
    code,
    pc: 0,
    stack,
    scope,
    self,
    callee,
    made,
    catches: null,
    give,
    at,
    target,
    promise,
    call: promise === null ? 0 : ++vm.calls,
    isFirst: promise !== null,
  };
}

function pushFunction(
  vm: Vm,
  callee: Ref,
  data: FunctionData,
  self: Value,
  args: Value[],
  give: number,
  at: number,
  target: Ref | null,
): void {
  const { flags } = vm.code(data.code);
  const promise = (flags & FunctionFlag.async) === 0 ? null : vm.promise();
  const ownSelf = (flags & FunctionFlag.arrow) === 0 ? self : data.self;
  vm.frames.push(newFrame(vm, data.code, callee, data.scope, ownSelf, args, give, at, target, promise));
}

/** Runs a piece of a class (its field initializers, its static part) with `self` as this. */
export function pushClassPart(vm: Vm, code: number, classRef: Ref, scope: Ref | null, self: Value): void {
  vm.frames.push(newFrame(vm, code, classRef, scope, self, [], Give.drop, 0, null));
}

/** Calls a function of the library. */
export function pushLibrary(
  vm: Vm,
  code: number,
  self: Value,
  args: Value[],
  give: number,
  at: number,
): void {
  vm.frames.push(newFrame(vm, code, null, null, self, args, give, at, null));
}

/** Hands a result to whoever waits for it; the callee's frame is gone already. */
export function deliver(vm: Vm, give: number, at: number, target: Ref | null, value: Value): void {
  switch (give) {
    case Give.push:
      (vm.frames[vm.frames.length - 1] as Frame).stack.push(value);
      return;
    case Give.host:
      vm.hostResult = value;
      return;
    case Give.settle:
      if (target !== null) resolvePromise(vm, target, value);
      return;
    case Give.super: {
      const frame = vm.frames[vm.frames.length - 1] as Frame;
      frame.self = value;
      frame.stack.push(value);
      return;
    }
    case Give.replace:
      (vm.frames[vm.frames.length - 1] as Frame).stack[at] = value;
      return;
    case Give.executor:
      (vm.frames[vm.frames.length - 1] as Frame).stack.push(target);
      return;
    default:
  }
}

/** The running function returns. */
export function returnFrom(vm: Vm, value: Value): void {
  const frame = vm.frames[vm.frames.length - 1] as Frame;
  let result = value;
  if (frame.made !== null) {
    if (
      frame.self === UNINITIALIZED ||
      (typeof frame.self === "object" && frame.self?.ref === UNINITIALIZED.ref)
    ) {
      vm.throwError(
        "ReferenceError",
        "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
      );
    }
    result = frame.made;
  }
  vm.frames.pop();
  if (frame.promise !== null) {
    resolvePromise(vm, frame.promise, value);
    if (!frame.isFirst) return;
    result = frame.promise;
  }
  deliver(vm, frame.give, frame.at, frame.target, result);
}

/** An exception looks for a catch, leaving frames on the way. */
export function unwind(vm: Vm, value: Value): void {
  for (;;) {
    const frame = vm.frames[vm.frames.length - 1];
    if (frame === undefined) throw new Error("a frame that the host or a job waits for ends every unwinding");
    const handler = frame.catches?.pop();
    if (handler !== undefined) {
      frame.stack.length = vm.code(frame.code).slots;
      frame.stack.push(value);
      frame.scope = handler.scope;
      frame.pc = handler.pc;
      return;
    }
    vm.frames.pop();
    if (frame.promise !== null) {
      rejectPromise(vm, frame.promise, value);
      if (frame.isFirst) deliver(vm, frame.give, frame.at, frame.target, frame.promise);
      return;
    }
    switch (frame.give) {
      case Give.host:
        vm.hostThrew = true;
        vm.hostResult = value;
        return;
      case Give.settle:
        if (frame.target !== null) rejectPromise(vm, frame.target, value);
        return;
      case Give.executor:
        if (frame.target !== null) settleAtEpoch(vm, frame.target, 0, true, value);
        deliver(vm, frame.give, frame.at, frame.target, undefined);
        return;
      case Give.thenable:
        if (frame.target !== null) settleAtEpoch(vm, frame.target, frame.at, true, value);
        return;
      default:
    }
  }
}

/** Suspends the running async function until `value` settles. */
export function suspend(vm: Vm, value: Value): void {
  const frame = vm.frames.pop() as Frame;
  const { isFirst, give, at, target } = frame;
  const promise = promiseOf(vm, value);
  frame.isFirst = false;
  frame.give = Give.drop;
  frame.target = null;
  frame.at = 0;
  const coroutine = vm.alloc({ kind: Kind.coroutine, frame });
  addReaction(vm, promise, { type: "await", coroutine });
  if (isFirst) deliver(vm, give, at, target, frame.promise);
}
