/*
 * What an object's life is made of, and how it ends: the members of Actor::Impl and IoContext in reverse order of
 * declaration (MODEL 2.3 step 8, 5.4, D10, D11).
 */
import type { ActorId, CommitId, ThingId } from "../../base/ids.ts";
import type { Draft } from "../draft.ts";
import { destroyConnectionData, destroyStreams, destroyTakenStream } from "./connection.ts";
import { borrow, destroyThing, makeThing, sweep } from "./things.ts";

/** The C++ objects of a new life. Actor::Impl declares its storage backend before the gate, and the context last. */
export function makeContext(
  d: Draft,
  object: string,
  life: number,
): { readonly thing: ThingId; readonly gateThing: ThingId; readonly storageThing: ThingId } {
  const of = `of ${object}, life ${life}`;
  const backend = d.world.backend === "sqlite" ? "ActorSqlite" : "ActorCache";
  const storageThing = makeThing(d, "storage", `${backend} ${of}`, null, null);
  const gateThing = makeThing(d, "OutputGate", `OutputGate ${of}`, null, null);
  const thing = makeThing(d, "IoContext", `IoContext ${of}`, null, null);
  return { thing, gateThing, storageThing };
}

/** lockWhile() is a coroutine inside the storage backend that has the gate by reference (D11). */
export function makeLockFrame(d: Draft, actorId: ActorId, commit: CommitId): ThingId {
  const { storageThing, gateThing } = d.actor(actorId);
  const frame = makeThing(d, "lockWhileFrame", `lockWhile frame of commit ${commit}`, storageThing, null);
  borrow(d, frame, gateThing, "D11");
  return frame;
}

/** The lock has settled: its coroutine has run to its end. */
export function lockFrameIsDone(d: Draft, frame: ThingId): void {
  destroyThing(d, frame, "its lock has settled");
}

/** A life ends: everything that it owned goes at once, and nothing runs in between. */
export function destroyContext(d: Draft, actorId: ActorId, reason: string): void {
  const { thing, gateThing, storageThing, locks } = d.actor(actorId);
  const sockets = d.s.sockets.filter((socket) => socket.actor === actorId).toReversed();
  d.patchActor(actorId, { deleteQueue: [] });
  sweep(d, (dying) => {
    // First the tasks (D8), then the objects, newest first: ConnectionData, sink, source (5.4).
    for (const { things } of sockets) {
      dying.destroy(things.blockedWrite, "tasks are cancelled before anything else");
      dying.destroy(things.statusTask, "tasks are cancelled before anything else");
    }
    for (const { id } of sockets) {
      destroyTakenStream(d, id, dying, reason);
      destroyConnectionData(d, id, dying, reason);
      destroyStreams(d, id, dying, reason);
    }
    dying.destroy(thing, reason);
    dying.destroy(gateThing, "declared before the context");
    for (const lock of locks) dying.destroy(d.lock(lock).thing, "cancelled with the storage backend");
    dying.destroy(storageThing, "declared before the gate");
    // JavaScript's own objects are left to the garbage collector; no code of theirs runs any more.
    for (const { things } of sockets) {
      dying.destroy(things.closeTask, "left to the garbage collector");
      dying.destroy(things.addressStr, "a member of the Socket");
      dying.destroy(things.Socket, "left to the garbage collector");
    }
  });
}
