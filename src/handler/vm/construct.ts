/* new and super(): objects come to be. */
import { HandlerThrow, type Ref, type Value } from "../host.ts";
import { callHost, deliver, invoke, newFrame } from "./call.ts";
import { toText } from "./convert.ts";
import { type ClassData, type ErrorData, type Frame, Give, Kind, UNINITIALIZED } from "./heap.ts";
import { inspectShort } from "./inspect.ts";
import { resolvers, settleAtEpoch } from "./promise.ts";
import { getProperty, peekProperty } from "./property.ts";
import { type Intrinsic, intrinsic, intrinsicAt } from "./registry.ts";
import { Thrown, type Vm } from "./vm.ts";
import { define } from "./write.ts";

const PROMISE = intrinsic("Promise").self.ref;

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
  if (known.makes >= 0) {
    vm.frames.push(newFrame(vm, known.makes, null, null, undefined, args, give, 0, null));
    return;
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
