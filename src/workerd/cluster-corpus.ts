/*
 * Recordings of workerd in cluster mode: commits go to a bucket that holds, confirms, refuses or forgets them as the scenario
 * says, so the gate really stays closed. NAME.json differs from the format with local storage (corpus.ts) in
 *
 *     "commits": [{ "confirmAfterMs": 300 }, [{ "failWith": 503, "ms": 200 }, { "confirmAfterMs": 200 }]], "checks": [...],
 *     "requests": ["/", { "path": "/other", "after": "commit 1 sent" }],
 *     "observed": { "main-cluster": [{ "order": ["request /", "commit 1 sent", "commit 1 durable", "connect", ...],
 *                                      "wire": ["accept"], "response": { "status": 200, "body": "ok" }, "runs": 5 }] }
 *
 * `order` is one order over what workerd did and what the recorder's own client, far end and bucket did and saw.
 */
import * as v from "valibot";
import { Answer, Path, Peer } from "./peer.ts";

/** The build that was recorded in cluster mode. */
export const CLUSTER_BUILD = "main-cluster";

const Ms = v.pipe(v.number(), v.minValue(0));

/** What the bucket does with one attempt of a commit, or with a check. Without a rule it confirms at once. */
const Rule = v.union(
  [
    v.strictObject({ confirmAfterMs: Ms }),
    v.strictObject({ confirmAfter: v.string(), ms: v.optional(Ms, 0) }),
    v.strictObject({
      failWith: v.union([v.pipe(v.number(), v.integer()), v.literal("reset")]),
      ms: v.optional(Ms, 0),
      apply: v.optional(v.boolean(), false),
    }),
    v.strictObject({ never: v.literal(true) }),
  ],
  'must be { "confirmAfterMs": N }, { "confirmAfter": ENTRY, "ms": N }, { "failWith": STATUS or "reset", "ms": N } or { "never": true }',
);
export type Rule = v.InferOutput<typeof Rule>;

/** A path, requested when the one before is answered; or at a time; or when an entry of the order is seen. */
const Request = v.union([
  Path,
  v.array(Path),
  v.strictObject({
    path: Path,
    atMs: v.optional(Ms),
    after: v.optional(v.string()),
    ms: v.optional(Ms),
    disconnectAfterMs: v.optional(Ms),
  }),
]);
export type ClusterRequest = v.InferOutput<typeof Request>;

const ClusterOutcome = v.object({
  order: v.array(v.string()),
  wire: v.array(v.string()),
  response: v.optional(Answer),
  responses: v.optional(v.array(Answer)),
  errors: v.optional(v.array(v.string())),
  runs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
export type ClusterOutcome = v.InferOutput<typeof ClusterOutcome>;

export const ClusterRecording = v.object({
  title: v.string(),
  shows: v.optional(v.string()),
  peer: v.nullish(Peer, {}),
  commits: v.optional(v.array(v.union([Rule, v.pipe(v.array(Rule), v.minLength(1))])), []),
  checks: v.optional(v.array(Rule), []),
  requests: v.optional(v.pipe(v.array(Request), v.minLength(1)), ["/"]),
  settleMs: v.optional(Ms, 300),
  v8Flags: v.optional(v.array(v.string()), []),
  watchBody: v.optional(v.boolean(), false),
  observed: v.object({ [CLUSTER_BUILD]: v.pipe(v.array(ClusterOutcome), v.minLength(1)) }),
});
export type ClusterRecording = v.InferOutput<typeof ClusterRecording>;
