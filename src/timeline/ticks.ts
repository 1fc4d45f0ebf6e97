/*
 * The ruler on top: ticks in ms, and a thicker piece wherever many beats share an instant.
 */
import { ticks } from "d3";
import { fractionOfTime, timeOfFraction } from "./axis.ts";
import { type Frame, SMALL_PX } from "./frame.ts";
import type { SceneNode } from "./node.ts";
import { NodesBuilder } from "./nodes.ts";
import { toFraction, toPx } from "./view.ts";
import { timeText } from "./words.ts";

/** Height of the ruler. */
export const RULER_PX = 30;

/** Room that a tick's label wants. */
const TICK_PX = 48;

/** Room between two ticks' labels. */
const TICK_GAP_PX = 12;

/** A tick with the place of its label. */
interface Tick {
  readonly time: number;
  readonly text: string;
  readonly x: number;
  readonly left: number;
  readonly right: number;
}

/** The ruler's nodes, and the grid lines down to `heightPx`. */
export function ruler(frame: Frame, heightPx: number): readonly SceneNode[] {
  const nodes = new NodesBuilder(null, frame);
  for (const { time, text, x, left } of ticksOf(frame)) {
    nodes.line(`grid.${time}`, "grid", "ground", [x, RULER_PX], [x, heightPx]);
    nodes.text(`tick.${time}`, "tick", "ground", left, RULER_PX - 13, text, { size: SMALL_PX });
  }
  nodes.line("ruler", "ruler", "ground", [0, RULER_PX - 0.5], [frame.widthPx, RULER_PX - 0.5]);
  for (const stretch of frame.axis.stretches) {
    const from = toPx(frame.view, stretch.from, frame.widthPx);
    const to = toPx(frame.view, stretch.to, frame.widthPx);
    const beats = stretch.lastBeat - stretch.firstBeat + 1;
    const title =
      beats === 1
        ? `At ${timeText(stretch.at)}`
        : `${beats} things happen at ${timeText(stretch.at)}, one after another`;
    nodes.rect(
      `stretch.${stretch.firstBeat}`,
      "stretch",
      "ground",
      { x: from, y: RULER_PX - 4, width: Math.max(2, to - from - 1), height: 3, radius: 1.5 },
      { title },
    );
  }
  return nodes.nodes;
}

/** As many round times as fit with their labels; where even a few do not, those that do. */
function ticksOf(frame: Frame): readonly Tick[] {
  const from = timeAtPx(frame, 0);
  const to = timeAtPx(frame, frame.widthPx);
  for (let wanted = Math.ceil(frame.widthPx / TICK_PX); wanted > 1; wanted -= 1) {
    const placed = ticks(from, to, wanted)
      .map((time) => tickAt(frame, time))
      .filter(({ x }) => x >= 0 && x <= frame.widthPx);
    if (
      placed.every((tick, index) => index === 0 || tick.left >= (placed[index - 1]?.right ?? 0) + TICK_GAP_PX)
    )
      return placed;
  }
  let right = Number.NEGATIVE_INFINITY;
  return ticks(from, to, 5)
    .map((time) => tickAt(frame, time))
    .filter((tick) => {
      const fits = tick.left >= right + TICK_GAP_PX && tick.x >= 0 && tick.x <= frame.widthPx;
      if (fits) right = tick.right;
      return fits;
    });
}

function tickAt(frame: Frame, time: number): Tick {
  const x = toPx(frame.view, fractionOfTime(frame.axis, time), frame.widthPx);
  const text = timeText(time);
  const width = frame.measure(text, SMALL_PX);
  const left = Math.min(Math.max(x - width / 2, 2), frame.widthPx - width - 2);
  return { time, text, x, left, right: left + width };
}

function timeAtPx(frame: Frame, px: number): number {
  return timeOfFraction(frame.axis, Math.min(toFraction(frame.view, px, frame.widthPx), 1));
}
