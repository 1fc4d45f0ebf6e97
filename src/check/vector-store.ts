/*
 * The visited set of a search: vectors of one width, each stored once, found again by their content. A state is a number:
 * its position in the order of discovery.
 *
 * Example, two words wide, after adding [1, 2], [3, 4], [1, 2]:
 *
 *   blocks  [1 2 3 4 ...]              the vectors one behind the other, cut into blocks so that growing copies nothing
 *   slots   [. .  1 h1  . .  2 h2 ..]  index + 1 and hash, at the hash's first bits or behind it where that was taken
 *
 * The hash beside the index tells most vectors apart without a look at them, and the table grows from front to back, as what
 * stands in order of its first bits does so with one bit more.
 */
import { assert } from "../base/assert.ts";

/** Vectors per block. */
const BLOCK_BITS = 14;
const BLOCK = 1 << BLOCK_BITS;
/** How many slots there are at first: 2 to the power of this. */
const FIRST_SLOT_BITS = 12;

/** Vectors of `words` 32-bit words, each stored once. */
export class VectorStore {
  private readonly blocks: Int32Array[] = [];
  private slotBits = FIRST_SLOT_BITS;
  private slots = new Int32Array(2 << FIRST_SLOT_BITS);
  private count = 0;
  readonly words: number;

  constructor(words: number) {
    this.words = words;
  }

  /** How many different vectors are stored. */
  get size(): number {
    return this.count;
  }

  /** Bytes that the store takes. */
  get bytes(): number {
    return this.blocks.length * BLOCK * this.words * 4 + this.slots.byteLength;
  }

  /** Stores a vector. Returns its index if it is new, and ~index if it was stored before. */
  add(vector: Int32Array): number {
    const { words, slots } = this;
    const hash = hashOf(vector);
    const mask = slots.length - 1;
    let slot = (hash >>> (32 - this.slotBits)) << 1;
    for (;;) {
      const entry = slots[slot] as number;
      if (entry === 0) break;
      if (slots[slot + 1] === hash && this.isAt(entry - 1, vector)) return ~(entry - 1);
      slot = (slot + 2) & mask;
    }
    const index = this.count;
    if ((index & (BLOCK - 1)) === 0) this.blocks.push(new Int32Array(BLOCK * words));
    const block = this.blocks[index >>> BLOCK_BITS] as Int32Array;
    const start = (index & (BLOCK - 1)) * words;
    for (let word = 0; word < words; word++) block[start + word] = vector[word] as number;
    slots[slot] = index + 1;
    slots[slot + 1] = hash;
    this.count = index + 1;
    // At most two thirds full, so that runs of taken slots stay short.
    if (this.count * 3 > slots.length) this.growSlots();
    return index;
  }

  /** Copies a stored vector. */
  read(index: number, into: Int32Array): void {
    assert(index < this.count, "only what was stored can be read");
    const block = this.blocks[index >>> BLOCK_BITS] as Int32Array;
    const start = (index & (BLOCK - 1)) * this.words;
    for (let word = 0; word < this.words; word++) into[word] = block[start + word] as number;
  }

  private isAt(index: number, vector: Int32Array): boolean {
    const block = this.blocks[index >>> BLOCK_BITS] as Int32Array;
    const start = (index & (BLOCK - 1)) * this.words;
    for (let word = 0; word < this.words; word++) if (block[start + word] !== vector[word]) return false;
    return true;
  }

  private growSlots(): void {
    const old = this.slots;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length - 1;
    this.slotBits++;
    for (let from = 0; from < old.length; from += 2) {
      const hash = old[from + 1] as number;
      if (old[from] === 0) continue;
      let slot = (hash >>> (32 - this.slotBits)) << 1;
      while (slots[slot] !== 0) slot = (slot + 2) & mask;
      slots[slot] = old[from] as number;
      slots[slot + 1] = hash;
    }
    this.slots = slots;
  }
}

/**
 * A 32-bit number from the words of a vector: every bit of it depends on every word. Words are mixed each for itself, so that
 * none has to wait for the one before it.
 */
export function hashOf(vector: Int32Array): number {
  let sum = 0;
  for (let index = 0; index < vector.length; index++) sum = (sum + mixed(vector[index] as number, index)) | 0;
  return placeOf(sum, vector.length);
}

/** A number and its place among others, mixed. */
export function mixed(number: number, index: number): number {
  const product = Math.imul(number ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b);
  return product ^ (product >>> 15);
}

/** The hash of a list of so many numbers, from the sum of them mixed. */
export function placeOf(sum: number, length: number): number {
  let value = (sum + length) | 0;
  value = Math.imul(value ^ (value >>> 16), 0xc2b2ae35);
  return value ^ (value >>> 13);
}
