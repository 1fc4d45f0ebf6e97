import { describe, expect, it } from "vitest";
import type { CommitId, RecordIndex, RequestId, SocketId, StepIndex } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import { err, ok } from "../base/result.ts";
import { HandlerStuck } from "../handler/host.ts";
import type { Choice, EnabledChoice } from "../model/choice.ts";
import type { RecordBody, RunRecord } from "../model/records.ts";
import type { Setup } from "../model/setup.ts";
import { parseScenario, type Scenario } from "../workerd/corpus.ts";
import { type GateModel, type Judge, judgeScenario } from "./conformance-judge.ts";
import { describeReport, summarize } from "./conformance-report.ts";

/*
 * The toy gate: one request, whose handler puts and connects. Its connect() waits for the commit except under the design
 * "ungated", where it goes out first. It logs when the far end accepts, which may be before or after the response.
 */
interface Toy {
  readonly gated: boolean;
  readonly done: readonly string[];
}

const REQUEST = 1 as RequestId;
const COMMIT = 1 as CommitId;
const SOCKET = 1 as SocketId;

const record = (body: RecordBody): RunRecord => ({
  ...body,
  index: 0 as RecordIndex,
  step: 0 as StepIndex,
  at: ms(0),
  actor: null,
  cause: null,
  line: null,
  writes: [],
});
const connect = record({ kind: "outside", event: { type: "syn", socket: SOCKET, address: "peer:9000" } });

const CHOICES: readonly { readonly choice: Choice; readonly needs: string; readonly once: string }[] = [
  { choice: { type: "request", request: REQUEST }, needs: "", once: "request" },
  { choice: { type: "commit-durable", commit: COMMIT }, needs: "request", once: "commit-durable" },
  { choice: { type: "accept", socket: SOCKET }, needs: "connect", once: "accept" },
  { choice: { type: "response", request: REQUEST }, needs: "commit-durable", once: "response" },
];

function recordsOf({ gated, done }: Toy, type: Choice["type"]): readonly RunRecord[] {
  const early = gated ? [] : [connect];
  const late = gated ? [connect] : [];
  if (type === "request") {
    return [record({ kind: "outside", event: { type: "request", request: REQUEST, path: "/" } }), ...early];
  }
  if (type === "commit-durable") return [record({ kind: "commit-durable", commit: COMMIT }), ...late];
  if (type === "accept") {
    return [
      record({ kind: "outside", event: { type: "accept", socket: SOCKET } }),
      record({ kind: "log", text: "opened" }),
    ];
  }
  const body = done.includes("accept") ? "accepted" : "ok";
  return (["response-sent", "response"] as const).map((event) =>
    record({ kind: "outside", event: { type: event, request: REQUEST, status: 200, body } }),
  );
}

const toy: GateModel<Toy> = {
  initial: ({ design }: Setup) => ({ state: { gated: design.id !== "ungated", done: [""] }, records: [] }),
  enabled: ({ done }) =>
    CHOICES.filter(({ needs, once }) => done.includes(needs) && !done.includes(once)).map(
      ({ choice }): EnabledChoice => ({
        choice,
        key: choice.type,
        due: ms(0),
        role: "ordinary",
        title: "",
        detail: "",
      }),
    ),
  step: (state, choice) => {
    const records = recordsOf(state, choice.type);
    const connected = records.includes(connect) ? ["connect"] : [];
    return { state: { ...state, done: [...state.done, choice.type, ...connected] }, records };
  },
  encode: ({ done }) => [...done].sort().join(),
};

const judge: Judge<Toy> = {
  model: toy,
  compile: (source) =>
    source === "bad"
      ? err({
          message: "Generators are outside the language.",
          line: 3,
          column: 5,
          construct: "generator function",
        })
      : ok({ version: 1, source: "", functions: [] }),
  maxStates: 1000,
};

const outcome = (order: readonly string[], body = "ok") => ({
  wire: ["accept"],
  syscalls: ["request /", ...order, "log opened", "response 200"],
  logs: ["opened"],
  response: { status: 200, body },
});
const GATED = outcome(["fsync", "connect"]);
const UNGATED = outcome(["connect", "fsync"]);

