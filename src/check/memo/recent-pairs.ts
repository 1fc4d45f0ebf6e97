/*
 * What a function of two numbers gave last, whatever the two: a result is kept until another comes to its place.
 *
 *   places  [first, second, result | first, second, result | ...]
 */
const BITS = 16;

/** No result. */
export const NO_RESULT = -1;

/** Results of one function of two numbers, the first of which is not 0; a result is not negative. */
export class RecentPairs {
  private readonly places = new Int32Array(3 << BITS);

  /** The result of two numbers; NO_RESULT if it is not kept. */
  find(first: number, second: number): number {
    const { places } = this;
    const place = placeOf(first, second);
    return places[place] === first && places[place + 1] === second
      ? (places[place + 2] as number)
      : NO_RESULT;
  }

  /** Keeps the result of two numbers, and returns it. */
  keep(first: number, second: number, result: number): number {
    const { places } = this;
    const place = placeOf(first, second);
    places[place] = first;
    places[place + 1] = second;
    places[place + 2] = result;
    return result;
  }
}

function placeOf(first: number, second: number): number {
  return (Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b) >>> (32 - BITS)) * 3;
}
