/*
 * A canonical key of a state: what can be reached from the roots, numbered in the order of the walk. Garbage, the order of
 * allocation and the numbers of async calls make no difference.
 */
import type { HostObject, Ref, Value } from "../host.ts";
import {
  type Frame,
  type HeapObject,
  type Job,
  Kind,
  type PromiseData,
  type Reaction,
  type State,
} from "./heap.ts";

/** Addresses that the host gives only to who has the host object, in an order of its own; 0 for none. */
export type HeldBy = (host: HostObject) => readonly number[];

/** The key; two states with the same key and the same roots behave alike. */
export function encodeState(state: State, roots: readonly number[], heldBy: HeldBy): string {
  return new Encoder(state, heldBy).encode(roots);
}

class Encoder {
  private readonly state: State;
  private readonly heldBy: HeldBy;
  private readonly numbers: Int32Array;
  private readonly queue: number[] = [];

  constructor(state: State, heldBy: HeldBy) {
    this.state = state;
    this.heldBy = heldBy;
    this.numbers = new Int32Array(state.heap.length);
  }

  encode(roots: readonly number[]): string {
    const { state } = this;
    let text = this.addresses(roots);
    for (const { name, value } of state.exports) text += `${name}=${this.value(value)}`;
    for (const frame of state.frames) text += this.frame(frame);
    for (const job of state.jobs) text += this.job(job);
    for (let at = 0; at < this.queue.length; at++) {
      const object = state.heap[this.queue[at] ?? 0];
      if (object) text += `;${this.object(object)}`;
    }
    return text;
  }

  private ref(ref: Ref | null): string {
    return ref === null ? "-" : this.address(ref.ref);
  }

  private addresses(list: readonly number[]): string {
    let text = "";
    for (const at of list) text += at === 0 ? "-" : this.address(at);
    return text;
  }

  private address(at: number): string {
    if (at < 0) return `@${-at}`;
    let number = this.numbers[at] ?? 0;
    if (number === 0) {
      number = this.queue.push(at);
      this.numbers[at] = number;
    }
    return `#${number}`;
  }

  private value(value: Value): string {
    switch (typeof value) {
      case "string":
        return `"${value.length}:${value}`;
      case "number":
        return Object.is(value, -0) ? "n-0" : `n${value}`;
      case "boolean":
        return value ? "t" : "f";
      case "undefined":
        return "u";
      default:
        return value === null ? "0" : this.ref(value);
    }
  }

  private values(values: readonly Value[]): string {
    let text = "[";
    for (let at = 0; at < values.length; at++) text += `${this.value(values[at])},`;
    return `${text}]`;
  }

  private frame(frame: Frame): string {
    let text = `F${frame.code}.${frame.pc}${this.values(frame.stack)}${this.ref(frame.scope)}${this.value(frame.self)}`;
    text += `${this.ref(frame.callee)}${this.ref(frame.made)}${this.ref(frame.promise)}${this.ref(frame.target)}`;
    text += `${frame.give},${frame.at}${frame.isFirst ? "!" : ""}`;
    if (frame.catches !== null) for (const { pc, scope } of frame.catches) text += `^${pc}${this.ref(scope)}`;
    return text;
  }

  /** Whether what was made at that epoch can still settle the promise. */
  private live(promise: Ref, epoch: number): string {
    const data = this.state.heap[promise.ref] as PromiseData;
    return data.state === 0 && data.epoch === epoch ? "+" : "-";
  }

  private job(job: Job): string {
    if (job.type === "reaction")
      return `J${this.reaction(job.reaction)}${job.rejected ? "!" : ""}${this.value(job.value)}`;
    return `T${this.ref(job.promise)}${this.live(job.promise, job.epoch)}${this.ref(job.thenable)}${this.ref(job.method)}`;
  }

  private reaction(reaction: Reaction): string {
    switch (reaction.type) {
      case "then":
        return `t${this.value(reaction.fulfilled)}${this.value(reaction.rejected)}${this.ref(reaction.derived)}`;
      case "await":
        return `a${this.ref(reaction.coroutine)}`;
      case "host":
        return `h"${reaction.token.length}:${reaction.token}`;
      case "combine":
        return `c${this.ref(reaction.combinator)}.${reaction.index}`;
      case "forward":
        return `f${this.ref(reaction.target)}${this.live(reaction.target, reaction.epoch)}`;
    }
  }

  private object(object: HeapObject): string {
    const { kind } = object;
    switch (kind) {
      case Kind.object:
      case Kind.error:
      case Kind.class: {
        let text = `${kind}${this.ref(object.proto)}${object.hidden}.${object.locked}${object.accessors ? "g" : ""}`;
        for (let at = 0; at < object.keys.length; at++) {
          const key = object.keys[at] ?? "";
          text += `"${key.length}:${key}${this.value(object.values[at])}`;
        }
        if (kind !== Kind.class) return text;
        return `${text}/${object.code}.${object.fields}${this.ref(object.scope)}${this.ref(object.parent)}${this.ref(object.prototype)}`;
      }
      case Kind.function:
        return `${kind}.${object.code}${this.ref(object.scope)}${this.value(object.self)}${this.ref(object.home)}`;
      case Kind.array:
        return `${kind}.${object.locked}${this.values(object.values)}`;
      case Kind.map:
        return `${kind}${this.values(object.keys)}${this.values(object.values)}`;
      case Kind.set:
        return `${kind}${this.values(object.keys)}`;
      case Kind.promise: {
        let text = `${kind}.${object.state}${object.epoch > 0 ? "*" : ""}${this.value(object.value)}`;
        for (const reaction of object.reactions) text += this.reaction(reaction);
        return text;
      }
      case Kind.host:
        return `${kind}.${object.type}:${object.id}${this.addresses(this.heldBy(object))}`;
      case Kind.hostFunction:
        return `${kind}.${object.name}${this.ref(object.self)}`;
      case Kind.bound:
        return `${kind}${this.ref(object.target)}${this.value(object.self)}${this.values(object.values)}`;
      case Kind.resolver:
        return `${kind}${this.ref(object.promise)}${object.rejects ? "!" : ""}${this.live(object.promise, object.epoch)}`;
      case Kind.coroutine:
        return object.frame === null ? `${kind}` : `${kind}${this.frame(object.frame)}`;
      case Kind.scope:
        return `${kind}${this.ref(object.parent)}${this.values(object.values)}`;
      case Kind.accessor:
        return `${kind}${this.ref(object.getter)}${this.ref(object.setter)}`;
      case Kind.iterator:
        return `${kind}${this.value(object.source)}${object.gives}${this.rank(object.source, object.position)}`;
      case Kind.buffer:
        return `${kind}.${object.length}.${object.rest}:${object.data.join(",")}`;
      case Kind.bytes:
        return `${kind}${this.ref(object.buffer)}${object.offset}.${object.length}`;
      case Kind.web:
        return `${kind}.${object.type}${this.values(object.values)}${object.keys.join()}${this.values(object.added)}`;
      case Kind.combinator:
        return `${kind}.${object.type}${this.ref(object.promise)}${this.values(object.values)}${object.remaining}`;
      case Kind.date:
        return `${kind}.${object.time}`;
    }
  }

  /** A position in a map or set counts its entries, not the numbers that they happen to have. */
  private rank(source: Value, position: number): number {
    if (typeof source !== "object" || source === null || source.ref < 0) return position;
    const object = this.state.heap[source.ref];
    if (object?.kind !== Kind.map && object?.kind !== Kind.set) return position;
    return object.order.filter((order) => order < position).length;
  }
}
