/*
 * HTTP/1.1 as fetch() speaks it: a request as text, and an answer read from what has arrived so far. No rule of the gate.
 */
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { Header } from "../handler/host.ts";
import { hostOf, type UrlParts } from "../handler/url.ts";

/** The head of a request. Headers stand as workerd writes them: the body's length, the host, then by name. */
export function requestHead(
  method: string,
  url: UrlParts,
  headers: readonly Header[],
  bodyBytes: number | "chunked" | null,
): string {
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    ...(bodyBytes === null
      ? []
      : [bodyBytes === "chunked" ? "Transfer-Encoding: chunked" : `Content-Length: ${bodyBytes}`]),
    `Host: ${hostOf(url)}`,
    ...headers.map(([name, value]) => `${canonicalName(name)}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** "content-type" as "Content-Type". */
function canonicalName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}

/** An answer of which at least the head has arrived. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly Header[];
  /** What has arrived of the body. */
  readonly body: string;
  readonly isComplete: boolean;
  /** Whether the connection can serve no other request. */
  readonly closes: boolean;
}

/**
 * Reads an answer; null while its head is not there, "malformed" when it is none. `ended`: nothing comes after this. `eager`:
 * what cannot become an answer is told at its first line rather than at the end of the head.
 */
export function readAnswer(
  received: string,
  ended: boolean,
  eager: boolean,
): HttpAnswer | "malformed" | null {
  const end = received.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = received.slice(0, Math.max(end, 0)).split("\r\n");
  if (end < 0) {
    const line = received.indexOf("\r\n");
    return eager && line >= 0 && !STATUS_LINE.test(received.slice(0, line)) ? "malformed" : null;
  }
  const match = STATUS_LINE.exec(statusLine);
  if (match === null) return "malformed";
  const headers = lines.map((line): Header => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const header = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
  const status = Number(match[1]);
  const length = status === 204 || status === 304 || status < 200 ? "0" : header("content-length");
  const rest = received.slice(end + 4);
  const isChunked = header("transfer-encoding")?.toLowerCase() === "chunked";
  const { body, isComplete } = isChunked ? readChunks(rest) : readPlain(rest, length, ended);
  const closes =
    header("connection")?.toLowerCase() === "close" || ended || (!isChunked && length === undefined);
  return { status, statusText: match[2] ?? "", headers, body, isComplete, closes };
}

const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: (.*))?$/;

interface Body {
  readonly body: string;
  readonly isComplete: boolean;
}

function readPlain(rest: string, length: string | undefined, ended: boolean): Body {
  if (length === undefined) return { body: rest, isComplete: ended };
  const bytes = encodeUtf8(rest);
  const expected = Number(length);
  if (bytes.length < expected) return { body: rest, isComplete: false };
  return { body: decodeUtf8(bytes.slice(0, expected)), isComplete: true };
}

function readChunks(rest: string): Body {
  let bytes = encodeUtf8(rest);
  const body: number[] = [];
  for (;;) {
    const text = decodeUtf8(bytes);
    const line = /^([0-9A-Fa-f]+)[^\r\n]*\r\n/.exec(text);
    if (line === null) return { body: decodeUtf8(body), isComplete: false };
    const size = Number.parseInt(line[1] ?? "0", 16);
    if (size === 0)
      return { body: decodeUtf8(body), isComplete: text.slice(line[0].length).startsWith("\r\n") };
    const from = line[0].length;
    if (bytes.length < from + size + 2) return { body: decodeUtf8(body), isComplete: false };
    body.push(...bytes.slice(from, from + size));
    bytes = bytes.slice(from + size + 2);
  }
}

/** Whether a request has arrived as a whole, for a far end that answers it. */
export function isWholeRequest(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = received.slice(0, end);
  if (/^transfer-encoding: *chunked/im.test(head)) return received.slice(end + 2).endsWith("\r\n0\r\n\r\n");
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  return length === undefined || encodeUtf8(received.slice(end + 4)).length >= Number(length);
}

/** Whether a request asks for a WebSocket. */
export function isUpgrade(received: string): boolean {
  return /^upgrade: *websocket/im.test(received);
}

/** What a far end with `http` answers. */
export const PEER_ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\npeer";

/** What a far end with `websocket` answers to the key that the model sends, which is the one that RFC 6455 has for an example. */
export const UPGRADE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";
export const PEER_UPGRADE =
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
