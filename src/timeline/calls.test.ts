import { describe, expect, test } from "vitest";
import type { DesignChoice } from "../model/setup.ts";
import { DESIGNS } from "../model/testing.ts";
import type { RunData } from "../run/run.ts";
import { simulate } from "../run/simulate.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { beatsOf } from "./beats.ts";
import { estimateText } from "./measure.ts";
import { narrate } from "./narrate.ts";
import { plainText } from "./narration.ts";
import { layOut, type Scene } from "./scene.ts";
import { FIT_VIEW } from "./view.ts";

async function runOf(id: string, design = "main", keys: readonly string[] = []): Promise<RunData> {
  const scenario = SCENARIOS.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`no scenario ${id}`);
  const { program } = await scenario.load();
  const made = simulate({ program, world: scenario.world, design: DESIGNS[design] as DesignChoice }, keys);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const told = (run: RunData): readonly string[] => {
  const beats = beatsOf(run);
  return beats.map((_, index) => plainText(narrate(run, beats, index)));
};
const sceneOf = (run: RunData): Scene =>
  layOut(run, { widthPx: 1400, view: FIT_VIEW, folded: new Set(), measure: estimateText });
const seen = (run: RunData): readonly string[] =>
  sceneOf(run).nodes.flatMap(({ shape }) => (shape.type === "text" ? [shape.text] : []));

describe("a fetch() in words and in the picture", () => {
  test("is held, crosses, and is answered", async () => {
    const run = await runOf("fetch-held");
    expect(told(run)).toEqual(
      expect.arrayContaining([
        'The handler has a promise and goes on, but the connection is held: put "order" is not durable yet, so nobody outside may notice.',
        "Fetch POST http://billing:9000/invoice crosses the gate line after 30 ms: all it depends on is durable.",
        "The connection to billing:9000 is closed: the answer is complete.",
      ]),
    );
    expect(seen(run)).toEqual(expect.arrayContaining(["fetch POST", "held by lock 1"]));
    expect(sceneOf(run).lanes.find(({ id }) => id === "connects")?.subtitle).toBe("fetch() to billing:9000");
  });
  test("is struck out when the commit fails", async () => {
    expect(told(await runOf("fetch-held", "main", ["r1", "cf1"]))).toContain(
      "Fetch POST http://billing:9000/invoice is struck out: the object was aborted. Nobody outside will ever see it.",
    );
  });
});

test("a call of another object and its result are outputs with words of their own", async () => {
  const run = await runOf("call-another-object");
  expect(told(run)).toEqual(
    expect.arrayContaining([
      'The handler calls deposit() of object savings, but the call is held: put "balance" is not durable yet, and no other object may learn of it.',
      "Another object's call deposit() reaches this one, and its handler starts.",
      'The method gives "10", but its result is held: put "balance" is not durable yet.',
      'The result "10" of request 2 (deposit()) crosses the gate line after 30 ms: all it depends on is durable.',
    ]),
  );
  expect(seen(run)).toContain("call deposit()");
  expect(seen(run)).toContain("result");
});

test("the messages of a WebSocket rest on the gate one by one", async () => {
  const run = await runOf("websocket-messages");
  expect(told(run)).toEqual(
    expect.arrayContaining([
      'Message "price 10" for board:9000 crosses the gate line: it depends on no write.',
      'Message "price 10" leaves the host for board:9000.',
      'Message "price 11" for board:9000 crosses the gate line after 30 ms: all it depends on is durable.',
      "board:9000 receives a WebSocket close.",
    ]),
  );
  expect(seen(run)).toEqual(expect.arrayContaining(['message "price 11"', "WebSocket close"]));
});
