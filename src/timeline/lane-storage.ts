/*
 * The storage lane, per object: the writes' names above, one bar per commit below.
 *
 *   put "balance"
 *   │ put "log"                            names: each stands on a thin stem over its dot
 *   ●─●──────┬/////////////////////(✓)     accepted, then flushing (hatched), then the end mark
 *    accepted       commit 1         durable
 */
import type { RecordOf, RunRecord } from "../model/records.ts";
import { BAR_PX, BAR_ROW_PX, layOutCommits } from "./commit-bars.ts";
import { describe } from "./describe.ts";
import { objectOf, recordsOf } from "./facts.ts";
import {
  type Frame,
  LABEL_PX,
  LANE_PAD,
  type LaneContent,
  ROW_NAME_PX,
  visible,
  xOf,
  xOrEnd,
} from "./frame.ts";
import { fitting } from "./measure.ts";
import { NodesBuilder } from "./nodes.ts";
import { placeLabel, RowsBuilder } from "./placing.ts";
import { count, quoted, writeText } from "./words.ts";

const NAME_ROW_PX = 15;
/** Names beyond so many rows are left to the tooltips. */
const MAX_NAME_ROWS = 5;
const OBJECT_GAP_PX = 8;

type Named = RecordOf<"write-accepted"> | RecordOf<"read">;

/** Lays out the storage lane. */
export function layOutStorage(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("storage", frame);
  let y = top + LANE_PAD;
  for (const object of objectsOf(frame)) {
    if (frame.facts.objects.length > 1) {
      nodes.rowName(object, y + 8, object);
      y += ROW_NAME_PX;
    }
    y = layOutObject(frame, nodes, object, y);
    y += OBJECT_GAP_PX;
  }
  const { commits, writes } = frame.facts;
  return {
    height: Math.max(46, y - OBJECT_GAP_PX + LANE_PAD - top),
    nodes: nodes.nodes,
    subtitle:
      writes.size === 0
        ? "nothing is written"
        : `${count(writes.size, "write")}, ${count(commits.size, "commit")}`,
    anchors: new Map(),
  };
}

/** Objects that use their storage. */
function objectsOf(frame: Frame): readonly string[] {
  const used = [...recordsOf(frame.run, "write-accepted"), ...recordsOf(frame.run, "read")];
  return frame.facts.objects.filter((name) =>
    used.some((record) => objectOf(frame.facts, record.actor) === name),
  );
}

function layOutObject(frame: Frame, nodes: NodesBuilder, object: string, top: number): number {
  const { run, facts } = frame;
  const own = (record: { readonly actor: RunRecord["actor"] }): boolean =>
    objectOf(facts, record.actor) === object;
  const named: Named[] = [...recordsOf(run, "write-accepted"), ...recordsOf(run, "read")].filter(own);
  named.sort((one, other) => one.index - other.index);

  const names = new RowsBuilder(10);
  const placed = named.map((record) => {
    const text =
      record.kind === "write-accepted"
        ? writeText(facts, record.write) + (record.confirmed ? "" : " (unconfirmed)")
        : `${record.op} ${quoted(record.key, 24)}`;
    return {
      record,
      text,
      place: placeLabel(names, xOf(frame, record), frame.measure(text, LABEL_PX), frame.widthPx, {
        offset: 5,
        maxRows: MAX_NAME_ROWS,
      }),
    };
  });
  const barsTop = top + names.size * NAME_ROW_PX + 4;

  const bars = new RowsBuilder(10);
  const barY = layOutCommits(frame, nodes, [...facts.commits.values()].filter(own), bars, barsTop);

  for (const { record, text, place } of placed) {
    const x = xOf(frame, record);
    const dotY =
      record.kind === "write-accepted"
        ? (barY.get(record.commit) ?? barsTop) + BAR_PX / 2
        : layOutRead(frame, nodes, record, bars, barsTop);
    const title = describe(record, run);
    const kind =
      record.kind === "write-accepted" ? (record.confirmed ? "write" : "write unconfirmed") : "read";
    nodes.circle(`dot.${record.index}`, `dot ${kind}`, "mark", x, dotY, 3.5, { records: [record], title });
    if (place === null) continue;
    const baseline = top + place.row * NAME_ROW_PX + 11;
    nodes.line(`stem.${record.index}`, "stem", "extent", [x, baseline - 8], [x, dotY], { records: [record] });
    nodes.text(`name.${record.index}`, `label ${kind}`, "mark", place.x, baseline, text, {
      anchor: place.anchor,
      records: [record],
      title,
    });
  }
  return barsTop + Math.max(1, bars.size) * BAR_ROW_PX - (BAR_ROW_PX - BAR_PX);
}

/** A read from disk is a bar, one from memory a point. Gives the height of its dot. */
function layOutRead(
  frame: Frame,
  nodes: NodesBuilder,
  record: RecordOf<"read">,
  bars: RowsBuilder,
  top: number,
): number {
  const from = xOf(frame, record);
  if (record.from === "memory") return top + bars.place(from - 4, from + 4) * BAR_ROW_PX + BAR_PX / 2;
  const done = recordsOf(frame.run, "read-done").find(
    (one) => one.index > record.index && one.key === record.key && one.actor === record.actor,
  );
  const to = xOrEnd(frame, done);
  const y = top + bars.place(from - 4, to) * BAR_ROW_PX;
  nodes.rect(
    `reading.${record.index}`,
    "reading",
    "extent",
    { x: from, y: y + 3, width: to - from, height: BAR_PX - 6, radius: 2 },
    { records: [record], title: describe(record, frame.run) },
  );
  const seen = visible(frame, from, to);
  const label = fitting(["reading from disk", "disk"], seen.to - seen.from - 16, LABEL_PX, frame.measure);
  if (label !== null)
    nodes.text(`reading-label.${record.index}`, "label plate", "mark", seen.from + 8, y + 13, label, {
      records: [record],
    });
  return y + BAR_PX / 2;
}
