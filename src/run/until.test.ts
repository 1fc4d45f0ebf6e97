import { beforeAll, describe, expect, it } from "vitest";
import { enabled, initial, step } from "../model/model.ts";
import type { StepSight } from "../model/properties/property.ts";
import type { RunRecord } from "../model/records.ts";
import type { Setup } from "../model/setup.ts";
import { DESIGNS, setup } from "../model/testing.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { factsOf } from "../timeline/facts.ts";
import { gateStates } from "../timeline/gate-states.ts";
import { HAPPENINGS } from "./happenings.ts";
import type { RunData } from "./run.ts";
import { simulate } from "./simulate.ts";
import { STATUSES, thingsWith } from "./statuses.ts";
import { type Condition, meetings, meets } from "./until.ts";

const FROM = setup(`
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await socket.opened;
    await socket.close();
    return new Response("ok");`);

function run(keys: readonly string[], from = FROM): RunData {
  const made = simulate(from, keys);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

/** The records at which a run meets a condition, as kind and step. */
function met(condition: Condition, keys: readonly string[] = [], from = FROM): readonly string[] {
  const found = meetings(from, keys, condition);
  if (!found.ok) throw new Error(found.error.message);
  const { records } = run(keys, from);
  return found.value.map((index) => `${records[index]?.kind} in step ${records[index]?.step}`);
}

const happens = (what: string, which: string | null = null): Condition => ({ type: "happens", what, which });
const gate = (is: string, which: string | null = null): Condition => ({
  type: "becomes",
  of: "gate",
  is,
  which,
});
const becomes = (of: "object" | "connection" | "storage", is: string): Condition => ({
  type: "becomes",
  of,
  is,
  which: null,
});
const property = (
  id: Extract<Condition, { type: "property" }>["property"],
  verdict: "violated" | "warned" | "judged" = "violated",
): Condition => ({ type: "property", property: id, verdict });

describe("a condition", () => {
  it("is met where something happens, every time that it does", () => {
    expect(met(happens("commit-durable"))).toEqual(["commit-durable in step 2"]);
    expect(met(happens("commit-durable"), ["r1", "cf1"])).toEqual([]);
    expect(met(happens("commit-fails"), ["r1", "cf1"])).toEqual(["commit-fails in step 2"]);
    expect(met(happens("output-held"))).toEqual(["output-waits in step 1"]);
    expect(met(happens("output-held"), [], { ...FROM, design: { id: "ungated" } })).toEqual([]);
    expect(met(happens("output-leaks"), [], { ...FROM, design: { id: "ungated" } })).toHaveLength(1);
  });

  it("is narrowed down to one connection, request, output, promise or object", () => {
    const two = setup(`
      const first = connect("a:1");
      const second = connect("b:2");
      await second.opened;
      await first.opened;
      return new Response("ok");`);
    expect(met(happens("socket-opens"), [], two)).toHaveLength(2);
    expect(met(happens("socket-opens", "2"), [], two)).toHaveLength(1);
    expect(met(happens("socket-opens", "3"), [], two)).toHaveLength(0);
    expect(met(happens("output-passes", "connect"))).toHaveLength(1);
    expect(met(happens("output-passes", "frame"))).toHaveLength(0);
    expect(met(happens("promise-resolves", "socket 1 opened"))).toHaveLength(1);
    expect(met(happens("promise-resolves", "socket 2 opened"))).toHaveLength(0);
    expect(met(happens("response", "1"))).toHaveLength(1);
    expect(met(happens("response", "2"))).toHaveLength(0);
    const [object] = factsOf(run([])).objects;
    expect(met(happens("commit-durable", object))).toHaveLength(1);
    expect(met(happens("commit-durable", "another"))).toHaveLength(0);
  });

  it("is met where the output gate locks, opens and breaks, by the record that does it", () => {
    expect(met(gate("locked"))).toEqual(["lock-taken in step 1"]);
    expect(met(gate("open"))).toEqual(["object-starts in step 1", "lock-released in step 2"]);
    expect(met(gate("broken"))).toEqual([]);
    expect(met(gate("broken"), ["r1", "cf1"])).toEqual(["gate-breaks in step 2"]);
    expect(met(gate("locked", "another"))).toEqual([]);
  });

  it("is met where an object comes to life, is reset, or is evicted", () => {
    expect(met(becomes("object", "living"))).toEqual(["object-starts in step 1"]);
    expect(met(becomes("object", "reset"))).toEqual([]);
    expect(met(becomes("object", "reset"), ["r1", "cf1"])).toEqual(["object-aborts in step 2"]);
    expect(met(becomes("object", "evicted"))).toEqual([]);
    expect(met(becomes("object", "evicted"), ["r1", "cf1"])).toEqual([]);
    const idle = run([])
      .steps.at(-1)
      ?.enabled.find(({ choice }) => choice.type === "evict");
    const keys = [
      ...run([])
        .steps.slice(1)
        .map(({ key }) => key),
      idle?.key ?? "",
    ];
    expect(met(becomes("object", "evicted"), keys)).toEqual([`object-ends in step ${keys.length}`]);
  });

  it("is met where a connection comes into a state", () => {
    expect(met(becomes("connection", "deferred"))).toEqual(["connect-called in step 1"]);
    expect(met(becomes("connection", "connecting"))).toEqual(["connect-starts in step 2"]);
    expect(met(becomes("connection", "open"))).toEqual(["socket-opens in step 4"]);
    expect(met(becomes("connection", "failed"))).toEqual([]);
    expect(met(becomes("connection", "failed"), ["r1", "cd1", "x1"])).toEqual(["socket-fails in step 4"]);
    expect(met(becomes("connection", "closed"))).toHaveLength(1);
  });

  it("is met where storage holds what is not durable, and where all is durable", () => {
    expect(met(becomes("storage", "pending"))).toEqual(["write-accepted in step 1"]);
    expect(met(becomes("storage", "durable"))).toEqual(["commit-durable in step 2"]);
    expect(met(becomes("storage", "durable"), ["r1", "cf1"])).toEqual([]);
    const twice = setup(`storage.put("a", 1); await storage.sync(); storage.put("b", 2);`);
    expect(met(becomes("storage", "durable"), [], twice)).toHaveLength(2);
    expect(met(becomes("storage", "durable"), ["r1", "cd1", "cf2"], twice)).toHaveLength(1);
  });

  it("is met where a property is violated, warned of, or judged", () => {
    const leaky: Setup = { ...FROM, design: { id: "ungated" } };
    expect(met(property("S1"), [], leaky)).toHaveLength(1);
    expect(met(property(null), [], leaky)).toEqual(met(property("S1"), [], leaky));
    expect(met(property("S2"), [], leaky)).toEqual([]);
    expect(met(property(null))).toEqual([]);
    expect(met(property("S1", "judged"))).toHaveLength(1);
    expect(met(property("S2p", "judged"))).toHaveLength(0);
  });

  it("is met by a warning, which is no violation", () => {
    const held = setup(`
      setTimeout(() => {
        storage.put("a", 1);
        connect("peer:9000");
        setTimeout(() => this.ctx.abort("gone"), 2);
      }, 1);
      return new Response("ok");`);
    expect(met(property("S14", "warned"), [], held).length).toBeGreaterThan(0);
    expect(met(property(null, "warned"), [], held)).toEqual(met(property("S14", "warned"), [], held));
    expect(met(property("S14", "violated"), [], held)).toEqual([]);
    expect(met(property(null, "warned"))).toEqual([]);
  });

  it("is refused with a list of choices that is not possible", () => {
    expect(meetings(FROM, ["r1", "cd7"], happens("response"))).toMatchObject({
      ok: false,
      error: { key: "cd7" },
    });
  });
});

/** Every step of walks through scenarios and programs, with failures here and there. */
async function walks(): Promise<readonly StepSight[]> {
  const setups: Setup[] = [
    setup(`await storage.get("far"); return new Response("ok");`, "main", { backend: "cache" }),
    setup(
      `return new Response("ok");
      }
      constructor(ctx, env) {
        super(ctx, env);
        ctx.blockConcurrencyWhile(async () => { await scheduler.wait(5); });`,
      "main",
      { requests: [["/a", "/b"]] },
    ),
    setup(`storage.put("a", 1); storage.deleteAll(); return new Response("ok");`, "main", {
      commits: "blocking",
    }),
    setup(`for (;;) this.visits++;`),
    setup(`this.ctx.blockConcurrencyWhile(async () => { throw new Error("no"); }); return new Response("");`),
  ];
  for (const { load, world } of SCENARIOS) {
    const { program } = await load();
    for (const [design, commits] of [
      ["main", world.commits],
      ["main", "bucket"],
      ["r1", "blocking"],
      ["ungated", "replicated"],
    ] as const)
      setups.push({ program, design: DESIGNS[design] ?? FROM.design, world: { ...world, commits } });
  }
  for (const peer of [{ returnsAfterMs: 5 }, { throwsAfterMs: 5 }, {}])
    setups.push(
      setup(
        `const socket = connect("peer:9000"); await scheduler.wait(30); await socket.close(); return new Response("ok");`,
        "main",
        { service: "worker", peer },
      ),
    );
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x80000000) * below);
  };
  return setups.flatMap((from) => [0, 1, 2].flatMap((walk) => walkThrough(from, walk === 0 ? null : random)));
}

