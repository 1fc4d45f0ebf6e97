/* Structured clone to and from plain data, as storage keeps it. */

import type { Ref, Value } from "../host.ts";
import { isCallable, toText } from "./convert.ts";
import { type BufferData, type ErrorData, Kind } from "./heap.ts";
import { ownKeys } from "./own.ts";
import type { Vm } from "./vm.ts";
import { define } from "./write.ts";

/*
 * Primitives stand for themselves; everything else is a tagged list, so that no text of the handler is taken for a tag:
 *
 *   undefined -> ["undefined"]      { a: [1] } -> ["object", [["a", ["array", [1]]]]]      NaN -> ["number", "NaN"]
 */

/** Plain JSON data for a value; undefined when it cannot be cloned (functions, platform objects). */
export function toData(vm: Vm, value: Value): unknown {
  try {
    return encode(vm, value, []);
  } catch (error) {
    if (error instanceof NotCloneable) return undefined;
    throw error;
  }
}

class NotCloneable extends Error {
  readonly value: Ref;
  constructor(value: Ref) {
    super("cannot be cloned");
    this.value = value;
  }
}

/** The exception that cloning such a value throws, in the words of V8 and workerd. */
export function cloneError(vm: Vm, value: Value): Ref {
  try {
    encode(vm, value, []);
  } catch (error) {
    if (error instanceof NotCloneable) return domException(vm, "DataCloneError", whyNot(vm, error.value));
    throw error;
  }
  return domException(vm, "DataCloneError", `${toText(vm, value)} could not be cloned.`);
}

/** Host objects that can cross to another isolate, though not into storage. */
const FOR_RPC = new Set(["Socket", "ReadableStream", "WritableStream", "Response", "Request"]);

function whyNot(vm: Vm, value: Ref): string {
  const object = value.ref < 0 ? null : vm.at(value);
  const type = object !== null && "type" in object && typeof object.type === "string" ? object.type : null;
  if (isCallable(vm, value) || type === null)
    return `${isCallable(vm, value) ? toText(vm, value) : `#<${nameOf(vm, value)}>`} could not be cloned.`;
  if (FOR_RPC.has(type)) return `${type} can only be serialized for RPC.`;
  return `Could not serialize object of type "${type}". This type does not support serialization.`;
}

function nameOf(vm: Vm, value: Ref): string {
  return /^\[object (.*)\]$/.exec(toText(vm, value))?.[1] ?? "Object";
}

function encode(vm: Vm, value: Value, path: readonly number[]): unknown {
  vm.charge(1);
  if (value === undefined) return ["undefined"];
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : ["number", Object.is(value, -0) ? "-0" : String(value)];
  if (typeof value !== "object" || value === null) return value;
  if (value.ref < 0) throw new NotCloneable(value);
  if (path.includes(value.ref))
    return vm.stuck("An object that contains itself cannot be stored or sent here. Leave the reference out.");
  if (path.length > 200) return vm.stuck("This value is nested too deeply to be stored or sent.");
  const inner = [...path, value.ref];
  const object = vm.at(value);
  switch (object.kind) {
    case Kind.object:
      return [
        "object",
        ownKeys(vm, value).map((key) => [key, encode(vm, object.values[object.keys.indexOf(key)], inner)]),
      ];
    case Kind.accessor:
      return vm.stuck("A getter inside a value that is stored or sent. Store what it gives.");
    case Kind.array:
      return ["array", object.values.map((item) => encode(vm, item, inner))];
    case Kind.map:
      return [
        "map",
        object.keys.map((key, at) => [encode(vm, key, inner), encode(vm, object.values[at], inner)]),
      ];
    case Kind.set:
      return ["set", object.keys.map((key) => encode(vm, key, inner))];
    case Kind.bytes: {
      const { data, rest } = vm.at(object.buffer) as BufferData;
      return ["bytes", object.length, data.slice(object.offset, object.offset + object.length), rest];
    }
    case Kind.date:
      return ["date", object.time];
    case Kind.error:
      return [
        "error",
        object.keys.map((key, at) => [key, encode(vm, object.values[at], inner)]),
        object.hidden,
      ];
    default:
      throw new NotCloneable(value);
  }
}

/** The value of plain data that `toData` gave. */
export function fromData(vm: Vm, data: unknown): Value {
  if (data === null || typeof data === "boolean" || typeof data === "number" || typeof data === "string")
    return data;
  if (!Array.isArray(data)) return undefined;
  const [tag, first, second, third] = data as readonly unknown[];
  switch (tag) {
    case "number":
      return first === "-0" ? -0 : Number(first);
    case "array":
      return vm.array((first as readonly unknown[]).map((item) => fromData(vm, item)));
    case "object": {
      const made = vm.object();
      for (const [key, value] of first as readonly (readonly [string, unknown])[])
        define(vm, made, key, fromData(vm, value));
      return made;
    }
    case "map": {
      const entries = first as readonly (readonly [unknown, unknown])[];
      return newMapOf(
        vm,
        entries.map(([key, value]) => [fromData(vm, key), fromData(vm, value)] as const),
      );
    }
    case "set": {
      const keys = (first as readonly unknown[]).map((item) => fromData(vm, item));
      return vm.alloc({ kind: Kind.set, keys, order: keys.map((_, at) => at), next: keys.length });
    }
    case "bytes": {
      const buffer = vm.alloc({
        kind: Kind.buffer,
        length: first as number,
        data: (second as number[]).slice(),
        rest: third as number,
      });
      return vm.alloc({ kind: Kind.bytes, buffer, offset: 0, length: first as number });
    }
    case "date":
      return vm.alloc({ kind: Kind.date, time: first as number });
    case "error": {
      const ref = vm.error("Error", "");
      const own = vm.own<Extract<ReturnType<Vm["at"]>, { kind: typeof Kind.error }>>(ref);
      const entries = first as readonly (readonly [string, unknown])[];
      own.keys = entries.map(([key]) => key);
      own.values = entries.map(([, value]) => fromData(vm, value));
      own.hidden = second as number;
      return ref;
    }
    default:
      return undefined;
  }
}

/** A DOMException: an Error whose name is its own. */
export function domException(vm: Vm, name: string, message: string): Ref {
  const ref = vm.error("DOMException", message);
  const own = vm.own<ErrorData>(ref);
  own.keys.push("name");
  own.values = [`${name}: ${message}${vm.trace()}`, message, name];
  own.hidden = own.keys.length;
  return ref;
}

/** A Map with these entries; keys are taken to differ. */
export function newMapOf(vm: Vm, entries: readonly (readonly [Value, Value])[]): Ref {
  return vm.alloc({
    kind: Kind.map,
    keys: entries.map(([key]) => key),
    values: entries.map(([, value]) => value),
    order: entries.map((_, at) => at),
    next: entries.length,
  });
}
