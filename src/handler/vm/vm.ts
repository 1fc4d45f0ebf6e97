/*
 * The draft of a machine's next state. It begins as the old state; an object is copied when it is first written, so all
 * that is not touched is shared between the two.
 */
import { HandlerStuck, type Host, type Machine, type Ref, type Value } from "../host.ts";
import { type FunctionCode, FunctionFlag, type Program, positionAt } from "../program.ts";
import {
  type ArrayData,
  type Frame,
  type HeapObject,
  type Job,
  Kind,
  type ObjectData,
  type ObjectOf,
  type PromiseData,
  type State,
} from "./heap.ts";
import { LIBRARY_BASE, libraryCode } from "./library.ts";
import { ownRef } from "./names.ts";

/** Instructions, and units of work inside built-in functions, that one turn may take. */
export const STEP_LIMIT = 1_000_000;
/** Most objects on the heap. */
export const MAX_OBJECTS = 200_000;
/** Longest string, array and map; most bytes that are written out one by one. */
export const MAX_LENGTH = 1_048_576;
/** What is longer is watched, see weight.ts. */
const LARGE = 4096;
/** Most values that all objects together may hold: some ten megabytes. */
export const MAX_WEIGHT = 4 * MAX_LENGTH;
/** Deepest nesting of calls; one more is a RangeError, as in every engine. */
export const MAX_FRAMES = 1_000;
/** How often host functions may call back into the handler within one another. */
const MAX_HOST_CALLS = 40;

/** An exception on its way through the machine's own functions into the handler. */
export class Thrown {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

const OBJECT_PROTOTYPE = ownRef("Object.prototype");

export class Vm {
  readonly host: Host;
  readonly functions: readonly FunctionCode[];
  private readonly source: string;
  heap: (HeapObject | null)[];
  frames: Frame[];
  jobs: Job[];
  /** Jobs before it are done. */
  nextJob = 0;
  exports: State["exports"];
  /** Set when a property read met a getter, which the caller has to run. */
  pendingGetter: Ref | null = null;
  /** The result that a frame with Give.host left. */
  hostResult: Value = undefined;
  hostThrew = false;
  calls: number;
  steps = 0;
  hostDepth = 0;
  /** What the host sees of this machine. */
  machine: Machine | null = null;
  private readonly shared: number;
  private readonly owned = new Set<number>();
  private free: readonly number[];
  private freeUsed = 0;
  /** See State.isLarge. */
  isLarge: boolean;
  private hosts: State["hosts"];

  constructor(program: Program, state: State, host: Host) {
    this.host = host;
    this.functions = program.functions;
    this.source = program.source;
    this.heap = state.heap.slice();
    this.shared = state.heap.length;
    this.frames = state.frames.length === 0 ? [] : state.frames.map(copyFrame);
    this.jobs = state.jobs.length === 0 ? [] : state.jobs.slice();
    this.exports = state.exports;
    this.free = state.free;
    this.hosts = state.hosts;
    this.calls = state.calls;
    this.isLarge = state.isLarge;
  }

  finish(): State {
    return {
      heap: this.heap,
      free: this.freeUsed === 0 ? this.free : this.free.slice(0, this.free.length - this.freeUsed),
      frames: this.frames,
      jobs: this.nextJob === 0 ? this.jobs : this.jobs.slice(this.nextJob),
      hosts: this.hosts,
      exports: this.exports,
      calls: this.calls,
      isLarge: this.isLarge,
    };
  }

  /** Says how many values or characters something has that was just made. */
  noteSize(size: number): void {
    if (size > LARGE) this.isLarge = true;
  }

  // ---- the heap

  alloc(object: HeapObject): Ref {
    if (this.freeUsed < this.free.length) {
      const at = this.free[this.free.length - 1 - this.freeUsed++] ?? 0;
      this.heap[at] = object;
      this.owned.add(at);
      return { ref: at };
    }
    if (this.heap.length >= MAX_OBJECTS) {
      this.stuck(`The handler has made more than ${MAX_OBJECTS} objects. Let it make fewer.`);
    }
    return { ref: this.heap.push(object) - 1 };
  }

