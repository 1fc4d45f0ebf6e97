/*
 * What an object has only with SQLite: with the write-back cache a call throws (seen on a real build, where an object that is
 * kept in memory has the cache).
 */
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";

/** workerd's words, without its advice how to get an object with SQLite, which takes 400 characters more. */
const TEXTS = {
  kv: "The storage.kv (synchronous KV) API is only available for SQLite-backed Durable Objects, but this object's namespace is not declared to use SQLite.",
  sql: "This Durable Object is not backed by SQLite storage, so the SQL API is not available.",
  transactionSync: "Durable Object is not backed by SQL.",
};

/** Throws into the handler what workerd throws where SQLite is missing. */
export function needSqlite(d: Draft, what: keyof typeof TEXTS): void {
  if (d.world.backend === "cache") throw new HandlerThrow(d.js().newError("Error", TEXTS[what]));
}
