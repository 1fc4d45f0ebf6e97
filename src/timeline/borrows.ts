/*
 * Borrowed pointers of the lifetimes lane, and what goes wrong with them: an order that is only just right, and a read of
 * a dead object.
 */
import type { SocketId, ThingId } from "../base/ids.ts";
import type { RecordOf } from "../model/records.ts";
import { describe } from "./describe.ts";
import { recordsOf } from "./facts.ts";
import { type Frame, LABEL_PX, SMALL_PX, xOf } from "./frame.ts";
import { ORDER_WORDS } from "./narrate-object.ts";
import { type NodesBuilder, round } from "./nodes.ts";
import type { RowsBuilder } from "./placing.ts";
import { crossMark } from "./shapes.ts";
import { THING_PX, type ThingRow, WORD_BASE_PX } from "./thing-row.ts";

/** Room for the line of a borrowed pointer. */
const COLUMN_PX = 8;
/** Where the first line stands after its pointer was taken. */
const FIRST_COLUMN_PX = 7;

/** So many words can be wrong at one moment without room in the rows. */
const MOST_SPARE_ROWS = 6;
/** Where the line of what is wrong may stand, from its moment on. */
const LINE_SHIFTS_PX = [0, 8, 16, 24, 32];
/** A word keeps clear of its line. */
const WORD_GAP_PX = 10;

type Rows = ReadonlyMap<ThingId, ThingRow>;
type Borrows = RecordOf<"borrows">;

/** A borrowed pointer and where its line stands. */
export interface Pointer {
  readonly record: Borrows;
  readonly x: number;
}

/**
 * The pointers that are drawn, side by side where several are taken at once. One that is given up before anything else can
 * happen is told, but not drawn.
 */
export function pointersOf(frame: Frame): readonly Pointer[] {
  const ends = recordsOf(frame.run, "borrow-ends");
  const last = new Map<SocketId | null, number>();
  return recordsOf(frame.run, "borrows").flatMap((record) => {
    const end = ends.find((one) => one.index > record.index && isSamePointer(one, record));
    if (end !== undefined && end.step === record.step && end.at === record.at) return [];
    const socket = frame.facts.things.get(record.holder)?.socket ?? null;
    const x = round(
      Math.max(xOf(frame, record) + FIRST_COLUMN_PX, (last.get(socket) ?? -COLUMN_PX) + COLUMN_PX),
    );
    last.set(socket, x);
    return [{ record, x }];
  });
}

function isSamePointer(one: RecordOf<"borrow-ends">, other: Borrows): boolean {
  return one.holder === other.holder && one.target === other.target && one.edge === other.edge;
}

/** How far the lines reach that stand close behind `from`, of the pointers of one socket: names begin after them. */
export function pointersReach(
  pointers: readonly Pointer[],
  frame: Frame,
  socket: SocketId | null,
  from: number,
): number {
  let reach = from;
  for (const { record, x } of pointers) {
    if (frame.facts.things.get(record.holder)?.socket !== socket) continue;
    if (x > from && x - reach <= COLUMN_PX + FIRST_COLUMN_PX) reach = x;
  }
  return reach - from;
}

/** A thin line from the holder to its target. */
export function layOutBorrow(frame: Frame, nodes: NodesBuilder, rows: Rows, { record, x }: Pointer): void {
  const holder = rows.get(record.holder);
  const target = rows.get(record.target);
  if (holder === undefined || target === undefined) return;
  const isDown = holder.y < target.y;
  const from = isDown ? holder.y + THING_PX : holder.y;
  const to = isDown ? target.y + 1 : target.y + THING_PX - 1;
  const options = { records: [record], title: describe(record, frame.run) };
  const strong = record.strong ? " strong" : "";
  nodes.line(`borrow.${record.index}`, `borrow${strong}`, "mark", [x, from], [x, to], options);
  nodes.circle(`borrow-end.${record.index}`, `borrow-end${strong}`, "mark", x, to, 2.2, options);
}

