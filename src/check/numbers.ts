/** A list of 32-bit numbers that grows in blocks: four bytes each, and nothing is copied as it grows. */
const BLOCK_BITS = 15;
const BLOCK = 1 << BLOCK_BITS;

export class Numbers {
  private readonly blocks: Int32Array[] = [];
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** Bytes that the list takes. */
  get bytes(): number {
    return this.blocks.length * BLOCK * 4;
  }

  push(value: number): void {
    const offset = this.count & (BLOCK - 1);
    if (offset === 0) this.blocks.push(new Int32Array(BLOCK));
    (this.blocks[this.count >>> BLOCK_BITS] as Int32Array)[offset] = value;
    this.count++;
  }

  /** The number at a position below `length`. */
  at(position: number): number {
    return (this.blocks[position >>> BLOCK_BITS] as Int32Array)[position & (BLOCK - 1)] as number;
  }
}
