/*
 * The handler lane: per request a row of turns and, dotted, of awaits between them.
 *
 *   ┌───────┐                        ┌──┐
 *   │turn 1 │ await socket.opened ···│2 │ await writer.close() ···
 *   └───────┘                        └──┘
 *    6 7 9 10                         11       source lines
 *    log "x"                                   notes, only where there are any
 */
import type { TurnId } from "../base/ids.ts";
import type { RecordOf, RunRecord } from "../model/records.ts";
import { describe } from "./describe.ts";
import { recordsOf } from "./facts.ts";
import {
  type Frame,
  LABEL_PX,
  LANE_PAD,
  type LaneContent,
  ROW_NAME_PX,
  SMALL_PX,
  visible,
  xOf,
  xOrEnd,
} from "./frame.ts";
import { fitting, shortened } from "./measure.ts";
import { NodesBuilder } from "./nodes.ts";
import { placeLabel, RowsBuilder } from "./placing.ts";
import { type Thread, threadsOf } from "./threads.ts";
import { count, quoted } from "./words.ts";

const TURN_PX = 18;
const ROW_PX = 22;
const LINES_PX = 13;
const NOTE_PX = 15;
const MAX_NOTE_ROWS = 6;
const THREAD_GAP_PX = 6;

/** Lays out the handler lane. */
export function layOutHandler(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("handler", frame);
  const threads = threadsOf(frame.run, frame.facts);
  let y = top + LANE_PAD;
  for (const thread of threads) {
    if (threads.length > 1) {
      nodes.rowName(thread.key, y + 8, thread.label);
      y += ROW_NAME_PX;
    }
    y = layOutThread(frame, nodes, thread, y);
    y += THREAD_GAP_PX;
  }
  const turns = recordsOf(frame.run, "turn-begins").length;
  return {
    height: Math.max(44, y - THREAD_GAP_PX + LANE_PAD - top),
    nodes: nodes.nodes,
    subtitle:
      threads.length > 1
        ? `${count(threads.length, "request")}, ${count(turns, "turn")}`
        : count(turns, "turn"),
    anchors: new Map(),
  };
}

function layOutThread(frame: Frame, nodes: NodesBuilder, thread: Thread, top: number): number {
  const begun = thread.records.filter((record) => record.kind === "turn-begins");
  // A constructor's empty turn shares its beat with the request's own: only the latter is drawn.
  const turns = begun.filter((turn, index) => {
    const next = begun[index + 1];
    return next === undefined || frame.beatOf[next.index] !== frame.beatOf[turn.index];
  });
  const awaits = thread.records.filter((record) => record.kind === "await");
  const rows = new RowsBuilder(0);
  for (const turn of turns) {
    const { from, to } = turnSpan(frame, turn);
    rows.take(0, from, to);
    layOutTurn(frame, nodes, turn, top);
  }
  for (const record of awaits) layOutAwait(frame, nodes, record, rows, top);
  const linesTop = top + ROW_PX * Math.max(1, rows.size);
  layOutLines(frame, nodes, thread.records, linesTop);
  return layOutNotes(frame, nodes, thread.records, linesTop + LINES_PX);
}

function turnSpan(
  frame: Frame,
  turn: RecordOf<"turn-begins">,
): { readonly from: number; readonly to: number } {
  const end = recordsOf(frame.run, "turn-ends").find((one) => one.turn === turn.turn);
  const from = xOf(frame, turn);
  if (end === undefined) return { from, to: frame.endPx };
  return { from, to: Math.max(xOf(frame, end) + frame.slotPx * 0.55, from + 4) };
}

function layOutTurn(frame: Frame, nodes: NodesBuilder, turn: RecordOf<"turn-begins">, top: number): void {
  const { from, to } = turnSpan(frame, turn);
  const options = { records: [turn], title: describe(turn, frame.run) };
  nodes.rect(
    `turn.${turn.turn}`,
    "turn",
    "extent",
    { x: from, y: top, width: to - from, height: TURN_PX, radius: 3 },
    options,
  );
  const seen = visible(frame, from, to);
  const label = fitting(turnLabels(turn.turn), seen.to - seen.from - 6, LABEL_PX, frame.measure);
  if (label !== null)
    nodes.text(`turn-label.${turn.turn}`, "label", "mark", (seen.from + seen.to) / 2, top + 13, label, {
      ...options,
      anchor: "middle",
    });
}

function turnLabels(turn: TurnId): readonly string[] {
  return [`turn ${turn}`, String(turn)];
}

