/*
 * Places intervals into rows so that none overlap: for labels, chips, bars. First come, first served, lowest row first.
 *
 *   row 1               [ put "log" ]
 *   row 0   [ put "balance" ]           [ commit 1 ]
 */

/** Rows of occupied intervals; grows as things are placed. */
export class RowsBuilder {
  private readonly rows: { from: number; to: number }[][] = [];
  private readonly gap: number;

  /** `gap` px are kept free between neighbours. */
  constructor(gap = 6) {
    this.gap = gap;
  }

  /** How many rows are in use. */
  get size(): number {
    return this.rows.length;
  }

  isFree(row: number, from: number, to: number): boolean {
    return (this.rows[row] ?? []).every(
      (taken) => to + this.gap <= taken.from || taken.to + this.gap <= from,
    );
  }

  /** The first x from `from` on at which `width` px of a row are free. */
  firstFree(row: number, from: number, width: number): number {
    const ends = (this.rows[row] ?? []).map((taken) => taken.to + this.gap).filter((end) => end > from);
    const starts = [from, ...ends].sort((one, other) => one - other);
    return starts.find((start) => this.isFree(row, start, start + width)) ?? from;
  }

  /** Marks an interval of a row as taken, whether or not it was free. */
  take(row: number, from: number, to: number): void {
    while (this.rows.length <= row) this.rows.push([]);
    this.rows[row]?.push({ from, to });
  }

  /** The lowest row, from `firstRow` on, in which the interval is free. */
  lowestFree(from: number, to: number, firstRow = 0): number {
    let row = firstRow;
    while (!this.isFree(row, from, to)) row += 1;
    return row;
  }

  /** Takes that row. */
  place(from: number, to: number, firstRow = 0): number {
    const row = this.lowestFree(from, to, firstRow);
    this.take(row, from, to);
    return row;
  }
}

/** The free stretches of [from, to] when each of `points` (in any order) needs `clearance` px on both sides. */
export function gapsBetween(
  from: number,
  to: number,
  points: readonly number[],
  clearance: number,
): readonly { readonly from: number; readonly to: number }[] {
  const inside = points
    .filter((point) => point > from - clearance && point < to + clearance)
    .sort((one, other) => one - other);
  const starts = [from, ...inside.map((point) => point + clearance)];
  const ends = [...inside.map((point) => point - clearance), to];
  return starts
    .map((start, index) => ({ from: start, to: ends[index] ?? to }))
    .filter((gap) => gap.to > gap.from);
}

/** Where a label stands beside a point. */
export interface LabelPlace {
  readonly row: number;
  readonly x: number;
  readonly anchor: "start" | "end";
}

/** How a label is placed. */
export interface LabelOptions {
  /** Distance from the point; negative to stand below or above it. */
  readonly offset?: number;
  readonly firstRow?: number;
  /** No label rather than one in a row beyond. */
  readonly maxRows?: number;
}

/**
 * Places a label of `width` beside the point `x`: to its right in the lowest free row, to its left where the right edge
 * of the picture would cut it. Null when there is no room in `maxRows`.
 */
export function placeLabel(
  rows: RowsBuilder,
  x: number,
  width: number,
  widthPx: number,
  { offset = 8, firstRow = 0, maxRows = Number.POSITIVE_INFINITY }: LabelOptions = {},
): LabelPlace | null {
  const overflows = x + offset + width > widthPx - 2 && x - offset - width > 0;
  const reach = Math.abs(offset);
  const [from, to] = overflows ? [x - offset - width, x + reach] : [x - reach, x + offset + width];
  const row = rows.lowestFree(from, to, firstRow);
  if (row >= maxRows) return null;
  rows.take(row, from, to);
  return overflows ? { row, x: x - offset, anchor: "end" } : { row, x: x + offset, anchor: "start" };
}
