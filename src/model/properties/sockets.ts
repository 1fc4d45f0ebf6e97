/*
 * What a socket promises (MODEL 7.1, S8 and S9), and what it keeps only because KJ arms depth-first (MODEL 4.8, 8.4).
 */
import { entryAt } from "../../base/copy.ts";
import { designOf } from "../designs/index.ts";
import type { RunRecord } from "../records.ts";
import type { SocketState, State } from "../state.ts";
import type { WatchedProperty } from "./property.ts";
import { seenOf, settledOf } from "./remember.ts";

const fifo: WatchedProperty = {
  id: "S8",
  name: "In order, exactly once",
  kind: "always",
  meaning:
    "The writes of a socket go on the wire in their order, each at most once, and a write() resolves only after that.",
  reached: (record) => record.kind === "bytes-sent",
  at: ["bytes-sent", "promise-settles"],
  judge(state, record) {
    if (record.kind === "bytes-sent") {
      const { sent } = seenOf(state, record.socket);
      if (record.write === sent + 1) return null;
      return record.write <= sent
        ? `write ${record.write} of socket ${record.socket} is sent again or out of its order`
        : `write ${record.write} of socket ${record.socket} is sent, and write ${sent + 1} before it never was`;
    }
    if (record.kind !== "promise-settles" || record.outcome !== "resolved") return null;
    const settled = settledOf(record.promise);
    if (settled === null || settled.what !== "write") return null;
    return seenOf(state, settled.socket).sent >= settled.write
      ? null
      : `write() ${settled.write} of socket ${settled.socket} resolves, and its bytes are not on the wire`;
  },
};

const ofOpenedOrClosed = (record: RunRecord): boolean => {
  const settled = record.kind === "promise-settles" ? settledOf(record.promise) : null;
  return settled !== null && settled.what !== "write";
};

/** In builds before the rewrite `opened` of what startTls() gives says that its stream is there, whatever the far end does (recorded). */
const saysItsStreamIsThere = (state: State, { plain }: SocketState): boolean =>
  plain !== 0 && !designOf(state.setup.design).tls.openedWaits;

const settleOnce: WatchedProperty = {
  id: "S9",
  name: "Settles once, truly",
  kind: "always",
  meaning:
    "opened and closed settle at most once each, and opened resolves only when the far end has accepted. Before the rewrite of sockets, opened of what startTls() gives says only that its connection has begun.",
  reached: ofOpenedOrClosed,
  at: ["promise-settles"],
  judge(state, record) {
    if (record.kind !== "promise-settles") return null;
    const settled = settledOf(record.promise);
    if (settled === null || settled.what === "write") return null;
    const seen = seenOf(state, settled.socket);
    if (seen[settled.what] !== null) return `${record.promise} settles a second time`;
    if (settled.what !== "opened" || record.outcome !== "resolved") return null;
    // What startTls() gives has the connection of the Socket before it.
    const socket = entryAt(state, "sockets", settled.socket - 1);
    const { syn, accepted } = seenOf(state, socket?.connection ?? settled.socket);
    if (!syn) return `${record.promise} resolves, and no connection was begun`;
    if (socket !== undefined && saysItsStreamIsThere(state, socket)) return null;
    return accepted ? null : `${record.promise} resolves, and the far end has not accepted`;
  },
};

const rejectsFirst: WatchedProperty = {
  id: "O1",
  name: "closed rejects with opened",
  kind: "always",
  byOrderingOnly: true,
  meaning:
    "When a connection cannot be made, closed rejects like opened, unless startTls() has resolved it: the failure reaches it before the end of the pipe would resolve it.",
  reached: (record) => record.kind === "socket-fails",
  at: ["promise-settles"],
  judge(state, record) {
    if (record.kind !== "promise-settles" || record.outcome !== "rejected") return null;
    const settled = settledOf(record.promise);
    if (settled === null || settled.what !== "opened") return null;
    // startTls() has resolved it: the Socket has nothing that could close any more (recorded).
    if (entryAt(state, "sockets", settled.socket - 1)?.upgraded === true) return null;
    return seenOf(state, settled.socket).closed === "resolved"
      ? `${record.promise} rejects, and closed has resolved`
      : null;
  },
};

const slotIsFilled: WatchedProperty = {
  id: "O2",
  name: "startTls() finds its starter",
  kind: "always",
  byOrderingOnly: true,
  meaning:
    "When the flush of startTls() is done, the connection has begun and filled the tlsStarter slot: its wait at the gate came first.",
  reached: (record) => record.kind === "start-tls",
  at: ["promise-settles"],
  judge(state, record) {
    if (record.kind !== "promise-settles" || record.outcome !== "rejected") return null;
    const settled = settledOf(record.promise);
    if (settled === null || settled.what !== "closed") return null;
    const secure = entryAt(state, "sockets", settled.socket - 1);
    const plain = entryAt(state, "sockets", (secure?.plain ?? 0) - 1);
    // It has taken the streams of the Socket before it, and found no connection to take.
    if (plain === undefined || !plain.upgraded || secure?.tls !== "none") return null;
    // A Worker's connection has begun, and has nothing to fill the slot with (recorded).
    if (plain.handshake !== "none") return null;
    return `startTls() goes on before the connection of socket ${plain.id} has begun: the tlsStarter slot is empty`;
  },
};

/** S8, S9, O1 and O2. */
export const SOCKET_PROPERTIES: readonly WatchedProperty[] = [fifo, settleOnce, rejectsFirst, slotIsFilled];
