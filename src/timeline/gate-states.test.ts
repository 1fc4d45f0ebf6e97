import { expect, test } from "vitest";
import { factsOf } from "./facts.ts";
import { lock, RunBuilder } from "./fixture.ts";
import { brokenGate, halfOpen } from "./fixture-runs.ts";
import { gateStates } from "./gate-states.ts";

const art = (run: ReturnType<typeof halfOpen>): string[] =>
  gateStates(run, factsOf(run), "a").map(({ state, locks, record }) =>
    `${record.at} ${state} ${locks.join(", ")}`.trim(),
  );

test("a gate is open, locked while a commit is under way, and open again", () => {
  expect(art(halfOpen())).toEqual(["0 open", "24 locked 1", "34 open"]);
});

test("a broken gate stays broken until the next life begins with a new one", () => {
  expect(art(brokenGate())).toEqual(["0 open", "0 locked 1", "10 broken", "18 open"]);
});

test("a gate with several locks stays locked until the last one is released", () => {
  const run = new RunBuilder();
  run.step(0, "r1");
  run.add({ kind: "object-starts", name: "a", life: 1 });
  run.put(1, "x", 1);
  run.put(2, "y", 2);
  run.add({ kind: "lock-released", lock: lock(1) });
  run.add({ kind: "lock-released", lock: lock(2) });
  expect(art(run.finish())).toEqual(["0 open", "0 locked 1", "0 locked 1, 2", "0 locked 2", "0 open"]);
});
