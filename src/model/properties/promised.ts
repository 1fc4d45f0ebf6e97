/*
 * What the handler gets from an event that enters JavaScript: the promises that it would settle, and their names.
 */
import { unreachable } from "../../base/assert.ts";
import { entryAt } from "../../base/copy.ts";
import type { SocketId } from "../../base/ids.ts";
import type { Entry, QueueEvent, SocketState, State } from "../state.ts";
import { callInWords } from "../words.ts";

/** A promise that an event settles once it has entered, or that waits for what does. `ref` is 0 if there is none. */
export interface Promised {
  readonly ref: number;
  readonly name: string;
}

/** What the handler gets from an event. */
export function promisedBy(state: State, entry: Entry): readonly Promised[] {
  switch (entry.type) {
    case "opened":
    case "tls-started":
    case "pipe-ended":
      return bySocket(state, entry.socket, ownPromises);
    case "connect-failed":
    case "disconnected":
    case "tls-failed":
    case "pipe-failed":
      return bySocket(state, entry.socket, (socket) => [
        ...ownPromises(socket),
        ...queued(state, socket),
        reading(socket),
      ]);
    case "event-ready":
    case "event-done":
    case "write-failed":
    case "pump-done":
      return bySocket(state, entry.socket, (socket) => queued(state, socket));
    case "read":
    case "read-failed":
      return bySocket(state, entry.socket, (socket) => [reading(socket)]);
    case "timer":
      return [{ ref: entry.promiseRef, name: `timer ${entry.timer}` }];
    case "storage-read":
      return [{ ref: state.reads[entry.read - 1]?.promiseRef ?? 0, name: "a read from storage" }];
    case "sync-done":
    case "delete-done": {
      const name = entry.type === "sync-done" ? "sync()" : "the count of a delete()";
      return [{ ref: state.syncs[entry.sync - 1]?.promiseRef ?? 0, name }];
    }
    case "call-passes":
    case "send-request-body":
    case "call-answered":
    case "call-fails":
    case "body-read": {
      const call = entryAt(state, "calls", entry.call - 1);
      if (call === undefined) return [];
      const name = callInWords(call);
      return entry.type === "body-read"
        ? [{ ref: call.bodyRef, name: `the answer to ${name}` }]
        : [{ ref: call.promiseRef, name }];
    }
    case "section":
      return [{ ref: entry.promiseRef, name: "another critical section" }];
    case "pipe-begins":
      return [{ ref: entry.promiseRef, name: `a pipe into socket ${entry.socket}` }];
    case "taken":
      return [{ ref: entry.promiseRef, name: entry.what }];
    case "transform-goes-on":
      return [{ ref: entry.promiseRef, name: "what goes through a transform stream" }];
    // What calls the handler, or answers for it, gives it no promise.
    case "fetch":
    case "respond":
    case "web-socket-event":
    case "section-done":
      return [];
    default:
      return unreachable(entry);
  }
}

function bySocket(
  state: State,
  id: SocketId,
  promises: (socket: SocketState) => readonly Promised[],
): readonly Promised[] {
  const socket = entryAt(state, "sockets", id - 1);
  return socket === undefined ? [] : promises(socket);
}

/** `opened`, `closed`, and what has been asked for before `opened` and waits for it. */
function ownPromises(socket: SocketState): readonly Promised[] {
  return [
    { ref: socket.openedRef, name: `opened of socket ${socket.id}` },
    ...closing(socket),
    { ref: socket.writerCloseRef, name: `the end of socket ${socket.id}` },
  ];
}

function closing({ id, closedRef, closeRef }: SocketState): readonly Promised[] {
  return [
    { ref: closedRef, name: `closed of socket ${id}` },
    { ref: closeRef, name: `close() of socket ${id}` },
  ];
}

function reading({ id, readRef }: SocketState): Promised {
  return { ref: readRef, name: `what was read from socket ${id}` };
}

/** What waits in the queue of a socket, where each waits for those before it. */
function queued(state: State, socket: SocketState): readonly Promised[] {
  const ready = { ref: socket.readyRef, name: `room in socket ${socket.id}` };
  return [...socket.queue.flatMap((event) => byQueueEvent(state, socket, event)), ready];
}

function byQueueEvent(state: State, socket: SocketState, event: QueueEvent): readonly Promised[] {
  const { id } = socket;
  switch (event.type) {
    case "write":
      return [{ ref: event.promiseRef, name: `write ${event.write} of socket ${id}` }];
    case "close": {
      const name = `the end of socket ${id}`;
      const ended = [
        { ref: event.promiseRef, name },
        { ref: socket.writerClosedRef, name },
      ];
      // The answer to the far end's FIN.
      return event.promiseRef === 0 ? [...ended, ...closing(socket)] : ended;
    }
    case "pipe":
      return [{ ref: event.promiseRef, name: `a pipe into socket ${id}` }];
    case "flush":
      return closing(socket);
    case "take":
      return [{ ref: socket.takeRef, name: `the stream of socket ${id}` }, ...closing(socket)];
    case "start-tls":
      return [...closing(socket), ...bySocket(state, socket.secure as SocketId, ownPromises)];
    default:
      return unreachable(event.type);
  }
}
