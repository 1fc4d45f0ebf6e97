/*
 * The outside lane: a row per observer (each far end, then the clients, then the alarm manager). Arrows fall from the gate line to the moment at
 * which something arrives; names stand below the row's line, in as many rows as they need.
 *
 *   ═════════ gate line ═══╲══════════╲═══
 *                           ╲          ╲
 *   far end  ────────────────●══════════●══
 *                            SYN, accepts 10 B arrive
 */
import type { WriteId } from "../base/ids.ts";
import type { OutsideEvent, RecordOf } from "../model/records.ts";
import { type Flight, flightsOf } from "./crossings.ts";
import { describe } from "./describe.ts";
import { isDurableAt, objectOf, recordsOf } from "./facts.ts";
import { type Frame, LABEL_PX, type LaneContent, xOf, xOrEnd } from "./frame.ts";
import { fitting } from "./measure.ts";
import { NodesBuilder, round } from "./nodes.ts";
import { placeLabel, RowsBuilder } from "./placing.ts";
import { arrowHead, crossMark } from "./shapes.ts";
import { count, outsideText, socketText, writesText } from "./words.ts";

const FIRST_LINE_PX = 36;
const LINE_GAP_PX = 26;
const NAME_ROW_PX = 14;
/** Names beyond so many rows are left to the tooltips, but for those of what went wrong. */
const MAX_NAME_ROWS = 6;
/** An arrow whose end is not known goes that far down. */
const STUB_PX = 20;

/** What leaves the host is shown as an arrow, not as a point on an observer's row. */
const LEAVING: ReadonlySet<OutsideEvent["type"]> = new Set<OutsideEvent["type"]>([
  "syn",
  "send",
  "fin-sent",
  "rst-sent",
  "response-sent",
]);

/** One observer. */
interface Observer {
  readonly key: string;
  readonly label: string;
  readonly sees: readonly RecordOf<"outside">[];
}

/** Lays out the outside lane. */
export function layOutOutside(frame: Frame, top: number, anchors: ReadonlyMap<string, number>): LaneContent {
  const nodes = new NodesBuilder("outside", frame);
  const flights = flightsOf(frame.run);
  const observers = observersOf(frame);
  const lineY = new Map<string, number>();
  let y = top + FIRST_LINE_PX;
  let bottom = top + 24;
  for (const observer of observers) {
    lineY.set(observer.key, y);
    const nameRows = layOutObserver(frame, nodes, observer, flights, y);
    bottom = y + 6 + nameRows * NAME_ROW_PX;
    if (observers.length > 1) nodes.rowName(observer.key, y - 6, observer.label);
    y = bottom + LINE_GAP_PX;
  }
  for (const flight of flights) layOutFlight(frame, nodes, flight, lineY, top, anchors);
  layOutSilence(frame, nodes, top, observers);
  return {
    height: Math.max(56, bottom + 10 - top),
    nodes: nodes.nodes,
    subtitle:
      observers.length === 0
        ? "nobody is there"
        : observers.length === 1
          ? (observers[0]?.label ?? "")
          : count(observers.length, "observer"),
    anchors: new Map(),
  };
}

function keyOf(event: OutsideEvent): string {
  if (event.type === "alarm" || event.type === "alarm-result") return "alarms";
  return "socket" in event ? `socket ${event.socket}` : "client";
}

/** Far ends in the order of their sockets, then the clients and the alarm manager; only those to whom something happens or could. */
function observersOf(frame: Frame): readonly Observer[] {
  const { run, facts } = frame;
  const events = recordsOf(run, "outside");
  const far = [...facts.sockets.keys()].map((socket) => ({
    key: `socket ${socket}`,
    label: socketText(facts, socket),
  }));
  const clients = events.some(({ event }) => keyOf(event) === "client")
    ? [{ key: "client", label: facts.requests.size > 1 ? "clients" : "client" }]
    : [];
  const alarms = events.some(({ event }) => keyOf(event) === "alarms")
    ? [{ key: "alarms", label: "alarm manager" }]
    : [];
  return [...far, ...clients, ...alarms].map((one) => ({
    ...one,
    sees: events.filter(({ event }) => keyOf(event) === one.key && !LEAVING.has(event.type)),
  }));
}

/** Draws an observer's line with its points and names; gives how many rows the names took. */
function layOutObserver(
  frame: Frame,
  nodes: NodesBuilder,
  observer: Observer,
  flights: readonly Flight[],
  y: number,
): number {
  nodes.line(`line.${observer.key}`, "observer", "ground", [0, y], [frame.widthPx, y]);
  layOutConnection(frame, nodes, observer, y);
  const names = new RowsBuilder(8);
  let last: { readonly at: number; readonly row: number } | null = null;
  for (const record of observer.sees) {
    const x = xOf(frame, record);
    const flight = flights.find((one) => one.arrives === record) ?? null;
    const leaked = flight?.passes?.leak ?? [];
    const pending = leaked.filter((write) => !isDurableAt(frame.facts, write, record.index));
    const isLeak = pending.length > 0;
    const bad = isLeak || BAD.has(record.event.type);
    const room = Math.max(frame.widthPx - x, x) - 6;
    const wordings = isLeak ? leakNames(frame, record.event, pending) : [nameOf(frame, record.event)];
    const text = fitting(wordings, room, LABEL_PX, frame.measure) ?? wordings.at(-1) ?? "";
    const options = {
      records: flight === null ? [record] : [record, flight.leaves],
      title: describe(record, frame.run),
    };
    // At one instant the names go down in order, as on a stair.
    const firstRow = last?.at === record.at ? last.row : 0;
    const place = placeLabel(names, x, frame.measure(text, LABEL_PX), frame.widthPx, {
      offset: -3,
      firstRow,
      maxRows: bad ? Number.POSITIVE_INFINITY : MAX_NAME_ROWS,
    });
    if (place !== null) last = { at: record.at, row: place.row };
    if (place !== null) {
      const baseline = y + 17 + place.row * NAME_ROW_PX;
      const kind = `label plate${bad ? " failed" : ""}`;
      nodes.text(`name.${record.index}`, kind, "mark", place.x, baseline, text, {
        ...options,
        anchor: place.anchor,
      });
    }
    if (BAD.has(record.event.type))
      nodes.path(`point.${record.index}`, "sign-plain failed", "mark", crossMark(x, y, 3.6), options);
    else
      nodes.circle(
        `point.${record.index}`,
        `point ${flight === null ? "acts" : "sees"}${isLeak ? " leak" : ""}`,
        "mark",
        x,
        y,
        3.5,
        options,
      );
  }
  return Math.max(1, names.size);
}

