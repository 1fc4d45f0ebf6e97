/*
 * A part of the program that little of the work needs. Work that comes upon a part that is not there ends with PartMissing; who
 * loads parts as they are missed begins it anew, and as nothing of it has left its arguments changed, it comes out the same.
 */
export class Part<T> {
  readonly name: string;
  private value: T | null = null;

  constructor(name: string) {
    this.name = name;
  }

  fill(value: T): void {
    this.value = value;
  }

  get(): T {
    if (this.value === null) throw new PartMissing(this.name);
    return this.value;
  }
}

/** Ends work that cannot go on without a part. */
export class PartMissing extends Error {
  readonly part: string;
  constructor(part: string) {
    super(`the part "${part}" is not loaded`);
    this.part = part;
  }
}
