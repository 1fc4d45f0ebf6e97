/*
 * A far end that is gone, as the object's host notices it (MODEL 4.8): it has reset the connection, or left the pipe.
 */
import type { SocketId } from "../base/ids.ts";
import { CONNECTION_LOST } from "./break-error.ts";
import { enter } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { tearDown } from "./network.ts";
import type { SocketState } from "./state.ts";

/** Whether anything looks at the connection: a runtime that reads on demand learns of a reset from a read, a pipe or a write only. */
export function isNoticed(d: Draft, id: SocketId): boolean {
  const { readRef, pumpTo, chunk, inSink } = d.socket(id);
  return d.design.readsAhead || readRef !== 0 || pumpTo !== null || chunk !== null || inSink;
}

/** Whether nobody is at the other end any more, and the object's host knows. */
export function isLost({ peer, sawRst, stage, isClosing }: SocketState): boolean {
  return peer.callOver || (sawRst && stage === "closed" && !isClosing);
}

/** What stands in the pipe, or comes to it now, fails: nobody is at its other end. */
export function failInPipe(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  const [front] = socket.queue;
  const error = CONNECTION_LOST;
  if (socket.chunk !== null) enter(d, socket, { type: "pipe-failed", socket: id, error });
  else if (socket.inSink && front?.type === "write")
    enter(d, socket, { type: "write-failed", socket: id, event: front.id, error });
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
