/*
 * Following the model along a recorded outcome: which of the model's records somebody outside could see, and how much of the
 * recording they explain so far. The mirror of recording.ts:
 *
 * | record                            | explains                                                                         |
 * | --------------------------------- | -------------------------------------------------------------------------------- |
 * | outside request, syn              | `request PATH`, `connect`: connections count in the order of their syn           |
 * | commit-durable, commit-fails      | `fsync`; `fsync EIO` or `disk write ENOSPC`                                      |
 * | alarm-scheduled, alarm-refused    | the same: the alarm manager has a database of its own                            |
 * | outside send                      | (part of) `send`                                                                 |
 * | outside fin-sent, rst-sent        | `shutdown WR` or `close`, the first of a connection, if its far end saw it end   |
 * | outside response-sent, response   | the status; `response STATUS` is between the two, a JavaScript turn after the    |
 * |                                   | first at the earliest: the response leaves the object, then crosses the calling  |
 * |                                   | Worker. Of a group: with its last answer                                         |
 * | log                               | `log TEXT`, line by line                                                         |
 * | outside accept, receive, fin-received, rst-received, closed | what the far end of that connection saw next           |
 *
 * Every other record is internal to workerd or happens at the far end by itself, and explains nothing.
 */
import type { RequestId, SocketId } from "../base/ids.ts";
import type { OutsideEvent, RunRecord } from "../model/records.ts";
import type { Scenario } from "./corpus.ts";
import {
  type Entry,
  type Observation,
  type Piece,
  sawEnd,
  showEntry,
  showWireEntry,
  toByteText,
} from "./recording.ts";

/** A position in a list of entries: the next one, and how many bytes of it are explained already. */
export interface Position {
  readonly entry: number;
  readonly bytes: number;
}

/** How much of an observation is explained. */
export interface Progress {
  readonly main: Position;
  /** By connection. */
  readonly wires: readonly Position[];
  /** The model's sockets, by connection. */
  readonly sockets: readonly SocketId[];
  /** Requests whose response has left the object, ascending. */
  readonly sent: readonly RequestId[];
  /** Of these, those for which a JavaScript turn has ended since: by now they may have crossed the calling Worker. */
  readonly crossed: readonly RequestId[];
  /** Requests whose client has the answer, ascending. */
  readonly answered: readonly RequestId[];
  /** Virtual time of the latest answer. */
  readonly answeredAt: number;
}

/** Nothing is explained yet. */
export const START: Progress = {
  main: { entry: 0, bytes: 0 },
  wires: [],
  sockets: [],
  sent: [],
  crossed: [],
  answered: [],
  answeredAt: 0,
};

/** The next record does not fit; `saw` is what it would have been to an observer. */
export class Differs {
  readonly saw: string;
  constructor(saw: string) {
    this.saw = saw;
  }
}

const next = ({ entry }: Position): Position => ({ entry: entry + 1, bytes: 0 });

/** `bytes` of which the content may be known, against the pieces from `from` on: the bytes explained then, null when they differ. */
function matchBytes(pieces: readonly Piece[], from: number, bytes: number, text: string): number | null {
  const known = toByteText(text);
  let start = 0;
  let done = 0;
  for (const piece of pieces) {
    const length = piece.type === "text" ? piece.text.length : piece.bytes;
    const offset = from + done - start;
    if (done < bytes && offset < length) {
      const size = Math.min(length - offset, bytes - done);
      const same =
        piece.type === "count" ||
        (known.length === bytes &&
          piece.text.slice(offset, offset + size) === known.slice(done, done + size));
      if (!same) return null;
      done += size;
    }
    start += length;
  }
  return done === bytes ? from + bytes : null;
}

const sizeOfPieces = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + (piece.type === "text" ? piece.text.length : piece.bytes), 0);

/** Takes `bytes` from the data at `position`; null when they are not what was recorded. */
function take(data: readonly Piece[], position: Position, bytes: number, text: string): Position | null {
  const explained = matchBytes(data, position.bytes, bytes, text);
  if (explained === null) return null;
  return explained === sizeOfPieces(data) ? next(position) : { entry: position.entry, bytes: explained };
}

