/*
 * A handler (NAME.js) and the circumstances it is recorded in (NAME.json), as the recorder reads them. What the fields mean
 * stands in ../README.md. A scenario with `commits` runs in cluster mode, every other one with local storage.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";

const flag = v.optional(v.boolean());
const ms = v.optional(v.pipe(v.number(), v.minValue(0)));
const text = v.optional(v.string());

const Peer = v.strictObject({
  refuse: flag,
  blackhole: flag,
  greet: text,
  echo: flag,
  reply: text,
  http: flag,
  websocket: flag,
  bulk: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  finOnAccept: flag,
  finOnData: flag,
  finAfterMs: ms,
  rstOnAccept: flag,
  rstOnData: flag,
  rstAfterMs: ms,
  readAfter: text,
  readAfterMs: ms,
  holdOpen: flag,
  sayAfterFinMs: ms,
  returnsAfterMs: ms,
  throwsAfterMs: ms,
});
/** How the far end behaves. */
export type PeerBehaviour = v.InferOutput<typeof Peer>;

const When = v.pipe(
  v.string(),
  v.regex(/^\d+(\.\.\d+)?(\+\d*)?$/, 'must be a call number such as "1", "2+" or "2..4"'),
);
const Fault = v.union([v.strictObject({ fsync: When }), v.strictObject({ write: When })]);
/** Which calls on the disk fail. */
export type Fault = v.InferOutput<typeof Fault>;

const Path = v.pipe(v.string(), v.startsWith("/"));

const LocalMeta = v.looseObject({
  // There is no order to name an entry of while it is made: it is read from the system calls afterwards.
  peer: v.nullish(v.omit(Peer, ["readAfter"]), {}),
  /** `worker`: connect() goes to the connect() handler of a Worker of the recorder's, which is the far end. */
  service: v.optional(v.picklist(["network", "worker"]), "network"),
  fault: v.nullish(Fault, null),
  requests: v.optional(v.pipe(v.array(v.union([Path, v.array(Path)])), v.minLength(1)), ["/"]),
  settleMs: v.optional(v.pipe(v.number(), v.minValue(0)), 300),
  v8Flags: v.optional(v.array(v.string()), []),
});
/** The circumstances of a run with local storage. */
export type LocalMeta = v.InferOutput<typeof LocalMeta>;

const Entries = v.union([v.string(), v.array(v.string())]);
const Rule = v.strictObject({
  confirmAfterMs: ms,
  confirmAfter: v.optional(Entries),
  after: v.optional(Entries),
  ms,
  failWith: v.optional(v.union([v.number(), v.literal("reset")])),
  apply: flag,
  never: flag,
});
/** What the bucket does with one request. */
export type Rule = v.InferOutput<typeof Rule>;

const TimedRequest = v.strictObject({
  path: Path,
  atMs: ms,
  after: text,
  ms,
  disconnectAfterMs: ms,
  disconnectAfter: text,
});
/** A request that does not simply follow the one before. */
export type TimedRequest = v.InferOutput<typeof TimedRequest>;

const ClusterMeta = v.looseObject({
  peer: v.nullish(Peer, {}),
  commits: v.array(v.union([Rule, v.array(Rule)])),
  checks: v.optional(v.array(Rule), []),
  requests: v.optional(v.pipe(v.array(v.union([Path, v.array(Path), TimedRequest])), v.minLength(1)), ["/"]),
  settleMs: v.optional(v.pipe(v.number(), v.minValue(0)), 300),
  timeoutMs: v.optional(v.pipe(v.number(), v.minValue(0)), 45_000),
  watchBody: v.optional(v.boolean(), false),
  v8Flags: v.optional(v.array(v.string()), []),
  /** How often it is run, whatever was asked for: some take half a minute. */
  runs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
/** The circumstances of a run in cluster mode. */
export type ClusterMeta = v.InferOutput<typeof ClusterMeta>;

/** A handler with its files. `json` is NAME.json as it stands, with what has been recorded so far. */
export type Scenario = {
  readonly name: string;
  readonly source: string;
  readonly jsonFile: string;
  readonly json: Readonly<Record<string, unknown>>;
} & (
  | { readonly mode: "local"; readonly meta: LocalMeta }
  | { readonly mode: "cluster"; readonly meta: ClusterMeta }
);

function parseMeta<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
  file: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`${file}: ${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}

/** Reads the scenario of a handler's file. A handler without NAME.json runs in the default circumstances, locally. */
export function readScenario(handlerFile: string): Scenario {
  const jsonFile = handlerFile.replace(/\.js$/, ".json");
  let json: unknown = {};
  try {
    if (existsSync(jsonFile)) json = JSON.parse(readFileSync(jsonFile, "utf8"));
  } catch (error) {
    throw new Error(`${jsonFile} is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const base = {
    name: path.basename(handlerFile, ".js"),
    source: readFileSync(handlerFile, "utf8"),
    jsonFile,
    json: parseMeta(v.record(v.string(), v.unknown()), json, jsonFile),
  };
  if (Object.hasOwn(base.json, "commits")) {
    return { ...base, mode: "cluster", meta: parseMeta(ClusterMeta, json, jsonFile) };
  }
  return { ...base, mode: "local", meta: parseMeta(LocalMeta, json, jsonFile) };
}

/** The handlers that the arguments name: files, or folders of them. */
export function findHandlers(places: readonly string[]): readonly string[] {
  return places.flatMap((place) => {
    if (!existsSync(place)) throw new Error(`There is no ${place}.`);
    if (!statSync(place).isDirectory()) return [place];
    const files = readdirSync(place).filter((file) => file.endsWith(".js"));
    if (files.length === 0) throw new Error(`There is no handler (NAME.js) in ${place}.`);
    return files.sort().map((file) => path.join(place, file));
  });
}
