/*
 * Values of SQL: what a column makes of them (its affinity), how they compare, and what they are in arithmetic.
 */

/** A number knows whether it is an integer or a real: 7 / 2 is 3. */
export interface SqlNumber {
  readonly n: number;
  readonly real: boolean;
}
/** A value of a cell. */
export type Cell = SqlNumber | string | null;
/** What a column, or nothing, makes of a value. */
export type Affinity = "integer" | "real" | "text" | "numeric" | "none";

/** An integer. */
export const int = (n: number): SqlNumber => ({ n, real: false });
/** What a comparison gives. */
export const truth = (is: boolean): SqlNumber => int(is ? 1 : 0);

/** A value of the handler as a bound parameter: numbers are reals. */
export function bound(value: number | string | boolean | null | undefined): Cell {
  if (typeof value === "number") return { n: value, real: true };
  return typeof value === "boolean" ? String(value) : (value ?? null);
}

/** The affinity that a column's declared type has. */
export function affinityOf(type: string): Affinity {
  const name = type.toUpperCase();
  if (name.includes("INT")) return "integer";
  if (/CHAR|CLOB|TEXT/.test(name)) return "text";
  if (name === "" || name.includes("BLOB")) return "none";
  return /REAL|FLOA|DOUB/.test(name) ? "real" : "numeric";
}

/** As text: a real keeps its point. */
export function textOf(cell: Cell): string {
  if (cell === null || typeof cell === "string") return cell ?? "";
  return cell.real && Number.isInteger(cell.n) ? `${cell.n}.0` : String(cell.n);
}

/** As a number, of a text that begins like one. */
export function numberOf(cell: Cell): SqlNumber {
  if (cell !== null && typeof cell === "object") return cell;
  const match = /^\s*[-+]?(?:\d+(\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/.exec(cell ?? "");
  const text = match?.[0] ?? "0";
  return { n: Number(text), real: /[.eE]/.test(text) };
}

/** The value as a column of that affinity keeps it. */
export function applyAffinity(cell: Cell, affinity: Affinity): Cell {
  if (cell === null || affinity === "none") return cell;
  if (affinity === "text") return textOf(cell);
  const isNumeric = typeof cell === "object" || (cell.trim() !== "" && Number.isFinite(Number(cell)));
  if (!isNumeric) return cell;
  const { n } = numberOf(cell);
  if (affinity === "real") return { n, real: true };
  return Number.isInteger(n) ? int(n) : { n, real: true };
}

/** Before two values are compared, the affinity of one side is applied to the other. */
export function alike(
  [a, left]: readonly [Cell, Affinity],
  [b, right]: readonly [Cell, Affinity],
): readonly [Cell, Cell] {
  const isNumeric = (affinity: Affinity): boolean => affinity !== "none" && affinity !== "text";
  if (isNumeric(left) && !isNumeric(right)) return [a, applyAffinity(b, "numeric")];
  if (isNumeric(right) && !isNumeric(left)) return [applyAffinity(a, "numeric"), b];
  if (left === "text" && right === "none") return [a, applyAffinity(b, "text")];
  if (right === "text" && left === "none") return [applyAffinity(a, "text"), b];
  return [a, b];
}

/** NULL before numbers before text. */
export function compare(a: Cell, b: Cell): number {
  const rank = (cell: Cell): number => (cell === null ? 0 : typeof cell === "object" ? 1 : 2);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a !== null && b !== null && typeof a === "object" && typeof b === "object") return a.n - b.n;
  return a === b ? 0 : (a ?? "") < (b ?? "") ? -1 : 1;
}

/** + - * / %; NULL with NULL, and for a division by zero. */
export function arithmetic(sign: string, left: Cell, right: Cell): Cell {
  if (left === null || right === null) return null;
  const [a, b] = [numberOf(left), numberOf(right)];
  const real = a.real || b.real;
  switch (sign) {
    case "+":
      return { n: a.n + b.n, real };
    case "-":
      return { n: a.n - b.n, real };
    case "*":
      return { n: a.n * b.n, real };
    case "/":
      return b.n === 0 ? null : { n: real ? a.n / b.n : Math.trunc(a.n / b.n), real };
    default:
      return Math.trunc(b.n) === 0 ? null : { n: Math.trunc(a.n) % Math.trunc(b.n), real };
  }
}

/** Whether a condition holds: NULL does not. */
export function holds(cell: Cell): boolean {
  return cell !== null && numberOf(cell).n !== 0;
}
