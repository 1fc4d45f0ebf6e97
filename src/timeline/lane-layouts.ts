/*
 * Which function lays out which lane.
 */
import { unreachable } from "../base/assert.ts";
import type { Frame, LaneContent } from "./frame.ts";
import { layOutBytes } from "./lane-bytes.ts";
import { layOutConnects } from "./lane-connects.ts";
import { layOutGate } from "./lane-gate.ts";
import { layOutHandler } from "./lane-handler.ts";
import { layOutLifetimes } from "./lane-lifetimes.ts";
import { layOutOutside } from "./lane-outside.ts";
import { layOutStorage } from "./lane-storage.ts";
import type { LaneId } from "./lanes.ts";

/** Lays out one lane from `top` on. `anchors` are those of the lanes above it. */
export function layOutLane(
  id: LaneId,
  frame: Frame,
  top: number,
  anchors: ReadonlyMap<string, number>,
): LaneContent {
  switch (id) {
    case "handler":
      return layOutHandler(frame, top);
    case "storage":
      return layOutStorage(frame, top);
    case "connects":
      return layOutConnects(frame, top);
    case "bytes":
      return layOutBytes(frame, top);
    case "gate":
      return layOutGate(frame, top, anchors);
    case "outside":
      return layOutOutside(frame, top, anchors);
    case "lifetimes":
      return layOutLifetimes(frame, top);
    default:
      return unreachable(id);
  }
}
