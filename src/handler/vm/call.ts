/*
 * Calls: pushes a frame for code, runs the machine's and the host's functions at once, and hands results to whoever
 * waits for them. Exceptions unwind frames here.
 */

import { HandlerThrow, type Ref, type Value } from "../host.ts";
import { FunctionFlag } from "../program.ts";
import { toText } from "./convert.ts";
import {
  type ClassData,
  type ErrorData,
  type Frame,
  type FunctionData,
  Give,
  Kind,
  type PromiseData,
  UNINITIALIZED,
} from "./heap.ts";
import { inspectShort } from "./inspect.ts";
import { promiseOf, rejectPromise, resolvePromise, resolvers, settleAtEpoch } from "./promise.ts";
import { getProperty, peekProperty } from "./property.ts";
import { type Intrinsic, intrinsic, intrinsicAt } from "./registry.ts";
import { MAX_FRAMES, machineOf, Thrown, type Vm } from "./vm.ts";
import { define } from "./write.ts";

const CALL = intrinsic("Function.prototype.call").self.ref;
const APPLY = intrinsic("Function.prototype.apply").self.ref;
const PROMISE = intrinsic("Promise").self.ref;

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
  if (known.construct !== null)
    return vm.typeError(`Class constructor ${known.name} cannot be invoked without 'new'`);
  return notCallable(vm, callee, name === "" ? known.name : name);
}

