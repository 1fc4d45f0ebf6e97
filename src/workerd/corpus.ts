/*
 * src/workerd: what real workerd was recorded doing, as data. It reads a corpus of recordings (this file), turns their
 * text into comparable entries (recording.ts), follows the model along them (follow.ts) and makes wrong variants of them
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

/** The recorded builds, oldest first. */
export const BUILDS = ["ungated", "autogate-off", "autogate-on", "main"] as const;
export type Build = (typeof BUILDS)[number];

/** Call numbers as strace's `when=` has them: "3", "2+" (from the second on), "2..4", "2+3" (every third from the second on). */
const When = v.pipe(
  v.string(),
  v.regex(/^\d+(\.\.\d+)?(\+\d*)?$/, 'must be a call number such as "1", "2+" or "2..4"'),
);

const Answer = v.object({ status: v.number(), body: v.optional(v.string()) });
export type Answer = v.InferOutput<typeof Answer>;

const Outcome = v.object({
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
export type Outcome = v.InferOutput<typeof Outcome>;

const optionalFlag = v.optional(v.boolean());
const optionalMs = v.optional(v.pipe(v.number(), v.minValue(0)));

/** Behaviours beyond these are kept under their names: whoever cannot play them has to say so. */
const Peer = v.looseObject({
  refuse: optionalFlag,
  blackhole: optionalFlag,
  greet: v.optional(v.string()),
  echo: optionalFlag,
  reply: v.optional(v.string()),
  finOnAccept: optionalFlag,
  rstOnAccept: optionalFlag,
  rstAfterMs: optionalMs,
  readAfterMs: optionalMs,
  holdOpen: optionalFlag,
});
export type Peer = v.InferOutput<typeof Peer>;

const Fault = v.union(
  [v.strictObject({ fsync: When }), v.strictObject({ write: When })],
  'must be null, { "fsync": WHEN } or { "write": WHEN }',
);
export type Fault = v.InferOutput<typeof Fault>;

const Path = v.pipe(v.string(), v.startsWith("/"));

const Recorded = v.object({
  title: v.string(),
  shows: v.optional(v.string()),
  peer: v.nullish(Peer, {}),
  fault: v.nullish(Fault, null),
  requests: v.optional(v.pipe(v.array(v.union([Path, v.array(Path)])), v.minLength(1)), ["/"]),
  settleMs: v.optional(v.pipe(v.number(), v.minValue(0)), 300),
  v8Flags: v.optional(v.array(v.string()), []),
  observed: v.record(v.picklist(BUILDS), v.pipe(v.array(Outcome), v.minLength(1))),
});

/** A handler and everything recorded about it. */
export type Scenario = v.InferOutput<typeof Recorded> & {
  readonly name: string;
  /** The handler's source. */
  readonly source: string;
};

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

/** Facts of an outcome that must agree with each other; the first that does not. */
function disagreement(outcome: Outcome, requests: number): { field: string; message: string } | null {
  const logged = outcome.syscalls
    .filter((entry) => entry.startsWith("log "))
    .map((entry) => entry.slice("log ".length));
  if (logged.join("\n") !== outcome.logs.join("\n")) {
    return { field: "logs", message: "differs from the log lines in syscalls" };
  }
  const answers = answersOf(outcome).length;
  if (answers !== requests) {
    return { field: "responses", message: `has ${answers} answers to ${requests} requests` };
  }
  return null;
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
  const parsed = v.safeParse(Recorded, data);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return err({ file, field: v.getDotPath(issue) ?? "", message: issue.message });
  }
  const requests = parsed.output.requests.flat().length;
  for (const [build, outcomes] of Object.entries(parsed.output.observed)) {
    for (const [index, outcome] of outcomes.entries()) {
      const wrong = disagreement(outcome, requests);
      if (wrong !== null) {
        return err({ file, field: `observed.${build}.${index}.${wrong.field}`, message: wrong.message });
      }
    }
  }
  return ok({ ...parsed.output, name, source });
}
