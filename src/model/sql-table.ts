/*
 * Tables as storage keeps them, and the statement that makes one.
 */
import { constantOf, type Row, readExpression } from "./sql-expression.ts";
import type { SqlReader } from "./sql-tokens.ts";
import { type Affinity, affinityOf, type Cell } from "./sql-values.ts";

/** A column of a table. */
export interface Column {
  readonly name: string;
  readonly affinity: Affinity;
  readonly isNotNull: boolean;
  /** How SQLite calls the constraint that a second row of the same value breaks. */
  readonly unique: "PRIMARYKEY" | "UNIQUE" | null;
  /** It is the row's number, which SQLite gives when none is given. */
  readonly isRowId: boolean;
  readonly initial: Cell;
}

/** A table with its rows in the order of their numbers. */
export interface Table {
  readonly name: string;
  /** The statement that made it, as sqlite_master tells it. */
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Reads NAME (column, ...) of CREATE TABLE. */
export function readTable(reader: SqlReader): Table {
  const from = reader.at;
  const name = reader.name();
  const columns = reader.list(() => readColumn(reader));
  return { name, sql: `CREATE TABLE ${reader.source.slice(from, reader.end)}`, columns, rows: [] };
}

const CONSTRAINTS = /^(PRIMARY|NOT|UNIQUE|DEFAULT|CHECK|REFERENCES|COLLATE|GENERATED|CONSTRAINT|AS)$/i;

function readColumn(reader: SqlReader): Column {
  if (["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"].some((word) => reader.is(word))) reader.fail();
  const name = reader.name();
  let type = "";
  while (reader.next?.type === "name" && !CONSTRAINTS.test(reader.next.text))
    type += ` ${reader.take().text}`;
  const affinity = affinityOf(type.trim());
  let column: Column = { name, affinity, isNotNull: false, unique: null, isRowId: false, initial: null };
  for (;;) {
    if (reader.accept("PRIMARY", "KEY")) {
      reader.accept("AUTOINCREMENT");
      column = { ...column, unique: "PRIMARYKEY", isRowId: type.trim().toUpperCase() === "INTEGER" };
    } else if (reader.accept("NOT", "NULL")) column = { ...column, isNotNull: true };
    else if (reader.accept("UNIQUE")) column = { ...column, unique: "UNIQUE" };
    else if (reader.accept("DEFAULT"))
      column = { ...column, initial: constantOf(readExpression(reader, null), affinity) };
    else return column;
  }
}