const showData = (bytes: number, text: string): string =>
  bytes > 96 ? `<${bytes} bytes>` : JSON.stringify(text);

const withId = (ids: readonly RequestId[], id: RequestId): readonly RequestId[] =>
  [...ids, id].sort((a, b) => a - b);

/** Follows records along one observation of one scenario. */
export class Follower {
  readonly observation: Observation;
  /** Requests by group. */
  private readonly groups: readonly (readonly RequestId[])[];

  constructor(scenario: Scenario, observation: Observation) {
    this.observation = observation;
    let last = 0;
    this.groups = scenario.requests.map((paths) => [paths].flat().map(() => ++last as RequestId));
  }

  /** The progress after `record`, or how it differs from what was observed. */
  follow(progress: Progress, record: RunRecord): Progress | Differs {
    switch (record.kind) {
      case "commit-durable":
      case "alarm-scheduled":
        return this.entry(progress, { kind: "commit" });
      case "commit-fails":
      case "alarm-refused":
        return this.entry(progress, { kind: "commit-fails" });
      case "log":
        return this.log(progress, record.text);
      case "turn-ends":
        return { ...progress, crossed: progress.sent };
      case "outside":
        return this.outside(progress, record.event, record.at);
      default:
        return progress;
    }
  }

  isComplete(progress: Progress): boolean {
    return this.missing(progress).length === 0;
  }

  /** What was observed and is not explained yet, the next entry of each list. */
  missing({ main, wires }: Progress): readonly string[] {
    const { entries, wires: seen } = this.observation;
    const missing: string[] = [];
    const entry = entries[main.entry];
    if (entry !== undefined) missing.push(showEntry(entry));
    for (const [index, wire] of seen.entries()) {
      const left = wire[wires[index]?.entry ?? 0];
      if (left !== undefined) missing.push(showWireEntry(index + 1, left));
    }
    return missing;
  }

  /** The next entry has to be `expected`; a response on its way to the client may come before it. */
  private entry(before: Progress, expected: Entry): Progress | Differs {
    const fits = (entry: Entry | undefined): boolean =>
      entry !== undefined && showEntry(entry) === showEntry(expected);
    const progress = this.passResponse(before, fits);
    const isNext = progress.main.bytes === 0 && fits(this.observation.entries[progress.main.entry]);
    return isNext ? { ...progress, main: next(progress.main) } : new Differs(showEntry(expected));
  }

  /** Passes over a response that is on its way to the client, if what follows it fits. */
  private passResponse(progress: Progress, fits: (entry: Entry | undefined) => boolean): Progress {
    const { entries } = this.observation;
    const at = progress.main.entry;
    if (entries[at]?.kind !== "response" || !fits(entries[at + 1])) return progress;
    const group = this.groups[this.responsesBefore(at)];
    const hasCrossed = group?.every((member) => progress.crossed.includes(member)) ?? false;
    return hasCrossed ? { ...progress, main: next(progress.main) } : progress;
  }

  private responsesBefore(position: number): number {
    return this.observation.entries.slice(0, position).filter(({ kind }) => kind === "response").length;
  }

