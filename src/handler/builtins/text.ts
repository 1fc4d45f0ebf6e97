/* String, Number, Boolean and Math. */
import type { Value } from "../host.ts";
import { bounded, relativeIndex, toInteger, toNumber, toText, truthy } from "../vm/convert.ts";
import { newIterator } from "../vm/iterate.ts";
import { libraryFunction } from "../vm/library.ts";
import { globals, intrinsic, member, native, nativeClass } from "../vm/registry.ts";
import { MAX_LENGTH, type Vm } from "../vm/vm.ts";

function textOf(vm: Vm, self: Value): string {
  if (self === undefined || self === null) vm.typeError("A string method was called on null or undefined");
  const text = toText(vm, self);
  vm.charge(text.length >> 6);
  return text;
}

const string = nativeClass("String", 1, (vm) =>
  vm.stuck("new String(...) makes an object. Call String(...) without new."),
);
string.library = libraryFunction("String");

const simple: Readonly<Record<string, (text: string) => Value>> = {
  toUpperCase: (text) => text.toUpperCase(),
  toLowerCase: (text) => text.toLowerCase(),
  toLocaleUpperCase: (text) => text.toUpperCase(),
  toLocaleLowerCase: (text) => text.toLowerCase(),
  trim: (text) => text.trim(),
  trimStart: (text) => text.trimStart(),
  trimEnd: (text) => text.trimEnd(),
  toString: (text: string) => text,
  valueOf: (text: string) => text,
  normalize: (text) => text.normalize(),
};
for (const [name, call] of Object.entries(simple))
  native(`String.prototype.${name}`, 0, (vm, self) => call(textOf(vm, self)));

native("String.prototype.charAt", 1, (vm, self, [at]) => textOf(vm, self).charAt(toInteger(vm, at)));
native("String.prototype.charCodeAt", 1, (vm, self, [at]) => textOf(vm, self).charCodeAt(toInteger(vm, at)));
native("String.prototype.codePointAt", 1, (vm, self, [at]) =>
  textOf(vm, self).codePointAt(toInteger(vm, at)),
);
native("String.prototype.at", 1, (vm, self, [at]) => textOf(vm, self).at(toInteger(vm, at)));
native("String.prototype.slice", 2, (vm, self, [from, to]) => {
  const text = textOf(vm, self);
  return text.slice(relativeIndex(vm, from, text.length, 0), relativeIndex(vm, to, text.length, text.length));
});
native("String.prototype.substring", 2, (vm, self, [from, to]) => {
  const text = textOf(vm, self);
  return text.substring(toInteger(vm, from), toInteger(vm, to, text.length));
});
native("String.prototype.substr", 2, (vm, self, [from, length]) => {
  const text = textOf(vm, self);
  const start = relativeIndex(vm, from, text.length, 0);
  return text.slice(start, start + Math.max(0, toInteger(vm, length, text.length)));
});
native("String.prototype.indexOf", 1, (vm, self, [what, from]) =>
  textOf(vm, self).indexOf(toText(vm, what), toInteger(vm, from)),
);
native("String.prototype.lastIndexOf", 1, (vm, self, [what, from]) =>
  textOf(vm, self).lastIndexOf(toText(vm, what), toInteger(vm, from, Number.POSITIVE_INFINITY)),
);
native("String.prototype.includes", 1, (vm, self, [what, from]) =>
  textOf(vm, self).includes(toText(vm, what), toInteger(vm, from)),
);
native("String.prototype.startsWith", 1, (vm, self, [what, from]) =>
  textOf(vm, self).startsWith(toText(vm, what), toInteger(vm, from)),
);
native("String.prototype.endsWith", 1, (vm, self, [what, to]) => {
  const text = textOf(vm, self);
  return text.endsWith(toText(vm, what), toInteger(vm, to, text.length));
});
native("String.prototype.split", 2, (vm, self, [separator, limit]) => {
  const text = textOf(vm, self);
  const most = limit === undefined ? MAX_LENGTH : toInteger(vm, limit);
  const parts = separator === undefined ? [text] : text.split(toText(vm, separator), most);
  vm.charge(parts.length >> 2);
  return vm.array(parts);
});
native("String.prototype.repeat", 1, (vm, self, [count]) => {
  const text = textOf(vm, self);
  const times = toInteger(vm, count);
  if (times < 0 || times === Number.POSITIVE_INFINITY)
    vm.throwError("RangeError", `Invalid count value: ${times}`);
  if (text.length * times > MAX_LENGTH) vm.tooLong("a string");
  return bounded(vm, text.repeat(times));
});
function pad(vm: Vm, self: Value, width: Value, filler: Value, atStart: boolean): string {
  const text = textOf(vm, self);
  const length = toInteger(vm, width);
  if (length > MAX_LENGTH) vm.tooLong("a string");
  const fill = filler === undefined ? " " : toText(vm, filler);
  return bounded(vm, atStart ? text.padStart(length, fill) : text.padEnd(length, fill));
}
native("String.prototype.padStart", 2, (vm, self, [width, filler]) => pad(vm, self, width, filler, true));
native("String.prototype.padEnd", 2, (vm, self, [width, filler]) => pad(vm, self, width, filler, false));
native("String.prototype.concat", 1, (vm, self, args) =>
  bounded(vm, textOf(vm, self) + args.map((one) => toText(vm, one)).join("")),
);
native("String.prototype.localeCompare", 1, (vm, self, [other]) => {
  const a = textOf(vm, self);
  const b = toText(vm, other);
  // Without locales: by lower case first, then lower before upper case, as English collation orders plain words.
  const x = a.toLowerCase();
  const y = b.toLowerCase();
  if (x !== y) return x < y ? -1 : 1;
  return a === b ? 0 : a > b ? -1 : 1;
});
for (const name of ["match", "matchAll", "search"]) {
  native(`String.prototype.${name}`, 1, (vm) =>
    vm.stuck(`${name} works with regular expressions. Use includes, indexOf, split or slice.`),
  );
}
for (const name of ["replace", "replaceAll"])
  member(`String.prototype.${name}`).library = libraryFunction(`string_${name}`);
