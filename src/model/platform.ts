/*
 * The platform as the handler sees it: which names there are, and which rule of the model each of them calls.
 */
import type { ActorId, RequestId, SocketId, TimerId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Host, Machine, Member, Value } from "../handler/host.ts";
import { HandlerStuck, HandlerThrow } from "../handler/host.ts";
import { ALARM_METHODS, alarmSettled } from "./alarms.ts";
import type { Draft } from "./draft.ts";
import { blockConcurrencyWhile, sectionSettled } from "./input-gate.ts";
import { Terminated } from "./object.ts";
import { callPipe } from "./pipe-api.ts";
import { cancelReadable, lockReader, read } from "./readable.ts";
import { handlerSettled } from "./requests.ts";
import { EPOCH_MS } from "./setup.ts";
import { closeAfterOpened, closeConnection, closeSocket, connect } from "./sockets.ts";
import { execSql, readCursor } from "./sql-api.ts";
import {
  callStorage,
  STORAGE_METHODS,
  STORAGE_TYPES,
  SYNC_KV_METHODS,
  TRANSACTION_METHODS,
} from "./storage-api.ts";
import { newHttpClient } from "./take-stream.ts";
import { startTls } from "./tls.ts";
import {
  abortWriter,
  closeWriter,
  desiredSize,
  lockWriter,
  queueClose,
  readyPromise,
  write,
} from "./writable.ts";

const GETTER: Member = { is: "getter" };
const METHOD: Member = { is: "method" };
const INHERITED: Member = { is: "inherited" };
const NONE: Member = { is: "none" };
const later = (advice: string): Member => ({ is: "unsupported", advice });
const table = (names: readonly string[], member: Member): [string, Member][] =>
  names.map((name) => [name, member]);

/** The members of every host type. */
const MEMBERS: ReadonlyMap<string, ReadonlyMap<string, Member>> = new Map([
  [
    "DurableObjectState",
    new Map([
      ...table(["storage", "id"], GETTER),
      ...table(["waitUntil", "blockConcurrencyWhile", "abort"], METHOD),
    ]),
  ],
  ["DurableObjectId", new Map([...table(["name"], GETTER), ...table(["toString"], METHOD)])],
  [
    "DurableObjectStorage",
    new Map([
      ...table(STORAGE_METHODS, METHOD),
      ...table(["kv", "sql"], GETTER),
      ...table(ALARM_METHODS, METHOD),
    ]),
  ],
  [
    "DurableObjectTransaction",
    new Map(table([...TRANSACTION_METHODS, ...ALARM_METHODS, "rollback"], METHOD)),
  ],
  ["SyncKvStorage", new Map(table(SYNC_KV_METHODS, METHOD))],
  ["SqlStorage", new Map(table(["exec"], METHOD))],
  ["SqlStorageCursor", new Map(table(["one", "toArray"], METHOD))],
  [
    "Socket",
    new Map([
      ...table(["readable", "writable", "opened", "closed", "upgraded", "secureTransport"], GETTER),
      ...table(["close", "startTls"], METHOD),
    ]),
  ],
  [
    "ReadableStream",
    new Map([
      ...table(["locked"], GETTER),
      ...table(["getReader", "cancel"], METHOD),
      ...table(["pipeTo", "pipeThrough", "tee", "values"], INHERITED),
    ]),
  ],
  [
    "ReadableStreamDefaultReader",
    new Map([...table(["closed"], GETTER), ...table(["read", "cancel", "releaseLock"], METHOD)]),
  ],
  [
    "WritableStream",
    new Map([...table(["locked"], GETTER), ...table(["getWriter", "close", "abort"], METHOD)]),
  ],
  [
    "WritableStreamDefaultWriter",
    new Map([
      ...table(["closed", "ready", "desiredSize"], GETTER),
      ...table(["write", "close", "abort", "releaseLock"], METHOD),
    ]),
  ],
  ["HttpClient", new Map([["fetch", later("Only take the stream: requests over it are not modelled.")]])],
  ["Scheduler", new Map(table(["wait"], METHOD))],
]);

const GLOBALS: ReadonlyMap<string, Member> = new Map([
  ["cloudflare:sockets:connect", METHOD],
  ["cloudflare:sockets:internalNewHttpClient", METHOD],
  ["setTimeout", METHOD],
  ["clearTimeout", METHOD],
  ["Date.now", METHOD],
  ["scheduler", { is: "object", type: "Scheduler" }],
  ["gc", later("Leave garbage collection out.")],
  ["setInterval", later("Use setTimeout() in a loop.")],
  ["fetch", later("Use connect().")],
  ["CompressionStream", later("Send the bytes as they are.")],
  ["DecompressionStream", later("Read the bytes as they are.")],
  ["ByteLengthQueuingStrategy", later("Write { highWaterMark, size: (chunk) => chunk.byteLength }.")],
  ["CountQueuingStrategy", later("Write { highWaterMark }.")],
  ["AbortController", later("Cancel or abort the stream itself.")],
  ["WebSocket", later("Use connect().")],
  ["crypto", later("Choose the value in the handler.")],
]);

