import { expect, test } from "vitest";
import { heldThenDurable } from "../fixture-runs.ts";
import { estimateText } from "../measure.ts";
import { layOut } from "../scene.ts";
import { FIT_VIEW } from "../view.ts";
import { crossTo, forgetCursor, newCursor } from "./cursor-state.ts";

/** Just enough of an element: its classes. */
function fakeElement(): { readonly classes: Set<string>; readonly element: SVGElement } {
  const classes = new Set<string>();
  const classList = {
    remove: (name: string) => classes.delete(name),
    toggle: (name: string, force: boolean) => (force ? classes.add(name) : classes.delete(name)),
  };
  return { classes, element: { classList } as unknown as SVGElement };
}

function painted() {
  const scene = layOut(heldThenDurable(), {
    widthPx: 860,
    view: FIT_VIEW,
    folded: new Set(),
    measure: estimateText,
  });
  const fakes = new Map(scene.nodes.map((node) => [node.id, { node, ...fakeElement() }]));
  const cursor = newCursor();
  forgetCursor(cursor, scene, fakes);
  const future = (): number => [...fakes.values()].filter(({ classes }) => classes.has("future")).length;
  return { scene, fakes, cursor, future };
}

test("every mark is future at the start and none at the end", () => {
  const { scene, cursor, future } = painted();
  const marks = scene.nodes.filter((node) => node.appears >= 0).length;
  expect(future()).toBe(marks);
  crossTo(cursor, scene.beats.length - 1);
  expect(future()).toBe(0);
});

test("a step touches only the marks of its beat, not the picture", () => {
  const { scene, cursor } = painted();
  const touched = scene.beats.map((beat) => crossTo(cursor, beat.index));
  // connect() makes the most at once: a held bar, a chip, and eight C++ objects with two borrowed pointers.
  expect(Math.max(...touched)).toBeLessThanOrEqual(20);
  expect(scene.nodes.length).toBeGreaterThan(100);
});

test("stepping back undoes stepping forward", () => {
  const { scene, fakes, cursor } = painted();
  const state = (): string => [...fakes.values()].map(({ classes }) => [...classes].join()).join(" ");
  const states = [-1, ...scene.beats.keys()].map((beat) => {
    crossTo(cursor, beat);
    return state();
  });
  for (let beat = scene.beats.length - 1; beat >= -1; beat -= 1) {
    crossTo(cursor, beat);
    expect(state()).toBe(states[beat + 1]);
  }
});

test("what stops being true goes when its time is over", () => {
  const { scene, fakes, cursor } = painted();
  const silence = fakes.get("outside.silence");
  expect(silence?.classes.has("gone")).toBe(false);
  crossTo(cursor, scene.beats.length - 1);
  expect(silence?.classes.has("gone")).toBe(true);
});
