/*
 * Lists of numbers, each stored once and known by a number of its own: equal numbers for equal lists. A list's number is
 * where it stands, behind its length:
 *
 *   numbers  [0 | 3 7 7 1 | 1 4 | ...]     list 0 is empty, list 1 is [7 7 1], list 5 is [4]
 */
import { hashOf } from "../vector-store.ts";

const FIRST_SIZE = 1 << 10;

/** A list in the making. */
export class Row {
  numbers = new Int32Array(1 << 6);
  length = 0;

  /** Replaces a number, or adds one at or behind the end: what lies between is `filler`. */
  set(index: number, number: number, filler: number): void {
    if (index >= this.length) {
      this.reserve(index + 1);
      this.numbers.fill(filler, this.length, index);
      this.length = index + 1;
    }
    this.numbers[index] = number;
  }

  /** Makes room for so many numbers. */
  reserve(length: number): void {
    if (length > this.numbers.length) this.numbers = grown(this.numbers, length);
  }
}

/** All lists of one kind. Number 0 is the empty list. */
export class Rows {
  private numbers = new Int32Array(FIRST_SIZE);
  private slots = new Int32Array(FIRST_SIZE);
  private count = 0;
  private end = 0;

  private readonly row = new Row();

  constructor() {
    this.numberOf([]);
  }

  /** Bytes that the lists take. */
  get bytes(): number {
    return this.numbers.byteLength + this.slots.byteLength;
  }

  /** The number of a list. */
  numberOf(list: readonly number[]): number {
    const { row } = this;
    row.length = 0;
    for (const [index, number] of list.entries()) row.set(index, number, 0);
    return this.store(row);
  }

  /** The number of a list that has been made. */
  store({ numbers: row, length }: Row): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(row, 0, length) & mask;
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

  /** Copies a list. */
  copy(number: number, into: Row): void {
    const { numbers } = this;
    const length = numbers[number] as number;
    into.reserve(length);
    into.length = length;
    const row = into.numbers;
    for (let index = 0; index < length; index++) row[index] = numbers[number + 1 + index] as number;
  }

  private isAt(number: number, row: Int32Array, length: number): boolean {
    const { numbers } = this;
    if (numbers[number] !== length) return false;
    for (let index = 0; index < length; index++) if (numbers[number + 1 + index] !== row[index]) return false;
    return true;
  }

  private growSlots(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let number = 0; number < this.end; number += this.lengthOf(number) + 1) {
      let slot = hashOf(this.numbers, number + 1, this.lengthOf(number)) & mask;
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