  /** The object of a reference that is not negative. */
  at(ref: Ref): HeapObject {
    return this.heap[ref.ref] as HeapObject;
  }

  /** The object if it is of that kind, else null. */
  as<K extends HeapObject["kind"]>(value: Value, kind: K): ObjectOf<K> | null {
    if (typeof value !== "object" || value === null || value.ref < 0) return null;
    const object = this.heap[value.ref] as HeapObject;
    return object.kind === kind ? (object as ObjectOf<K>) : null;
  }

  /** The object for writing: a copy on the first write of this draft. */
  own<T extends HeapObject = HeapObject>(ref: Ref): T {
    const at = ref.ref;
    const object = this.heap[at] as HeapObject;
    if (at >= this.shared || this.owned.has(at)) return object as T;
    this.owned.add(at);
    const copy = copyObject(object);
    this.heap[at] = copy;
    return copy as T;
  }

  // ---- making objects

  object(
    keys: readonly string[] = [],
    values: readonly Value[] = [],
    proto: Ref | null = OBJECT_PROTOTYPE,
  ): Ref {
    const made: ObjectData = {
      kind: Kind.object,
      proto,
      keys: keys.slice(),
      values: values.slice(),
      hidden: 0,
      accessors: false,
      locked: 0,
    };
    return this.alloc(made);
  }

  array(values: Value[]): Ref {
    if (values.length > MAX_LENGTH) this.tooLong("an array");
    if (values.length > LARGE) this.isLarge = true;
    const made: ArrayData = { kind: Kind.array, values, locked: 0 };
    return this.alloc(made);
  }

  /** An error of one of the machine's classes. */
  error(className: string, message: string): Ref {
    const stack = `${className}: ${message}`;
    return this.alloc({
      kind: Kind.error,
      proto: ownRef(`${className}.prototype`),
      keys: ["stack", "message"],
      values: [stack + this.trace(), message],
      hidden: 2,
      accessors: false,
      locked: 0,
    });
  }

  promise(): Ref {
    const made: PromiseData = {
      kind: Kind.promise,
      state: 0,
      value: undefined,
      reactions: [],
      handled: false,
      epoch: 0,
    };
    return this.alloc(made);
  }

  hostObject(type: string, id: number): Ref {
    const table = this.hosts.findIndex((one) => one.type === type);
    const refs = table < 0 ? [] : (this.hosts[table]?.refs ?? []);
    const known = refs[id] ?? -1;
    if (known >= 0) return { ref: known };
    const made = this.alloc({ kind: Kind.host, type, id });
    const copy = refs.slice();
    while (copy.length <= id) copy.push(-1);
    copy[id] = made.ref;
    const hosts = this.hosts.slice();
    if (table < 0) hosts.push({ type, refs: copy });
    else hosts[table] = { type, refs: copy };
    this.hosts = hosts;
    return made;
  }

  // ---- code

  code(id: number): FunctionCode {
    return id >= LIBRARY_BASE ? libraryCode(id) : (this.functions[id] as FunctionCode);
  }

  /** A function's text as toString() gives it; null for those that have none. A method's begins with its name. */
  textOf({ range, flags, name }: FunctionCode): string | null {
    if (range === undefined) return null;
    const text = this.source.slice(...range);
    if (!text.startsWith("(") || (flags & FunctionFlag.arrow) !== 0) return text;
    return `${(flags & FunctionFlag.async) === 0 ? "" : "async "}${name}${text}`;
  }

  /** Where the innermost code of the handler stands. */
  position(): { readonly line: number; readonly column: number } | null {
    for (let at = this.frames.length - 1; at >= 0; at--) {
      const frame = this.frames[at] as Frame;
      const code = this.code(frame.code);
      if ((code.flags & FunctionFlag.library) !== 0) continue;
      return positionAt(code, frame.pc - 1);
    }
    return null;
  }

