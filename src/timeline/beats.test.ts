import { expect, test } from "vitest";
import { beatOfRecords, beatsOf } from "./beats.ts";
import { RunBuilder, request, socket } from "./fixture.ts";
import { FIXTURES, heldThenDurable } from "./fixture-runs.ts";

/** Text art: one line per beat, its main record first. */
function art(run: ReturnType<typeof heldThenDurable>): string[] {
  return beatsOf(run).map((beat) => {
    const kinds = run.records.slice(beat.firstRecord, beat.lastRecord + 1);
    const main = run.records[beat.main];
    const others = kinds.filter((record) => record !== main).map((record) => record.kind);
    return `${beat.at} ${main?.kind}${others.length > 0 ? ` + ${[...new Set(others)].join(" ")}` : ""}`;
  });
}

test("what inseparably belongs together is one beat, and everything else is a beat of its own", () => {
  expect(art(heldThenDurable())).toMatchInlineSnapshot(`
    [
      "0 outside",
      "0 request-delivered + object-starts made turn-begins",
      "0 write-accepted + lock-taken",
      "0 connect-called + output-waits made borrows",
      "0 bytes-queued + output-waits",
      "0 await + turn-ends",
      "0 commit-starts",
      "10 commit-durable + lock-released",
      "10 output-passes + connect-starts",
      "10 outside",
      "10 bytes-dispatched",
      "18 outside",
      "26 socket-opens",
      "26 output-passes",
      "26 outside + bytes-sent",
      "26 resume + turn-begins promise-settles",
      "26 log",
      "26 handler-returns + output-waits turn-ends",
      "26 output-passes",
      "26 outside",
      "34 outside",
      "34 outside",
    ]
  `);
});

test("every record belongs to exactly one beat, in order", () => {
  for (const [name, make] of Object.entries(FIXTURES)) {
    const run = make();
    const covered = beatsOf(run).flatMap((beat) => run.records.slice(beat.firstRecord, beat.lastRecord + 1));
    expect(covered, name).toEqual(run.records);
  }
});

test("a beat never spans two steps, and its main record is one of its own", () => {
  for (const make of Object.values(FIXTURES)) {
    const run = make();
    for (const beat of beatsOf(run)) {
      expect(run.records[beat.firstRecord]?.step).toBe(run.records[beat.lastRecord]?.step);
      expect(beat.main).toBeGreaterThanOrEqual(beat.firstRecord);
      expect(beat.main).toBeLessThanOrEqual(beat.lastRecord);
    }
  }
});

test("outputs that are struck out one after another are one beat", () => {
  const run = new RunBuilder();
  run.step(0, "cf1");
  run.drops(1, { type: "connect", socket: socket(1), address: "a:1" });
  run.drops(2, { type: "fin", socket: socket(1) });
  run.drops(3, { type: "response", request: request(1), status: 200, body: "" });
  expect(beatsOf(run.finish())).toHaveLength(1);
});

test("a quiet record that opens a step begins a beat and is its main record", () => {
  const run = new RunBuilder();
  run.step(0, "x");
  run.add({ kind: "log", text: "a" });
  run.step(1, "y");
  run.add({ kind: "input-gate-released" });
  const beats = beatsOf(run.finish());
  expect(beats.map((beat) => beat.main)).toEqual([0, 1]);
});

test("a run without records has no beats", () => {
  expect(beatsOf(new RunBuilder().finish())).toEqual([]);
});

test("each record knows its beat", () => {
  const run = heldThenDurable();
  const beats = beatsOf(run);
  const beatOf = beatOfRecords(beats, run.records.length);
  for (const beat of beats) expect(beatOf[beat.main]).toBe(beat.index);
});
