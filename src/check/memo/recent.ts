/*
 * What was found last, by the parts of a state that it depends on: states that are asked about one after the other are much
 * alike. Answers are kept at the hash of the parts until another one comes there.
 *
 *   places  [stamp, answer, parts ... | ...]
 */
import { SLOT, STATE_WORDS, type StateSpace, WHOLE } from "./state-space.ts";

/** What answers of one kind depend on. */
export interface Dependence {
  /** The parts of the state that decide, each by its slot and by an entry's position in it, LENGTH or SLOT. */
  slots: readonly number[];
  indexes: readonly number[];
  /** Belongs to this kind with these parts alone. */
  stamp: number;
}

/** No answer. */
export const UNKNOWN = 0;

/** Of one table, so many parts are told apart; where there are more, the whole table counts as one. */
const MOST_PARTS = 2;
const BITS = 15;
const PLACE = 2 + MOST_PARTS * STATE_WORDS;

/** The answers of one search. */
export class Recent {
  private readonly places = new Int32Array(PLACE << BITS);
  private lastStamp = 0;
  /** The parts of the state that is looked at. */
  private readonly values = new Int32Array(PLACE);
  private readonly space: Pick<StateSpace, "read">;

  constructor(space: Pick<StateSpace, "read">) {
    this.space = space;
  }

  /** Of something that depends on nothing yet. */
  dependence(): Dependence {
    return { slots: [], indexes: [], stamp: ++this.lastStamp };
  }

  /** Lets a part decide, too. What was kept is forgotten if that is new. */
  widen(dependence: Dependence, slot: number, index: number): void {
    const { slots, indexes } = dependence;
    const isKnown = slots.some((one, at) => one === slot && (indexes[at] === SLOT || indexes[at] === index));
    if (isKnown) return;
    dependence.stamp = ++this.lastStamp;
    const isWhole = index === SLOT || slots.filter((one) => one === slot).length === MOST_PARTS;
    const stays = (_: number, at: number): boolean => !isWhole || slots[at] !== slot;
    dependence.slots = [...slots.filter(stays), slot];
    dependence.indexes = [...indexes.filter(stays), isWhole ? SLOT : index];
  }

  /** What was kept of states with the same parts; UNKNOWN if nothing was. */
  find(dependence: Dependence, vector: Int32Array): number {
    const place = this.placeOf(dependence, vector);
    const { places, values } = this;
    if (places[place] !== dependence.stamp) return UNKNOWN;
    const count = dependence.slots.length;
    for (let at = 0; at < count; at++) if (places[place + 2 + at] !== values[at]) return UNKNOWN;
    return places[place + 1] as number;
  }

  /** Keeps an answer for states with the same parts. */
  keep(dependence: Dependence, vector: Int32Array, answer: number): void {
    const place = this.placeOf(dependence, vector);
    const { places, values } = this;
    places[place] = dependence.stamp;
    places[place + 1] = answer;
    for (let at = 0; at < dependence.slots.length; at++) places[place + 2 + at] = values[at] as number;
  }

  /** Where an answer belongs; `values` has the parts then. */
  private placeOf({ slots, indexes, stamp }: Dependence, vector: Int32Array): number {
    const { values, space } = this;
    let hash = stamp;
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at] as number;
      const index = indexes[at] as number;
      const value = index === SLOT ? (vector[slot] as number) : space.read(vector, slot, index, WHOLE);
      values[at] = value;
      hash = Math.imul(hash ^ value, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return (hash >>> (32 - BITS)) * PLACE;
  }
}