const BAD: ReadonlySet<OutsideEvent["type"]> = new Set<OutsideEvent["type"]>([
  "refuse",
  "rst-received",
  "peer-rst",
  "service-throws",
  "client-disconnects",
]);

/** What ends a connection from the far end's point of view. */
const ENDS: ReadonlySet<OutsideEvent["type"]> = new Set<OutsideEvent["type"]>([
  "closed",
  "rst-received",
  "peer-rst",
  "service-returns",
  "service-throws",
  "call-cancelled",
]);

function nameOf(frame: Frame, event: OutsideEvent): string {
  if (event.type === "accept" || event.type === "refuse") return `SYN, ${outsideText(event)}`;
  if ((event.type === "request" || event.type === "response") && frame.facts.requests.size > 1)
    return `${outsideText(event)} (request ${event.request})`;
  return outsideText(event);
}

/** What a leak is called at its arrival, longest first. */
function leakNames(frame: Frame, event: OutsideEvent, pending: readonly WriteId[]): readonly string[] {
  const name = nameOf(frame, event);
  const writes = `${writesText(frame.facts, pending)} ${pending.length === 1 ? "is" : "are"}`;
  return [`${name}: seen, though ${writes} not durable`, `${name}: ${writes} not durable`, `${name}: a leak`];
}

/** From its own point of view the far end is connected from accept to closed. */
function layOutConnection(frame: Frame, nodes: NodesBuilder, observer: Observer, y: number): void {
  const accepts = observer.sees.find(({ event }) => event.type === "accept");
  if (accepts === undefined) return;
  const ends = observer.sees.find(({ event }) => ENDS.has(event.type));
  nodes.line(
    `connected.${observer.key}`,
    "connected",
    "extent",
    [xOf(frame, accepts), y],
    [xOrEnd(frame, ends), y],
    { records: [accepts], title: `${observer.label} is connected` },
  );
}

function layOutFlight(
  frame: Frame,
  nodes: NodesBuilder,
  flight: Flight,
  lineY: ReadonlyMap<string, number>,
  top: number,
  anchors: ReadonlyMap<string, number>,
): void {
  const { passes, leaves, arrives } = flight;
  const x1 = xOf(frame, passes ?? leaves);
  const y1 = passes === null ? top : (anchors.get(`gate:${objectOf(frame.facts, passes.actor)}`) ?? top);
  const target = (lineY.get(keyOf(leaves.event)) ?? top + FIRST_LINE_PX) - 5;
  const isLeak = passes !== null && passes.leak.length > 0;
  const kind = isLeak ? "leak" : passes === null ? "teardown" : "passed";
  const records = [...(passes === null ? [] : [passes]), leaves, ...(arrives === null ? [] : [arrives])];
  const title = describe(leaves, frame.run);
  if (arrives === null) {
    const tip = [x1 + 10, Math.max(y1, top) + STUB_PX] as const;
    nodes.path(
      `flight.${leaves.index}`,
      `passage ${kind} lost`,
      "extent",
      `M${round(x1)} ${round(y1)}L${round(tip[0])} ${round(tip[1])}`,
      { records, title },
    );
    nodes.text(
      `flight-name.${leaves.index}`,
      `label plate${isLeak ? " failed" : " dim"}`,
      "mark",
      tip[0] + 4,
      tip[1] + 4,
      outsideText(leaves.event),
      { records: [leaves, ...records] },
    );
    return;
  }
  const tip = [xOf(frame, arrives), target] as const;
  nodes.path(
    `flight.${leaves.index}`,
    `passage ${kind}`,
    "extent",
    `M${round(x1)} ${round(y1)}L${round(tip[0])} ${round(tip[1])}`,
    { records, title },
  );
  nodes.path(`head.${leaves.index}`, `head ${kind}`, "mark", arrowHead([x1, y1], tip), {
    records,
    since: arrives,
  });
}

/** Says so while nothing can be observed yet, where there is room to say it. */
function layOutSilence(frame: Frame, nodes: NodesBuilder, top: number, observers: readonly Observer[]): void {
  const first = recordsOf(frame.run, "outside").find(({ event }) => event.type !== "request") ?? null;
  const text = "nothing to be seen outside yet";
  if (observers.length === 0 || frame.measure(text, LABEL_PX) + 20 > xOrEnd(frame, first)) return;
  nodes.text("silence", "label dim", "mark", 14, top + 14, text, { until: first });
}
