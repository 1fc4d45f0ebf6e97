/*
 * ctx.storage and ctx.storage.kv: arguments in, writes and reads of the model out (MODEL 3.1).
 */
import type { ActorId, CommitId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Value } from "../handler/host.ts";
import { HandlerThrow, isRef } from "../handler/host.ts";
import { ALARM_METHODS, callAlarmMethod } from "./alarms.ts";
import { deleteAll } from "./delete-all.ts";
import type { Draft } from "./draft.ts";
import { waitAtGate } from "./gate.ts";
import { blockConcurrencyWhile, holdInputGate } from "./input-gate.ts";
import { acceptWrite, unsettledCommits } from "./storage.ts";
import { isSameData, listedKeys } from "./storage-arguments.ts";
import { rollBack, transactionSync } from "./transactions.ts";

/** The methods of ctx.storage that are modelled. */
export const STORAGE_METHODS: readonly string[] = [
  "put",
  "get",
  "delete",
  "list",
  "sync",
  "deleteAll",
  "transaction",
  "transactionSync",
];
/** The methods of the object that transaction() gives to its function, besides rollback(). */
export const TRANSACTION_METHODS: readonly string[] = ["put", "get", "delete", "list"];
/** The host types whose methods are storage methods. */
export const STORAGE_TYPES: ReadonlySet<string> = new Set([
  "DurableObjectStorage",
  "DurableObjectTransaction",
  "SyncKvStorage",
]);
/** The methods of ctx.storage.kv: the same, answered at once instead of with a promise. */
export const SYNC_KV_METHODS: readonly string[] = ["put", "get", "delete", "list"];

/** Calls a storage method. ctx.storage.kv gives values, otherwise promises that are settled already where nothing has to be awaited (ST1, ST4, SQ7). */
export function callStorage(
  d: Draft,
  actorId: ActorId,
  type: string,
  method: string,
  args: readonly Value[],
): Value {
  const js = d.js();
  const sync = type === "SyncKvStorage";
  if (ALARM_METHODS.includes(method)) return callAlarmMethod(d, actorId, method, args);
  if (method === "sync") return syncStorage(d, actorId);
  if (method === "transaction") return blockConcurrencyWhile(d, actorId, args[0], true);
  if (method === "transactionSync") return transactionSync(d, actorId, args[0]);
  if (method === "rollback") {
    rollBack(d, actorId);
    return undefined;
  }
  if ((method === "get" || method === "list") && !sync && d.world.backend === "cache") {
    const keys =
      method === "get" ? keysOf(d, args[0]) : listedKeys(d, Object.keys(d.actor(actorId).view), args[0]);
    if (method === "list" ? d.actor(actorId).known !== "all" : !areKnown(d, actorId, keys)) {
      const options = args[method === "list" ? 0 : 1];
      const isConcurrent = isRef(options) && js.getProperty(options, "allowConcurrency") === true;
      return readFromDisk(d, actorId, method, keys, !isArray(d, args[0]) && method === "get", isConcurrent);
    }
  }
  if (
    method === "delete" &&
    !sync &&
    d.world.backend === "cache" &&
    !areKnown(d, actorId, keysOf(d, args[0]))
  )
    return countedDelete(d, actorId, args[0], args[1]);
  if (sync || method === "delete") {
    const value = callNow(d, actorId, method, args, sync);
    return sync ? value : js.promiseOf(value);
  }
  // What is wrong with the arguments is told through the promise, but by delete() (seen in recordings).
  try {
    return js.promiseOf(callNow(d, actorId, method, args, sync));
  } catch (error) {
    if (!(error instanceof HandlerThrow)) throw error;
    const promise = js.newPromise();
    js.reject(promise, error.value);
    return promise;
  }
}

function callNow(d: Draft, actorId: ActorId, method: string, args: readonly Value[], sync: boolean): Value {
  const [first, second, third] = args;
  switch (method) {
    case "put":
      return put(d, actorId, first, second, third, sync);
    case "delete":
      return remove(d, actorId, first, second);
    case "deleteAll":
      deleteAll(d, actorId, isConfirmed(d, first));
      return undefined;
    case "list":
      return list(d, actorId, first);
    default:
      return get(d, actorId, first);
  }
}

function areKnown(d: Draft, actorId: ActorId, keys: readonly string[]): boolean {
  const { known } = d.actor(actorId);
  return known === "all" || keys.every((key) => known.includes(key));
}

function isArray(d: Draft, value: Value): boolean {
  return d.js().asArray(value) !== null;
}

function keysOf(d: Draft, value: Value): readonly string[] {
  const js = d.js();
  const items = js.asArray(value);
  if (items !== null) return items.map((item) => js.toText(item));
  if (value === undefined || value === null)
    throw new HandlerThrow(js.newError("TypeError", "get() called with undefined value for key."));
  return [js.toText(value)];
}

function isConfirmed(d: Draft, options: Value): boolean {
  return !(isRef(options) && d.js().getProperty(options, "allowUnconfirmed") === true);
}

