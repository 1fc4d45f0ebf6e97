/*
 * The lifetimes lane: a bar per C++ object from made to destroyed, below its owner and indented under it.
 *
 *   [ IoContext                                      ] 9
 *   [ ConnectionData                        ] 3
 *   [   connectionStream                            ] 7      numbers: the order of destruction
 *   [ ┊D3 tlsStarter                        ] 1              a borrowed pointer, from holder to target
 *   [ ┊     connect frame                           ] 8
 */
import type { ThingId } from "../base/ids.ts";
import type { RecordOf } from "../model/records.ts";
import {
  layOutBorrow,
  layOutEdge,
  layOutTrouble,
  pointersOf,
  pointersReach,
  type WordRow,
} from "./borrows.ts";
import { describe } from "./describe.ts";
import { recordsOf } from "./facts.ts";
import { type Frame, LABEL_PX, LANE_PAD, type LaneContent, SMALL_PX, visible, xOf, xOrEnd } from "./frame.ts";
import { fitting, shortened } from "./measure.ts";
import { thingTitle } from "./narrate-object.ts";
import { NodesBuilder } from "./nodes.ts";
import { RowsBuilder } from "./placing.ts";
import { THING_PX, type ThingRow, WORD_BASE_PX } from "./thing-row.ts";
import { count } from "./words.ts";

type Destroyed = RecordOf<"destroyed">;

const ROW_PX = 19;
const INDENT_PX = 8;
/** A name is cut rather than put beside its bar when at least this much of it fits. */
const NAME_MIN_PX = 56;

/** Lays out the lifetimes lane. */
export function layOutLifetimes(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("lifetimes", frame);
  const rows = rowsOf(frame, top + LANE_PAD);
  const pointers = pointersOf(frame);
  // Where words stand, so that no two overlap.
  const words = new RowsBuilder(8);
  for (const row of rows.values()) layOutBar(frame, nodes, row, words);
  for (const pointer of pointers) layOutBorrow(frame, nodes, rows, pointer);
  for (const pointer of pointers) layOutEdge(frame, nodes, rows, pointer, words);
  const rowCount = Math.max(0, ...[...rows.values()].map((row) => row.index + 1));
  const spare = (row: number): WordRow => ({
    index: rowCount + row,
    y: top + LANE_PAD + (rowCount + row) * ROW_PX,
  });
  for (const kind of ["fragile-order", "dead-read"] as const) {
    for (const record of recordsOf(frame.run, kind)) layOutTrouble(frame, nodes, rows, record, words, spare);
  }
  for (const row of rows.values()) {
    const reach = pointersReach(pointers, frame, row.made.socket, xOf(frame, row.made));
    const rest = [...rows.values()].filter((one) => one.index === row.index && one !== row);
    layOutName(frame, nodes, row, 6 + row.depth * INDENT_PX + reach, words, rest);
  }
  return {
    height: Math.max(46, Math.max(rowCount, words.size) * ROW_PX + 2 * LANE_PAD - (ROW_PX - THING_PX)),
    nodes: nodes.nodes,
    subtitle: rows.size === 0 ? "nothing is followed" : count(rows.size, "object"),
    anchors: new Map(),
  };
}

/**
 * The object's own things, then those of each socket together: owners before what they own, in the order of making. What
 * follows a thing of its kind stands in the same row.
 */
function rowsOf(frame: Frame, top: number): ReadonlyMap<ThingId, ThingRow> {
  const things = recordsOf(frame.run, "made");
  const gone = new Map(recordsOf(frame.run, "destroyed").map((record) => [record.thing, record.index]));
  const known = new Map(things.map((made) => [made.thing, made]));
  const rows = new Map<ThingId, ThingRow>();
  let next = 0;
  const add = (made: RecordOf<"made">, depth: number): void => {
    const before = [...rows.values()].findLast(
      (row) =>
        row.made.type === made.type && row.made.owner === made.owner && row.made.socket === made.socket,
    );
    const shares = before !== undefined && (gone.get(before.made.thing) ?? Infinity) < made.index;
    const index = shares ? before.index : next++;
    rows.set(made.thing, { made, index, depth, y: top + index * ROW_PX });
    for (const member of things)
      if (member.owner === made.thing && member.socket === made.socket) add(member, depth + 1);
  };
  const isRoot = (made: RecordOf<"made">): boolean =>
    made.owner === null || known.get(made.owner)?.socket !== made.socket;
  for (const socket of new Set(things.map((made) => made.socket))) {
    // The Socket itself, which nobody in C++ owns, before what the context owns of it.
    const roots = things.filter((made) => made.socket === socket && isRoot(made));
    const own = roots.filter((made) => made.owner === null);
    for (const made of [...own, ...roots.filter((one) => one.owner !== null)])
      add(made, made.owner === null ? 0 : 1);
  }
  return rows;
}