native("\0replace", 4, (vm, _self, [self, what, by, all]) => {
  const text = textOf(vm, self);
  const pattern = toText(vm, what);
  const replacement = toText(vm, by);
  const pieces = all === true ? Math.floor(text.length / Math.max(1, pattern.length)) + 1 : 1;
  if (text.length + pieces * replacement.length > MAX_LENGTH * 4) vm.tooLong("a string");
  return bounded(
    vm,
    all === true ? text.replaceAll(pattern, replacement) : text.replace(pattern, replacement),
  );
});
native("\0characters", 1, (vm, _self, [text]) => newIterator(vm, text, "values"));
native("String.fromCharCode", 1, (vm, _self, args) =>
  String.fromCharCode(...args.slice(0, 65_536).map((one) => toNumber(vm, one))),
);
native("String.fromCodePoint", 1, (vm, _self, args) => {
  const points = args.slice(0, 65_536).map((one) => toNumber(vm, one));
  const wrong = points.find((one) => !Number.isInteger(one) || one < 0 || one > 0x10ffff);
  if (wrong !== undefined) vm.throwError("RangeError", `Invalid code point ${wrong}`);
  return String.fromCodePoint(...points);
});

// ---- numbers

nativeClass("Number", 1, (vm) =>
  vm.stuck("new Number(...) makes an object. Call Number(...) without new."),
).call = (vm, _self, args) => (args.length === 0 ? 0 : toNumber(vm, args[0]));
nativeClass("Boolean", 1, (vm) =>
  vm.stuck("new Boolean(...) makes an object. Call Boolean(...) without new."),
).call = (_vm, _self, [value]) => truthy(value);
native("Boolean.prototype.toString", 0, (_vm, self) => String(self));
native("Boolean.prototype.valueOf", 0, (_vm, self) => self);

const constants: Readonly<Record<string, number>> = {
  MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
  MIN_SAFE_INTEGER: Number.MIN_SAFE_INTEGER,
  MAX_VALUE: Number.MAX_VALUE,
  MIN_VALUE: Number.MIN_VALUE,
  EPSILON: Number.EPSILON,
  POSITIVE_INFINITY: Number.POSITIVE_INFINITY,
  NEGATIVE_INFINITY: Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};
