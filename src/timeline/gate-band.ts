/*
 * The band of a gate: solid while locked, a thin dashed line while open, hatched red once broken.
 *
 *   - - open - - ████ locked by lock 1 ████ - - - open - -
 *   - - open - - ████ locked by lock 1 ████▒▒▒ ✕ broken: nothing leaves this object again ▒▒▒
 */
import { describe } from "./describe.ts";
import { type Frame, LABEL_PX, visible, xOf, xOrEnd } from "./frame.ts";
import { type GateState, gateStates } from "./gate-states.ts";
import type { Measure } from "./measure.ts";
import type { NodesBuilder } from "./nodes.ts";
import { gapsBetween } from "./placing.ts";

/** Height of the band. */
export const BAND_PX = 16;

/** Draws the band of an object; its words keep clear of the `crossings` (x). */
export function layOutBand(
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
