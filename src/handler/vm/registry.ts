/*
 * What the machine's own functions, classes and prototypes are and do. The files in builtins/ fill this registry when they
 * are loaded; after that it never changes.
 */
import { assert, mustGet } from "../../base/assert.ts";
import type { Ref, Value } from "../host.ts";
import { ownIndex, ownRef } from "./names.ts";
import type { Vm } from "./vm.ts";

/** Runs a function of the machine. Throws `Thrown` to throw into the handler. */
export type Native = (vm: Vm, self: Value, args: readonly Value[]) => Value;

/** One function, class, prototype or namespace of the machine. */
export interface Intrinsic {
  readonly name: string;
  readonly self: Ref;
  /** What typeof and calls need. */
  call: Native | null;
  construct: Native | null;
  /** Number of a library function that is called instead. */
  library: number;
  /** Number of the library function that `new` calls: what it returns is the object. */
  makes: number;
  /** `length` of functions. */
  arity: number;
  /** A class's prototype. */
  prototype: Ref | null;
  /** Where property lookup goes on. */
  parent: Ref | null;
  readonly members: Map<string, Value>;
  /** Properties that are computed on every read. */
  readonly getters: Map<string, Native>;
}

const intrinsics: Intrinsic[] = [];

/** The intrinsic `name`, made on first use. */
export function intrinsic(name: string): Intrinsic {
  const self = ownRef(name);
  const known = intrinsics[ownIndex(self.ref)];
  if (known !== undefined) return known;
  const made: Intrinsic = {
    name,
    self,
    call: null,
    construct: null,
    library: -1,
    makes: -1,
    arity: 0,
    prototype: null,
    parent: null,
    members: new Map(),
    getters: new Map(),
  };
  intrinsics[ownIndex(self.ref)] = made;
  return made;
}

const prototypes = new Map<string, Intrinsic>();

/** The prototype of the machine's class `type`. */
export function prototypeNamed(type: string): Intrinsic {
  const known = prototypes.get(type);
  if (known !== undefined) return known;
  const made = intrinsic(`${type}.prototype`);
  prototypes.set(type, made);
  return made;
}

/** The intrinsic that a negative reference names. */
export function intrinsicAt(ref: number): Intrinsic {
  return mustGet(intrinsics[ownIndex(ref)], "the machine's own object");
}

/** Defines a function of the machine, also as member of its namespace or prototype ("Object.keys"). */
export function native(name: string, arity: number, call: Native): Intrinsic {
  const made = member(name);
  made.call = call;
  made.arity = arity;
  return made;
}

/** Defines a getter of a prototype ("Map.prototype.size"). */
export function getter(name: string, get: Native): void {
  const dot = name.lastIndexOf(".");
  intrinsic(name.slice(0, dot)).getters.set(name.slice(dot + 1), get);
}

/** An intrinsic, entered in the namespace or prototype that its name says. */
export function member(name: string): Intrinsic {
  const made = intrinsic(name);
  const dot = name.lastIndexOf(".");
  if (dot > 0) intrinsic(name.slice(0, dot)).members.set(name.slice(dot + 1), made.self);
  else globals.set(name, made.self);
  return made;
}

/** Defines a class: a function that constructs, and its prototype. */
export function nativeClass(
  name: string,
  arity: number,
  construct: Native | null,
  parent: string | null = "Object",
): Intrinsic {
  const made = member(name);
  const prototype = intrinsic(`${name}.prototype`);
  assert(made.prototype === null, `${name} is defined once`);
  made.construct = construct;
  made.arity = arity;
  made.prototype = prototype.self;
  made.members.set("prototype", prototype.self);
  prototype.members.set("constructor", made.self);
  prototype.parent = parent === null ? null : intrinsic(`${parent}.prototype`).self;
  return made;
}

/** Global names that the machine knows. */
export const globals = new Map<string, Value>();