const READER_LOCKED = "This ReadableStream is currently locked to a reader.";
const WRITER_LOCKED = "This WritableStream is currently locked to a writer.";

/** What a method of a stream gives while a reader, a writer or a pipe has it. */
function lockedStream(js: Machine, text: string): Value {
  const promise = js.newPromise();
  js.reject(promise, js.newError("TypeError", text));
  js.onSettled(promise, "ignore");
  return promise;
}

/** The host of one object's handler for one turn. */
export class PlatformHost implements Host {
  private readonly d: Draft;
  private readonly actorId: ActorId;

  constructor(d: Draft, actorId: ActorId) {
    this.d = d;
    this.actorId = actorId;
  }

  member(type: string, name: string): Member {
    return MEMBERS.get(type)?.get(name) ?? NONE;
  }

  global(name: string): Member {
    return GLOBALS.get(name) ?? NONE;
  }

  set(js: Machine, type: string, _id: number, name: string, _value: Value): void {
    throw new HandlerStuck(`${type}.${name} cannot be set.`, js.line, null);
  }

  get(js: Machine, type: string, id: number, name: string): Value {
    const { d } = this;
    d.machine = js;
    const socketId = id as SocketId;
    switch (`${type}.${name}`) {
      case "DurableObjectState.storage":
        return js.hostObject("DurableObjectStorage", id);
      case "DurableObjectState.id":
        return js.hostObject("DurableObjectId", id);
      case "DurableObjectId.name":
        return d.actor(this.actorId).object;
      case "DurableObjectStorage.kv":
        return js.hostObject("SyncKvStorage", id);
      case "DurableObjectStorage.sql":
        return js.hostObject("SqlStorage", id);
      case "Socket.readable":
        return js.hostObject("ReadableStream", id);
      case "Socket.writable":
        return js.hostObject("WritableStream", id);
      case "Socket.opened":
        return { ref: d.socket(socketId).openedRef };
      case "Socket.closed":
        return { ref: d.socket(socketId).closedRef };
      case "Socket.upgraded":
        return d.socket(socketId).upgraded;
      case "Socket.secureTransport":
        return d.socket(socketId).secureTransport;
      case "ReadableStream.locked":
        return d.socket(socketId).readerLocked;
      case "WritableStream.locked":
        return d.socket(socketId).writerLocked;
      case "ReadableStreamDefaultReader.closed":
        return this.endPromise(js, socketId, "readerClosedRef", d.socket(socketId).readable !== "open");
      case "WritableStreamDefaultWriter.closed":
        return this.endPromise(
          js,
          socketId,
          "writerClosedRef",
          d.socket(socketId).writable === "closed",
          d.socket(socketId).writable === "errored" ? d.socket(socketId).writableError : null,
        );
      case "WritableStreamDefaultWriter.ready":
        return readyPromise(d, socketId);
      case "WritableStreamDefaultWriter.desiredSize":
        return desiredSize(d, socketId);
      default:
        return undefined;
    }
  }

  /** reader.closed and writer.closed: made when first asked for, settled when their side ends. */
  private endPromise(
    js: Machine,
    id: SocketId,
    field: "readerClosedRef" | "writerClosedRef",
    ended: boolean,
    error: string | null = null,
  ): Value {
    const known = this.d.socket(id)[field];
    if (known !== 0) return { ref: known };
    const promise = js.newPromise();
    this.d.patchSocket(id, { [field]: promise.ref });
    js.onSettled(promise, "ignore");
    if (ended) js.resolve(promise, undefined);
    if (error !== null) js.reject(promise, js.newError("Error", error));
    return promise;
  }

