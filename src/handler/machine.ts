/*
 * The machine as the host uses it: made from a program, opened on a state, finished with the next state.
 */
import { ownKeys } from "./vm/own.ts";
import { getProperty, peekProperty } from "./vm/property.ts";
import { define, setProperty } from "./vm/write.ts";
import "./builtins/object.ts";
import "./builtins/array.ts";
import "./builtins/text.ts";
import "./builtins/error.ts";
import "./builtins/collections.ts";
import "./builtins/promise.ts";
import "./builtins/json.ts";
import "./builtins/console.ts";
import { byteLength, newBytes, readBytes } from "./builtins/bytes.ts";
import { isStream } from "./builtins/streams.ts";
import "./builtins/url.ts";
import { bodyText, headersOf, newRequest, newResponse, readBody, requestFrom } from "./builtins/web.ts";
import {
  type AnsweredResponse,
  type BodyForm,
  type ErrorClass,
  HandlerStuck,
  HandlerThrow,
  type Header,
  type Host,
  type HostObject,
  type Machine,
  type MachineState,
  type Ref,
  type RequestParts,
  type ResponseParts,
  type Value,
} from "./host.ts";
import type { Program } from "./program.ts";
import { invoke } from "./vm/call.ts";
import { collectState, hostsIn } from "./vm/collect.ts";
import { baseOf, construct } from "./vm/construct.ts";
import { errorField, isCallable, toText, typeOf } from "./vm/convert.ts";
import { cloneError, domException, fromData, newMapOf, toData } from "./vm/data.ts";
import { encodeState, type HeldBy } from "./vm/encode.ts";
import { type ClassData, type Frame, Give, Kind, type PromiseData, type State } from "./vm/heap.ts";
import { inspect } from "./vm/inspect.ts";
import { runFrames, runTurn } from "./vm/interpreter.ts";
import { newIterator } from "./vm/iterate.ts";
import { addReaction, promiseOf, rejectPromise, resolvePromise } from "./vm/promise.ts";
import { intrinsic } from "./vm/registry.ts";
import { STEP_LIMIT, Thrown, Vm } from "./vm/vm.ts";
import { checkWeight } from "./vm/weight.ts";

/** Address 0 stays empty, so that hosts can use it for "none". */
const EMPTY: State = {
  heap: [null],
  free: [],
  frames: [],
  jobs: [],
  hosts: [],
  exports: [],
  calls: 0,
  isLarge: false,
};

/** Loads a program: runs its top level and the promise jobs that come of it. Throws HandlerStuck when that fails. */
export function createMachine(program: Program, host: Host): MachineState {
  const machine = new VirtualMachine(program, EMPTY, host);
  machine.load();
  return machine.finish();
}

/** Opens a draft on a state. The state itself never changes. */
export function openMachine(program: Program, state: MachineState, host: Host): VirtualMachine {
  return new VirtualMachine(program, state as State, host);
}

/**
 * A canonical key of what can be reached in a state: two states with the same key behave alike. `roots` are the
 * addresses (`Ref.ref`, 0 for none) that the host holds, in an order of its own that must be the same in both; what it gives
 * only to who has a host object may be held by that instead.
 */
export function encodeMachine(
  state: MachineState,
  roots: readonly number[],
  heldBy: HeldBy = NOTHING,
): string {
  return encodeState(state as State, roots, heldBy);
}

const NOTHING: HeldBy = () => [];

/**
 * The same state without its garbage. The addresses of what remains do not change. `roots` are all addresses that the
 * host holds: others may be given to new objects.
 */
export function collectMachine(state: MachineState, roots: readonly number[]): MachineState {
  return collectState(state as State, roots);
}

/** The host objects that the handler can still reach; `roots` are all addresses that the host holds. */
export function reachableHosts(state: MachineState, roots: readonly number[]): readonly HostObject[] {
  return hostsIn(state as State, roots);
}

/** See Machine in host.ts; with two more entries for those who stop between instructions. */
export class VirtualMachine implements Machine {
  private readonly vm: Vm;

  constructor(program: Program, state: State, host: Host) {
    this.vm = new Vm(program, state, host);
    this.vm.machine = this;
  }

  get line(): number | null {
    return this.vm.position()?.line ?? null;
  }

  /** Runs the module's top level. */
  load(): void {
    const { vm } = this;
    this.startModule();
    runFrames(vm, 0, STEP_LIMIT);
    if (vm.hostThrew) {
      const line =
        vm.as(vm.hostResult, Kind.error) === null ? "" : `: ${inspect(vm, vm.hostResult).split("\n")[0]}`;
      throw new HandlerStuck(
        `The module's top level threw${line === "" ? ` ${inspect(vm, vm.hostResult)}` : line}`,
        null,
        null,
      );
    }
    runTurn(vm, STEP_LIMIT);
  }

  private startModule(): void {
    const { slots } = this.vm.code(0);
    const frame: Frame = {
      code: 0,
      pc: 0,
      stack: new Array<Value>(slots).fill(undefined),
      scope: null,
      self: undefined,
      callee: null,
      made: null,
      catches: null,
      give: Give.host,
      at: 0,
      target: null,
      promise: null,
      call: 0,
      isFirst: false,
    };
    this.vm.frames.push(frame);
  }

