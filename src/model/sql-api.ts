/*
 * ctx.storage.sql: exec() and the cursor it gives. Statements run at once (SQ7); one that writes is a confirmed write like
 * put().
 */
import { mustGet } from "../base/assert.ts";
import type { ActorId } from "../base/ids.ts";
import type { Value } from "../handler/host.ts";
import { HandlerStuck, HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import { type Cell, runSql, TABLE_PREFIX, type Table } from "./sql.ts";
import { acceptWrite } from "./storage.ts";

/** sql.exec(statement, ...bindings): gives a cursor. */
export function execSql(d: Draft, actorId: ActorId, [statement, ...bindings]: readonly Value[]): Value {
  const js = d.js();
  const { view } = d.actor(actorId);
  const text = js.toText(statement);
  const tableOf = (name: string): Table | null => (view[TABLE_PREFIX + name] as Table | undefined) ?? null;
  const result = runSql(text, bindings.map(cellOf), tableOf);
  if (!result.ok) {
    if (result.error.startsWith("this SQL"))
      throw new HandlerStuck(`sql.exec(): ${result.error}.`, js.line, null);
    throw new HandlerThrow(js.newError("Error", `${result.error}: SQLITE_ERROR`));
  }
  const { rows, write } = result.value;
  if (write === null) d.emit({ kind: "read", op: "sql.exec", key: text, from: "memory" });
  else {
    const key = TABLE_PREFIX + write.name;
    acceptWrite(d, actorId, { op: "sql.exec", key, data: write.table ?? undefined, confirmed: true });
  }
  d.s.cursors = [...d.s.cursors, rows];
  return js.hostObject("SqlStorageCursor", d.s.cursors.length);
}

function cellOf(value: Value): Cell {
  return typeof value === "number" || typeof value === "string" ? value : null;
}

/** cursor.one() (exactly one row, or an exception) and cursor.toArray(). */
export function readCursor(d: Draft, id: number, one: boolean): Value {
  const js = d.js();
  const rows = mustGet(d.s.cursors[id - 1], `cursor ${id}`);
  const [first] = rows;
  if (!one) return js.newArray(rows.map((row) => js.newObject(row)));
  if (first === undefined || rows.length > 1) {
    throw new HandlerThrow(
      js.newError(
        "Error",
        `Expected exactly one result from SQL query, but got ${rows.length === 0 ? "no results" : "multiple results"}.`,
      ),
    );
  }
  return js.newObject(first);
}
