import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enabled, encode, initial, step } from "./model.ts";
import type { RunRecord } from "./records.ts";
import type { Setup } from "./setup.ts";
import type { State } from "./state.ts";
import { DESIGNS, setup } from "./testing.ts";

/** Handlers with a bit of everything: several writes, sockets, requests. */
const BODIES = [
  `
    const socket = connect("peer:9000");
    await this.ctx.blockConcurrencyWhile(async () => {
      storage.put(path, 1);
      await scheduler.wait(3);
      if (path === "/3") await storage.get("missing");
    });
    await storage.transaction(async (txn) => { txn.put("t", path); await scheduler.wait(1); if (path === "/2") txn.rollback(); });
    setTimeout(() => storage.delete("t"), 2);
    await report("opened", socket.opened);
    return new Response("ok");`,
  `
    storage.put("a", 1);
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    const writes = ["one", "two", "three"].map((text) => writer.write(bytes(text)));
    storage.put("b", 2);
    writer.write(bytes("four"));
    const { value } = await socket.readable.getReader().read();
    await socket.close();
    return new Response("ok");`,
  `
    const first = connect("a:1", { allowHalfOpen: true });
    storage.put(path, 1, { allowUnconfirmed: path === "/2" });
    const second = connect("b:2");
    report("closed", second.closed);
    await Promise.allSettled([first.opened, second.opened]);
    const writer = first.writable.getWriter();
    storage.delete(path);
    writer.write(bytes("x")).catch(() => {});
    await report("writer", writer.close());
    await scheduler.wait(5);
    return new Response(await storage.get("/1"));`,
  `
    storage.put("n", 1);
    await storage.sync();
    const socket = connect("c:3");
    report("close", socket.close());
    if (path === "/2") throw new Error("thrown");
    return new Response("done");`,
];

interface Taken {
  readonly state: State;
  readonly records: readonly RunRecord[];
  readonly keys: readonly string[];
}

/** Walks as the numbers say: each picks one of what is enabled. */
function wander(from: Setup, picks: readonly number[]): Taken {
  let { state } = initial(from) as { state: State };
  const records: RunRecord[] = [];
  const keys: string[] = [];
  for (const pick of picks) {
    const choices = enabled(state);
    const choice = choices[pick % Math.max(choices.length, 1)];
    if (choice === undefined) break;
    const next = step(state, choice.choice);
    state = next.state;
    records.push(...next.records);
    keys.push(choice.key);
  }
  return { state, records, keys };
}

const setups = fc
  .record({
    body: fc.constantFrom(...BODIES),
    design: fc.constantFrom(...Object.keys(DESIGNS)),
    commits: fc.constantFrom("replicated" as const, "blocking" as const),
    backend: fc.constantFrom("sqlite" as const, "cache" as const),
    peer: fc.constantFrom(
      {},
      { echo: true },
      { greet: "hi" },
      { finOnAccept: true },
      { rstAfterMs: 3 },
      { refuse: true },
    ),
  })
  .map(({ body, design, ...world }) => ({
    design,
    setup: setup(body, design, { ...world, requests: ["/1", ["/2", "/3"]] }),
  }));
const picks = fc.array(fc.nat(30), { maxLength: 60 });
const runs = {
  numRuns: Number(process.env.GATESCOPE_CASES ?? 400),
  seed: Number(fc.readConfigureGlobal().seed),
};

