/*
 * The SQL statements that handlers of Durable Objects use to store and read rows of one table: enough to see when their
 * writes lock the gate and commit, and what SQLite says to a wrong one. Tables are values of the object's storage like any
 * key, so that commits, transactions and resets treat them alike.
 */
import { type Columns, constantOf, type Expression, type Row, readExpression } from "./sql-expression.ts";
import { readTable, type Table } from "./sql-table.ts";
import { BeyondSql, SqlError, SqlReader, type SqlToken, tokensOf } from "./sql-tokens.ts";
import { applyAffinity, type Cell, compare, holds, int } from "./sql-values.ts";

/** What a statement has given: rows under names. */
export interface SqlRows {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** What the statements of one exec() did. */
export interface SqlResult extends SqlRows {
  /** Tables that differ now; null: dropped. */
  readonly writes: ReadonlyMap<string, Table | null>;
  /** What SQLite said to the statement at which it stopped. */
  readonly error: string | null;
}

const NOTHING: SqlRows = { columns: [], rows: [] };
/** The table of tables. */
const MASTERS: ReadonlySet<string> = new Set(["sqlite_master", "sqlite_schema"]);
/** What statements of SQLite begin with. */
const VERBS =
  /^(ALTER|ANALYZE|ATTACH|BEGIN|COMMIT|CREATE|DELETE|DETACH|DROP|END|EXPLAIN|INSERT|PRAGMA|REINDEX|RELEASE|REPLACE|ROLLBACK|SAVEPOINT|SELECT|UPDATE|VACUUM|VALUES|WITH)$/i;
const TRANSACTION = new Set(["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"]);
const NO_TRANSACTION =
  "To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will automatically roll back on exceptions, and because it interacts correctly with Durable Objects' automatic atomic write coalescing.";
const WRONG_BINDINGS = "Wrong number of parameter bindings for SQL query.";
/** Longest source that is looked at, in characters. */
const MOST_CHARACTERS = 4_000;

/** Runs the statements of a source; `bindings` are for the last one. Null: they are beyond what the model knows. */
export function runSql(
  source: string,
  bindings: readonly unknown[],
  tables: ReadonlyMap<string, Table>,
): SqlResult | null {
  if (source.length > MOST_CHARACTERS) return null;
  const database = new Database(tables);
  let result = NOTHING;
  try {
    const statements = statementsOf(tokensOf(source));
    if (statements.length === 0) throw new SqlError("SQL code did not contain a statement.");
    for (const [index, tokens] of statements.entries()) {
      const own = index === statements.length - 1 ? bindings : [];
      const { length } = tokens.filter(({ type }) => type === "binding");
      const reader = new SqlReader(source.slice(0, tokens.at(-1)?.end), tokens, own);
      result = database.run(reader, () => {
        if (length !== own.length) throw new SqlError(WRONG_BINDINGS);
      });
    }
  } catch (error) {
    if (error instanceof BeyondSql) return null;
    if (!(error instanceof SqlError)) throw error;
    return { ...NOTHING, writes: database.writes, error: error.message };
  }
  return { ...result, writes: database.writes, error: null };
}

function statementsOf(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [[]];
  for (const token of tokens)
    if (token.type === "sign" && token.text === ";") statements.push([]);
    else statements.at(-1)?.push(token);
  return statements.filter(({ length }) => length > 0);
}

/** What to do about a row that is there already. */
type Conflict = "fail" | "ignore" | "replace" | ((there: Row, row: Row) => Row);

class Database {
  readonly writes = new Map<string, Table | null>();
  private readonly before: ReadonlyMap<string, Table>;
  constructor(before: ReadonlyMap<string, Table>) {
    this.before = before;
  }

  /** Runs a statement. `check`: what must hold once it is known to be one. */
  run(reader: SqlReader, check: () => void): SqlRows {
    const { next, at } = reader;
    const verb = next?.text.toUpperCase() ?? "";
    if (next?.type !== "name" || !VERBS.test(verb))
      throw new SqlError(`near "${next?.text ?? ""}": syntax error at offset ${at}: SQLITE_ERROR`);
    if (TRANSACTION.has(verb)) throw new SqlError(NO_TRANSACTION);
    const act = this.read(reader);
    if (reader.next !== undefined) throw new BeyondSql();
    check();
    return act();
  }

  private read(reader: SqlReader): () => SqlRows {
    if (reader.accept("CREATE", "TABLE")) return this.create(reader);
    if (reader.accept("DROP", "TABLE")) return this.drop(reader);
    if (reader.accept("SELECT")) return this.select(reader);
    if (reader.accept("INSERT")) {
      const how = reader.accept("OR", "REPLACE")
        ? "replace"
        : reader.accept("OR", "IGNORE")
          ? "ignore"
          : "fail";
      return this.insert(reader, how);
    }
    if (reader.accept("REPLACE")) return this.insert(reader, "replace");
    if (reader.accept("UPDATE")) return this.update(reader);
    if (reader.accept("DELETE")) return this.delete(reader);
    reader.take();
    return reader.fail();
  }