function newFrame(
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
    catches: [],
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
    const handler = frame.catches.pop();
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

// ---- construction

/** new callee(...args) */
export function construct(vm: Vm, callee: Value, args: Value[], give: number, name = ""): void {
  if (typeof callee === "object" && callee !== null) {
    if (callee.ref < 0) return constructIntrinsic(vm, intrinsicAt(callee.ref), args, give);
    const object = vm.at(callee);
    if (object.kind === Kind.class) return constructClass(vm, callee, object, args, give);
    if (object.kind === Kind.hostFunction)
      return deliver(vm, give, 0, null, callHost(vm, object.name, null, args));
    if (object.kind === Kind.function) {
      return vm.stuck(
        `new on a plain function is not part of Gatescope's handler language. Write ${vm.code(object.code).name || "it"} as a class.`,
      );
    }
  }
  return vm.typeError(`${name === "" ? inspectShort(vm, callee) : name} is not a constructor`);
}

function constructIntrinsic(vm: Vm, known: Intrinsic, args: Value[], give: number): void {
  if (known.self.ref === PROMISE) {
    const executor = args[0];
    const promise = vm.promise();
    if (typeof executor !== "object" || executor === null) {
      vm.typeError(`Promise resolver ${inspectShort(vm, executor)} is not a function`);
    }
    if (give !== Give.push) vm.stuck("A promise cannot be made by the host this way.");
    return invokeExecutor(vm, executor, promise);
  }
  if (known.construct === null) return vm.typeError(`${known.name} is not a constructor`);
  return deliver(vm, give, 0, null, known.construct(vm, undefined, args));
}

function invokeExecutor(vm: Vm, executor: Ref, promise: Ref): void {
  const depth = vm.frames.length;
  try {
    invoke(vm, executor, undefined, [...resolvers(vm, promise)], Give.executor, 0, promise);
  } catch (thrown) {
    // Only a native or host function throws from here; the code of the handler runs later, in its frame.
    if (!(thrown instanceof Thrown || thrown instanceof HandlerThrow) || vm.frames.length !== depth)
      throw thrown;
    settleAtEpoch(vm, promise, 0, true, thrown.value);
    deliver(vm, Give.push, 0, null, promise);
  }
}

const PLAIN_BASES: ReadonlySet<string> = new Set([
  "DurableObject",
  "WorkerEntrypoint",
  "RpcTarget",
  "Object",
]);

function constructClass(vm: Vm, callee: Ref, data: ClassData, args: Value[], give: number): void {
  const base = baseOf(vm, data);
  const isError = base !== null && intrinsic(`${base.name}.prototype`).members.has("message");
  if (base !== null && !isError && !PLAIN_BASES.has(base.name)) {
    vm.stuck(
      `A class that extends ${base.name} is not part of Gatescope's handler language. Keep a ${base.name} in a field.`,
    );
  }
  const made = isError
    ? vm.alloc({
        kind: Kind.error,
        proto: data.prototype,
        keys: [],
        values: [],
        hidden: 0,
        accessors: false,
        locked: 0,
      })
    : vm.object([], [], data.prototype);
  const self = data.parent === null ? made : UNINITIALIZED;
  vm.frames.push(newFrame(vm, data.code, callee, data.scope, self, args, give, 0, null, null, made));
}

/** The machine's own class at the end of a class's ancestors, or null. */
export function baseOf(vm: Vm, start: ClassData): Intrinsic | null {
  let data = start;
  while (data.parent !== null) {
    if (data.parent.ref < 0) return intrinsicAt(data.parent.ref);
    data = vm.at(data.parent) as ClassData;
  }
  return null;
}

/** super(...args) in the running constructor. */
export function superCall(vm: Vm, args: Value[]): void {
  const frame = vm.frames[vm.frames.length - 1] as Frame;
  const { made, callee } = frame;
  if (made === null || callee === null) return vm.typeError("'super' keyword unexpected here");
  if (
    frame.self !== UNINITIALIZED &&
    typeof frame.self === "object" &&
    frame.self !== null &&
    frame.self.ref === made.ref
  ) {
    vm.throwError("ReferenceError", "Super constructor may only be called once");
  }
  const { parent } = vm.at(callee) as ClassData;
  if (parent === null) return vm.typeError("Super constructor null of anonymous class is not a constructor");
  if (parent.ref >= 0) {
    const data = vm.at(parent) as ClassData;
    const self = data.parent === null ? made : UNINITIALIZED;
    vm.frames.push(newFrame(vm, data.code, parent, data.scope, self, args, Give.super, 0, null, null, made));
    return;
  }
  const base = intrinsicAt(parent.ref);
  if (vm.at(made).kind === Kind.error) initializeError(vm, made, base.name, args);
  else if (base.name === "DurableObject" || base.name === "WorkerEntrypoint") {
    define(vm, made, "ctx", args[0]);
    define(vm, made, "env", args[1]);
  }
  deliver(vm, Give.super, 0, null, made);
}

/** Sets stack, message and cause of a new error as its constructor does. */
export function initializeError(vm: Vm, ref: Ref, className: string, args: readonly Value[]): void {
  const [first, second] = className === "AggregateError" ? [args[1], args[2]] : [args[0], args[1]];
  const message = first === undefined ? null : toText(vm, first);
  const error = vm.own<ErrorData>(ref);
  const own = peekProperty(vm, ref, "name");
  const name = typeof own === "string" ? own : className;
  error.keys.push("stack");
  error.values.push(`${name}${message === null || message === "" ? "" : `: ${message}`}${vm.trace()}`);
  if (message !== null) {
    error.keys.push("message");
    error.values.push(message);
  }
  const options = typeof second === "object" && second !== null && second.ref >= 0 ? vm.at(second) : null;
  if (options !== null && options.kind === Kind.object && options.keys.includes("cause")) {
    error.keys.push("cause");
    error.values.push(getProperty(vm, second as Ref, "cause"));
  }
  error.hidden = error.keys.length;
}

/** Suspends the running async function until `value` settles. */
export function suspend(vm: Vm, value: Value): void {
  const frame = vm.frames.pop() as Frame;
  const promise = promiseOf(vm, value);
  const coroutine = vm.alloc({
    kind: Kind.coroutine,
    frame: { ...frame, isFirst: false, give: Give.drop, target: null, at: 0 },
  });
  const data = vm.own<PromiseData>(promise);
  data.handled = true;
  if (data.state === 0) data.reactions.push({ type: "await", coroutine });
  else
    vm.jobs.push({
      type: "reaction",
      reaction: { type: "await", coroutine },
      rejected: data.state === 2,
      value: data.value,
    });
  if (frame.isFirst) deliver(vm, frame.give, frame.at, frame.target, frame.promise);
}
