/*
 * A compact key of a state, for visited sets: equal for states that behave alike. Time, causes, counters and addresses on
 * heaps are left out; heaps are compared by what is reachable from the addresses that the state holds. What only host objects
 * lead to is reachable where the handler has one of those.
 */
import type { ThingId } from "../base/ids.ts";
import type { HostObject } from "../handler/host.ts";
import { encodeMachine } from "../handler/machine.ts";
import type { ThingType } from "./records.ts";
import type { Actor, Entry, SocketState, State, Task } from "./state.ts";
import { socketBehind } from "./stream-locks.ts";

/** Counters of the run, addresses, and what is compared in another way. */
const LEFT_OUT = new Set([
  "setup",
  "now",
  "step",
  "recordCount",
  "turnCount",
  "destroyedCount",
  "things",
  "borrows",
  "thing",
  "gateThing",
  "storageThing",
  "cause",
  "machine",
]);

/** Times: only whether there is one makes a difference. */
const TIMES = new Set([
  "dueAt",
  "takenAt",
  "sentAt",
  "leavesAt",
  "handshakeDueAt",
  "readsFrom",
  "saysAt",
  "rstDueAt",
  "finDueAt",
  "returnsDueAt",
  "throwsDueAt",
]);

/** How a field counts in the key: not at all, by whether it is null, by whether it is 0 (an address), or by its value. */
export type Weight = "none" | "null" | "zero" | "value";

const weights = new Map<string, Weight>();

/** The weight of a field by its name. */
export function weightOf(field: string): Weight {
  let weight = weights.get(field);
  if (weight === undefined) {
    weight = weigh(field);
    weights.set(field, weight);
  }
  return weight;
}

function weigh(field: string): Weight {
  if (field.endsWith("Ref")) return "zero";
  if (LEFT_OUT.has(field)) return "none";
  return TIMES.has(field) ? "null" : "value";
}

/** What of a field's value counts; undefined: nothing. */
export function countingPart(field: string, value: unknown): unknown {
  switch (weightOf(field)) {
    case "none":
      return undefined;
    case "null":
      return value === null ? null : undefined;
    case "zero":
      return value === 0 ? 0 : undefined;
    case "value":
      return value;
  }
}

/** The key. Two states with the same key allow the same continuations, at whatever times. */
export function encode(state: State): string {
  const model = encodeEntry(state);
  const heaps = state.actors.map((actor) => heapOf(state, actor));
  const lifetimes = state.sockets.map((socket) => lifetimesOf(state, socket));
  return `${model}\n${lifetimes.join("\n")}\n${heaps.join("\n")}`;
}

/** A part of the state as a text, without what `encode` leaves out. */
export function encodeEntry(entry: object): string {
  return JSON.stringify(entry, countingPart);
}

/**
 * What is alive behind a socket, and the pointers from there and to there: by type, as numbers depend on the order of making.
 */
export function lifetimesOf(state: State, socket: SocketState): string {
  const { things, borrows } = state;
  const own = new Set<ThingId>();
  const found: string[] = [];
  for (const type in socket.things) {
    const id = socket.things[type as ThingType] as ThingId;
    own.add(id);
    if (things[id - 1]?.alive === true) found.push(type);
  }
  for (const { holder, target, edge } of borrows) {
    if (own.has(holder)) found.push(`${edge} to ${inWords(state, target)}`);
    else if (own.has(target)) found.push(`${edge} from ${inWords(state, holder)}`);
  }
  // The order of making is none of theirs.
  return found.sort().join();
}

function inWords({ things, sockets }: State, id: ThingId): string {
  const thing = things[id - 1];
  const owner = sockets.find((one) => thing !== undefined && one.things[thing.type] === id);
  return `${thing?.type} of ${owner?.id ?? 0} ${thing?.alive === true ? "lives" : "is gone"}`;
}

/** Whether an object reaches anything on its heap: no JavaScript of a life that has ended runs again. */
export function hasHeap({ context }: Pick<Actor, "context">): boolean {
  return context === "live";
}

