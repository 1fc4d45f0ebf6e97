import { expect, test } from "vitest";
import { FIT_VIEW, MAX_ZOOM, PAD_LEFT, PAD_RIGHT, panView, toFraction, toPx, zoomView } from "./view.ts";

const WIDTH = 640;

test("the fitting view shows the whole axis between the paddings", () => {
  expect(toPx(FIT_VIEW, 0, WIDTH)).toBe(PAD_LEFT);
  expect(toPx(FIT_VIEW, 1, WIDTH)).toBe(WIDTH - PAD_RIGHT);
});

test("toFraction is the inverse of toPx in every view", () => {
  for (const view of [FIT_VIEW, { x0: 0.25, k: 2 }, { x0: 0.9, k: 20 }]) {
    for (const fraction of [0, 0.3, 0.95, 1]) {
      expect(toFraction(view, toPx(view, fraction, WIDTH), WIDTH)).toBeCloseTo(fraction, 10);
    }
  }
});

test("zooming keeps what lies under the pointer in its place", () => {
  const before = toFraction(FIT_VIEW, 300, WIDTH);
  const view = zoomView(FIT_VIEW, 3, 300, WIDTH);
  expect(view.k).toBe(3);
  expect(toPx(view, before, WIDTH)).toBeCloseTo(300, 8);
});

test("zooming out never shows more than the whole run, zooming in stops at the limit", () => {
  expect(zoomView({ x0: 0.4, k: 2 }, 0.1, 100, WIDTH)).toEqual(FIT_VIEW);
  expect(zoomView(FIT_VIEW, 1e6, 100, WIDTH).k).toBe(MAX_ZOOM);
});

test("panning moves the picture by as many px and stops at both ends", () => {
  const view = { x0: 0.25, k: 4 };
  const moved = panView(view, -50, WIDTH);
  expect(toPx(moved, 0.5, WIDTH)).toBeCloseTo(toPx(view, 0.5, WIDTH) - 50, 8);
  expect(panView(view, 1e5, WIDTH).x0).toBe(0);
  expect(panView(view, -1e5, WIDTH).x0).toBe(0.75);
});
