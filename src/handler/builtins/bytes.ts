/* ArrayBuffer, Uint8Array, TextEncoder and TextDecoder. */

import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Ref, Value } from "../host.ts";
import { bounded, relativeIndex, toInteger, toNumber, toText } from "../vm/convert.ts";
import { type BufferData, type BytesData, Kind } from "../vm/heap.ts";
import { listOf, newIterator } from "../vm/iterate.ts";
import { libraryFunction } from "../vm/library.ts";
import { getter, intrinsic, member, native, nativeClass } from "../vm/registry.ts";
import { MAX_LENGTH, type Vm } from "../vm/vm.ts";
import { bytesForWriting, setByte } from "../vm/write.ts";

/** Longest buffer. One that is all alike takes no room, so it may be longer than what is written out. */
const MAX_BUFFER = 128 * 1024 * 1024;

function newBuffer(vm: Vm, length: number, data: number[]): Ref {
  if (length > MAX_BUFFER) vm.throwError("RangeError", "Array buffer allocation failed");
  return vm.alloc({ kind: Kind.buffer, length, data, rest: 0 });
}

/** A new Uint8Array with these bytes. */
export function newBytes(vm: Vm, data: number[]): Ref {
  vm.noteSize(data.length);
  if (data.length > MAX_LENGTH) vm.tooLong("a byte array with different values");
  return vm.alloc({
    kind: Kind.bytes,
    buffer: newBuffer(vm, data.length, data),
    offset: 0,
    length: data.length,
  });
}

/** The bytes of a Uint8Array or ArrayBuffer up to `limit`, null for anything else. */
export function readBytes(vm: Vm, value: Value, limit = Number.POSITIVE_INFINITY): number[] | null {
  const view = vm.as(value, Kind.bytes);
  const buffer = vm.as(view === null ? value : view.buffer, Kind.buffer);
  if (buffer === null) return null;
  const offset = view?.offset ?? 0;
  const length = Math.min(view?.length ?? buffer.length, limit);
  const written = buffer.data.slice(offset, offset + length);
  while (written.length < length) written.push(buffer.rest);
  return written;
}

/** Length of a Uint8Array or ArrayBuffer, null for anything else. */
export function byteLength(vm: Vm, value: Value): number | null {
  return vm.as(value, Kind.bytes)?.length ?? vm.as(value, Kind.buffer)?.length ?? null;
}

function view(vm: Vm, self: Value): BytesData {
  return vm.as(self, Kind.bytes) ?? vm.typeError("this is not a typed array.");
}

function lengthArgument(vm: Vm, value: Value): number {
  const length = toInteger(vm, value);
  if (length < 0 || length > Number.MAX_SAFE_INTEGER)
    vm.throwError("RangeError", `Invalid typed array length: ${length}`);
  return length;
}

nativeClass("ArrayBuffer", 1, (vm, _self, [length]) => newBuffer(vm, lengthArgument(vm, length), []));
native("ArrayBuffer.isView", 1, (vm, _self, [value]) => vm.as(value, Kind.bytes) !== null);
getter("ArrayBuffer.prototype.byteLength", (vm, self) => vm.as(self, Kind.buffer)?.length);
native("ArrayBuffer.prototype.slice", 2, (vm, self, [from, to]) => {
  const buffer = vm.as(self, Kind.buffer) ?? vm.typeError("this is not an ArrayBuffer");
  const start = relativeIndex(vm, from, buffer.length, 0);
  const end = Math.max(start, relativeIndex(vm, to, buffer.length, buffer.length));
  return vm.alloc({
    kind: Kind.buffer,
    length: end - start,
    data: buffer.data.slice(start, end),
    rest: buffer.rest,
  });
});

