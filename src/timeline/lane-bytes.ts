/*
 * The bytes lane: per socket a stack of step areas above the line (queue, pipe, in flight), and below it what has arrived
 * and is not read yet.
 *
 *   10 B in the stream's queue          10 B in flight
 *   ┌──────────────────────────────────┐
 *   │              queue               │┌─ flight ─┐
 *   ┴──────────────────────────────────┴┴──────────┴──────┬┬────
 *                                                         └┘ unread
 */
import type { SocketId } from "../base/ids.ts";
import { type ByteState, byteSeries } from "./byte-series.ts";
import { recordsOf } from "./facts.ts";
import { type Frame, LABEL_PX, LANE_PAD, type LaneContent, ROW_NAME_PX, xOf } from "./frame.ts";
import { fitting } from "./measure.ts";
import { NodesBuilder, round } from "./nodes.ts";
import { byteText, socketText } from "./words.ts";

const LABEL_ROW_PX = 15;
const AREA_PX = 26;
const UNREAD_PX = 12;
const ROW_GAP_PX = 8;

/** From the line upwards. */
const LAYERS = ["flight", "pipe", "queue"] as const;

const PLACES = { queue: "in the stream's queue", pipe: "in the pipe", flight: "in flight" } as const;

/** A state with its place: it holds from `x` to the next one's. */
interface Step extends ByteState {
  readonly x: number;
}

/** Lays out the bytes lane. */
export function layOutBytes(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("bytes", frame);
  const series = [...frame.facts.sockets.keys()]
    .map((socket) => ({
      socket,
      steps: byteSeries(frame.run.records, socket, frame.facts.sockets.get(socket)?.actor ?? null).map(
        (state) => ({ ...state, x: xOf(frame, state.record) }),
      ),
    }))
    .filter(({ steps }) => steps.length > 0);
  const most = series
    .flatMap(({ steps }) => steps)
    .reduce((found, step) => Math.max(found, step.queue + step.pipe + step.flight), 0);
  let y = top + LANE_PAD;
  for (const { socket, steps } of series) {
    if (frame.facts.sockets.size > 1) {
      nodes.rowName(String(socket), y + 8, socketText(frame.facts, socket));
      y += ROW_NAME_PX;
    }
    y = layOutSocket(frame, nodes, socket, steps, most, y);
    y += ROW_GAP_PX;
  }
  return {
    height: Math.max(46, y - ROW_GAP_PX + LANE_PAD - top),
    nodes: nodes.nodes,
    subtitle: series.length === 0 ? "no bytes" : `at most ${byteText(most)}`,
    anchors: new Map(),
  };
}

function layOutSocket(
  frame: Frame,
  nodes: NodesBuilder,
  socket: SocketId,
  steps: readonly Step[],
  most: number,
  top: number,
): number {
  const floor = top + LABEL_ROW_PX + AREA_PX;
  const height = (bytes: number): number => (bytes / Math.max(1, most)) * AREA_PX;
  const last = steps.at(-1);
  if (last === undefined) return floor;
  const closed = [...steps, { ...last, x: frame.endPx }];
  const name = socketText(frame.facts, socket);
  const records = steps.map((step) => step.record);

  nodes.line(`${socket}.floor`, "floor", "ground", [0, floor], [frame.widthPx, floor]);
  LAYERS.forEach((layer, position) => {
    const below = LAYERS.slice(0, position);
    const points = closed.map((step) => {
      const low = below.reduce((total, other) => total + step[other], 0);
      return { x: step.x, low: floor - height(low), high: floor - height(low + step[layer]) };
    });
    nodes.path(`${socket}.${layer}`, `bytes ${layer}`, "extent", stepArea(points), {
      records,
      title: `Bytes for ${name} ${PLACES[layer]}`,
    });
  });
  layOutLabels(frame, nodes, socket, closed, top);
  return layOutUnread(frame, nodes, socket, closed, floor, name);
}

