/*
 * The call of a Worker's connect() handler, as the object's end of the pipe notices it (MODEL 4.8): the handler reads, or its
 * call is over.
 */
import type { SocketId } from "../base/ids.ts";
import { enter } from "./connections.ts";
import type { Draft } from "./draft.ts";
import { serviceReturns } from "./lifetimes/connection.ts";
import { deliver } from "./readable.ts";
import { failInPipe } from "./reset.ts";
import { leave } from "./service.ts";
import { chunkIsTaken } from "./sink.ts";
import { writeIsTaken } from "./writable.ts";

/** The call returns or throws after it has accepted: to the object it is all the same. */
export function endCall(d: Draft, id: SocketId, type: "service-returns" | "service-throws"): void {
  d.cause = d.socket(id).cause;
  d.cause = d.emit({ kind: "outside", event: { type, socket: d.socket(id).connection } });
  leave(d, id);
  serviceReturns(d, id, "service.connect() has ended");
  noticeEnd(d, id);
}

/**
 * The other end of the pipe is gone: what stands in it fails, the watch task reports unless the object has sent its end (SK1),
 * and a pending read ends. What is written later fails when it comes to the pipe.
 */
export function noticeEnd(d: Draft, id: SocketId): void {
  const socket = d.socket(id);
  if (socket.stage !== "open" || socket.torn) return;
  if (d.design.refusedWriteFailsFirst) failInPipe(d, id);
  if (!socket.finSent) enter(d, socket, { type: "pipe-ended", socket: id });
  if (!d.design.refusedWriteFailsFirst) failInPipe(d, id);
  deliver(d, id);
}

/** The handler has read what stood in the pipe: only now it is done. */
export function takeFromPipe(d: Draft, id: SocketId): void {
  const { queue, chunk } = d.socket(id);
  const [front] = queue;
  if (chunk?.sent === true) chunkIsTaken(d, id, chunk);
  else if (front?.sent === true) writeIsTaken(d, id, front);
}
