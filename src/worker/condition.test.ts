import { describe, expect, it } from "vitest";
import { conditionFrom } from "./condition.ts";

describe("a condition from the page", () => {
  it.each([
    { type: "happens", what: "commit-fails", which: null },
    { type: "happens", what: "socket-opens", which: "2" },
    { type: "becomes", of: "gate", is: "broken", which: "counter" },
    { type: "property", property: null, verdict: "violated" },
    { type: "property", property: "S14", verdict: "warned" },
  ])("is taken as it is: %j", (condition) => {
    expect(conditionFrom(condition)).toEqual(condition);
  });

  it.each([
    null,
    { type: "never" },
    { type: "happens", what: "a miracle", which: null },
    { type: "happens", what: "commit-fails" },
    { type: "happens", what: "commit-fails", which: 2 },
    { type: "becomes", of: "gate", is: "evicted", which: null },
    { type: "becomes", of: "weather", is: "open", which: null },
    { type: "property", property: "S99", verdict: "violated" },
    { type: "property", property: "S1", verdict: "holds" },
  ])("is refused if it names what is not there: %j", (data) => {
    expect(() => conditionFrom(data)).toThrow();
  });
});
