/*
 * The handler lane.
 */
import { recordsOf } from "./facts.ts";
import { type Frame, type LaneContent, LANE_PAD, xOf } from "./frame.ts";
import { NodesBuilder } from "./nodes.ts";
import { count } from "./words.ts";

/** Lays out the handler lane. */
export function layOutHandler(frame: Frame, top: number): LaneContent {
  const nodes = new NodesBuilder("handler", frame);
  const ends = recordsOf(frame.run, "turn-ends");
  const turns = recordsOf(frame.run, "turn-begins");
  for (const turn of turns) {
    const end = ends.find((one) => one.turn === turn.turn);
    const x = xOf(frame, turn);
    const to = end ? xOf(frame, end) + frame.slotPx / 2 : frame.endPx;
    nodes.rect(`turn.${turn.turn}`, "turn", "extent", { x, y: top + LANE_PAD, width: to - x, height: 18, radius: 3 }, { records: [turn], title: `Turn ${turn.turn}` });
  }
  return { height: 40, nodes: nodes.nodes, subtitle: count(turns.length, "turn"), rows: [], anchors: new Map() };
}