  private find(name: string): Table | null {
    const key = name.toLowerCase();
    return this.writes.has(key) ? (this.writes.get(key) ?? null) : (this.before.get(key) ?? null);
  }

  private table(name: string): Table {
    if (MASTERS.has(name.toLowerCase())) return this.master();
    const table = this.find(name);
    if (table === null) throw new SqlError(`no such table: ${name}: SQLITE_ERROR`);
    return table;
  }

  /** The handler's tables; those of the platform are not told. */
  private master(): Table {
    const all = new Map<string, Table | null>([...this.before, ...this.writes]);
    const column = {
      affinity: "text",
      isNotNull: false,
      unique: null,
      isRowId: false,
      initial: null,
    } as const;
    return {
      name: "sqlite_master",
      sql: "",
      columns: ["type", "name", "tbl_name", "sql"].map((name) => ({ ...column, name })),
      rows: [...all.values()].flatMap((one) =>
        one === null ? [] : [["table", one.name, one.name, one.sql]],
      ),
    };
  }

  private put(table: Table, rows: readonly Row[]): void {
    const key = table.name.toLowerCase();
    const byRowId = table.columns.findIndex(({ isRowId }) => isRowId);
    const sorted =
      byRowId < 0 ? rows : rows.toSorted((a, b) => compare(a[byRowId] ?? null, b[byRowId] ?? null));
    this.writes.set(key, { ...table, rows: sorted });
  }

  private create(reader: SqlReader): () => SqlRows {
    const ifMissing = reader.accept("IF", "NOT", "EXISTS");
    const { at } = reader;
    const table = readTable(reader);
    return () => {
      if (this.find(table.name) === null) this.writes.set(table.name.toLowerCase(), table);
      else if (!ifMissing)
        throw new SqlError(`table ${table.name} already exists at offset ${at}: SQLITE_ERROR`);
      return NOTHING;
    };
  }

  private drop(reader: SqlReader): () => SqlRows {
    const ifThere = reader.accept("IF", "EXISTS");
    const name = reader.name();
    return () => {
      if (this.find(name) !== null) this.writes.set(name.toLowerCase(), null);
      else if (!ifThere) throw new SqlError(`no such table: ${name}: SQLITE_ERROR`);
      return NOTHING;
    };
  }

  private select(reader: SqlReader): () => SqlRows {
    // What is selected can be read only when the table is known, whose name stands behind it.
    const table = this.tableBehind(reader);
    const columns = table === null ? null : columnsOf(table);
    const items: Expression[] = [];
    do items.push(...itemsOf(reader, table, columns));
    while (reader.accept(","));
    if (reader.accept("FROM")) reader.name();
    const where = reader.accept("WHERE") ? readExpression(reader, columns) : null;
    const order = orderOf(reader, columns, items);
    const limit = reader.accept("LIMIT") ? readExpression(reader, null) : null;
    const offset = reader.accept("OFFSET") ? readExpression(reader, null) : null;
    return () => {
      const all: readonly Row[] = table === null ? [[]] : table.rows;
      const rows = all.filter((row) => where === null || holds(where.value(row, [])));
      const isAggregate = items.some((item) => item.isAggregate);
      const sorted = isAggregate ? [rows[0] ?? []] : rows.toSorted(order);
      const from = offset === null ? 0 : countOf(offset);
      const count = limit === null ? -1 : countOf(limit);
      const shown = sorted.slice(from, count < 0 ? undefined : from + count);
      return resultOf(items, shown, rows);
    };
  }

  private tableBehind(reader: SqlReader): Table | null {
    for (let ahead = 0, depth = 0; reader.peek(ahead) !== undefined; ahead++) {
      if (reader.is("(", ahead)) depth++;
      if (reader.is(")", ahead)) depth--;
      const name = reader.peek(ahead + 1);
      if (depth === 0 && reader.is("FROM", ahead))
        return name === undefined ? reader.failAtEnd() : this.table(name.text);
    }
    return null;
  }

