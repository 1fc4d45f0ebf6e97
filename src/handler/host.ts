/*
 * The seam between the handler's virtual machine and whoever provides the platform (src/model): host objects, host
 * functions, and the calls back and forth. The machine knows JavaScript; the host knows storage, sockets and time.
 */

/**
 * A reference to an object of the machine. Two references are the same object exactly when `ref` is equal. Positive
 * numbers are addresses on the machine's heap, which stay what they are as long as the object can be reached; 0 is none;
 * negative numbers name the machine's own functions and classes.
 */
export interface Ref {
  readonly ref: number;
}

/** A JavaScript value on the machine. */
export type Value = undefined | null | boolean | number | string | Ref;

/** Tells references from primitive values. */
export function isRef(value: Value): value is Ref {
  return typeof value === "object" && value !== null;
}

/** How a host offers a name: a method or function to call, a property to read, an object of a host type, or nothing. */
export type Member =
  | { readonly is: "method" }
  | { readonly is: "getter" }
  /** A property to read and to write: `onmessage` of a WebSocket. */
  | { readonly is: "property" }
  /** For globals and imports: a singleton object of that host type (`scheduler`). */
  | { readonly is: "object"; readonly type: string }
  /** The machine's own class of that name has it: `this` is the host object. */
  | { readonly is: "inherited" }
  /** The platform has it, the model does not (yet): `advice` completes the error message with what to write instead. */
  | { readonly is: "unsupported"; readonly advice: string }
  | { readonly is: "none" };

/**
 * What the platform provides. Names of functions are "Type.member" for members of host types ("DurableObjectStorage.put"),
 * plain names for globals ("setTimeout") and "module:name" for imports ("cloudflare:sockets:connect").
 */
export interface Host {
  /**
   * What `name` is on host objects of `type`. Depends on nothing but its arguments. "[next]" is a method of what can be
   * iterated: it gives an array of the next item, or an empty one.
   */
  member(type: string, name: string): Member;
  /** What the global or import `name` is. Depends on nothing but its argument. */
  global(name: string): Member;
  /** Reads a "getter" or "property" member. `id` is the host object's number. May throw HandlerThrow. */
  get(machine: Machine, type: string, id: number, name: string): Value;
  /** Writes a "property" member. */
  set(machine: Machine, type: string, id: number, name: string, value: Value): void;
  /** Calls a "method" member or a host function. `self` is null for functions. Throw HandlerThrow to throw into the handler. */
  call(
    machine: Machine,
    name: string,
    self: { readonly type: string; readonly id: number } | null,
    args: readonly Value[],
  ): Value;
  /** A promise that was handed to `machine.onSettled` has settled; runs as a promise job of its own. */
  settled(machine: Machine, token: string, outcome: "resolved" | "rejected", value: Value): void;
  /** console.log and friends, formatted as workerd formats it for strings and primitives. */
  log(machine: Machine, text: string): void;
  /** An async function suspends at an `await`. `call` numbers the async call within the machine, from 1. `text` is the awaited expression's source, shortened to 60 characters. */
  awaits(machine: Machine, call: number, text: string): void;
  /** The async function goes on. */
  resumes(machine: Machine, call: number): void;
}

/** What a Response says. `body`: text, bytes decoded as UTF-8; empty where `stream` is what its body is read from. */
export interface AnsweredResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string;
  readonly stream: Ref | null;
}

/** A header's name and its value, as they are sent. */
export type Header = readonly [string, string];

/** What a Request says. `body`: text, the bytes of a Uint8Array or ArrayBuffer, or a host object. */
export interface RequestParts {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: string | Ref | null;
}

/** What a Response says; `body` like that of a Request. */
export interface ResponseParts {
  readonly status: number;
  readonly statusText?: string;
  readonly url?: string;
  readonly headers?: readonly Header[];
  readonly body: string | Ref | null;
}

/** How a body is read: the method of a Request or Response. */
export type BodyForm = "text" | "json" | "bytes" | "arrayBuffer";

/** The error classes of the language that may be asked of a machine. */
export type ErrorClass = "Error" | "TypeError" | "RangeError" | "SyntaxError" | "ReferenceError";

/** Thrown by a host to throw `value` into the handler at the point of the call. */
export class HandlerThrow extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super("thrown into the handler");
    this.value = value;
  }
}

