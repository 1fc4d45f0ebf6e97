/*
 * What stands behind a socket (MODEL 4.2, 4.3, 5.1): what connect() makes, what the deferred connect borrows, and what goes
 * when. Which of it there is, and in which order it dies, is what the design's `lifetimes` say.
 */
import type { SocketId, ThingId } from "../../base/ids.ts";
import type { Draft } from "../draft.ts";
import type { ThingType } from "../records.ts";
import type { SocketThings } from "../state.ts";
import { borrow, destroyThing, endBorrow, makeThing, readThrough, type Sweep, sweep } from "./things.ts";

function make(
  d: Draft,
  socket: SocketId,
  type: ThingType,
  owner: ThingId | null | undefined,
  name: string = type,
): ThingId {
  const id = makeThing(d, type, name, owner ?? null, socket);
  d.patchSocket(socket, { things: { ...d.socket(socket).things, [type]: id } });
  return id;
}

/** What connect() makes and who points to whom from then on. */
export function makeConnection(d: Draft, id: SocketId): void {
  const { lifetimes } = d.design;
  const { thing: context, gateThing } = d.actor(d.socket(id).actor);
  const socket = make(d, id, "Socket", null, `Socket ${id}`);
  const data = make(d, id, "ConnectionData", context);
  const members = lifetimes.connectionData.map((type) => [
    type,
    make(d, id, type, data, type === "connectionStream" ? streamName(d) : type),
  ]);
  const { connectionStream, tlsStarter, connectTask, watchForDisconnectTask }: SocketThings =
    Object.fromEntries(members);
  make(d, id, "readable", context, "readable source");
  make(d, id, "writable", context, "writable sink");
  const statusTask = make(d, id, "statusTask", context, "status continuation");
  if (watchForDisconnectTask !== undefined && connectionStream !== undefined)
    borrow(d, watchForDisconnectTask, connectionStream, "D1");
  if (lifetimes.statusHoldsSocket) borrow(d, statusTask, socket, "D13", true);
  if (tlsStarter === undefined) return;
  // The client is there before the gate is asked: getClient() is step 5 of connect(), the gate step 7 (MODEL 4.1).
  if (connectTask !== undefined) {
    make(d, id, "workerInterface", connectTask, "HttpClient, WorkerInterface");
    const address = make(d, id, "addressStr", lifetimes.address === "owned" ? connectTask : socket);
    borrow(d, connectTask, tlsStarter, "D4");
    if (lifetimes.address === "borrowed") borrow(d, connectTask, address, "D5");
    borrow(d, connectTask, context, "D6");
    borrow(d, connectTask, gateThing, "D10");
    if (lifetimes.moveFreesAddress)
      destroyThing(d, address, "its string is moved into the Socket, which is taken to free it");
    return;
  }
  const isDeferred = lifetimes.deferred === "connectFrame";
  const frame = make(
    d,
    id,
    "connectFrame",
    connectionStream,
    isDeferred ? "connect frame (promised interface)" : "service.connect frame",
  );
  if (isDeferred) {
    const copies = make(d, id, "connectCopies", connectionStream, "copies of host and headers");
    borrow(d, frame, tlsStarter, "D3");
    borrow(d, frame, copies, "D7");
    borrow(d, frame, gateThing, "D10");
  }
  make(d, id, "workerInterface", connectionStream, "HttpClient, WorkerInterface");
  if (!isDeferred) fillSlot(d, id, frame);
}

function streamName(d: Draft): string {
  return d.design.promisedStreamTurns === null ? "connectionStream" : "connectionStream (promised)";
}

/** The service fills the slot at once when it is invoked (4.3). From then on the slot's function points to the stream (D9). */
function fillSlot(d: Draft, id: SocketId, frame: ThingId): void {
  const { tlsStarter, connectionStream, pipeEnd } = d.socket(id).things;
  const stream = pipeEnd ?? connectionStream;
  if (tlsStarter === undefined || stream === undefined || !d.thing(tlsStarter).alive) return;
  borrow(d, frame, tlsStarter, "D2");
  endBorrow(d, frame, "D2", "the service has filled the slot");
  borrow(d, tlsStarter, stream, "D9");
}

