/*
 * Numbers of the machine's own functions, classes and prototypes. They are the same in every machine and never change,
 * so they are not on the heap: a negative reference names one. Names are like "Array.prototype.map".
 */
import type { Ref } from "../host.ts";

/** -1 is UNINITIALIZED. */
const FIRST = 2;
const names: string[] = [];
const refs = new Map<string, Ref>();

/** The reference of the machine's own object `name`. */
export function ownRef(name: string): Ref {
  const known = refs.get(name);
  if (known !== undefined) return known;
  const made: Ref = { ref: -(FIRST + names.length) };
  names.push(name);
  refs.set(name, made);
  return made;
}

/** Position of the object that a negative reference names, from 0. */
export function ownIndex(ref: number): number {
  return -ref - FIRST;
}