function put(d: Draft, actorId: ActorId, first: Value, second: Value, third: Value, sync: boolean): Value {
  const js = d.js();
  const many = isRef(first) && js.asArray(first) === null;
  const entries: (readonly [string, Value])[] = many
    ? js.ownKeys(first).map((key) => [key, js.getProperty(first, key)] as const)
    : [[js.toText(first), second]];
  const confirmed = isConfirmed(d, many ? second : third);
  if (!many && !sync && second === undefined)
    throw new HandlerThrow(js.newError("TypeError", "put() called with undefined value."));
  // Of several values those that are undefined are left out, and nothing is put if one cannot be cloned (seen in recordings).
  const kept = many ? entries.filter(([, value]) => value !== undefined) : entries;
  const writes = kept.map(([key, value]) => ({ key, data: dataOf(d, value) }));
  const { backend } = d.world;
  for (const { key, data } of writes) {
    // SQLite has no page to write for a value that is there already: no commit, no lock (seen in recordings).
    if (backend === "sqlite" && isSameData(d.actor(actorId).view[key], data)) continue;
    acceptWrite(d, actorId, { op: "put", key, data, confirmed });
  }
  return undefined;
}

/** A value as storage keeps it; throws what workerd throws for one that cannot be cloned. */
function dataOf(d: Draft, value: Value): unknown {
  const js = d.js();
  const data = js.toData(value);
  if (data !== undefined) return data;
  throw new HandlerThrow(js.cloneError(value));
}

/** A delete of a missing key makes no commit (seen in recordings). */
function remove(d: Draft, actorId: ActorId, first: Value, options: Value): Value {
  const many = isArray(d, first);
  let count = 0;
  for (const key of keysOf(d, first)) {
    if (!Object.hasOwn(d.actor(actorId).view, key)) continue;
    count++;
    acceptWrite(d, actorId, { op: "delete", key, data: undefined, confirmed: isConfirmed(d, options) });
  }
  return many ? count : count > 0;
}

/** A delete() whose count the cache does not know: only the flush tells, and the input gate is held until it has (AC9). */
function countedDelete(d: Draft, actorId: ActorId, first: Value, options: Value): Value {
  const keys = keysOf(d, first);
  const { view } = d.actor(actorId);
  const count = keys.filter((key) => Object.hasOwn(view, key)).length;
  const confirmed = isConfirmed(d, options);
  for (const key of keys) acceptWrite(d, actorId, { op: "delete", key, data: undefined, confirmed });
  const deleted = isArray(d, first) ? count : count > 0;
  const promise = waitForCommits(d, actorId, unsettledCommits(d, actorId), deleted);
  holdInputGate(d, actorId, `delete ${keys.map((key) => `"${key}"`).join(", ")} waits for its count`);
  return promise;
}

function get(d: Draft, actorId: ActorId, first: Value): Value {
  const js = d.js();
  const keys = keysOf(d, first);
  d.emit({ kind: "read", op: "get", key: keys.join(", "), from: "memory" });
  return valuesOf(d, actorId, keys, js.asArray(first) === null);
}

/** What a get gives: the value of one key, or a Map of those that exist. */
export function valuesOf(d: Draft, actorId: ActorId, keys: readonly string[], single: boolean): Value {
  const js = d.js();
  const { view } = d.actor(actorId);
  const [only] = keys;
  if (single) return only !== undefined && Object.hasOwn(view, only) ? js.fromData(view[only]) : undefined;
  return js.newMap(
    keys.filter((key) => Object.hasOwn(view, key)).map((key) => [key, js.fromData(view[key])] as const),
  );
}

function list(d: Draft, actorId: ActorId, options: Value): Value {
  const keys = listedKeys(d, Object.keys(d.actor(actorId).view), options);
  d.emit({ kind: "read", op: "list", key: "*", from: "memory" });
  return valuesOf(d, actorId, keys, false);
}

/** A read that memory cannot answer holds the input gate until the disk has, unless allowConcurrency lets others in (ST3, ST4). */
function readFromDisk(
  d: Draft,
  actorId: ActorId,
  op: string,
  keys: readonly string[],
  single: boolean,
  isConcurrent: boolean,
): Value {
  const promise = d.js().newPromise();
  const id = d.s.reads.length + 1;
  const cause = d.emit({ kind: "read", op, key: keys.join(", "), from: "disk" });
  d.s.reads = [
    ...d.s.reads,
    {
      id,
      actor: actorId,
      keys,
      single,
      section: d.section,
      promiseRef: promise.ref,
      isConcurrent,
      dueAt: ms(d.s.now + d.world.readMs),
      done: false,
      cause,
    },
  ];
  if (!isConcurrent)
    holdInputGate(d, actorId, `${op} ${keys.map((key) => `"${key}"`).join(", ")} is read from disk`);
  return promise;
}

/** sync(): resolves when what was written before the call is durable; never rejects in sight of the handler (ST2, ST7; 2.4 row 25). */
function syncStorage(d: Draft, actorId: ActorId): Value {
  return waitForCommits(d, actorId, unsettledCommits(d, actorId), null);
}

/** A promise that is settled when `commits` are; at once through the gate if there are none. */
function waitForCommits(
  d: Draft,
  actorId: ActorId,
  commits: readonly CommitId[],
  deleted: number | boolean | null,
): Value {
  const promise = d.js().newPromise();
  const id = d.s.syncs.length + 1;
  const { section } = d;
  const sync = { id, actor: actorId, commits, section, promiseRef: promise.ref, deleted, done: false };
  d.s.syncs = [...d.s.syncs, sync];
  if (commits.length === 0) {
    waitAtGate(d, actorId, {
      output: { type: "sync" },
      layer: "js",
      writes: [],
      task: {
        type: "js",
        actor: actorId,
        entry: { type: "sync-done", sync: id },
        section,
        cause: d.cause,
      },
      idleTurns: 1,
    });
  }
  return promise;
}
