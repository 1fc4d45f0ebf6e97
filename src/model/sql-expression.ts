/*
 * Expressions of SQL: read once, then asked for their value in a row, or over all rows for count(*) and its like.
 */
import { BeyondSql, SqlError, type SqlReader } from "./sql-tokens.ts";
import {
  type Affinity,
  alike,
  applyAffinity,
  arithmetic,
  bound,
  type Cell,
  compare,
  holds,
  int,
  numberOf,
  textOf,
  truth,
} from "./sql-values.ts";

/** Where an expression finds its columns: by the name of the table, or "excluded". */
export interface Columns {
  readonly table: string;
  readonly names: readonly string[];
  readonly affinities: readonly Affinity[];
}

/** A row of it: cells by column, then those of "excluded", if there are any. */
export type Row = readonly Cell[];

/** An expression that was read. */
export interface Expression {
  /** Its value in a row; `rows`: all rows, of an aggregate. */
  readonly value: (row: Row, rows: readonly Row[]) => Cell;
  readonly affinity: Affinity;
  readonly isAggregate: boolean;
  /** What its column of a result is called. */
  readonly name: string;
}

type Value = Expression["value"];

const SCALARS: Readonly<Record<string, (args: readonly Cell[]) => Cell>> = {
  TYPEOF: ([cell = null]) =>
    cell === null ? "null" : typeof cell === "string" ? "text" : cell.real ? "real" : "integer",
  UPPER: ([cell = null]) => (cell === null ? null : textOf(cell).toUpperCase()),
  LOWER: ([cell = null]) => (cell === null ? null : textOf(cell).toLowerCase()),
  LENGTH: ([cell = null]) => (cell === null ? null : int([...textOf(cell)].length)),
  // Of a text it is a real.
  ABS: ([cell = null]) =>
    cell === null
      ? null
      : { n: Math.abs(numberOf(cell).n), real: typeof cell === "string" || numberOf(cell).real },
  COALESCE: (args) => args.find((cell) => cell !== null) ?? null,
  IFNULL: (args) => args.find((cell) => cell !== null) ?? null,
};

const sum = (cells: readonly Cell[]): Cell =>
  cells.length === 0 ? null : cells.reduce((total, cell) => arithmetic("+", total, cell), int(0));
const AGGREGATES: Readonly<Record<string, (cells: readonly Cell[]) => Cell>> = {
  COUNT: (cells) => int(cells.length),
  SUM: sum,
  MIN: (cells) => cells.toSorted(compare)[0] ?? null,
  MAX: (cells) => cells.toSorted(compare).at(-1) ?? null,
  AVG: (cells) => (cells.length === 0 ? null : { n: numberOf(sum(cells)).n / cells.length, real: true }),
};

/** Binary operators, weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["OR"],
  ["AND"],
  ["=", "==", "!=", "<>", "IS", "IN", "LIKE"],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
  ["||"],
];
const NOT_LEVEL = 2;
/** What may stand behind a NOT that follows an expression. */
const NEGATED = ["IN", "LIKE"];

/** Reads an expression. `columns` null: there are none to name. */
export function readExpression(reader: SqlReader, columns: Columns | null): Expression {
  return new ExpressionReader(reader, columns).read(0);
}

class ExpressionReader {
  private readonly reader: SqlReader;
  private readonly columns: Columns | null;
  constructor(reader: SqlReader, columns: Columns | null) {
    this.reader = reader;
    this.columns = columns;
  }

  read(level: number): Expression {
    const { reader } = this;
    const { at } = reader;
    if (level === NOT_LEVEL && reader.accept("NOT")) {
      const { value, isAggregate } = this.read(level);
      const not: Value = (row, rows) => {
        const cell = value(row, rows);
        return cell === null ? null : truth(!holds(cell));
      };
      return this.made(at, not, isAggregate);
    }
    const operators = LEVELS[level];
    if (operators === undefined) return this.operand();
    let left = this.read(level + 1);
    for (;;) {
      const isNegated = level === NOT_LEVEL && reader.accept("NOT");
      const operator = (isNegated ? NEGATED : operators).find((word) => reader.is(word));
      if (operator === undefined) return isNegated ? reader.fail() : left;
      reader.accept(operator);
      left = this.binary(at, operator, isNegated, left, level);
    }
  }

  private made(at: number, value: Value, isAggregate: boolean): Expression {
    const { source, end } = this.reader;
    return { value, isAggregate, affinity: "none", name: source.slice(at, end) };
  }

  private binary(
    at: number,
    operator: string,
    isNegated: boolean,
    left: Expression,
    level: number,
  ): Expression {
    const { reader } = this;
    if (operator === "IN") return this.isIn(at, left, isNegated);
    const isNot = operator === "IS" && reader.accept("NOT");
    const right = this.read(level + 1);
    const both: Value = (row, rows) => operate(operator, left, right, row, rows);
    const isFlipped = isNot || isNegated;
    const value: Value = isFlipped ? (row, rows) => negated(both(row, rows)) : both;
    return this.made(at, value, left.isAggregate || right.isAggregate);
  }

  private isIn(at: number, left: Expression, isNegated: boolean): Expression {
    const choices = this.reader.list(() => this.read(0));
    const value: Value = (row, rows) => {
      const found = choices.map((choice) => operate("=", left, choice, row, rows));
      const cell = found.some(holds) ? truth(true) : found.includes(null) ? null : truth(false);
      return isNegated ? negated(cell) : cell;
    };
    return this.made(at, value, left.isAggregate);
  }

