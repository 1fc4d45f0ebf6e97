/*
 * What a machine's state is made of: plain data that refers to other heap objects only by `{ ref }`, so that a state can
 * be shared, copied, compared and kept in a visited set.
 *
 * A reference that is not negative is an index into the heap. Negative references are the same in all machines: -1 marks a
 * variable that is not initialized, the others are the machine's own functions, classes and prototypes (registry.ts).
 *
 * Example: after `const o = { a: 1 }; const f = () => o;` at the top level of a module:
 *
 *   0 { kind: scope, parent: null, values: [{ ref: 1 }] }                       the captured variable o
 *   1 { kind: object, proto: {-..}, keys: ["a"], values: [1], ... }
 *   2 { kind: function, code: 1, scope: { ref: 0 }, ... }                       f
 */
import type { MachineState, Ref, Value } from "../host.ts";

/** Kinds of heap objects. Small integers, as the interpreter compares them all the time. */
export const Kind = {
  object: 0,
  error: 1,
  class: 2,
  function: 3,
  array: 4,
  map: 5,
  set: 6,
  promise: 7,
  host: 8,
  hostFunction: 9,
  bound: 10,
  resolver: 11,
  coroutine: 12,
  scope: 13,
  accessor: 14,
  iterator: 15,
  buffer: 16,
  bytes: 17,
  web: 18,
  combinator: 19,
  date: 20,
} as const;

interface Keyed {
  /** The prototype: a heap object, one of the machine's own, or null. */
  proto: Ref | null;
  /** Own properties in the order of their creation. Keys that begin with \0 are private names. */
  keys: string[];
  values: Value[];
  /** The first so many keys are not enumerable. */
  hidden: number;
  /** Some value is an accessor. */
  accessors: boolean;
  /** 0 extensible, 1 no new properties, 2 sealed, 3 frozen. */
  locked: number;
}

export interface ObjectData extends Keyed {
  readonly kind: typeof Kind.object;
}

/** An Error: an object whose "stack" and "message" were set by the machine. */
export interface ErrorData extends Keyed {
  readonly kind: typeof Kind.error;
}

export interface ClassData extends Keyed {
  readonly kind: typeof Kind.class;
  readonly name: string;
  readonly code: number;
  /** Function number of the field initializers, or -1. */
  readonly fields: number;
  readonly scope: Ref | null;
  /** The parent class, or null. */
  readonly parent: Ref | null;
  readonly prototype: Ref;
}

export interface FunctionData {
  readonly kind: typeof Kind.function;
  readonly code: number;
  readonly scope: Ref | null;
  /** An arrow function's `this`. */
  readonly self: Value;
  /** Where `super` begins: the prototype or class that the method is defined on. */
  home: Ref | null;
}

export interface ArrayData {
  readonly kind: typeof Kind.array;
  values: Value[];
  locked: number;
}

/** Entries in insertion order; `order` numbers them, so that an iterator survives deletions. */
export interface MapData {
  readonly kind: typeof Kind.map;
  keys: Value[];
  values: Value[];
  order: number[];
  next: number;
}

export interface SetData {
  readonly kind: typeof Kind.set;
  keys: Value[];
  order: number[];
  next: number;
}

export interface PromiseData {
  readonly kind: typeof Kind.promise;
  /** 0 pending, 1 fulfilled, 2 rejected. */
  state: number;
  value: Value;
  reactions: Reaction[];
  handled: boolean;
  /** Counts resolutions: what was made for an earlier count has no effect any more. 0 as long as nothing was decided. */
  epoch: number;
}

/** What happens when a promise settles. */
export type Reaction =
  | {
      readonly type: "then";
      readonly fulfilled: Value;
      readonly rejected: Value;
      readonly derived: Ref | null;
    }
  | { readonly type: "await"; readonly coroutine: Ref }
  | { readonly type: "host"; readonly token: string }
  /** Promise.all and its like: the promise is number `index` of the combinator's inputs. */
  | { readonly type: "combine"; readonly combinator: Ref; readonly index: number }
  /** Settles `target` the same way, if its epoch is still that. */
  | { readonly type: "forward"; readonly target: Ref; readonly epoch: number };

/** A promise job that waits for its turn. */
export type Job =
  | {
      readonly type: "reaction";
      readonly reaction: Reaction;
      readonly rejected: boolean;
      readonly value: Value;
    }
  /** NewPromiseResolveThenableJob */
  | {
      readonly type: "thenable";
      readonly promise: Ref;
      readonly epoch: number;
      readonly thenable: Ref;
      readonly method: Ref;
    };

export interface HostData {
  readonly kind: typeof Kind.host;
  readonly type: string;
  readonly id: number;
}

/** A function of the host as a value; `self` is bound for methods. */
export interface HostFunctionData {
  readonly kind: typeof Kind.hostFunction;
  readonly name: string;
  readonly self: Ref | null;
}

export interface BoundData {
  readonly kind: typeof Kind.bound;
  readonly target: Ref;
  readonly self: Value;
  readonly values: readonly Value[];
}

