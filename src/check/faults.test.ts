import { describe, expect, it } from "vitest";
import type { Choice } from "../model/choice.ts";
import { enabled, initial, step } from "../model/model.ts";
import type { Setup } from "../model/setup.ts";
import { setup } from "../model/testing.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { costOf, FAULT_KINDS, MOST_FAULTS, STANDARD_FAULTS } from "./faults.ts";

/** Every failure that is possible somewhere along the default run, by the type of its choice, with what it costs. */
function failuresAlong(from: Setup): Record<string, string | null> {
  const found: Record<string, string | null> = {};
  let { state } = initial(from);
  for (let steps = 0; steps < 500; steps++) {
    const choices = enabled(state);
    for (const choice of choices) if (choice.role === "failure") found[choice.choice.type] = costOf(choice);
    const next = choices.find(({ due, role }) => due !== null && role === "ordinary");
    if (next === undefined) break;
    ({ state } = step(state, next.choice));
  }
  return found;
}

async function scenario(id: string): Promise<Setup> {
  const one = SCENARIOS.find((each) => each.id === id);
  if (one === undefined) throw new Error(`There is no scenario ${id}.`);
  return { program: (await one.load()).program, design: one.design, world: one.world };
}

describe("what a failure costs", () => {
  it("is one of its kind, along a put and a connection", async () => {
    expect(failuresAlong(await scenario("put-then-connect"))).toEqual({
      "client-disconnects": "abort",
      "commit-fails": "commit",
      "commit-fails-stored": "stored",
      "commit-delay": "never",
      "lock-timeout": "timeout",
      refuse: "refuse",
      "peer-rst": "reset",
      "peer-sends": "peer",
      "peer-fin": "peer",
      collect: "collect",
      "update-code": "end",
    });
  });

  it("is one of its kind, along a commit to a bucket", () => {
    const bucket = setup('storage.put("a", 1); return new Response("ok");', "main", { commits: "bucket" });
    expect(failuresAlong(bucket)).toMatchObject({
      "commit-busy": "busy",
      "check-fails": "commit",
      "check-busy": "busy",
    });
  });

  it("is nothing for what happens in the ordinary course, whatever it is", () => {
    const types: readonly Choice["type"][] = ["commit-fails", "refuse", "accept", "peer-rst", "collect"];
    for (const type of types) expect(costOf({ choice: { type } as Choice, role: "ordinary" })).toBeNull();
  });

  it("is no price at all for what only puts something off: a check does not take it", () => {
    expect(costOf({ choice: { type: "commit-delay", commit: 1 } as Choice, role: "failure" })).toBe("never");
  });
});

describe("the kinds of failures", () => {
  it("are told apart, and one of each usual kind is allowed", () => {
    expect(new Set(FAULT_KINDS.map(({ id }) => id)).size).toBe(FAULT_KINDS.length);
    expect(new Set(FAULT_KINDS.map(({ label }) => label)).size).toBe(FAULT_KINDS.length);
    expect(STANDARD_FAULTS).toEqual({ commit: 1, refuse: 1, reset: 1, abort: 1 });
  });

  it("are counted side by side in one word of a state's vector, without its sign", () => {
    const bits = Math.ceil(Math.log2(MOST_FAULTS + 1));
    expect(bits * FAULT_KINDS.length).toBeLessThan(32);
  });
});
