/*
 * C++ objects and the pointers between them: made, borrowed, read, destroyed. What is destroyed together is a sweep, and
 * only at its end can be said what an order meant: a holder that went in the same sweep could not run in between (K6); one
 * that is still there may.
 */
import { assert } from "../../base/assert.ts";
import type { SocketId, ThingId } from "../../base/ids.ts";
import type { Draft } from "../draft.ts";
import type { ThingType } from "../records.ts";
import type { Borrow, Thing } from "../state.ts";
import { EDGES, type EdgeId } from "./edges.ts";

/** Makes a thing. */
export function makeThing(
  d: Draft,
  type: ThingType,
  name: string,
  owner: ThingId | null,
  socket: SocketId | null,
): ThingId {
  const id = (d.s.things.length + 1) as ThingId;
  d.s.things = [...d.s.things, { id, type, alive: true }];
  d.emit({ kind: "made", thing: id, type, name, owner, socket });
  return id;
}

/** A pointer of one thing to another that it does not own. A strong one keeps its target alive. */
export function borrow(d: Draft, holder: ThingId, target: ThingId, edge: EdgeId, strong = false): void {
  const { holders, target: targets } = EDGES[edge];
  const fits = holders.includes(d.thing(holder).type) && targets.includes(d.thing(target).type);
  assert(fits, `${edge} must be a pointer as src/model/lifetimes/edges.ts says`);
  d.s.borrows = [...d.s.borrows, { holder, target, edge, strong }];
  d.emit({ kind: "borrows", holder, target, edge, strong });
}

/** The holder is done with its pointer: it will not be used any more. */
export function endBorrow(d: Draft, holder: ThingId, edge: EdgeId, why: string): void {
  for (const ended of d.s.borrows.filter((one) => one.holder === holder && one.edge === edge)) {
    d.s.borrows = d.s.borrows.filter((one) => one !== ended);
    d.emit({ kind: "borrow-ends", holder, target: ended.target, edge, why });
  }
}

/** Code of the holder goes on and uses a pointer. What it points to has to be alive (S13). */
export function readThrough(d: Draft, holder: ThingId, edge: EdgeId): void {
  for (const { target } of d.s.borrows.filter((one) => one.holder === holder && one.edge === edge)) {
    if (!d.thing(target).alive) d.emit({ kind: "dead-read", holder, target, edge });
  }
}

/** Whether something strong points to a thing. */
export function isHeld(d: Draft, id: ThingId): boolean {
  return isHeldIn(d.s.things, d.s.borrows, id);
}

/** The same of a state's tables. */
export function isHeldIn(things: readonly Thing[], borrows: readonly Borrow[], id: ThingId): boolean {
  return borrows.some((one) => one.target === id && one.strong && things[one.holder - 1]?.alive === true);
}

/** Destroys things one after another, and nothing else in between. */
export class Sweep {
  private readonly d: Draft;
  private readonly survived: Borrow[] = [];

  constructor(d: Draft) {
    this.d = d;
  }

  /** Destroys a thing, if it is still there. */
  destroy(id: ThingId | undefined, reason: string): void {
    const { d } = this;
    if (id === undefined) return;
    const { type, alive } = d.thing(id);
    if (!alive) return;
    d.s.destroyedCount++;
    d.s.things = d.s.things.with(id - 1, { id, type, alive: false });
    d.emit({ kind: "destroyed", thing: id, order: d.s.destroyedCount, reason });
    this.survived.push(...d.s.borrows.filter((one) => one.target === id && one.holder !== id));
    d.s.borrows = d.s.borrows.filter((one) => one.holder !== id);
  }

  /** Says of every pointer that outlived its target what came of it (S14). */
  end(): void {
    const { d } = this;
    for (const { holder, target, edge } of this.survived) {
      const { verdict, inverted } = EDGES[edge];
      if (!d.thing(holder).alive) {
        d.emit({ kind: "fragile-order", holder, target, edge, verdict, text: inverted });
      } else {
        const text = "it may run before it goes, and then reads what is gone";
        d.emit({ kind: "fragile-order", holder, target, edge, verdict: "dangling", text });
      }
    }
  }
}

/** Destroys one thing by itself. */
export function destroyThing(d: Draft, id: ThingId | undefined, reason: string): void {
  sweep(d, (dying) => dying.destroy(id, reason));
}

/** Runs a sweep. */
export function sweep(d: Draft, work: (dying: Sweep) => void): void {
  const dying = new Sweep(d);
  work(dying);
  dying.end();
}
