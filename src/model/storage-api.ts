/*
 * ctx.storage and ctx.storage.kv: arguments in, writes and reads of the model out (MODEL 3.1).
 */
import type { ActorId, CommitId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Value } from "../handler/host.ts";
import { HandlerThrow, isRef } from "../handler/host.ts";
import { callAlarmMethod } from "./alarms.ts";
import { deleteAll } from "./delete-all.ts";
import type { Draft } from "./draft.ts";
import { waitAtGate } from "./gate.ts";
import { blockConcurrencyWhile, holdInputGate } from "./input-gate.ts";
import { needSqlite } from "./sqlite-only.ts";
import type { PendingRead } from "./state.ts";
import { acceptWrite, unsettledCommits } from "./storage.ts";
import { hasOption, isConfirmed, listedKeys } from "./storage-arguments.ts";
import { areKnown, isThere, TRANSACTION_TYPE, transactionOf, viewOf } from "./storage-memory.ts";
import { rollBack, transactionSync } from "./transactions.ts";

const SYNC_KV = "SyncKvStorage";

/** The methods of ctx.storage.kv, which are answered at once, and of the object that transaction() gives to its function. */
export const KEY_METHODS: readonly string[] = ["put", "get", "delete", "list"];
/** The methods of ctx.storage that are modelled. */
export const STORAGE_METHODS: readonly string[] = [
  ...KEY_METHODS,
  "sync",
  "deleteAll",
  "transaction",
  "transactionSync",
];
/** The host types whose methods are storage methods. */
export const STORAGE_TYPES: ReadonlySet<string> = new Set([
  "DurableObjectStorage",
  TRANSACTION_TYPE,
  SYNC_KV,
]);

/** Calls a storage method. ctx.storage.kv gives values, otherwise promises that are settled already where nothing has to be awaited (ST1, ST4, SQ7). */
export function callStorage(
  d: Draft,
  actorId: ActorId,
  type: string,
  method: string,
  args: readonly Value[],
): Value {
  const js = d.js();
  if (method === "sync") return syncStorage(d, actorId);
  if (method === "transaction") return blockConcurrencyWhile(d, actorId, args[0], true);
  if (type === SYNC_KV) needSqlite(d, "kv");
  if (method === "transactionSync") {
    needSqlite(d, method);
    return transactionSync(d, actorId, args[0]);
  }
  if (method === "rollback") {
    rollBack(d, actorId);
    return undefined;
  }
  // What is wrong with the arguments is told through the promise, but by delete() (seen in recordings).
  try {
    const value = callNow(d, actorId, type, method, args);
    return type === SYNC_KV ? value : js.promiseOf(value);
  } catch (error) {
    if (!(error instanceof HandlerThrow) || type === SYNC_KV || method === "delete") throw error;
    const promise = js.newPromise();
    js.reject(promise, error.value);
    return promise;
  }
}

