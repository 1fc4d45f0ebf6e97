/*
 * Collects a lane's nodes. The only mutable thing while a lane is laid out.
 */
import type { RunRecord } from "../model/records.ts";
import { type Frame, LABEL_PX, SMALL_PX } from "./frame.ts";
import type { LaneId } from "./lanes.ts";
import type { Layer, SceneNode, Shape } from "./node.ts";

/** What a node may say besides its shape. */
export interface NodeOptions {
  /** The first is the one that it is about. */
  readonly records?: readonly RunRecord[];
  readonly title?: string;
  /** Appears with this record instead of the first one. */
  readonly since?: RunRecord;
  /** Goes with this record. */
  readonly until?: RunRecord | null;
}

/** Nodes wholly beyond the edges by more than this are left out. */
const MARGIN_PX = 40;

/** With slots narrower than this, things of a kind that fall into the same px are drawn once. */
const CROWDED_PX = 1.5;
const NEVER_HIDDEN = /leak|ring|failed|broken|dead|fragile|hazard|dangling|struck|strike|life/;

/** Collects nodes and leaves out what the view does not show. */
export class NodesBuilder {
  readonly nodes: SceneNode[] = [];
  private readonly lane: LaneId | null;
  private readonly frame: Frame;
  private readonly seen = new Set<string>();

  constructor(lane: LaneId | null, frame: Frame) {
    this.lane = lane;
    this.frame = frame;
  }

  /** A box. Its ends are cut to just outside the picture, so that no shape is ever millions of px wide. */
  rect(
    id: string,
    kind: string,
    layer: Layer,
    box: { x: number; y: number; width: number; height: number; radius?: number },
    options: NodeOptions = {},
  ): void {
    const from = Math.max(box.x, -MARGIN_PX);
    const to = Math.min(box.x + box.width, this.frame.widthPx + MARGIN_PX);
    if (to <= from) return;
    this.add(
      id,
      kind,
      layer,
      {
        type: "rect",
        x: round(from),
        y: round(box.y),
        width: round(to - from),
        height: round(box.height),
        radius: box.radius ?? 0,
      },
      options,
    );
  }

  circle(
    id: string,
    kind: string,
    layer: Layer,
    x: number,
    y: number,
    radius: number,
    options: NodeOptions = {},
  ): void {
    if (!this.isNear(x)) return;
    this.add(id, kind, layer, { type: "circle", x: round(x), y: round(y), radius }, options);
  }

  /** A path from commands and numbers; the caller keeps it near the picture. */
  path(id: string, kind: string, layer: Layer, d: string, options: NodeOptions = {}): void {
    if (d !== "") this.add(id, kind, layer, { type: "path", d }, options);
  }

  /** A horizontal or vertical line, cut to the picture. */
  line(
    id: string,
    kind: string,
    layer: Layer,
    from: readonly [number, number],
    to: readonly [number, number],
    options: NodeOptions = {},
  ): void {
    const x1 = Math.max(Math.min(from[0], to[0]), -MARGIN_PX);
    const x2 = Math.min(Math.max(from[0], to[0]), this.frame.widthPx + MARGIN_PX);
    if (x2 < x1) return;
    this.path(
      id,
      kind,
      layer,
      from[0] === to[0]
        ? `M${round(x1)} ${round(from[1])}V${round(to[1])}`
        : `M${round(x1)} ${round(from[1])}H${round(x2)}`,
      options,
    );
  }

  /** Words. In a magnified view those that an edge would cut are left out. */
  text(
    id: string,
    kind: string,
    layer: Layer,
    x: number,
    y: number,
    text: string,
    options: NodeOptions & { size?: number; anchor?: "start" | "middle" | "end"; bold?: boolean } = {},
  ): void {
    const { size = LABEL_PX, anchor = "start", bold = false } = options;
    if (text === "" || !this.isNear(x, 200)) return;
    if (this.frame.view.k > 1 && this.isCut(x, text, size, anchor, bold)) return;
    this.add(
      id,
      kind,
      layer,
      {
        type: "text",
        x: round(x),
        y: round(y),
        text,
        size,
        anchor,
        bold,
      },
      options,
    );
  }

  /** The name of a row, at the left edge wherever the view is; `y` is its baseline. */
  rowName(id: string, y: number, text: string): void {
    this.add(
      `row-name.${id}`,
      "row-name plate",
      "mark",
      { type: "text", x: 6, y, text, size: SMALL_PX, anchor: "start", bold: true },
      {},
    );
  }

  private isCut(
    x: number,
    text: string,
    size: number,
    anchor: "start" | "middle" | "end",
    bold: boolean,
  ): boolean {
    const width = this.frame.measure(text, size, bold);
    const left = x - { start: 0, middle: width / 2, end: width }[anchor];
    return left < -1 || left + width > this.frame.widthPx + 1;
  }

  private isNear(x: number, marginPx = MARGIN_PX): boolean {
    return x >= -marginPx && x <= this.frame.widthPx + marginPx;
  }

  /** In a crowd, whether something of the same kind stands in the same px already. What went wrong is never hidden. */
  private isHidden(kind: string, shape: Shape): boolean {
    if (this.frame.slotPx >= CROWDED_PX || NEVER_HIDDEN.test(kind) || shape.type === "text") return false;
    if (shape.type === "rect" && shape.width >= CROWDED_PX) return false;
    const place =
      shape.type === "path" ? shape.d.replace(/\.\d+/g, "") : `${Math.round(shape.x)} ${Math.round(shape.y)}`;
    const key = `${kind} ${place}`;
    if (this.seen.has(key)) return true;
    this.seen.add(key);
    return false;
  }

  private add(id: string, kind: string, layer: Layer, shape: Shape, options: NodeOptions): void {
    const { records = [], since = records[0], until = null } = options;
    if (this.isHidden(kind, shape)) return;
    const beatOf = (record: RunRecord): number => this.frame.beatOf[record.index] ?? 0;
    this.nodes.push({
      id: this.lane === null ? id : `${this.lane}.${id}`,
      lane: this.lane,
      kind,
      layer,
      shape,
      appears: since === undefined || layer !== "mark" ? -1 : beatOf(since),
      leaves: until === null ? null : beatOf(until),
      records: records.map((record) => record.index),
      title: options.title ?? "",
    });
  }
}

/** Tenths of a pixel: enough for the eye, and short in the file. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