/** The handler cannot go on: it exceeded its step limit or met something outside the subset at run time. */
export class HandlerStuck extends Error {
  readonly line: number | null;
  readonly column: number | null;
  constructor(message: string, line: number | null, column: number | null) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** A host object by its type and number. */
export interface HostObject {
  readonly type: string;
  readonly id: number;
}

/** State of a machine: plain data (JSON-like, plus undefined), never changed after `finish()`. */
export interface MachineState {
  readonly heap: readonly unknown[];
}

/**
 * A machine at work. Made from a state by `openMachine(program, state, host)`; changes a draft of that state; `finish()`
 * returns the new state, which shares everything untouched with the old one. All methods may call the host.
 * Within a JS turn the host calls the entry methods, then `runJobs()`; host functions run inside that.
 */
export interface Machine {
  /** Source line (from 1) of the innermost handler code that is running or waits for what was called, null outside of it. */
  readonly line: number | null;
  /**
   * Instantiates the exported class that extends DurableObject (the default or first one, or `className`):
   * constructor(ctx, env), fields included. Throws HandlerThrow when the constructor throws, HandlerStuck without a class.
   */
  instantiate(ctx: Value, env: Value, className?: string): Ref;
  /** Whether the object has a method `name`. */
  hasMethod(object: Ref, name: string): boolean;
  /** Calls a method and returns its result (for an async method a promise); exceptions come back as a rejected promise. Runs synchronously up to the first await; does not run jobs. */
  callMethod(object: Ref, name: string, args: readonly Value[]): Ref;
  /** Calls a function value, e.g. a timer's callback; an exception is swallowed after `log`ging nothing. */
  callFunction(fn: Value, args: readonly Value[]): Value;
  /** Calls a function value within a host function, e.g. that of transactionSync; throws HandlerThrow when it throws. */
  callOrThrow(fn: Value, args: readonly Value[]): Value;
  /** Runs promise jobs until none is left. Throws HandlerStuck after the turn's step limit (STEP_LIMIT instructions per turn). */
  runJobs(): void;
  newPromise(): Ref;
  /** Resolves with the promise resolution procedure (thenables are adopted). No effect when settled. */
  resolve(promise: Ref, value: Value): void;
  reject(promise: Ref, reason: Value): void;
  /** Promise.resolve(value): the promise itself when it is one. */
  promiseOf(value: Value): Ref;
  /** Marks a promise as handled and calls `host.settled(token, ...)` in a job once it settles. */
  onSettled(promise: Ref, token: string): void;
  /** State of a promise, or null when `value` is no promise. */
  promiseState(
    value: Value,
  ): { readonly state: "pending" | "resolved" | "rejected"; readonly value: Value } | null;
  /** A host object; the same (type, id) always gives the same reference. */
  hostObject(type: string, id: number): Ref;
  /** The (type, id) of a host object, or null. */
  asHost(value: Value): { readonly type: string; readonly id: number } | null;
  /** new TypeError(message) etc. */
  newError(className: ErrorClass, message: string): Ref;
  /** Plain object with these own properties. */
  newObject(properties: Readonly<Record<string, Value>>): Ref;
  newArray(items: readonly Value[]): Ref;
  /** An iterator that gives these items, once. */
  newIterator(items: readonly Value[]): Ref;
  /** new Map(entries): what storage.get([..]) and list() give. */
  newMap(entries: readonly (readonly [Value, Value])[]): Ref;
  newBytes(bytes: readonly number[]): Ref;
  /** A request. What the platform adds to it (`signal`) is set with setProperty. */
  newRequest(url: string, parts?: Partial<RequestParts>): Ref;
  /** An AbortSignal that nobody aborts. */
  newSignal(): Ref;
  /** new Request(input, init); throws HandlerThrow when that throws. */
  requestOf(input: Value, init: Value): Ref;
  /** What a Request says, or null when `value` is none. */
  asRequest(value: Value): RequestParts | null;
  /**
   * What fetch() gives. A host object as its body is read with a call of its own method of the form's name
   * ("IncomingBody.text"), which gives a promise.
   */
  newResponse(parts: ResponseParts): Ref;
  /** What text(), json() etc. make of a body that is there; throws HandlerThrow when it is no JSON. */
  bodyAs(form: BodyForm, text: string): Value;
  /** A property, undefined when absent; HandlerStuck where a getter of the handler would have to run. */
  getProperty(object: Ref, name: string): Value;
  setProperty(object: Ref, name: string, value: Value): void;
  ownKeys(object: Ref): readonly string[];
  /** Items of an array, or null when `value` is no array. */
  asArray(value: Value): readonly Value[] | null;
  /** Copy of the bytes of a Uint8Array (its view only) or ArrayBuffer, or null; the first `limit` ones only, if given. */
  asBytes(value: Value, limit?: number): readonly number[] | null;
  /** How many bytes asBytes would give: handlers write megabytes of zeros that nobody wants copied. */
  byteLength(value: Value): number | null;
  asFunction(value: Value): Ref | null;
  /** What a Response says, or null when `value` is none. */
  asResponse(value: Value): AnsweredResponse | null;
  /**
   * Reads a stream to its end and hands it to the host, chunk after chunk: calls the host functions `sink`:write with (id,
   * chunk, depends), which gives a promise for the time when it wants the next one, or undefined when nobody is there any
   * more, then `sink`:end with (id), or `sink`:fail with (id, error). `depends` is how many of the object's writes the chunk may
   * depend on: what the host function "depends" said when it was enqueued.
   */
  sendBody(stream: Ref, sink: string, id: number): void;
  /** name and message of an Error object, or null. */
  asError(value: Value): { readonly name: string; readonly message: string } | null;
  /** String(value). */
  toText(value: Value): string;
  /** As console.log would show it. */
  inspect(value: Value): string;
  /** typeof */
  typeOf(value: Value): string;
  /** Structured clone as plain JSON data for storage (undefined when not cloneable), and back. */
  toData(value: Value): unknown;
  fromData(data: unknown): Value;
  /** The DataCloneError of a value that toData does not take. */
  cloneError(value: Value): Ref;
  /** A DOMException of that name ("AbortError"). */
  newDomException(name: string, message: string): Ref;
  /** The host objects that the handler can still reach; `roots` are all addresses that the host holds. */
  reachableHosts(roots: readonly number[]): readonly HostObject[];
  /** Ends the work; the draft must not be used any more. */
  finish(): MachineState;
}