function callNow(d: Draft, actorId: ActorId, type: string, method: string, args: readonly Value[]): Value {
  const [first, second, third] = args;
  switch (method) {
    case "put":
      return put(d, actorId, type, first, second, third);
    case "delete":
      return remove(d, actorId, type, first, second);
    case "deleteAll":
      deleteAll(d, actorId, isConfirmed(d, first));
      return undefined;
    case "get":
    case "list":
      return read(d, actorId, type, method, first, second);
    default:
      return callAlarmMethod(d, actorId, type, method, args);
  }
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

function put(d: Draft, actorId: ActorId, type: string, first: Value, second: Value, third: Value): Value {
  const js = d.js();
  const many = isRef(first) && js.asArray(first) === null;
  const entries: (readonly [string, Value])[] = many
    ? js.ownKeys(first).map((key) => [key, js.getProperty(first, key)] as const)
    : [[js.toText(first), second]];
  const confirmed = isConfirmed(d, many ? second : third);
  if (!many && type !== SYNC_KV && second === undefined)
    throw new HandlerThrow(js.newError("TypeError", "put() called with undefined value."));
  // Of several values those that are undefined are left out, and nothing is put if one cannot be cloned (seen in recordings).
  const kept = many ? entries.filter(([, value]) => value !== undefined) : entries;
  const isSqlite = d.world.backend === "sqlite";
  const writes = kept.map(([key, value]) => ({ key, data: dataOf(d, value) }));
  for (const { key, data } of writes) {
    // SQLite has no page to write for a value that is there already (seen in recordings), the cache nothing to flush for one
    // that it knows (AC12): no commit, no lock. A transaction() of the cache's compares when it commits.
    if ((isSqlite || type !== TRANSACTION_TYPE) && isThere(d, actorId, type, key, data)) continue;
    acceptWrite(d, actorId, { op: "put", key, data, confirmed }, type);
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

/**
 * delete(). A count that the cache does not know only the flush tells, and the input gate is held until it has (AC9); inside
 * a transaction(), which has no flush of its own, the disk is read (ST6).
 */
function remove(d: Draft, actorId: ActorId, type: string, first: Value, options: Value): Value {
  const keys = keysOf(d, first);
  const unknown = keys.filter((key) => !areKnown(d, actorId, type, [key]));
  const confirmed = isConfirmed(d, options);
  let count = 0;
  for (const key of keys) {
    if (Object.hasOwn(viewOf(d, actorId, type), key)) count++;
    // A delete of a key that is known to be missing makes no commit (seen in recordings; AC12).
    else if (!unknown.includes(key)) continue;
    acceptWrite(d, actorId, { op: "delete", key, data: undefined, confirmed }, type);
  }
  const deleted = isArray(d, first) ? count : count > 0;
  if (unknown.length === 0) return deleted;
  if (transactionOf(d, actorId, type) !== null)
    return askDisk(d, actorId, "delete", {
      type,
      keys: unknown,
      single: false,
      deleted,
      isConcurrent: false,
    });
  const promise = waitForCommits(d, actorId, unsettledCommits(d, actorId), deleted);
  holdInputGate(d, actorId, `delete ${quoted(keys)} waits for its count`);
  return promise;
}

const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(", ");

/** What a get gives: the value of one key, or a Map of those that exist. */
export function valuesOf(
  d: Draft,
  actorId: ActorId,
  type: string,
  keys: readonly string[],
  single: boolean,
): Value {
  const js = d.js();
  const view = viewOf(d, actorId, type);
  const [only] = keys;
  if (single) return only !== undefined && Object.hasOwn(view, only) ? js.fromData(view[only]) : undefined;
  return js.newMap(
    keys.filter((key) => Object.hasOwn(view, key)).map((key) => [key, js.fromData(view[key])] as const),
  );
}

/** get() and list(), from memory where it knows. */
function read(d: Draft, actorId: ActorId, type: string, op: string, first: Value, second: Value): Value {
  const isList = op === "list";
  const keys = isList ? listedKeys(d, Object.keys(viewOf(d, actorId, type)), first) : keysOf(d, first);
  const single = !isList && !isArray(d, first);
  if (areKnown(d, actorId, type, isList ? null : keys)) {
    d.emit({ kind: "read", op, key: isList ? "*" : keys.join(", "), from: "memory" });
    return valuesOf(d, actorId, type, keys, single);
  }
  const isConcurrent = hasOption(d, isList ? first : second, "allowConcurrency");
  return askDisk(d, actorId, op, { type, keys, single, deleted: null, isConcurrent });
}

/** A read that memory cannot answer holds the input gate until the disk has, unless allowConcurrency lets others in (ST3, ST4). */
function askDisk(
  d: Draft,
  actorId: ActorId,
  op: string,
  asked: Pick<PendingRead, "type" | "keys" | "single" | "deleted" | "isConcurrent">,
): Value {
  const promise = d.js().newPromise();
  const cause = d.emit({ kind: "read", op, key: asked.keys.join(", "), from: "disk" });
  d.s.reads = [
    ...d.s.reads,
    {
      ...asked,
      id: d.s.reads.length + 1,
      actor: actorId,
      section: d.section,
      promiseRef: promise.ref,
      dueAt: ms(d.s.now + d.world.readMs),
      done: false,
      cause,
    },
  ];
  if (!asked.isConcurrent) holdInputGate(d, actorId, `${op} ${quoted(asked.keys)} is read from disk`);
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
