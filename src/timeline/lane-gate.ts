/*
 * The gate lane, the picture's signature: per object one band. While it is locked, held outputs rest on it as chips in the
 * order in which they asked; a chip's line runs on to the moment it crosses, or is struck out.
 *
 *        (write 10 B)──────────────┐
 *   (connect)─────────────┐        │            chips and their hold lines
 *   ██████ locked ████████│- - - - │ - open - - band
 *                         ↓        ↓            arrows to the outside lane
 */
import type { LockId } from "../base/ids.ts";
import type { RecordOf } from "../model/records.ts";
import { describe } from "./describe.ts";
import { objectOf, type OutputFacts } from "./facts.ts";
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
import { type GateState, gateStates } from "./gate-states.ts";
import type { Measure } from "./measure.ts";
import { NodesBuilder } from "./nodes.ts";
import { gapsBetween, RowsBuilder } from "./placing.ts";
import { crossMark } from "./shapes.ts";
import { count, outputSocket, outputText, writesText } from "./words.ts";

const BAND_PX = 16;
const CHIP_PX = 18;
const CHIP_ROW_PX = 22;
/** Rows of chips with their text; beyond that a chip is a mere pill. */
const MAX_TEXT_ROWS = 6;
const PILL_PX = 12;
const OBJECT_GAP_PX = 14;

/** Lays out the gate lane. */
export function layOutGate(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("gate", frame);
  const anchors = new Map<string, number>();
  const objects = frame.facts.objects.length === 0 ? ["object"] : frame.facts.objects;
  let y = top + LANE_PAD;
  for (const object of objects) {
    const begins = y;
    if (objects.length > 1) {
      nodes.rowName(object, y + 8, object);
      y += ROW_NAME_PX;
    }
    const bandY = layOutObject(frame, nodes, object, y, begins);
    anchors.set(`gate:${object}`, bandY + BAND_PX);
    y = bandY + BAND_PX;
    y += OBJECT_GAP_PX;
  }
  const { facts } = frame;
  const held = facts.outputs.filter((output) => (output.waits?.locks.length ?? 0) > 0).length;
  return {
    height: Math.max(56, y - OBJECT_GAP_PX + LANE_PAD - top),
    nodes: nodes.nodes,
    subtitle:
      facts.outputs.length === 0
        ? "nothing asks to leave"
        : `${count(facts.outputs.length, "output")}, ${held} held`,
    anchors,
  };
}

/** Draws an object's chips and band, and gives the band's upper edge. */
function layOutObject(
  frame: Frame,
  nodes: NodesBuilder,
  object: string,
  top: number,
  laneTop: number,
): number {
  const own = frame.facts.outputs.filter(
    (output) => objectOf(frame.facts, (output.waits ?? output.end)?.actor ?? null) === object,
  );
  const placed = placeChips(frame, own);
  const chipRows = Math.max(1, ...placed.map((chip) => chip.row + 1));
  const bandY = top + chipRows * CHIP_ROW_PX + 2;
  const crossings = own.flatMap(({ end }) =>
    end?.kind === "output-passes" && end.output.type !== "sync" ? [xOf(frame, end)] : [],
  );
  layOutBand(frame, nodes, object, bandY, crossings);
  for (const chip of placed) {
    const y = bandY - 4 - CHIP_PX - chip.row * CHIP_ROW_PX;
    if (chip.leak !== null) layOutLeak(frame, nodes, chip, chip.leak, y, bandY, laneTop);
    else if (chip.output.waits !== null) layOutChip(frame, nodes, chip, chip.output.waits, y, bandY);
  }
  for (const { end } of own) {
    if (end?.kind !== "output-passes" || end.leak.length > 0 || end.output.type === "sync") continue;
    const x = xOf(frame, end);
    nodes.rect(
      `door.${end.index}`,
      "door",
      "mark",
      { x: x - 4, y: bandY - 0.5, width: 8, height: BAND_PX + 1 },
      { records: [end] },
    );
    nodes.line(`crossing.${end.index}`, "crossing", "mark", [x, bandY - 3], [x, bandY + BAND_PX + 3], {
      records: [end],
      title: describe(end, frame.run),
    });
  }
  return bandY;
}

/** A chip before it is drawn. */
interface Chip {
  readonly output: OutputFacts;
  readonly id: number;
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly row: number;
  readonly leak: RecordOf<"output-passes"> | null;
}

