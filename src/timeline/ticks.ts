/*
 * The ruler on top: ticks in ms, and a thicker piece wherever many beats share an instant.
 */
import { scaleLinear } from "d3";
import { fractionOfTime } from "./axis.ts";
import { type Frame, SMALL_PX } from "./frame.ts";
import type { SceneNode } from "./node.ts";
import { NodesBuilder } from "./nodes.ts";
import { timeText } from "./words.ts";
import { toFraction, toPx } from "./view.ts";

/** Height of the ruler. */
export const RULER_PX = 30;

/** Room that a tick's label wants. */
const TICK_PX = 70;

/** The ruler's nodes, and the grid lines down to `heightPx`. */
export function ruler(frame: Frame, heightPx: number): readonly SceneNode[] {
  const nodes = new NodesBuilder(null, frame);
  let labelled = Number.NEGATIVE_INFINITY;
  for (const time of ticksOf(frame)) {
    const x = toPx(frame.view, fractionOfTime(frame.axis, time), frame.widthPx);
    if (x < 0 || x > frame.widthPx) continue;
    nodes.line(`grid.${time}`, "grid", "ground", [x, RULER_PX], [x, heightPx]);
    const text = timeText(time);
    const width = frame.measure(text, SMALL_PX);
    const left = Math.min(Math.max(x - width / 2, 2), frame.widthPx - width - 2);
    if (left < labelled + 8) continue;
    nodes.text(`tick.${time}`, "tick", "ground", left, RULER_PX - 13, text, { size: SMALL_PX });
    labelled = left + width;
  }
  nodes.line("ruler", "ruler", "ground", [0, RULER_PX - 0.5], [frame.widthPx, RULER_PX - 0.5]);
  for (const stretch of frame.axis.stretches) {
    const from = toPx(frame.view, stretch.from, frame.widthPx);
    const to = toPx(frame.view, stretch.to, frame.widthPx);
    const beats = stretch.lastBeat - stretch.firstBeat + 1;
    const title = beats === 1 ? `At ${timeText(stretch.at)}` : `${beats} things happen at ${timeText(stretch.at)}, one after another`;
    nodes.rect(`stretch.${stretch.firstBeat}`, "stretch", "ground", { x: from, y: RULER_PX - 4, width: Math.max(2, to - from - 1), height: 3, radius: 1.5 }, { title });
  }
  return nodes.nodes;
}

/** Round times within the part of the run that is shown. */
function ticksOf(frame: Frame): readonly number[] {
  const from = timeAtPx(frame, 0);
  const to = timeAtPx(frame, frame.widthPx);
  return scaleLinear([from, to], [0, 1]).ticks(Math.max(2, frame.widthPx / TICK_PX));
}

function timeAtPx(frame: Frame, px: number): number {
  const fraction = toFraction(frame.view, px, frame.widthPx);
  const { stretches, endMs } = frame.axis;
  const after = stretches.find((stretch) => stretch.to >= fraction);
  return after?.at ?? endMs;
}