nativeClass("Uint8Array", 3, (vm, _self, [source, offset, count]) => {
  if (typeof source !== "object" || source === null) {
    const length = source === null ? 0 : lengthArgument(vm, source);
    return vm.alloc({ kind: Kind.bytes, buffer: newBuffer(vm, length, []), offset: 0, length });
  }
  const buffer = vm.as(source, Kind.buffer);
  if (buffer !== null) {
    const start = toInteger(vm, offset);
    const length = count === undefined ? buffer.length - start : toInteger(vm, count);
    if (start < 0 || length < 0 || start + length > buffer.length)
      vm.throwError("RangeError", "Invalid typed array length");
    return vm.alloc({ kind: Kind.bytes, buffer: source, offset: start, length });
  }
  const bytes = vm.as(source, Kind.bytes);
  if (bytes !== null) return slice(vm, bytes, 0, bytes.length);
  return newBytes(
    vm,
    listOf(vm, source).map((item) => toNumber(vm, item) & 255),
  );
});
intrinsic("Uint8Array").members.set("BYTES_PER_ELEMENT", 1);
native("Uint8Array.of", 0, (vm, _self, args) =>
  newBytes(
    vm,
    args.map((item) => toNumber(vm, item) & 255),
  ),
);
member("Uint8Array.from").library = libraryFunction("bytes_from");

getter("Uint8Array.prototype.length", (vm, self) => view(vm, self).length);
getter("Uint8Array.prototype.byteLength", (vm, self) => view(vm, self).length);
getter("Uint8Array.prototype.byteOffset", (vm, self) => view(vm, self).offset);
getter("Uint8Array.prototype.buffer", (vm, self) => view(vm, self).buffer);

function range(vm: Vm, bytes: BytesData, from: Value, to: Value): readonly [number, number] {
  const start = relativeIndex(vm, from, bytes.length, 0);
  return [start, Math.max(start, relativeIndex(vm, to, bytes.length, bytes.length))];
}

function slice(vm: Vm, bytes: BytesData, start: number, end: number): Ref {
  const buffer = vm.at(bytes.buffer) as BufferData;
  const data = buffer.data.slice(bytes.offset + start, bytes.offset + end);
  vm.charge(data.length >> 4);
  const copy = vm.alloc({ kind: Kind.buffer, length: end - start, data, rest: buffer.rest });
  return vm.alloc({ kind: Kind.bytes, buffer: copy, offset: 0, length: end - start });
}

native("Uint8Array.prototype.subarray", 2, (vm, self, [from, to]) => {
  const bytes = view(vm, self);
  const [start, end] = range(vm, bytes, from, to);
  return vm.alloc({
    kind: Kind.bytes,
    buffer: bytes.buffer,
    offset: bytes.offset + start,
    length: end - start,
  });
});
native("Uint8Array.prototype.slice", 2, (vm, self, [from, to]) => {
  const bytes = view(vm, self);
  return slice(vm, bytes, ...range(vm, bytes, from, to));
});
native("Uint8Array.prototype.fill", 1, (vm, self, [value, from, to]) => {
  const bytes = view(vm, self);
  const byte = toNumber(vm, value) & 255;
  const [start, end] = range(vm, bytes, from, to);
  const buffer = vm.at(bytes.buffer) as BufferData;
  if (bytes.offset + end === buffer.length && buffer.data.length <= bytes.offset + start + MAX_LENGTH) {
    // Up to the buffer's end: what is not written out becomes the filling.
    const own = vm.own<BufferData>(bytes.buffer);
    bytesForWriting(vm, bytes.buffer, Math.min(bytes.offset + start, own.length));
    own.data.length = bytes.offset + start;
    own.rest = byte;
    return self;
  }
  const data = bytesForWriting(vm, bytes.buffer, bytes.offset + end);
  vm.charge((end - start) >> 4);
  data.fill(byte, bytes.offset + start, bytes.offset + end);
  return self;
});
native("Uint8Array.prototype.set", 1, (vm, self, [source, offset]) => {
  const bytes = view(vm, self);
  const at = toInteger(vm, offset);
  const items =
    readBytes(vm, source, MAX_LENGTH + 1) ?? listOf(vm, source).map((item) => toNumber(vm, item) & 255);
  if (at < 0 || at + items.length > bytes.length) vm.throwError("RangeError", "offset is out of bounds");
  const data = bytesForWriting(vm, bytes.buffer, bytes.offset + at + items.length);
  vm.charge(items.length >> 4);
  items.forEach((item, index) => {
    data[bytes.offset + at + index] = item;
  });
});
native("Uint8Array.prototype.at", 1, (vm, self, [index]) => {
  const bytes = view(vm, self);
  const at = toInteger(vm, index);
  const position = at < 0 ? bytes.length + at : at;
  if (position < 0 || position >= bytes.length) return undefined;
  const buffer = vm.at(bytes.buffer) as BufferData;
  return buffer.data[bytes.offset + position] ?? buffer.rest;
});

