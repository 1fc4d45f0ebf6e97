/*
 * src/workerd: what real workerd was recorded doing, as data. It reads a corpus of recordings (this file; cluster-corpus.ts for
 * those with commits that take time), turns their text into comparable entries (recording.ts, cluster-recording.ts), follows the model along them (follow.ts) and makes wrong variants of them
 * for the negative control (mutations.ts). It imports types of the model and nothing of its workings: what is compared
 * here must not be able to ask the model what it would like to see.
 *
 * A corpus is a folder of pairs NAME.js (a Worker module) and NAME.json (what each build did with it):
 *
 *     { "title": ..., "peer": { "greet": "220 ready" }, "fault": { "fsync": "1+" }, "requests": ["/a", ["/b", "/c"]],
 *       "observed": { "main": [{ "wire": ["accept", "fin"], "syscalls": ["request /", "fsync", "connect", ...],
 *                                "logs": [...], "response": { "status": 200, "body": "ok" }, "runs": 5 }] } }
 */
import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import { CLUSTER_BUILD, type ClusterOutcome, ClusterRecording } from "./cluster-corpus.ts";
import { Answer, Path, Peer } from "./peer.ts";

/** The builds recorded with local storage, oldest first. */
const LOCAL_BUILDS = ["ungated", "autogate-off", "autogate-on", "main"] as const;
/** All recorded builds. */
export const BUILDS = [...LOCAL_BUILDS, CLUSTER_BUILD] as const;
export type Build = (typeof BUILDS)[number];

/** Call numbers as strace's `when=` has them: "3", "2+" (from the second on), "2..4", "2+3" (every third from the second on). */
const When = v.pipe(
  v.string(),
  v.regex(/^\d+(\.\.\d+)?(\+\d*)?$/, 'must be a call number such as "1", "2+" or "2..4"'),
);

/** One outcome with local storage. */
const LocalOutcome = v.object({
  wire: v.array(v.string()),
  syscalls: v.array(v.string()),
  logs: v.array(v.string()),
  response: v.optional(Answer),
  responses: v.optional(v.array(Answer)),
  errors: v.optional(v.array(v.string())),
  runs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** How workerd itself ended, if it did. */
  died: v.optional(v.union([v.string(), v.number()])),
});
export type LocalOutcome = v.InferOutput<typeof LocalOutcome>;

/** One outcome, of either format: only recordings with local storage tell of system calls. */
export type Outcome = LocalOutcome | ClusterOutcome;

const Fault = v.union(
  [v.strictObject({ fsync: When }), v.strictObject({ write: When })],
  'must be null, { "fsync": WHEN } or { "write": WHEN }',
);
export type Fault = v.InferOutput<typeof Fault>;

const LocalRecording = v.object({
  title: v.string(),
  shows: v.optional(v.string()),
  peer: v.nullish(Peer, {}),
  service: v.optional(v.picklist(["network", "worker"]), "network"),
  fault: v.nullish(Fault, null),
  requests: v.optional(v.pipe(v.array(v.union([Path, v.array(Path)])), v.minLength(1)), ["/"]),
  settleMs: v.optional(v.pipe(v.number(), v.minValue(0)), 300),
  v8Flags: v.optional(v.array(v.string()), []),
  observed: v.record(v.picklist(LOCAL_BUILDS), v.pipe(v.array(LocalOutcome), v.minLength(1))),
});

interface Handler {
  readonly name: string;
  /** The handler's source. */
  readonly source: string;
}

/** A handler and everything recorded about it with local storage. */
export type LocalScenario = v.InferOutput<typeof LocalRecording> & Handler & { readonly format: "local" };
/** The same with commits that go to a bucket. */
export type ClusterScenario = ClusterRecording & Handler & { readonly format: "cluster" };
export type Scenario = LocalScenario | ClusterScenario;

/** What a build was recorded doing. */
export function outcomesOf(scenario: Scenario, build: Build): readonly Outcome[] | undefined {
  const observed: Readonly<Partial<Record<Build, readonly Outcome[]>>> = scenario.observed;
  return observed[build];
}

/** What is wrong with a corpus: the file, the field as a path ("observed.main.0.wire"; "" for the whole file), and how. */
export interface CorpusError {
  readonly file: string;
  readonly field: string;
  readonly message: string;
}

/** One line for people. */
export function describeCorpusError({ file, field, message }: CorpusError): string {
  return field === "" ? `${file}: ${message}` : `${file}: ${field}: ${message}`;
}

/** What the outcome says about the client: the list of answers, in the order of the requests. */
export function answersOf(outcome: Outcome): readonly Answer[] {
  return outcome.responses ?? (outcome.response === undefined ? [] : [outcome.response]);
}

/** Facts of an outcome that must agree with each other; the first that does not. `answers` is how many there must be. */
function disagreement(outcome: Outcome, answers: number): { field: string; message: string } | null {
  if ("syscalls" in outcome) {
    const logged = outcome.syscalls
      .filter((entry) => entry.startsWith("log "))
      .map((entry) => entry.slice("log ".length));
    if (logged.join("\n") !== outcome.logs.join("\n"))
      return { field: "logs", message: "differs from the log lines in syscalls" };
  }
  const given = answersOf(outcome).length;
  return given === answers
    ? null
    : { field: "responses", message: `has ${given} answers to ${answers} requests` };
}

/** Whether the data is of the format with commits that go to a bucket. */
function isCluster(data: unknown): boolean {
  if (typeof data !== "object" || data === null || !("observed" in data)) return false;
  const { observed } = data;
  return typeof observed === "object" && observed !== null && CLUSTER_BUILD in observed;
}

/** Reads the scenario `name` from the texts of NAME.json and NAME.js. */
export function parseScenario(name: string, json: string, source: string): Result<Scenario, CorpusError> {
  const file = `${name}.json`;
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (error) {
    return err({
      file,
      field: "",
      message: `is not JSON (${error instanceof Error ? error.message : String(error)})`,
    });
  }
  const wrong = ([issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]) =>
    err({ file, field: v.getDotPath(issue) ?? "", message: issue.message });
  let scenario: Scenario;
  let answers: number;
  if (isCluster(data)) {
    const parsed = v.safeParse(ClusterRecording, data);
    if (!parsed.success) return wrong(parsed.issues);
    scenario = { ...parsed.output, format: "cluster", name, source };
    answers = scenario.requests.length;
  } else {
    const parsed = v.safeParse(LocalRecording, data);
    if (!parsed.success) return wrong(parsed.issues);
    scenario = { ...parsed.output, format: "local", name, source };
    answers = scenario.requests.flat().length;
  }
  for (const build of BUILDS) {
    for (const [index, outcome] of (outcomesOf(scenario, build) ?? []).entries()) {
      const contradiction = disagreement(outcome, answers);
      if (contradiction !== null) {
        const { field, message } = contradiction;
        return err({ file, field: `observed.${build}.${index}.${field}`, message });
      }
    }
  }
  return ok(scenario);
}
