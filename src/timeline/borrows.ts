/*
 * Borrowed pointers of the lifetimes lane, and what goes wrong with them: an order that is only just right, and a read of
 * a dead object.
 */
import type { SocketId, ThingId } from "../base/ids.ts";
import type { RecordOf } from "../model/records.ts";
import { describe } from "./describe.ts";
import { recordsOf } from "./facts.ts";
import { type Frame, LABEL_PX, SMALL_PX, xOf } from "./frame.ts";
import { type NodesBuilder, round } from "./nodes.ts";
import type { RowsBuilder } from "./placing.ts";
import { crossMark } from "./shapes.ts";
import { THING_PX, type ThingRow } from "./thing-row.ts";

/** Room for a borrowed pointer with its name. */
export const COLUMN_PX = 25;

/** A word keeps clear of the numbers of the destruction order. */
const WORD_GAP_PX = 22;

type Rows = ReadonlyMap<ThingId, ThingRow>;

/** A thin line from the holder to its target, with the edge's id. */
export function layOutBorrow(
  frame: Frame,
  nodes: NodesBuilder,
  rows: Rows,
  record: RecordOf<"borrows">,
): void {
  const holder = rows.get(record.holder);
  const target = rows.get(record.target);
  if (holder === undefined || target === undefined) return;
  const x = borrowX(frame, record);
  const isDown = holder.y < target.y;
  const from = isDown ? holder.y + THING_PX : holder.y;
  const to = isDown ? target.y + 1 : target.y + THING_PX - 1;
  const options = { records: [record], title: describe(record, frame.run) };
  nodes.line(`borrow.${record.index}`, "borrow", "mark", [x, from], [x, to], options);
  nodes.circle(`borrow-end.${record.index}`, "borrow-end", "mark", x, to, 2.2, options);
  nodes.text(`edge.${record.index}`, "edge plate", "mark", x + 4, (from + to) / 2 + 3.5, record.edge, {
    ...options,
    size: SMALL_PX,
  });
}

/** The pointers of a socket's objects stand side by side, each in a column of its own. */
function borrowX(frame: Frame, record: RecordOf<"borrows">): number {
  const socketOf = (one: RecordOf<"borrows">): SocketId | null =>
    frame.facts.things.get(one.holder)?.socket ?? null;
  const earlier = recordsOf(frame.run, "borrows").filter(
    (one) => one.index < record.index && socketOf(one) === socketOf(record),
  ).length;
  return round(Math.max(xOf(frame, record), 0) + 9 + earlier * COLUMN_PX);
}

/** A line between the two things, and what is wrong in words, in the first row that has room for them. */
export function layOutTrouble(
  frame: Frame,
  nodes: NodesBuilder,
  rows: Rows,
  record: RecordOf<"fragile-order" | "dead-read">,
  words: RowsBuilder,
): void {
  const holder = rows.get(record.holder);
  const target = rows.get(record.target);
  if (holder === undefined || target === undefined) return;
  const x = xOf(frame, record);
  const isDead = record.kind === "dead-read";
  const kind = isDead ? "dead" : "fragile";
  const options = { records: [record], title: describe(record, frame.run) };
  const ends = [holder.y, target.y].map((y) => y + THING_PX / 2) as [number, number];
  nodes.line(`trouble.${record.index}`, `trouble ${kind}`, "mark", [x, ends[0]], [x, ends[1]], options);
  if (isDead) {
    const cross = crossMark(x, ends[1], 3.4);
    nodes.path(`trouble-sign.${record.index}`, "sign-plain failed", "mark", cross, options);
  }
  if (x < 0 || x > frame.widthPx) return;
  const word = isDead ? `✕ dead read ${record.edge}` : `fragile order ${record.edge}`;
  const width = frame.measure(word, LABEL_PX, true);
  const place = wordPlace(frame, [...rows.values()], [holder, target], x, width, words);
  nodes.text(
    `trouble-word.${record.index}`,
    `label plate trouble-word ${kind}`,
    "mark",
    place.x,
    place.y,
    word,
    {
      ...options,
      bold: true,
    },
  );
}

/** Right of the line in one of its rows; else left of it; else the same in any other row. */
function wordPlace(
  frame: Frame,
  rows: readonly ThingRow[],
  [holder, target]: readonly [ThingRow, ThingRow],
  x: number,
  width: number,
  words: RowsBuilder,
): { readonly x: number; readonly y: number } {
  const [top, bottom] = [Math.min(holder.y, target.y), Math.max(holder.y, target.y)];
  const isBetween = (row: ThingRow): boolean => row.y >= top && row.y <= bottom;
  for (const row of [...rows.filter(isBetween), ...rows.filter((one) => !isBetween(one))]) {
    for (const left of [x + WORD_GAP_PX, x - 8 - width]) {
      if (left < 2 || left + width > frame.widthPx - 2 || !words.isFree(row.index, left, left + width))
        continue;
      words.take(row.index, left, left + width);
      return { x: left, y: row.y + 11.5 };
    }
  }
  return { x: Math.min(x + WORD_GAP_PX, frame.widthPx - width - 2), y: target.y + 11.5 };
}
