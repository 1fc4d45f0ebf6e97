import { describe, expect, it } from "vitest";
import { copyWith } from "../../base/copy.ts";
import { initial, step } from "../../model/model.ts";
import type { State } from "../../model/state.ts";
import { SCENARIOS } from "../../scenarios/index.ts";
import { designChoice } from "../../store/designs.ts";
import { LENGTH, SCALARS, SLOT, STATE_WORDS, StateSpace, TABLES, WHOLE } from "./state-space.ts";
import { WatchedState } from "./watched-state.ts";

/** However slow, a copy. */
function spread<T extends object>(original: T, patch: Partial<T>): T {
  return { ...original, ...patch };
}

/** The state after the request of "two-sockets", in which a commit is out and both sockets wait for something. */
async function watched(work: (state: State) => State | undefined) {
  const scenario = SCENARIOS.find(({ id }) => id === "two-sockets");
  if (scenario === undefined) throw new Error("The scenario is gone.");
  const { program } = await scenario.load();
  const start = initial({ program, design: designChoice("main"), world: scenario.world }).state;
  const { state } = step(start, { type: "request", request: 1 as never });
  const space = new StateSpace();
  const vector = new Int32Array(STATE_WORDS);
  space.write(state, vector);
  const watch = new WatchedState(space, vector, state);
  const result = work(watch.state);
  const finished = result === undefined ? null : watch.finish(result);
  const names = watch.reads.map(({ at: { slot, index, field } }) => {
    const table = TABLES[slot - SCALARS.length];
    if (table === undefined || index === SLOT) return table ?? SCALARS[slot] ?? "what is alive";
    if (index === LENGTH) return `${table}.length`;
    if (field === WHOLE) return `${table}[${index}]`;
    return `${table}[${index}].${Object.keys(state[table][index] ?? {}).find((name) => space.fieldOf(TABLES.indexOf(table), name) === field)}`;
  });
  return { names, finished, state, space, vector };
}

describe("a watched state", () => {
  it("notes what is read, once, and not what is skipped, carried along, or left out of the key", async () => {
    const { names } = await watched((state) => {
      const [first, second] = state.sockets;
      first?.stage;
      first?.stage;
      second?.cause;
      state.now;
      return undefined;
    });
    expect(names).toEqual(["sockets.length", "sockets[0].stage"]);
  });

  it("notes the heap behind an address that is not 0, and only that it is 0 where it is", async () => {
    const { names } = await watched((state) => {
      state.sockets[0]?.closeRef;
      state.sockets[1]?.openedRef;
      return undefined;
    });
    expect(names).toEqual([
      "sockets.length",
      "sockets[0].closeRef",
      "sockets[1].openedRef",
      "sockets[1].actor",
      "actors[0].machine",
    ]);
  });

  it("notes a whole entry when it is taken apart or moves to another place", async () => {
    const apart = await watched((state) => {
      Object.keys(state.commits[0] ?? {});
      return undefined;
    });
    expect(apart.names).toEqual(["commits.length", "commits[0]"]);
    const moved = await watched((state) => copyWith(state, { sockets: state.sockets.toReversed() }, spread));
    expect(moved.names).toContain("sockets[0]");
    expect(moved.names).toContain("sockets[1]");
  });

  it("knows a change by the fields that were replaced, also where they had that value before", async () => {
    const { names, finished, state, space, vector } = await watched((before) =>
      copyWith(
        before,
        {
          sockets: before.sockets.map((socket) =>
            socket.id === 2 ? copyWith(socket, { poll: false }, spread) : socket,
          ),
        },
        spread,
      ),
    );
    expect(names).toEqual(["sockets.length", "sockets[0].id", "sockets[1].id"]);
    const [[slot, change] = [0, 0]] = finished?.change.tables ?? [];
    expect(space.apply(change, vector[slot] as number)).toBe(vector[slot]);
    const polled = new Int32Array(STATE_WORDS);
    const other = {
      ...state,
      sockets: state.sockets.map((socket) => ({ ...socket, poll: true, stage: "closed" as const })),
    };
    space.write(other, polled);
    const expected = new Int32Array(STATE_WORDS);
    const sockets = other.sockets.map((socket) => (socket.id === 2 ? { ...socket, poll: false } : socket));
    space.write({ ...other, sockets }, expected);
    expect(space.apply(change, polled[slot] as number)).toBe(expected[slot]);
  });

  it("gives the state that was made, free of stand-ins", async () => {
    const { finished, state } = await watched((before) =>
      copyWith(
        before,
        { sockets: before.sockets.map((socket) => copyWith(socket, { stage: "closed" }, spread)) },
        spread,
      ),
    );
    expect(finished?.state).toEqual({
      ...state,
      sockets: state.sockets.map((socket) => ({ ...socket, stage: "closed" })),
    });
  });

  it("notes what is alive when a C++ object is looked at", async () => {
    const { names } = await watched((state) => {
      state.things.some(({ alive }) => alive);
      return undefined;
    });
    expect(names).toEqual(["what is alive"]);
  });
});
