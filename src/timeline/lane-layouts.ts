/*
 * Which function lays out which lane.
 */
import { unreachable } from "../base/assert.ts";
import type { Frame, LaneContent } from "./frame.ts";
import { layOutHandler } from "./lane-handler.ts";
import type { LaneId } from "./lanes.ts";

/** Lays out one lane from `top` on. `anchors` are those of the lanes above it. */
export function layOutLane(id: LaneId, frame: Frame, top: number, anchors: ReadonlyMap<string, number>): LaneContent {
  switch (id) {
    case "handler":
      return layOutHandler(frame, top);
    case "storage":
    case "connects":
    case "bytes":
    case "gate":
    case "outside":
    case "lifetimes":
      return { height: 40, nodes: [], subtitle: "", rows: [], anchors };
    default:
      return unreachable(id);
  }
}