describe(`any sequence of enabled choices (${runs.numRuns} cases, seed ${runs.seed})`, {
  timeout: 120_000,
}, () => {
  it("never throws, and gives the same records when it is taken again", () => {
    fc.assert(
      fc.property(setups, picks, ({ setup: from }, numbers) => {
        expect(JSON.stringify(wander(from, numbers).records)).toBe(
          JSON.stringify(wander(from, numbers).records),
        );
      }),
      runs,
    );
  });

  it("leaves a state as it was when a choice is taken from it: back, then forward again, is the same state", () => {
    fc.assert(
      fc.property(setups, picks, ({ setup: from }, numbers) => {
        const { state } = wander(from, numbers);
        const before = JSON.stringify(state);
        for (const { choice } of enabled(state)) {
          const once = step(state, choice);
          expect(encode(step(state, choice).state)).toBe(encode(once.state));
        }
        expect(JSON.stringify(state)).toBe(before);
      }),
      { ...runs, numRuns: Math.ceil(runs.numRuns / 4) },
    );
  });

  it("knows of every object what waits at its gate, in the order of waiting", () => {
    expect(wander(setup(BODIES[1] ?? "", "main"), [0]).state.actors[0]?.waiting).toEqual([1, 2, 3, 4, 5]);
    fc.assert(
      fc.property(setups, picks, ({ setup: from }, numbers) => {
        const { actors, waiters } = wander(from, numbers).state;
        for (const { id, waiting } of actors) {
          const held = waiters.filter((waiter) => waiter.actor === id && waiter.state === "waiting");
          expect(waiting).toEqual(held.map((waiter) => waiter.id));
        }
      }),
      runs,
    );
  });

  it("delivers bytes to the far end in the order of the writes and at most once (S8)", () => {
    fc.assert(
      fc.property(setups, picks, ({ setup: from }, numbers) => {
        const { records } = wander(from, numbers);
        const sockets = new Set(
          records.flatMap((record) => (record.kind === "bytes-sent" ? [record.socket] : [])),
        );
        for (const socket of sockets) {
          const sent = records.flatMap((record) =>
            record.kind === "bytes-sent" && record.socket === socket ? [record.write] : [],
          );
          expect(sent).toEqual(sent.map((_, position) => position + 1));
          const out = textOf(records, "send", socket);
          expect(out.startsWith(textOf(records, "receive", socket))).toBe(true);
        }
      }),
      runs,
    );
  });

  it("lets nothing through a locked gate under main, and nothing that depends on a failed write", () => {
    fc.assert(
      fc.property(setups, picks, ({ design, setup: from }, numbers) => {
        fc.pre(design === "main" || design === "autogate on");
        const { records } = wander(from, numbers);
        // socket.close() after a writer.close() that nobody awaited skips the gate, on real workerd too (S3c, MODEL 10).
        const early = records.filter(
          (record) =>
            record.kind === "output-passes" && record.output.type !== "close" && record.leak.length > 0,
        );
        expect(early).toEqual([]);
      }),
      runs,
    );
  });

  it("leaves no lock held and no caller of a reset object waiting, once the default schedule has run (L1)", () => {
    fc.assert(
      fc.property(setups, picks, ({ setup: from }, numbers) => {
        let { state } = wander(from, numbers);
        for (let steps = 0; steps < 300; steps++) {
          const due = enabled(state).find((choice) => choice.due !== null);
          if (due === undefined) break;
          state = step(state, due.choice).state;
        }
        expect(state.locks.filter((lock) => lock.state === "held")).toEqual([]);
        const reset = new Set(
          state.actors.filter((actor) => actor.context !== "live").map((actor) => actor.id),
        );
        const waiting = state.requests.filter(
          ({ actor, state: at }) => actor !== null && reset.has(actor) && at !== "answered",
        );
        expect(waiting).toEqual([]);
      }),
      runs,
    );
  });

  it("runs no JavaScript of an object after its abort (S10)", () => {
    fc.assert(
      fc.property(setups, picks, ({ setup: from }, numbers) => {
        const aborted = new Set<number>();
        for (const record of wander(from, numbers).records) {
          if (record.kind === "object-aborts") aborted.add(record.actor ?? 0);
          if (record.kind === "turn-begins") expect(aborted.has(record.actor ?? 0)).toBe(false);
        }
      }),
      runs,
    );
  });
});

function textOf(records: readonly RunRecord[], type: "send" | "receive", socket: number): string {
  return records
    .flatMap((record) =>
      record.kind === "outside" && record.event.type === type && record.event.socket === socket
        ? [record.event.text]
        : [],
    )
    .join("");
}
