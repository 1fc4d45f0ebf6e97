import { expect, test } from "vitest";
import { byteSeries } from "./byte-series.ts";
import { actor, socket } from "./fixture.ts";
import { brokenGate, halfOpen, heldThenDurable, twoSockets } from "./fixture-runs.ts";

const art = (run: ReturnType<typeof halfOpen>, id: number): string[] =>
  byteSeries(run.records, socket(id), actor(1)).map(
    ({ record, queue, pipe, flight, unread }) =>
      `${record.at} ${record.kind}: ${queue} ${pipe} ${flight} ${unread}`,
  );

test("bytes go from the queue through the pipe onto the wire to the far end", () => {
  expect(art(heldThenDurable(), 1)).toEqual([
    "0 bytes-queued: 9 0 0 0",
    "10 bytes-dispatched: 0 9 0 0",
    "26 bytes-sent: 0 0 9 0",
    "34 outside: 0 0 0 0",
  ]);
});

test("what arrives is unread until the handler reads it", () => {
  expect(art(halfOpen(), 1).slice(0, 2)).toEqual(["16 bytes-arrive: 0 0 0 6", "24 bytes-read: 0 0 0 0"]);
});

test("dropped bytes leave the place where they are", () => {
  expect(art(twoSockets(), 2)).toEqual([
    "0 bytes-queued: 120 0 0 0",
    "0 bytes-queued: 180 0 0 0",
    "60 bytes-dispatched: 60 120 0 0",
    "76 bytes-dropped: 60 0 0 0",
    "76 bytes-dropped: 0 0 0 0",
  ]);
});

test("a reset of the object takes everything with it", () => {
  expect(art(brokenGate(), 1).at(-1)).toBe("10 object-aborts: 0 0 0 0");
});
