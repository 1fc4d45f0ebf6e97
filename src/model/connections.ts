/*
 * Connections, whatever they are for: before they are asked for, and how what happens to one enters JavaScript.
 */
import { mustGet } from "../base/assert.ts";
import type { SocketId } from "../base/ids.ts";
import { copySocket } from "./copies.ts";
import type { Draft } from "./draft.ts";
import type { ConnectionUse } from "./records.ts";
import type { Entry, SocketState } from "./state.ts";

/** What connections do not have in common when they are made. */
type Own = "id" | "connection" | "actor" | "address" | "section" | "writes" | "cause";

/** A connection before anything has happened to it. */
const NEW: Omit<SocketState, Own> = {
  use: "socket",
  secureTransport: "off",
  serverName: null,
  plain: 0,
  secure: 0,
  upgraded: false,
  tls: "none",
  startTold: false,
  streamThere: true,
  allowHalfOpen: false,
  highWaterMark: null,
  openedRef: 0,
  closedRef: 0,
  stage: "deferred",
  opened: "pending",
  closed: "pending",
  closeRef: 0,
  takeRef: 0,
  isClosing: false,
  closeWrites: [],
  queue: [],
  nextEvent: 1,
  nextWrite: 1,
  inSink: false,
  writable: "open",
  writableError: "",
  writableErrorRef: 0,
  closedToWriter: false,
  closeAsked: false,
  chunk: null,
  isMute: false,
  endedByPipe: false,
  writerLocked: false,
  writerClosedRef: 0,
  writerCloseRef: 0,
  readyRef: 0,
  readable: "open",
  readableError: "",
  readRef: 0,
  readerLocked: false,
  readerClosedRef: 0,
  readRoom: null,
  isDetached: false,
  pumpTo: null,
  unread: [],
  taken: 0,
  sawFin: false,
  sawRst: false,
  endRead: false,
  handshake: "none",
  handshakeDueAt: 0 as SocketState["handshakeDueAt"],
  outbound: [],
  inbound: [],
  finSent: false,
  torn: false,
  peer: {
    fin: false,
    gotFin: false,
    rst: false,
    closed: false,
    replied: false,
    heard: "",
    said: 0,
    saysAt: null,
    rstDueAt: null,
    finDueAt: null,
    readsFrom: 0 as SocketState["handshakeDueAt"],
    returnsDueAt: null,
    throwsDueAt: null,
    callOver: false,
  },
  things: {},
  collected: false,
  metByCollector: false,
};

/** A new connection; more than what is its own may be different from others. */
export function newSocket(own: Pick<SocketState, Own> & Partial<SocketState>): SocketState {
  return copySocket(NEW as SocketState, own);
}

/** Lets something of a connection's enter JavaScript, so many turns later. */
export function enter(
  d: Draft,
  { actor, section }: Pick<SocketState, "actor" | "section">,
  entry: Entry,
  turns = 1,
): void {
  d.armBreadthFirst({ type: "js", actor, section, entry, cause: d.cause }, turns);
}

/** Makes the connection of a fetch() or a WebSocket; its handshake begins later. `deferred`: not before the gate lets it. */
export function newConnection(
  d: Draft,
  use: Exclude<ConnectionUse, "socket" | "pooled">,
  address: string,
  deferred: boolean,
): SocketState {
  const actor = mustGet(d.actorId, "the object that asks for a connection");
  const id = (d.s.sockets.length + 1) as SocketId;
  const writes = d.actor(actor).confirmed;
  const cause = d.emit({ kind: "connect-called", socket: id, address, deferred, use }, { writes });
  const socket = newSocket({
    id,
    connection: id,
    use,
    actor,
    address,
    section: d.section,
    writes,
    cause,
  });
  d.s.sockets = [...d.s.sockets, socket];
  return socket;
}
