import { describe, expect, it } from "vitest";
import {
  type CountedOutcome,
  countOutcome,
  describeDifference,
  differsInSendingOnly,
  formatScenario,
  isSameOutcome,
  missingOutcomes,
} from "./outcomes.ts";

const seenOnce: CountedOutcome = { order: ["connect", "response 200"], ms: [0, 100], runs: 1 };

describe("outcomes", () => {
  it("are the same whatever their times, their counts and the order of their fields", () => {
    expect(isSameOutcome(seenOnce, { runs: 7, ms: [0, 200], order: ["connect", "response 200"] })).toBe(true);
    expect(isSameOutcome(seenOnce, { ...seenOnce, order: ["connect"] })).toBe(false);
  });

  it("are counted, the most frequent one first", () => {
    const rare = { order: ["response 200", "connect"] };
    const often = { order: ["connect", "response 200"] };
    const seen = [rare, often, often].reduce<readonly CountedOutcome[]>(
      (all, one) => countOutcome(all, one),
      [],
    );
    expect(seen).toEqual([
      { ...often, runs: 2 },
      { ...rare, runs: 1 },
    ]);
  });

  it("are missing when no recorded one is the same", () => {
    const other = { ...seenOnce, order: [] };
    expect(missingOutcomes([seenOnce], [seenOnce, other])).toEqual([other]);
  });

  it("may differ in when a commit was sent, and in nothing else then", () => {
    const one = { order: ["connect", "commit 1 of a sent", "log opened", "commit 1 of a durable"] };
    const other = { order: ["connect", "log opened", "commit 1 of a sent", "commit 1 of a durable"] };
    expect(differsInSendingOnly(one, other)).toBe(true);
    expect(differsInSendingOnly(one, { order: one.order.toReversed() })).toBe(false);
    expect(differsInSendingOnly(one, { order: one.order.filter((entry) => !entry.includes("sent")) })).toBe(
      false,
    );
  });

  it("that differ are told by the first field that does", () => {
    expect(describeDifference([seenOnce], { ...seenOnce, order: ["connect"] })).toBe(
      'order: ["connect"]\n    recorded: ["connect","response 200"]',
    );
    expect(describeDifference([], seenOnce)).toBe("nothing is recorded");
  });
});

describe("formatScenario", () => {
  it("writes one line per field and reads back as the same", () => {
    const text = formatScenario(
      { title: "A handler", commits: [], observed: { old: [] } },
      { main: [seenOnce] },
    );
    expect(text).toBe(`{
 "title": "A handler",
 "commits": [],
 "observed": {
  "main": [
   {
    "order": ["connect","response 200"],
    "ms": [0,100],
    "runs": 1
   }
  ]
 }
}
`);
    expect(JSON.parse(text)).toEqual({ title: "A handler", commits: [], observed: { main: [seenOnce] } });
  });
});
