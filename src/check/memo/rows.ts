/*
 * Lists of numbers, each stored once and known by a number of its own: equal numbers for equal lists. A list's number is
 * where it stands, behind its length:
 *
 *   numbers  [0 | 3 7 7 1 | 1 4 | ...]     list 0 is empty, list 1 is [7 7 1], list 5 is [4]
 */
import { hashOf } from "../vector-store.ts";

const FIRST_SIZE = 1 << 10;

/** All lists of one kind. Number 0 is the empty list. */
export class Rows {
  private numbers = new Int32Array(FIRST_SIZE);
  private slots = new Int32Array(FIRST_SIZE);
  private count = 0;
  private end = 0;

  constructor() {
    this.numberOf([], 0);
  }

  /** Bytes that the lists take. */
  get bytes(): number {
    return this.numbers.byteLength + this.slots.byteLength;
  }

  /** The number of the list of the first `length` numbers of `row`. */
  numberOf(row: ArrayLike<number>, length = row.length): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(row, length) & mask;
    for (;;) {
      const entry = this.slots[slot] as number;
      if (entry === 0) break;
      if (this.isAt(entry - 1, row, length)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    const number = this.end;
    this.end += length + 1;
    if (this.end > this.numbers.length) this.numbers = grown(this.numbers, this.end);
    this.numbers[number] = length;
    for (let index = 0; index < length; index++) this.numbers[number + 1 + index] = row[index] as number;
    this.slots[slot] = number + 1;
    this.count++;
    if (this.count * 2 > this.slots.length) this.growSlots();
    return number;
  }

  /** How long a list is. */
  lengthOf(number: number): number {
    return this.numbers[number] as number;
  }

  /** A number of a list; undefined beyond its end. */
  at(number: number, index: number): number | undefined {
    const { numbers } = this;
    return index < (numbers[number] as number) ? numbers[number + 1 + index] : undefined;
  }

  /** Copies a list and returns its length. */
  copy(number: number, into: number[]): number {
    const { numbers } = this;
    const length = numbers[number] as number;
    for (let index = 0; index < length; index++) into[index] = numbers[number + 1 + index] as number;
    return length;
  }

  private isAt(number: number, row: ArrayLike<number>, length: number): boolean {
    const { numbers } = this;
    if (numbers[number] !== length) return false;
    for (let index = 0; index < length; index++) if (numbers[number + 1 + index] !== row[index]) return false;
    return true;
  }

  private growSlots(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let number = 0; number < this.end; number += this.lengthOf(number) + 1) {
      const row = this.numbers.subarray(number + 1, number + 1 + this.lengthOf(number));
      let slot = hashOf(row, row.length) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = number + 1;
    }
  }
}

function grown(numbers: Int32Array, atLeast: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(Math.max(atLeast, numbers.length * 2));
  next.set(numbers);
  return next;
}
