import { expect, test } from "vitest";
import { causesOf } from "./causality.ts";
import { recordsOf } from "./facts.ts";
import { halfOpen, heldThenDurable, leakThenFailure } from "./fixture-runs.ts";

test("a leaked connection depends on a write that failed later", () => {
  const run = leakThenFailure();
  const [syn] = recordsOf(run, "outside").filter(({ event }) => event.type === "syn");
  expect(causesOf(run, syn?.index ?? -1).sentence).toBe(
    'depends on put "balance", which was not durable at that moment (failed 10 ms later, and never happened)',
  );
});

test("an output that waited depends on a write that is durable", () => {
  const run = heldThenDurable();
  const [pass] = recordsOf(run, "output-passes");
  expect(causesOf(run, pass?.index ?? -1).sentence).toBe(
    'depends on put "balance", which was durable at that moment',
  );
});

test("a write in the queue says when what it depends on becomes durable", () => {
  const run = halfOpen();
  const [queued] = recordsOf(run, "bytes-queued");
  expect(causesOf(run, queued?.index ?? -1).sentence).toBe(
    'depends on put "seen", which was not durable at that moment (became durable 10 ms later)',
  );
});

test("what arrives lights up the write behind the output that it came from, its commit and its lock", () => {
  const run = heldThenDurable();
  const response = recordsOf(run, "outside").find(({ event }) => event.type === "response");
  const kinds = [...causesOf(run, response?.index ?? -1).records].map((index) => run.records[index]?.kind);
  for (const kind of [
    "outside",
    "write-accepted",
    "commit-starts",
    "commit-durable",
    "lock-taken",
    "lock-released",
  ]) {
    expect(kinds).toContain(kind);
  }
});

test("what depends on nothing says so, and there is no sentence for what is no record", () => {
  const run = heldThenDurable();
  expect(causesOf(run, 0).sentence).toBe("depends on no storage write");
  expect(causesOf(run, 10_000)).toEqual({ records: new Set(), sentence: "" });
});
