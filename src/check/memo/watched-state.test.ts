import { describe, expect, it } from "vitest";
import { mustGet } from "../../base/assert.ts";
import { changedEntries, copyWith, entryAt, setEntry, shares } from "../../base/copy.ts";
import { initial, step } from "../../model/model.ts";
import type { QueueEvent, SocketState, State } from "../../model/state.ts";
import { SCENARIOS } from "../../scenarios/index.ts";
import { designChoice } from "../../store/designs.ts";
import { LENGTH, SCALARS, STATE_WORDS, StateSpace, TABLES, WHOLE } from "./state-space.ts";
import { WatchedState } from "./watched-state.ts";

/** However slow, a copy. */
function spread<T extends object>(original: T, patch: Partial<T>): T {
  return { ...original, ...patch };
}

/** The state after the request of "two-sockets", in which a commit is out and both sockets wait for something. */
async function watched(
  work: (state: State) => State | undefined,
  prepare: (state: State) => State = (state) => state,
) {
  const scenario = SCENARIOS.find(({ id }) => id === "two-sockets");
  if (scenario === undefined) throw new Error("The scenario is gone.");
  const { program } = await scenario.load();
  const start = initial({ program, design: designChoice("main"), world: scenario.world }).state;
  const state = prepare(step(start, { type: "request", request: 1 as never }).state);
  const space = new StateSpace();
  const vector = new Int32Array(STATE_WORDS);
  space.write(state, vector);
  const watch = new WatchedState(space, vector, state);
  const result = work(watch.state);
  const finished = result === undefined ? null : watch.finish(result);
  const names = watch.reads.map(({ at: { slot, index, field } }) => {
    const table = TABLES[slot];
    if (table === undefined) return SCALARS[index];
    if (index === LENGTH) return `${table}.length`;
    if (field === WHOLE) return `${table}[${index}]`;
    const isRead = (name: string): boolean => space.fieldOf(slot, name) === field;
    const parts = Object.keys(state.sockets[0]?.peer ?? {}).map((name) => `peer.${name}`);
    return `${table}[${index}].${[...Object.keys(state[table][index] ?? {}), ...parts].find(isRead)}`;
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

  it("notes of an address whether it is 0, and a heap when its machine is asked for", async () => {
    const { names } = await watched((state) => {
      state.sockets[0]?.closeRef;
      state.sockets[1]?.openedRef;
      return undefined;
    });
    expect(names).toEqual(["sockets.length", "sockets[0].closeRef", "sockets[1].openedRef"]);
    const asked = await watched((state) => {
      state.actors[0]?.machine;
      return undefined;
    });
    expect(asked.names).toEqual(["actors.length", "actors[0].machine"]);
  });

  it("notes the heap where an address is replaced, also among others, and not where all are carried along", async () => {
    const second = (state: State, patch: (socket: SocketState) => Partial<SocketState>): State =>
      copyWith(
        state,
        {
          sockets: state.sockets.map((socket) =>
            socket.id === 2 ? copyWith(socket, patch(socket), spread) : socket,
          ),
        },
        spread,
      );
    const withQueue = (state: State): State =>
      second(state, ({ openedRef }) => ({ queue: [{ type: "write", promiseRef: openedRef } as QueueEvent] }));
    const patchSecond = (patch: (socket: SocketState) => Partial<SocketState>) =>
      watched((state) => second(state, patch), withQueue);
    const heap = "actors[0].machine";
    const event = { type: "write", promiseRef: 7 } as QueueEvent;
    expect((await patchSecond(() => ({ closeRef: 7 }))).names).toContain(heap);
    expect((await patchSecond(({ queue }) => ({ queue: [...queue, event] }))).names).toContain(heap);
    // What stood there before is unknown where it was not read.
    const noAddress = { type: "close", promiseRef: 0 } as QueueEvent;
    expect((await patchSecond(({ queue }) => ({ queue: [...queue, noAddress] }))).names).toContain(heap);
    expect((await watched((state) => second(state, () => ({ queue: [] })))).names).toContain(heap);
    const replaced = await patchSecond(({ queue }) => ({
      queue: queue.map((one) => ({ ...one, promiseRef: one.promiseRef + 1 })),
    }));
    expect(replaced.names).toContain(heap);
    const marked = await patchSecond(({ queue }) => ({
      queue: queue.map((one) => ({ ...one, sent: true })),
    }));
    expect(marked.names).toContain("sockets[1].queue");
    expect(marked.names).not.toContain(heap);
  });

  it("notes no table where only asked whether it is still the same", async () => {
    const { names } = await watched((state) => {
      const copy = copyWith(state, { locks: [] }, spread);
      expect([shares(copy, state, "waiters"), shares(copy, state, "locks")]).toEqual([true, false]);
      return undefined;
    });
    expect(names).toEqual([]);
  });

  it("notes a whole entry when it is taken apart, where the model may do so, or moves to another place", async () => {
    const apart = await watched(
      (state) => {
        Object.keys(state.streamLocks[0] ?? {});
        return undefined;
      },
      (state) => ({ ...state, streamLocks: [{ socket: 1 as never, released: false }] }),
    );
    expect(apart.names).toEqual(["streamLocks.length", "streamLocks[0]"]);
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
            socket.id === 2 ? copyWith(socket, { isMute: false }, spread) : socket,
          ),
        },
        spread,
      ),
    );
    expect(names).toEqual(["sockets.length", "sockets[0].id", "sockets[1].id"]);
    const change = mustGet(finished?.change[0], "a change");
    const { slot } = change;
    expect(space.apply(change, vector[slot] as number)).toBe(vector[slot]);
    const mute = new Int32Array(STATE_WORDS);
    const other = {
      ...state,
      sockets: state.sockets.map((socket) => ({ ...socket, isMute: true, stage: "closed" as const })),
    };
    space.write(other, mute);
    const expected = new Int32Array(STATE_WORDS);
    const sockets = other.sockets.map((socket) => (socket.id === 2 ? { ...socket, isMute: false } : socket));
    space.write({ ...other, sockets }, expected);
    expect(space.apply(change, mute[slot] as number)).toBe(expected[slot]);
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

  it("notes what is alive behind a socket when its C++ objects are asked for", async () => {
    const { names } = await watched((state) => {
      const { Socket } = state.sockets[1]?.things ?? {};
      state.things[(Socket ?? 0) - 1]?.alive;
      return undefined;
    });
    expect(names).toEqual(["sockets.length", "sockets[1].things"]);
  });

  it("knows by those which sockets a destruction concerns", async () => {
    const destroy = (pick: (state: State) => number | undefined) =>
      watched((before) => {
        const id = pick(before);
        const things = before.things.map((thing) => (thing.id === id ? { ...thing, alive: false } : thing));
        return copyWith(before, { things }, spread);
      });
    // The stream is the first socket's. The second waits for the gate, and points to it.
    const stream = await destroy((state) => state.sockets[0]?.things.connectionStream);
    expect(stream.names).toEqual(["sockets.length", "sockets[0].things"]);
    const gate = await destroy((state) => state.actors[0]?.gateThing);
    expect(gate.names).toEqual(["actors.length", "sockets[1].things"]);
    for (const { finished, space, vector } of [stream, gate]) {
      const { change, state: after } = mustGet(finished, "a change");
      const expected = new Int32Array(STATE_WORDS);
      space.write(after, expected);
      expect(vector).not.toEqual(expected);
      for (const one of change) vector[one.slot] = space.apply(one, vector[one.slot] as number);
      expect(vector).toEqual(expected);
    }
  });

  it("notes of a far end only what is asked, also where a part of it is replaced, and all of it where another socket gets it", async () => {
    const ended = await watched((before) => {
      const [first] = before.sockets;
      if (first?.peer.closed !== false) return undefined;
      setEntry(
        before,
        "sockets",
        0,
        copyWith(first, { peer: copyWith(first.peer, { fin: true }, spread) }, spread),
      );
      return before;
    });
    expect(ended.names).toEqual(["sockets.length", "sockets[0].peer.closed", "sockets[0].id"]);
    const given = await watched((before) => {
      const [first, second] = before.sockets;
      if (first === undefined || second === undefined) return undefined;
      return copyWith(before, { sockets: [first, copyWith(second, { peer: first.peer }, spread)] }, spread);
    });
    expect(given.names).toContain("sockets[0].peer.said");
    expect(given.finished?.state.sockets[1]?.peer).toBe(given.state.sockets[0]?.peer);
    const fresh = await watched((before) => {
      const [first] = before.sockets;
      if (first === undefined) return undefined;
      const third = { ...mustGet(given.state.sockets[0], "a socket"), id: 3 as never, peer: first.peer };
      return copyWith(before, { sockets: [...before.sockets, third] }, spread);
    });
    expect(fresh.names).toContain("sockets[0].peer.said");
    expect(fresh.finished?.state.sockets[2]?.peer).toEqual(given.state.sockets[0]?.peer);
  });

  it("does not note how many entries a table has where one is asked for, or replaced, and there is one", async () => {
    const { names, finished, space, vector, state } = await watched((before) => {
      const second = mustGet(entryAt(before, "sockets", 1), "a socket");
      setEntry(before, "sockets", 1, copyWith(second, { stage: "closed" }, spread));
      return entryAt(before, "sockets", 1)?.stage === "closed" ? before : undefined;
    });
    expect(names).toEqual(["sockets[1].id"]);
    const [first, second, ...more] = state.sockets;
    expect(more).toEqual([]);
    const change = mustGet(finished?.change[0], "a change");
    // It is the same change of a table with more entries.
    const third = { ...mustGet(first, "a socket"), id: 3 as never };
    const longer = new Int32Array(STATE_WORDS);
    space.write({ ...state, sockets: [...state.sockets, third] }, longer);
    const expected = new Int32Array(STATE_WORDS);
    const closed = { ...mustGet(second, "a socket"), stage: "closed" as const };
    space.write({ ...state, sockets: [mustGet(first, "a socket"), closed, third] }, expected);
    expect(space.apply(change, longer[change.slot] as number)).toBe(expected[change.slot]);
    expect(vector[change.slot]).not.toBe(expected[change.slot]);
    const absent = await watched((before) => {
      entryAt(before, "sockets", 2);
      return undefined;
    });
    expect(absent.names).toEqual(["sockets.length"]);
    const asked = await watched((before) => {
      setEntry(before, "sockets", 0, mustGet(entryAt(before, "sockets", 0), "a socket"));
      return before.sockets.length === 2 ? before : undefined;
    });
    expect(asked.names).toEqual(["sockets.length"]);
  });

  it("knows which entries a step has replaced without noting the others", async () => {
    const { names } = await watched((before) => {
      const after = copyWith(before, {}, spread);
      expect(changedEntries(after, before, "locks")).toEqual([]);
      const first = mustGet(entryAt(after, "locks", 0), "a lock");
      setEntry(after, "locks", 0, copyWith(first, { state: "ok" }, spread));
      expect(changedEntries(after, before, "locks").map(({ was, now }) => [was?.state, now?.state])).toEqual([
        ["held", "ok"],
      ]);
      return undefined;
    });
    expect(names).toEqual(["locks[0].state"]);
  });

  it("does not depend on the memory of an object whose life it ends", async () => {
    const { names, finished, space, vector } = await watched((before) => {
      const actor = mustGet(entryAt(before, "actors", 0), "an object");
      setEntry(before, "actors", 0, copyWith(actor, { context: "aborted", instanceRef: 0 }, spread));
      return before;
    });
    expect(names).toEqual(["actors[0].id"]);
    const { change, state: after } = mustGet(finished, "a change");
    const expected = new Int32Array(STATE_WORDS);
    space.write(after, expected);
    for (const one of change) vector[one.slot] = space.apply(one, vector[one.slot] as number);
    expect(vector).toEqual(expected);
  });
});
