/* console, Date, and the classes of "cloudflare:workers". */

import type { Value } from "../host.ts";
import { callHost } from "../vm/call.ts";
import { toNumber, toText } from "../vm/convert.ts";
import { DateText } from "../vm/date.ts";
import { Kind } from "../vm/heap.ts";
import { formatLog, inspect } from "../vm/inspect.ts";
import { globals, intrinsic, member, native, nativeClass } from "../vm/registry.ts";
import type { Vm } from "../vm/vm.ts";
import { machineOf } from "../vm/vm.ts";

member("console");
for (const name of ["log", "info", "warn", "error", "debug", "trace"]) {
  native(`console.${name}`, 0, (vm, _self, args) => {
    vm.host.log(machineOf(vm), formatLog(vm, args));
  });
}
native("console.dir", 0, (vm, _self, [value]) => {
  vm.host.log(machineOf(vm), inspect(vm, value));
});
native("console.assert", 0, (vm, _self, [condition, ...args]) => {
  if (
    condition === undefined ||
    condition === null ||
    condition === false ||
    condition === 0 ||
    condition === ""
  ) {
    vm.host.log(
      machineOf(vm),
      args.length === 0 ? "Assertion failed" : `Assertion failed: ${formatLog(vm, args)}`,
    );
  }
});
for (const name of ["group", "groupEnd", "time", "timeEnd", "timeLog", "count", "table"]) {
  native(`console.${name}`, 0, (vm) =>
    vm.stuck(`console.${name} is not part of Gatescope's handler language. Use console.log.`),
  );
}

// ---- Date: the host has the clock, the machine is in UTC

function now(vm: Vm): number {
  return toNumber(vm, callHost(vm, "Date.now", null, []));
}

nativeClass("Date", 7, (vm, _self, args) => {
  const [value] = args;
  if (args.length > 1) vm.stuck("new Date(year, month, ...). Write the milliseconds, or use Date.now().");
  if (typeof value === "string") vm.stuck("new Date(text). Write the milliseconds, or use Date.now().");
  return vm.alloc({ kind: Kind.date, time: args.length === 0 ? now(vm) : toNumber(vm, value) });
}).call = (vm) => new DateText(now(vm)).text();
native("Date.now", 0, (vm) => now(vm));
for (const name of ["parse", "UTC"])
  native(`Date.${name}`, 1, (vm) => vm.stuck(`Date.${name}. Write the milliseconds.`));

function timeOf(vm: Vm, self: Value): number {
  return vm.as(self, Kind.date)?.time ?? vm.typeError("this is not a Date object.");
}

for (const name of ["getTime", "valueOf"])
  native(`Date.prototype.${name}`, 0, (vm, self) => timeOf(vm, self));
for (const name of ["toISOString", "toJSON"]) {
  native(`Date.prototype.${name}`, 0, (vm, self) => {
    const time = timeOf(vm, self);
    if (!Number.isFinite(time)) vm.throwError("RangeError", "Invalid time value");
    return new DateText(time).iso();
  });
}
native("Date.prototype.toString", 0, (vm, self) => toText(vm, self));
const fields = ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"];
fields.forEach((field, index) => {
  for (const prefix of ["get", "getUTC"]) {
    native(`Date.prototype.${prefix}${field}`, 0, (vm, self) => {
      const part = new DateText(timeOf(vm, self)).parts()[index] ?? 0;
      return field === "Month" ? part - 1 : part;
    });
  }
});

// ---- cloudflare:workers

// The last one is the class of stubs, which has the first one's name and is another.
for (const name of ["DurableObject", "WorkerEntrypoint", "RpcTarget", "stub.DurableObject"]) {
  // Known by import only, so that a handler that forgets the import finds out.
  nativeClass(name, 2, (vm) => vm.typeError("Illegal constructor"));
  globals.delete(name);
}
intrinsic("DurableObjectStub.prototype").parent = intrinsic("stub.DurableObject.prototype").self;
