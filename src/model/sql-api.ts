/*
 * ctx.storage.sql: exec() and the cursor it gives. Statements run at once (SQ7); one that changes a row is a confirmed write
 * like put(), one that changes nothing is none (seen in recordings).
 */
import { mustGet } from "../base/assert.ts";
import type { ActorId } from "../base/ids.ts";
import { Part } from "../base/part.ts";
import type { Machine, Value } from "../handler/host.ts";
import { HandlerStuck, HandlerThrow, isRef } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import type { runSql, SqlResult } from "./sql.ts";
import type { Row } from "./sql-expression.ts";
import type { Table } from "./sql-table.ts";
import type { Cell } from "./sql-values.ts";
import { needSqlite } from "./sqlite-only.ts";
import type { SqlCursor } from "./state.ts";
import { acceptWrite } from "./storage.ts";
import { viewOf } from "./storage-memory.ts";
import { TABLE_PREFIX } from "./stored-values.ts";

/** The members of a cursor that are called; "[next]" is what for-of and the like call. */
export const CURSOR_METHODS: readonly string[] = ["one", "toArray", "next", "raw", "[next]"];

const BEYOND =
  "sql.exec(): this SQL is not part of the model. Use CREATE TABLE, DROP TABLE, INSERT, SELECT, UPDATE or DELETE of one table, without joins, groups and subqueries.";

/** What runs statements: only handlers with SQL need it. */
export const SQL = new Part<typeof runSql>("sql");

/** sql.exec(statements, ...bindings): gives a cursor. */
export function execSql(d: Draft, actorId: ActorId, [statement, ...bindings]: readonly Value[]): Value {
  const js = d.js();
  if (statement === undefined)
    throw new HandlerThrow(
      js.newError(
        "TypeError",
        "Failed to execute 'exec' on 'SqlStorage': parameter 1 is not of type 'String'.",
      ),
    );
  needSqlite(d, "sql");
  const text = js.toText(statement);
  const entries = Object.entries(viewOf(d, actorId)).filter(([key]) => key.startsWith(TABLE_PREFIX));
  const tables = new Map(entries.map(([key, table]) => [key.slice(TABLE_PREFIX.length), table as Table]));
  const { writes, error, columns, rows } = run(js, text, bindings, tables);
  const changed = [...writes].filter(([name, table]) => !isSameTable(tables.get(name) ?? null, table));
  if (changed.length === 0) d.emit({ kind: "read", op: "sql.exec", key: text, from: "memory" });
  for (const [name, table] of changed)
    acceptWrite(d, actorId, {
      op: "sql.exec",
      key: TABLE_PREFIX + name,
      data: table ?? undefined,
      confirmed: true,
    });
  if (error !== null) throw new HandlerThrow(js.newError("Error", error));
  d.s.cursors = [...d.s.cursors, { columns, rows, position: 0 }];
  return js.hostObject("SqlStorageCursor", d.s.cursors.length);
}

function run(
  js: Machine,
  text: string,
  bindings: readonly Value[],
  tables: ReadonlyMap<string, Table>,
): SqlResult {
  if (bindings.some((value) => isRef(value)))
    throw new HandlerStuck("sql.exec(): bind numbers, texts, booleans and null.", js.line, null);
  const result = SQL.get()(text, bindings, tables);
  if (result === null) throw new HandlerStuck(BEYOND, js.line, null);
  return result;
}

/** Whether SQLite would have no page to write. */
function isSameTable(a: Table | null, b: Table | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** cursor.columnNames */
export function columnNames(d: Draft, id: number): Value {
  return d.js().newArray(cursorOf(d, id).columns);
}

/** One of CURSOR_METHODS: each takes rows that no other has taken. */
export function readCursor(d: Draft, id: number, method: string): Value {
  const js = d.js();
  const { columns, rows, position } = cursorOf(d, id);
  const left = rows.slice(position);
  const take = (count: number): void => {
    d.s.cursors = d.s.cursors.with(id - 1, { columns, rows, position: position + count });
  };
  const [first] = left;
  switch (method) {
    case "one":
      take(left.length);
      if (first === undefined || left.length > 1) {
        const what = left.length === 0 ? "no results" : "multiple results";
        throw new HandlerThrow(
          js.newError("Error", `Expected exactly one result from SQL query, but got ${what}.`),
        );
      }
      return rowObject(js, columns, first);
    case "next":
      take(1);
      return first === undefined
        ? js.newObject({ done: true })
        : js.newObject({ done: false, value: rowObject(js, columns, first) });
    case "[next]":
      take(1);
      return js.newArray(first === undefined ? [] : [rowObject(js, columns, first)]);
    case "raw":
      take(left.length);
      return js.newIterator(left.map((row) => js.newArray(row.map(jsValue))));
    default: {
      take(left.length);
      return js.newArray(left.map((row) => rowObject(js, columns, row)));
    }
  }
}

function cursorOf(d: Draft, id: number): SqlCursor {
  return mustGet(d.s.cursors[id - 1], `cursor ${id}`);
}

function rowObject(js: Machine, columns: readonly string[], row: Row): Value {
  return js.newObject(Object.fromEntries(columns.map((name, at) => [name, jsValue(row[at] ?? null)])));
}

function jsValue(cell: Cell): Value {
  return cell !== null && typeof cell === "object" ? cell.n : cell;
}
