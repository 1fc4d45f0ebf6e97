/*
 * What the worker says is parsed before it is believed: a crash may cut it off, a stale page may have a newer worker. The
 * envelope and the outline of the contents are checked; what is inside a run is made by our own code on the other side.
 */
import * as v from "valibot";
import { type FromWorker, PROTOCOL_VERSION } from "./protocol.ts";

const version = v.literal(PROTOCOL_VERSION);
const id = v.pipe(v.number(), v.integer(), v.minValue(1));
const plainObject = v.looseObject({});

const handlerError = v.object({
  message: v.string(),
  line: v.number(),
  column: v.number(),
  construct: v.string(),
});
const runError = v.object({ message: v.string(), position: v.number(), key: v.string() });
const run = v.looseObject({
  records: v.array(plainObject),
  steps: v.array(plainObject),
  givenSteps: v.number(),
});

const done = v.variant("type", [
  v.object({ type: v.literal("compiled"), program: plainObject, tokens: v.array(plainObject) }),
  v.object({ type: v.literal("rejected"), error: handlerError }),
  v.object({ type: v.literal("ran"), run, dropped: v.array(v.string()) }),
  v.object({ type: v.literal("refused"), error: runError }),
]);

const fromWorker = v.union([
  v.object({ version, ready: v.literal(true) }),
  v.object({ version, id, done }),
  v.object({ version, id, progress: v.number() }),
  v.object({ version, id, cancelled: v.literal(true) }),
  v.object({ version, id, crashed: v.string() }),
]);

/** What the worker sent, or null when it is no message of this protocol and version. */
export function parseFromWorker(data: unknown): FromWorker | null {
  return v.is(fromWorker, data) ? (data as FromWorker) : null;
}
