import { describe, expect, test } from "vitest";
import { mustGet } from "../base/assert.ts";
import type { PropertyInRun } from "../model/properties/property.ts";
import type { RunData } from "../run/run.ts";
import { beatsOf } from "../timeline/beats.ts";
import { compactChoices, decisiveKeys } from "./compact.ts";
import { consoleLines, lineMarks } from "./line-marks.ts";
import { firstBeatOf, momentOf, type Shown } from "./shown.ts";
import { injectableAt } from "./subject.ts";
import { simulateToy, TOY_COMPILED, toyScenario } from "./toy-model.ts";
import { verdictsAt } from "./verdicts.ts";

const { design, world } = toyScenario("toy");
const { program, tokens } = TOY_COMPILED;

function runOf(...keys: string[]): RunData {
  const result = simulateToy({ program, design, world }, keys);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function shownOf(run: RunData): Shown {
  const document = { scenario: toyScenario("toy"), source: null, design, settings: {}, choices: [] };
  return {
    document,
    source: "",
    code: null,
    program,
    tokens,
    world,
    run,
    properties: [],
    beats: beatsOf(run),
  };
}

const recordOf = (run: RunData, kind: string) =>
  mustGet(
    run.records.find((record) => record.kind === kind),
    kind,
  );

describe("the moment under the cursor", () => {
  test("before anything has happened offers what can happen first", () => {
    const moment = momentOf(shownOf(runOf()), -1);
    expect(moment).toMatchObject({ beat: null, endRecord: 0, isInside: false, nextKey: "rq1" });
    expect(moment.step.enabled.map((each) => each.key)).toEqual(["rq1"]);
  });

  test("is inside a step until the step's last beat", () => {
    const shown = shownOf(runOf());
    const last = shown.beats.findLastIndex((beat) => beat.step === 1);
    expect(momentOf(shown, last - 1).isInside).toBe(true);
    expect(momentOf(shown, last)).toMatchObject({ isInside: false, nextKey: "cd1" });
  });

  test("at the end of the run has no next choice", () => {
    const shown = shownOf(runOf());
    expect(momentOf(shown, shown.beats.length - 1)).toMatchObject({ isInside: false, nextKey: null });
  });

  test("of an empty run is its start", () => {
    const shown = { ...shownOf(runOf()), beats: [] };
    expect(momentOf(shown, -1).step.index).toBe(0);
    expect(firstBeatOf([], 3)).toBe(-1);
  });
});

describe("compact choices", () => {
  test("count what the default schedule takes and name the rest", () => {
    expect(compactChoices(runOf("rq1", "cd1", "rf1"))).toEqual(["~2", "rf1"]);
    expect(compactChoices(runOf("rq1", "dl1", "dl1", "cd1", "rf1"))).toEqual([
      "~1",
      "dl1",
      "dl1",
      "~1",
      "rf1",
    ]);
  });

  test("end with the last one that the default schedule would not have taken", () => {
    expect(decisiveKeys(runOf("rq1", "dl1", "cd1", "ac1"))).toEqual(["rq1", "dl1"]);
    expect(compactChoices(runOf("rq1", "cd1"))).toEqual([]);
  });
});

describe("failures that concern a record", () => {
  test("are those of its commit, at the cursor's step when they are possible there", () => {
    const run = runOf();
    const injectable = injectableAt(run, recordOf(run, "commit-starts"), 1);
    expect(injectable?.step).toBe(1);
    expect(injectable?.choices.map((each) => each.key)).toEqual(["cf1", "dl1"]);
  });

  test("come from the nearest step where there are any, earlier ones first", () => {
    const run = runOf();
    expect(injectableAt(run, recordOf(run, "commit-durable"), 4)?.step).toBe(1);
    expect(injectableAt(run, recordOf(run, "connect-called"), 1)).toMatchObject({
      step: 2,
      choices: [{ key: "rf1" }],
    });
  });

  test("of a lock are those of the commit that took it", () => {
    const run = runOf();
    expect(injectableAt(run, recordOf(run, "lock-released"), 2)?.choices.map((each) => each.key)).toEqual([
      "cf1",
      "dl1",
    ]);
  });

  test("are none for a record that is about nothing of the kind", () => {
    const run = runOf();
    expect(injectableAt(run, recordOf(run, "turn-begins"), 1)).toBeNull();
  });
});

describe("line marks", () => {
  const run = runOf();
  const beats = beatsOf(run);
  const marksAt = (kind: string) => {
    const record = recordOf(run, kind);
    return Object.fromEntries(
      lineMarks(run.records, beats.find((beat) => record.index <= beat.lastRecord) ?? null),
    );
  };

  test("show the line that runs, and those that ran before it in the same turn", () => {
    expect(marksAt("write-accepted")).toEqual({ 3: "now" });
    expect(marksAt("connect-called")).toEqual({ 3: "turn", 4: "now" });
  });

  test("show where a call waits once the turn is over", () => {
    expect(marksAt("commit-durable")).toEqual({ 5: "awaits" });
  });

  test("forget the wait when the call goes on", () => {
    expect(marksAt("handler-returns")[5]).not.toBe("awaits");
  });

  test("are none before the start", () => {
    expect(lineMarks(run.records, null).size).toBe(0);
  });
});

describe("the console", () => {
  test("shows what has been logged up to the cursor and not what will be", () => {
    const run = runOf();
    const { index } = recordOf(run, "log");
    expect(consoleLines(run.records, index)).toEqual([]);
    expect(consoleLines(run.records, index + 1)).toHaveLength(1);
  });
});

describe("verdicts", () => {
  const run = runOf("rq1", "cf1");
  const property = { kind: "always", meaning: ".", reached: recordOf(run, "lock-taken").index } as const;
  const properties: readonly PropertyInRun[] = [
    { ...property, id: "S1", name: "No early connection" },
    { ...property, id: "S4", name: "Broken silence" },
    { ...property, id: "S5", name: "Waits are independent", reached: null },
  ];
  const statuses = (endRecord: number) =>
    verdictsAt(properties, run.records, endRecord).map(({ status }) => status);

  test("hold until the record that violates them", () => {
    const { index } = recordOf(run, "violation");
    expect(statuses(index)).toEqual(["holds", "holds", "unreached"]);
    expect(statuses(index + 1)).toEqual(["holds", "violated", "unreached"]);
    expect(verdictsAt(properties, run.records, index + 1)[1]).toMatchObject({
      property: { id: "S4" },
      violation: { index },
    });
  });

  test("say that a property is not reached until something happens that it speaks about", () => {
    const { index } = recordOf(run, "lock-taken");
    expect(statuses(index)).toEqual(["unreached", "unreached", "unreached"]);
    expect(statuses(index + 1)).toEqual(["holds", "holds", "unreached"]);
  });
});
