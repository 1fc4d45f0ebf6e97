/*
 * The connects lane: a row per connection, from connect(), fetch() or new WebSocket() to its end.
 *
 *   [//held by lock 1//][ connecting ][ open                 ][sends no more]✕ closed
 *
 * Once open, the bar has two halves: the upper one is the sending direction, the lower one the receiving direction. A
 * half ends with its FIN; what is left is half-open.
 */
import type { SocketId } from "../base/ids.ts";
import type { OutsideEvent, RecordOf, RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import { describe } from "./describe.ts";
import { recordsOf } from "./facts.ts";
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
import { crossMark } from "./shapes.ts";
import { connectionText, count, listed, socketText } from "./words.ts";

const BAR_PX = 18;
const ROW_PX = 27;

/** What became of a socket, in records. */
interface SocketStory {
  readonly called: RecordOf<"connect-called">;
  readonly waits: RecordOf<"output-waits"> | null;
  readonly starts: RunRecord | null;
  readonly opens: RunRecord | null;
  readonly finSent: RunRecord | null;
  readonly finArrived: RunRecord | null;
  readonly closing: RunRecord | null;
  /** Closed, failed, struck out, or gone with its object. */
  readonly end: RunRecord | null;
}

/** Lays out the connects lane. */
export function layOutConnects(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("connects", frame);
  const anchors = new Map<string, number>();
  const sockets = [...frame.facts.sockets.keys()];
  let y = top + LANE_PAD;
  for (const socket of sockets) {
    if (sockets.length > 1) {
      nodes.rowName(String(socket), y + 6, connectionText(frame.facts, socket));
      y += ROW_NAME_PX;
    }
    layOutSocket(frame, nodes, socket, y);
    anchors.set(`connect:${socket}`, y + BAR_PX);
    y += ROW_PX;
  }
  const addresses = sockets.map((socket) => connectionText(frame.facts, socket));
  return {
    height: Math.max(46, y - (ROW_PX - BAR_PX) + LANE_PAD - top),
    nodes: nodes.nodes,
    subtitle:
      sockets.length === 0
        ? "no connection"
        : sockets.length <= 2
          ? listed(addresses)
          : count(sockets.length, "connection"),
    anchors,
  };
}

function storyOf(frame: Frame, socket: SocketId): SocketStory | null {
  const { run, facts } = frame;
  const called = facts.sockets.get(socket);
  if (called === undefined) return null;
  const asked = facts.outputs.find(
    ({ output }) => (output.type === "connect" || output.type === "fetch") && output.socket === socket,
  );
  const outside = (type: OutsideEvent["type"]): RunRecord | null =>
    recordsOf(run, "outside").find(
      ({ event }) => event.type === type && "socket" in event && event.socket === socket,
    ) ?? null;
  const own = (
    kind: "connect-starts" | "socket-opens" | "socket-fails" | "socket-closing" | "socket-closed",
  ): RunRecord | null => recordsOf(run, kind).find((record) => record.socket === socket) ?? null;
  const life = facts.lives.find((one) => one.actor === called.actor);
  const dropped = asked?.end?.kind === "output-dropped" ? asked.end : null;
  return {
    called,
    waits: asked?.waits ?? null,
    starts: own("connect-starts") ?? (asked?.end?.kind === "output-passes" ? asked.end : null),
    opens: own("socket-opens"),
    finSent: outside("fin-sent"),
    finArrived: finArrivedAt(run, socket),
    closing: own("socket-closing"),
    end: own("socket-fails") ?? dropped ?? own("socket-closed") ?? life?.ends ?? null,
  };
}

/** Where the receiving direction ends: the far end's FIN reaches the host, or at the latest the handler reads the end. */
function finArrivedAt(run: RunData, socket: SocketId): RunRecord | null {
  return (
    recordsOf(run, "end-arrives").find((record) => record.socket === socket) ??
    recordsOf(run, "bytes-read").find((record) => record.socket === socket && record.done) ??
    null
  );
}

function layOutSocket(frame: Frame, nodes: NodesBuilder, socket: SocketId, y: number): void {
  const story = storyOf(frame, socket);
  if (story === null) return;
  const { called, waits, starts, opens, end } = story;
  const end0 = xOrEnd(frame, end);
  const startX = Math.min(starts === null ? end0 : xOf(frame, starts), end0);
  const openX = Math.min(opens === null ? end0 : xOf(frame, opens), end0);
  const isHeld = waits !== null && waits.locks.length > 0;
  const name = socketText(frame.facts, socket);

  segment(frame, nodes, `${socket}.asked`, isHeld ? "held" : "asked", called, xOf(frame, called), startX, y, {
    labels: isHeld
      ? [`held by ${lockNames(waits.locks)}`, "held"]
      : called.deferred
        ? ["asked", ""]
        : ["asked"],
    title: isHeld
      ? `The connection to ${name} is held by ${lockNames(waits.locks)}`
      : `The connection to ${name} is asked for`,
  });
  if (starts !== null) {
    segment(frame, nodes, `${socket}.connecting`, "connecting", starts, startX, openX, y, {
      labels: [called.deferred ? "connecting" : "connecting, at once", "connecting"],
      title: `Connecting to ${name}`,
    });
  }
  if (opens !== null) layOutOpen(frame, nodes, socket, story, opens, end0, y);
  if (end !== null) layOutEnd(frame, nodes, socket, end, y);
}

function layOutOpen(
  frame: Frame,
  nodes: NodesBuilder,
  socket: SocketId,
  story: SocketStory,
  opens: RunRecord,
  to: number,
  y: number,
): void {
  const from = xOf(frame, opens);
  const name = socketText(frame.facts, socket);
  const upperEnd = Math.min(xOrEnd(frame, story.finSent), to);
  const lowerEnd = Math.min(xOrEnd(frame, story.finArrived), to);
  const half = BAR_PX / 2;
  nodes.rect(
    `${socket}.sending`,
    "open sending",
    "extent",
    { x: from, y, width: upperEnd - from, height: half - 0.5, radius: 1.5 },
    { records: [opens], title: `The connection to ${name} is open for sending` },
  );
  nodes.rect(
    `${socket}.receiving`,
    "open receiving",
    "extent",
    { x: from, y: y + half + 0.5, width: lowerEnd - from, height: half - 0.5, radius: 1.5 },
    { records: [opens], title: `The connection to ${name} is open for receiving` },
  );
  label(frame, nodes, `${socket}.open`, ["open"], opens, from, Math.min(upperEnd, lowerEnd), y);
  const first = upperEnd <= lowerEnd ? story.finSent : story.finArrived;
  if (first !== null && Math.min(upperEnd, lowerEnd) < to) {
    const words =
      upperEnd <= lowerEnd
        ? ["half-open: receives only", "half-open"]
        : ["half-open: sends only", "half-open"];
    label(
      frame,
      nodes,
      `${socket}.half`,
      words,
      first,
      Math.min(upperEnd, lowerEnd),
      Math.max(upperEnd, lowerEnd),
      y,
    );
  }
  const closing = story.closing;
  if (closing !== null && xOf(frame, closing) < to) {
    const x = xOf(frame, closing);
    nodes.rect(
      `${socket}.closing`,
      "closing",
      "extent",
      { x, y: y + BAR_PX + 1, width: to - x, height: 3, radius: 1.5 },
      { records: [closing], title: describe(closing, frame.run) },
    );
  }
}

function layOutEnd(frame: Frame, nodes: NodesBuilder, socket: SocketId, end: RunRecord, y: number): void {
  const x = xOf(frame, end);
  const [word, kind] = endWord(end);
  const options = { records: [end], title: describe(end, frame.run) };
  nodes.line(`${socket}.end`, `end-bar ${kind}`, "mark", [x, y - 3], [x, y + BAR_PX + 3], options);
  if (kind === "failed")
    nodes.path(`${socket}.end-sign`, "sign-plain failed", "mark", crossMark(x + 10, y + BAR_PX / 2, 3.2), {
      records: [end],
    });
  const shift = kind === "failed" ? 19 : 7;
  const width = frame.measure(word, LABEL_PX);
  if (x + shift + width < frame.widthPx)
    nodes.text(`${socket}.end-word`, `label ${kind}`, "mark", x + shift, y + 13, word, options);
  else
    nodes.text(`${socket}.end-word`, `label plate ${kind}`, "mark", x - 6, y + 13, word, {
      ...options,
      anchor: "end",
    });
}

function endWord(end: RunRecord): readonly [string, string] {
  switch (end.kind) {
    case "socket-closed":
      return ["closed", "closed"];
    case "output-dropped":
      return ["struck out", "failed"];
    case "object-aborts":
    case "object-ends":
      return ["gone with the object", "failed"];
    default:
      return ["failed", "failed"];
  }
}

function segment(
  frame: Frame,
  nodes: NodesBuilder,
  id: string,
  kind: string,
  record: RunRecord,
  from: number,
  to: number,
  y: number,
  { labels, title }: { labels: readonly string[]; title: string },
): void {
  nodes.rect(
    id,
    `connect ${kind}`,
    "extent",
    { x: from, y, width: to - from, height: BAR_PX, radius: 2 },
    { records: [record], title },
  );
  label(frame, nodes, id, labels, record, from, to, y, title);
}

function label(
  frame: Frame,
  nodes: NodesBuilder,
  id: string,
  labels: readonly string[],
  record: RunRecord,
  from: number,
  to: number,
  y: number,
  title = "",
): void {
  const seen = visible(frame, from, to);
  const text = fitting(labels, seen.to - seen.from - 12, LABEL_PX, frame.measure);
  if (text !== null)
    nodes.text(`${id}.label`, "label plate", "mark", seen.from + 7, y + 13, text, {
      records: [record],
      title,
    });
}

function lockNames(locks: readonly number[]): string {
  return locks.length === 1 ? `lock ${locks[0]}` : `locks ${listed(locks.map(String))}`;
}
