/*
 * Settling a socket's `opened` and `closed`, and what close() gave: each at most once (S9), the first one wins.
 */
import type { SocketId } from "../base/ids.ts";
import type { ErrorClass } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import { closeIsDone, statusIsKnown } from "./lifetimes/connection.ts";

/** Resolves `opened` with the addresses, or rejects it. */
export function settleOpened(d: Draft, id: SocketId, error: string | null): void {
  const socket = d.socket(id);
  if (socket.opened !== "pending") return;
  const js = d.js();
  statusIsKnown(d, id);
  d.patchSocket(id, { opened: error === null ? "resolved" : "rejected" });
  d.emit({
    kind: "promise-settles",
    promise: `socket ${id} opened`,
    outcome: error === null ? "resolved" : "rejected",
    text: error ?? "",
  });
  if (error === null)
    js.resolve(
      { ref: socket.openedRef },
      js.newObject({ remoteAddress: socket.address, localAddress: undefined }),
    );
  else js.reject({ ref: socket.openedRef }, js.newError("Error", error));
}

/** Resolves `closed`, or rejects it. */
export function settleClosed(
  d: Draft,
  id: SocketId,
  error: string | null,
  className: ErrorClass = "Error",
): void {
  const socket = d.socket(id);
  if (socket.closed !== "pending") return;
  const js = d.js();
  d.patchSocket(id, { closed: error === null ? "resolved" : "rejected" });
  d.emit({
    kind: "promise-settles",
    promise: `socket ${id} closed`,
    outcome: error === null ? "resolved" : "rejected",
    text: error ?? "",
  });
  if (error === null) js.resolve({ ref: socket.closedRef }, undefined);
  else js.reject({ ref: socket.closedRef }, js.newError(className, error));
}

/** close() is done: what it gave resolves, if somebody called it. */
export function resolveClose(d: Draft, id: SocketId): void {
  const { closeRef } = d.socket(id);
  closeIsDone(d, id);
  if (closeRef === 0) return;
  d.patchSocket(id, { closeRef: 0 });
  d.js().resolve({ ref: closeRef }, undefined);
}
