/*
 * The words for what records are about: writes, sockets, outputs, amounts, times. Used by everything that is read.
 */
import { unreachable } from "../base/assert.ts";
import type { RequestId, SocketId, WriteId } from "../base/ids.ts";
import type { Output, OutsideEvent, RecordOf, ThingType } from "../model/records.ts";
import type { Facts } from "./facts.ts";

/** "1 write", "2 writes". */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  return items.length <= 1 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** "10 B", "64 KiB". */
export function byteText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${trimmed(kib)} KiB` : `${trimmed(kib / 1024)} MiB`;
}

/** "10 ms", "0.5 ms", "1.2 s". */
export function timeText(timeMs: number): string {
  return Math.abs(timeMs) < 1000 ? `${trimmed(timeMs)} ms` : `${trimmed(timeMs / 1000)} s`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(value < 100 ? 1 : 0)));
}

/** A text from the handler or the far end, quoted on one line and cut. */
export function quoted(text: string, limit = 40): string {
  const line = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return `"${line.length > limit ? `${line.slice(0, limit - 1)}…` : line}"`;
}

/** `put "balance"`. */
export function writeText(facts: Facts, write: WriteId): string {
  const accepted = facts.writes.get(write);
  if (accepted === undefined) return `write ${write}`;
  return accepted.key === "" ? accepted.op : `${accepted.op} "${accepted.key}"`;
}

/** `put "a" and put "b"`; after three, "and 2 more". */
export function writesText(facts: Facts, writes: readonly WriteId[]): string {
  const shown = writes.slice(0, 3).map((write) => writeText(facts, write));
  if (writes.length > 3) shown.push(`${writes.length - 3} more`);
  return listed(shown);
}

/** The far end's address, with the socket's number where an address alone would be ambiguous. */
export function socketText(facts: Facts, socket: SocketId): string {
  const secured = facts.secured.get(socket);
  if (secured !== undefined) return `${socketText(facts, secured.socket)} in TLS`;
  const address = facts.sockets.get(socket)?.address ?? `socket ${socket}`;
  const namesakes = [...facts.sockets.values()].filter((one) => one.address === address).length;
  return namesakes > 1 ? `${address} (${numberText(facts, socket)})` : address;
}

/** "socket 1", "connection 2" or "WebSocket 3": a connection by its use and its number. */
function numberText(facts: Facts, socket: SocketId): string {
  const use = facts.sockets.get(socket)?.use;
  return `${use === undefined ? "socket" : use === "fetch" ? "connection" : "WebSocket"} ${socket}`;
}

/** A connection as a row of its own: its address, and what it is for unless it is a socket's. */
export function connectionText(facts: Facts, socket: SocketId): string {
  const use = facts.sockets.get(socket)?.use;
  const prefix = use === undefined ? "" : use === "fetch" ? "fetch() to " : "WebSocket to ";
  return `${prefix}${socketText(facts, socket)}`;
}

/** "the request", or "request 2 (/b)" where there are several. */
export function requestText(facts: Facts, request: RequestId): string {
  const path = facts.requests.get(request);
  if (facts.requests.size <= 1) return "the request";
  return path === undefined ? `request ${request}` : `request ${request} (${path})`;
}

/** "the client", or "the client of request 2 (/b)" where there are several. */
export function clientText(facts: Facts, request: RequestId): string {
  return facts.requests.size <= 1 ? "the client" : `the client of ${requestText(facts, request)}`;
}

/** A text from elsewhere within a sentence of ours: without its own full stop. */
export function bare(text: string): string {
  return text.replace(/[.\s]+$/, "");
}

/** With a capital first letter, unless it begins with an address or a name from code. */
export function capitalised(text: string): string {
  return /^\S*[:.("]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** "9 B are", "the connection is": the form of a verb that goes with an output. */
export function verb(output: Output, singular: string, plural: string): string {
  const isPlural = output.type === "write" || output.type === "chunk" || output.type === "body-chunk";
  return isPlural ? plural : singular;
}

/** What rests on the gate as a chip: "connect", "write 10 B", "FIN", "response 200". */
export function outputText(output: Output): string {
  switch (output.type) {
    case "connect":
      return "connect";
    case "write":
      return `write ${byteText(output.bytes)}`;
    case "pipe":
      return "pipe";
    case "chunk":
      return `piped ${byteText(output.bytes)}`;
    case "transform":
      return output.what === "write" ? `write ${byteText(output.bytes)}` : output.what;
    case "body-chunk":
      return `body ${byteText(output.bytes)}`;
    case "fin":
      return "FIN";
    case "start-tls":
      return "ClientHello";
    case "close":
      return "close";
    case "response":
      return `response ${output.status}`;
    case "alarm-outcome":
      return output.ok ? "alarm() returned" : "alarm() failed";
    case "alarm-done":
      return "alarm done";
    case "take":
      return "take";
    case "fetch":
      return `fetch ${output.method}`;
    case "call":
      return `call ${output.what}`;
    case "result":
      return "result";
    case "frame":
      return output.frameType === "close" ? "WebSocket close" : `message ${quoted(output.text, 12)}`;
    case "sync":
      return "sync";
    default:
      return unreachable(output);
  }
}

/** An output in a sentence: "the connection to peer:9000", "10 B to peer:9000". */
export function outputPhrase(facts: Facts, output: Output): string {
  switch (output.type) {
    case "connect":
      return `the connection to ${socketText(facts, output.socket)}`;
    case "write":
      return `${byteText(output.bytes)} for ${socketText(facts, output.socket)}`;
    case "pipe":
      return `the pipe into ${socketText(facts, output.socket)}`;
    case "chunk":
      return `${byteText(output.bytes)} piped to ${socketText(facts, output.socket)}`;
    case "transform":
      return output.what === "write"
        ? `the write of ${byteText(output.bytes)} into a transform stream`
        : output.what === "end"
          ? "the end of a transform stream"
          : "the pipe into a transform stream";
    case "body-chunk":
      return `${byteText(output.bytes)} of the body for ${clientText(facts, output.request)}`;
    case "fin":
      return `the FIN for ${socketText(facts, output.socket)}`;
    case "start-tls":
      return `the TLS handshake with ${socketText(facts, output.socket)}`;
    case "close":
      return `the close of ${socketText(facts, output.socket)}`;
    case "response":
      return facts.requests.size <= 1
        ? `response ${output.status}`
        : `response ${output.status} to ${requestText(facts, output.request)}`;
    case "alarm-outcome":
      return output.ok ? "the success of alarm()" : "the failure of alarm()";
    case "alarm-done":
      return "the end of the alarm";
    case "take":
      return `the taking of the stream to ${socketText(facts, output.socket)}`;
    case "fetch":
      return `fetch ${output.method} ${output.url}`;
    case "call":
      return `the call ${output.what} of object ${output.object}`;
    case "result":
      return `the result ${quoted(output.text)} of ${requestText(facts, output.request)}`;
    case "frame":
      return output.frameType === "close"
        ? `the WebSocket's close for ${socketText(facts, output.socket)}`
        : `message ${quoted(output.text)} for ${socketText(facts, output.socket)}`;
    case "sync":
      return "storage.sync()";
    default:
      return unreachable(output);
  }
}

