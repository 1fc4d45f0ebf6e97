/*
 * The garbage collector takes a Socket, and what becomes of the ConnectionData that it owned through an IoOwn (MODEL 5.3,
 * 5.4, 5.5). Which sockets JavaScript can still reach is not decided here.
 */
import type { ActorId, SocketId } from "../../base/ids.ts";
import type { Draft } from "../draft.ts";
import { connectIsLost } from "../gate.ts";
import { tearDown } from "../network.ts";
import type { Deletion } from "../state.ts";
import { destroyConnectionData, destroyStreams } from "./connection.ts";
import { isHeld, type Sweep, sweep } from "./things.ts";

/** Whether a strong pointer from C++ keeps a Socket that JavaScript cannot reach: until its status is known (D13), or while close() waits (D12). */
export function isHeldByTasks(d: Draft, id: SocketId): boolean {
  const { things } = d.socket(id);
  return things.Socket !== undefined && isHeld(d, things.Socket);
}

/**
 * The Socket is destroyed: first its address, which is declared after connectionData, then the IoOwn of its ConnectionData.
 * If JavaScript of its context is running, ConnectionData goes at once; otherwise it stands in the deletion queue (5.4).
 */
export function collectSocket(
  d: Draft,
  id: SocketId,
  { isInContext, withStreams }: { readonly isInContext: boolean; readonly withStreams: boolean },
): void {
  const { actor, things } = d.socket(id);
  d.patchSocket(id, { collected: true });
  sweep(d, (dying) => {
    if (d.design.lifetimes.address === "borrowed") dying.destroy(things.addressStr, "a member of the Socket");
    if (isInContext)
      dropCollected(d, { socket: id, withStreams }, dying, "the garbage collector took the Socket");
    else if (things.ConnectionData !== undefined && d.thing(things.ConnectionData).alive) {
      const why = "no JavaScript of its context is running";
      d.emit({ kind: "deletion-queued", thing: things.ConnectionData, why }, { actor });
      d.patchActor(actor, { deleteQueue: [...d.actor(actor).deleteQueue, { socket: id, withStreams }] });
      if (d.design.lifetimes.deletionWakes)
        d.armBreadthFirst({ type: "drain-deletions", actor, cause: d.cause });
    }
    dying.destroy(things.Socket, "the garbage collector took it");
  });
}

/** The context is entered, or woken: what stands in its deletion queue is destroyed, in the order of queueing. */
export function drainDeletions(d: Draft, actorId: ActorId): void {
  const { deleteQueue } = d.actor(actorId);
  if (deleteQueue.length === 0) return;
  d.patchActor(actorId, { deleteQueue: [] });
  for (const entry of deleteQueue)
    sweep(d, (dying) => dropCollected(d, entry, dying, "taken from the deletion queue"));
}

/** The streams that JavaScript still has keep the connection, without its ConnectionData (SK3, 5.5). */
function dropCollected(d: Draft, { socket: id, withStreams }: Deletion, dying: Sweep, reason: string): void {
  destroyConnectionData(d, id, dying, reason);
  if (d.socket(id).stage === "deferred" && d.design.lifetimes.deferred === "connectTask") {
    connectIsLost(d, id, "its connectTask was destroyed with ConnectionData");
    d.patchSocket(id, { stage: "failed", torn: true });
  }
  if (withStreams) dropCollectedStreams(d, id, dying, reason);
}

/** The streams of a Socket that was collected before them. */
export function collectStreams(d: Draft, id: SocketId, reason: string): void {
  sweep(d, (dying) => dropCollectedStreams(d, id, dying, reason));
}

/** The last references to the stream are collected: the connection ends, whatever the gate holds (MODEL 2.4: not gated). */
export function dropCollectedStreams(d: Draft, id: SocketId, dying: Sweep, reason: string): void {
  destroyStreams(d, id, dying, reason);
  tearDown(d, id);
  const { stage, actor } = d.socket(id);
  if (stage === "closed" || stage === "failed") return;
  d.patchSocket(id, { stage: "closed" });
  d.emit({ kind: "socket-closed", socket: id, why: "the garbage collector took it" }, { actor });
}