/** A point of a step area, in px: it holds until the next one's x. */
interface AreaPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** A step area as path data; nothing is drawn, not even an outline, where it has no height. */
function stepArea(points: readonly AreaPoint[]): string {
  const parts: AreaPoint[][] = [];
  let current: AreaPoint[] = [];
  for (const point of points) {
    const last = current.at(-1);
    if (point.low !== point.high) current.push(point);
    else if (last !== undefined) {
      parts.push([...current, { ...last, x: point.x }]);
      current = [];
    }
  }
  return [...parts, current].map(outline).join("");
}

/** Along the upper edge, each height held until the next point, and back along the lower one. */
function outline(points: readonly AreaPoint[]): string {
  const [first, ...rest] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return "";
  const upper = rest.map(({ x, high }) => `H${round(x)}V${round(high)}`).join("");
  const lower = points.slice(0, -1).toReversed();
  const back = lower.map(({ x, low }) => `V${round(low)}H${round(x)}`).join("");
  return `M${round(first.x)},${round(first.high)}${upper}V${round(last.low)}${back}Z`;
}

/** Above the areas: what there is, wherever there is room to say it before it changes. */
function layOutLabels(
  frame: Frame,
  nodes: NodesBuilder,
  socket: SocketId,
  steps: readonly Step[],
  top: number,
): void {
  const opens = recordsOf(frame.run, "socket-opens").find((record) => record.socket === socket);
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    if (next === undefined || step.queue + step.pipe + step.flight === 0) return;
    const stalled = opens !== undefined && opens.index < step.record.index && next.record.at > step.record.at;
    const text = fitting(
      stepTexts(step, stalled),
      Math.min(next.x, frame.widthPx) - Math.max(step.x, 4) - 6,
      LABEL_PX,
      frame.measure,
    );
    if (text !== null)
      nodes.text(
        `${socket}.label.${step.record.index}`,
        "label",
        "mark",
        Math.max(step.x, 4),
        top + 11,
        text,
        { records: [step.record] },
      );
  });
}

/** What a state is called, longest first. */
function stepTexts({ queue, pipe, flight }: ByteState, stalled: boolean): readonly string[] {
  const long: string[] = [];
  const short: string[] = [];
  if (queue > 0) {
    long.push(`${byteText(queue)} in the stream's queue`);
    short.push(`${byteText(queue)} queued`);
  }
  if (pipe > 0) {
    long.push(`${byteText(pipe)} in the pipe${stalled ? " (backpressure)" : ""}`);
    short.push(`${byteText(pipe)} in the pipe`);
  }
  if (flight > 0) {
    long.push(`${byteText(flight)} in flight`);
    short.push(`${byteText(flight)} in flight`);
  }
  return [long.join(", "), short.join(", "), byteText(queue + pipe + flight)];
}

/** Below the line: what the far end sent and the handler has not read. Gives the lower end of the row. */
function layOutUnread(
  frame: Frame,
  nodes: NodesBuilder,
  socket: SocketId,
  steps: readonly Step[],
  floor: number,
  name: string,
): number {
  const most = steps.reduce((found, step) => Math.max(found, step.unread), 0);
  if (most === 0) return floor;
  const height = (bytes: number): number => (bytes / most) * UNREAD_PX;
  const points = steps.map(({ x, unread }) => ({ x, low: floor, high: floor + height(unread) }));
  nodes.path(`${socket}.unread`, "bytes unread", "extent", stepArea(points), {
    records: steps.map((step) => step.record),
    title: `Bytes from ${name} that the handler has not read`,
  });
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    if (next === undefined || step.unread === 0) return;
    const text = fitting(
      [`${byteText(step.unread)} not read yet`, `${byteText(step.unread)} unread`],
      Math.min(next.x, frame.widthPx) - Math.max(step.x, 0) - 10,
      LABEL_PX,
      frame.measure,
    );
    if (text !== null)
      nodes.text(
        `${socket}.unread-label.${step.record.index}`,
        "label plate",
        "mark",
        Math.max(step.x, 0) + 4,
        floor + 11,
        text,
        { records: [step.record] },
      );
  });
  return floor + UNREAD_PX;
}