for (const [name, value] of Object.entries(constants)) intrinsic("Number").members.set(name, value);
native("Number.isInteger", 1, (_vm, _self, [value]) => Number.isInteger(value));
native("Number.isSafeInteger", 1, (_vm, _self, [value]) => Number.isSafeInteger(value));
native("Number.isFinite", 1, (_vm, _self, [value]) => Number.isFinite(value));
native("Number.isNaN", 1, (_vm, _self, [value]) => Number.isNaN(value));
const parseFloatNative = native("parseFloat", 1, (vm, _self, [text]) => Number.parseFloat(toText(vm, text)));
const parseIntNative = native("parseInt", 2, (vm, _self, [text, radix]) =>
  Number.parseInt(toText(vm, text), radix === undefined ? undefined : toInteger(vm, radix)),
);
intrinsic("Number").members.set("parseFloat", parseFloatNative.self);
intrinsic("Number").members.set("parseInt", parseIntNative.self);
native("isNaN", 1, (vm, _self, [value]) => Number.isNaN(toNumber(vm, value)));
native("isFinite", 1, (vm, _self, [value]) => Number.isFinite(toNumber(vm, value)));

function numberOf(vm: Vm, self: Value): number {
  return typeof self === "number" ? self : vm.typeError("This method works on numbers only");
}

function digits(vm: Vm, value: Value, least: number, most: number, name: string): number {
  const count = toInteger(vm, value);
  if (count < least || count > most)
    vm.throwError("RangeError", `${name} argument must be between ${least} and ${most}`);
  return count;
}

native("Number.prototype.toString", 1, (vm, self, [radix]) => {
  const base = toInteger(vm, radix, 10);
  if (base < 2 || base > 36) vm.throwError("RangeError", "toString() radix must be between 2 and 36");
  return numberOf(vm, self).toString(base);
});
native("Number.prototype.toLocaleString", 0, (vm, self) => {
  const [whole, fraction] = numberOf(vm, self).toFixed(3).split(".");
  const grouped = (whole ?? "").replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = (fraction ?? "").replace(/0+$/, "");
  return rest === "" ? grouped : `${grouped}.${rest}`;
});
native("Number.prototype.valueOf", 0, (_vm, self) => self);
native("Number.prototype.toFixed", 1, (vm, self, [count]) =>
  numberOf(vm, self).toFixed(digits(vm, count, 0, 100, "toFixed() digits")),
);
native("Number.prototype.toPrecision", 1, (vm, self, [count]) =>
  count === undefined
    ? String(self)
    : numberOf(vm, self).toPrecision(digits(vm, count, 1, 100, "toPrecision()")),
);
native("Number.prototype.toExponential", 1, (vm, self, [count]) =>
  numberOf(vm, self).toExponential(
    count === undefined ? undefined : digits(vm, count, 0, 100, "toExponential()"),
  ),
);

// ---- Math

member("Math");
for (const name of ["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"] as const)
  intrinsic("Math").members.set(name, Math[name]);
const unary = [
  "abs",
  "acos",
  "acosh",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "cbrt",
  "ceil",
  "clz32",
  "cos",
  "cosh",
  "exp",
  "expm1",
  "floor",
  "fround",
  "log",
  "log10",
  "log1p",
  "log2",
  "round",
  "sign",
  "sin",
  "sinh",
  "sqrt",
  "tan",
  "tanh",
  "trunc",
] as const;
for (const name of unary) native(`Math.${name}`, 1, (vm, _self, [value]) => Math[name](toNumber(vm, value)));
for (const name of ["atan2", "imul", "pow"] as const) {
  native(`Math.${name}`, 2, (vm, _self, [a, b]) => Math[name](toNumber(vm, a), toNumber(vm, b)));
}
for (const name of ["hypot", "max", "min"] as const) {
  native(`Math.${name}`, 2, (vm, _self, args) => {
    vm.charge(args.length >> 4);
    return args
      .map((one) => toNumber(vm, one))
      .reduce(
        (a, b) => Math[name](a, b),
        name === "max" ? Number.NEGATIVE_INFINITY : name === "min" ? Number.POSITIVE_INFINITY : 0,
      );
  });
}
native("Math.random", 0, (vm) =>
  vm.stuck(
    "Math.random is not part of Gatescope's handler language. Runs are reproducible: choose the inputs explicitly.",
  ),
);

for (const name of ["encodeURIComponent", "decodeURIComponent", "encodeURI", "decodeURI"] as const) {
  const call = { encodeURIComponent, decodeURIComponent, encodeURI, decodeURI }[name];
  native(name, 1, (vm, _self, [value]) => {
    try {
      return bounded(vm, call(textOf(vm, value)));
    } catch (error) {
      if (error instanceof URIError) return vm.throwError("URIError", error.message);
      throw error;
    }
  });
}
globals.set("NaN", Number.NaN);
globals.set("Infinity", Number.POSITIVE_INFINITY);
