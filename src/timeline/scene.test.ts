import { expect, test } from "vitest";
import "../model/whole.ts";
import type { RunData } from "../run/run.ts";
import { simulate } from "../run/simulate.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { RunBuilder } from "./fixture.ts";
import { brokenGate, FIXTURES, heldThenDurable, leakThenFailure, twoSockets } from "./fixture-runs.ts";
import { LANE_IDS, type LaneId } from "./lanes.ts";
import { estimateText } from "./measure.ts";
import type { SceneNode } from "./node.ts";
import { beatAtX, layOut, type Scene, xOfBeat } from "./scene.ts";
import { FIT_VIEW, type View, zoomView } from "./view.ts";

function sceneOf(run: RunData, widthPx = 860, view: View = FIT_VIEW, folded: readonly LaneId[] = []): Scene {
  return layOut(run, { widthPx, view, folded: new Set(folded), measure: estimateText });
}

/** Hand-written runs, and of every built-in scenario the default run and one in which the first commit fails, ungated. */
const RUNS: readonly (readonly [string, RunData])[] = [
  ...Object.entries(FIXTURES).map(([name, make]) => [name, make()] as const),
  ...(
    await Promise.all(SCENARIOS.map(async ({ load, ...rest }) => ({ ...rest, ...(await load()) })))
  ).flatMap(({ id, program, design, world }) => {
    const ordinary = simulate({ program, design, world }, []);
    const ungated = { id: "ungated", autogate: true } as const;
    const failing = simulate(
      { program, design: ungated, world: { ...world, commitAnswers: { 1: [{ how: "fails" }] } } },
      [],
    );
    return [
      ...(ordinary.ok ? [[id, ordinary.value] as const] : []),
      ...(failing.ok ? [[`${id}, failing`, failing.value] as const] : []),
    ];
  }),
];

interface Box {
  readonly node: SceneNode;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly text: string;
}

/** Where the words are. What goes before something else comes is left out. */
function words({ nodes }: Scene): readonly Box[] {
  return nodes.flatMap((node) => {
    const { shape } = node;
    if (shape.type !== "text" || node.leaves !== null) return [];
    const width = estimateText(shape.text, shape.size, shape.bold);
    const left = shape.x - { start: 0, middle: width / 2, end: width }[shape.anchor];
    return [
      { node, left, right: left + width, top: shape.y - 0.7 * shape.size, bottom: shape.y, text: shape.text },
    ];
  });
}

test("no two words overlap, whatever the run, the width and the magnification", () => {
  const overlaps: string[] = [];
  for (const [name, run] of RUNS) {
    for (const [width, view] of [
      [520, FIT_VIEW],
      [860, FIT_VIEW],
      [1300, FIT_VIEW],
      [860, zoomView(FIT_VIEW, 3, 300, 860)],
    ] as const) {
      const boxes = words(sceneOf(run, width, view));
      boxes.forEach((one, index) => {
        for (const other of boxes.slice(index + 1)) {
          const apart =
            one.right <= other.left + 0.5 ||
            other.right <= one.left + 0.5 ||
            one.bottom <= other.top ||
            other.bottom <= one.top;
          if (!apart) overlaps.push(`${name}, ${width} px, k ${view.k}: ${one.text} / ${other.text}`);
        }
      });
    }
  }
  expect(overlaps).toEqual([]);
});

test("no word is cut by the edge of the picture when the whole run is shown", () => {
  const cut = RUNS.flatMap(([name, run]) =>
    [520, 860].flatMap((width) =>
      words(sceneOf(run, width))
        .filter((box) => box.left < 0 || box.right > width)
        .map((box) => `${name}, ${width} px: ${box.text}`),
    ),
  );
  expect(cut).toEqual([]);
});

test("node ids are unique, and every number is finite", () => {
  for (const [name, run] of RUNS) {
    const { nodes } = sceneOf(run);
    const ids = nodes.map((node) => node.id);
    expect(new Set(ids).size, name).toBe(ids.length);
    expect(JSON.stringify(nodes.map((node) => node.shape)), name).not.toMatch(/null|NaN|Infinity/);
  }
});

test("nodes name kinds and never colours", () => {
  for (const [, run] of RUNS) {
    for (const node of sceneOf(run).nodes)
      expect(node.kind).toMatch(/^[a-z]+(-[a-z]+)*( [a-z]+(-[a-z]+)*)*$/);
  }
});

