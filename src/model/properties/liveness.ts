/*
 * What has to happen eventually (MODEL 7.2): what is owed in a state. Fairness is the caller's: it asks at rest, or around
 * a loop. A debt that the environment keeps from being paid (nobody answers the handshake) is none.
 */
import { entryAt } from "../../base/copy.ts";
import type { WaiterId } from "../../base/ids.ts";
import type { Actor, SocketState, State } from "../state.ts";
import type { Debt, WatchedProperty } from "./property.ts";

function liveActorOf(state: State, socket: SocketState): Actor | null {
  const actor = entryAt(state, "actors", socket.actor - 1);
  return actor?.context === "live" ? actor : null;
}

/** Whether something of the socket waits to enter JavaScript, which a critical section may never let it (L7). */
function waitsToEnter(actor: Actor, socket: SocketState): boolean {
  return actor.inputQueue.some(({ entry }) => "socket" in entry && entry.socket === socket.id);
}

function isWaiting(state: State, waiter: WaiterId | null): boolean {
  return waiter !== null && entryAt(state, "waiters", waiter - 1)?.state === "waiting";
}

/** The debts of all sockets of live objects. */
function perSocket(owes: (state: State, socket: SocketState, actor: Actor) => string | null) {
  return (state: State): readonly Debt[] =>
    state.sockets.flatMap((socket) => {
      const actor = liveActorOf(state, socket);
      const text = actor === null ? null : owes(state, socket, actor);
      return text === null ? [] : [{ of: `socket ${socket.id}`, text: `${text} (socket ${socket.id})` }];
    });
}

const locksSettle: WatchedProperty = {
  id: "L1",
  name: "Locks settle",
  kind: "eventually",
  meaning: "Every lock of the gate is released or fails, within 30 s.",
  reached: (record) => record.kind === "lock-taken",
  debts: (state) =>
    state.locks
      .filter((lock) => lock.state === "held")
      .map((lock) => ({
        of: `lock ${lock.id}`,
        text: `lock ${lock.id} is held and nothing will release it`,
      })),
};

const connectsStart: WatchedProperty = {
  id: "L2",
  name: "Held connections start",
  kind: "eventually",
  meaning:
    "When all locks before connect() are released and the object lives, the connection begins, whatever the input gate does.",
  reached: (record) => record.kind === "connect-called",
  debts: perSocket((state, socket) => {
    // A fetch() has to get through the input gate before.
    if (socket.stage !== "deferred" || socket.torn || socket.use === "fetch") return null;
    // What startTls() gives has the connection of another Socket.
    if (socket.plain !== 0) return null;
    const waiter = state.waiters.find(
      ({ output }) => output.type === "connect" && output.socket === socket.id,
    );
    return waiter?.state === "waiting" ? null : "the gate has let connect() through and it has not begun";
  }),
};

const openedSettles: WatchedProperty = {
  id: "L3",
  name: "opened settles",
  kind: "eventually",
  meaning: "When the far end has answered, the object lives and the input gate can be had, opened settles.",
  reached: (record) => record.kind === "socket-opens" || record.kind === "socket-fails",
  debts: perSocket((_, socket, actor) =>
    socket.use === "socket" &&
    (socket.stage === "open" || socket.stage === "failed") &&
    socket.opened === "pending" &&
    !waitsToEnter(actor, socket)
      ? "the far end has answered and opened has not settled"
      : null,
  ),
};

const noDeadlock: WatchedProperty = {
  id: "L4",
  name: "No deadlock of the gate",
  kind: "eventually",
  meaning: "No commit waits for an output that the gate holds, so every commit goes out by itself.",
  reached: (record) => record.kind === "lock-taken",
  debts: (state) =>
    state.commits
      .filter(
        (commit) =>
          commit.state === "open" &&
          !commit.explicit &&
          entryAt(state, "actors", commit.actor - 1)?.context === "live",
      )
      .map(({ id }) => ({ of: `commit ${id}`, text: `commit ${id} never goes out` })),
};

const writesEnd: WatchedProperty = {
  id: "L5",
  name: "Writes end",
  kind: "eventually",
  meaning: "Every write() is sent or rejects, if the object lives and the far end reads.",
  reached: (record) => record.kind === "bytes-queued",
  debts: perSocket((state, socket, actor) => {
    const [front] = socket.queue;
    if (front === undefined || socket.stage !== "open" || waitsToEnter(actor, socket)) return null;
    // A pipe owes what it has at the sink, not what its source may still give.
    if (front.type === "pipe" && (socket.chunk === null || isWaiting(state, socket.chunk.waiter)))
      return null;
    // Held by the gate, or by a far end that does not read: not the socket's debt.
    if (isWaiting(state, front.waiter) || socket.outbound.length > 0) return null;
    return `${front.type === "write" ? `write ${front.write}` : `the ${front.type}`} may go and does not`;
  }),
};

const closeSettles: WatchedProperty = {
  id: "L6",
  name: "close() settles",
  kind: "eventually",
  meaning: "close() settles if opened does.",
  reached: (record) => record.kind === "socket-closing",
  debts: perSocket((state, socket, actor) => {
    if (socket.closeRef === 0 || socket.opened === "pending") return null;
    if (socket.outbound.length > 0 || waitsToEnter(actor, socket)) return null;
    // A far end that does not answer in TLS takes no bytes, and close() waits for those that are queued.
    if (socket.stage === "connecting" && socket.queue.length > 0) return null;
    const held = socket.queue.some((event) => isWaiting(state, event.waiter));
    return held ? null : "opened has settled and close() has not";
  }),
};

/** L1 to L6. L7 stands in sections.ts. */
export const LIVENESS_PROPERTIES: readonly WatchedProperty[] = [
  locksSettle,
  connectsStart,
  openedSettles,
  noDeadlock,
  writesEnd,
  closeSettles,
];