  private insert(reader: SqlReader, how: "fail" | "ignore" | "replace"): () => SqlRows {
    reader.expect("INTO");
    const table = this.table(reader.name());
    const listed = reader.is("(") ? reader.list(() => reader.name()) : null;
    const columns = (listed ?? []).map((name) => {
      const index = indexOf(table, name);
      if (index < 0) throw new SqlError(`table ${table.name} has no column named ${name}: SQLITE_ERROR`);
      return index;
    });
    const targets = listed === null ? table.columns.map((_, index) => index) : columns;
    const tuples: (readonly Expression[])[] = [];
    if (reader.accept("DEFAULT", "VALUES")) tuples.push([]);
    else {
      reader.expect("VALUES");
      do tuples.push(reader.list(() => readExpression(reader, null)));
      while (reader.accept(","));
      for (const { length } of tuples) checkCount(table, listed, length);
    }
    const onConflict = reader.accept("ON", "CONFLICT") ? conflictOf(reader, table) : how;
    const returning = returningOf(reader, table);
    return () => {
      const made: Row[] = [];
      let rows = table.rows;
      for (const tuple of tuples) {
        const given = new Map(tuple.map((expression, at) => [targets[at], expression] as const));
        const row = completed(
          table,
          rows,
          table.columns.map(({ affinity, initial }, at) => {
            const expression = given.get(at);
            return expression === undefined ? initial : constantOf(expression, affinity);
          }),
        );
        const added = insertRow(table, rows, row, onConflict);
        if (added === null) continue;
        rows = added.rows;
        made.push(added.row);
      }
      this.put(table, rows);
      return returning === null ? NOTHING : resultOf(returning, made, made);
    };
  }

  private update(reader: SqlReader): () => SqlRows {
    const table = this.table(reader.name());
    reader.expect("SET");
    const change = assignmentsOf(reader, table);
    const where = reader.accept("WHERE") ? readExpression(reader, columnsOf(table)) : null;
    const returning = returningOf(reader, table);
    return () => {
      const changed: Row[] = [];
      const rows = table.rows.map((row) => {
        if (where !== null && !holds(where.value(row, []))) return row;
        const next = change(row);
        changed.push(next);
        return next;
      });
      for (const row of changed)
        checkRow(
          table,
          rows.filter((other) => other !== row),
          row,
        );
      this.put(table, rows);
      return returning === null ? NOTHING : resultOf(returning, changed, changed);
    };
  }

