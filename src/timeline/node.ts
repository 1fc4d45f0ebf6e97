/*
 * What a scene is made of. A node says where and what, never in which colour: `kind` is a list of class names that the
 * style sheet paints.
 *
 * Time passes over a scene without it being built again. Three layers, from back to front:
 *
 *   ground   lane backgrounds, grid: always the same
 *   extent   what has a length in time (bars, areas, the gate's band, arrows): faint right of the cursor, by a veil
 *   mark     what happens at once (labels, chips, end marks): faint until the cursor reaches the beat `appears`
 */
import type { RecordIndex } from "../base/ids.ts";
import type { LaneId } from "./lanes.ts";

/** Geometry in px of the scene. */
export type Shape =
  | {
      readonly type: "rect";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius: number;
    }
  | { readonly type: "circle"; readonly x: number; readonly y: number; readonly radius: number }
  | { readonly type: "path"; readonly d: string }
  | {
      readonly type: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly anchor: "start" | "middle" | "end";
      readonly size: number;
      readonly bold: boolean;
    };

/** Where a node is drawn. */
export type Layer = "ground" | "extent" | "mark";

/** One thing to draw. */
export interface SceneNode {
  /** Unique within the scene, and stable for the same run at another width or view. */
  readonly id: string;
  readonly lane: LaneId | null;
  /** Class names, e.g. "commit durable". */
  readonly kind: string;
  readonly layer: Layer;
  readonly shape: Shape;
  /** The beat from which on it is known; -1: from the start. */
  readonly appears: number;
  /** The beat at which it stops being true and goes; null: never. */
  readonly leaves: number | null;
  /** The records it was made from; empty for decoration. */
  readonly records: readonly RecordIndex[];
  /** For assistive technology; "" for decoration, and for what another node says already. */
  readonly title: string;
}
