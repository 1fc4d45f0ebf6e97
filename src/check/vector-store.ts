/*
 * The visited set of a search: vectors of one width, each stored once, found again by their content. A state is a number:
 * its position in the order of discovery.
 *
 * Example, two words wide, after adding [1, 2], [3, 4], [1, 2]:
 *
 *   blocks  [1 2 3 4 ...]     the vectors one behind the other, cut into blocks so that growing copies nothing
 *   slots   [. 1 . . 2 . ..]  index + 1 at the vector's hash, or behind it where that was taken (open addressing)
 */
import { assert, mustGet } from "../base/assert.ts";

/** Vectors per block. */
const BLOCK_BITS = 14;
const BLOCK = 1 << BLOCK_BITS;
const FIRST_SLOTS = 1 << 12;

/** Vectors of `words` 32-bit words, each stored once. */
export class VectorStore {
  private readonly blocks: Int32Array[] = [];
  private slots = new Int32Array(FIRST_SLOTS);
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
    const { words } = this;
    const mask = this.slots.length - 1;
    let slot = hashOf(vector, words) & mask;
    for (;;) {
      const entry = this.slots[slot] as number;
      if (entry === 0) break;
      if (this.isAt(entry - 1, vector)) return ~(entry - 1);
      slot = (slot + 1) & mask;
    }
    const index = this.count;
    if ((index & (BLOCK - 1)) === 0) this.blocks.push(new Int32Array(BLOCK * words));
    mustGet(this.blocks[index >>> BLOCK_BITS], "the last block").set(vector, (index & (BLOCK - 1)) * words);
    this.slots[slot] = index + 1;
    this.count = index + 1;
    // At most three quarters full, so that runs of taken slots stay short.
    if (this.count * 4 > this.slots.length * 3) this.growSlots();
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
    this.slots = new Int32Array(old.length * 2);
    const mask = this.slots.length - 1;
    const vector = new Int32Array(this.words);
    for (let index = 0; index < this.count; index++) {
      this.read(index, vector);
      let slot = hashOf(vector, this.words) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = index + 1;
    }
  }
}

/** A number from the first words of a list: every bit of it depends on every word. */
export function hashOf(vector: ArrayLike<number>, words: number): number {
  let value = words;
  for (let word = 0; word < words; word++) {
    value = Math.imul(value ^ (vector[word] as number), 0x9e3779b1);
    value ^= value >>> 15;
  }
  value = Math.imul(value, 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