  private delete(reader: SqlReader): () => SqlRows {
    reader.expect("FROM");
    const table = this.table(reader.name());
    const where = reader.accept("WHERE") ? readExpression(reader, columnsOf(table)) : null;
    const returning = returningOf(reader, table);
    return () => {
      const isGone = (row: Row): boolean => where === null || holds(where.value(row, []));
      const gone = table.rows.filter(isGone);
      this.put(
        table,
        table.rows.filter((row) => !isGone(row)),
      );
      return returning === null ? NOTHING : resultOf(returning, gone, gone);
    };
  }
}

function columnsOf({ name, columns }: Table): Columns {
  return {
    table: name,
    names: columns.map((column) => column.name),
    affinities: columns.map(({ affinity }) => affinity),
  };
}

function indexOf({ columns }: Table, name: string): number {
  return columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
}

function countOf(expression: Expression): number {
  const cell = constantOf(expression, "integer");
  return cell !== null && typeof cell === "object" ? cell.n : -1;
}

function resultOf(items: readonly Expression[], rows: readonly Row[], all: readonly Row[]): SqlRows {
  return {
    columns: items.map(({ name }) => name),
    rows: rows.map((row) => items.map((item) => item.value(row, all))),
  };
}

/** An item of a select: * stands for all columns. */
function itemsOf(reader: SqlReader, table: Table | null, columns: Columns | null): readonly Expression[] {
  if (table !== null && reader.accept("*"))
    return table.columns.map(({ name, affinity }, index) => ({
      value: (row) => row[index] ?? null,
      affinity,
      isAggregate: false,
      name,
    }));
  const item = readExpression(reader, columns);
  if (reader.accept("AS")) return [{ ...item, name: reader.take().text }];
  const { next } = reader;
  const isAlias =
    next?.type === "name" &&
    !/^(FROM|WHERE|ORDER|LIMIT|GROUP|HAVING|UNION|EXCEPT|INTERSECT|RETURNING)$/i.test(next.text);
  return [isAlias ? { ...item, name: reader.take().text } : item];
}

function orderOf(
  reader: SqlReader,
  columns: Columns | null,
  items: readonly Expression[],
): (a: Row, b: Row) => number {
  if (!reader.accept("ORDER")) return () => 0;
  reader.expect("BY");
  const keys: { readonly by: Expression; readonly sign: number }[] = [];
  do {
    const { next } = reader;
    const alias = items.find(({ name }) => next?.type === "name" && name === next.text);
    const place = next?.type === "number" ? items[Number(next.text) - 1] : undefined;
    const by = alias ?? place;
    if (by !== undefined) reader.take();
    const key = by ?? readExpression(reader, columns);
    const isDown = reader.accept("DESC");
    if (!isDown) reader.accept("ASC");
    keys.push({ by: key, sign: isDown ? -1 : 1 });
  } while (reader.accept(","));
  return (a, b) => {
    for (const { by, sign } of keys) {
      const order = compare(by.value(a, []), by.value(b, []));
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}

function returningOf(reader: SqlReader, table: Table): readonly Expression[] | null {
  if (!reader.accept("RETURNING")) return null;
  const items: Expression[] = [];
  do items.push(...itemsOf(reader, table, columnsOf(table)));
  while (reader.accept(","));
  return items;
}

/** column = expression, ...: what becomes of a row; `there` and "excluded" for an upsert. */
function assignmentsOf(reader: SqlReader, table: Table): (row: Row) => Row {
  const set = new Map<number, Expression>();
  do {
    const name = reader.name();
    const index = indexOf(table, name);
    if (index < 0) throw new SqlError(`no such column: ${name}: SQLITE_ERROR`);
    reader.expect("=");
    set.set(index, readExpression(reader, columnsOf(table)));
  } while (reader.accept(","));
  return (row) =>
    table.columns.map(({ affinity }, at) => {
      const expression = set.get(at);
      return expression === undefined
        ? (row[at] ?? null)
        : applyAffinity(expression.value(row, []), affinity);
    });
}

function conflictOf(reader: SqlReader, table: Table): Conflict {
  if (reader.is("(")) reader.list(() => reader.name());
  reader.expect("DO");
  if (reader.accept("NOTHING")) return "ignore";
  reader.expect("UPDATE", "SET");
  const change = assignmentsOf(reader, table);
  return (there, row) => change([...there, ...row]);
}

function checkCount(table: Table, listed: readonly string[] | null, count: number): void {
  if (listed === null && count !== table.columns.length)
    throw new SqlError(
      `table ${table.name} has ${table.columns.length} columns but ${count} values were supplied: SQLITE_ERROR`,
    );
  if (listed !== null && count !== listed.length)
    throw new SqlError(`${count} values for ${listed.length} columns: SQLITE_ERROR`);
}

/** A row with its row id, where a column stands for that. */
function completed(table: Table, rows: readonly Row[], row: Row): Row {
  const at = table.columns.findIndex(({ isRowId }) => isRowId);
  if (at < 0) return row;
  const cell = row[at] ?? null;
  if (cell !== null) {
    if (typeof cell !== "object" || !Number.isInteger(cell.n))
      throw new SqlError("datatype mismatch: SQLITE_MISMATCH");
    return row;
  }
  const last = rows.reduce((most, other) => Math.max(most, numberIn(other[at])), 0);
  return row.with(at, int(last + 1));
}

function numberIn(cell: Cell | undefined): number {
  return typeof cell === "object" && cell !== null ? cell.n : 0;
}

/** The column by which a row is there already. */
function clashOf(
  table: Table,
  rows: readonly Row[],
  row: Row,
): { readonly there: Row; readonly column: number } | null {
  for (const [column, { unique }] of table.columns.entries()) {
    const cell = row[column] ?? null;
    if (unique === null || cell === null) continue;
    const there = rows.find((other) => compare(other[column] ?? null, cell) === 0);
    if (there !== undefined) return { there, column };
  }
  return null;
}

function checkRow(table: Table, rows: readonly Row[], row: Row): void {
  const { name, columns } = table;
  const missing = columns.find(({ isNotNull }, at) => isNotNull && (row[at] ?? null) === null);
  if (missing !== undefined)
    throw new SqlError(
      `NOT NULL constraint failed: ${name}.${missing.name}: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)`,
    );
  const clash = clashOf(table, rows, row);
  const column = clash === null ? undefined : columns[clash.column];
  if (column !== undefined)
    throw new SqlError(
      `UNIQUE constraint failed: ${name}.${column.name}: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_${column.unique})`,
    );
}

/** The rows with one more, or with one in the place of what was there; null: nothing was done. */
function insertRow(
  table: Table,
  rows: readonly Row[],
  row: Row,
  onConflict: Conflict,
): { readonly rows: readonly Row[]; readonly row: Row } | null {
  let kept = rows;
  for (
    let clash = clashOf(table, kept, row);
    clash !== null && onConflict !== "fail";
    clash = clashOf(table, kept, row)
  ) {
    const { there } = clash;
    if (onConflict === "ignore") return null;
    const others = kept.filter((other) => other !== there);
    if (onConflict !== "replace") {
      const changed = onConflict(there, row);
      checkRow(table, others, changed);
      return { rows: kept.map((other) => (other === there ? changed : other)), row: changed };
    }
    kept = others;
  }
  checkRow(table, kept, row);
  return { rows: [...kept, row], row };
}