  /** Where the running calls stand, as an error's stack tells it. */
  trace(): string {
    let text = "";
    let lines = 0;
    for (let at = this.frames.length - 1; at >= 0 && lines < 10; at--) {
      const frame = this.frames[at] as Frame;
      const code = this.code(frame.code);
      const position = positionAt(code, frame.pc - 1);
      if (position === null) continue;
      const where = `worker.js:${position.line}:${position.column}`;
      const name = this.callName(frame, code.name);
      text += name === "" ? `\n    at ${where}` : `\n    at ${name} (${where})`;
      lines++;
    }
    return text;
  }

  /** How a stack names a call: "Demo.fetch", "new Demo", "report". */
  private callName(frame: Frame, name: string): string {
    if (frame.callee === null) return name;
    const callee = this.at(frame.callee);
    if (callee.kind === Kind.class) return frame.made === null ? name : `new ${callee.name}`;
    if (callee.kind !== Kind.function || callee.home === null || name === "") return name;
    const home = this.at(callee.home);
    if (home.kind === Kind.class) return `${home.name}.${name}`;
    if (home.kind !== Kind.object) return name;
    const made = this.as(home.values[home.keys.indexOf("constructor")], Kind.class);
    return made === null ? name : `${made.name}.${name}`;
  }

  // ---- failing

  throwError(className: string, message: string): never {
    throw new Thrown(this.error(className, message));
  }

  typeError(message: string): never {
    return this.throwError("TypeError", message);
  }

  /** The handler cannot go on. */
  stuck(message: string): never {
    const position = this.position();
    throw new HandlerStuck(message, position?.line ?? null, position?.column ?? null);
  }

  tooLong(what: string): never {
    return this.stuck(`The handler made ${what} longer than ${MAX_LENGTH}. Use smaller data.`);
  }

  /** Accounts for work that a built-in function does, so that the step limit bounds it. */
  charge(work: number): void {
    this.steps += work;
    if (this.steps > STEP_LIMIT) this.outOfSteps();
  }

  outOfSteps(): never {
    const line = this.position()?.line;
    const where = line === undefined ? "" : `, last in line ${line}`;
    return this.stuck(
      `The handler ran more than ${STEP_LIMIT} instructions in one turn without coming to an end${where}. Is there an endless loop?`,
    );
  }

  enterHostCall(): void {
    if (++this.hostDepth > MAX_HOST_CALLS) {
      this.stuck("Functions of the platform and of the handler call one another too deeply.");
    }
  }
}

/** The machine as the host sees it. */
export function machineOf(vm: Vm): Machine {
  if (vm.machine === null) throw new Error("the machine is set when the draft is opened");
  return vm.machine;
}

/** A frame that can be run without changing the original. */
export function copyFrame(frame: Frame): Frame {
  return {
    code: frame.code,
    pc: frame.pc,
    stack: frame.stack.slice(),
    scope: frame.scope,
    self: frame.self,
    callee: frame.callee,
    made: frame.made,
    catches: frame.catches === null ? null : frame.catches.slice(),
    give: frame.give,
    at: frame.at,
    target: frame.target,
    promise: frame.promise,
    call: frame.call,
    isFirst: frame.isFirst,
  };
}

function copyObject(object: HeapObject): HeapObject {
  switch (object.kind) {
    case Kind.object:
    case Kind.error:
    case Kind.class:
      return { ...object, keys: object.keys.slice(), values: object.values.slice() };
    case Kind.array:
    case Kind.scope:
    case Kind.combinator:
      return { ...object, values: object.values.slice() };
    case Kind.map:
      return {
        ...object,
        keys: object.keys.slice(),
        values: object.values.slice(),
        order: object.order.slice(),
      };
    case Kind.set:
      return { ...object, keys: object.keys.slice(), order: object.order.slice() };
    case Kind.promise:
      return { ...object, reactions: object.reactions.slice() };
    case Kind.buffer:
      return { ...object, data: object.data.slice() };
    case Kind.web:
      return {
        ...object,
        values: object.values.slice(),
        keys: object.keys.slice(),
        added: object.added.slice(),
      };
    default:
      return { ...object };
  }
}
