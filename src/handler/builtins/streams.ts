/*
 * The stream classes: their methods are library functions (streams.source.ts), their properties are read here.
 */
import type { Ref, Value } from "../host.ts";
import { callHost } from "../vm/call.ts";
import { Kind } from "../vm/heap.ts";
import { libraryFunction } from "../vm/library.ts";
import { getProperty } from "../vm/property.ts";
import { getter, intrinsic, member, native, nativeClass } from "../vm/registry.ts";
import type { Vm } from "../vm/vm.ts";
import { newBytes, readBytes } from "./bytes.ts";

/** The plain object inside a stream, reader, writer, controller or transform. */
export function inside(vm: Vm, value: Value, type: string): Ref {
  const data = vm.as(value, Kind.web);
  if (data === null || data.type !== type) return vm.typeError(`Illegal invocation: this is not a ${type}`);
  return data.values[0] as Ref;
}

/** Whether a value is a stream of that class, of the handler's own making or of the host. */
export function isStream(vm: Vm, value: Value, type: "ReadableStream" | "WritableStream"): value is Ref {
  return (vm.as(value, Kind.web) ?? vm.as(value, Kind.host))?.type === type;
}

/** Whether a ReadableStream is locked to a reader. */
export function isLocked(vm: Vm, stream: Ref): boolean {
  return getProperty(vm, stream, "locked") === true;
}

/** Whether somebody has read from a ReadableStream of the handler's own or cancelled it. */
export function isDisturbed(vm: Vm, stream: Ref): boolean {
  if (vm.as(stream, Kind.host) !== null) return false;
  return getProperty(vm, inside(vm, stream, "ReadableStream"), "disturbed") === true;
}

/** A ReadableStream that has these bytes in its queue and then ends. */
export function streamOf(vm: Vm, bytes: Value): Ref {
  const fields: Readonly<Record<string, Value>> = {
    state: "readable",
    error: undefined,
    reader: null,
    disturbed: false,
    native: true,
    depends: 0,
    ending: 0,
    queue: vm.array([vm.object(["chunk", "size", "depends"], [bytes, 1, 0])]),
    total: 1,
    closing: true,
    started: true,
    pulling: false,
    again: false,
    mark: 0,
    size: undefined,
    source: undefined,
    pull: undefined,
    cancel: undefined,
    controller: null,
  };
  return make(vm, "ReadableStream", vm.object(Object.keys(fields), Object.values(fields)));
}

function make(vm: Vm, type: string, value: Value): Ref {
  return vm.alloc({ kind: Kind.web, type, values: [value], keys: [], added: [] });
}

// ---- what the library uses

native("\0make", 2, (vm, _self, [type, value]) => make(vm, String(type), value));
native("\0inside", 2, (vm, _self, [value, type]) => inside(vm, value, String(type)));
native("\0isReadable", 1, (vm, _self, [value]) => isStream(vm, value, "ReadableStream"));
native("\0isWritable", 1, (vm, _self, [value]) => isStream(vm, value, "WritableStream"));
native("\0isHost", 1, (vm, _self, [value]) => vm.as(value, Kind.host) !== null);
native("\0host", 1, (vm, _self, [name, ...args]) => callHost(vm, String(name), null, args));
native("\0stuck", 1, (vm, _self, [text]) => vm.stuck(String(text)));
native("\0bytesOf", 1, (vm, _self, [value]) => {
  const bytes = readBytes(vm, value);
  return bytes === null ? undefined : newBytes(vm, bytes.slice());
});

const HELPERS: Readonly<Record<string, readonly string[]>> = {
  readable: ["pull", "enqueue", "end", "fail", "close", "take", "abandon"],
  writable: ["measure", "isEnding", "advance", "dispatch", "reject", "startErroring", "fail"],
  transform: ["measure", "chunk", "fail"],
};
const helper = (name: string) => {
  member(`\0${name}`).library = libraryFunction(name);
};
for (const [type, names] of Object.entries(HELPERS)) for (const name of names) helper(`${type}_${name}`);
for (const name of ["writable_abandon", "writable_end", "writable_put"]) helper(name);
for (const name of ["newReadable", "newWritable", "newIdentity", "asyncIterator", "readAll", "sendBody"])
  helper(name);