  private operand(): Expression {
    const { reader } = this;
    const { at } = reader;
    if (reader.accept("-")) {
      const { value, isAggregate } = this.operand();
      return this.made(at, (row, rows) => arithmetic("-", int(0), value(row, rows)), isAggregate);
    }
    if (reader.accept("(")) {
      const inner = this.read(0);
      reader.expect(")");
      return { ...inner, name: reader.source.slice(at, reader.end) };
    }
    if (reader.accept("NULL")) return this.made(at, () => null, false);
    const { type, text } = reader.take();
    switch (type) {
      case "string":
        return this.made(at, () => text, false);
      case "number":
        return this.made(at, () => ({ n: Number(text), real: /[.eE]/.test(text) }), false);
      case "binding": {
        const cell = bound(reader.binding() as Parameters<typeof bound>[0]);
        return this.made(at, () => cell, false);
      }
      case "name":
        return reader.is("(") ? this.callOf(at, text.toUpperCase()) : this.column(at, text, false);
      case "quoted":
        return this.column(at, text, true);
      default:
        throw new BeyondSql();
    }
  }

  private column(at: number, first: string, isQuoted: boolean): Expression {
    const { reader, columns } = this;
    const qualifier = reader.accept(".") ? first : null;
    const name = qualifier === null ? first : reader.name();
    const own = qualifier === null || qualifier.toUpperCase() === columns?.table.toUpperCase();
    const isExcluded = qualifier?.toUpperCase() === "EXCLUDED";
    const index =
      own || isExcluded
        ? (columns?.names ?? []).findIndex((one) => one.toUpperCase() === name.toUpperCase())
        : -1;
    // A name in double quotes that is no column's is a text.
    if (index < 0 && isQuoted && qualifier === null) return this.made(at, () => first, false);
    if (index < 0) {
      const full = qualifier === null ? name : `${qualifier}.${name}`;
      throw new SqlError(`no such column: ${full} at offset ${at}: SQLITE_ERROR`);
    }
    const cell = index + (isExcluded ? (columns?.names.length ?? 0) : 0);
    return {
      value: (row) => row[cell] ?? null,
      affinity: columns?.affinities[index] ?? "none",
      isAggregate: false,
      name: columns?.names[index] ?? name,
    };
  }

  private callOf(at: number, name: string): Expression {
    const { reader } = this;
    const aggregate = AGGREGATES[name];
    if (aggregate !== undefined && reader.accept("(", "*", ")")) {
      if (name !== "COUNT") throw new BeyondSql();
      return this.made(at, (_row, rows) => int(rows.length), true);
    }
    const args = reader.list(() => this.read(0));
    const [only] = args;
    if (aggregate !== undefined && only !== undefined && args.length === 1) {
      const value: Value = (_row, rows) =>
        aggregate(rows.map((row) => only.value(row, rows)).filter((cell) => cell !== null));
      return this.made(at, value, true);
    }
    const scalar = SCALARS[name];
    if (scalar === undefined) throw new BeyondSql();
    const isAggregate = args.some((arg) => arg.isAggregate);
    return this.made(at, (row, rows) => scalar(args.map((arg) => arg.value(row, rows))), isAggregate);
  }
}

function negated(cell: Cell): Cell {
  return cell === null ? null : truth(!holds(cell));
}

function operate(
  operator: string,
  left: Expression,
  right: Expression,
  row: Row,
  rows: readonly Row[],
): Cell {
  const a = left.value(row, rows);
  if (operator === "AND" || operator === "OR") {
    const b = right.value(row, rows);
    const decides = operator === "OR";
    if ([a, b].some((cell) => cell !== null && holds(cell) === decides)) return truth(decides);
    return a === null || b === null ? null : truth(!decides);
  }
  const b = right.value(row, rows);
  if ("+-*/%".includes(operator)) return arithmetic(operator, a, b);
  if (operator === "||") return a === null || b === null ? null : textOf(a) + textOf(b);
  if (operator === "LIKE") return a === null || b === null ? null : truth(isLike(textOf(a), textOf(b)));
  const [x, y] = alike([a, left.affinity], [b, right.affinity]);
  if (operator === "IS") return truth(compare(x, y) === 0);
  if (x === null || y === null) return null;
  const order = compare(x, y);
  switch (operator) {
    case "=":
    case "==":
      return truth(order === 0);
    case "!=":
    case "<>":
      return truth(order !== 0);
    case "<":
      return truth(order < 0);
    case "<=":
      return truth(order <= 0);
    case ">":
      return truth(order > 0);
    default:
      return truth(order >= 0);
  }
}

/** % stands for anything, _ for one character; ASCII letters are alike. */
function isLike(text: string, like: string): boolean {
  const pattern = [...like]
    .map((one) => (one === "%" ? "[^]*" : one === "_" ? "[^]" : one.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")))
    .join("");
  return new RegExp(`^${pattern}$`, "i").test(text);
}

/** What a column of that affinity makes of the expression's value, where no row is needed. */
export function constantOf(expression: Expression, affinity: Affinity): Cell {
  return applyAffinity(expression.value([], []), affinity);
}