  // ---- calls

  instantiate(ctx: Value, env: Value, className?: string): Ref {
    const { vm } = this;
    this.beginTurn();
    const found = this.findClass(className);
    const value = this.enter(() => construct(vm, found, [ctx, env], Give.host));
    return value as Ref;
  }

  private findClass(className: string | undefined): Ref {
    const { vm } = this;
    const classes = vm.exports.filter(({ value }) => {
      const data = vm.as(value, Kind.class);
      return data !== null && isDurable(vm, data);
    });
    const byName = classes.find(
      ({ name, value }) => name === className || vm.as(value, Kind.class)?.name === className,
    );
    const chosen =
      className === undefined ? (classes.find(({ name }) => name === "default") ?? classes[0]) : byName;
    if (chosen === undefined) {
      throw new HandlerStuck(
        className === undefined
          ? "The module exports no class that extends DurableObject. Write: export class MyObject extends DurableObject { ... }"
          : `The module exports no class ${className} that extends DurableObject.`,
        null,
        null,
      );
    }
    return chosen.value as Ref;
  }

  hasMethod(object: Ref, name: string): boolean {
    return isCallable(this.vm, peekProperty(this.vm, object, name));
  }

  callMethod(object: Ref, name: string, args: readonly Value[]): Ref {
    const { vm } = this;
    this.beginTurn();
    try {
      const result = this.enter(() =>
        invoke(vm, getProperty(vm, object, name), object, args.slice(), Give.host, 0, null, name),
      );
      return promiseOf(vm, result);
    } catch (thrown) {
      if (!(thrown instanceof HandlerThrow)) throw thrown;
      const promise = vm.promise();
      rejectPromise(vm, promise, thrown.value);
      return promise;
    }
  }

  callFunction(fn: Value, args: readonly Value[]): Value {
    const { vm } = this;
    this.beginTurn();
    try {
      return this.enter(() => invoke(vm, fn, undefined, args.slice(), Give.host));
    } catch (thrown) {
      if (thrown instanceof HandlerThrow) return undefined;
      throw thrown;
    }
  }

  /** As callFunction, but an exception comes out as HandlerThrow. */
  callOrThrow(fn: Value, args: readonly Value[]): Value {
    const { vm } = this;
    this.beginTurn();
    return this.enter(() => invoke(vm, fn, undefined, args.slice(), Give.host));
  }

  /** Runs what `start` begins until it has given its result to the host. */
  private enter(start: () => void): Value {
    const { vm } = this;
    const base = vm.frames.length;
    vm.hostThrew = false;
    vm.hostResult = undefined;
    try {
      start();
      runFrames(vm, base, STEP_LIMIT);
    } catch (thrown) {
      if (thrown instanceof Thrown) throw new HandlerThrow(thrown.value);
      throw thrown;
    }
    const { hostResult, hostThrew } = vm;
    vm.hostThrew = false;
    if (hostThrew) throw new HandlerThrow(hostResult);
    return hostResult;
  }

  runJobs(): void {
    this.beginTurn();
    runTurn(this.vm, STEP_LIMIT);
  }

  /** A new turn has its own step limit. */
  private beginTurn(): void {
    const { vm } = this;
    if (vm.frames.length > 0 || vm.nextJob > 0) return;
    vm.steps = 0;
    checkWeight(vm);
  }

  // ---- for those who stop between instructions

  /** Begins a call of a method whose result nobody waits for. */
  startMethod(object: Ref, name: string, args: readonly Value[]): void {
    const { vm } = this;
    invoke(vm, getProperty(vm, object, name), object, args.slice(), Give.settle, 0, null, name);
  }

  /** Begins to load the program. */
  startLoading(): void {
    this.startModule();
  }

  /** Runs so many instructions at most; true when nothing is left to run. */
  runSteps(steps: number): boolean {
    return runTurn(this.vm, Math.min(STEP_LIMIT, this.vm.steps + steps));
  }

  // ---- promises

  newPromise(): Ref {
    return this.vm.promise();
  }

  resolve(promise: Ref, value: Value): void {
    if ((this.vm.at(promise) as PromiseData).epoch === 0) resolvePromise(this.vm, promise, value);
  }

  reject(promise: Ref, reason: Value): void {
    if ((this.vm.at(promise) as PromiseData).epoch === 0) rejectPromise(this.vm, promise, reason);
  }

  promiseOf(value: Value): Ref {
    return promiseOf(this.vm, value);
  }

  onSettled(promise: Ref, token: string): void {
    addReaction(this.vm, promise, { type: "host", token });
  }

  promiseState(
    value: Value,
  ): { readonly state: "pending" | "resolved" | "rejected"; readonly value: Value } | null {
    const data = this.vm.as(value, Kind.promise);
    if (data === null) return null;
    return {
      state: data.state === 0 ? "pending" : data.state === 1 ? "resolved" : "rejected",
      value: data.value,
    };
  }

