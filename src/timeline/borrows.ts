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
  const word = isDead ? `✕ dead read ${record.edge}` : `fragile order ${record.edge}`;
  const width = frame.measure(word, LABEL_PX, true);
  const between = [...rows.values()].filter(
    (row) => row.y >= Math.min(holder.y, target.y) && row.y <= Math.max(holder.y, target.y),
  );
  const row = between.find((one) => words.isFree(one.index, x + 14, x + 14 + width)) ?? target;
  const left = words.firstFree(row.index, x + 14, width);
  const fits = left + width < frame.widthPx;
  if (fits) words.take(row.index, left, left + width);
  nodes.text(
    `trouble-word.${record.index}`,
    `label plate trouble-word ${kind}`,
    "mark",
    fits ? left : x - 8,
    row.y + 11.5,
    word,
    { ...options, anchor: fits ? "start" : "end", bold: true },
  );
}
