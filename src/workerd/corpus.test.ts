import { describe, expect, it } from "vitest";
import { describeCorpusError, parseScenario } from "./corpus.ts";

const OUTCOME = {
  wire: ["accept"],
  syscalls: ["request /", "connect", "log opened", "response 200"],
  logs: ["opened"],
  response: { status: 200, body: "ok" },
  errors: [],
  runs: 5,
};
const SCENARIO = { title: "a connect", peer: {}, fault: null, observed: { main: [OUTCOME] } };

const problemOf = (json: string): string => {
  const parsed = parseScenario("x", json, "");
  return parsed.ok ? "" : describeCorpusError(parsed.error);
};
const problemWith = (changes: object): string => problemOf(JSON.stringify({ ...SCENARIO, ...changes }));

describe("reading a corpus", () => {
  it("fills in what a scenario does not say", () => {
    const parsed = parseScenario("x", JSON.stringify(SCENARIO), "the source");
    expect(parsed).toMatchObject({
      ok: true,
      value: { name: "x", source: "the source", requests: ["/"], settleMs: 300, v8Flags: [], fault: null },
    });
  });

  it("names the file when it is not JSON", () => {
    expect(problemOf("{ nonsense")).toMatch(/^x\.json: is not JSON \(/);
  });

  it("names the field that is wrong", () => {
    expect(problemWith({ observed: { main: [{ ...OUTCOME, wire: "accept" }] } })).toMatch(
      /^x\.json: observed\.main\.0\.wire: /,
    );
    expect(problemWith({ observed: { trunk: [OUTCOME] } })).toMatch(
      /^x\.json: observed\.trunk: .*"autogate-on"/,
    );
    expect(problemWith({ fault: { fsync: "always" } })).toMatch(/^x\.json: fault/);
    expect(problemWith({ requests: ["no-slash"] })).toMatch(/^x\.json: requests\.0/);
    expect(problemWith({ title: undefined })).toMatch(/^x\.json: title/);
    expect(problemWith({ peer: { echo: "yes" } })).toMatch(/^x\.json: peer\.echo/);
  });

  it("says where an outcome contradicts itself", () => {
    expect(problemWith({ observed: { main: [{ ...OUTCOME, logs: [] }] } })).toBe(
      "x.json: observed.main.0.logs: differs from the log lines in syscalls",
    );
    expect(problemWith({ requests: ["/", "/again"] })).toBe(
      "x.json: observed.main.0.responses: has 1 answers to 2 requests",
    );
  });
});