function materialized(vm: Vm, self: Value): number[] {
  const bytes = view(vm, self);
  if (bytes.length > MAX_LENGTH) vm.tooLong("a byte array with different values");
  vm.charge(bytes.length >> 4);
  return readBytes(vm, self) ?? [];
}

native("Uint8Array.prototype.indexOf", 1, (vm, self, [value]) =>
  typeof value === "number" ? materialized(vm, self).indexOf(value) : -1,
);
native(
  "Uint8Array.prototype.includes",
  1,
  (vm, self, [value]) => typeof value === "number" && materialized(vm, self).includes(value),
);
native("Uint8Array.prototype.reverse", 0, (vm, self) => {
  const bytes = view(vm, self);
  materialized(vm, self)
    .reverse()
    .forEach((byte, index) => {
      setByte(vm, bytes, index, byte);
    });
  return self;
});
native("Uint8Array.prototype.keys", 0, (vm, self) => newIterator(vm, self, "keys"));
native("Uint8Array.prototype.values", 0, (vm, self) => newIterator(vm, self, "values"));
native("Uint8Array.prototype.entries", 0, (vm, self) => newIterator(vm, self, "entries"));
for (const name of ["forEach", "some", "every", "find", "findIndex", "reduce", "join", "toString"]) {
  member(`Uint8Array.prototype.${name}`).library = libraryFunction(`array_${name}`);
}
for (const name of ["map", "filter"])
  member(`Uint8Array.prototype.${name}`).library = libraryFunction(`bytes_${name}`);

// ---- text

nativeClass("TextEncoder", 0, (vm) =>
  vm.alloc({ kind: Kind.web, type: "TextEncoder", values: [], keys: [], added: [] }),
);
getter("TextEncoder.prototype.encoding", () => "utf-8");
native("TextEncoder.prototype.encode", 1, (vm, _self, [text]) => {
  const source = text === undefined ? "" : toText(vm, text);
  vm.charge(source.length >> 3);
  return newBytes(vm, encodeUtf8(source));
});
nativeClass("TextDecoder", 0, (vm, _self, [label]) => {
  const name = label === undefined ? "utf-8" : toText(vm, label).toLowerCase();
  if (name !== "utf-8" && name !== "utf8") vm.stuck(`TextDecoder of ${name}. Use UTF-8.`);
  return vm.alloc({ kind: Kind.web, type: "TextDecoder", values: [], keys: [], added: [] });
});
getter("TextDecoder.prototype.encoding", () => "utf-8");
native("TextDecoder.prototype.decode", 1, (vm, _self, [value, options]) => {
  if (options !== undefined) vm.stuck("TextDecoder.decode with options. Decode whole messages.");
  if (value === undefined) return "";
  if ((byteLength(vm, value) ?? 0) > MAX_LENGTH) vm.tooLong("a string");
  const data =
    readBytes(vm, value) ?? vm.typeError("The value to decode is not an ArrayBuffer or Uint8Array");
  vm.charge(data.length >> 3);
  return bounded(vm, decodeUtf8(data));
});
