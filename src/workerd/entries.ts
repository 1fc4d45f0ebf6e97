/*
 * The comparable entries that recordings are turned into: one order over what workerd did and what was done to it
 * (`entries`), and what the far end of each connection saw (`wires`).
 */
import { unreachable } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Answer } from "./peer.ts";

/** Bytes: known, or only how many. Text is UTF-8 with one character per byte, so that its length counts bytes. */
export type Piece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "count"; readonly bytes: number }
  /** An HTTP request, of which only the first line and whether it asks for a WebSocket are recorded. */
  | { readonly type: "http"; readonly line: string; readonly upgrade: boolean };

/** Connections count from 1 in the order of connect(). */
export type Entry =
  | { readonly kind: "request"; readonly path: string }
  | { readonly kind: "commit" }
  | { readonly kind: "commit-fails" }
  | { readonly kind: "connect"; readonly connection: number }
  | { readonly kind: "send"; readonly connection: number; readonly data: readonly Piece[] }
  | { readonly kind: "end"; readonly connection: number }
  /** `group` counts requests that go out together as one, from 0. */
  | { readonly kind: "response"; readonly status: number; readonly group: number }
  | { readonly kind: "log"; readonly text: string }
  // ---- only where commits go to a bucket
  /** A commit goes out, also again; `answered`: the bucket will ever say something to it. */
  | { readonly kind: "commit-sent"; readonly commit: number; readonly answered: boolean }
  | {
      readonly kind: "commit-answered";
      readonly commit: number;
      readonly how: "durable" | "busy" | "refused";
      /** Null: the recording does not tell. */
      readonly stored: boolean | null;
      /** In the words of the recording, e.g. "refused 503". */
      readonly text: string;
    }
  | { readonly kind: "check"; readonly check: number; readonly what: "asked" | "passed" | "busy" | "refused" }
  | { readonly kind: "disconnect"; readonly group: number }
  /** The host's socket is closed after its FIN; the far end is reset. */
  | { readonly kind: "close"; readonly connection: number }
  | { readonly kind: "rst"; readonly connection: number }
  /** A message of a WebSocket. */
  | { readonly kind: "message"; readonly connection: number; readonly text: string }
  /** What the client reads of a response's body. */
  | { readonly kind: "body"; readonly text: string }
  | { readonly kind: "body-ends" }
  | { readonly kind: "body-breaks" };

export type WireEntry =
  | { readonly kind: "accept" }
  | { readonly kind: "data"; readonly data: readonly Piece[] }
  | { readonly kind: "fin" }
  | { readonly kind: "rst" }
  | { readonly kind: "close" }
  | { readonly kind: "message"; readonly text: string };

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
export function parseData(text: string): readonly Piece[] | null {
  const count = /^<(\d+) bytes(?: in parts)?>$/.exec(text);
  if (count !== null) return [{ type: "count", bytes: Number(count[1]) }];
  if (/^(<TLS \w+ \d+ bytes>)+$/.test(text)) {
    const sizes = [...text.matchAll(/(\d+) bytes/g)].map(([, size]) => Number(size) + TLS_HEADER_BYTES);
    return [{ type: "count", bytes: sizes.reduce((sum, size) => sum + size, 0) }];
  }
  const http = /^"([A-Z]+ \S+ HTTP\/1\.\d)"( \(upgrade\))?$/.exec(text);
  if (http !== null) return [{ type: "http", line: http[1] ?? "", upgrade: http[2] !== undefined }];
  if (!text.startsWith('"')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? [{ type: "text", text: toByteText(value) }] : null;
  } catch {
    return null;
  }
}

/** "#2 send ..." is connection 2; no mark is connection 1. */
export function splitMark(text: string): { readonly connection: number; readonly rest: string } {
  const marked = /^#(\d+) (.*)$/s.exec(text);
  return marked === null
    ? { connection: 1, rest: text }
    : { connection: Number(marked[1]), rest: marked[2] ?? "" };
}

/** "/OBJECT:b/x" reaches object b as "/x". */
export function pathAtObject(path: string): string {
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

export function parseWires(wire: readonly string[]): Result<readonly (readonly WireEntry[])[], string> {
  const wires: WireEntry[][] = [];
  for (const text of wire) {
    const { connection, rest } = splitMark(text);
    while (wires.length < connection) wires.push([]);
    const entries = wires[connection - 1];
    if (rest === "accept" || rest === "fin" || rest === "rst" || rest === "close")
      entries?.push({ kind: rest });
    else if (rest.startsWith("websocket "))
      entries?.push({ kind: "message", text: rest.slice("websocket ".length) });
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

const showPieces = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) => {
      if (piece.type === "text") return JSON.stringify(piece.text);
      if (piece.type === "count") return `<${piece.bytes} bytes>`;
      return JSON.stringify(piece.line) + (piece.upgrade ? " (upgrade)" : "");
    })
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
      return `response ${entry.status}${entry.group === 0 ? "" : ` to request ${entry.group + 1}`}`;
    case "log":
      return `log ${entry.text}`;
    case "commit-sent":
      return `commit ${entry.commit} sent${entry.answered ? "" : " and never answered"}`;
    case "commit-answered":
      return `commit ${entry.commit} ${entry.text}`;
    case "check":
      return `check ${entry.check} ${entry.what}`;
    case "disconnect":
      return `client disconnects from request ${entry.group + 1}`;
    case "close":
      return `${mark(entry.connection)}close`;
    case "rst":
      return `${mark(entry.connection)}rst`;
    case "message":
      return `${mark(entry.connection)}websocket ${entry.text}`;
    case "body":
      return `body ${JSON.stringify(entry.text)}`;
    case "body-ends":
      return "body ends";
    case "body-breaks":
      return "body error";
    default:
      return unreachable(entry);
  }
}

/** What the far end saw, in the words of the recordings. */
export function showWireEntry(connection: number, entry: WireEntry): string {
  const what =
    entry.kind === "data"
      ? `data ${showPieces(entry.data)}`
      : entry.kind === "message"
        ? `websocket ${entry.text}`
        : entry.kind;
  return `the far end${connection === 1 ? "" : ` of #${connection}`} sees ${what}`;
}
