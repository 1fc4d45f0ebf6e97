/*
 * The few SQL statements that handlers of Durable Objects use to store and read a row: enough to see when their writes
 * lock the gate and commit. Tables are values of the object's storage like any key, so that commits, transactions and
 * resets treat them alike.
 */
import { err, ok, type Result } from "../base/result.ts";

/** Names of storage entries that are tables and no keys of put() and get(). */
export const TABLE_PREFIX = "sql table ";

/** A value of a cell. */
export type Cell = number | string | null;

/** A table as storage keeps it. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What a statement does: rows it gives, and the table it writes (null: it only reads; `table` null drops it). */
export interface SqlResult {
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly write: { readonly name: string; readonly table: Table | null } | null;
}

const NAME = "([A-Za-z_][A-Za-z0-9_]*)";
const VALUE = "('(?:[^']|'')*'|-?\\d+(?:\\.\\d+)?|\\?|NULL)";
const WHERE = `(?:\\s+WHERE\\s+${NAME}\\s*=\\s*${VALUE})?`;
const pattern = (text: string): RegExp => new RegExp(`^\\s*${text}\\s*;?\\s*$`, "i");

const CREATE = pattern(`CREATE\\s+TABLE\\s+(IF\\s+NOT\\s+EXISTS\\s+)?${NAME}\\s*\\(([^()]*)\\)`);
const INSERT = pattern(`INSERT\\s+INTO\\s+${NAME}\\s*(?:\\(([^()]*)\\)\\s*)?VALUES\\s*\\((.*)\\)`);
const SELECT = pattern(`SELECT\\s+([\\w\\s,*]+?)\\s+FROM\\s+${NAME}${WHERE}`);
const LITERAL = pattern(`SELECT\\s+${VALUE}\\s+AS\\s+${NAME}`);
const UPDATE = pattern(`UPDATE\\s+${NAME}\\s+SET\\s+${NAME}\\s*=\\s*${VALUE}${WHERE}`);
const DELETE = pattern(`DELETE\\s+FROM\\s+${NAME}${WHERE}`);

const UNKNOWN =
  'this SQL is not part of the model. Use CREATE TABLE, INSERT, SELECT, UPDATE or DELETE of one table with at most one "WHERE column = value"';

/** Longest statement that is looked at, in characters. */
const MOST_CHARACTERS = 1_000;

/** Runs a statement. `bindings` stand for its question marks, in order. The error is a clause that says what is wrong. */
export function runSql(
  statement: string,
  bindings: readonly Cell[],
  tableOf: (name: string) => Table | null,
): Result<SqlResult, string> {
  if (statement.length > MOST_CHARACTERS)
    return err(`the statement is longer than ${MOST_CHARACTERS} characters`);
  let bound = 0;
  const cell = (text: string): Cell => {
    if (text === "?") return bindings[bound++] ?? null;
    if (/^null$/i.test(text)) return null;
    return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : Number(text);
  };
  const readonly = (rows: SqlResult["rows"]): Result<SqlResult, string> => ok({ rows, write: null });
  const writes = (name: string, table: Table): Result<SqlResult, string> =>
    ok({ rows: [], write: { name, table } });

  const literal = LITERAL.exec(statement);
  if (literal !== null) return readonly([{ [literal[2] ?? ""]: cell(literal[1] ?? "") }]);
  const create = CREATE.exec(statement);
  if (create !== null) {
    const [, ifMissing, name = "", columns = ""] = create;
    if (tableOf(name) !== null)
      return ifMissing === undefined ? err(`table ${name} already exists`) : readonly([]);
    return writes(name, {
      columns: columns.split(",").map((column) => column.trim().split(/\s+/)[0] ?? ""),
      rows: [],
    });
  }
  const [kind, parts] = [
    ["insert", INSERT.exec(statement)] as const,
    ["select", SELECT.exec(statement)] as const,
    ["update", UPDATE.exec(statement)] as const,
    ["delete", DELETE.exec(statement)] as const,
  ].find(([, match]) => match !== null) ?? ["none", null];
  if (parts === null) return err(UNKNOWN);
  const name = (kind === "select" ? parts[2] : parts[1]) ?? "";
  const table = tableOf(name);
  if (table === null) return err(`no such table: ${name}`);
  const matches = (
    column: string | undefined,
    value: string | undefined,
  ): ((row: readonly Cell[]) => boolean) => {
    if (column === undefined || value === undefined) return () => true;
    const [index, wanted] = [table.columns.indexOf(column), cell(value)];
    return (row) => row[index] === wanted;
  };
  switch (kind) {
    case "insert": {
      const columns =
        parts[2] === undefined ? table.columns : parts[2].split(",").map((column) => column.trim());
      const cells = [...(parts[3] ?? "").matchAll(new RegExp(VALUE, "gi"))].map(([text]) => cell(text));
      if (cells.length !== columns.length)
        return err(`${columns.length} columns but ${cells.length} values were supplied`);
      const row = table.columns.map((column) => cells[columns.indexOf(column)] ?? null);
      return writes(name, { ...table, rows: [...table.rows, row] });
    }
    case "select": {
      const listed = parts[1] ?? "*";
      const columns =
        listed.trim() === "*" ? table.columns : listed.split(",").map((column) => column.trim());
      const missing = columns.find((column) => !table.columns.includes(column));
      if (missing !== undefined) return err(`no such column: ${missing}`);
      const rows = table.rows.filter(matches(parts[3], parts[4]));
      return readonly(
        rows.map((row) =>
          Object.fromEntries(columns.map((column) => [column, row[table.columns.indexOf(column)] ?? null])),
        ),
      );
    }
    case "update": {
      const [column, value] = [table.columns.indexOf(parts[2] ?? ""), cell(parts[3] ?? "")];
      if (column < 0) return err(`no such column: ${parts[2]}`);
      const wanted = matches(parts[4], parts[5]);
      return writes(name, {
        ...table,
        rows: table.rows.map((row) => (wanted(row) ? row.toSpliced(column, 1, value) : row)),
      });
    }
    default: {
      const wanted = matches(parts[2], parts[3]);
      return writes(name, { ...table, rows: table.rows.filter((row) => !wanted(row)) });
    }
  }
}
