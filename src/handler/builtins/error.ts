/* Error and its classes. */

import type { Value } from "../host.ts";
import { initializeError } from "../vm/construct.ts";
import { errorToString, toText } from "../vm/convert.ts";
import { domException } from "../vm/data.ts";
import { Kind } from "../vm/heap.ts";
import { listOf } from "../vm/iterate.ts";
import { intrinsic, native, nativeClass } from "../vm/registry.ts";
import type { Vm } from "../vm/vm.ts";
import { define } from "../vm/write.ts";

function make(vm: Vm, name: string, args: readonly Value[]): Value {
  const ref = vm.alloc({
    kind: Kind.error,
    proto: intrinsic(`${name}.prototype`).self,
    keys: [],
    values: [],
    hidden: 0,
    accessors: false,
    locked: 0,
  });
  initializeError(vm, ref, name, args);
  if (name === "AggregateError") {
    define(vm, ref, "errors", vm.array(listOf(vm, args[0])));
    const own = vm.own<Extract<ReturnType<Vm["at"]>, { kind: typeof Kind.error }>>(ref);
    own.hidden = own.keys.length;
  }
  return ref;
}

for (const name of [
  "Error",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ReferenceError",
  "EvalError",
  "URIError",
  "AggregateError",
]) {
  const type = nativeClass(
    name,
    name === "AggregateError" ? 2 : 1,
    (vm, _self, args) => make(vm, name, args),
    name === "Error" ? "Object" : "Error",
  );
  type.call = type.construct;
  if (name !== "Error") type.parent = intrinsic("Error").self;
  const { members } = intrinsic(`${name}.prototype`);
  members.set("name", name);
  members.set("message", "");
}
const domExceptionClass = nativeClass(
  "DOMException",
  0,
  (vm, _self, [message, name]) =>
    domException(
      vm,
      name === undefined ? "Error" : toText(vm, name),
      message === undefined ? "" : toText(vm, message),
    ),
  "Error",
);
domExceptionClass.parent = intrinsic("Error").self;
intrinsic("DOMException.prototype").members.set("message", "");

native("Error.prototype.toString", 0, (vm, self) =>
  typeof self === "object" && self !== null
    ? errorToString(vm, self)
    : vm.typeError("Error.prototype.toString requires that 'this' be an Object"),
);
native("Error.captureStackTrace", 1, () => undefined);