/** The edge's id beside its line, in the target's row or the next one towards the holder that has room. Drawn after all lines. */
export function layOutEdge(
  frame: Frame,
  nodes: NodesBuilder,
  rows: Rows,
  { record, x }: Pointer,
  words: RowsBuilder,
): void {
  const ends = [rows.get(record.holder)?.y, rows.get(record.target)?.y].map((y) => y ?? 0);
  const width = frame.measure(record.edge, SMALL_PX);
  const left = x + 4 + width > frame.widthPx - 2 ? x - 4 - width : x + 4;
  if (x < 0 || left < 0) return;
  const target = ends[1] ?? 0;
  const place = [...rows.values()]
    .filter(({ y }) => y >= Math.min(...ends) && y <= Math.max(...ends))
    .toSorted((one, other) => Math.abs(one.y - target) - Math.abs(other.y - target))
    .find(({ index }) => words.isFree(index, left, left + width));
  if (place === undefined) return;
  words.take(place.index, left, left + width);
  nodes.text(`edge.${record.index}`, "edge plate", "mark", left, place.y + WORD_BASE_PX, record.edge, {
    records: [record],
    title: describe(record, frame.run),
    size: SMALL_PX,
  });
}

/** A line between the two things, and what is wrong in words, in the first row that has room for them, below all if need be. */
export function layOutTrouble(
  frame: Frame,
  nodes: NodesBuilder,
  rows: Rows,
  record: RecordOf<"fragile-order" | "dead-read">,
  words: RowsBuilder,
  spare: (row: number) => WordRow,
): void {
  const holder = rows.get(record.holder);
  const target = rows.get(record.target);
  if (holder === undefined || target === undefined) return;
  const between = [...rows.values()].filter(
    ({ y }) => y >= Math.min(holder.y, target.y) && y <= Math.max(holder.y, target.y),
  );
  // The line keeps clear of the numbers of what goes at that moment, and the names of the line.
  const at = xOf(frame, record);
  const isClear = (x: number): boolean => between.every(({ index }) => words.isFree(index, x - 1, x + 1));
  const x = LINE_SHIFTS_PX.map((shift) => at + shift).find(isClear) ?? at;
  for (const { index } of between) words.take(index, x - 1, x + 1);
  const isDead = record.kind === "dead-read";
  const kind = isDead ? "dead" : record.verdict;
  const options = { records: [record], title: describe(record, frame.run) };
  const ends = [holder.y, target.y].map((y) => y + THING_PX / 2) as [number, number];
  nodes.line(`trouble.${record.index}`, `trouble ${kind}`, "mark", [x, ends[0]], [x, ends[1]], options);
  if (isDead) {
    const cross = crossMark(x, ends[1], 3.4);
    nodes.path(`trouble-sign.${record.index}`, "sign-plain failed", "mark", cross, options);
  }
  if (x < 0 || x > frame.widthPx) return;
  const word = isDead
    ? `✕ dead read ${record.edge}`
    : `${ORDER_WORDS[record.verdict].toLowerCase()} ${record.edge}`;
  const width = frame.measure(word, LABEL_PX, true);
  const place = wordPlace(frame, { rows: [...rows.values()], spare }, [holder, target], x, width, words);
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

/** A row that a word can stand in. */
export type WordRow = Pick<ThingRow, "index" | "y">;

/** Right of the line in one of its rows; else left of it; else the same in any other row; else in a row of its own. */
function wordPlace(
  frame: Frame,
  { rows, spare }: { readonly rows: readonly WordRow[]; readonly spare: (row: number) => WordRow },
  [holder, target]: readonly [ThingRow, ThingRow],
  x: number,
  width: number,
  words: RowsBuilder,
): { readonly x: number; readonly y: number } {
  const [top, bottom] = [Math.min(holder.y, target.y), Math.max(holder.y, target.y)];
  const isBetween = (row: WordRow): boolean => row.y >= top && row.y <= bottom;
  const below = Array.from({ length: MOST_SPARE_ROWS }, (_, row) => spare(row));
  for (const row of [...rows.filter(isBetween), ...rows.filter((one) => !isBetween(one)), ...below]) {
    for (const left of [x + WORD_GAP_PX, x - 8 - width]) {
      if (left < 2 || left + width > frame.widthPx - 2 || !words.isFree(row.index, left, left + width))
        continue;
      words.take(row.index, left, left + width);
      return { x: left, y: row.y + WORD_BASE_PX };
    }
  }
  return { x: Math.min(x + WORD_GAP_PX, frame.widthPx - width - 2), y: target.y + WORD_BASE_PX };
}
