/*
 * What holds in every run: random choices through all built-in scenarios under every design.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { enabled, initial, step } from "../model.ts";
import type { RunRecord } from "../records.ts";
import type { Setup } from "../setup.ts";
import type { State } from "../state.ts";
import { DESIGNS, setup } from "../testing.ts";
import { judgeRest } from "./index.ts";

const loaded = await Promise.all(SCENARIOS.map(async ({ load, world }) => ({ world, ...(await load()) })));
/** What the built-in scenarios do not show: critical sections, transactions, TLS, pipes. */
const BODIES = [
  `
    const socket = connect("peer:9000");
    storage.put("a", path);
    await this.ctx.blockConcurrencyWhile(async () => {
      storage.put("b", path, { allowUnconfirmed: true });
      await scheduler.wait(3);
      if (path === "/3") await storage.get("missing");
      if (path === "/2") await socket.opened;
    });
    await storage.transaction(async (txn) => { txn.put("t", path); if (path === "/2") txn.rollback(); });
    return new Response("ok");`,
  `
    storage.put("a", 1);
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    if (path === "/2") await socket.opened;
    const secure = socket.startTls();
    storage.put("b", 2);
    const writer = secure.writable.getWriter();
    writer.write(bytes("hello")).catch(() => {});
    await report("closed", secure.close());
    return new Response("ok");`,
  `
    const socket = connect("peer:9000");
    let to;
    const source = new ReadableStream({ start(given) { to = given; } });
    report("piped", source.pipeTo(socket.writable));
    to.enqueue(bytes("one"));
    await scheduler.wait(1);
    storage.put("a", 1);
    to.enqueue(bytes("two"));
    if (path === "/2") to.close();
    return new Response("ok");`,
];
for (const body of BODIES) {
  const { program, world } = setup(body);
  loaded.push({ world: { ...world, requests: ["/1", ["/2", "/3"]] }, program, source: body, tokens: [] });
}
const HOLD = new Set(["S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S15", "S16"]);
const runs = {
  numRuns: Number(process.env.GATESCOPE_CASES ?? 300),
  seed: Number(fc.readConfigureGlobal().seed),
};

/** Walks as the numbers say: each picks one of what is enabled. */
function wander(
  from: Setup,
  picks: readonly number[],
): { readonly state: State; readonly records: RunRecord[] } {
  let { state } = initial(from);
  const records: RunRecord[] = [];
  for (const pick of picks) {
    const choices = enabled(state);
    const choice = choices[pick % Math.max(choices.length, 1)];
    if (choice === undefined) break;
    const next = step(state, choice.choice);
    state = next.state;
    for (const record of next.records) records.push(record);
  }
  return { state, records };
}

const setups = fc
  .record({
    scenario: fc.constantFrom(...loaded),
    design: fc.constantFrom(...Object.values(DESIGNS)),
    commits: fc.constantFrom("replicated" as const, "blocking" as const, "bucket" as const),
    severalCommits: fc.boolean(),
    backend: fc.constantFrom("sqlite" as const, "cache" as const),
    peer: fc.constantFrom(
      {},
      { tls: true },
      { greet: "hi" },
      { refuse: true },
      { finOnAccept: true },
      { rstAfterMs: 3 },
    ),
    scheduling: fc.constantFrom("strict" as const, "relaxed" as const),
  })
  .map(({ scenario, design, ...more }) => ({
    program: scenario.program,
    design,
    world: { ...scenario.world, ...more },
  }));

describe(`the rest of random runs (${runs.numRuns} cases, seed ${runs.seed})`, () => {
  it("owes nothing when the default schedule has nothing to do any more (L1 to L6), strict and relaxed", () => {
    fc.assert(
      fc.property(setups, fc.array(fc.nat(30), { maxLength: 40 }), (from, picks) => {
        let { state } = wander(from, picks);
        for (let steps = 0; steps < 1000; steps++) {
          const [choice] = enabled(state);
          if (choice === undefined || choice.due === null) break;
          state = step(state, choice.choice).state;
        }
        const owed = judgeRest(state).filter(
          // startTls() on a refused connection leaves the new socket's opened pending, on real workerd, too (tls.test.ts).
          ({ property }) =>
            property !== "L3" || !state.sockets.some(({ plain, stage }) => plain !== 0 && stage === "failed"),
        );
        expect(state.stuck !== null ? [] : owed).toEqual([]);
      }),
      runs,
    );
  });
});

describe(`random runs of the built-in scenarios and more (${runs.numRuns} cases, seed ${runs.seed})`, () => {
  it("keep S5 to S12, S15 and S16 under every design, strict and relaxed", () => {
    fc.assert(
      fc.property(setups, fc.array(fc.nat(30), { maxLength: 100 }), (from, picks) => {
        const broken = wander(from, picks).records.flatMap((record) =>
          record.kind === "violation" && HOLD.has(record.property)
            ? [`${record.property}: ${record.text}`]
            : [],
        );
        expect(broken).toEqual([]);
      }),
      runs,
    );
  }, 120_000);
});
