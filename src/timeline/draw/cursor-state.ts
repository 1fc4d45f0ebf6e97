/*
 * What the cursor remembers, so that moving it touches only the marks between its old and its new place.
 */
import type { SceneNode } from "../node.ts";
import type { Scene } from "../scene.ts";

/** A class that a mark gets or loses when the cursor crosses `beat`. */
interface Crossing {
  readonly beat: number;
  readonly element: SVGElement;
  /** `future` while the cursor is left of the beat; `gone` from the beat on. */
  readonly change: "future" | "gone";
}

/** The cursor's memory. */
export interface Cursor {
  scene: Scene | null;
  /** Sorted by beat. */
  crossings: Crossing[];
  /** How many crossings lie at or left of the cursor. */
  passed: number;
}

/** A cursor that knows nothing yet. */
export function newCursor(): Cursor {
  return { scene: null, crossings: [], passed: 0 };
}

/** Starts over with a new scene: every mark is future until the cursor is placed. */
export function forgetCursor(
  cursor: Cursor,
  scene: Scene,
  elements: ReadonlyMap<string, { node: SceneNode; element: SVGElement }>,
): void {
  const crossings: Crossing[] = [];
  for (const { node, element } of elements.values()) {
    element.classList.remove("gone");
    element.classList.toggle("future", node.appears >= 0);
    if (node.appears >= 0) crossings.push({ beat: node.appears, element, change: "future" });
    if (node.leaves !== null) crossings.push({ beat: node.leaves, element, change: "gone" });
  }
  cursor.scene = scene;
  cursor.crossings = crossings.sort((one, other) => one.beat - other.beat);
  cursor.passed = 0;
}

/** Moves over the crossings between the old and the new place; returns how many elements were touched. */
export function crossTo(cursor: Cursor, beat: number): number {
  const before = cursor.passed;
  while ((cursor.crossings[cursor.passed]?.beat ?? Number.POSITIVE_INFINITY) <= beat) {
    const crossing = cursor.crossings[cursor.passed];
    crossing?.element.classList.toggle(crossing.change, crossing.change === "gone");
    cursor.passed += 1;
  }
  while (cursor.passed > 0 && (cursor.crossings[cursor.passed - 1]?.beat ?? 0) > beat) {
    cursor.passed -= 1;
    const crossing = cursor.crossings[cursor.passed];
    crossing?.element.classList.toggle(crossing.change, crossing.change === "future");
  }
  return Math.abs(cursor.passed - before);
}
