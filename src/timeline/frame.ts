/*
 * The frame: what every lane needs to know to lay itself out. A lane is a function of the frame and of the height at
 * which it begins; it gives nodes and its own height.
 */

import type { RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import type { Axis } from "./axis.ts";
import type { Beat } from "./beats.ts";
import type { Facts } from "./facts.ts";
import type { Measure } from "./measure.ts";
import type { SceneNode } from "./node.ts";
import { toPx, type View } from "./view.ts";

/** Font sizes in px. The style sheet sets family and weight only. */
export const LABEL_PX = 11.5;
export const SMALL_PX = 10.5;

/** Room above and below a lane's content. */
export const LANE_PAD = 10;

/** Room for the name of a row, where a lane has several. */
export const ROW_NAME_PX = 14;

/** Everything a lane may look at. */
export interface Frame {
  readonly run: RunData;
  readonly facts: Facts;
  readonly beats: readonly Beat[];
  readonly beatOf: Int32Array;
  readonly axis: Axis;
  readonly view: View;
  readonly widthPx: number;
  readonly measure: Measure;
  readonly slotPx: number;
  /** Where the run ends. */
  readonly endPx: number;
}

/** What a lane gives back. */
export interface LaneContent {
  /** Height of the content with its padding. */
  readonly height: number;
  readonly nodes: readonly SceneNode[];
  readonly subtitle: string;
  /** Heights (y) that lanes further down aim at, e.g. "gate:b" for the gate line of object b. */
  readonly anchors: ReadonlyMap<string, number>;
}

/** Beyond the picture's edges nothing is seen; bars are cut there and their labels kept inside. */
export function visible(
  frame: Frame,
  from: number,
  to: number,
): { readonly from: number; readonly to: number } {
  return { from: Math.max(from, 0), to: Math.min(to, frame.widthPx) };
}

/** Where a record stands: at the start of its beat's slot. */
export function xOf(frame: Frame, record: RunRecord): number {
  return xOfBeatIndex(frame, frame.beatOf[record.index] ?? 0);
}

/** Where a beat's slot begins. */
export function xOfBeatIndex(frame: Frame, beat: number): number {
  return toPx(frame.view, frame.axis.starts[beat] ?? 0, frame.widthPx);
}

/** A record's x, or the end of the run for what never came. */
export function xOrEnd(frame: Frame, record: RunRecord | null | undefined): number {
  return record ? xOf(frame, record) : frame.endPx;
}