/** Chips for what is held and for what leaks; an output that need not wait has none. */
function placeChips(frame: Frame, outputs: readonly OutputFacts[]): readonly Chip[] {
  const rows = new RowsBuilder(6);
  const chips: Chip[] = [];
  for (const output of outputs) {
    const { waits, end } = output;
    const leak = end?.kind === "output-passes" && end.leak.length > 0 ? end : null;
    const isHeld = waits !== null && waits.locks.length > 0;
    const record = leak ?? waits;
    if (record === null || !(isHeld || leak !== null)) continue;
    const text = `${leak === null ? "" : "leak: "}${chipText(frame, output.output)}`;
    const x = leak === null ? xOf(frame, record) : xOf(frame, record) + 10;
    const width = frame.measure(text, LABEL_PX, true) + 18;
    const word =
      end !== null && end.kind !== "output-passes" ? frame.measure("struck out", LABEL_PX) + 18 : 0;
    const to = Math.max(x + width, leak === null ? xOrEnd(frame, end) + word : 0);
    const row = rows.place(x, to);
    const isPill = row >= MAX_TEXT_ROWS;
    chips.push({
      output,
      id: record.index,
      text: isPill ? "" : text,
      x,
      width: isPill ? PILL_PX : width,
      row,
      leak,
    });
  }
  return chips;
}

function chipText(frame: Frame, output: RecordOf<"output-waits">["output"]): string {
  const socket = outputSocket(output);
  if (socket !== null && frame.facts.sockets.size > 1) return `${outputText(output)} · socket ${socket}`;
  if (output.type === "response" && frame.facts.requests.size > 1)
    return `${outputText(output)} · request ${output.request}`;
  return outputText(output);
}

function layOutChip(
  frame: Frame,
  nodes: NodesBuilder,
  chip: Chip,
  waits: RecordOf<"output-waits">,
  y: number,
  bandY: number,
): void {
  const { end } = chip.output;
  const { x, width, id } = chip;
  const middle = y + CHIP_PX / 2;
  const endX = xOrEnd(frame, end);
  const released = Math.min(releaseX(frame, waits.locks), endX);
  const records = end === null ? [waits] : [waits, end];
  const title = describe(waits, frame.run);
  if (released > x + width)
    nodes.line(`hold.${id}`, "hold", "extent", [x + width, middle], [released, middle], { records });
  if (endX > Math.max(released, x + width))
    nodes.line(`linger.${id}`, "linger", "extent", [Math.max(released, x + width), middle], [endX, middle], {
      records,
    });
  if (end !== null && end.kind === "output-passes") {
    const from = endX > x + width ? middle : y + CHIP_PX;
    nodes.line(`descent.${id}`, "descent", "extent", [endX, from], [endX, bandY - 2], { records });
  }
  nodes.rect(
    `chip.${id}`,
    "chip",
    "mark",
    { x, y, width, height: CHIP_PX, radius: CHIP_PX / 2 },
    { records, title },
  );
  nodes.text(`chip-text.${id}`, "label chip-text", "mark", x + width / 2, y + 13, chip.text, {
    anchor: "middle",
    bold: true,
    records,
    title,
  });
  if (end === null || end.kind === "output-passes") return;
  const options = { records: [end, waits], title: describe(end, frame.run) };
  nodes.rect(
    `struck-chip.${id}`,
    "chip struck",
    "mark",
    { x, y, width, height: CHIP_PX, radius: CHIP_PX / 2 },
    options,
  );
  nodes.path(`strike.${id}`, "strike", "mark", `M${x - 3} ${middle}H${x + width + 3}`, options);
  nodes.path(`struck.${id}`, "sign-plain failed", "mark", crossMark(endX, middle, 3.4), options);
  if (chip.text !== "")
    nodes.text(
      `struck-word.${id}`,
      "label plate failed",
      "mark",
      endX + 9,
      middle + 4,
      "struck out",
      options,
    );
}

/** Where the last of these locks ended. */
function releaseX(frame: Frame, locks: readonly LockId[]): number {
  return Math.max(...locks.map((lock) => xOrEnd(frame, frame.facts.locks.get(lock)?.end)));
}

