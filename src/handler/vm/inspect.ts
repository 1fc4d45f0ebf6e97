/* Values as console.log shows them: the format of Node's and workerd's util.inspect. */

import type { Ref, Value } from "../host.ts";
import { isCallable } from "./convert.ts";
import { DateText } from "./date.ts";
import { type HeapObject, type KeyedObject, Kind, type ObjectOf } from "./heap.ts";
import { ownKeys } from "./own.ts";
import { prototypeOf } from "./property.ts";
import { intrinsicAt } from "./registry.ts";
import type { Vm } from "./vm.ts";

/** Objects nested deeper are shown by their kind alone. */
const MAX_DEPTH = 2;
/** Of lists, maps and sets; an object's properties are all shown. */
const MAX_ITEMS = 100;
const MAX_TEXT = 10_000;
const LINE_WIDTH = 80;
/** Objects with at most so many levels inside may stand on one line. */
const COMPACT_LEVELS = 3;

/** The arguments of console.log as one line of text. */
export function formatLog(vm: Vm, args: readonly Value[]): string {
  const [first, ...rest] = args;
  if (typeof first === "string" && rest.length > 0 && first.includes("%"))
    return formatTemplate(vm, first, rest);
  return args.map((value) => (typeof value === "string" ? value : inspect(vm, value))).join(" ");
}

function formatTemplate(vm: Vm, template: string, values: readonly Value[]): string {
  let next = 0;
  const text = template.replace(/%[sdifjoOc%]/g, (directive) => {
    if (directive === "%%") return "%";
    if (next >= values.length) return directive;
    const value = values[next++];
    switch (directive) {
      case "%s":
        return typeof value === "string" ? value : inspect(vm, value);
      case "%d":
        return typeof value === "object" ? "NaN" : String(Number(value));
      case "%i":
        return typeof value === "object" ? "NaN" : String(Number.parseInt(String(value), 10));
      case "%f":
        return typeof value === "object" ? "NaN" : String(Number.parseFloat(String(value)));
      case "%c":
        return "";
      default:
        return inspect(vm, value);
    }
  });
  const others = values.slice(next).map((value) => (typeof value === "string" ? value : inspect(vm, value)));
  return [text, ...others].join(" ");
}

/** A value as util.inspect shows it. */
export function inspect(vm: Vm, value: Value): string {
  return new Inspector(vm).show(value, 0);
}

