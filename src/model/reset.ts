/*
 * A reset by the far end, as the object's host notices it (MODEL 4.8, RST row).
 */
import type { SocketId } from "../base/ids.ts";
import type { Draft } from "./draft.ts";
import { tearDown } from "./network.ts";

/** Whether anything looks at the connection: a runtime that reads on demand learns of a reset from a read, a pipe or a write only. */
export function isNoticed(d: Draft, id: SocketId): boolean {
  const { readRef, pumpTo, chunk, inSink } = d.socket(id);
  return d.design.readsAhead || readRef !== 0 || pumpTo !== null || chunk !== null || inSink;
}

/** The runtime has noticed: the connection is over, and JavaScript hears of it. */
export function socketIsReset(d: Draft, id: SocketId): void {
  const { stage, torn, actor, section } = d.socket(id);
  if (stage !== "open" || torn) return;
  if (d.design.closesWhenBothEnded) tearDown(d, id);
  d.armBreadthFirst({
    type: "js",
    actor,
    section,
    entry: { type: "disconnected", socket: id },
    cause: d.cause,
  });
}
