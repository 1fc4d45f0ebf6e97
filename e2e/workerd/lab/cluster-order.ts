/*
 * One order of a cluster run: what the recorder noted and what workerd's system calls say, each at its time. A note that was
 * caused by a system call stands at the time of that call; connections, data and log lines are taken from the calls alone.
 */
import type { Doing } from "./cluster-calls.ts";
import { BACK_TO_BACK_MS } from "./cluster-peer.ts";
import { describeDataOrRequest } from "./data.ts";
import type { Note } from "./timeline.ts";

/** An entry and its time since the recording began. */
export interface Entry {
  readonly ms: number;
  readonly text: string;
}

/** What differs with the far end. */
export interface OrderOptions {
  /** When the recording began, in milliseconds since the epoch. */
  readonly epoch: number;
  /** The far end understands messages: the recorder's notes of them are used, and not the bytes. */
  readonly hasMessages: boolean;
  /** Whether a close() after the FIN is an entry: where the far end holds its side open. */
  readonly showsClose: boolean;
  /** So many bytes at a connection's begin are one entry, when they are complete. */
  readonly bulk: number;
}

interface Piece {
  readonly at: number;
  readonly mark: string;
  readonly text: string | null;
  readonly bytes: string;
  readonly length: number;
  readonly lastAt: number;
}

const markOf = (connection: number): string => (connection > 1 ? `#${connection} ` : "");
const spoken = (at: number, text: string): Piece => ({
  at,
  mark: "",
  text,
  bytes: "",
  length: 0,
  lastAt: at,
});

/** Moves each note to the call that it was, each call being used once. */
function placeNotes(
  notes: readonly Note[],
  doings: readonly Doing[],
  options: OrderOptions,
): readonly Piece[] {
  const unused = new Set(doings);
  const take = (isWanted: (doing: Doing) => boolean): number | undefined => {
    for (const doing of unused) {
      if (!isWanted(doing)) continue;
      unused.delete(doing);
      return doing.at;
    }
    return undefined;
  };
  const place = ({ text, ms, origin }: Note): readonly Piece[] => {
    const noted = options.epoch + ms;
    switch (origin?.kind) {
      case undefined:
        return [spoken(noted, text)];
      case "put": {
        const { key } = origin;
        return [spoken(take((doing) => doing.kind === "put" && doing.key === key) ?? noted, text)];
      }
      case "response": {
        const { path } = origin;
        return [spoken(take((doing) => doing.kind === "response" && doing.path === path) ?? noted, text)];
      }
      case "fin": {
        const { connection } = origin;
        const at = take((doing) => doing.kind === "fin" && doing.connection === connection);
        return [spoken(at ?? noted, text)];
      }
      case "data":
        return options.hasMessages ? [spoken(noted, text)] : [];
      case "elsewhere":
        return [];
    }
  };
  return notes.flatMap(place);
}

function placeDoings(doings: readonly Doing[], options: OrderOptions): readonly Piece[] {
  const sent = new Map<number, number>();
  const place = (doing: Doing): readonly Piece[] => {
    switch (doing.kind) {
      case "log":
        return [spoken(doing.at, `log ${doing.text}`)];
      case "connect":
        return [spoken(doing.at, `${markOf(doing.connection)}connect`)];
      case "close":
        return options.showsClose ? [spoken(doing.at, `${markOf(doing.connection)}close`)] : [];
      case "data": {
        if (options.hasMessages) return [];
        const { at, connection, bytes, length } = doing;
        const before = sent.get(connection) ?? 0;
        sent.set(connection, before + length);
        const inBulk = Math.min(length, Math.max(0, options.bulk - before));
        const mark = markOf(connection);
        const pieces: Piece[] = [];
        if (inBulk > 0 && before + inBulk === options.bulk) {
          pieces.push(spoken(at, `${mark}data <${options.bulk} bytes>`));
        }
        if (inBulk < length) {
          const rest = { bytes: bytes.slice(inBulk), length: length - inBulk };
          pieces.push({ at, mark, text: null, ...rest, lastAt: at });
        }
        return pieces;
      }
      case "fin":
      case "response":
      case "put":
        return [];
    }
  };
  return doings.flatMap(place);
}

/** What is sent back to back with nothing between is one entry. */
function joinData(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const isContinued =
      piece.text === null &&
      last?.text === null &&
      last.mark === piece.mark &&
      piece.at - last.lastAt < BACK_TO_BACK_MS;
    if (isContinued) {
      const bytes = last.bytes + piece.bytes;
      joined[joined.length - 1] = { ...last, bytes, length: last.length + piece.length, lastAt: piece.at };
    } else joined.push(piece);
  }
  return joined;
}

/** The order of a run. */
export function mergeOrder(
  notes: readonly Note[],
  doings: readonly Doing[],
  options: OrderOptions,
): readonly Entry[] {
  const pieces = [...placeNotes(notes, doings, options), ...placeDoings(doings, options)];
  return joinData(pieces.toSorted((one, other) => one.at - other.at)).map((piece) => ({
    ms: piece.at - options.epoch,
    text: piece.text ?? `${piece.mark}data ${describeDataOrRequest(piece.bytes, piece.length)}`,
  }));
}
