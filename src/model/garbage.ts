/*
 * Garbage collection of sockets (MODEL 5.4, 5.5, 8.3): which of them JavaScript cannot reach any more, and what happens when
 * the collector takes one. It is a choice of the environment; globalThis.gc(), which V8 has with --expose-gc, makes it at
 * once.
 */
import type { ActorId, SocketId } from "../base/ids.ts";
import type { HostObject } from "../handler/host.ts";
import { reachableHosts } from "../handler/machine.ts";
import { designOf } from "./designs/index.ts";
import type { Draft } from "./draft.ts";
import { rootsOf } from "./encode.ts";
import { collectSocket, collectStreams } from "./lifetimes/collection.ts";
import { isHeldIn } from "./lifetimes/things.ts";
import type { Actor, SocketState, State } from "./state.ts";
import { socketBehind } from "./stream-locks.ts";

/** What of a socket is garbage. */
export interface Garbage {
  readonly socket: SocketId;
  /** Its streams too: with them goes the connection. */
  readonly withStreams: boolean;
}

/** Sockets of an object that its handler cannot reach and that nothing in C++ holds. */
export function garbageOf(state: State, actor: Actor, hosts?: readonly HostObject[]): readonly Garbage[] {
  if (actor.context !== "live") return [];
  const candidates = state.sockets.filter((socket) => socket.actor === actor.id && mayBeTaken(state, socket));
  if (candidates.length === 0) return [];
  const reached = hosts ?? reachableHosts(actor.machine, rootsOf(state, actor));
  return candidates.flatMap((socket) => {
    const { id, collected } = socket;
    if (!collected && reached.some((host) => host.type === "Socket" && host.id === id)) return [];
    const isKept =
      hasPending(socket) ||
      reached.some((host) => host.type !== "Socket" && socketBehind(state, host) === id);
    if (isKept && collected) return [];
    return [{ socket: id, withStreams: !isKept }];
  });
}

function mayBeTaken({ setup, things, borrows }: State, socket: SocketState): boolean {
  if (socket.torn) return false;
  if (socket.collected) return true;
  const { Socket } = socket.things;
  const { watchHoldsSocket, closeHoldsSocket } = designOf(setup.design).lifetimes;
  // Until its status is known (D13), while close() waits (D12), or while the watch task has it: but a close() that has only
  // a raw pointer counts on nobody, and its source was changed because the Socket did go (D12).
  const isWatched = watchHoldsSocket && !socket.finSent && !socket.sawRst;
  const isClosedRaw = socket.isClosing && !closeHoldsSocket && socket.closeRef !== 0;
  return Socket !== undefined && !isHeldIn(things, borrows, Socket) && (isClosedRaw || !isWatched);
}

/** What has been asked for and not been answered is held by the task that will answer it. */
function hasPending({ readRef, queue }: SocketState): boolean {
  return readRef !== 0 || queue.length > 0;
}

/** The garbage collector takes a socket, or what is left of it. */
export function takeSocket(d: Draft, garbage: Garbage, isInContext: boolean): void {
  const { socket: id, withStreams } = garbage;
  const { actor, collected } = d.socket(id);
  d.actorId = actor;
  d.cause = d.emit({ kind: "collected", socket: id, withStreams }, { actor });
  if (collected) collectStreams(d, id, "the garbage collector took the streams");
  else collectSocket(d, id, { isInContext, withStreams });
}

/** The environment's choice: no JavaScript is running. */
export function collectorTakes(d: Draft, id: SocketId): void {
  d.cause = d.socket(id).cause;
  const garbage = garbageOf(d.s, d.actor(d.socket(id).actor)).find(({ socket }) => socket === id);
  if (garbage !== undefined) takeSocket(d, garbage, false);
}

/** globalThis.gc(): takes what an earlier one has met already (a wrapper goes in two rounds, as recordings show). */
export function collectNow(d: Draft, actorId: ActorId): void {
  const hosts = d.js().reachableHosts(rootsOf(d.s, d.actor(actorId)));
  for (const garbage of garbageOf(d.s, d.actor(actorId), hosts)) {
    if (d.socket(garbage.socket).metByCollector) takeSocket(d, garbage, true);
  }
  for (const socket of d.s.sockets)
    if (socket.actor === actorId) d.patchSocket(socket.id, { metByCollector: true });
}