/**
 * The gate has let a deferred connect through and service.connect() is invoked: the frame that was suspended goes on and uses
 * what it captured (S13), for the last time.
 */
export function connectGoesOn(d: Draft, id: SocketId): void {
  const { deferred } = d.design.lifetimes;
  const { things } = d.socket(id);
  const frame = deferred === null ? undefined : things[deferred];
  if (frame === undefined) return;
  endBorrow(d, frame, "D10", "the gate has let it through");
  for (const edge of ["D3", "D4", "D5", "D6", "D7"] as const) readThrough(d, frame, edge);
  for (const edge of ["D3", "D4", "D5", "D6"] as const)
    endBorrow(d, frame, edge, "service.connect() has been invoked");
  if (deferred === "connectFrame") return fillSlot(d, id, frame);
  const pipeEnd = make(d, id, "pipeEnd", things.connectionStream, "end of the pipe");
  const service = make(d, id, "connectFrame", pipeEnd, "service.connect frame");
  fillSlot(d, id, service);
  destroyThing(d, frame, "it has connected and run to its end");
}

/** The wait of a deferred connect was rejected: its coroutine throws, and is gone with all it captured (4.8, K7). */
export function connectIsRejected(d: Draft, id: SocketId): void {
  const { deferred } = d.design.lifetimes;
  if (deferred !== null)
    destroyThing(d, d.socket(id).things[deferred], "the gate rejected its wait, and it threw");
}

/** The service call is over. */
export function serviceReturns(d: Draft, id: SocketId, why: string): void {
  destroyThing(d, d.socket(id).things.connectFrame, why);
}

/** The status of the connection has reached JavaScript: nothing holds the Socket for it any more (D13). */
export function statusIsKnown(d: Draft, id: SocketId): void {
  destroyThing(d, d.socket(id).things.statusTask, "the connection's status is known");
}

/** A write stands in the pipe and nobody reads at the other end (K11, D8). */
export function writeBlocks(d: Draft, id: SocketId): void {
  const { things, actor } = d.socket(id);
  const pipe = things.pipeEnd ?? things.connectionStream;
  if (pipe === undefined || (things.blockedWrite !== undefined && d.thing(things.blockedWrite).alive)) return;
  borrow(d, make(d, id, "blockedWrite", d.actor(actor).thing, "blocked write"), pipe, "D8");
}

/** The blocked write is taken, or cancelled. */
export function writeIsOver(d: Draft, id: SocketId, why: string): void {
  destroyThing(d, d.socket(id).things.blockedWrite, why);
}

/** close() waits, with a pointer to the Socket that it goes on with (D12). */
export function closeBegins(d: Draft, id: SocketId): void {
  const { Socket } = d.socket(id).things;
  const task = make(d, id, "closeTask", null, "close() continuation");
  if (Socket !== undefined) borrow(d, task, Socket, "D12", d.design.lifetimes.closeHoldsSocket);
}

/** close() goes on: it uses its Socket (D12). */
export function closeGoesOn(d: Draft, id: SocketId): void {
  const { closeTask } = d.socket(id).things;
  if (closeTask !== undefined) readThrough(d, closeTask, "D12");
}

/** close() is done. */
export function closeIsDone(d: Draft, id: SocketId): void {
  destroyThing(d, d.socket(id).things.closeTask, "close() is done");
}

/** ConnectionData dies, its members in reverse order of declaration (K12); its reference to the stream is one of three (SK3). */
export function destroyConnectionData(
  d: Draft,
  id: SocketId,
  dying: Sweep,
  reason: string,
  but?: ThingType,
): void {
  const { things } = d.socket(id);
  for (const type of d.design.lifetimes.connectionData.toReversed()) {
    if (type === "connectionStream" || type === but) continue;
    if (type === "connectTask") destroyConnectTask(d, id, dying, reason);
    else dying.destroy(things[type], reason);
  }
  dying.destroy(things.ConnectionData, reason);
}

