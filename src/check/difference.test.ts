import { describe, expect, it } from "vitest";
import type { DesignChoice, Setup, World } from "../model/setup.ts";
import { DESIGNS, GATED, handler, setup, UNGATED } from "../model/testing.ts";
import { simulate } from "../run/simulate.ts";
import { type DifferenceReport, difference } from "./difference.ts";
import { type FaultBudget, STANDARD_FAULTS } from "./faults.ts";
import { outcomeOf } from "./history.ts";

function between(
  left: string,
  right: string,
  body: string,
  faults: FaultBudget = STANDARD_FAULTS,
  world: Partial<World> = {},
  maxStates = 20_000,
): DifferenceReport {
  const { program, world: whole } = setup(body, "main", world);
  return difference({ program, world: whole, designs: [of(left), of(right)], faults, maxStates });
}

function of(name: string): DesignChoice {
  const design = DESIGNS[name];
  if (design === undefined) throw new Error(`no design "${name}"`);
  return design;
}

const ASKS = { place: "client 1", events: ["requests /"] };
const SYN = { place: "connection 1", events: ["SYN"] };

const PUT_CONNECT = `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`;
const COLLECTED = `
    const open = async () => { await connect("peer:9000").opened; };
    await open();
    await scheduler.wait(1000);
    return new Response("ok");`;
const PIPED = `
    const socket = connect("peer:9000");
    let controller;
    const source = new ReadableStream({ start(given) { controller = given; } });
    source.pipeTo(socket.writable, { preventClose: true });
    storage.put("count", 1);
    controller.enqueue(bytes("two"));
    return new Response("ok");`;

describe("the shortest difference of two designs", () => {
  it.each(UNGATED.flatMap((left) => GATED.map((right) => [left, right] as const)))(
    "is the handshake before the commit, between %s and %s",
    (left, right) => {
      expect(between(left, right, PUT_CONNECT)).toMatchObject({
        type: "differs",
        choices: [{ key: "r1", title: "A client requests /", taken: [true, true] }],
        choicesOf: [["r1"], ["r1"]],
        seen: [[ASKS, SYN], [ASKS]],
      });
    },
  );

  it.each([...UNGATED, ...GATED])("does not exist between %s and itself", (design) => {
    expect(between(design, design, PUT_CONNECT)).toMatchObject({ type: "same" });
  });

  it("is none between the first revision and its fixes, which nobody outside sees", () => {
    expect(between("r1", "r1 fixed", PUT_CONNECT)).toMatchObject({ type: "same" });
  });

  it("is the chunk of a pipe that the wrapper of d1 holds: it counts when it has left", () => {
    expect(between("main", "writes only, d1", PIPED)).toMatchObject({
      type: "differs",
      choicesOf: [
        ["r1", "a1", "n1"],
        ["r1", "a1", "n1"],
      ],
      possible: [[{ key: "v1", title: 'The far end of socket 1 receives "two"' }], []],
    });
  });

  it("is what the client reads, where nothing else differs: what a read gets when the far end resets", () => {
    const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    const read = socket.readable.getReader().read();
    return new Response(await read.then(() => "end", () => "error"));`;
    const found = between("main", "autogate on", body, { reset: 1 });
    expect(found).toMatchObject({ type: "differs", possible: [[], []] });
    expect(JSON.stringify(found)).toContain("response 200");
  });

  it("takes what only one of them has there alone: the collector takes an open socket under main", () => {
    expect(between("main", "autogate on", COLLECTED, { collect: 1 })).toMatchObject({
      type: "differs",
      choices: [{}, {}, {}, { key: "gc1", taken: [true, false] }],
      choicesOf: [
        ["r1", "a1", "n1", "gc1"],
        ["r1", "a1", "n1"],
      ],
    });
    expect(between("main", "autogate on", COLLECTED, {})).toMatchObject({ type: "same" });
  });

  it("gives lists of choices that show it when they are run", () => {
    const found = between("ungated", "main", PUT_CONNECT);
    if (found.type !== "differs") throw new Error(found.type);
    for (const [side, design] of [of("ungated"), of("main")].entries()) {
      const setupOf: Setup = { ...setup(PUT_CONNECT), program: handler(PUT_CONNECT), design };
      const keys = found.choicesOf[side] ?? [];
      const run = simulate(setupOf, keys);
      if (!run.ok) throw new Error(run.error.message);
      const end = run.value.steps[keys.length]?.endRecord;
      expect(outcomeOf(run.value.records.slice(0, end)).outside).toEqual(found.seen[side]);
    }
  });

  it("says where it stopped", () => {
    expect(between("main", "r1", PUT_CONNECT, STANDARD_FAULTS, {}, 5)).toMatchObject({ type: "stopped" });
  });

  it("compares under relaxed scheduling where no task waits in either", () => {
    const relaxed = { scheduling: "relaxed" } as const;
    expect(between("main", "r1", PUT_CONNECT, {}, relaxed)).toMatchObject({ type: "same" });
    expect(between("main", "ungated", PUT_CONNECT, {}, relaxed)).toMatchObject({
      type: "differs",
      seen: [[ASKS], [ASKS, SYN]],
    });
  });
});
