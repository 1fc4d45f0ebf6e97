/*
 * The view: which part of a run the width shows. An immutable value with its inverse.
 *
 *   fraction  0 ........ x0 ........................ x0 + 1/k ........ 1     of the run's axis
 *   px                   PAD_LEFT ...... widthPx - PAD_RIGHT                 of the scene
 */

/** The part of the run that the scene shows. */
export interface View {
  /** Fraction of the run's axis at the left edge, 0 to 1 - 1/k. */
  readonly x0: number;
  /** Magnification: 1 shows the whole run. */
  readonly k: number;
}

/** Shows the whole run. */
export const FIT_VIEW: View = { x0: 0, k: 1 };

/** Beyond this a single beat would fill the width. */
export const MAX_ZOOM = 60;

/** Room left of the first beat and right of the last one, in px. */
export const PAD_LEFT = 14;
export const PAD_RIGHT = 26;

const innerPx = (widthPx: number): number => Math.max(1, widthPx - PAD_LEFT - PAD_RIGHT);

/** Where a fraction of the axis lies in the scene. */
export function toPx(view: View, fraction: number, widthPx: number): number {
  return PAD_LEFT + (fraction - view.x0) * view.k * innerPx(widthPx);
}

/** The inverse of `toPx`. */
export function toFraction(view: View, px: number, widthPx: number): number {
  return view.x0 + (px - PAD_LEFT) / (view.k * innerPx(widthPx));
}

/** Magnifies by `factor`, keeping what lies at `aboutPx` in its place as far as the run's ends allow. */
export function zoomView(view: View, factor: number, aboutPx: number, widthPx: number): View {
  const k = clamp(view.k * factor, 1, MAX_ZOOM);
  const fixed = toFraction(view, aboutPx, widthPx);
  return clampView({ k, x0: fixed - (aboutPx - PAD_LEFT) / (k * innerPx(widthPx)) });
}

/** Moves the picture by `dxPx` (to the right when positive), not beyond the run's ends. */
export function panView(view: View, dxPx: number, widthPx: number): View {
  return clampView({ k: view.k, x0: view.x0 - dxPx / (view.k * innerPx(widthPx)) });
}

function clampView({ x0, k }: View): View {
  return { k, x0: clamp(x0, 0, 1 - 1 / k) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
