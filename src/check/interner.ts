/** Gives each text a number: equal numbers for equal texts, from 0 in the order in which they first come. */
export class Interner {
  private readonly numbers = new Map<string, number>();
  private readonly texts: string[] = [];

  /** The number of a text. */
  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.texts.length;
    this.texts.push(text);
    this.numbers.set(text, number);
    return number;
  }

  /** The text of a number that was given out. */
  textOf(number: number): string {
    return this.texts[number] as string;
  }

  get size(): number {
    return this.texts.length;
  }
}