/** A value in an error message. */
export function inspectShort(vm: Vm, value: Value): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "object" && value !== null && !isCallable(vm, value)) return "#<Object>";
  const text = inspect(vm, value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

class Inspector {
  private readonly vm: Vm;
  private readonly path: number[] = [];
  /** Objects that contain themselves, numbered as they are found. */
  private readonly circles = new Map<number, number>();
  private budget = 10_000;
  /** Depth of the object that was shown last: how deep the inside of the current one goes. */
  private deepest = 0;
  constructor(vm: Vm) {
    this.vm = vm;
  }

  show(value: Value, depth: number): string {
    if (--this.budget < 0) return "…";
    if (typeof value === "string") return showText(value, 2 * depth);
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value !== "object" || value === null) return String(value);
    if (value.ref < 0) return this.showOwn(value);
    if (this.path.includes(value.ref)) {
      const known = this.circles.get(value.ref) ?? this.circles.size + 1;
      this.circles.set(value.ref, known);
      return `[Circular *${known}]`;
    }
    this.path.push(value.ref);
    const text = this.showObject(value, this.vm.at(value), depth);
    this.path.pop();
    return text;
  }

  private showOwn(value: Ref): string {
    const { name, call, construct, library, makes } = intrinsicAt(value.ref);
    if (call !== null || construct !== null || library >= 0 || makes >= 0)
      return `[Function: ${name.slice(name.lastIndexOf(".") + 1)}]`;
    return `Object [${name}] {}`;
  }

  private showObject(ref: Ref, object: HeapObject, depth: number): string {
    const { vm } = this;
    switch (object.kind) {
      case Kind.function: {
        const { name, flags } = vm.code(object.code);
        const type = (flags & 1) === 0 ? "Function" : "AsyncFunction";
        return name === "" ? `[${type} (anonymous)]` : `[${type}: ${name}]`;
      }
      case Kind.bound:
      case Kind.resolver:
        return "[Function (anonymous)]";
      case Kind.hostFunction:
        return `[Function: ${object.name.slice(object.name.search(/[^.:]*$/))}]`;
      case Kind.class: {
        const parent = object.parent === null ? "" : ` extends ${this.className(object.parent)}`;
        return `[class ${object.name === "" ? "(anonymous)" : object.name}${parent}]`;
      }
      case Kind.error:
        return this.showError(ref, object, depth);
      case Kind.date:
        return new DateText(object.time).text();
      default:
    }
    const isList = object.kind === Kind.array || object.kind === Kind.bytes;
    const [open, close] = isList ? ["[", "]"] : ["{", "}"];
    const prefix = this.prefix(ref, object);
    if (isEmpty(vm, ref, object)) return `${prefix}${open}${close}`;
    if (depth > MAX_DEPTH) return `[${this.tag(ref, object) || "Object"}]`;
    this.deepest = depth;
    const parts = this.parts(ref, object, depth);
    if (parts.length === 0) return `${prefix}${open}${close}`;
    const circle = this.circles.get(ref.ref);
    const start = `${circle === undefined ? "" : `<ref *${circle}> `}${prefix}${open}`;
    const areNumbers =
      object.kind === Kind.bytes ||
      (object.kind === Kind.array && object.values.every((one) => typeof one === "number"));
    return this.layout(parts, start, close, depth, isList, areNumbers);
  }

  private className(ref: Ref): string {
    if (ref.ref < 0) return intrinsicAt(ref.ref).name;
    const parent = this.vm.as(ref, Kind.class);
    return parent === null ? "" : parent.name;
  }

  /** What stands before the bracket. */
  private prefix(ref: Ref, object: HeapObject): string {
    switch (object.kind) {
      case Kind.array:
        return "";
      case Kind.bytes:
        return `Uint8Array(${object.length}) `;
      case Kind.map:
        return `Map(${object.keys.length}) `;
      case Kind.set:
        return `Set(${object.keys.length}) `;
      default: {
        const tag = this.tag(ref, object);
        return tag === "" ? "" : `${tag} `;
      }
    }
  }

  /** Name of the object's class, "" for plain objects. */
  private tag(ref: Ref, object: HeapObject): string {
    switch (object.kind) {
      case Kind.object: {
        if (object.proto === null) return "[Object: null prototype]";
        const name = this.constructorName(ref);
        return name === "Object" ? "" : name;
      }
      case Kind.array:
        return "Array";
      case Kind.host:
      case Kind.web:
        return object.type;
      case Kind.promise:
        return "Promise";
      case Kind.map:
        return "Map";
      case Kind.set:
        return "Set";
      case Kind.bytes:
        return "Uint8Array";
      case Kind.buffer:
        return "ArrayBuffer";
      case Kind.iterator:
        return "Object [Iterator]";
      default:
        return "Object";
    }
  }

  private constructorName(ref: Ref): string {
    for (let at: Ref | null = prototypeOf(this.vm, ref); at !== null; at = prototypeOf(this.vm, at)) {
      if (at.ref < 0) return intrinsicAt(at.ref).name.replace(/\.prototype$/, "");
      const object = this.vm.at(at) as KeyedObject;
      const index = object.keys.indexOf("constructor");
      const found = index < 0 ? null : this.vm.as(object.values[index], Kind.class);
      if (found !== null) return found.name;
    }
    return "Object";
  }

  private parts(ref: Ref, object: HeapObject, depth: number): string[] {
    const { vm } = this;
    const show = (value: Value) => this.show(value, depth + 1);
    switch (object.kind) {
      case Kind.array:
        return limited(object.values, show);
      case Kind.bytes: {
        const buffer = vm.at(object.buffer) as ObjectOf<typeof Kind.buffer>;
        const shown = Math.min(object.length, MAX_ITEMS);
        const items = Array.from({ length: shown }, (_, at) =>
          String(buffer.data[object.offset + at] ?? buffer.rest),
        );
        return withMore(items, object.length - shown);
      }
      case Kind.set:
        return limited(object.keys, show);
      case Kind.map:
        return limited(object.keys, (key) => key).length === 0
          ? []
          : withMore(
              object.keys.slice(0, MAX_ITEMS).map((key, at) => `${show(key)} => ${show(object.values[at])}`),
              object.keys.length - MAX_ITEMS,
            );
      case Kind.promise:
        if (object.state === 0) return ["<pending>"];
        return [object.state === 1 ? show(object.value) : `<rejected> ${show(object.value)}`];
      case Kind.buffer:
        return [`byteLength: ${object.length}`];
      case Kind.object:
        return this.properties(ref, object, depth);
      default:
        return [];
    }
  }

  private properties(ref: Ref, object: KeyedObject, depth: number): string[] {
    return ownKeys(this.vm, ref).map((key) => {
      const value = object.values[object.keys.indexOf(key)];
      const accessor = object.accessors ? this.vm.as(value, Kind.accessor) : null;
      const name = /^[A-Za-z_]\w*$/.test(key) ? key : quote(key);
      if (accessor === null) return `${name}: ${this.show(value, depth + 1)}`;
      const both = accessor.getter !== null && accessor.setter !== null;
      return `${name}: [${both ? "Getter/Setter" : accessor.getter !== null ? "Getter" : "Setter"}]`;
    });
  }

  private showError(ref: Ref, object: ObjectOf<typeof Kind.error>, depth: number): string {
    const at = object.keys.indexOf("stack");
    const stack = at < 0 ? "Error" : object.values[at];
    const text = typeof stack === "string" ? stack : "Error";
    const lines = depth > 0 ? `[${text.split("\n")[0]}]` : text;
    const parts = this.properties(ref, object, depth);
    const cause = object.keys.indexOf("cause");
    if (cause >= 0 && cause < object.hidden)
      parts.push(`[cause]: ${this.show(object.values[cause], depth + 1)}`);
    if (parts.length === 0) return lines;
    const indent = "  ".repeat(depth + 1);
    return `${lines} {\n${parts.map((part) => indent + part.replaceAll("\n", `\n  `)).join(",\n")}\n${"  ".repeat(depth)}}`;
  }

  /** On one line where it fits, else one part per line; long lists in columns. */
  private layout(
    parts: readonly string[],
    open: string,
    close: string,
    depth: number,
    isList: boolean,
    areNumbers: boolean,
  ): string {
    const indent = 2 * depth;
    const lines = isList && parts.length > 6 ? inColumns(parts, indent, areNumbers) : parts;
    if (lines.length === parts.length && this.deepest - depth < COMPACT_LEVELS) {
      // The blank behind "<ref *1>" does not count.
      const start = indent + open.replace("> ", ">").length + 10;
      const width = parts.reduce((sum, part) => sum + part.length + 2, start);
      if (width <= LINE_WIDTH && !parts.some((part) => part.includes("\n")))
        return `${open} ${parts.join(", ")} ${close}`;
    }
    const line = `\n${" ".repeat(indent)}`;
    return `${open}${line}  ${lines.join(`,${line}  `)}${line}${close}`;
  }
}