/** A leak pierces the band: a red line from above, a ring at the crossing, and the word. */
function layOutLeak(
  frame: Frame,
  nodes: NodesBuilder,
  chip: Chip,
  leak: RecordOf<"output-passes">,
  y: number,
  bandY: number,
  laneTop: number,
): void {
  const x = xOf(frame, leak);
  const title = describe(leak, frame.run);
  const options = { records: [leak], title };
  nodes.line(
    `pierce.${leak.index}`,
    "leak-line",
    "mark",
    [x, laneTop - LANE_PAD],
    [x, bandY + BAND_PX],
    options,
  );
  nodes.rect(
    `leak.${leak.index}`,
    "chip leak",
    "mark",
    { x: chip.x, y, width: chip.width, height: CHIP_PX, radius: 4 },
    options,
  );
  nodes.text(
    `leak-text.${leak.index}`,
    "label leak-text",
    "mark",
    chip.x + chip.width / 2,
    y + 13,
    chip.text,
    { ...options, anchor: "middle", bold: true },
  );
  nodes.circle(`ring.${leak.index}`, "ring", "mark", x, bandY + BAND_PX / 2, 9, {
    ...options,
    title: `Leak: depends on ${writesText(frame.facts, leak.leak)}, not durable`,
  });
}

function layOutBand(
  frame: Frame,
  nodes: NodesBuilder,
  object: string,
  y: number,
  crossings: readonly number[],
): void {
  const states = gateStates(frame.run, frame.facts, object);
  let index = 0;
  while (index < states.length) {
    const state = states[index];
    if (state === undefined) break;
    // One bar for as long as it stays locked, however many locks come and go.
    let next = index + 1;
    while (state.state === "locked" && states[next]?.state === "locked") next += 1;
    const to = states[next] === undefined ? frame.endPx : xOrEnd(frame, states[next]?.record);
    layOutState(
      frame,
      nodes,
      `${object}.${index}`,
      states.slice(index, next),
      xOf(frame, state.record),
      to,
      y,
      crossings,
    );
    index = next;
  }
}

function layOutState(
  frame: Frame,
  nodes: NodesBuilder,
  id: string,
  states: readonly GateState[],
  from: number,
  to: number,
  y: number,
  crossings: readonly number[],
): void {
  const first = states[0];
  if (first === undefined || to <= from) return;
  const seen = visible(frame, from, to);
  const middle = y + BAND_PX / 2;
  const bold: Measure = (words, px) => frame.measure(words, px, true);
  // The longest wording that fits between two crossings, as far left as possible.
  const say = (labels: readonly string[], kind: string): void => {
    const gaps = gapsBetween(seen.from + 8, seen.to - 8, crossings, 14);
    for (const label of labels) {
      const gap = gaps.find((one) => bold(label, LABEL_PX) <= one.to - one.from);
      if (gap === undefined) continue;
      nodes.text(`band-label.${id}`, `label ${kind}`, "mark", gap.from, middle + 4, label, {
        records: [first.record],
        bold: true,
      });
      return;
    }
  };
  switch (first.state) {
    case "open":
      nodes.line(`band.${id}`, "band open", "extent", [from, middle], [to, middle], {
        records: [first.record],
        title: "The output gate is open",
      });
      say(["open"], "band-text open plate");
      break;
    case "locked": {
      const locks = [...new Set(states.flatMap((state) => state.locks))];
      const names = locks.length === 1 ? `lock ${locks[0]}` : `locks ${locks[0]} to ${locks.at(-1)}`;
      nodes.rect(
        `band.${id}`,
        "band locked",
        "extent",
        { x: from, y, width: to - from, height: BAND_PX, radius: 2 },
        { records: states.map((state) => state.record), title: `The output gate is locked by ${names}` },
      );
      for (const state of states.slice(1))
        nodes.line(
          `notch.${state.record.index}`,
          "notch",
          "extent",
          [xOf(frame, state.record), y + 2],
          [xOf(frame, state.record), y + BAND_PX - 2],
          { records: [state.record], title: describe(state.record, frame.run) },
        );
      say([`locked by ${names}`, "locked", names], "band-text locked");
      break;
    }
    case "broken":
      nodes.rect(
        `band.${id}`,
        "band broken",
        "extent",
        { x: from, y, width: to - from, height: BAND_PX, radius: 2 },
        { records: [first.record], title: describe(first.record, frame.run) },
      );
      say(
        ["✕ broken: nothing leaves this object again", "✕ broken: nothing leaves", "✕ broken", "✕"],
        "band-text broken",
      );
      break;
    case "gone":
      break;
  }
}