  // ---- values

  hostObject(type: string, id: number): Ref {
    return this.vm.hostObject(type, id);
  }

  reachableHosts(roots: readonly number[]): readonly HostObject[] {
    return hostsIn(this.vm.finish(), roots);
  }

  asHost(value: Value): { readonly type: string; readonly id: number } | null {
    return this.vm.as(value, Kind.host);
  }

  newError(className: ErrorClass, message: string): Ref {
    return this.vm.error(className, message);
  }

  newObject(properties: Readonly<Record<string, Value>>): Ref {
    return this.vm.object(Object.keys(properties), Object.values(properties));
  }

  newArray(items: readonly Value[]): Ref {
    return this.vm.array(items.slice());
  }

  newIterator(items: readonly Value[]): Ref {
    return newIterator(this.vm, this.newArray(items), "values");
  }

  newMap(entries: readonly (readonly [Value, Value])[]): Ref {
    return newMapOf(this.vm, entries);
  }

  newBytes(bytes: readonly number[]): Ref {
    return newBytes(this.vm, bytes.slice());
  }

  newRequest(url: string, { method, headers, body }: Partial<RequestParts> = {}): Ref {
    return newRequest(this.vm, url, method, body, this.headerList(headers));
  }

  newSignal(): Ref {
    return this.callFunction(intrinsic("\0newSignal").self, []) as Ref;
  }

  requestOf(input: Value, init: Value): Ref {
    return this.throwing(() => requestFrom(this.vm, input, init));
  }

  asRequest(value: Value): RequestParts | null {
    const data = this.vm.as(value, Kind.web);
    if (data === null || data.type !== "Request") return null;
    return {
      url: String(data.values[0]),
      body: (data.values[1] ?? null) as RequestParts["body"],
      headers: headersOf(this.vm, data.values[2]),
      method: String(data.values[4]),
    };
  }

  newResponse({ status, statusText = "", url = "", headers, body }: ResponseParts): Ref {
    return newResponse(this.vm, body, status, statusText, this.headerList(headers), url);
  }

  bodyAs(form: BodyForm, text: string): Value {
    return this.throwing(() => readBody(this.vm, form, text));
  }

  private headerList(headers: readonly Header[] | undefined): Value {
    return headers === undefined ? undefined : this.vm.array(headers.map((pair) => this.vm.array([...pair])));
  }

  /** What throws within the machine throws for the host. */
  private throwing<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (thrown instanceof Thrown) throw new HandlerThrow(thrown.value);
      throw thrown;
    }
  }

  getProperty(object: Ref, name: string): Value {
    return getProperty(this.vm, object, name);
  }

  setProperty(object: Ref, name: string, value: Value): void {
    if (this.vm.as(object, Kind.object) !== null) define(this.vm, object, name, value);
    else setProperty(this.vm, object, name, value);
  }

  ownKeys(object: Ref): readonly string[] {
    return ownKeys(this.vm, object);
  }

  asArray(value: Value): readonly Value[] | null {
    return this.vm.as(value, Kind.array)?.values.slice() ?? null;
  }

  asBytes(value: Value, limit?: number): readonly number[] | null {
    return readBytes(this.vm, value, limit);
  }

  byteLength(value: Value): number | null {
    return byteLength(this.vm, value);
  }

  asFunction(value: Value): Ref | null {
    return isCallable(this.vm, value) ? value : null;
  }

  asResponse(value: Value): AnsweredResponse | null {
    const data = this.vm.as(value, Kind.web);
    if (data === null || data.type !== "Response") return null;
    const [status, body, headers] = data.values;
    const stream = isStream(this.vm, body, "ReadableStream") ? body : null;
    return {
      status: Number(status),
      headers: headersOf(this.vm, headers),
      body: stream === null ? bodyText(this.vm, body) : "",
      stream,
    };
  }

  sendBody(stream: Ref, sink: string, id: number): void {
    this.callFunction(intrinsic("\0sendBody").self, [stream, sink, id]);
  }

  asError(value: Value): { readonly name: string; readonly message: string } | null {
    if (this.vm.as(value, Kind.error) === null) return null;
    const ref = value as Ref;
    return {
      name: errorField(this.vm, ref, "name", "Error"),
      message: errorField(this.vm, ref, "message", ""),
    };
  }

  toText(value: Value): string {
    return toText(this.vm, value);
  }

  inspect(value: Value): string {
    return inspect(this.vm, value);
  }

  typeOf(value: Value): string {
    return typeOf(this.vm, value);
  }

  toData(value: Value): unknown {
    return toData(this.vm, value);
  }

  fromData(data: unknown): Value {
    return fromData(this.vm, data);
  }

  cloneError(value: Value): Ref {
    return cloneError(this.vm, value);
  }

  newDomException(name: string, message: string): Ref {
    return domException(this.vm, name, message);
  }

  finish(): MachineState {
    return this.vm.finish();
  }
}

function isDurable(vm: Vm, data: ClassData): boolean {
  return baseOf(vm, data)?.name === "DurableObject";
}
