/*
 * Chips on the gate's band: what is held rests there with its name; a line runs on to the moment it is let through
 * (solid), lingers for reasons of its own such as a connection that is not up yet (dotted), and falls through the band.
 *
 *   (write 10 B)══════════·········┐       held, let through, crosses
 *   (-write 4 B-)═════════✕ struck out     never seen
 *   │ [leak: connect]                      crosses while the band is locked: pierces it
 */
import type { LockId } from "../base/ids.ts";
import type { RecordOf } from "../model/records.ts";
import { describe } from "./describe.ts";
import type { OutputFacts } from "./facts.ts";
import { type Frame, LABEL_PX, xOf, xOrEnd } from "./frame.ts";
import { BAND_PX } from "./gate-band.ts";
import type { NodesBuilder } from "./nodes.ts";
import { RowsBuilder } from "./placing.ts";
import { crossMark } from "./shapes.ts";
import { outputSocket, outputText, writesText } from "./words.ts";

/** Height of a row of chips. */
export const CHIP_ROW_PX = 22;
const CHIP_PX = 18;
/** Rows of chips with their text; what does not fit in them stands above as mere pills, side by side. */
const MAX_TEXT_ROWS = 6;
const PILL_PX = 12;
const STRUCK_OUT = "struck out";

type Passes = RecordOf<"output-passes">;

/** A chip before it is drawn. */
export interface Chip {
  readonly output: OutputFacts;
  readonly text: string;
  readonly x: number;
  readonly width: number;
  /** From the band upwards. */
  readonly row: number;
  readonly leak: Passes | null;
}

/** Chips for what is held and for what leaks; an output that need not wait has none. */
export function placeChips(frame: Frame, outputs: readonly OutputFacts[]): readonly Chip[] {
  const rows = new RowsBuilder(6);
  const chips: Chip[] = [];
  for (const output of outputs) {
    const { waits, end } = output;
    const leak = end?.kind === "output-passes" && end.leak.length > 0 ? end : null;
    const isHeld = waits !== null && waits.locks.length > 0;
    if (leak === null && !isHeld) continue;
    const text = `${leak === null ? "" : "leak: "}${chipText(frame, output)}`;
    const width = frame.measure(text, LABEL_PX, true) + 18;
    const asked = leak === null ? xOrEnd(frame, waits) : xOf(frame, leak) + 13;
    const endX = xOrEnd(frame, end);
    // A chip whose place is out of sight stays at the edge for as long as it is held.
    const sticky = asked < 6 && leak === null ? Math.max(asked, Math.min(6, endX - width - 8)) : asked;
    const x = asked < frame.widthPx ? Math.min(sticky, frame.widthPx - width - 4) : sticky;
    const word = isStruck(output) ? frame.measure(STRUCK_OUT, LABEL_PX) + 18 : 0;
    const left = Math.min(asked, x);
    // The word stands behind the chip's own end, where that comes later than the output's.
    const reach = leak === null ? Math.max(x + width, endX) + word : x + width;
    const free = rows.lowestFree(left, reach);
    const isPill = free >= MAX_TEXT_ROWS && leak === null;
    const row = isPill ? MAX_TEXT_ROWS : free;
    rows.take(row, left, isPill ? left : reach);
    chips.push({ output, text: isPill ? "" : text, x, width: isPill ? PILL_PX : width, row, leak });
  }
  return chips;
}

function chipText(frame: Frame, { output }: OutputFacts): string {
  const { sockets, requests } = frame.facts;
  const socket = outputSocket(output);
  if (socket !== null && sockets.size > 1) return `${outputText(output)} · socket ${socket}`;
  if (output.type === "response" && requests.size > 1)
    return `${outputText(output)} · request ${output.request}`;
  return outputText(output);
}

function isStruck({ end }: OutputFacts): boolean {
  return end !== null && end.kind !== "output-passes";
}

/** What a leak's line needs to know of the picture around its band. */
interface Surroundings {
  readonly laneTop: number;
  /** Anchors of the lanes above. */
  readonly above: ReadonlyMap<string, number>;
}

/** Draws the chips and every crossing. */
export function layOutChips(
  frame: Frame,
  nodes: NodesBuilder,
  chips: readonly Chip[],
  passes: readonly Passes[],
  bandY: number,
  around: Surroundings,
): void {
  // Behind the chips, so that their names stay readable.
  for (const { leak, output } of chips)
    if (leak !== null) layOutPiercing(frame, nodes, output, leak, bandY, around);
  for (const chip of chips) {
    const y = bandY - 4 - CHIP_PX - chip.row * CHIP_ROW_PX;
    if (chip.leak !== null) layOutLeak(frame, nodes, chip, chip.leak, y, bandY);
    else if (chip.output.waits !== null) layOutHeld(frame, nodes, chip, chip.output.waits, y, bandY);
  }
  for (const pass of passes) if (pass.leak.length === 0) layOutCrossing(frame, nodes, pass, bandY);
}

