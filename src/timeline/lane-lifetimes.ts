/*
 * The lifetimes lane: a bar per C++ object from made to destroyed, below its owner and indented under it.
 *
 *   [ IoContext                                      ] 9
 *   [ ConnectionData                        ] 3
 *   [   connectionStream                            ] 7      numbers: the order of destruction
 *   [ ┊D3 tlsStarter                        ] 1              a borrowed pointer, from holder to target
 *   [ ┊     connect frame                           ] 8
 */
import type { SocketId, ThingId } from "../base/ids.ts";
import { COLUMN_PX, layOutBorrow, layOutTrouble } from "./borrows.ts";
import { describe } from "./describe.ts";
import { recordsOf } from "./facts.ts";
import { type Frame, LABEL_PX, LANE_PAD, type LaneContent, SMALL_PX, visible, xOf, xOrEnd } from "./frame.ts";
import { fitting, shortened } from "./measure.ts";
import { thingTitle } from "./narrate-object.ts";
import { NodesBuilder } from "./nodes.ts";
import { RowsBuilder } from "./placing.ts";
import { THING_PX, type ThingRow } from "./thing-row.ts";
import { count } from "./words.ts";

const ROW_PX = 19;
const INDENT_PX = 8;
/** A name is cut rather than put beside its bar when at least this much of it fits. */
const NAME_MIN_PX = 56;

/** Lays out the lifetimes lane. */
export function layOutLifetimes(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("lifetimes", frame);
  const rows = rowsOf(frame, top + LANE_PAD);
  const columns = columnsOf(frame);
  // Where words stand beside the bars, so that no two overlap.
  const words = new RowsBuilder(8);
  for (const row of rows.values()) layOutThing(frame, nodes, row, columns.get(row.made.socket) ?? 0, words);
  for (const record of recordsOf(frame.run, "borrows")) layOutBorrow(frame, nodes, rows, record);
  for (const kind of ["fragile-order", "dead-read"] as const) {
    for (const record of recordsOf(frame.run, kind)) layOutTrouble(frame, nodes, rows, record, words);
  }
  return {
    height: Math.max(46, rows.size * ROW_PX + 2 * LANE_PAD - (ROW_PX - THING_PX)),
    nodes: nodes.nodes,
    subtitle: rows.size === 0 ? "nothing is followed" : count(rows.size, "object"),
    anchors: new Map(),
  };
}

/** Owners before what they own, in the order of making. */
function rowsOf(frame: Frame, top: number): ReadonlyMap<ThingId, ThingRow> {
  const things = recordsOf(frame.run, "made");
  const known = new Set(things.map((made) => made.thing));
  const rows = new Map<ThingId, ThingRow>();
  const visit = (owner: ThingId | null, depth: number): void => {
    for (const made of things) {
      const isRoot = made.owner === null || !known.has(made.owner);
      if (rows.has(made.thing) || (owner === null ? !isRoot : made.owner !== owner)) continue;
      rows.set(made.thing, { made, index: rows.size, depth, y: top + rows.size * ROW_PX });
      visit(made.thing, depth + 1);
    }
  };
  visit(null, 0);
  return rows;
}

/** How many borrowed pointers each socket's objects have: so many columns stand before their names. */
function columnsOf(frame: Frame): ReadonlyMap<SocketId | null, number> {
  const columns = new Map<SocketId | null, number>();
  for (const { holder } of recordsOf(frame.run, "borrows")) {
    const socket = frame.facts.things.get(holder)?.socket ?? null;
    columns.set(socket, (columns.get(socket) ?? 0) + 1);
  }
  return columns;
}

function layOutThing(
  frame: Frame,
  nodes: NodesBuilder,
  row: ThingRow,
  columns: number,
  words: RowsBuilder,
): void {
  const { made, depth, y, index } = row;
  const destroyed = recordsOf(frame.run, "destroyed").find((record) => record.thing === made.thing) ?? null;
  const from = xOf(frame, made);
  const to = Math.max(xOrEnd(frame, destroyed), from + 2);
  const title = thingTitle(made.thing, frame);
  const records = destroyed === null ? [made] : [made, destroyed];
  const bar = { x: from, y, width: to - from, height: THING_PX, radius: 2 };
  nodes.rect(`thing.${made.thing}`, "thing", "extent", bar, { records, title });
  const baseline = y + 11.5;
  if (destroyed !== null) {
    const options = { records: [destroyed], title: describe(destroyed, frame.run) };
    const number = String(destroyed.order);
    nodes.line(`gone.${made.thing}`, "gone-bar", "mark", [to, y - 1], [to, y + THING_PX + 1], options);
    nodes.text(`order.${made.thing}`, "order plate", "mark", to + 5, baseline, number, {
      ...options,
      size: SMALL_PX,
      bold: true,
    });
    words.take(index, to, to + 5 + frame.measure(number, SMALL_PX, true));
  }
  layOutName(frame, nodes, row, { from, to, indent: 6 + depth * INDENT_PX + columns * COLUMN_PX }, words);
}

/** The name in its bar, cut if need be, or else beside it. */
function layOutName(
  frame: Frame,
  nodes: NodesBuilder,
  { made, index, y }: ThingRow,
  { from, to, indent }: { readonly from: number; readonly to: number; readonly indent: number },
  words: RowsBuilder,
): void {
  const seen = visible(frame, from, to);
  const room = seen.to - seen.from - indent - 6;
  const full = made.name === "" ? made.type : made.name;
  const short = full.replace(/ \(.*\)$/, "");
  const inside =
    fitting([full, short], room, LABEL_PX, frame.measure) ??
    (room >= NAME_MIN_PX ? shortened(short, room, LABEL_PX, frame.measure) : null);
  const options = { records: [made], title: thingTitle(made.thing, frame) };
  const baseline = y + 11.5;
  if (inside !== null) {
    const left = seen.from + indent;
    words.take(index, left, left + frame.measure(inside, LABEL_PX));
    nodes.text(`name.${made.thing}`, "label", "mark", left, baseline, inside, options);
    return;
  }
  const width = frame.measure(short, LABEL_PX);
  const x = words.firstFree(index, Math.max(to, 0) + 6, width);
  if (x + width > frame.widthPx || to < 0) return;
  words.take(index, x, x + width);
  nodes.text(`name.${made.thing}`, "label plate", "mark", x, baseline, short, options);
}