  call(
    js: Machine,
    name: string,
    self: { readonly type: string; readonly id: number } | null,
    args: readonly Value[],
  ): Value {
    const { d } = this;
    d.machine = js;
    const id = (self?.id ?? 0) as SocketId;
    const [first, second] = args;
    if (self !== null && STORAGE_TYPES.has(self.type)) {
      return callStorage(d, this.actorId, self.type, name.slice(name.indexOf(".") + 1), args);
    }
    const piped = callPipe(d, this.actorId, name, args);
    if (piped !== null) return piped.value;
    switch (name) {
      case "cloudflare:sockets:connect":
        return connect(d, first, second);
      case "cloudflare:sockets:internalNewHttpClient":
        return newHttpClient(d, first);
      case "Socket.close":
        return closeSocket(d, id);
      case "Socket.startTls":
        return startTls(d, id, first);
      case "ReadableStream.getReader":
        lockReader(d, id);
        return js.hostObject("ReadableStreamDefaultReader", id);
      case "ReadableStream.cancel":
        return d.socket(id).readerLocked ? lockedStream(js, READER_LOCKED) : cancelReadable(d, id);
      case "ReadableStreamDefaultReader.cancel":
        return cancelReadable(d, id);
      case "ReadableStreamDefaultReader.read":
        return read(d, id);
      case "ReadableStreamDefaultReader.releaseLock":
        d.patchSocket(id, { readerLocked: false });
        return undefined;
      case "WritableStream.getWriter":
        lockWriter(d, id);
        return js.hostObject("WritableStreamDefaultWriter", id);
      case "WritableStreamDefaultWriter.write":
        return write(d, id, first);
      case "WritableStream.close":
        return d.socket(id).writerLocked ? lockedStream(js, WRITER_LOCKED) : closeWriter(d, id);
      case "WritableStreamDefaultWriter.close":
        return closeWriter(d, id);
      case "WritableStream.abort":
        return d.socket(id).writerLocked ? lockedStream(js, WRITER_LOCKED) : abortWriter(d, id, first);
      case "WritableStreamDefaultWriter.abort":
        return abortWriter(d, id, first);
      case "WritableStreamDefaultWriter.releaseLock":
        d.patchSocket(id, { writerLocked: false });
        return undefined;
      case "Scheduler.wait":
        return this.startTimer(js, first, null);
      case "setTimeout":
        return this.startTimer(js, second, first);
      case "clearTimeout":
        d.s.timers = d.s.timers.filter((timer) => timer.id !== first);
        return undefined;
      case "Date.now":
        return EPOCH_MS + d.s.now;
      case "DurableObjectState.waitUntil":
        return undefined;
      case "DurableObjectState.abort":
        throw new Terminated(js.toText(first ?? "Application called abort() to reset Durable Object."));
      case "DurableObjectState.blockConcurrencyWhile":
        return blockConcurrencyWhile(d, this.actorId, first, false);
      case "SqlStorage.exec":
        return execSql(d, this.actorId, args);
      case "SqlStorageCursor.one":
      case "SqlStorageCursor.toArray":
        return readCursor(d, id, name === "SqlStorageCursor.one");
      case "DurableObjectId.toString":
        return d.actor(this.actorId).object;
      default:
        throw new HandlerStuck(
          `${name} is not modelled: use what the built-in scenarios use.`,
          js.line,
          null,
        );
    }
  }

  /** setTimeout(fn, ms) gives a number, scheduler.wait(ms) a promise. */
  private startTimer(js: Machine, delay: Value, callback: Value): Value {
    const { d } = this;
    const afterMs = typeof delay === "number" && delay > 0 ? delay : 0;
    const id = d.s.nextTimer as TimerId;
    d.s.nextTimer++;
    const fn = callback === null ? null : js.asFunction(callback);
    if (callback !== null && fn === null)
      throw new HandlerThrow(js.newError("TypeError", "setTimeout() needs a function."));
    const promise = callback === null ? js.newPromise() : null;
    const cause = d.emit({ kind: "timer-set", timer: id, afterMs });
    const timer = {
      section: d.section,
      id,
      actor: this.actorId,
      dueAt: ms(d.s.now + afterMs),
      callbackRef: fn?.ref ?? 0,
      promiseRef: promise?.ref ?? 0,
      cause,
    };
    d.s.timers = [...d.s.timers, timer].toSorted((a, b) => a.dueAt - b.dueAt || a.id - b.id);
    return promise ?? id;
  }

  settled(js: Machine, token: string, outcome: "resolved" | "rejected", value: Value): void {
    const { d } = this;
    d.machine = js;
    const [what = "", number = "0"] = token.split(":");
    const id = Number(number);
    if (what === "fetch") handlerSettled(d, id as RequestId, outcome, value);
    else if (what === "alarm") alarmSettled(d, id as RequestId, outcome, value);
    else if (what === "writer-close") queueClose(d, id as SocketId, outcome === "resolved");
    else if (what === "close-opened") closeAfterOpened(d, id as SocketId, outcome === "resolved");
    else if (what === "close-teardown") closeConnection(d, id as SocketId);
    else if (what === "section") sectionSettled(d, this.actorId, id, outcome, value);
  }

  log(js: Machine, text: string): void {
    this.d.machine = js;
    this.d.emit({ kind: "log", text });
  }

  awaits(js: Machine, call: number, text: string): void {
    this.d.machine = js;
    this.d.emit({ kind: "await", call, text });
  }

  resumes(js: Machine, call: number): void {
    this.d.machine = js;
    this.d.emit({ kind: "resume", call });
  }
}
