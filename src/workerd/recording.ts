/*
 * A recorded outcome as comparable entries: one order over what workerd did (`entries`), and what the far end of each
 * connection saw (`wires`). Log lines are entries too; the corpus reader has checked that `logs` repeats them.
 *
 * What is left out or joined, and why (the same on the model's side, in follow.ts):
 *
 * | recorded                                            | compared as          | why                                                     |
 * | --------------------------------------------------- | -------------------- | ------------------------------------------------------- |
 * | `recv ...`                                          | nothing              | when the kernel is asked is read-ahead; what JavaScript |
 * |                                                     |                      | reads shows in logs, what is left unread in `rst`       |
 * | neighbouring `send`s of a connection                | one `send`           | workerd may join or split what it writes back to back   |
 * | `send EPIPE`, `send ECONNRESET`                     | nothing              | nothing was sent                                        |
 * | `shutdown WR`; `close` without one before           | `end` of connection  | both end what the far end gets; FIN or RST is on `wire` |
 * | `close` after `shutdown WR`                         | nothing              | the far end has had its FIN                             |
 * | `close` of a connection without fin or rst on `wire`| nothing              | refused, never answered or reset by the far end: nobody |
 * |                                                     |                      | was there to see it                                     |
 * | `<TLS handshake 215 bytes>`, `<TLS alert 2 bytes>`  | their size with      | what is in them is random; it is a record's size        |
 * |                                                     | 5 bytes of header    | without its header that is recorded                     |
 * | after `fsync EIO`: the next `fsync`; after          | nothing              | SQLite closes the database of the object that is reset  |
 * | `disk write ENOSPC`: the next two; after ctx.abort()|                      | (disk-calls.ts)                                         |
 * | the last two, or a failing last one                 |                      |                                                         |
 * | `request /a and /b`                                 | two entries          | one HTTP request that the recorder's Worker splits      |
 * | `request /OBJECT:b/x`                               | `request /x`         | the recorder's Worker takes the object's name off       |
 * | `response 200` to `request /a and /b`               | one entry, when all  | that Worker answers when it has every answer; their own |
 * |                                                     | answers are there    | statuses are in `responses`                             |
 */
import { err, ok, type Result } from "../base/result.ts";
import { type Answer, answersOf, type Outcome, type Scenario } from "./corpus.ts";
import { type DiskCall, readDiskCalls } from "./disk-calls.ts";

/** Bytes: known, or only how many. Text is UTF-8 with one character per byte, so that its length counts bytes. */
export type Piece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "count"; readonly bytes: number };

/** Connections count from 1 in the order of connect(). */
export type Entry =
  | { readonly kind: "request"; readonly path: string }
  | { readonly kind: "commit" }
  | { readonly kind: "commit-fails" }
  | { readonly kind: "connect"; readonly connection: number }
  | { readonly kind: "send"; readonly connection: number; readonly data: readonly Piece[] }
  | { readonly kind: "end"; readonly connection: number }
  | { readonly kind: "response"; readonly status: number }
  | { readonly kind: "log"; readonly text: string };

export type WireEntry =
  | { readonly kind: "accept" }
  | { readonly kind: "data"; readonly data: readonly Piece[] }
  | { readonly kind: "fin" }
  | { readonly kind: "rst" }
  | { readonly kind: "close" };

/** One outcome, comparable. */
export interface Observation {
  readonly entries: readonly Entry[];
  /** By connection: wires[0] is connection 1. */
  readonly wires: readonly (readonly WireEntry[])[];
  /** By request. */
  readonly answers: readonly Answer[];
}

/** UTF-8 with one character per byte. */
export function toByteText(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** A TLS record's header, which the recorder does not count. */
const TLS_HEADER_BYTES = 5;

/** `"text"`, `<70000 bytes>`, `<70000 bytes in parts>`, `<TLS handshake 215 bytes><TLS alert 2 bytes>`. */
function parseData(text: string): readonly Piece[] | null {
  const count = /^<(\d+) bytes(?: in parts)?>$/.exec(text);
  if (count !== null) return [{ type: "count", bytes: Number(count[1]) }];
  if (/^(<TLS \w+ \d+ bytes>)+$/.test(text)) {
    const sizes = [...text.matchAll(/(\d+) bytes/g)].map(([, size]) => Number(size) + TLS_HEADER_BYTES);
    return [{ type: "count", bytes: sizes.reduce((sum, size) => sum + size, 0) }];
  }
  if (!text.startsWith('"')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? [{ type: "text", text: toByteText(value) }] : null;
  } catch {
    return null;
  }
}

/** "#2 send ..." is connection 2; no mark is connection 1. */
function splitMark(text: string): { readonly connection: number; readonly rest: string } {
  const marked = /^#(\d+) (.*)$/s.exec(text);
  return marked === null
    ? { connection: 1, rest: text }
    : { connection: Number(marked[1]), rest: marked[2] ?? "" };
}

/** "/OBJECT:b/x" reaches object b as "/x". */
function pathAtObject(path: string): string {
  const rest = path.replace(/^\/OBJECT:[^/]+/, "");
  return rest === "" ? "/" : rest;
}

/** Joins neighbouring pieces of the same type. */
export function joinPieces(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.type === "text" && piece.type === "text")
      joined[joined.length - 1] = { type: "text", text: last.text + piece.text };
    else if (last?.type === "count" && piece.type === "count") {
      joined[joined.length - 1] = { type: "count", bytes: last.bytes + piece.bytes };
    } else joined.push(piece);
  }
  return joined;
}

