/*
 * What `rootsOf` must know: every address on a heap that the state holds anywhere. And that no time counts in a key.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mustGet } from "../base/assert.ts";
import { encode, heapOf, lifetimesOf, rootsOf } from "./encode.ts";
import { enabled, initial, step } from "./model.ts";
import type { World } from "./setup.ts";
import type { State } from "./state.ts";
import { logs, setup, walk } from "./testing.ts";

/** Handlers that leave promises and functions in every place of the state that takes one. */
const BODIES = [
  `
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    const reader = socket.readable.getReader();
    report("ready", writer.ready); report("closed", writer.closed); report("ended", reader.closed);
    storage.put("a", 1);
    writer.write(bytes("x")).catch(() => {});
    reader.read().catch(() => {});
    setTimeout(() => console.log(path), 2);
    report("sync", storage.sync());
    await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(3); await storage.get("missing"); });
    report("end", writer.close()); report("close", socket.close());
    await this.ctx.blockConcurrencyWhile(() => scheduler.wait(1));
    return new Response("ok");`,
  `
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    let to;
    const source = new ReadableStream({ start(given) { to = given; } });
    report("piped", source.pipeTo(socket.writable));
    to.enqueue(bytes("one"));
    storage.put("a", 1);
    await scheduler.wait(1);
    to.enqueue(bytes("two")); to.close();
    report("fetched", fetch("http://peer/"));
    return new Response(new ReadableStream({ start(controller) { controller.enqueue(bytes("body")); } }));`,
  `
    storage.put("a", 1);
    const { readable, writable } = new IdentityTransformStream();
    report("read", readable.getReader().read());
    report("written", writable.getWriter().write(bytes("x")));
    await scheduler.wait(1);
    return new Response("ok");`,
];

/** Every address in a value, with the path to it: what is named `...Ref`, and not 0. */
function addresses(
  value: unknown,
  path = "",
): readonly { readonly path: string; readonly address: number }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === "machine" || name === "setup") return [];
    const here = `${path}.${name}`;
    return name.endsWith("Ref") && typeof inner === "number" && inner !== 0
      ? [{ path: here, address: inner }]
      : addresses(inner, here);
  });
}

const runs = { numRuns: 200, seed: 20_261_125 };

describe(`the addresses that a state holds on heaps (${runs.numRuns} cases, seed ${runs.seed})`, () => {
  it("are all known to rootsOf while their object lives, in any place of the state and in the midst of tasks", () => {
    const seen = new Set<string>();
    const setups = fc
      .record({
        body: fc.constantFrom(...BODIES),
        backend: fc.constantFrom("sqlite" as const, "cache" as const),
        scheduling: fc.constantFrom("strict" as const, "relaxed" as const),
      })
      .map(({ body, ...world }) => setup(body, "main", { ...world, requests: ["/1", ["/2", "/3"]] }));
    fc.assert(
      fc.property(setups, fc.array(fc.nat(30), { maxLength: 60 }), (from, picks) => {
        let { state } = initial(from) as { state: State };
        for (const pick of picks) {
          const choices = enabled(state);
          const choice = choices[pick % Math.max(choices.length, 1)];
          if (choice === undefined) return;
          state = step(state, choice.choice).state;
          if (state.actors.some(({ context }) => context !== "live")) return;
          const known = new Set(state.actors.flatMap((actor) => rootsOf(state, actor)));
          // A read that was delivered has nothing more to say.
          const waiting = JSON.stringify([state.runq, state.actors.map(({ inputQueue }) => inputQueue)]);
          const over = state.reads.filter(
            ({ id, done }) => done && !waiting.includes(`"storage-read","read":${id}`),
          );
          // Nor has a wait that has passed: what it wakes is in the queue.
          const rest = {
            ...state,
            reads: state.reads.filter((read) => !over.includes(read)),
            waiters: state.waiters.filter((waiter) => waiter.state === "waiting"),
          };
          const unknown = addresses(rest).filter(({ address }) => !known.has(address));
          expect(unknown.map(({ path }) => path)).toEqual([]);
          for (const { path } of addresses(state)) seen.add(path.replace(/^.*\./, ""));
        }
      }),
      runs,
    );
    expect([...seen].toSorted()).toEqual(
      expect.arrayContaining([
        "bodyRef",
        "callbackRef",
        "functionRef",
        "instanceRef",
        "openedRef",
        "promiseRef",
        "readRef",
      ]),
    );
  });
});