/** A dotted line from the await to where its call goes on, beginning with what is awaited. */
function layOutAwait(
  frame: Frame,
  nodes: NodesBuilder,
  record: RecordOf<"await">,
  rows: RowsBuilder,
  top: number,
): void {
  const resumed = recordsOf(frame.run, "resume").find(
    (one) => one.call === record.call && one.index > record.index && one.actor === record.actor,
  );
  const life = frame.facts.lives.find((one) => one.actor === record.actor);
  const from = xOf(frame, record) + frame.slotPx * 0.6;
  const to = xOrEnd(frame, resumed === undefined ? life?.ends : turnOf(frame, resumed));
  if (to - from < 6) return;
  const row = rows.place(from, to);
  const y = top + row * ROW_PX;
  const options = { records: [record], title: describe(record, frame.run) };
  const seen = visible(frame, from, to);
  const text = shortened(`await ${record.text}`, seen.to - seen.from - 18, LABEL_PX, frame.measure);
  const after = text === null ? 0 : frame.measure(text, LABEL_PX) + 8;
  if (text !== null)
    nodes.text(`await-label.${record.index}`, "label dim", "mark", seen.from + 5, y + 13, text, options);
  nodes.line(
    `await.${record.index}`,
    "await",
    "extent",
    [Math.min(seen.from + 4 + after, to), y + TURN_PX / 2],
    [to - 3, y + TURN_PX / 2],
    options,
  );
}

/** The beginning of the turn in which a call goes on; the record itself when it has none. */
function turnOf(frame: Frame, resumed: RecordOf<"resume">): RunRecord {
  const turn = recordsOf(frame.run, "turn-begins").findLast(
    (one) => one.index < resumed.index && one.step === resumed.step,
  );
  return turn ?? resumed;
}

/** The source lines that run, each once per turn, where there is room. */
function layOutLines(frame: Frame, nodes: NodesBuilder, records: readonly RunRecord[], top: number): void {
  const rows = new RowsBuilder(3);
  let last: number | null = null;
  for (const record of records) {
    if (record.kind === "turn-begins") last = null;
    if (record.line === null || record.line === last) continue;
    const x = xOf(frame, record);
    const text = String(record.line);
    const width = frame.measure(text, SMALL_PX);
    if (!rows.isFree(0, x, x + width)) continue;
    rows.take(0, x, x + width);
    last = record.line;
    nodes.text(`line.${record.index}`, "source-line", "mark", x, top + 7, text, {
      records: [record],
      size: SMALL_PX,
      title: `line ${record.line}`,
    });
  }
}

/** Logs, answers and trouble. Gives the height at which they end. */
function layOutNotes(frame: Frame, nodes: NodesBuilder, records: readonly RunRecord[], top: number): number {
  const rows = new RowsBuilder(8);
  for (const record of records) {
    const note = noteOf(record);
    if (note === null) continue;
    const x = xOf(frame, record);
    // To the right of its moment or to the left: where neither has room for all of it, what fits the wider side.
    const text = shortened(note.text, Math.max(x, frame.widthPx - x) - 4, LABEL_PX, frame.measure);
    if (text === null) continue;
    const place = placeLabel(rows, x, frame.measure(text, LABEL_PX), frame.widthPx, {
      offset: 0,
      maxRows: note.kind.includes("failed") ? Number.POSITIVE_INFINITY : MAX_NOTE_ROWS,
    });
    if (place === null) continue;
    nodes.text(
      `note.${record.index}`,
      `label ${note.kind}`,
      "mark",
      place.x,
      top + place.row * NOTE_PX + 11,
      text,
      { anchor: place.anchor, records: [record], title: describe(record, frame.run) },
    );
  }
  return top + rows.size * NOTE_PX;
}

function noteOf(record: RunRecord): { readonly text: string; readonly kind: string } | null {
  if (record.kind === "log") return { text: `logs ${quoted(record.text, 48)}`, kind: "handler-note" };
  if (record.kind === "handler-returns") return { text: `returns ${record.status}`, kind: "handler-note" };
  if (record.kind === "handler-throws")
    return { text: `✕ throws ${quoted(record.text, 48)}`, kind: "handler-note failed" };
  if (record.kind === "handler-stuck") return { text: "✕ cannot go on", kind: "handler-note failed" };
  if (record.kind === "input-gate-locked") return { text: "input gate locked", kind: "handler-note dim" };
  if (record.kind === "input-gate-breaks")
    return { text: "✕ input gate breaks", kind: "handler-note failed" };
  if (record.kind === "event-queued") return { text: `${record.event} waits`, kind: "handler-note dim" };
  return null;
}
