import { expect, test } from "vitest";
import { flightsOf } from "./crossings.ts";
import { brokenGate, halfOpen, heldThenDurable } from "./fixture-runs.ts";

const art = (run: ReturnType<typeof halfOpen>): string[] =>
  flightsOf(run).map(
    ({ passes, leaves, arrives }) =>
      `${passes?.output.type ?? "-"} ${leaves.event.type} ${leaves.at} -> ${arrives === null ? "?" : `${arrives.event.type} ${arrives.at}`}`,
  );

test("every output that crossed is followed to where it arrives", () => {
  expect(art(heldThenDurable())).toEqual([
    "connect syn 10 -> accept 18",
    "write send 26 -> receive 34",
    "response response-sent 26 -> response 34",
  ]);
  expect(art(halfOpen())).toEqual([
    "connect syn 0 -> accept 8",
    "write send 34 -> receive 42",
    "fin fin-sent 34 -> fin-received 42",
  ]);
});

test("what was struck out at the gate never leaves", () => {
  expect(art(brokenGate())).toEqual(["response response-sent 22 -> response 30"]);
});