describe("a promise of a socket", () => {
  const heapAfter = (body: string, keys: readonly string[], path = "/"): string => {
    const { state } = walk(setup(body, "ungated", { requests: [path] }), keys);
    return heapOf(state, mustGet(state.actors[0], "an object"));
  };

  it("counts once it has settled where the handler can ask for it, and nowhere else", () => {
    const heapWith = (kept: string): string =>
      heapAfter(
        `
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    ${kept}
    return new Response("ok");`,
        ["r1", "x1", "*"],
      );
    const error = "proxy request failed";
    expect(heapWith("")).not.toContain(error);
    expect(heapWith("this.kept = connect;")).not.toContain(error);
    expect(heapWith("this.kept = socket;")).toContain(error);
    expect(heapWith("this.kept = () => socket;")).toContain(error);
    // writer.close() waits for it.
    expect(heapWith("this.kept = socket.writable;")).toContain(error);
    expect(heapWith("this.kept = socket.writable.getWriter();")).toContain(error);
  });

  it("counts until then in any case: whoever waits for it will hear of it", () => {
    for (const name of ["opened", "closed"]) {
      const body = `
    const promise = connect("peer:9000").${name};
    if (path === "/1") promise.catch(() => {});
    return new Response("ok");`;
      expect(heapAfter(body, ["r1"], "/1")).not.toBe(heapAfter(body, ["r1"], "/2"));
      expect(heapAfter(body, ["r1"], "/3")).toBe(heapAfter(body, ["r1"], "/2"));
    }
  });
});

describe("what is alive behind a socket", () => {
  const BODY = `
    storage.put("a", 1);
    this.sockets = [connect("a:1"), connect("b:2")];
    return new Response("ok");`;
  const { state } = walk(setup(BODY), ["r1"]);
  const [first, second] = state.sockets.map((socket) => lifetimesOf(state, socket));
  const [socket] = state.sockets;
  const ofFirst = (patch: Partial<State>): string =>
    lifetimesOf({ ...state, ...patch }, mustGet(patch.sockets?.[0] ?? socket, "a socket"));

  it("is told by types and by what points from there and to there, whatever was made first", () => {
    expect(first).toContain("connectionStream");
    expect(first?.replaceAll("of 1", "of 2")).toBe(second);
    expect(ofFirst({ borrows: state.borrows.toReversed() })).toBe(first);
    const stream = socket?.things.connectionStream;
    const borrows = state.borrows.filter(({ target }) => target !== stream);
    expect(borrows.length).toBeLessThan(state.borrows.length);
    expect(ofFirst({ borrows })).not.toBe(first);
    const killed = (id: number | undefined): string =>
      ofFirst({
        things: state.things.map((thing) => (thing.id === id ? { ...thing, alive: false } : thing)),
      });
    expect(killed(stream)).not.toBe(first);
    // What it points to, too; nothing of the other one does it.
    expect(killed(state.actors[0]?.gateThing)).not.toBe(first);
    expect(killed(state.sockets[1]?.things.connectionStream)).toBe(first);
  });

  it("is nothing where nothing was made for it", () => {
    const bare = state.sockets.map((one) => ({ ...one, things: {} }));
    expect(ofFirst({ sockets: bare })).toBe("");
  });
});

describe("a promise that only a wait at the gate holds", () => {
  it("outlives the heap's cleaning", () => {
    const body = `
    storage.put("a", 1);
    const { readable, writable } = new IdentityTransformStream();
    report("read", readable.getReader().read());
    writable.getWriter().write(bytes("x"));
    for (let i = 0; i < 2_500; i++) bytes("garbage");
    return new Response("ok");`;
    expect(logs(walk(setup(body), ["*"]).records)).toEqual(["read"]);
  });
});

describe("when the far end does what its plan says", () => {
  const BODY = `
    if (path === "/put") storage.put("a", 1);
    else this.writer = connect("peer:9000").writable.getWriter();
    if (path === "/end") this.writer.close();
    return new Response("ok");`;
  /** The keys after a step of the far end and the commit, taken in either order: in one of them the step is taken later. */
  const keysAfter = (world: Partial<World>, before: readonly string[], theirs: string): readonly string[] => {
    const from = setup(BODY, "main", { commitMs: 90, ...world });
    const orders = [
      [theirs, "cd1"],
      ["cd1", theirs],
    ];
    return orders.map((order) => encode(walk(from, [...before, ...order]).state));
  };

  it.each<World["peer"]>([
    { rstAfterMs: 20 },
    { finAfterMs: 20 },
    { readAfterMs: 20 },
    { returnsAfterMs: 20 },
    { throwsAfterMs: 20 },
  ])("makes no difference to a key: %o", (peer) => {
    const world = { service: "worker", requests: [["/open", "/put"]] } as const;
    const [early, late] = keysAfter({ ...world, peer }, ["r1"], "a1");
    expect(late).toBe(early);
    const [without] = keysAfter(world, ["r1"], "a1");
    expect(without === early).toBe("readAfterMs" in peer);
  });

  it("makes none either when it speaks after a FIN", () => {
    const peer = { holdOpen: true, sayAfterFinMs: 20 };
    const [early, late] = keysAfter(
      { peer, requests: ["/end", "/put"] },
      ["r1", "a1", "n1", "p1", "r2"],
      "v1",
    );
    expect(late).toBe(early);
  });
});
