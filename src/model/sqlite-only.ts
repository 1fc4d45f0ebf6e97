/*
 * What an object has only with SQLite: with the write-back cache a call throws (seen on a real build, where an object that is
 * kept in memory has the cache).
 */
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";

/** Throws what workerd's transactionSync() throws where SQLite is missing; storage.kv and sql.exec() say it at more length. */
export function needSqlite(d: Draft): void {
  if (d.world.backend === "cache")
    throw new HandlerThrow(d.js().newError("Error", "Durable Object is not backed by SQL."));
}
