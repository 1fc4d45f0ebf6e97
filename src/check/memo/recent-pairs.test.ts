import { describe, expect, it } from "vitest";
import { NO_RESULT, RecentPairs } from "./recent-pairs.ts";

describe("results of two numbers", () => {
  it("are found by both, until others come to their place", () => {
    const recent = new RecentPairs();
    expect(recent.find(3, 0)).toBe(NO_RESULT);
    expect(recent.keep(3, 0, 7)).toBe(7);
    expect(recent.keep(3, 1, 0)).toBe(0);
    expect([recent.find(3, 0), recent.find(3, 1), recent.find(1, 3), recent.find(2, 0)]).toEqual([
      7,
      0,
      NO_RESULT,
      NO_RESULT,
    ]);
    // More pairs than there are places: what is found is right, or nothing is.
    for (let at = 1; at <= 100_000; at++) recent.keep(at, at * 3, at + 1);
    let found = 0;
    for (let at = 1; at <= 100_000; at++) {
      const result = recent.find(at, at * 3);
      if (result === NO_RESULT) continue;
      expect(result).toBe(at + 1);
      found++;
    }
    expect(found).toBeGreaterThan(30_000);
    expect(found).toBeLessThanOrEqual(1 << 16);
  });
});
