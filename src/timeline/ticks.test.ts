import { expect, test } from "vitest";
import { halfOpen, twoSockets } from "./fixture-runs.ts";
import { estimateText } from "./measure.ts";
import { layOut } from "./scene.ts";
import { FIT_VIEW, zoomView } from "./view.ts";

function ticks(run: ReturnType<typeof halfOpen>, widthPx: number, view = FIT_VIEW): string[] {
  const scene = layOut(run, { widthPx, view, folded: new Set(), measure: estimateText });
  return scene.nodes.flatMap(({ kind, shape }) =>
    kind === "tick" && shape.type === "text" ? [shape.text] : [],
  );
}

test("the ruler says round times, as many as have room", () => {
  expect(ticks(halfOpen(), 860)).toEqual(["0 ms", "10 ms", "20 ms", "30 ms", "40 ms"]);
  expect(ticks(halfOpen(), 300)).toEqual(["0 ms", "20 ms", "40 ms"]);
});

test("magnified, it says more of them", () => {
  expect(ticks(twoSockets(), 860, zoomView(FIT_VIEW, 4, 500, 860)).length).toBeGreaterThan(5);
});
