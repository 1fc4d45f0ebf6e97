import { expect, test } from "vitest";
import type { DifferenceReport } from "../check/difference.ts";
import { designChoice } from "./designs.ts";
import { differenceAsText, differenceInShort } from "./difference-text.ts";

const designs = [designChoice("main"), designChoice("promised-interface", { autogate: false })] as const;

test("A difference is told with its choices, and with what each design lets the world outside see.", () => {
  const report: DifferenceReport = {
    type: "differs",
    choices: [
      { key: "r1", title: "A client requests /", taken: [true, true] },
      { key: "gc1", title: "Socket 1 is collected", taken: [false, true] },
    ],
    choicesOf: [["r1"], ["r1", "gc1"]],
    seen: [[], [{ place: "connection 1", events: ["SYN", "accepted"] }]],
    possible: [[{ key: "v1", title: "Bytes arrive" }], []],
    states: 7,
  };
  expect(
    differenceAsText(designs, report),
  ).toBe(`main and promised interface (autogate off) differ after 2 choices.

  1. A client requests /
  2. Socket 1 is collected, under promised interface (autogate off) only

main, after r1:
  can follow only here: Bytes arrive (v1)

promised interface (autogate off), after r1 gc1:
  seen: connection 1: SYN, accepted`);
});

test("That there is none, or none was found, is told with how much was looked at.", () => {
  expect(differenceInShort(designs, { type: "same", states: 1234 })).toBe(
    "No order tells main and promised interface (autogate off) apart, in 1,234 pairs of states.",
  );
  expect(differenceAsText(designs, { type: "stopped", states: 20 })).toBe(
    "Stopped at 20 pairs of states: so far no order tells main and promised interface (autogate off) apart.",
  );
});
