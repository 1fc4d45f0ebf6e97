import { describe, expect, it } from "vitest";
import { enabled, initial, step } from "../model/model.ts";
import { setup } from "../model/testing.ts";
import type { RunData } from "./run.ts";
import { MAX_STEPS, simulate } from "./simulate.ts";

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

describe("a run", () => {
  it("continues the given choices with what is due first, until nothing is due", () => {
    const made = run([]);
    expect(made.steps.map((step) => step.key)).toEqual(["", "r1", "cd1", "a1", "n1", "v1", "p1"]);
    expect(made.end).toBe("quiet");
    expect(made.steps.every((step) => step.isDefault)).toBe(true);
  });

  it("is the same, byte for byte, when it is made again", () => {
    expect(JSON.stringify(run(["r1", "cf1"]))).toBe(JSON.stringify(run(["r1", "cf1"])));
  });

  it("keeps its beginning when it forks: going back and on again gives the same records", () => {
    const whole = run([]);
    for (let length = 0; length < whole.steps.length; length++) {
      const keys = whole.steps.slice(1, length + 1).map((step) => step.key);
      expect(JSON.stringify(run(keys).records)).toBe(JSON.stringify(whole.records));
    }
  });

  it("takes another choice where it forks and leaves what came before as it was", () => {
    const whole = run([]);
    const forked = run(["r1", "cf1"]);
    const same = whole.steps[1]?.endRecord ?? 0;
    expect(forked.records.slice(0, same)).toEqual(whole.records.slice(0, same));
    expect(forked.steps[2]).toMatchObject({ key: "cf1", isDefault: false });
    expect(forked.givenSteps).toBe(2);
  });

  it("never lets the clock go back, and gives every record its step", () => {
    const { records, steps } = run(["r1", "cl1", "d1"]);
    let last = 0;
    for (const record of records) {
      expect(record.at).toBeGreaterThanOrEqual(last);
      last = record.at;
    }
    for (const step of steps) {
      for (const record of records.slice(step.firstRecord, step.endRecord))
        expect(record.step).toBe(step.index);
    }
  });

  it("says which choice is not possible, where, and what is", () => {
    expect(simulate(FROM, ["r1", "cd7"])).toEqual({
      ok: false,
      error: {
        message: 'Step 2: choice "cd7" is not possible; possible there: cd1, lt1, cf1, cs1, cl1, uc1, d1.',
        position: 1,
        key: "cd7",
      },
    });
  });

  it("ends as stuck, with the reason, when the handler never ends", () => {
    const made = run([], setup("    for (;;) {}"));
    expect(made.end).toBe("stuck");
    expect(made.records.at(-1)).toMatchObject({ kind: "turn-ends" });
    expect(made.records.find((record) => record.kind === "handler-stuck")).toMatchObject({
      text: expect.stringMatching(/1000000 instructions.*line 11/),
    });
    expect(made.steps.at(-1)?.enabled).toEqual([]);
  });

  it("keeps the heap of a handler that goes on for long as small as what it still needs", () => {
    let { state } = initial(
      setup(`
    const kept = [];
    for (let i = 0; i < 1500; i++) { await scheduler.wait(1); kept[i % 10] = { i, text: "x".repeat(i % 7) }; }
    return new Response(kept.map(({ i }) => i).join(" "));`),
    );
    let body = "";
    for (
      let choice = enabled(state)[0];
      choice?.due !== null && choice !== undefined;
      choice = enabled(state)[0]
    ) {
      const next = step(state, choice.choice);
      state = next.state;
      for (const record of next.records) if (record.kind === "handler-returns") body = record.body;
    }
    expect(body).toBe("1490 1491 1492 1493 1494 1495 1496 1497 1498 1499");
    expect(state.actors[0]?.machine.heap.length).toBeLessThan(3_000);
  });

  it("stops after a stated number of steps when the handler goes on for ever", () => {
    const made = run([], setup("    for (;;) await scheduler.wait(1);"));
    expect(made.end).toBe("limit");
    expect(made.steps.length).toBe(MAX_STEPS + 1);
  });
});