test("what happened at a beat lies left of the cursor at that beat, and each beat is found again at its cursor", () => {
  for (const [, run] of RUNS) {
    const scene = sceneOf(run);
    scene.beats.forEach((beat, index) => {
      expect(beatAtX(scene, xOfBeat(scene, index))).toBe(beat.index);
      if (index > 0) expect(xOfBeat(scene, index)).toBeGreaterThan(xOfBeat(scene, index - 1));
    });
    expect(beatAtX(scene, xOfBeat(scene, -1))).toBe(-1);
  }
});

test("marks are not known before their first record has happened", () => {
  for (const [, run] of RUNS) {
    const scene = sceneOf(run);
    for (const node of scene.nodes) {
      if (node.layer !== "mark" || node.records.length === 0) continue;
      const first = scene.beats.find((beat) => (node.records[0] ?? 0) <= beat.lastRecord)?.index ?? 0;
      expect(node.appears).toBeGreaterThanOrEqual(first);
    }
  }
});

test("lanes stand below each other without gaps, in the order in which data flows", () => {
  const { lanes, heightPx } = sceneOf(twoSockets());
  expect(lanes.map((lane) => lane.id)).toEqual(LANE_IDS);
  lanes.forEach((lane, index) => {
    expect(lane.top + lane.height).toBe(lanes[index + 1]?.top ?? heightPx);
  });
});

test("a folded lane keeps its head and its summary, and draws nothing; the gate never folds", () => {
  const scene = sceneOf(twoSockets(), 860, FIT_VIEW, ["lifetimes", "gate"]);
  const lifetimes = scene.lanes.find((lane) => lane.id === "lifetimes");
  expect(lifetimes).toMatchObject({ folded: true, summary: "13 objects" });
  expect(lifetimes?.height).toBeLessThan(40);
  expect(scene.nodes.filter((node) => node.lane === "lifetimes" && node.layer !== "ground")).toEqual([]);
  expect(scene.lanes.find((lane) => lane.id === "gate")).toMatchObject({ folded: false, foldable: false });
});

test("an empty run gives an empty picture with all its lanes", () => {
  const scene = sceneOf(new RunBuilder().finish());
  expect(scene.lanes).toHaveLength(LANE_IDS.length);
  expect(xOfBeat(scene, 0)).toBeGreaterThanOrEqual(0);
});

test("a scene holds a few nodes per record, not hundreds", () => {
  for (const [, run] of RUNS) expect(sceneOf(run).nodes.length).toBeLessThan(4 * run.records.length + 60);
});

/** The gate lane as text: beat, what, words. */
function gateArt(run: RunData): string[] {
  const { nodes } = sceneOf(run);
  return nodes
    .filter((node) => node.lane === "gate" && node.records.length > 0)
    .map(
      ({ appears, kind, shape }) =>
        `${appears < 0 ? "-" : appears} ${kind}${shape.type === "text" ? `: ${shape.text}` : ""}`,
    );
}

test("held outputs rest on the band as chips and cross it once it is open", () => {
  expect(gateArt(heldThenDurable())).toMatchInlineSnapshot(`
    [
      "- band open",
      "- band locked",
      "2 label band-text locked: locked by lock 1",
      "- band open",
      "7 label band-text open plate: open",
      "- hold",
      "- linger",
      "- descent",
      "3 chip",
      "3 label chip-text: connect",
      "- hold",
      "- linger",
      "- descent",
      "4 chip",
      "4 label chip-text: write 9 B",
      "8 door",
      "8 crossing",
      "13 door",
      "13 crossing",
      "18 door",
      "18 crossing",
    ]
  `);
});

test("a leak pierces the locked band, with a ring and the word", () => {
  const art = gateArt(leakThenFailure());
  expect(art).toContain("6 label leak-text: leak: connect");
  expect(art).toContain("6 ring");
  expect(art).toContain("6 leak-line");
});

test("when the gate breaks, what it held is struck out, in shape and in word, and not before", () => {
  const run = brokenGate();
  const struck = gateArt(run).filter((line) => line.includes("struck") || line.includes("strike"));
  expect(struck).toMatchInlineSnapshot(`
    [
      "10 chip struck",
      "10 strike",
      "10 label plate failed: struck out",
      "10 chip struck",
      "10 strike",
      "10 label plate failed: struck out",
    ]
  `);
});
