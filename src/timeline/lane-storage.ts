/*
 * The storage lane, per object: the writes' names above, one bar per commit below.
 *
 *   put "balance"
 *   │ put "log"                            names: each stands on a thin stem over its dot
 *   ●─●──────┬/////////////////////(✓)     accepted, then flushing (hatched), then the end mark
 *    accepted       commit 1         durable
 */
import type { RecordOf, RunRecord } from "../model/records.ts";
import { describe } from "./describe.ts";
import { type CommitFacts, objectOf, recordsOf } from "./facts.ts";
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
import { crossMark, tickMark } from "./shapes.ts";
import { count, quoted, writesText, writeText } from "./words.ts";

const NAME_ROW_PX = 15;
const BAR_PX = 18;
const BAR_ROW_PX = 25;
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
      place: placeLabel(names, xOf(frame, record), frame.measure(text, LABEL_PX), frame.widthPx, 5),
    };
  });
  const barsTop = top + names.size * NAME_ROW_PX + 4;

  const bars = new RowsBuilder(10);
  const barY = new Map<number, number>();
  for (const commit of [...facts.commits.values()].filter(own))
    barY.set(commit.id, barsTop + layOutCommit(frame, nodes, commit, bars, barsTop) * BAR_ROW_PX);

  for (const { record, text, place } of placed) {
    const x = xOf(frame, record);
    const baseline = top + place.row * NAME_ROW_PX + 11;
    const dotY =
      record.kind === "write-accepted"
        ? (barY.get(record.commit) ?? barsTop) + BAR_PX / 2
        : layOutRead(frame, nodes, record, bars, barsTop);
    const title = describe(record, run);
    const kind =
      record.kind === "write-accepted" ? (record.confirmed ? "write" : "write unconfirmed") : "read";
    nodes.line(`stem.${record.index}`, "stem", "extent", [x, baseline - 8], [x, dotY], { records: [record] });
    nodes.circle(`dot.${record.index}`, `dot ${kind}`, "mark", x, dotY, 3.5, { records: [record], title });
    nodes.text(`name.${record.index}`, `label ${kind}`, "mark", place.x, baseline, text, {
      anchor: place.anchor,
      records: [record],
      title,
    });
  }
  return barsTop + Math.max(1, bars.size) * BAR_ROW_PX - (BAR_ROW_PX - BAR_PX);
}

/** Draws a commit's bar and gives its row. */
function layOutCommit(
  frame: Frame,
  nodes: NodesBuilder,
  commit: CommitFacts,
  bars: RowsBuilder,
  top: number,
): number {
  const { facts, measure } = frame;
  const first = commit.accepted[0] ?? commit.starts[0];
  if (first === undefined) return 0;
  const { end } = commit;
  const from = xOf(frame, first);
  const flush = xOrEnd(frame, commit.starts[0] ?? end);
  const to = xOrEnd(frame, end);
  const endWord = end === null ? "" : end.kind === "commit-durable" ? "durable" : "failed";
  const wordPx = endWord === "" ? 0 : measure(endWord, LABEL_PX) + 14;
  const row = bars.place(from - 4, to + 8 + wordPx);
  const y = top + row * BAR_ROW_PX;
  const records = [...commit.accepted, ...commit.starts, ...commit.delays];
  const what = writesText(
    facts,
    commit.accepted.map((record) => record.write),
  );

  nodes.rect(
    `accepted.${commit.id}`,
    "commit accepted",
    "extent",
    { x: from, y, width: Math.max(0, flush - from), height: BAR_PX, radius: 2 },
    { records, title: `Commit ${commit.id} collects ${what}: not flushed yet` },
  );
  nodes.rect(
    `flushing.${commit.id}`,
    "commit flushing",
    "extent",
    { x: flush, y, width: Math.max(0, to - flush), height: BAR_PX, radius: 2 },
    { records: [...commit.starts, ...records], title: `Commit ${commit.id} is flushing: ${what}` },
  );
  const seen = visible(frame, flush, to);
  const writes = count(commit.accepted.length, "write");
  const label = fitting(
    [
      ...(commit.accepted.length > 1 ? [`commit ${commit.id} · ${writes} · flushing`] : []),
      `commit ${commit.id} · flushing`,
      `commit ${commit.id}`,
      `c${commit.id}`,
    ],
    seen.to - seen.from - 18,
    LABEL_PX,
    measure,
  );
  const start = commit.starts[0];
  if (label !== null && start !== undefined)
    nodes.text(`commit.${commit.id}`, "label plate", "mark", seen.from + 8, y + 13, label, {
      records: [start],
    });
  for (const delay of commit.delays) {
    const x = xOf(frame, delay);
    nodes.line(`delay.${delay.index}`, "delay", "mark", [x, y - 3], [x, y + BAR_PX + 3], {
      records: [delay],
      title: describe(delay, frame.run),
    });
  }
  if (end !== null) {
    const good = end.kind === "commit-durable";
    const kind = good ? "durable" : "failed";
    const options = { records: [end, ...commit.accepted], title: describe(end, frame.run) };
    nodes.circle(`end.${commit.id}`, `end ${kind}`, "mark", to, y + BAR_PX / 2, 7.5, options);
    nodes.path(
      `end-sign.${commit.id}`,
      `sign ${kind}`,
      "mark",
      good ? tickMark(to, y + BAR_PX / 2) : crossMark(to, y + BAR_PX / 2),
      { records: [end] },
    );
    const flip = to + 12 + wordPx > frame.widthPx && to > 100;
    if (!flip)
      nodes.text(`end-word.${commit.id}`, `label ${kind}`, "mark", to + 12, y + 13, endWord, options);
  }
  return row;
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
