import { describe, expect, it } from "vitest";
import { compileHandler } from "../handler/compile.ts";
import { DEFAULT_WORLD, type World } from "../model/setup.ts";
import { check } from "./check.ts";

/** A handler that goes round for ever: an interval that does nothing, while a put waits for its commit. */
const TICKS = `import { DurableObject } from "cloudflare:workers";
export class Ticks extends DurableObject {
  async fetch() {
    this.ctx.storage.put("a", 1);
    setInterval(() => {}, 10);
    return new Response("ok");
  }
}
`;

function checked(world: Partial<World>) {
  const program = compileHandler(TICKS);
  if (!program.ok) throw new Error(program.error.message);
  return check({
    setup: { program: program.value, design: { id: "main" }, world: { ...DEFAULT_WORLD, ...world } },
    faults: {},
    maxStates: 1_000,
  });
}

describe("a run that goes round for ever", () => {
  it("violates what is owed all the way round, from the choice on at which the loop begins", () => {
    const report = checked({ commitAnswers: { 1: [{ how: "silent" }] } });
    expect(report.complete).toBe(true);
    const locks = report.properties.find(({ id }) => id === "L1");
    expect(locks).toMatchObject({ verdict: "violated", witness: ["r1"], shows: { loopFrom: 1 } });
    expect(locks?.text).toContain("lock 1 is held");
  });

  it("violates nothing where it only goes round as something that is always possible is put off", () => {
    const report = checked({});
    expect(report.complete).toBe(true);
    expect(report.properties.filter(({ verdict }) => verdict === "violated")).toEqual([]);
    // There is no number of orders, and no end.
    expect(report.outcomes).toEqual([]);
  });
});
