/*
 * A far end that is gone, as the object's host notices it (MODEL 4.8): it has reset the connection, or left the pipe.
 */
import type { SocketId } from "../base/ids.ts";
import { CONNECTION_LOST } from "./break-error.ts";
import { enter } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { tearDown } from "./network.ts";
import type { SocketState } from "./state.ts";

/** A reset arrives. A runtime that reads on demand learns of it from a read, a pipe or a write only. */
export function resetArrives(d: Draft, id: SocketId): void {
  const { readRef, pumpTo, chunk, inSink, unread } = d.socket(id);
  const isRead = readRef !== 0 || (pumpTo !== null && unread.length === 0);
  if (d.design.readsAhead || isRead || chunk !== null || inSink) socketIsReset(d, id, isRead);
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

/**
 * The runtime has noticed: the connection is over, and JavaScript hears of it. What arrived before is read first: what was read
 * ahead stands in the pipe, and nobody looks further while it does. Where a write has noticed, it is lost and the stream has
 * ended (all of it run on workerd).
 */
export function socketIsReset(d: Draft, id: SocketId, isRead: boolean): void {
  const { stage, torn, actor, section, unread, readable } = d.socket(id);
  if (stage !== "open" || torn || (d.design.readsAhead && unread.length > 0)) return;
  if (!isRead && !d.design.readsAhead && readable === "open") d.patchSocket(id, { readable: "ended" });
  if (d.design.closesWhenBothEnded) tearDown(d, id);
  d.armBreadthFirst({
    type: "js",
    actor,
    section,
    entry: { type: "disconnected", socket: id },
    cause: d.cause,
  });
}
