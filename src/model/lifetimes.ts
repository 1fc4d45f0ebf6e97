/*
 * Lifetimes of the C++ objects behind a socket (MODEL 5): who is made when, who borrows whom, and in which order they are
 * destroyed. Members die in reverse order of declaration (K12), so the order below is the declaration order.
 */
import type { ActorId, SocketId, ThingId } from "../base/ids.ts";
import type { Draft } from "./draft.ts";
import type { ThingType } from "./records.ts";

/** Makes a thing. */
export function makeThing(
  d: Draft,
  type: ThingType,
  name: string,
  owner: ThingId | null,
  socket: SocketId | null,
): ThingId {
  const id = (d.s.things.length + 1) as ThingId;
  d.s.things = [...d.s.things, { id, type, alive: true }];
  d.emit({ kind: "made", thing: id, type, name, owner, socket });
  return id;
}

function borrow(d: Draft, holder: ThingId, target: ThingId, edge: string): void {
  d.s.borrows = [...d.s.borrows, { holder, target, edge }];
  d.emit({ kind: "borrows", holder, target, edge });
}

/** What connect() makes: the Socket, its ConnectionData with three members, both streams and the frame that connects (MODEL 4.2, 4.3, 5.1). */
export function makeSocketThings(
  d: Draft,
  socket: SocketId,
  context: ThingId,
): NonNullable<ReturnType<Draft["socket"]>["things"]> {
  const things = {
    socket: makeThing(d, "Socket", `Socket ${socket}`, context, socket),
    readable: makeThing(d, "readable", "readable source", context, socket),
    writable: makeThing(d, "writable", "writable sink", context, socket),
    connectionData: makeThing(d, "ConnectionData", "ConnectionData", context, socket),
  };
  const owner = things.connectionData;
  const members = {
    connectionStream: makeThing(d, "connectionStream", "connectionStream", owner, socket),
    watchTask: makeThing(d, "watchForDisconnectTask", "watchForDisconnectTask", owner, socket),
    tlsStarter: makeThing(d, "tlsStarter", "tlsStarter", owner, socket),
  };
  const connectFrame = makeThing(
    d,
    "connectFrame",
    d.design.slotEdge === "D3" ? "connect frame (promised interface)" : "service.connect frame",
    members.connectionStream,
    socket,
  );
  borrow(d, members.watchTask, members.connectionStream, "D1");
  borrow(d, connectFrame, members.tlsStarter, d.design.slotEdge);
  return { ...things, ...members, connectFrame };
}

/** Destroys one thing. A frame that still points to it but cannot run any more makes the order fragile, not wrong (S14, D3). */
export function destroyThing(d: Draft, id: ThingId, reason: string): void {
  if (!d.thing(id).alive) return;
  d.s.destroyedCount++;
  d.s.things = d.s.things.map((thing) => (thing.id === id ? { ...thing, alive: false } : thing));
  d.emit({ kind: "destroyed", thing: id, order: d.s.destroyedCount, reason });
  for (const edge of d.s.borrows) {
    if (edge.target === id && d.thing(edge.holder).alive) d.emit({ kind: "fragile-order", ...edge });
  }
}

/** ConnectionData dies, members in reverse order; then the streams; the last reference takes the connection and its frame with it (MODEL 5.4, K8). */
export function destroyConnection(d: Draft, socketId: SocketId, reason: string): void {
  const { things } = d.socket(socketId);
  if (things === null) return;
  for (const id of [things.tlsStarter, things.watchTask, things.connectionData]) destroyThing(d, id, reason);
  for (const id of [things.writable, things.readable]) destroyThing(d, id, reason);
  destroyThing(d, things.connectionStream, "the last reference to the stream is gone");
  destroyThing(d, things.connectFrame, "cancelled with the stream it belongs to");
}

/** The IoContext of an object ends: sockets newest first, then the context, then its gate (MODEL 5.4, D10). */
export function destroyContext(d: Draft, actorId: ActorId, reason: string): void {
  const actor = d.actor(actorId);
  for (const socket of d.s.sockets.toReversed()) {
    if (socket.actor !== actorId || socket.things === null) continue;
    destroyConnection(d, socket.id, reason);
    destroyThing(d, socket.things.socket, reason);
  }
  destroyThing(d, actor.thing, reason);
  destroyThing(d, actor.gateThing, reason);
}
