/*
 * Lists of numbers, each stored once and known by a number of its own: equal numbers for equal lists. A list's number is
 * where it stands: first a sum of its numbers, each mixed with its place, which is kept up when a list is made from another;
 * then its length; then the numbers.
 *
 *   numbers  [0 0 | s 3 7 7 1 | s 1 4 | ...]     list 0 is empty, list 2 is [7 7 1], list 7 is [4]
 */
import { mixed, placeOf } from "../vector-store.ts";

const FIRST_SIZE = 1 << 10;
/** What stands before the first number of a list: the sum, at its number; the length. */
const HEAD = 2;

/** A list in the making. */
export class Row {
  numbers = new Int32Array(1 << 6);
  length = 0;
  /** Of all its numbers. */
  sum = 0;

  /** Replaces a number, or adds one at or behind the end: what lies between is `filler`. */
  set(index: number, number: number, filler: number): void {
    if (index < this.length) this.sum = (this.sum - mixed(this.numbers[index] as number, index)) | 0;
    else {
      this.reserve(index + 1);
      while (this.length < index) this.append(filler);
      this.length++;
    }
    this.numbers[index] = number;
    this.sum = (this.sum + mixed(number, index)) | 0;
  }

  /** Adds a number at the end, where there is room. */
  private append(number: number): void {
    this.numbers[this.length] = number;
    this.sum = (this.sum + mixed(number, this.length)) | 0;
    this.length++;
  }

  /** Drops what lies behind so many numbers. */
  cut(length: number): void {
    while (this.length > length) {
      this.length--;
      this.sum = (this.sum - mixed(this.numbers[this.length] as number, this.length)) | 0;
    }
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
    row.cut(0);
    for (let index = 0; index < list.length; index++) row.set(index, list[index] as number, 0);
    return this.store(row);
  }

  /** The number of a list that has been made. */
  store(row: Row): number {
    const mask = this.slots.length - 1;
    let slot = placeOf(row.sum, row.length) & mask;
    for (;;) {
      const entry = this.slots[slot] as number;
      if (entry === 0) break;
      if (this.isAt(entry - 1, row)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return this.add(row, slot);
  }

  /** How long a list is. */
  lengthOf(number: number): number {
    return this.numbers[number + 1] as number;
  }

  /** A number of a list; undefined beyond its end. */
  at(number: number, index: number): number | undefined {
    const { numbers } = this;
    return index < (numbers[number + 1] as number) ? numbers[number + HEAD + index] : undefined;
  }

  /** Copies a list. */
  copy(number: number, into: Row): void {
    const { numbers } = this;
    const length = numbers[number + 1] as number;
    into.reserve(length);
    into.length = length;
    into.sum = numbers[number] as number;
    const row = into.numbers;
    for (let index = 0; index < length; index++) row[index] = numbers[number + HEAD + index] as number;
  }

  private add({ sum, length, numbers: row }: Row, slot: number): number {
    const number = this.end;
    this.end += length + HEAD;
    if (this.end > this.numbers.length) this.numbers = grown(this.numbers, this.end);
    this.numbers[number] = sum;
    this.numbers[number + 1] = length;
    for (let index = 0; index < length; index++) this.numbers[number + HEAD + index] = row[index] as number;
    this.slots[slot] = number + 1;
    this.count++;
    if (this.count * 2 > this.slots.length) this.growSlots();
    return number;
  }

  private isAt(number: number, { sum, length, numbers: row }: Row): boolean {
    const { numbers } = this;
    if (numbers[number] !== sum || numbers[number + 1] !== length) return false;
    for (let index = 0; index < length; index++)
      if (numbers[number + HEAD + index] !== row[index]) return false;
    return true;
  }

  private growSlots(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let number = 0; number < this.end; number += this.lengthOf(number) + HEAD) {
      let slot = placeOf(this.numbers[number] as number, this.lengthOf(number)) & mask;
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
