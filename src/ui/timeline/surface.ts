/*
 * The timeline's surface: everything a pointer or wheel does to it, without React. Coordinates are px of the scene.
 *
 *   click on a mark        selects it; a bar that can be disturbed opens its menu
 *   press and drag         moves the cursor along
 *   shift + drag, middle   pans
 *   ctrl + wheel, pinch    zooms about the pointer
 *   wheel sideways         pans
 */
import type { RunRecord } from "../../model/records.ts";

/** What the surface asks of its owner. */
export interface SurfaceActions {
  scrubTo(x: number): void;
  panBy(dx: number): void;
  zoomBy(factor: number, aboutX: number): void;
  hover(record: number | null, at: { readonly xPx: number; readonly yPx: number }): void;
  /** A click, or (with `isMenu`) a right click or long press, on a mark. */
  press(record: number, isMenu: boolean, at: { readonly xPx: number; readonly yPx: number }): void;
}

/** A press that moves further than this is a drag. */
const DRAG_PX = 4;
/** Wheel pixels that double the magnification. */
const WHEEL_DOUBLES_PX = 300;

type Gesture =
  | {
      readonly type: "press";
      readonly record: number | null;
      readonly startX: number;
      readonly isPan: boolean;
    }
  | { readonly type: "scrub" }
  | { readonly type: "pan"; lastX: number }
  | { readonly type: "pinch"; distance: number };

/** Listens on the surface's element. Returns the undo. */
export function listenToSurface(element: HTMLElement, actions: SurfaceActions): () => void {
  const pointers = new Map<number, number>();
  let gesture: Gesture | null = null;

  const xOf = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left;
  const spread = (): number => {
    const [one = 0, other = 0] = pointers.values();
    return Math.max(1, Math.abs(one - other));
  };

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button > 1) return;
    pointers.set(event.pointerId, xOf(event));
    if (pointers.size === 2) {
      gesture = { type: "pinch", distance: spread() };
      return;
    }
    const isPan = event.shiftKey || event.button === 1;
    if (event.button === 1) event.preventDefault();
    gesture = { type: "press", record: recordAt(event), startX: xOf(event), isPan };
    element.setPointerCapture(event.pointerId);
  };

  const onPointerMove = (event: PointerEvent): void => {
    const x = xOf(event);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, x);
    if (gesture === null) {
      if (event.pointerType !== "touch") actions.hover(recordAt(event), place(event));
      return;
    }
    if (gesture.type === "press" && Math.abs(x - gesture.startX) > DRAG_PX) {
      gesture = gesture.isPan ? { type: "pan", lastX: gesture.startX } : { type: "scrub" };
      actions.hover(null, place(event));
    }
    if (gesture.type === "scrub") actions.scrubTo(x);
    if (gesture.type === "pan") {
      actions.panBy(x - gesture.lastX);
      gesture.lastX = x;
    }
    if (gesture.type === "pinch" && pointers.size === 2) {
      const distance = spread();
      const [one = 0, other = 0] = pointers.values();
      actions.zoomBy(distance / gesture.distance, (one + other) / 2);
      gesture.distance = distance;
    }
  };

  const onPointerUp = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    const ended = gesture;
    if (pointers.size === 0) gesture = null;
    if (ended?.type !== "press" || event.type === "pointercancel" || ended.isPan) return;
    if (ended.record === null) actions.scrubTo(xOf(event));
    else actions.press(ended.record, false, place(event));
  };

  const onPointerLeave = (event: PointerEvent): void => {
    if (gesture === null) actions.hover(null, place(event));
  };

  const onContextMenu = (event: MouseEvent): void => {
    const record = recordAt(event);
    if (record === null) return;
    event.preventDefault();
    gesture = null;
    pointers.clear();
    actions.press(record, true, place(event));
  };

  const onWheel = (event: WheelEvent): void => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      actions.zoomBy(2 ** (-event.deltaY / WHEEL_DOUBLES_PX), xOf(event));
    } else if (event.deltaX !== 0 || event.shiftKey) {
      event.preventDefault();
      actions.panBy(-(event.deltaX === 0 ? event.deltaY : event.deltaX));
    }
  };

  element.addEventListener("pointerdown", onPointerDown);
  element.addEventListener("pointermove", onPointerMove);
  element.addEventListener("pointerup", onPointerUp);
  element.addEventListener("pointercancel", onPointerUp);
  element.addEventListener("pointerleave", onPointerLeave);
  element.addEventListener("contextmenu", onContextMenu);
  element.addEventListener("wheel", onWheel, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", onPointerDown);
    element.removeEventListener("pointermove", onPointerMove);
    element.removeEventListener("pointerup", onPointerUp);
    element.removeEventListener("pointercancel", onPointerUp);
    element.removeEventListener("pointerleave", onPointerLeave);
    element.removeEventListener("contextmenu", onContextMenu);
    element.removeEventListener("wheel", onWheel);
  };
}

/** Whether a plain click on such a record opens its menu: the bars of what is under way. */
export function opensMenu(record: RunRecord): boolean {
  switch (record.kind) {
    // A commit's bar begins with its first write.
    case "write-accepted":
    case "commit-starts":
    case "lock-taken":
    case "connect-called":
    case "connect-starts":
    case "socket-opens":
    case "bytes-queued":
      return true;
    case "output-waits":
      return record.output.type === "connect";
    default:
      return false;
  }
}

function recordAt(event: MouseEvent): number | null {
  // While the pointer is captured its target is the surface itself, hence the look at the point.
  const target = document.elementFromPoint(event.clientX, event.clientY);
  const text = target?.closest("[data-record]")?.getAttribute("data-record");
  return text === undefined || text === null ? null : Number(text);
}

function place(event: MouseEvent): { readonly xPx: number; readonly yPx: number } {
  return { xPx: event.clientX, yPx: event.clientY };
}
