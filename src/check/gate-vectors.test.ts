import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { compileHandler } from "../handler/compile.ts";
import { encode } from "../model/encode.ts";
import { enabled, initial, step } from "../model/model.ts";
import { DEFAULT_WORLD, type DesignId, type Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { designChoice } from "../store/designs.ts";
import { costOf, type FaultBudget, STANDARD_FAULTS } from "./faults.ts";
import { GateVectors } from "./gate-vectors.ts";
import { History, seenIn, settledIn } from "./history.ts";
import { Search } from "./search.ts";

const SILENT = { rest: () => {}, transition: () => {} };

/** The same search without any of its means: whole states, compared by their texts. */
function plainly(setup: Setup, faults: FaultBudget, maxStates: number) {
  interface Node {
    readonly state: State;
    readonly spent: Readonly<Record<string, number>>;
    readonly seen: number;
    readonly settled: number;
  }
  const history = new History();
  const keyOf = ({ state, spent, seen, settled }: Node): string =>
    `${JSON.stringify(Object.entries(spent).toSorted())} ${JSON.stringify([history.storiesOf(seen), history.storiesOf(settled)])} ${encode(state)}`;
  const start: Node = {
    state: initial(setup).state,
    spent: {},
    seen: history.nothing,
    settled: history.nothing,
  };
  const known = new Set([keyOf(start)]);
  let level = [start];
  let transitions = 0;
  let depth = 0;
  while (level.length > 0 && known.size < maxStates) {
    const next: Node[] = [];
    for (const { state, spent, seen, settled } of level)
      for (const choice of enabled(state)) {
        const cost = costOf(choice);
        if (cost === "never" || (cost !== null && (spent[cost] ?? 0) >= (faults[cost] ?? 0))) continue;
        transitions++;
        const { state: after, records } = step(state, choice.choice);
        const node: Node = {
          state: after,
          spent: cost === null ? spent : { ...spent, [cost]: (spent[cost] ?? 0) + 1 },
          seen: history.extend(seen, history.list(seenIn(records))),
          settled: history.extend(settled, history.list(settledIn(records))),
        };
        const key = keyOf(node);
        if (known.has(key)) continue;
        known.add(key);
        next.push(node);
      }
    if (next.length > 0) depth++;
    level = next;
  }
  return { states: known.size, transitions, depth, frontier: level.length };
}

async function setupOf(id: string, design: DesignId, scheduling: "strict" | "relaxed"): Promise<Setup> {
  const scenario = SCENARIOS.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`There is no scenario ${id}.`);
  const { program } = await scenario.load();
  return { program, design: designChoice(design), world: { ...scenario.world, scheduling } };
}

/** Of so many states one is compared with the state that the model makes on the way there. */
function expectMadeAlike(model: GateVectors, search: Search, every: number, name: string): void {
  const [stored, made] = [new Int32Array(model.words), new Int32Array(model.words)];
  for (let index = 0; index < search.progress.states; index += every) {
    search.readVector(index, stored);
    made.set(stored);
    model.write(model.stateAt(index, search), made);
    expect(made, name).toEqual(stored);
  }
}

describe("the gate model in vectors", () => {
  const small = SCENARIOS.map(({ id }) => id).filter((id) => id !== "alarm-starttls");

  it.each(small)("has the states and transitions of the model itself: %s", async (id) => {
    for (const design of ["main", "ungated", "deferred-r1"] as const) {
      const setup = await setupOf(id, design, "strict");
      const model = new GateVectors(setup, STANDARD_FAULTS, SILENT);
      const search = new Search(model, 1_000_000);
      while (search.advance(1_000));
      expect(search.progress).toEqual(plainly(setup, STANDARD_FAULTS, 1_000_000));
      expect(model.contradictions).toBe(0);
    }
  });

  it.each(["two-sockets", "next-life", "piped-chunks", "close-collected"])(
    "has them with relaxed scheduling and every kind of failure, too: %s",
    async (id) => {
      const setup = await setupOf(id, "main", "relaxed");
      const faults: FaultBudget = { timeout: 1, collect: 1, end: 1 };
      const search = new Search(new GateVectors(setup, faults, SILENT), 1_000_000);
      while (search.advance(1_000));
      expect(search.progress).toEqual(plainly(setup, faults, 1_000_000));
    },
  );

  it("has for every state the vector of the state that the model makes on the way there", async () => {
    const setup = await setupOf("alarm-starttls", "ungated", "strict");
    const model = new GateVectors(setup, STANDARD_FAULTS, SILENT);
    const search = new Search(model, 1_000_000);
    while (search.advance(1_000));
    expectMadeAlike(model, search, 41, "alarm-starttls");
  });

  it.each(["corpus", "cluster-corpus"])(
    "has it for every handler that real workerd was recorded with, too: %s",
    (folder) => {
      const root = path.join(import.meta.dirname, "../../e2e/workerd", folder);
      for (const file of readdirSync(root).filter((name) => name.endsWith(".js"))) {
        const program = compileHandler(readFileSync(path.join(root, file), "utf8"));
        // What the handler language lacks.
        if (!program.ok) continue;
        const world = { ...DEFAULT_WORLD, backend: "cache", scheduling: "relaxed" } as const;
        const setup: Setup = { program: program.value, design: designChoice("main"), world };
        const model = new GateVectors(setup, { ...STANDARD_FAULTS, collect: 1, end: 1 }, SILENT);
        const search = new Search(model, 250);
        while (search.advance(1_000));
        expectMadeAlike(model, search, 7, file);
      }
    },
  );

  it("has them where which of two timers is the next depends on what came between", async () => {
    const program = compileHandler(`import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";
export class Timers extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    connect("peer:9000");
    await scheduler.wait(request.url.endsWith("long") ? 30 : 10);
    this.ctx.storage.put("third", 1);
    return new Response("ok");
  }
}
`);
    if (!program.ok) throw new Error(program.error.message);
    const world = { ...DEFAULT_WORLD, requests: ["/long", "/short"] };
    const setup: Setup = { program: program.value, design: { id: "ungated" }, world };
    const model = new GateVectors(setup, { abort: 1 }, SILENT);
    const search = new Search(model, 1_000_000);
    while (search.advance(1_000));
    expect(search.progress).toEqual(plainly(setup, { abort: 1 }, 1_000_000));
    expect(model.contradictions).toBe(0);
  });

  it("runs the model for a few steps in a hundred, and looks the others up", async () => {
    const setup = await setupOf("alarm-starttls", "main", "strict");
    const model = new GateVectors(setup, STANDARD_FAULTS, SILENT);
    const search = new Search(model, 1_000_000);
    while (search.advance(1_000));
    expect(search.progress).toEqual({ states: 6_991, transitions: 16_224, depth: 35, frontier: 0 });
    expect(model.stepsRun).toBe(262);
  });
});