/** Where a bar ends, of a row's thing. */
function endOf(
  frame: Frame,
  { made }: ThingRow,
): { readonly destroyed: Destroyed | null; readonly to: number } {
  const destroyed = recordsOf(frame.run, "destroyed").find((record) => record.thing === made.thing) ?? null;
  return { destroyed, to: Math.max(xOrEnd(frame, destroyed), xOf(frame, made) + 2) };
}

function layOutBar(frame: Frame, nodes: NodesBuilder, row: ThingRow, words: RowsBuilder): void {
  const { made, y, index } = row;
  const { destroyed, to } = endOf(frame, row);
  const from = xOf(frame, made);
  const title = thingTitle(made.thing, frame);
  const records = destroyed === null ? [made] : [made, destroyed];
  const bar = { x: from, y, width: to - from, height: THING_PX, radius: 2 };
  nodes.rect(`thing.${made.thing}`, "thing", "extent", bar, { records, title });
  if (destroyed === null) return;
  const options = { records: [destroyed], title: describe(destroyed, frame.run) };
  const number = String(destroyed.order);
  const width = frame.measure(number, SMALL_PX, true);
  nodes.line(`gone.${made.thing}`, "gone-bar", "mark", [to, y - 1], [to, y + THING_PX + 1], options);
  // A thing of the kind that follows at once begins there: the number stands in it, or nowhere.
  const x = to + 5 + width > frame.widthPx - 2 ? to - 4 - width : to + 5;
  if (!words.isFree(index, x, x + width)) return;
  words.take(index, Math.min(to, x), x + width);
  nodes.text(`order.${made.thing}`, "order plate", "mark", x, y + WORD_BASE_PX, number, {
    ...options,
    size: SMALL_PX,
    bold: true,
  });
}

/** The name in its bar after `indent`; or beside it, clear of the `rest` of its row; or in it, cut. */
function layOutName(
  frame: Frame,
  nodes: NodesBuilder,
  row: ThingRow,
  indent: number,
  words: RowsBuilder,
  rest: readonly ThingRow[],
): void {
  const { made, index, y } = row;
  const { to } = endOf(frame, row);
  const seen = visible(frame, xOf(frame, made), to);
  const full = made.name === "" ? made.type : made.name;
  const short = full.replace(/ \(.*\)$/, "");
  const bare = short.replace(/ of .*$/, "");
  const write = (x: number, text: string): void => {
    words.take(index, x, x + frame.measure(text, LABEL_PX));
    const options = { records: [made], title: thingTitle(made.thing, frame) };
    nodes.text(`name.${made.thing}`, "label plate", "mark", x, y + WORD_BASE_PX, text, options);
  };
  const left = words.firstFree(index, seen.from + indent, Math.min(NAME_MIN_PX, seen.to - seen.from));
  const room = seen.to - left - 6;
  const isFree = (x: number, width: number): boolean => words.isFree(index, x, x + width);
  const word = bare.replace(/ .*$/, "");
  const fits = [full, short, bare].filter((text) => isFree(left, frame.measure(text, LABEL_PX)));
  const inside = fitting(fits, room, LABEL_PX, frame.measure);
  if (inside !== null) return write(left, inside);
  // What follows it in its row begins where it begins.
  const end = Math.min(frame.widthPx, ...rest.map((one) => xOf(frame, one.made)).filter((x) => x >= to));
  for (const text of [short, bare, word]) {
    const width = frame.measure(text, LABEL_PX);
    const x = words.firstFree(index, Math.max(to, 0) + 6, width);
    if (to >= 0 && x + width <= end && isFree(x, width)) return write(x, text);
    const before = xOf(frame, made) - 6 - width;
    if (before >= 2 && rest.length === 0 && isFree(before, width)) return write(before, text);
  }
  for (let width = room; width >= NAME_MIN_PX; width -= INDENT_PX) {
    const text = shortened(short, width, LABEL_PX, frame.measure);
    if (text !== null && isFree(left, frame.measure(text, LABEL_PX))) return write(left, text);
  }
}
