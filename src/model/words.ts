/*
 * Names of the model's things in words, for choices and for what is held.
 */
import type { CommitId, LockId, SocketId, WriteId } from "../base/ids.ts";
import type { CallState, CommitWrite, State } from "./state.ts";

/** "put "balance"" of a write. */
export function writeInWords(state: State, id: WriteId): string {
  for (const commit of state.commits) {
    const entry = commit.writes.find((candidate) => candidate.write === id);
    if (entry !== undefined) return named(entry);
  }
  return `write ${id}`;
}

/** An alarm's time, and the deletion of everything, have no key. */
function named({ op, key }: CommitWrite): string {
  return key === "" ? op : `${op} "${key}"`;
}

/** "a, b and c". */
export function listInWords(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Writes behind locks that are not durable yet. */
export function writesBehind(state: State, locks: readonly LockId[]): readonly WriteId[] {
  return locks.flatMap((lock) => {
    const commit = state.commits[(state.locks[lock - 1]?.commit ?? 0) - 1];
    return commit === undefined || commit.state === "durable"
      ? []
      : commit.writes.map((entry) => entry.write);
  });
}

/** "put "a" and put "b"", shortened after three. */
export function commitInWords(state: State, id: CommitId): string {
  const writes = state.commits[id - 1]?.writes.map(named) ?? [];
  return writes.length > 3
    ? `${writes.slice(0, 2).join(", ")} and ${writes.length - 2} more`
    : listInWords(writes);
}

/** "socket 1", "fetch 2" or "WebSocket 1" of a connection. */
export function connectionInWords(state: State, id: SocketId): string {
  const use = state.sockets[id - 1]?.use ?? "socket";
  const call = state.calls.findLast(({ output }) => output.type === "fetch" && output.socket === id);
  switch (use) {
    case "socket":
      return `socket ${id}`;
    case "websocket":
      return `WebSocket ${id}`;
    case "fetch":
      return `fetch ${call?.id ?? id}`;
    case "pooled":
      return `kept connection ${id}`;
  }
}

/** A call in words: "fetch 1", "call 2 of b". */
export function callInWords({ id, output }: Pick<CallState, "id" | "output">): string {
  return output.type === "call" ? `call ${id} of ${output.object}` : `fetch ${id}`;
}

/** Bytes as text in a title: shortened, control characters made visible. */
export function textInWords(text: string): string {
  const shown = JSON.stringify(text.length > 24 ? `${text.slice(0, 23)}…` : text);
  return shown;
}
