/*
 * Lists of numbers, each stored once and known by a number of its own: equal numbers for equal lists.
 *
 *   numbers  [7 7 1 | 4 | 7 7 2]     the lists one behind the other
 *   ends     [3, 4, 7]               where each ends
 */
import { hashOf } from "../vector-store.ts";

const FIRST_SIZE = 1 << 10;

/** All lists of one kind. Number 0 is the empty list. */
export class Rows {
  private numbers = new Int32Array(FIRST_SIZE);
  private ends = new Int32Array(FIRST_SIZE);
  private slots = new Int32Array(FIRST_SIZE);
  private count = 0;

  constructor() {
    this.numberOf([], 0);
  }

  /** Bytes that the lists take. */
  get bytes(): number {
    return this.numbers.byteLength + this.ends.byteLength + this.slots.byteLength;
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
    const number = this.count;
    const start = this.startOf(number);
    if (start + length > this.numbers.length) this.numbers = grown(this.numbers, start + length);
    if (number === this.ends.length) this.ends = grown(this.ends, number + 1);
    for (let index = 0; index < length; index++) this.numbers[start + index] = row[index] as number;
    this.ends[number] = start + length;
    this.slots[slot] = number + 1;
    this.count = number + 1;
    if (this.count * 2 > this.slots.length) this.growSlots();
    return number;
  }

  /** How long a list is. */
  lengthOf(number: number): number {
    return (this.ends[number] as number) - this.startOf(number);
  }

  /** A number of a list; undefined beyond its end. */
  at(number: number, index: number): number | undefined {
    const position = this.startOf(number) + index;
    return position < (this.ends[number] as number) ? this.numbers[position] : undefined;
  }

  /** Copies a list and returns its length. */
  copy(number: number, into: number[]): number {
    const start = this.startOf(number);
    const length = (this.ends[number] as number) - start;
    for (let index = 0; index < length; index++) into[index] = this.numbers[start + index] as number;
    return length;
  }

  private startOf(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] as number);
  }

  private isAt(number: number, row: ArrayLike<number>, length: number): boolean {
    const start = this.startOf(number);
    if ((this.ends[number] as number) - start !== length) return false;
    for (let index = 0; index < length; index++) if (this.numbers[start + index] !== row[index]) return false;
    return true;
  }

  private growSlots(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let number = 0; number < this.count; number++) {
      const start = this.startOf(number);
      const row = this.numbers.subarray(start, this.ends[number]);
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