for (const name of ["pipeToHandler", "pipeToPlatform", "identitySink", "hostSink", "streamState"])
  helper(name);

// ---- the classes

/** Methods of each class, and the beginning of their names in the library. */
const METHODS: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  ReadableStream: ["readable", ["getReader", "cancel", "values", "tee", "pipeTo", "pipeThrough"]],
  ReadableStreamDefaultController: ["readableController", ["enqueue", "close", "error"]],
  ReadableStreamDefaultReader: ["reader", ["read", "cancel", "releaseLock"]],
  WritableStream: ["writable", ["getWriter", "close", "abort"]],
  WritableStreamDefaultController: ["writableController", ["error"]],
  WritableStreamDefaultWriter: ["writer", ["write", "close", "abort", "releaseLock"]],
  TransformStream: ["transform", []],
  TransformStreamDefaultController: ["transformController", ["enqueue", "error", "terminate"]],
  AbortController: ["abortController", ["abort"]],
  AbortSignal: ["abortSignal", ["addEventListener", "removeEventListener", "throwIfAborted"]],
  IdentityTransformStream: ["identity", []],
  FixedLengthStream: ["identity", []],
};
const MADE_BY_HANDLERS = [
  "ReadableStream",
  "WritableStream",
  "TransformStream",
  "IdentityTransformStream",
  "FixedLengthStream",
  "TextEncoderStream",
  "TextDecoderStream",
  "AbortController",
];
for (const [type, [prefix, names]] of Object.entries(METHODS)) {
  nativeClass(type, 0, null);
  for (const name of names)
    member(`${type}.prototype.${name}`).library = libraryFunction(`${prefix}_${name}`);
}
for (const name of ["newSignal", "signal_abort"]) helper(name);
for (const type of ["TextEncoderStream", "TextDecoderStream"]) nativeClass(type, 0, null);
for (const type of MADE_BY_HANDLERS) intrinsic(type).makes = libraryFunction(`make_${type}`);
member("ReadableStream.from").library = libraryFunction("readable_from");
member("AbortSignal.abort").library = libraryFunction("signal_aborted");
member("AbortSignal.timeout").library = libraryFunction("signal_timeout");

/** A property that is read off the inside. */
function property(type: string, name: string, read: (vm: Vm, inner: Ref) => Value): void {
  getter(`${type}.prototype.${name}`, (vm, self) => read(vm, inside(vm, self, type)));
}

const promiseIn = (field: string) => (vm: Vm, inner: Ref) =>
  getProperty(vm, getProperty(vm, inner, field), "promise");

property("ReadableStream", "locked", (vm, inner) => getProperty(vm, inner, "reader") !== null);
property("WritableStream", "locked", (vm, inner) => getProperty(vm, inner, "writer") !== null);
property("ReadableStreamDefaultReader", "closed", promiseIn("closed"));
property("WritableStreamDefaultWriter", "closed", promiseIn("closed"));
property("WritableStreamDefaultWriter", "ready", promiseIn("ready"));
property("WritableStreamDefaultWriter", "desiredSize", (vm, writer) => {
  const stream = getProperty(vm, writer, "stream");
  return stream === null
    ? vm.typeError("This WritableStream writer has been released.")
    : desiredSize(vm, stream as Ref);
});
property("ReadableStreamDefaultController", "desiredSize", desiredSize);
property("TransformStreamDefaultController", "desiredSize", (vm, inner) =>
  desiredSize(vm, getProperty(vm, inner, "source") as Ref),
);
property("AbortController", "signal", (vm, inner) => getProperty(vm, inner, "signal"));
for (const name of ["aborted", "reason"])
  property("AbortSignal", name, (vm, inner) => getProperty(vm, inner, name));
for (const type of ["TransformStream", "IdentityTransformStream", "FixedLengthStream"])
  for (const side of ["readable", "writable"])
    property(type, side, (vm, inner) => getProperty(vm, inner, side));

function desiredSize(vm: Vm, stream: Ref): Value {
  const state = getProperty(vm, stream, "state");
  if (state === "errored" || state === "erroring") return null;
  if (state === "closed") return 0;
  // The platform's own writable sides ask for one more at all times.
  if (getProperty(vm, stream, "gated") === true) return 1;
  return Number(getProperty(vm, stream, "mark")) - Number(getProperty(vm, stream, "total"));
}
