/*
 * Garbage: what no export, waiting job, running frame or address that the host holds leads to. A machine never collects
 * by itself, because only the host knows which addresses it holds.
 */
import type { HostObject, Value } from "../host.ts";
import { type Frame, type HeapObject, type Job, Kind, type Reaction, type State } from "./heap.ts";

/** Which heap indexes can be reached. */
function reachable(state: State, roots: readonly number[]): Uint8Array {
  return new Marker(state).mark(roots);
}

/** The state without its garbage; addresses of what remains do not change. */
export function collectState(state: State, roots: readonly number[]): State {
  const alive = reachable(state, roots);
  const free: number[] = [];
  const heap = state.heap.map((object, at) => {
    if (object !== null && alive[at] === 1) return object;
    if (at > 0) free.push(at);
    return null;
  });
  const hosts = state.hosts.map(({ type, refs }) => ({
    type,
    refs: refs.map((ref) => (ref >= 0 && alive[ref] === 1 ? ref : -1)),
  }));
  return { ...state, heap, free, hosts };
}

/** The host objects that can be reached. */
export function hostsIn(state: State, roots: readonly number[]): readonly HostObject[] {
  const alive = reachable(state, roots);
  return state.heap.flatMap((object, at) =>
    object !== null && alive[at] === 1 && object.kind === Kind.host
      ? [{ type: object.type, id: object.id }]
      : [],
  );
}

class Marker {
  private readonly state: State;
  private readonly seen: Uint8Array;
  private readonly queue: number[] = [];

  constructor(state: State) {
    this.state = state;
    this.seen = new Uint8Array(state.heap.length);
  }

  mark(roots: readonly number[]): Uint8Array {
    const { state } = this;
    for (const root of roots) this.address(root);
    for (const { value } of state.exports) this.value(value);
    for (const frame of state.frames) this.frame(frame);
    for (const job of state.jobs) this.job(job);
    for (let at = this.queue.pop(); at !== undefined; at = this.queue.pop()) {
      const object = state.heap[at];
      if (object) this.object(object);
    }
    return this.seen;
  }

  private address(at: number): void {
    if (at <= 0 || this.seen[at] === 1) return;
    this.seen[at] = 1;
    this.queue.push(at);
  }

  private value(value: Value): void {
    if (typeof value === "object" && value !== null) this.address(value.ref);
  }

  private values(...lists: readonly (readonly Value[])[]): void {
    for (const list of lists) for (const value of list) this.value(value);
  }

  private frame(frame: Frame): void {
    this.values(frame.stack, [
      frame.scope,
      frame.self,
      frame.callee,
      frame.made,
      frame.target,
      frame.promise,
    ]);
    for (const { scope } of frame.catches ?? []) this.value(scope);
  }

  private job(job: Job): void {
    if (job.type === "thenable") return this.values([job.promise, job.thenable, job.method]);
    this.value(job.value);
    this.reaction(job.reaction);
  }

  private reaction(reaction: Reaction): void {
    switch (reaction.type) {
      case "then":
        return this.values([reaction.fulfilled, reaction.rejected, reaction.derived]);
      case "await":
        return this.value(reaction.coroutine);
      case "combine":
        return this.value(reaction.combinator);
      case "forward":
        return this.value(reaction.target);
      case "host":
        return;
    }
  }

  private object(object: HeapObject): void {
    switch (object.kind) {
      case Kind.object:
      case Kind.error:
        return this.values([object.proto], object.values);
      case Kind.class:
        return this.values([object.proto, object.scope, object.parent, object.prototype], object.values);
      case Kind.function:
        return this.values([object.scope, object.self, object.home]);
      case Kind.array:
        return this.values(object.values);
      case Kind.map:
        return this.values(object.keys, object.values);
      case Kind.set:
        return this.values(object.keys);
      case Kind.promise:
        this.value(object.value);
        for (const reaction of object.reactions) this.reaction(reaction);
        return;
      case Kind.hostFunction:
        return this.value(object.self);
      case Kind.bound:
        return this.values([object.target, object.self], object.values);
      case Kind.resolver:
        return this.value(object.promise);
      case Kind.coroutine:
        if (object.frame !== null) this.frame(object.frame);
        return;
      case Kind.scope:
        return this.values([object.parent], object.values);
      case Kind.accessor:
        return this.values([object.getter, object.setter]);
      case Kind.iterator:
        return this.value(object.source);
      case Kind.bytes:
        return this.value(object.buffer);
      case Kind.web:
        return this.values(object.values, object.added);
      case Kind.combinator:
        return this.values([object.promise], object.values);
      case Kind.host:
      case Kind.buffer:
      case Kind.date:
        return;
    }
  }
}