/** A suspended coroutine is cancelled: no statement of it runs, only the destructors of what it holds (K6). */
function destroyConnectTask(d: Draft, id: SocketId, dying: Sweep, reason: string): void {
  const { connectTask, workerInterface, addressStr } = d.socket(id).things;
  if (connectTask === undefined || !d.thing(connectTask).alive) return;
  dying.destroy(workerInterface, "a local of connectTask");
  if (d.design.lifetimes.address === "owned") dying.destroy(addressStr, "a parameter of connectTask");
  dying.destroy(connectTask, reason);
}

/** The streams' references go; with the last one the stream, then what is attached to it, in that order (K8, K7). */
export function destroyStreams(d: Draft, id: SocketId, dying: Sweep, reason: string): void {
  const { things } = d.socket(id);
  dying.destroy(things.writable, reason);
  dying.destroy(things.readable, reason);
  if (things.takenStream === undefined || !d.thing(things.takenStream).alive)
    destroyStream(d, id, dying, "the last reference to the stream is gone");
}

function destroyStream(d: Draft, id: SocketId, dying: Sweep, reason: string): void {
  const { things } = d.socket(id);
  if (things.pipeEnd === undefined) dying.destroy(things.connectionStream, reason);
  else dying.destroy(things.pipeEnd, reason);
  dying.destroy(things.connectFrame, "cancelled with the stream it is attached to");
  dying.destroy(things.connectCopies, "they belonged to the promise of the connect frame");
  dying.destroy(things.workerInterface, "attached to the stream");
  dying.destroy(things.connectionStream, reason);
}

/** socket.close() drops ConnectionData and both streams (4.7 step 4). */
export function dropConnection(d: Draft, id: SocketId, reason: string): void {
  sweep(d, (dying) => {
    destroyConnectionData(d, id, dying, reason);
    destroyStreams(d, id, dying, reason);
  });
}

/**
 * takeConnectionStream(): the stream goes on without the socket. With the slot attached to it, it can still be connected
 * later; without, ConnectionData takes the slot, and a connectTask, with it (4.7, 5.5).
 */
export function takeStream(d: Draft, id: SocketId): void {
  const { things, actor } = d.socket(id);
  const { slotTravels } = d.design.lifetimes;
  const reason = "takeConnectionStream() drops ConnectionData";
  make(
    d,
    id,
    "takenStream",
    d.actor(actor).thing,
    slotTravels ? "taken stream, with the slot" : "taken stream",
  );
  sweep(d, (dying) => {
    destroyConnectionData(d, id, dying, reason, slotTravels ? "tlsStarter" : undefined);
    dying.destroy(things.writable, "detached");
    dying.destroy(things.readable, "detached");
  });
}

/** startTls(): the stream goes on with the new Socket; the slot has been called, and goes with ConnectionData (4.7). */
export function moveStream(d: Draft, id: SocketId): void {
  const { things, actor } = d.socket(id);
  make(d, id, "takenStream", d.actor(actor).thing, "stream of the TLS Socket");
  sweep(d, (dying) => {
    destroyConnectionData(d, id, dying, "startTls() drops ConnectionData");
    dying.destroy(things.writable, "detached");
    dying.destroy(things.readable, "detached");
  });
}

/** The taken stream goes: the stream first, and only then the slot that is attached to it (K8, D9). */
export function destroyTakenStream(d: Draft, id: SocketId, dying: Sweep, reason: string): void {
  const { things } = d.socket(id);
  if (things.takenStream === undefined || !d.thing(things.takenStream).alive) return;
  dying.destroy(things.takenStream, reason);
  destroyStream(d, id, dying, "the last reference to the stream is gone");
  dying.destroy(things.tlsStarter, "attached to the taken stream");
}