  /** The recorder splits what is logged into lines and skips empty ones. */
  private log(progress: Progress, text: string): Progress | Differs {
    let after: Progress = progress;
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const followed = this.entry(after, { kind: "log", text: line });
      if (followed instanceof Differs) return followed;
      after = followed;
    }
    return after;
  }

  private outside(progress: Progress, event: OutsideEvent, at: number): Progress | Differs {
    switch (event.type) {
      case "request":
        return this.entry(progress, { kind: "request", path: event.path });
      case "response-sent":
        return this.sent(progress, event.request, event.status);
      case "response":
        return this.response(progress, event.request, at);
      case "syn": {
        const sockets = [...progress.sockets, event.socket];
        const followed = this.entry(progress, { kind: "connect", connection: sockets.length });
        if (followed instanceof Differs) return followed;
        return { ...followed, sockets, wires: [...progress.wires, { entry: 0, bytes: 0 }] };
      }
      case "send":
        return this.send(progress, this.connectionOf(progress, event.socket), event.bytes, event.text);
      case "fin-sent":
      case "rst-sent":
        return this.end(progress, this.connectionOf(progress, event.socket));
      case "accept":
        return this.wire(progress, event.socket, "accept");
      case "receive":
        return this.receive(progress, event.socket, event.bytes, event.text);
      case "fin-received":
        return this.wire(progress, event.socket, "fin");
      case "rst-received":
        return this.wire(progress, event.socket, "rst");
      case "closed":
        return this.wire(progress, event.socket, "close");
      default:
        return progress;
    }
  }

  private connectionOf(progress: Progress, socket: SocketId): number {
    return progress.sockets.indexOf(socket) + 1;
  }

  private sent(progress: Progress, request: RequestId, status: number): Progress | Differs {
    if (this.observation.answers[request - 1]?.status !== status)
      return new Differs(`response ${status} to request ${request}`);
    return { ...progress, sent: withId(progress.sent, request) };
  }

  private response(progress: Progress, request: RequestId, at: number): Progress | Differs {
    const after = { ...progress, answered: withId(progress.answered, request), answeredAt: at };
    const index = this.groups.findIndex((members) => members.includes(request));
    const group = this.groups[index] ?? [];
    const isWhole = group.every((member) => after.answered.includes(member));
    if (!isWhole || this.responsesBefore(progress.main.entry) > index) return after;
    const entry = this.observation.entries[progress.main.entry];
    if (entry?.kind !== "response") return new Differs(`the response to request ${group.join(" and ")}`);
    return { ...after, main: next(after.main) };
  }

  private send(before: Progress, connection: number, bytes: number, text: string): Progress | Differs {
    const progress = this.passResponse(
      before,
      (entry) => entry?.kind === "send" && entry.connection === connection,
    );
    const entry = this.observation.entries[progress.main.entry];
    const isHere = entry?.kind === "send" && entry.connection === connection;
    const main = isHere ? take(entry.data, progress.main, bytes, text) : null;
    if (main !== null) return { ...progress, main };
    return new Differs(`${connection === 1 ? "" : `#${connection} `}send ${showData(bytes, text)}`);
  }

  private end(progress: Progress, connection: number): Progress | Differs {
    const { entries, wires } = this.observation;
    const ends = (entry: Entry): boolean => entry.kind === "end" && entry.connection === connection;
    if (connection === 0 || !sawEnd(wires, connection)) return progress;
    return entries.slice(0, progress.main.entry).some(ends)
      ? progress
      : this.entry(progress, { kind: "end", connection });
  }

  private wire(
    progress: Progress,
    socket: SocketId,
    kind: "accept" | "fin" | "rst" | "close",
  ): Progress | Differs {
    const connection = this.connectionOf(progress, socket);
    const position = progress.wires[connection - 1];
    const entry = this.observation.wires[connection - 1]?.[position?.entry ?? 0];
    if (position === undefined || position.bytes > 0 || entry?.kind !== kind) {
      return new Differs(showWireEntry(connection, { kind }));
    }
    return { ...progress, wires: progress.wires.with(connection - 1, next(position)) };
  }

  private receive(progress: Progress, socket: SocketId, bytes: number, text: string): Progress | Differs {
    const connection = this.connectionOf(progress, socket);
    const position = progress.wires[connection - 1];
    const entry = this.observation.wires[connection - 1]?.[position?.entry ?? 0];
    const after =
      position !== undefined && entry?.kind === "data" ? take(entry.data, position, bytes, text) : null;
    if (after === null) {
      return new Differs(
        showWireEntry(connection, { kind: "data", data: [{ type: "text", text: toByteText(text) }] }),
      );
    }
    return { ...progress, wires: progress.wires.with(connection - 1, after) };
  }
}