/** What an object reaches on its heap. */
export function heapOf(state: State, actor: Actor): string {
  if (!hasHeap(actor)) return "";
  return encodeMachine(actor.machine, activeRootsOf(state, actor), (host) => heldBy(state, host));
}

/**
 * What only host objects of a socket lead to: `opened` and `closed`, once they have settled. The model does nothing with them
 * any more by itself.
 */
function heldBy(state: State, host: HostObject): readonly number[] {
  const id = socketBehind(state, host);
  const socket = id === null ? undefined : state.sockets[id - 1];
  return socket === undefined ? [] : settledRefs(socket);
}

function settledRefs({ opened, openedRef, closed, closedRef }: SocketState): readonly number[] {
  return [opened === "pending" ? 0 : openedRef, closed === "pending" ? 0 : closedRef];
}

/** Every address the state holds on an object's heap, in a fixed order. Complete: also in the midst of a run queue. */
export function rootsOf(state: State, actor: Actor): number[] {
  const roots = activeRootsOf(state, actor);
  for (const socket of state.sockets) if (socket.actor === actor.id) roots.push(...settledRefs(socket));
  return roots;
}

/** Those of them that matter whether JavaScript has a host object or not. */
function activeRootsOf(state: State, actor: Actor): number[] {
  const roots = [actor.instanceRef];
  for (const socket of state.sockets) {
    if (socket.actor !== actor.id) continue;
    roots.push(
      socket.opened === "pending" ? socket.openedRef : 0,
      socket.closed === "pending" ? socket.closedRef : 0,
      socket.closeRef,
      socket.takeRef,
      socket.writerClosedRef,
      socket.writerCloseRef,
      socket.readyRef,
      socket.readRef,
      socket.readerClosedRef,
    );
    for (const event of socket.queue) roots.push(event.promiseRef, event.begunRef);
    roots.push(socket.chunk?.promiseRef ?? 0, socket.writableErrorRef);
  }
  for (const request of state.requests) if (request.actor === actor.id) roots.push(request.bodyRef);
  for (const call of state.calls)
    if (call.actor === actor.id)
      roots.push(
        call.promiseRef,
        call.bodyRef,
        call.streamRef,
        call.signalRef,
        ...call.chunks.map(({ promiseRef }) => promiseRef),
      );
  for (const { actor: owner, listeners } of state.webSockets)
    if (owner === actor.id) for (const { callbackRef } of listeners) roots.push(callbackRef);
  for (const timer of state.timers)
    if (timer.actor === actor.id) roots.push(timer.callbackRef, timer.argsRef, timer.promiseRef);
  for (const read of state.reads) if (read.actor === actor.id && !read.done) roots.push(read.promiseRef);
  for (const sync of state.syncs) if (sync.actor === actor.id) roots.push(sync.promiseRef);
  for (const waiter of state.waiters)
    if (waiter.state === "waiting") roots.push(...rootsOfTask(state, waiter.task, actor));
  for (const { entry } of actor.inputQueue) roots.push(...rootsOfEntry(state, entry));
  for (const task of state.runq) roots.push(...rootsOfTask(state, task, actor));
  for (const section of actor.sections) roots.push(section.promiseRef, section.resultRef);
  return roots;
}

function rootsOfEntry(state: State, entry: Entry): readonly number[] {
  switch (entry.type) {
    case "section":
      return [entry.functionRef, entry.promiseRef];
    case "timer":
      return [entry.callbackRef, entry.argsRef, entry.promiseRef];
    // The disk has answered, and the handler has not heard of it yet.
    case "storage-read":
      return [state.reads[entry.read - 1]?.promiseRef ?? 0];
    case "pipe-begins":
    case "taken":
    case "transform-goes-on":
      return [entry.promiseRef];
    default:
      return [];
  }
}

/** The addresses that a task holds on an object's heap. */
function rootsOfTask(state: State, task: Task, actor: Actor): readonly number[] {
  if (task.type === "later" || task.type === "released") return rootsOfTask(state, task.task, actor);
  return task.type === "js" && task.actor === actor.id ? rootsOfEntry(state, task.entry) : [];
}