/** Whether nothing stands between the brackets. */
function isEmpty(vm: Vm, ref: Ref, object: HeapObject): boolean {
  switch (object.kind) {
    case Kind.array:
      return object.values.length === 0;
    case Kind.map:
    case Kind.set:
      return object.keys.length === 0;
    case Kind.bytes:
      return object.length === 0;
    case Kind.object:
      return ownKeys(vm, ref).length === 0;
    default:
      return false;
  }
}

function limited(values: readonly Value[], show: (value: Value) => Value): string[] {
  return withMore(
    values.slice(0, MAX_ITEMS).map((value) => String(show(value))),
    values.length - MAX_ITEMS,
  );
}

function withMore(parts: string[], more: number): string[] {
  return more > 0 ? [...parts, `... ${more} more item${more === 1 ? "" : "s"}`] : parts;
}

/** Short items in columns, as wide as each column needs, in about the shape of the screen. */
function inColumns(parts: readonly string[], indent: number, areNumbers: boolean): readonly string[] {
  const more = parts.length > MAX_ITEMS ? 1 : 0;
  const items = parts.slice(0, parts.length - more);
  const lengths = items.map((item) => item.length + 2);
  const widest = Math.max(...lengths);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (widest * 3 + indent >= LINE_WIDTH || !(total / widest > 5 || widest <= 8)) return parts;
  const bias = Math.max(widest - 3 - Math.sqrt(widest - total / parts.length), 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * bias * items.length) / bias),
    Math.floor((LINE_WIDTH - indent) / widest),
    COMPACT_LEVELS * 4,
    15,
  );
  if (columns <= 1) return parts;
  const widths = Array.from({ length: columns }, (_, column) =>
    lengths.reduce((most, length, at) => (at % columns === column ? Math.max(most, length) : most), 0),
  );
  const lines: string[] = [];
  for (let start = 0; start < items.length; start += columns) {
    const row = items.slice(start, start + columns);
    const cells = row.map((item, column) => {
      const width = widths[column] ?? 0;
      const isLast = column === row.length - 1;
      if (areNumbers) return `${item}${isLast ? "" : ", "}`.padStart(isLast ? width - 2 : width);
      return isLast ? item : `${item}, `.padEnd(width);
    });
    lines.push(cells.join(""));
  }
  return more === 0 ? lines : [...lines, parts[parts.length - 1] ?? ""];
}

/** A long text is cut, and stands line by line if it has several. */
function showText(text: string, indent: number): string {
  const shown = text.slice(0, MAX_TEXT);
  const lines = shown.length > LINE_WIDTH - indent - 4 ? shown.split(/(?<=\n)/) : [shown];
  const more = text.length - shown.length;
  const rest = more > 0 ? `... ${more} more character${more === 1 ? "" : "s"}` : "";
  return lines.map(quote).join(` +\n${" ".repeat(indent + 2)}`) + rest;
}

function quote(text: string): string {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("`") ? "`" : "'";
  let result = mark;
  for (const unit of text) {
    if (unit === mark || unit === "\\") result += `\\${unit}`;
    else if (unit === "\n") result += "\\n";
    else if (unit === "\t") result += "\\t";
    else if (unit === "\r") result += "\\r";
    else if (unit < " ") result += `\\x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    else result += unit;
  }
  return result + mark;
}
