/*
 * The scene: a run laid out once, as plain data, for one width and one view. The cursor is not part of it.
 */
import { mustGet } from "../base/assert.ts";
import type { RunData } from "../run/run.ts";
import { type Axis, axisOf, beatAtFraction } from "./axis.ts";
import { type Beat, beatOfRecords, beatsOf } from "./beats.ts";
import { factsOf } from "./facts.ts";
import type { Frame, LaneContent } from "./frame.ts";
import { layOutLane } from "./lane-layouts.ts";
import { LANE_IDS, LANE_TITLES, type Lane, type LaneId } from "./lanes.ts";
import { layOutLives, livesHeight } from "./lives.ts";
import type { Measure } from "./measure.ts";
import type { SceneNode } from "./node.ts";
import { NodesBuilder } from "./nodes.ts";
import { summaryOf } from "./summary.ts";
import { RULER_PX, ruler } from "./ticks.ts";
import { toFraction, toPx, type View } from "./view.ts";

/** How to lay out a run. */
export interface LayOutOptions {
  readonly widthPx: number;
  readonly view: View;
  readonly folded: ReadonlySet<LaneId>;
  readonly measure: Measure;
}

/** A run as plain data to paint. */
export interface Scene {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Height of the ruler above the first lane. */
  readonly rulerPx: number;
  readonly lanes: readonly Lane[];
  /** In painting order within each layer. */
  readonly nodes: readonly SceneNode[];
  readonly beats: readonly Beat[];
  readonly axis: Axis;
  readonly view: View;
  readonly slotPx: number;
}

/** Height of a folded lane. */
const FOLDED_PX = 28;

/** The cursor stands that far into a beat's slot, at most: what the beat shows begins left of it. */
const CURSOR_SHARE = 0.6;
const CURSOR_MAX_PX = 7;

/** Lays out a run. */
export function layOut(run: RunData, { widthPx, view, folded, measure }: LayOutOptions): Scene {
  const beats = beatsOf(run);
  const axis = axisOf(beats);
  const slotPx = toPx(view, axis.slot, widthPx) - toPx(view, 0, widthPx);
  const frame: Frame = {
    run,
    facts: factsOf(run),
    beats,
    beatOf: beatOfRecords(beats, run.records.length),
    axis,
    view,
    widthPx,
    measure,
    slotPx,
    endPx: toPx(view, 1, widthPx),
  };
  const lanes: Lane[] = [];
  const nodes: SceneNode[] = [];
  const anchors = new Map<string, number>();
  let top = RULER_PX + livesHeight(frame);
  for (const id of LANE_IDS) {
    const isFolded = folded.has(id) && id !== "gate";
    const content: LaneContent = layOutLane(id, frame, top, anchors);
    const height = isFolded ? FOLDED_PX : content.height;
    for (const [name, y] of content.anchors) anchors.set(name, isFolded ? top + height / 2 : y);
    const summary = summaryOf(id, frame);
    lanes.push({
      id,
      title: LANE_TITLES[id],
      subtitle: content.subtitle,
      top,
      height,
      foldable: id !== "gate",
      folded: isFolded,
      summary,
    });
    const background = new NodesBuilder(id, frame);
    background.rect("background", `lane-background ${id}`, "ground", {
      x: 0,
      y: top,
      width: widthPx,
      height,
    });
    background.line("rule", "rule", "ground", [0, top + height - 0.5], [widthPx, top + height - 0.5]);
    if (isFolded) background.text("summary", "summary", "ground", 8, top + FOLDED_PX / 2 + 4, summary);
    nodes.push(...background.nodes, ...(isFolded ? [] : content.nodes));
    top += height;
  }
  return {
    widthPx,
    heightPx: top,
    rulerPx: RULER_PX,
    lanes,
    nodes: saidOnce([...nodes, ...ruler(frame, top), ...layOutLives(frame, RULER_PX, top)]),
    beats,
    axis,
    view,
    slotPx,
  };
}

/** Where the cursor stands when the run is at a beat; -1 is the start, before anything has happened. */
export function xOfBeat(scene: Scene, index: number): number {
  if (index < 0 || scene.beats.length === 0) return toPx(scene.view, 0, scene.widthPx) - 5;
  const start = mustGet(scene.axis.starts[Math.min(index, scene.beats.length - 1)], "a beat's start");
  return toPx(scene.view, start, scene.widthPx) + Math.min(CURSOR_SHARE * scene.slotPx, CURSOR_MAX_PX);
}

/** The beat at an x; -1 left of the first. */
export function beatAtX(scene: Scene, x: number): number {
  return beatAtFraction(scene.axis, toFraction(scene.view, x, scene.widthPx));
}

/** What is drawn of several nodes (a bar, its text, its strike) is named once: the first one keeps the title. */
function saidOnce(nodes: readonly SceneNode[]): readonly SceneNode[] {
  const said = new Set<string>();
  return nodes.map((node) => {
    const name = `${node.lane} ${node.records[0]} ${node.title}`;
    if (node.title === "" || !said.has(name)) {
      said.add(name);
      return node;
    }
    return { ...node, title: "" };
  });
}
