/*
 * What both formats of recordings say alike: the far end's ways, paths, answers.
 */
import * as v from "valibot";

const optionalFlag = v.optional(v.boolean());
const optionalMs = v.optional(v.pipe(v.number(), v.minValue(0)));

/** What the far end does. Behaviours beyond these are kept under their names: whoever cannot play them has to say so. */
export const Peer = v.looseObject({
  refuse: optionalFlag,
  blackhole: optionalFlag,
  greet: v.optional(v.string()),
  echo: optionalFlag,
  reply: v.optional(v.string()),
  finOnAccept: optionalFlag,
  rstOnAccept: optionalFlag,
  finOnData: optionalFlag,
  rstOnData: optionalFlag,
  finAfterMs: optionalMs,
  sayAfterFinMs: optionalMs,
  tls: optionalFlag,
  http: optionalFlag,
  websocket: optionalFlag,
  rstAfterMs: optionalMs,
  readAfterMs: optionalMs,
  holdOpen: optionalFlag,
  returnsAfterMs: optionalMs,
  throwsAfterMs: optionalMs,
});
export type Peer = v.InferOutput<typeof Peer>;

export const Path = v.pipe(v.string(), v.startsWith("/"));

/** What a client got: an answer, or the error code with which its connection ended. */
export const Answer = v.union([
  v.object({ status: v.number(), body: v.optional(v.string()) }),
  v.object({ error: v.string(), body: v.optional(v.string()) }),
]);
export type Answer = v.InferOutput<typeof Answer>;

/** The status of an answer; null when there was none. */
export function statusOf(answer: Answer | undefined): number | null {
  return answer !== undefined && "status" in answer ? answer.status : null;
}
