import { expect, test } from "vitest";
import { factsOf } from "./facts.ts";
import { RunBuilder, request } from "./fixture.ts";
import { brokenGate } from "./fixture-runs.ts";
import { threadsOf } from "./threads.ts";

const art = (run: ReturnType<typeof brokenGate>): string[] =>
  threadsOf(run, factsOf(run)).map(
    ({ label, records }) =>
      `${label}: ${records.flatMap((one) => (one.kind === "turn-begins" ? [one.turn] : [])).join(" ")}`,
  );

test("each request has its turns, in whichever life of the object", () => {
  expect(art(brokenGate())).toEqual(["request 1 · /: 1", "request 2 · /balance: 2 3"]);
});

test("a call stays with the request in which it first awaited, whoever woke it", () => {
  const run = new RunBuilder();
  run.step(0, "r1");
  run.add({ kind: "object-starts", name: "a", life: 1 });
  for (const id of [1, 2]) {
    run.cause = null;
    run.add({ kind: "request-delivered", request: request(id), path: `/${id}` });
    run.turn("delivered", () => run.add({ kind: "await", call: id, text: "x" }));
  }
  // Request 2's turn is what causes request 1's call to go on.
  run.turn("x resolved", () => run.add({ kind: "resume", call: 1 }));
  expect(art(run.finish())).toEqual(["request 1 · /1: 1 3", "request 2 · /2: 2"]);
});
