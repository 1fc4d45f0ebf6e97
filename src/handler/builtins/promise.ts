/* Promise. */
import type { Ref, Value } from "../host.ts";
import { type CombinatorData, Kind } from "../vm/heap.ts";
import { listOf } from "../vm/iterate.ts";
import { finishCombinator } from "../vm/jobs.ts";
import { libraryFunction } from "../vm/library.ts";
import {
  addReaction,
  performThen,
  promiseOf,
  rejectPromise,
  resolvePromise,
  resolvers,
} from "../vm/promise.ts";
import { member, native, nativeClass } from "../vm/registry.ts";
import { Thrown, type Vm } from "../vm/vm.ts";

// `new Promise` runs its executor in a frame of its own: see construct() in vm/call.ts.
nativeClass("Promise", 1, (vm) => vm.typeError("Promise constructor cannot be invoked without 'new'"));

function promiseSelf(vm: Vm, self: Value): Ref {
  if (vm.as(self, Kind.promise) === null) vm.typeError("A method of Promise was called on something else");
  return self as Ref;
}

native("Promise.prototype.then", 2, (vm, self, [fulfilled, rejected]) =>
  performThen(vm, promiseSelf(vm, self), fulfilled, rejected),
);
native("Promise.prototype.catch", 1, (vm, self, [rejected]) =>
  performThen(vm, promiseSelf(vm, self), undefined, rejected),
);
member("Promise.prototype.finally").library = libraryFunction("promise_finally");

native("Promise.resolve", 1, (vm, _self, [value]) => promiseOf(vm, value));
native("Promise.reject", 1, (vm, _self, [reason]) => {
  const promise = vm.promise();
  rejectPromise(vm, promise, reason);
  return promise;
});
native("Promise.withResolvers", 0, (vm) => {
  const promise = vm.promise();
  const [resolve, reject] = resolvers(vm, promise);
  return vm.object(["promise", "resolve", "reject"], [promise, resolve, reject]);
});
member("Promise.try").library = libraryFunction("promise_try");

/** The inputs of a combinator; what is not iterable rejects its promise. */
function inputs(vm: Vm, values: Value, promise: Ref): readonly Value[] | null {
  try {
    return listOf(vm, values);
  } catch (thrown) {
    if (!(thrown instanceof Thrown)) throw thrown;
    rejectPromise(vm, promise, thrown.value);
    return null;
  }
}

for (const type of ["all", "allSettled", "any"] as const) {
  native(`Promise.${type}`, 1, (vm, _self, [values]) => {
    const promise = vm.promise();
    const list = inputs(vm, values, promise);
    if (list === null) return promise;
    const data: CombinatorData = {
      kind: Kind.combinator,
      type,
      promise,
      values: list.map(() => undefined),
      remaining: list.length,
    };
    const combinator = vm.alloc(data);
    if (list.length === 0) finishCombinator(vm, data);
    list.forEach((value, index) => {
      addReaction(vm, promiseOf(vm, value), { type: "combine", combinator, index });
    });
    return promise;
  });
}
native("Promise.race", 1, (vm, _self, [values]) => {
  const promise = vm.promise();
  for (const value of inputs(vm, values, promise) ?? []) {
    addReaction(vm, promiseOf(vm, value), { type: "forward", target: promise, epoch: 0 });
  }
  return promise;
});

// ---- helpers of the library

member("queueMicrotask").library = libraryFunction("queueMicrotask");
native("\0job", 1, (vm, _self, [call]) => {
  const start = vm.promise();
  addReaction(vm, start, { type: "then", fulfilled: call, rejected: undefined, derived: null });
  resolvePromise(vm, start, undefined);
});
