/*
 * The lifetimes lane: a bar per C++ object from made to destroyed, below its owner and indented under it.
 *
 *   [ IoContext                                      ] 9
 *     [ ConnectionData                       ] 3
 *       [ connectionStream                           ] 7     numbers: the order of destruction
 *       [ tlsStarter                         ] 1
 *           ┊ D3                                             a borrowed pointer, holder to target
 *         [ connect frame                            ] 8
 */
import { rollup } from "d3";
import type { SocketId, ThingId } from "../base/ids.ts";
import type { RecordOf } from "../model/records.ts";
import { describe } from "./describe.ts";
import { recordsOf } from "./facts.ts";
import { type Frame, LABEL_PX, LANE_PAD, type LaneContent, SMALL_PX, visible, xOf, xOrEnd } from "./frame.ts";
import { fitting } from "./measure.ts";
import { NodesBuilder, round } from "./nodes.ts";
import { thingTitle } from "./narrate-object.ts";
import { crossMark } from "./shapes.ts";
import { count } from "./words.ts";

const BAR_PX = 15;
const ROW_PX = 19;
const INDENT_PX = 8;
/** A borrowed pointer with its name. */
const COLUMN_PX = 25;

/** A thing with its place in the tree of owners. */
interface Row {
  readonly made: RecordOf<"made">;
  readonly depth: number;
  readonly y: number;
}

/** Lays out the lifetimes lane. */
export function layOutLifetimes(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("lifetimes", frame);
  const rows = rowsOf(frame, top + LANE_PAD);
  const columns = columnsOf(frame);
  for (const row of rows.values()) layOutThing(frame, nodes, row, columns.get(row.made.socket) ?? 0);
  for (const record of recordsOf(frame.run, "borrows")) layOutBorrow(frame, nodes, rows, record);
  for (const record of [...recordsOf(frame.run, "fragile-order"), ...recordsOf(frame.run, "dead-read")])
    layOutTrouble(frame, nodes, rows, record);
  return {
    height: Math.max(46, rows.size * ROW_PX + 2 * LANE_PAD - (ROW_PX - BAR_PX)),
    nodes: nodes.nodes,
    subtitle: rows.size === 0 ? "nothing is followed" : count(rows.size, "object"),
    anchors: new Map(),
  };
}

/** Owners before what they own, in the order of making. */
function rowsOf(frame: Frame, top: number): ReadonlyMap<ThingId, Row> {
  const things = recordsOf(frame.run, "made");
  const known = new Set(things.map((made) => made.thing));
  const rows = new Map<ThingId, Row>();
  const visit = (owner: ThingId | null, depth: number): void => {
    for (const made of things) {
      const isRoot = made.owner === null || !known.has(made.owner);
      if (rows.has(made.thing) || (owner === null ? !isRoot : made.owner !== owner)) continue;
      rows.set(made.thing, { made, depth, y: top + rows.size * ROW_PX });
      visit(made.thing, depth + 1);
    }
  };
  visit(null, 0);
  return rows;
}

/** How many borrowed pointers each socket's objects have: so many columns stand before their names. */
function columnsOf(frame: Frame): ReadonlyMap<SocketId | null, number> {
  return rollup(
    recordsOf(frame.run, "borrows"),
    (records) => records.length,
    (record) => frame.facts.things.get(record.holder)?.socket ?? null,
  );
}

function layOutThing(frame: Frame, nodes: NodesBuilder, { made, depth, y }: Row, columns: number): void {
  const destroyed = recordsOf(frame.run, "destroyed").find((record) => record.thing === made.thing) ?? null;
  const from = xOf(frame, made);
  const to = xOrEnd(frame, destroyed);
  const options = {
    records: destroyed === null ? [made] : [made, destroyed],
    title: thingTitle(made.thing, frame),
  };
  nodes.rect(
    `thing.${made.thing}`,
    `thing${destroyed === null ? " alive" : ""}`,
    "extent",
    { x: from, y, width: Math.max(2, to - from), height: BAR_PX, radius: 2 },
    options,
  );
  const seen = visible(frame, from, to);
  const full = made.name === "" ? made.type : made.name;
  const indent = 6 + depth * INDENT_PX + columns * COLUMN_PX;
  const baseline = y + 11.5;
  const name =
    fitting(
      [full, full.replace(/ \(.*\)$/, "")],
      seen.to - seen.from - indent - 6,
      LABEL_PX,
      frame.measure,
    ) ?? full;
  const width = frame.measure(name, LABEL_PX);
  const number = destroyed === null ? "" : String(destroyed.order);
  const numberPx = number === "" ? 0 : frame.measure(number, SMALL_PX, true) + 8;
  if (width + indent + 6 <= seen.to - seen.from)
    nodes.text(`name.${made.thing}`, "label", "mark", seen.from + indent, baseline, name, {
      records: [made],
      title: options.title,
    });
  else if (to + numberPx + 6 + width < frame.widthPx)
    nodes.text(`name.${made.thing}`, "label plate", "mark", Math.max(to, 0) + numberPx + 6, baseline, name, {
      records: [made],
      title: options.title,
    });
  else
    nodes.text(`name.${made.thing}`, "label plate", "mark", Math.max(from, 0) - 6, baseline, name, {
      records: [made],
      title: options.title,
      anchor: "end",
    });
  if (destroyed === null) return;
  const sign = { records: [destroyed], title: describe(destroyed, frame.run) };
  nodes.line(`gone.${made.thing}`, "gone-bar", "mark", [to, y - 1], [to, y + BAR_PX + 1], sign);
  nodes.text(`order.${made.thing}`, "order plate", "mark", to + 5, baseline, number, {
    ...sign,
    size: SMALL_PX,
    bold: true,
  });
}

function layOutBorrow(
  frame: Frame,
  nodes: NodesBuilder,
  rows: ReadonlyMap<ThingId, Row>,
  record: RecordOf<"borrows">,
): void {
  const holder = rows.get(record.holder);
  const target = rows.get(record.target);
  if (holder === undefined || target === undefined) return;
  const x = borrowX(frame, record);
  const from = holder.y < target.y ? holder.y + BAR_PX : holder.y;
  const to = holder.y < target.y ? target.y + 1 : target.y + BAR_PX - 1;
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

function layOutTrouble(
  frame: Frame,
  nodes: NodesBuilder,
  rows: ReadonlyMap<ThingId, Row>,
  record: RecordOf<"fragile-order" | "dead-read">,
): void {
  const holder = rows.get(record.holder);
  const target = rows.get(record.target);
  if (holder === undefined || target === undefined) return;
  const x = xOf(frame, record);
  const options = { records: [record], title: describe(record, frame.run) };
  const kind = record.kind === "dead-read" ? "dead" : "fragile";
  const word = record.kind === "dead-read" ? `✕ dead read ${record.edge}` : `fragile order ${record.edge}`;
  const from = holder.y + BAR_PX / 2;
  const to = target.y + BAR_PX / 2;
  nodes.line(`trouble.${record.index}`, `trouble ${kind}`, "mark", [x, from], [x, to], options);
  if (record.kind === "dead-read")
    nodes.path(`trouble-sign.${record.index}`, "sign-plain failed", "mark", crossMark(x, to, 3.4), options);
  const width = frame.measure(word, LABEL_PX, true);
  const fits = x + 24 + width < frame.widthPx;
  nodes.text(
    `trouble-word.${record.index}`,
    `label plate trouble-word ${kind}`,
    "mark",
    fits ? x + 24 : x - 8,
    (from + to) / 2 + 4,
    word,
    { ...options, anchor: fits ? "start" : "end", bold: true },
  );
}