function scenario(observed: object, source = ""): Scenario {
  const parsed = parseScenario("toy", JSON.stringify({ title: "t", observed }), source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe("the conformance check of a scenario", () => {
  it("accepts what the design of the build allows, and refuses it under the designs of others", () => {
    const report = judgeScenario(judge, scenario({ ungated: [UNGATED], main: [GATED] }));
    expect(report.cases.map(({ build, verdict }) => [build, verdict])).toEqual([
      ["ungated", "accepted"],
      ["main", "accepted"],
    ]);
    const wrongDesigns = report.negatives.filter(({ type }) => type === "wrong design");
    expect(wrongDesigns.map(({ build, what, rejected }) => [build, what, rejected])).toEqual([
      ["ungated", "under the design of main", true],
      ["main", "under the design of ungated", true],
    ]);
  });

  it("says how far it could explain a rejected outcome, and what the model would have done", () => {
    const { cases, negatives } = judgeScenario(judge, scenario({ main: [GATED, UNGATED] }));
    expect(cases).toEqual([
      {
        scenario: "toy",
        build: "main",
        verdict: "rejected",
        why: "outcome 2 of 2: matched: request /; observed next: connect, or the far end sees accept; the model: fsync",
      },
    ]);
    expect(negatives).toEqual([]);
  });

  it("counts wrong variants, and names those that the model allows", () => {
    const { negatives } = judgeScenario(judge, scenario({ main: [GATED] }));
    // Four swaps, five entries dropped; connect, log and response invented.
    expect(negatives).toHaveLength(12);
    expect(negatives.filter(({ rejected }) => !rejected)).toEqual([
      {
        scenario: "toy",
        build: "main",
        type: "swapped",
        what: '"response 200" before "log opened"',
        rejected: false,
        reason: "when the response reaches the client is the environment's choice",
      },
    ]);
  });

  it("compares the bodies of answers without judging by them", () => {
    const { cases, bodies, bodyDifferences } = judgeScenario(
      judge,
      scenario({ main: [outcome(["fsync", "connect"], "no")] }),
    );
    expect(cases.map(({ verdict }) => verdict)).toEqual(["accepted"]);
    expect({ bodies, bodyDifferences }).toMatchObject({ bodies: 1, bodyDifferences: [{ recorded: "no" }] });
  });

  it("counts what the model or its language does not cover as uncovered, with the reason", () => {
    const bad = judgeScenario(judge, scenario({ main: [GATED] }, "bad"));
    expect(bad.cases).toMatchObject([
      {
        verdict: "uncovered",
        why: expect.stringContaining("Generators are outside the language. (line 3, column 5)"),
      },
    ]);
    const step = (): never => {
      throw new HandlerStuck("startTls() is beyond the model", 1, 1);
    };
    const stuck = judgeScenario({ ...judge, model: { ...toy, step } }, scenario({ main: [GATED] }));
    expect(stuck.cases).toMatchObject([{ verdict: "uncovered", why: expect.stringContaining("startTls()") }]);
    const hurried = judgeScenario({ ...judge, maxStates: 1 }, scenario({ main: [UNGATED] }));
    expect(hurried.cases).toMatchObject([
      { verdict: "uncovered", why: expect.stringContaining("search limit") },
    ]);
  });

  it("adds up to a report for machines and one for people", () => {
    const report = summarize([judgeScenario(judge, scenario({ ungated: [UNGATED], main: [GATED] }))]);
    expect(report).toMatchObject({ pairs: 2, accepted: 2, rejected: 0, uncovered: 0 });
    expect(report.negatives.tried).toBe(
      Object.values(report.negatives.byType).reduce((sum, { tried }) => sum + tried, 0),
    );
    expect(describeReport(report)).toContain(
      "2 pairs of scenario and build: 2 accepted, 0 rejected, 0 uncovered.",
    );
  });
});
