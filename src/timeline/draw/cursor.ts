/*
 * Moves the cursor: a line, a veil over what lies to the right of it, and the marks that it passes. Nothing is laid out.
 */
import type { Scene } from "../scene.ts";
import { xOfBeat } from "../scene.ts";
import { crossTo } from "./cursor-state.ts";
import { paintingOf } from "./svg.ts";

/** Places the cursor at a beat (-1: before the first). Returns how many marks changed. */
export function placeCursor(svg: SVGSVGElement, scene: Scene, beatIndex: number): number {
  const painting = paintingOf(svg);
  if (painting === null) return 0;
  const x = Math.round(xOfBeat(scene, beatIndex) * 2) / 2;
  const { veil, cursorGroup, cursor } = painting;
  veil.setAttribute("transform", `translate(${Math.max(0, x)} 0)`);
  cursorGroup.setAttribute("transform", `translate(${x} 0)`);
  cursorGroup.firstElementChild?.setAttribute("d", `M0 ${scene.rulerPx - 8}V${scene.heightPx}`);
  cursorGroup.lastElementChild?.setAttribute("d", `M-5.5 ${scene.rulerPx - 13}h11v4l-5.5 6l-5.5 -6z`);
  return crossTo(cursor, beatIndex);
}
