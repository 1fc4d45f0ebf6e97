/*
 * The gate lane, the picture's signature: per object one band. While it is locked, held outputs rest on it as chips in the
 * order in which they asked; a chip's line runs on to the moment it crosses, or is struck out.
 *
 *        (write 10 B)──────────────┐
 *   (connect)─────────────┐        │            gate-chips.ts
 *   ██████ locked ████████│- - - - │ - open -   gate-band.ts
 *                         ↓        ↓            arrows: the outside lane
 */
import { objectOf } from "./facts.ts";
import { type Frame, LANE_PAD, type LaneContent, ROW_NAME_PX, xOf } from "./frame.ts";
import { BAND_PX, layOutBand } from "./gate-band.ts";
import { CHIP_ROW_PX, layOutChips, placeChips } from "./gate-chips.ts";
import { NodesBuilder } from "./nodes.ts";
import { count } from "./words.ts";

const OBJECT_GAP_PX = 14;

/** Lays out the gate lane. */
export function layOutGate(frame: Frame, top: number, above: ReadonlyMap<string, number>): LaneContent {
  const nodes = new NodesBuilder("gate", frame);
  const anchors = new Map<string, number>();
  const { facts } = frame;
  const objects = facts.objects.length === 0 ? ["object"] : facts.objects;
  let y = top + LANE_PAD;
  for (const object of objects) {
    if (objects.length > 1) {
      nodes.rowName(object, y + 8, object);
      y += ROW_NAME_PX;
    }
    const outputs = facts.outputs.filter(
      (output) => objectOf(facts, (output.waits ?? output.end)?.actor ?? null) === object,
    );
    const chips = placeChips(frame, outputs);
    const bandY = y + Math.max(1, ...chips.map((chip) => chip.row + 1)) * CHIP_ROW_PX + 2;
    const passes = outputs.flatMap(({ end }) =>
      end?.kind === "output-passes" && end.output.type !== "sync" ? [end] : [],
    );
    const crossings = passes.map((end) => xOf(frame, end));
    layOutBand(frame, nodes, object, bandY, crossings);
    layOutChips(frame, nodes, chips, passes, bandY, { laneTop: top, above });
    anchors.set(`gate:${object}`, bandY + BAND_PX);
    y = bandY + BAND_PX + OBJECT_GAP_PX;
  }
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
