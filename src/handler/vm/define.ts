/* Closures, classes, names: what instructions make or look up. */

import type { Ref, Value } from "../host.ts";
import { MethodKind } from "../method-kind.ts";
import { FunctionFlag } from "../program.ts";
import { toText } from "./convert.ts";
import { type ClassData, type Frame, type FunctionData, Kind } from "./heap.ts";
import { inspectShort } from "./inspect.ts";
import { ownRef } from "./names.ts";
import { hasProperty, ownKeys } from "./own.ts";
import { getProperty, hostGlobal, prototypeOf } from "./property.ts";
import { globals, intrinsicAt } from "./registry.ts";
import type { Vm } from "./vm.ts";
import { define, defineAccessor, defineHidden } from "./write.ts";

/** A function object for code number `id` in the running frame. */
export function makeClosure(vm: Vm, frame: Frame, id: number): Ref {
  const isArrow = (vm.code(id).flags & FunctionFlag.arrow) !== 0;
  const data: FunctionData = {
    kind: Kind.function,
    code: id,
    scope: frame.scope,
    self: isArrow ? frame.self : undefined,
    home: isArrow ? homeOf(vm, frame) : null,
  };
  return vm.alloc(data);
}

/** Where `super` of the running code begins. */
function homeOf(vm: Vm, frame: Frame): Ref | null {
  if (frame.callee === null || frame.callee.ref < 0) return null;
  const callee = vm.at(frame.callee);
  if (callee.kind === Kind.function) return callee.home;
  if (callee.kind !== Kind.class) return null;
  const isStatic = typeof frame.self === "object" && frame.self?.ref === frame.callee.ref;
  return isStatic ? frame.callee : callee.prototype;
}

/** The object in which super.name is looked up. */
export function homeParent(vm: Vm, frame: Frame): Ref | null {
  const home = homeOf(vm, frame);
  if (home === null) return null;
  const object = vm.at(home);
  if (object.kind === Kind.class) return object.parent;
  return prototypeOf(vm, home);
}

/** A class without its methods yet. */
export function makeClass(
  vm: Vm,
  frame: Frame,
  name: string,
  code: number,
  fields: number,
  hasParent: boolean,
  parent: Value,
): Ref {
  const parentPrototype = hasParent ? prototypeOfParent(vm, parent) : null;
  const prototype = hasParent ? vm.object([], [], parentPrototype) : vm.object();
  const data: ClassData = {
    kind: Kind.class,
    proto: hasParent ? (parent as Ref) : null,
    keys: [],
    values: [],
    hidden: 0,
    accessors: false,
    locked: 0,
    name,
    code,
    fields,
    scope: frame.scope,
    parent: hasParent ? (parent as Ref) : null,
    prototype,
  };
  const made = vm.alloc(data);
  defineHidden(vm, prototype, "constructor", made);
  return made;
}

function prototypeOfParent(vm: Vm, parent: Value): Ref | null {
  if (typeof parent === "object" && parent !== null) {
    if (parent.ref < 0) {
      const { prototype } = intrinsicAt(parent.ref);
      if (prototype !== null) return prototype;
    } else {
      const object = vm.at(parent);
      if (object.kind === Kind.class) return object.prototype;
      if (object.kind === Kind.hostFunction) {
        return vm.stuck(
          `A class that extends ${object.name} is not part of Gatescope's handler language. Keep one in a field.`,
        );
      }
    }
  }
  return vm.typeError(`Class extends value ${inspectShort(vm, parent)} is not a constructor or null`);
}

/** Defines a method, getter or setter on a class or its prototype. */
export function defineMethod(vm: Vm, classRef: Ref, name: string, fn: Ref, kind: number): void {
  const isStatic = (kind & MethodKind.static) !== 0;
  const { prototype } = vm.at(classRef) as ClassData;
  const target = isStatic ? classRef : prototype;
  vm.own<FunctionData>(fn).home = target;
  const type = kind & ~MethodKind.static;
  if (type === MethodKind.method) defineHidden(vm, target, name, fn);
  else defineAccessor(vm, target, name, type === MethodKind.getter ? { getter: fn } : { setter: fn }, true);
}

/**
 * A global name: of the machine, else of the host; null when nobody knows it. With `callOnly` undefined stands for a
 * function of the host, which can then be called without making a function object.
 */
export function globalValue(vm: Vm, name: string, callOnly = false): Value {
  const known = globals.get(name);
  if (known !== undefined) return known;
  if (name === "NaN") return Number.NaN;
  if (name === "Infinity") return Number.POSITIVE_INFINITY;
  if (callOnly && vm.host.global(name).is === "method") return undefined;
  return hostGlobal(vm, name, null);
}

const PLATFORM_CLASSES: ReadonlySet<string> = new Set(["DurableObject", "WorkerEntrypoint", "RpcTarget"]);

/** import { name } from "module" */
export function importValue(vm: Vm, module: string, name: string): Value {
  if (module === "cloudflare:workers" && PLATFORM_CLASSES.has(name)) return ownRef(name);
  const value = hostGlobal(vm, name, module);
  if (value !== null) return value;
  return vm.stuck(`The module "${module}" has no export ${name} in Gatescope's model.`);
}

/** const { a, ...rest } = source */
export function makeRest(vm: Vm, source: Value, names: readonly Value[]): Ref {
  const excluded = names.map((name) => toText(vm, name));
  const made = vm.object();
  for (const key of ownKeys(vm, source)) {
    if (!excluded.includes(key)) define(vm, made, key, getProperty(vm, source, key));
  }
  return made;
}

/** A private name must be there, so that a typo or a foreign object is found. */
export function requirePrivate(vm: Vm, object: Value, key: string, verb: "read" | "write"): void {
  const isObject = typeof object === "object" && object !== null;
  if (isObject && hasProperty(vm, object, key)) return;
  const name = key.slice(1, key.lastIndexOf("@"));
  vm.typeError(
    `Cannot ${verb} private member ${name} ${verb === "read" ? "from" : "to"} an object whose class did not declare it`,
  );
}