function layOutHeld(
  frame: Frame,
  nodes: NodesBuilder,
  { output, text, x, width }: Chip,
  waits: RecordOf<"output-waits">,
  y: number,
  bandY: number,
): void {
  const { end } = output;
  const id = waits.waiter;
  const middle = y + CHIP_PX / 2;
  const right = x + width;
  const endX = xOrEnd(frame, end);
  const freed = Math.max(right, Math.min(releaseX(frame, waits.locks), endX));
  const records = end === null ? [waits] : [waits, end];
  const isPill = text === "";
  if (!isPill) nodes.line(`hold.${id}`, "hold", "extent", [right, middle], [freed, middle], { records });
  if (endX > freed && !isPill)
    nodes.line(`linger.${id}`, "linger", "extent", [freed, middle], [endX, middle], { records });
  if (end?.kind === "output-passes" && !isPill) {
    const from = endX > right ? middle : y + CHIP_PX;
    nodes.line(`descent.${id}`, "descent", "extent", [endX, from], [endX, bandY - 2], { records });
  }
  const box = { x, y, width, height: CHIP_PX, radius: CHIP_PX / 2 };
  const options = { records, title: describe(waits, frame.run) };
  nodes.rect(`chip.${id}`, "chip", "mark", box, options);
  const middleX = x + width / 2;
  nodes.text(`chip-text.${id}`, "label chip-text", "mark", middleX, y + 13, text, {
    ...options,
    anchor: "middle",
    bold: true,
  });
  if (end === null || end.kind === "output-passes") return;
  const struck = { records: [end, waits], title: describe(end, frame.run) };
  nodes.rect(`struck-chip.${id}`, "chip struck", "mark", box, struck);
  nodes.path(`strike.${id}`, "strike", "mark", `M${x - 3} ${middle}H${right + 3}`, struck);
  nodes.path(
    `struck.${id}`,
    "sign-plain failed",
    "mark",
    crossMark(Math.max(endX, right + 8), middle, 3.4),
    struck,
  );
  if (isPill) return;
  const crossX = Math.max(endX, right + 8);
  const wordPx = frame.measure(STRUCK_OUT, LABEL_PX);
  const isRight = crossX + 11 + wordPx <= frame.widthPx;
  if (!isRight && crossX - 10 - wordPx < right) return;
  const word = isRight
    ? ({ x: crossX + 9, anchor: "start" } as const)
    : ({ x: crossX - 8, anchor: "end" } as const);
  nodes.text(`struck-word.${id}`, "label plate failed", "mark", word.x, middle + 4, STRUCK_OUT, {
    ...struck,
    anchor: word.anchor,
  });
}

/** Where the last of these locks ended. */
function releaseX(frame: Frame, locks: readonly LockId[]): number {
  return Math.max(...locks.map((lock) => xOrEnd(frame, frame.facts.locks.get(lock)?.end)));
}

/** An output that may: a door in the band, and the output's line through it. */
function layOutCrossing(frame: Frame, nodes: NodesBuilder, pass: Passes, bandY: number): void {
  const x = xOf(frame, pass);
  const options = { records: [pass], title: describe(pass, frame.run) };
  const door = { x: x - 4, y: bandY - 0.5, width: 8, height: BAND_PX + 1 };
  nodes.rect(`door.${pass.index}`, "door", "mark", door, { records: [pass] });
  nodes.line(`crossing.${pass.index}`, "crossing", "mark", [x, bandY - 3], [x, bandY + BAND_PX + 3], options);
}

/** A leak pierces the band: a red line from the lane that it comes from. */
function layOutPiercing(
  frame: Frame,
  nodes: NodesBuilder,
  { output }: OutputFacts,
  leak: Passes,
  bandY: number,
  { laneTop, above }: Surroundings,
): void {
  const x = xOf(frame, leak);
  const asks = output.type === "connect" || output.type === "fetch";
  const from = (asks ? above.get(`connect:${output.socket}`) : undefined) ?? laneTop;
  const options = { records: [leak], title: describe(leak, frame.run) };
  nodes.line(`pierce.${leak.index}`, "leak-line", "mark", [x, from], [x, bandY + BAND_PX], options);
}

/** The ring at the crossing, and the word. */
function layOutLeak(
  frame: Frame,
  nodes: NodesBuilder,
  { text, x, width }: Chip,
  leak: Passes,
  y: number,
  bandY: number,
): void {
  const options = { records: [leak], title: describe(leak, frame.run) };
  const id = leak.index;
  nodes.rect(`leak.${id}`, "chip leak", "mark", { x, y, width, height: CHIP_PX, radius: 4 }, options);
  nodes.text(`leak-text.${id}`, "label leak-text", "mark", x + width / 2, y + 13, text, {
    ...options,
    anchor: "middle",
    bold: true,
  });
  nodes.circle(`ring.${id}`, "ring", "mark", xOf(frame, leak), bandY + BAND_PX / 2, 9, {
    ...options,
    title: `A leak: depends on ${writesText(frame.facts, leak.leak)}, which is not durable`,
  });
}
