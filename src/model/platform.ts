/*
 * The platform as the handler sees it: which names there are, and which rule of the model each of them calls. Long because it
 * is one table of names and two switches over them, which would be read together however they were cut.
 */
import { mustGet } from "../base/assert.ts";
import type { ActorId, CallId, RequestId, SocketId } from "../base/ids.ts";
import type { BodyForm, Host, Machine, Member, Value } from "../handler/host.ts";
import { HandlerStuck } from "../handler/host.ts";
import { ALARM_METHODS, alarmSettled } from "./alarms.ts";
import { readIncomingBody } from "./call-entries.ts";
import { abortCall, callMethod, fetchObject, fetchUrl } from "./calls.ts";
import type { Draft } from "./draft.ts";
import { collectNow } from "./garbage.ts";
import { blockConcurrencyWhile, sectionSettled } from "./input-gate.ts";
import { Terminated } from "./object.ts";
import { callPipe } from "./pipe-api.ts";
import { cancelReadable, lockReader, read, readInto } from "./readable.ts";
import { handlerSettled } from "./requests.ts";
import { EPOCH_MS } from "./setup.ts";
import { closeAfterOpened, closeConnection, closeSocket, connect } from "./sockets.ts";
import { CURSOR_METHODS, columnNames, execSql, readCursor } from "./sql-api.ts";
import { callStorage, KEY_METHODS, STORAGE_METHODS, STORAGE_TYPES } from "./storage-api.ts";
import { isStreamLock, ofReleasedLock, releaseStreamLock, streamLock } from "./stream-locks.ts";
import { hexOfId, idOf, nameOfId, numberOfId, stubOfId, stubOfName } from "./stubs.ts";
import { newHttpClient } from "./take-stream.ts";
import { clearTimer, setTimer, waitFor } from "./timers.ts";
import { startTls } from "./tls.ts";
import {
  addListener,
  closeWebSocket,
  eventOfProperty,
  listenerOf,
  newWebSocket,
  removeListener,
  sendMessage,
  setListener,
} from "./web-sockets.ts";
import {
  abortWriter,
  closeWriter,
  desiredSize,
  errorOfWritable,
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

const BODY_FORMS: readonly BodyForm[] = ["text", "json", "bytes", "arrayBuffer"];
const bodyForm = (name: string): BodyForm | undefined => BODY_FORMS.find((form) => name.endsWith(`.${form}`));

/** The constants of WebSocket and its instances. */
const READY_STATES: Readonly<Record<string, number>> = {
  CONNECTING: 0,
  OPEN: 1,
  CLOSING: 2,
  CLOSED: 3,
  READY_STATE_CONNECTING: 0,
  READY_STATE_OPEN: 1,
  READY_STATE_CLOSING: 2,
  READY_STATE_CLOSED: 3,
};

/** The members of every host type. */
const MEMBERS: ReadonlyMap<string, ReadonlyMap<string, Member>> = new Map([
  [
    "DurableObjectState",
    new Map([
      ...table(["storage", "id"], GETTER),
      ...table(["waitUntil", "blockConcurrencyWhile", "abort"], METHOD),
    ]),
  ],
  ["DurableObjectId", new Map([...table(["name"], GETTER), ...table(["toString", "equals"], METHOD)])],
  [
    "DurableObjectNamespace",
    new Map([
      ...table(["idFromName", "get", "getByName"], METHOD),
      ...table(["idFromString", "newUniqueId"], later("Use idFromName() or getByName().")),
      ...table(["jurisdiction", "getExisting"], later("Leave it out.")),
      ...table(
        ["put", "list", "delete", "send", "sendBatch", "prepare", "writeDataPoint", "create"],
        later("A binding is the namespace of the handler's own class: use getByName()."),
      ),
    ]),
  ],
  [
    "DurableObjectStub",
    new Map([
      ...table(["id", "name"], GETTER),
      ...table(["fetch"], METHOD),
      ...table(["connect"], later("Call fetch() or a method of the object.")),
      // Every other name is a method of the object, but for these (alarm() and a few more are refused there).
      ...table(["then"], NONE),
      ...table(["constructor"], INHERITED),
    ]),
  ],
  ["IncomingBody", new Map(table(BODY_FORMS, METHOD))],
  ["FetchCall", new Map(table(["abort"], METHOD))],
  [
    "WebSocket",
    new Map([
      ...table(["readyState", "url", "protocol", "extensions", "binaryType"], GETTER),
      ...table(Object.keys(READY_STATES), GETTER),
      ...table(["onopen", "onmessage", "onclose", "onerror"], { is: "property" }),
      ...table(["send", "close", "addEventListener", "removeEventListener"], METHOD),
      ...table(["accept"], later("A WebSocket that the handler makes needs no accept().")),
      ...table(["serializeAttachment", "deserializeAttachment"], later("Keep the value in a field.")),
    ]),
  ],
  [
    "DurableObjectStorage",
    new Map([
      ...table(STORAGE_METHODS, METHOD),
      ...table(["kv", "sql"], GETTER),
      ...table(ALARM_METHODS, METHOD),
    ]),
  ],
  ["DurableObjectTransaction", new Map(table([...KEY_METHODS, ...ALARM_METHODS, "rollback"], METHOD))],
  ["SyncKvStorage", new Map(table(KEY_METHODS, METHOD))],
  ["SqlStorage", new Map(table(["exec"], METHOD))],
  [
    "SqlStorageCursor",
    new Map([
      ...table(CURSOR_METHODS, METHOD),
      ...table(["columnNames"], GETTER),
      ...table(["rowsRead", "rowsWritten"], later("SQLite counts pages of its own here: leave it out.")),
    ]),
  ],
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
    "ReadableStreamBYOBReader",
    new Map([
      ...table(["closed"], GETTER),
      ...table(["read", "cancel", "releaseLock"], METHOD),
      ...table(["readAtLeast"], later("Read in a loop until there is enough.")),
    ]),
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
  ["setInterval", METHOD],
  ["clearInterval", METHOD],
  ["Date.now", METHOD],
  ["scheduler", { is: "object", type: "Scheduler" }],
  ["gc", METHOD],
  ["CompressionStream", later("Send the bytes as they are.")],
  ["DecompressionStream", later("Read the bytes as they are.")],
  ["ByteLengthQueuingStrategy", later("Write { highWaterMark, size: (chunk) => chunk.byteLength }.")],
  ["CountQueuingStrategy", later("Write { highWaterMark }.")],
  ["fetch", METHOD],
  ["WebSocket", METHOD],
  ["WebSocketPair", later("Use new WebSocket(url), as a client.")],
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

/** From so many readings of the clock in one turn on, each takes a millisecond, as on one machine; in production it stands still within a turn. */
const FREE_CLOCK_READS = 100;

/** Goes on in a job of its own. */
function laterJob(js: Machine, outcome: "resolved" | "rejected", value: Value, token: string): void {
  const promise = js.newPromise();
  if (outcome === "resolved") js.resolve(promise, value);
  else js.reject(promise, value);
  js.onSettled(promise, token);
}

/** The host of one object's handler for one turn. */
export class PlatformHost implements Host {
  private readonly d: Draft;
  private readonly actorId: ActorId;
  private clockReads = 0;

  constructor(d: Draft, actorId: ActorId) {
    this.d = d;
    this.actorId = actorId;
  }

  member(type: string, name: string): Member {
    const known = MEMBERS.get(type)?.get(name);
    if (known !== undefined) return known;
    if (type === "DurableObjectStub") return METHOD;
    return type === "Env" && /^[A-Z][A-Z0-9_]*$/.test(name) ? GETTER : NONE;
  }

  global(name: string): Member {
    return GLOBALS.get(name) ?? NONE;
  }

  set(js: Machine, type: string, id: number, name: string, value: Value): void {
    this.d.machine = js;
    const event = type === "WebSocket" ? eventOfProperty(name) : null;
    if (event !== null) setListener(this.d, id as SocketId, event, value);
  }

  get(js: Machine, type: string, id: number, name: string): Value {
    const { d } = this;
    d.machine = js;
    const lock = isStreamLock(type) ? streamLock(d.s, id) : null;
    if (lock?.released === true) return ofReleasedLock(d, type, name);
    const socketId = lock?.socket ?? (id as SocketId);
    if (type === "Env") return js.hostObject("DurableObjectNamespace", 1);
    if (type === "WebSocket") return this.getOfWebSocket(socketId, name);
    switch (`${type}.${name}`) {
      case "DurableObjectState.storage":
        return js.hostObject("DurableObjectStorage", id);
      case "DurableObjectState.id":
        return idOf(d, d.actor(this.actorId).object);
      case "DurableObjectId.name":
        return nameOfId(d, id);
      case "DurableObjectStub.id":
        return idOf(d, mustGet(d.s.stubs[id - 1], `stub ${id}`).object);
      case "DurableObjectStub.name":
        return mustGet(d.s.stubs[id - 1], `stub ${id}`).object;
      case "SqlStorageCursor.columnNames":
        return columnNames(d, id);
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
      case "ReadableStreamBYOBReader.closed":
      case "ReadableStreamDefaultReader.closed":
        return this.endPromise(js, socketId, "readerClosedRef", d.socket(socketId).readable !== "open");
      case "WritableStreamDefaultWriter.closed":
        return this.endPromise(
          js,
          socketId,
          "writerClosedRef",
          d.socket(socketId).writable === "closed",
          d.socket(socketId).writable === "errored" ? [errorOfWritable(d, socketId)] : [],
        );
      case "WritableStreamDefaultWriter.ready":
        return readyPromise(d, socketId);
      case "WritableStreamDefaultWriter.desiredSize":
        return desiredSize(d, socketId);
      default:
        return undefined;
    }
  }

  /** A property of a WebSocket, or a constant of its class (number 0). */
  private getOfWebSocket(id: SocketId, name: string): Value {
    const constant = READY_STATES[name];
    if (constant !== undefined) return constant;
    if (id === 0) return undefined;
    const event = eventOfProperty(name);
    if (event !== null) return listenerOf(this.d, id, event);
    const { readyState, url } = this.d.webSocket(id);
    if (name === "readyState") return readyState;
    if (name === "binaryType") return "blob";
    return name === "url" ? url : null;
  }

  /** reader.closed and writer.closed: made when first asked for, settled when their side ends. */
  private endPromise(
    js: Machine,
    id: SocketId,
    field: "readerClosedRef" | "writerClosedRef",
    ended: boolean,
    errors: readonly Value[] = [],
  ): Value {
    const known = this.d.socket(id)[field];
    if (known !== 0) return { ref: known };
    const promise = js.newPromise();
    this.d.patchSocket(id, { [field]: promise.ref });
    js.onSettled(promise, "ignore");
    if (ended) js.resolve(promise, undefined);
    for (const error of errors) js.reject(promise, error);
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
    const lock = self !== null && isStreamLock(self.type) ? streamLock(d.s, self.id) : null;
    if (self !== null && lock?.released === true)
      return ofReleasedLock(d, self.type, name.slice(name.indexOf(".") + 1));
    const id = lock?.socket ?? ((self?.id ?? 0) as SocketId);
    const [first, second, third] = args;
    if (self?.type === "DurableObjectStub" && name !== "DurableObjectStub.fetch")
      return callMethod(d, this.actorId, self.id, name.slice(name.indexOf(".") + 1), args);
    if (self !== null && STORAGE_TYPES.has(self.type)) {
      return callStorage(d, this.actorId, self.type, name.slice(name.indexOf(".") + 1), args);
    }
    if (self?.type === "SqlStorageCursor") return readCursor(d, self.id, name.slice(name.indexOf(".") + 1));
    const piped = callPipe(d, this.actorId, name, args);
    if (piped !== null) return piped.value;
    switch (name) {
      case "cloudflare:sockets:connect":
        return connect(d, first, second);
      case "cloudflare:sockets:internalNewHttpClient":
        return newHttpClient(d, first);
      case "fetch":
        return fetchUrl(d, this.actorId, first, second);
      case "DurableObjectStub.fetch":
        return fetchObject(d, this.actorId, self?.id ?? 0, first, second);
      case "IncomingBody.text":
      case "IncomingBody.json":
      case "IncomingBody.bytes":
      case "IncomingBody.arrayBuffer":
        return readIncomingBody(d, (self?.id ?? 0) as CallId, mustGet(bodyForm(name), "how to read a body"));
      case "DurableObjectNamespace.idFromName":
        return idOf(d, js.toText(first));
      case "DurableObjectNamespace.get":
        return stubOfId(d, this.actorId, first);
      case "DurableObjectNamespace.getByName":
        return stubOfName(d, this.actorId, js.toText(first));
      case "DurableObjectId.toString":
        return hexOfId(nameOfId(d, self?.id ?? 0));
      case "DurableObjectId.equals":
        return numberOfId(js, first, "equals", "DurableObjectId") === self?.id;
      case "FetchCall.abort":
        abortCall(d, (self?.id ?? 0) as CallId);
        return undefined;
      case "WebSocket":
        return newWebSocket(d, this.actorId, first);
      case "WebSocket.send":
        sendMessage(d, id, first);
        return undefined;
      case "WebSocket.close":
        closeWebSocket(d, id, first, second);
        return undefined;
      case "WebSocket.addEventListener":
        addListener(d, id, first, second, third);
        return undefined;
      case "WebSocket.removeEventListener":
        removeListener(d, id, first, second);
        return undefined;
      case "Socket.close":
        return closeSocket(d, id);
      case "Socket.startTls":
        return startTls(d, id, first);
      case "ReadableStream.getReader":
        return lockReader(d, id, first);
      case "ReadableStream.cancel":
        return d.socket(id).readerLocked ? lockedStream(js, READER_LOCKED) : cancelReadable(d, id);
      case "ReadableStreamBYOBReader.cancel":
      case "ReadableStreamDefaultReader.cancel":
        return cancelReadable(d, id);
      case "ReadableStreamDefaultReader.read":
        return read(d, id);
      case "ReadableStreamBYOBReader.read":
        return readInto(d, id, first);
      case "ReadableStreamBYOBReader.releaseLock":
      case "ReadableStreamDefaultReader.releaseLock":
      case "WritableStreamDefaultWriter.releaseLock":
        releaseStreamLock(d, self?.type ?? "", self?.id ?? 0);
        return undefined;
      case "WritableStream.getWriter":
        return lockWriter(d, id);
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
      case "Scheduler.wait":
        return waitFor(d, this.actorId, first);
      case "gc":
        collectNow(d, this.actorId);
        return undefined;
      case "setTimeout":
      case "setInterval":
        return setTimer(d, this.actorId, name, args);
      case "clearTimeout":
      case "clearInterval":
        clearTimer(d, first);
        return undefined;
      case "Date.now":
        return EPOCH_MS + this.readClock();
      case "DurableObjectState.waitUntil":
        return undefined;
      case "DurableObjectState.abort":
        throw new Terminated(js.toText(first ?? "Application called abort() to reset Durable Object."));
      case "DurableObjectState.blockConcurrencyWhile":
        return blockConcurrencyWhile(d, this.actorId, first, false);
      case "SqlStorage.exec":
        return execSql(d, this.actorId, args);
      default:
        throw new HandlerStuck(
          `${name} is not modelled: use what the built-in scenarios use.`,
          js.line,
          null,
        );
    }
  }

  /** In milliseconds of virtual time. A turn takes no time, but for one that reads the clock over and over, waiting for it to move. */
  private readClock(): number {
    this.clockReads++;
    if (this.clockReads > FREE_CLOCK_READS) this.d.passTime(1);
    return this.d.s.now;
  }

  settled(js: Machine, token: string, outcome: "resolved" | "rejected", value: Value): void {
    const { d } = this;
    d.machine = js;
    const [what = "", number = "0", jobs = "0"] = token.split(":");
    const id = Number(number);
    if (what === "fetch" && jobs !== "0") laterJob(js, outcome, value, `fetch:${id}:${Number(jobs) - 1}`);
    else if (what === "fetch") handlerSettled(d, id as RequestId, outcome, value);
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