function walkThrough(from: Setup, random: ((below: number) => number) | null): readonly StepSight[] {
  const sights: StepSight[] = [];
  let { state } = initial(from);
  while (sights.length < 100) {
    const open = enabled(state);
    const picked = open[random !== null && random(5) < 2 ? random(open.length) : 0];
    if (picked === undefined) break;
    const { state: after, records } = step(state, picked.choice);
    sights.push({ before: state, records, after });
    state = after;
  }
  return sights;
}

describe("along walks with failures", () => {
  let sights: readonly StepSight[] = [];
  beforeAll(async () => {
    sights = await walks();
  }, 120_000);

  it.each(HAPPENINGS.map(({ id, is }) => [id, is] as const))("%s happens, and other things do", (_, is) => {
    const inSome = sights.filter(({ records }) => records.some(is)).length;
    expect(inSome).toBeGreaterThan(0);
    expect(inSome).toBeLessThan(sights.length);
  });

  it.each(STATUSES.map((status) => [`${status.of} ${status.id}`, status] as const))(
    "%s begins exactly where it holds after a step and did not before, or begins within the step",
    (_, { of, id, holds }) => {
      let flips = 0;
      for (const sight of sights)
        for (const which of thingsWith(of, sight.after)) {
          const [record, ...others] = meets({ type: "becomes", of, is: id, which }, sight);
          expect(others).toEqual([]);
          const held = holds(sight.before, which);
          if (held) expect(record).toBeUndefined();
          if (held || !holds(sight.after, which)) continue;
          flips++;
          expect(record).toBeDefined();
        }
      expect(flips).toBeGreaterThan(0);
    },
  );
});

describe("the states of a gate", () => {
  it.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))(
    "are those that the timeline shows of %s, from the same records on",
    async (_, { load, world, design }) => {
      const from: Setup = { program: (await load()).program, design, world };
      for (const keys of [[], ["r1", "cf1"]]) {
        const made = simulate(from, keys);
        if (!made.ok) continue;
        const facts = factsOf(made.value);
        for (const name of facts.objects)
          for (const state of ["open", "locked", "broken"] as const) {
            const shown = gateStates(made.value, facts, name);
            const begins = shown.filter(
              (one, index) => one.state === state && shown[index - 1]?.state !== state,
            );
            const found = meetings(from, keys, gate(state, name));
            expect(found.ok && found.value.map((index) => index as number)).toEqual(
              begins.map(({ record }: { readonly record: RunRecord }) => record.index),
            );
          }
      }
    },
  );
});