/** The socket of an output, or null. */
export function outputSocket(output: Output): SocketId | null {
  return "socket" in output ? output.socket : null;
}

/** What is written beside an observation: "SYN", "10 B arrive", "FIN". */
export function outsideText(event: OutsideEvent): string {
  switch (event.type) {
    case "syn":
      return "SYN";
    case "accept":
      return "accepts";
    case "refuse":
      return "refuses";
    case "send":
      return `${sentText(event)} leave${event.frame === undefined ? "" : "s"}`;
    case "receive":
      return `${sentText(event)} arrive${event.frame === undefined ? "" : "s"}`;
    case "fin-sent":
      return "FIN leaves";
    case "rst-sent":
      return "RST leaves";
    case "closed-by-host":
      return "closes";
    case "fin-received":
      return "FIN";
    case "rst-received":
      return "RST";
    case "closed":
      return "closed";
    case "peer-sends":
      return `sends ${sentText(event)}`;
    case "peer-fin":
      return "sends FIN";
    case "peer-rst":
      return "sends RST";
    case "service-returns":
      return "connect() returns";
    case "service-throws":
      return "connect() throws";
    case "call-cancelled":
      return "connect() is cancelled";
    case "request":
      return `asks ${event.path}`;
    case "response-sent":
      return `response ${event.status} leaves`;
    case "response":
      return `response ${event.status}`;
    case "body-sent":
      return `${byteText(event.bytes)} of the body leave`;
    case "body-received":
      return `${byteText(event.bytes)} of the body`;
    case "body-end-sent":
      return "end of the body leaves";
    case "body-ends":
      return "end of the body";
    case "body-cut":
      return "the body is cut off";
    case "body-breaks":
      return "the body breaks off";
    case "client-disconnects":
      return "disconnects";
    case "alarm":
      return event.retries === 0 ? "calls alarm()" : "calls alarm() again";
    case "alarm-result":
      return event.ok ? "alarm done" : "alarm failed";
    default:
      return unreachable(event);
  }
}

