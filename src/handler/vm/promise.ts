/*
 * Promises and their jobs, in the order that the ECMAScript specification gives. No function here runs code of the
 * handler; running a job is in jobs.ts.
 */

import type { Ref, Value } from "../host.ts";
import { isCallable, same } from "./convert.ts";
import { Kind, type PromiseData, type Reaction } from "./heap.ts";
import { getProperty } from "./property.ts";
import type { Vm } from "./vm.ts";

const PENDING = 0;
const FULFILLED = 1;
const REJECTED = 2;

/** The promise resolution procedure: adopts promises and thenables, fulfills with anything else. */
export function resolvePromise(vm: Vm, promise: Ref, value: Value): void {
  const data = vm.own<PromiseData>(promise);
  if (data.state !== PENDING) return;
  data.epoch++;
  if (typeof value !== "object" || value === null) return settle(vm, promise, FULFILLED, value);
  if (same(promise, value)) {
    return settle(
      vm,
      promise,
      REJECTED,
      vm.error("TypeError", "Chaining cycle detected for promise #<Promise>"),
    );
  }
  if (vm.as(value, Kind.promise) !== null) {
    vm.jobs.push({ type: "thenable", promise, epoch: data.epoch, thenable: value, method: value });
    return;
  }
  const then = thenOf(vm, value);
  if (then === null) return settle(vm, promise, FULFILLED, value);
  vm.jobs.push({ type: "thenable", promise, epoch: data.epoch, thenable: value, method: then });
}

/** The callable `then` of an object that is no promise. */
function thenOf(vm: Vm, value: Ref): Ref | null {
  if (value.ref < 0) return null;
  const { kind } = vm.at(value);
  if (kind !== Kind.object && kind !== Kind.error && kind !== Kind.class && kind !== Kind.host) return null;
  if (kind === Kind.host) return null;
  const then = getProperty(vm, value, "then");
  return isCallable(vm, then) ? then : null;
}

/** Rejects a pending promise. */
export function rejectPromise(vm: Vm, promise: Ref, reason: Value): void {
  const data = vm.own<PromiseData>(promise);
  if (data.state !== PENDING) return;
  data.epoch++;
  settle(vm, promise, REJECTED, reason);
}

/** Resolves or rejects on behalf of what was made when the promise's epoch was `epoch`; later ones do nothing. */
export function settleAtEpoch(vm: Vm, promise: Ref, epoch: number, rejected: boolean, value: Value): void {
  const data = vm.at(promise) as PromiseData;
  if (data.state !== PENDING || data.epoch !== epoch) return;
  if (rejected) rejectPromise(vm, promise, value);
  else resolvePromise(vm, promise, value);
}

function settle(vm: Vm, promise: Ref, state: number, value: Value): void {
  const data = vm.own<PromiseData>(promise);
  data.state = state;
  data.value = value;
  const { reactions } = data;
  data.reactions = [];
  for (const reaction of reactions)
    vm.jobs.push({ type: "reaction", reaction, rejected: state === REJECTED, value });
}

/** PerformPromiseThen: the reaction becomes a job once the promise settles, at once when it has. */
export function addReaction(vm: Vm, promise: Ref, reaction: Reaction): void {
  const data = vm.own<PromiseData>(promise);
  data.handled = true;
  if (data.state === PENDING) data.reactions.push(reaction);
  else vm.jobs.push({ type: "reaction", reaction, rejected: data.state === REJECTED, value: data.value });
}

/** Promise.resolve: the promise itself when it is one. */
export function promiseOf(vm: Vm, value: Value): Ref {
  if (vm.as(value, Kind.promise) !== null) return value as Ref;
  const promise = vm.promise();
  resolvePromise(vm, promise, value);
  return promise;
}

/** promise.then(fulfilled, rejected) */
export function performThen(vm: Vm, promise: Ref, fulfilled: Value, rejected: Value): Ref {
  const derived = vm.promise();
  addReaction(vm, promise, {
    type: "then",
    fulfilled: isCallable(vm, fulfilled) ? fulfilled : undefined,
    rejected: isCallable(vm, rejected) ? rejected : undefined,
    derived,
  });
  return derived;
}

/** The two functions that a promise's executor gets. */
export function resolvers(vm: Vm, promise: Ref): readonly [Ref, Ref] {
  const { epoch } = vm.at(promise) as PromiseData;
  return [
    vm.alloc({ kind: Kind.resolver, promise, rejects: false, epoch }),
    vm.alloc({ kind: Kind.resolver, promise, rejects: true, epoch }),
  ];
}