/** resolve or reject of a promise. */
export interface ResolverData {
  readonly kind: typeof Kind.resolver;
  readonly promise: Ref;
  readonly rejects: boolean;
  readonly epoch: number;
}

/** A suspended async function. */
export interface CoroutineData {
  readonly kind: typeof Kind.coroutine;
  frame: Frame | null;
}

export interface ScopeData {
  readonly kind: typeof Kind.scope;
  readonly parent: Ref | null;
  values: Value[];
}

export interface AccessorData {
  readonly kind: typeof Kind.accessor;
  readonly getter: Ref | null;
  readonly setter: Ref | null;
}

/** Walks an array, a string (`source` is it), a map or a set. */
export interface IteratorData {
  readonly kind: typeof Kind.iterator;
  /** null when it is done. */
  source: Value;
  readonly gives: "keys" | "values" | "entries";
  /** Index of the next item; in maps and sets, the order number that the next one has at least. */
  position: number;
}

/** Bytes; those after the end of `data` are all `rest`, so that a large buffer is as small as a reader needs it. */
export interface BufferData {
  readonly kind: typeof Kind.buffer;
  readonly length: number;
  data: number[];
  rest: number;
}

/** A Uint8Array: a view of a buffer. */
export interface BytesData {
  readonly kind: typeof Kind.bytes;
  readonly buffer: Ref;
  readonly offset: number;
  readonly length: number;
}

/** An object of the web platform that the machine has itself: Response, URL, ... with its inner fields. */
export interface WebData {
  readonly kind: typeof Kind.web;
  readonly type: string;
  values: Value[];
  /** Properties that the host or the handler has added. */
  keys: string[];
  added: Value[];
}

/** The running state of Promise.all, allSettled or any. */
export interface CombinatorData {
  readonly kind: typeof Kind.combinator;
  readonly type: "all" | "allSettled" | "any";
  readonly promise: Ref;
  values: Value[];
  remaining: number;
}

export interface DateData {
  readonly kind: typeof Kind.date;
  readonly time: number;
}

export type HeapObject =
  | ObjectData
  | ErrorData
  | ClassData
  | FunctionData
  | ArrayData
  | MapData
  | SetData
  | PromiseData
  | HostData
  | HostFunctionData
  | BoundData
  | ResolverData
  | CoroutineData
  | ScopeData
  | AccessorData
  | IteratorData
  | BufferData
  | BytesData
  | WebData
  | CombinatorData
  | DateData;

/** A heap object of one kind. */
export type ObjectOf<K extends HeapObject["kind"]> = Extract<HeapObject, { kind: K }>;
/** Objects with named own properties. */
export type KeyedObject = ObjectData | ErrorData | ClassData;

/** What becomes of a frame's result. */
export const Give = {
  /** Pushed on the caller's stack. */
  push: 0,
  /** Nothing. */
  drop: 1,
  /** Handed to the host that called. */
  host: 2,
  /** Settles `target`, a promise; dropped without one. */
  settle: 3,
  /** Becomes the caller's `this` (super()), and is pushed. */
  super: 4,
  /** Replaces the caller's operand `at`; the instruction is run again. */
  replace: 5,
  /** Dropped; `target`, a promise, is pushed on the caller's stack; an exception rejects it (new Promise). */
  executor: 6,
  /** Dropped; an exception rejects `target` while its epoch is `at`. */
  thenable: 7,
} as const;

/** Where to go on when something throws: code offset and scope. */
export interface Catch {
  readonly pc: number;
  readonly scope: Ref | null;
}

/** One running call. Owned by the draft while it is on the machine's stack, never changed once it is in a coroutine. */
export interface Frame {
  readonly code: number;
  pc: number;
  /** The slots, then the operands. */
  stack: Value[];
  scope: Ref | null;
  self: Value;
  /** The function object or class. */
  readonly callee: Ref | null;
  /** The object that a constructor makes: its result. */
  readonly made: Ref | null;
  /** The innermost last; null as long as there was none. */
  catches: Catch[] | null;
  give: number;
  at: number;
  target: Ref | null;
  /** An async function's promise. */
  readonly promise: Ref | null;
  /** An async function's number. */
  readonly call: number;
  /** An async function that has not been suspended yet: its caller waits for the promise. */
  isFirst: boolean;
}

/** All of a machine. */
export interface State extends MachineState {
  readonly heap: readonly (HeapObject | null)[];
  /** Heap indexes whose objects were collected. */
  readonly free: readonly number[];
  readonly frames: readonly Frame[];
  readonly jobs: readonly Job[];
  /** References of host objects by type, then id; -1 where there is none. */
  readonly hosts: readonly { readonly type: string; readonly refs: readonly number[] }[];
  readonly exports: readonly { readonly name: string; readonly value: Value }[];
  readonly calls: number;
  /** Some object was once large (LARGE), so what all of them hold together has to be watched. */
  readonly isLarge: boolean;
}

/** Marks a variable before its declaration has run. */
export const UNINITIALIZED: Ref = { ref: -1 };
