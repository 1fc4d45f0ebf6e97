/*
 * A Worker behind connect(), reached in the process: its connect() handler is the far end (MODEL 4.3, 4.8). Between the two is
 * KJ's in-process pipe, which holds nothing (K11): a write stands in it until the handler reads, and what the handler has
 * written and nobody read is lost with the call. All of it is recorded. service-call.ts has what the object notices.
 *
 *     the object's end                          the Worker's end
 *     write ──> stands in the pipe ───────────> read: only now the write is done
 *     closed resolves, the read ends,  <─────── the call returns or throws: the end is dropped
 *     what is written is lost
 *     close(), the end of the object ─────────> the call is cancelled
 */
import type { SocketId } from "../base/ids.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./setup.ts";
import type { SocketState } from "./state.ts";

/** Whether a Worker is the far end of a connection: of what connect() has made. A fetch() has the network behind it. */
export function isServed({ service }: World, { use }: Pick<SocketState, "use">): boolean {
  return service === "worker" && use === "socket";
}

/** The object's end of the pipe is gone, and with it the call, which runs no more (4.7 step 4). */
export function cancelCall(d: Draft, id: SocketId): void {
  const { connection, actor, peer } = d.socket(id);
  if (peer.callOver) return;
  d.cause = d.emit({ kind: "outside", event: { type: "call-cancelled", socket: connection } }, { actor });
  leave(d, id);
}

/** The Worker's end of the pipe is dropped: what stands in the pipe goes with it, in both directions. */
export function leave(d: Draft, id: SocketId): void {
  d.patchPeer(id, { callOver: true, closed: true });
  d.patchSocket(id, { outbound: [], inbound: [], unread: [], taken: 0, sawFin: true });
}
