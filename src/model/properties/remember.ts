/*
 * How the properties' memory goes on from record to record.
 */
import { type Copier, copyWith, entryAt } from "../../base/copy.ts";
import type { SocketId, WriteId } from "../../base/ids.ts";
import type { RunRecord } from "../records.ts";
import type { State } from "../state.ts";
import { NEW_SOCKET, type SocketWatch, type Watch } from "./watch.ts";

/** What was seen of a socket until now. */
export function seenOf(state: State, socket: number): SocketWatch {
  return state.seen[socket - 1] ?? NEW_SOCKET;
}

/** The kinds of records that the memory takes note of. */
export const REMEMBERED: readonly RunRecord["kind"][] = [
  "output-passes",
  "commit-durable",
  "commit-fails",
  "gate-breaks",
  "bytes-sent",
  "outside",
  "promise-settles",
];

/** What a record changes in the memory; null: nothing. */
export type Remembered = { readonly [Part in keyof Watch]: Watch[Part] | null };

const NOTHING_NEW: Remembered = { leaked: null, seen: null };

/** How the memory goes on after a record. */
export function remember(state: State, record: RunRecord): Remembered {
  switch (record.kind) {
    case "output-passes": {
      if (record.leak.length === 0) return NOTHING_NEW;
      const open = record.leak.filter((write) => !hasFailed(state, write));
      if (open.length === 0) return NOTHING_NEW;
      return { leaked: [...state.leaked, { output: record.output, writes: open }], seen: null };
    }
    case "commit-durable":
    case "commit-fails":
    case "gate-breaks":
      return forgetLeaks(state, record.kind === "gate-breaks" ? commitOf(state, record.lock) : record.commit);
    case "bytes-sent":
      return see(state, record.socket, { sent: record.write });
    case "outside":
      if (record.event.type === "syn") return see(state, record.event.socket, { syn: true });
      if (record.event.type === "accept") return see(state, record.event.socket, { accepted: true });
      return NOTHING_NEW;
    case "promise-settles": {
      const settled = settledOf(record.promise);
      if (settled === null) return NOTHING_NEW;
      const { socket, what } = settled;
      if (what === "write" || seenOf(state, socket)[what] !== null) return NOTHING_NEW;
      return see(state, socket, { [what]: record.outcome });
    }
    default:
      return NOTHING_NEW;
  }
}

const copyWatch: Copier<SocketWatch> = (watch, news) => ({ ...watch, ...news });

function see(state: State, socket: SocketId, news: Partial<SocketWatch>): Remembered {
  const seen = state.seen.slice();
  while (seen.length < socket) seen.push(NEW_SOCKET);
  seen[socket - 1] = copyWith(seenOf(state, socket), news, copyWatch);
  return { leaked: null, seen };
}

/** What is durable leaks no more; what has failed was told. */
function forgetLeaks(state: State, commit: number): Remembered {
  if (state.leaked.length === 0) return NOTHING_NEW;
  const settled = writesOf(state, commit);
  const leaked = state.leaked
    .map((leak) => ({ ...leak, writes: leak.writes.filter((write) => !settled.includes(write)) }))
    .filter((leak) => leak.writes.length > 0);
  return { leaked, seen: null };
}

/** The commit that a lock was taken for. */
export function commitOf(state: State, lock: number): number {
  return entryAt(state, "locks", lock - 1)?.commit ?? 0;
}

/** The writes of a commit. */
export function writesOf(state: State, commit: number): readonly WriteId[] {
  return entryAt(state, "commits", commit - 1)?.writes.map((entry) => entry.write) ?? [];
}

/** Whether the commit of a write has failed. */
export function hasFailed(state: State, write: WriteId): boolean {
  return state.commits.some(
    (commit) => commit.state === "failed" && commit.writes.some((entry) => entry.write === write),
  );
}

/** One of a socket's promises. */
export interface SocketPromise {
  readonly socket: SocketId;
  readonly what: "opened" | "closed" | "write";
  readonly write: number;
}

const SETTLED = /^socket (\d+) (opened|closed|write (\d+))$/;
/** The last name that was read: a record is asked about several times. */
let last: { readonly promise: string; readonly settled: SocketPromise | null } = {
  promise: "",
  settled: null,
};

/** Which of a socket's promises a `promise-settles` record names; null for others. */
export function settledOf(promise: string): SocketPromise | null {
  if (last.promise !== promise) last = { promise, settled: parse(promise) };
  return last.settled;
}

function parse(promise: string): SocketPromise | null {
  const match = SETTLED.exec(promise);
  if (match === null) return null;
  const [, socket, what, write] = match;
  return {
    socket: Number(socket) as SocketId,
    what: what === "opened" || what === "closed" ? what : "write",
    write: Number(write ?? 0),
  };
}