/** What asks for a connection, as it stands in the handler. */
export function connectText({ use, address }: RecordOf<"connect-called">): string {
  if (use === undefined) return `connect("${address}")`;
  return use === "fetch" ? `fetch() to ${address}` : `new WebSocket() to ${address}`;
}

/** What is on its way: "10 B", or a frame of a WebSocket: "message "one"". */
export function sentText({
  bytes,
  text,
  frame,
}: Extract<OutsideEvent, { readonly socket: SocketId; readonly bytes: number }>): string {
  if (frame === undefined) return byteText(bytes);
  return frame === "close" ? "a WebSocket close" : `message ${quoted(text)}`;
}

/** What a C++ object is, for readers who do not know workerd. */
export function thingText(type: ThingType): string {
  switch (type) {
    case "IoContext":
      return "IoContext (the object's bridge between JavaScript and I/O)";
    case "OutputGate":
      return "OutputGate";
    case "Socket":
      return "Socket (the JavaScript object)";
    case "ConnectionData":
      return "ConnectionData (the KJ side of the socket)";
    case "connectionStream":
      return "connectionStream (the object's end of the pipe)";
    case "watchForDisconnectTask":
      return "watchForDisconnectTask (reports the far end's disconnect)";
    case "tlsStarter":
      return "tlsStarter (the slot that startTls() calls)";
    case "connectTask":
      return "connectTask (waits for the gate, then connects)";
    case "connectFrame":
      return "connect frame (the suspended connect coroutine)";
    case "addressStr":
      return "addressStr (the address as a string)";
    case "readable":
      return "readable (the stream's source)";
    case "writable":
      return "writable (the stream's sink)";
    case "workerInterface":
      return "HttpClient, WorkerInterface (the way to the service, got before the gate is asked)";
    case "connectCopies":
      return "copies of host and headers (the adapter's own, with its end of the pipe)";
    case "statusTask":
      return "status continuation (waits to hear whether the connection was made)";
    case "closeTask":
      return "close() continuation (goes on with the Socket when it may be closed)";
    case "blockedWrite":
      return "blocked write (stands in the pipe until the other end reads)";
    case "pipeEnd":
      return "end of the pipe (what the promised stream becomes)";
    case "takenStream":
      return "taken stream (the connection without its socket)";
    case "storage":
      return "storage backend";
    case "lockWhileFrame":
      return "lockWhile frame (the coroutine that holds a lock of the gate)";
    default:
      return unreachable(type);
  }
}
