/* Promise jobs: each begins on an empty stack, and is done when the stack is empty again. */
import { HandlerThrow, type Value } from "../host.ts";
import { invoke } from "./call.ts";
import { type CombinatorData, type CoroutineData, Give, type Job, Kind, type Reaction } from "./heap.ts";
import { addReaction, rejectPromise, resolvePromise, settleAtEpoch } from "./promise.ts";
import { copyFrame, machineOf, Thrown, type Vm } from "./vm.ts";

/** Begins the next job; false when there is none. Code of the handler is left in a frame for the interpreter. */
export function startJob(vm: Vm): boolean {
  const job = vm.jobs[vm.nextJob];
  if (job === undefined) {
    if (vm.nextJob > 0) {
      vm.jobs = [];
      vm.nextJob = 0;
    }
    return false;
  }
  vm.nextJob++;
  vm.charge(1);
  runJob(vm, job);
  return true;
}

function runJob(vm: Vm, job: Job): void {
  if (job.type === "reaction") return react(vm, job.reaction, job.rejected, job.value);
  const { promise, thenable, method, epoch } = job;
  if (vm.as(thenable, Kind.promise) !== null)
    return addReaction(vm, thenable, { type: "forward", target: promise, epoch });
  const resolve = vm.alloc({ kind: Kind.resolver, promise, rejects: false, epoch });
  const reject = vm.alloc({ kind: Kind.resolver, promise, rejects: true, epoch });
  try {
    invoke(vm, method, thenable, [resolve, reject], Give.thenable, epoch, promise);
  } catch (thrown) {
    if (!(thrown instanceof Thrown || thrown instanceof HandlerThrow)) throw thrown;
    settleAtEpoch(vm, promise, epoch, true, thrown.value);
  }
}

function react(vm: Vm, reaction: Reaction, rejected: boolean, value: Value): void {
  switch (reaction.type) {
    case "await":
      return resume(vm, reaction, rejected, value);
    case "then": {
      const handler = rejected ? reaction.rejected : reaction.fulfilled;
      const { derived } = reaction;
      if (handler === undefined) {
        if (derived === null) return;
        return rejected ? rejectPromise(vm, derived, value) : resolvePromise(vm, derived, value);
      }
      try {
        return invoke(vm, handler, undefined, [value], Give.settle, 0, derived);
      } catch (thrown) {
        if (!(thrown instanceof Thrown || thrown instanceof HandlerThrow)) throw thrown;
        if (derived !== null) rejectPromise(vm, derived, thrown.value);
        return;
      }
    }
    case "forward":
      return settleAtEpoch(vm, reaction.target, reaction.epoch, rejected, value);
    case "combine":
      return combine(vm, reaction, rejected, value);
    case "host":
      return vm.host.settled(machineOf(vm), reaction.token, rejected ? "rejected" : "resolved", value);
  }
}

function resume(
  vm: Vm,
  reaction: Extract<Reaction, { type: "await" }>,
  rejected: boolean,
  value: Value,
): void {
  const data = vm.own<CoroutineData>(reaction.coroutine);
  if (data.frame === null) throw new Error("an async function is resumed once per suspension");
  const frame = copyFrame(data.frame);
  data.frame = null;
  vm.frames.push(frame);
  vm.host.resumes(machineOf(vm), frame.call);
  if (rejected) throw new Thrown(value);
  frame.stack.push(value);
}

function combine(
  vm: Vm,
  reaction: Extract<Reaction, { type: "combine" }>,
  rejected: boolean,
  value: Value,
): void {
  const data = vm.own<CombinatorData>(reaction.combinator);
  const { type, promise } = data;
  if (type === "all" && rejected) return settleAtEpoch(vm, promise, 0, true, value);
  if (type === "any" && !rejected) return settleAtEpoch(vm, promise, 0, false, value);
  data.values[reaction.index] = type !== "allSettled" ? value : outcome(vm, rejected, value);
  if (--data.remaining > 0) return;
  finishCombinator(vm, data);
}

function outcome(vm: Vm, rejected: boolean, value: Value): Value {
  return rejected
    ? vm.object(["status", "reason"], ["rejected", value])
    : vm.object(["status", "value"], ["fulfilled", value]);
}

/** All inputs of a combinator have settled. */
export function finishCombinator(vm: Vm, data: CombinatorData): void {
  const list = vm.array(data.values.slice());
  if (data.type !== "any") return settleAtEpoch(vm, data.promise, 0, false, list);
  const error = vm.error("AggregateError", "All promises were rejected");
  const own = vm.own<Extract<ReturnType<Vm["at"]>, { kind: typeof Kind.error }>>(error);
  own.keys.push("errors");
  own.values.push(list);
  own.hidden = own.keys.length;
  settleAtEpoch(vm, data.promise, 0, true, error);
}
