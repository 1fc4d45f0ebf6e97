/* JSON. */

import type { Ref, Value } from "../host.ts";
import { bounded, isCallable, toInteger, toText } from "../vm/convert.ts";
import { DateText } from "../vm/date.ts";
import { Kind } from "../vm/heap.ts";
import { jsonError } from "../vm/json-error.ts";
import { ownKeys } from "../vm/own.ts";
import { getProperty, peekProperty } from "../vm/property.ts";
import { member, native } from "../vm/registry.ts";
import { MAX_LENGTH, type Vm } from "../vm/vm.ts";
import { define } from "../vm/write.ts";

const TOO_DEEP = "This JSON is nested too deeply.";

member("JSON");

native("JSON.parse", 2, (vm, _self, [text, reviver]) => {
  if (reviver !== undefined) vm.stuck("JSON.parse with a reviver. Parse first, then change the result.");
  const source = toText(vm, text);
  vm.charge(source.length >> 3);
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return vm.throwError("SyntaxError", jsonError(source) ?? vm.stuck(TOO_DEEP));
  }
  return fromJson(vm, parsed, 0);
});

function fromJson(vm: Vm, data: unknown, depth: number): Value {
  if (depth > 500) return vm.stuck(TOO_DEEP);
  if (typeof data === "string" || typeof data === "number" || typeof data === "boolean" || data === null)
    return data;
  if (Array.isArray(data)) return vm.array(data.map((item) => fromJson(vm, item, depth + 1)));
  const made = vm.object();
  for (const [key, value] of Object.entries(data as object))
    define(vm, made, key, fromJson(vm, value, depth + 1));
  return made;
}

native("JSON.stringify", 3, (vm, _self, [value, replacer, space]) => {
  if (isCallable(vm, replacer))
    vm.stuck("JSON.stringify with a replacer function. Build the object to print first.");
  const only = vm.as(replacer, Kind.array)?.values.map((name) => toText(vm, name)) ?? null;
  const indent =
    typeof space === "number"
      ? " ".repeat(Math.max(0, Math.min(10, toInteger(vm, space))))
      : typeof space === "string"
        ? space.slice(0, 10)
        : "";
  return new Stringifier(vm, only, indent).text(value);
});

class Stringifier {
  private readonly vm: Vm;
  private readonly only: readonly string[] | null;
  private readonly indent: string;
  private readonly path: number[] = [];
  private length = 0;
  constructor(vm: Vm, only: readonly string[] | null, indent: string) {
    this.vm = vm;
    this.only = only;
    this.indent = indent;
  }

  /** The JSON text, undefined for what has none (functions, undefined). */
  text(value: Value): string | undefined {
    const { vm } = this;
    vm.charge(1);
    if (typeof value === "string") return this.count(JSON.stringify(value));
    if (typeof value === "number") return this.count(Number.isFinite(value) ? String(value) : "null");
    if (typeof value !== "object") return value === undefined ? undefined : String(value);
    if (value === null) return "null";
    const ref: Ref = value;
    if (isCallable(vm, ref)) return undefined;
    return this.object(ref);
  }

  private object(ref: Ref): string | undefined {
    const { vm } = this;
    if (ref.ref < 0) return "{}";
    const object = vm.at(ref);
    if (object.kind === Kind.date) return JSON.stringify(new DateText(object.time).iso());
    if (object.kind === Kind.web && object.type === "URL") return JSON.stringify(object.values[0]);
    if (object.kind === Kind.object && isCallable(vm, peekProperty(vm, ref, "toJSON"))) {
      vm.stuck("An object's own toJSON() inside JSON.stringify. Call toJSON() explicitly.");
    }
    if (this.path.includes(ref.ref)) return vm.typeError("Converting circular structure to JSON");
    this.path.push(ref.ref);
    if (this.path.length > 500) vm.stuck("This object is nested too deeply for JSON.");
    const text = object.kind === Kind.array ? this.list(object.values) : this.properties(ref);
    this.path.pop();
    return text;
  }

  private count(text: string): string {
    this.length += text.length;
    if (this.length > MAX_LENGTH) this.vm.tooLong("a JSON text");
    return text;
  }

  private list(values: readonly Value[]): string {
    return this.enclose(
      "[",
      "]",
      values.map((value) => this.text(value) ?? "null"),
    );
  }

  private properties(ref: Ref): string {
    const parts: string[] = [];
    const colon = this.indent === "" ? ":" : ": ";
    for (const key of ownKeys(this.vm, ref)) {
      if (this.only !== null && !this.only.includes(key)) continue;
      const text = this.text(getProperty(this.vm, ref, key));
      if (text !== undefined) parts.push(this.count(JSON.stringify(key)) + colon + text);
    }
    return this.enclose("{", "}", parts);
  }

  private enclose(open: string, close: string, parts: readonly string[]): string {
    if (parts.length === 0) return open + close;
    if (this.indent === "") return bounded(this.vm, open + parts.join(",") + close);
    const inner = this.indent.repeat(this.path.length);
    const outer = this.indent.repeat(this.path.length - 1);
    return bounded(this.vm, `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${outer}${close}`);
  }
}