/** Joins neighbouring sends of a connection. */
export function joinSends(entries: readonly Entry[]): readonly Entry[] {
  const joined: Entry[] = [];
  for (const entry of entries) {
    const last = joined.at(-1);
    if (entry.kind === "send" && last?.kind === "send" && last.connection === entry.connection) {
      joined[joined.length - 1] = { ...last, data: joinPieces([...last.data, ...entry.data]) };
    } else joined.push(entry);
  }
  return joined;
}

function parseWires(wire: readonly string[]): Result<readonly (readonly WireEntry[])[], string> {
  const wires: WireEntry[][] = [];
  for (const text of wire) {
    const { connection, rest } = splitMark(text);
    while (wires.length < connection) wires.push([]);
    const entries = wires[connection - 1];
    if (rest === "accept" || rest === "fin" || rest === "rst" || rest === "close")
      entries?.push({ kind: rest });
    else {
      const data = rest.startsWith("data ") ? parseData(rest.slice("data ".length)) : null;
      if (data === null) return err(`the recording has "${text}" on the wire, which is not compared`);
      entries?.push({ kind: "data", data });
    }
  }
  return ok(wires);
}

/** Whether the far end saw the connection end from workerd's side. */
export function sawEnd(wires: readonly (readonly WireEntry[])[], connection: number): boolean {
  return (wires[connection - 1] ?? []).some(({ kind }) => kind === "fin" || kind === "rst");
}

/** The recorded order of system calls, read from left to right; the state is what earlier entries left behind. */
class SyscallReader {
  readonly entries: Entry[] = [];
  private readonly ended = new Set<number>();
  private requestsSeen = 0;
  private readonly scenario: Scenario;
  private readonly wires: readonly (readonly WireEntry[])[];

  constructor(scenario: Scenario, wires: readonly (readonly WireEntry[])[]) {
    this.scenario = scenario;
    this.wires = wires;
  }

  /** Takes one entry; false when it is of no known kind. */
  read(text: string, disk: DiskCall | undefined): boolean {
    if (disk === "closing") return true;
    if (disk !== undefined) this.entries.push({ kind: disk });
    else if (text.startsWith("log ")) this.entries.push({ kind: "log", text: text.slice("log ".length) });
    else if (text.startsWith("request ")) return this.request(text.slice("request ".length));
    else if (/^response \d+$/.test(text)) {
      this.entries.push({ kind: "response", status: Number(text.slice("response ".length)) });
    } else return this.network(splitMark(text));
    return true;
  }

  private request(paths: string): boolean {
    const group = [this.scenario.requests[this.requestsSeen] ?? []].flat();
    this.requestsSeen += 1;
    if (group.join(" and ") !== paths) return false;
    for (const path of group) this.entries.push({ kind: "request", path: pathAtObject(path) });
    return true;
  }

  private network({ connection, rest }: { readonly connection: number; readonly rest: string }): boolean {
    if (rest === "connect") this.entries.push({ kind: "connect", connection });
    else if (rest === "shutdown WR" || rest === "close") {
      if (!this.ended.has(connection) && sawEnd(this.wires, connection))
        this.entries.push({ kind: "end", connection });
      this.ended.add(connection);
    } else if (rest.startsWith("send ") && !/^send E[A-Z]+$/.test(rest)) {
      const data = parseData(rest.slice("send ".length));
      if (data === null) return false;
      this.entries.push({ kind: "send", connection, data });
    } else return rest.startsWith("recv ") || rest.startsWith("send ");
    return true;
  }
}

/** The outcome as comparable entries, or why it cannot be compared. */
export function readOutcome(scenario: Scenario, outcome: Outcome): Result<Observation, string> {
  if (outcome.died !== undefined) return err(`workerd itself ended (${outcome.died}) in the recording`);
  const wires = parseWires(outcome.wire);
  if (!wires.ok) return wires;
  const reader = new SyscallReader(scenario, wires.value);
  const disk = readDiskCalls(scenario, outcome);
  for (const [index, text] of outcome.syscalls.entries()) {
    if (!reader.read(text, disk.get(index)))
      return err(`the recording has the entry "${text}", which is not compared`);
  }
  return ok({ entries: joinSends(reader.entries), wires: wires.value, answers: answersOf(outcome) });
}

const showPieces = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) => (piece.type === "text" ? JSON.stringify(piece.text) : `<${piece.bytes} bytes>`))
    .join("");
const mark = (connection: number): string => (connection === 1 ? "" : `#${connection} `);

/** An entry in the words of the recordings. */
export function showEntry(entry: Entry): string {
  switch (entry.kind) {
    case "request":
      return `request ${entry.path}`;
    case "commit":
      return "fsync";
    case "commit-fails":
      return "fsync or disk write that fails";
    case "connect":
      return `${mark(entry.connection)}connect`;
    case "send":
      return `${mark(entry.connection)}send ${showPieces(entry.data)}`;
    case "end":
      return `${mark(entry.connection)}end (shutdown WR or close)`;
    case "response":
      return `response ${entry.status}`;
    case "log":
      return `log ${entry.text}`;
  }
}

/** What the far end saw, in the words of the recordings. */
export function showWireEntry(connection: number, entry: WireEntry): string {
  return `the far end${connection === 1 ? "" : ` of #${connection}`} sees ${entry.kind === "data" ? `data ${showPieces(entry.data)}` : entry.kind}`;
}
