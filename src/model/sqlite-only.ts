/*
 * What an object has only with SQLite: with the write-back cache a call throws (seen on a real build, where an object that is
 * kept in memory has the cache).
 */
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";

const CONVERTED =
  "but an already-deployed class cannot be converted to SQLite (except by deleting the existing data).";
const CLASSES = "by using the `new_sqlite_classes` instead of `new_classes` under";
/** In workerd's words. */
const TEXTS = {
  kv: `The storage.kv (synchronous KV) API is only available for SQLite-backed Durable Objects, but this object's namespace is not declared to use SQLite. You can use the older, asyncronous interface via methods of \`storage\` itself (e.g. \`storage.get()\`). SQLite can be enabled on a new Durable Object class ${CLASSES} \`migrations\` in your wrangler.jsonc or wrangler.toml, ${CONVERTED}`,
  sql: `This Durable Object is not backed by SQLite storage, so the SQL API is not available. SQL can be enabled on a new Durable Object class ${CLASSES} \`[[migrations]]\` in your wrangler.toml, ${CONVERTED}`,
  transactionSync: "Durable Object is not backed by SQL.",
};

/** Throws what workerd throws where SQLite is missing. */
export function needSqlite(d: Draft, what: keyof typeof TEXTS): void {
  if (d.world.backend === "cache") throw new HandlerThrow(d.js().newError("Error", TEXTS[what]));
}
