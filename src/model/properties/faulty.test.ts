/*
 * Each property is seen to catch a model that is wrong. Where a design breaks it, that is shown in verdicts.test.ts; here
 * one function of the model is replaced by a wrong one.
 */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type ActorId, ms } from "../../base/ids.ts";
import { simulate } from "../../run/simulate.ts";
import type { Draft } from "../draft.ts";
import { destroyThing } from "../lifetimes/things.ts";
import type { World } from "../setup.ts";
import { setup, walk } from "../testing.ts";
import { debtsOf, judgeRecord, judgeRest } from "./index.ts";

/** What is wrong with the model now. */
const fault = vi.hoisted(() => ({ now: "" }));
beforeEach(() => {
  fault.now = "";
});

vi.mock("../gate.ts", async (original) => {
  const real = await original<typeof import("../gate.ts")>();
  const faulty: typeof real = {
    ...real,
    waitAtGate(d, actorId, wait) {
      if (fault.now !== `${wait.output.type} does not wait`) return real.waitAtGate(d, actorId, wait);
      const { locks } = d.actor(actorId);
      d.patchActor(actorId, { locks: [] });
      const waiter = real.waitAtGate(d, actorId, wait);
      d.patchActor(actorId, { locks });
      return waiter;
    },
    takeLock(d, actorId, commit) {
      const lock = real.takeLock(d, actorId, commit);
      if (fault.now === "waits take later locks into account") {
        for (const { id, upto, state } of d.s.waiters)
          if (state === "waiting") d.patchWaiter(id, { upto: upto + 1 });
      }
      return lock;
    },
    releaseLock(d, actorId, lock) {
      if (fault.now === "the first release lets all pass") {
        for (const { id, task } of d.s.waiters) {
          d.patchWaiter(id, { state: "passed" });
          d.armDepthFirst(task);
        }
      }
      if (fault.now === "a release wakes nobody") d.patchLock(lock, { state: "ok" });
      else real.releaseLock(d, actorId, lock);
    },
    breakGate(d, actorId, lock, error) {
      if (fault.now === "a failure breaks nothing") return;
      if (fault.now === "a lock is rejected and nothing said")
        return d.patchLock(lock, { state: "failed", error });
      if (fault.now === "rejected, then broken") d.patchLock(lock, { state: "failed", error });
      if (fault.now === "waits learn first") {
        d.patchLock(lock, { state: "failed", error });
        real.settleWaiters(d, actorId);
      }
      real.breakGate(d, actorId, lock, error);
    },
  };
  return faulty;
});

vi.mock("../commits.ts", async (original) => {
  const real = await original<typeof import("../commits.ts")>();
  const { releaseLock } = await import("../gate.ts");
  const faulty: typeof real = {
    ...real,
    startCommit(d, id) {
      const isHolding = d.s.waiters.some(({ state }) => state === "waiting");
      if (fault.now === "a commit waits for what the gate holds" && isHolding) return;
      real.startCommit(d, id);
      const { lock, actor } = d.commit(id);
      if (fault.now === "released when sent" && lock !== null) releaseLock(d, actor, lock);
    },
    lockTimesOut(d, lock) {
      if (fault.now === "no time limit") d.patchLock(lock, { takenAt: ms(1e6) });
      else real.lockTimesOut(d, lock);
    },
  };
  return faulty;
});

vi.mock("../storage.ts", async (original) => {
  const real = await original<typeof import("../storage.ts")>();
  const { takeLock } = await import("../gate.ts");
  const faulty: typeof real = {
    ...real,
    acceptWrite(d, actorId, request) {
      real.acceptWrite(d, actorId, request);
      const { openCommit } = d.actor(actorId);
      if (fault.now === "every write locks" && !request.confirmed && openCommit !== null)
        takeLock(d, actorId, openCommit);
    },
  };
  return faulty;
});

vi.mock("../input-gate.ts", async (original) => {
  const real = await original<typeof import("../input-gate.ts")>();
  const isOpen = (): boolean => fault.now === "the dead speak" || fault.now === "the old life answers";
  const faulty: typeof real = {
    ...real,
    passesInputGate: (d, task) => isOpen() || real.passesInputGate(d, task),
  };
  return faulty;
});

vi.mock("../object.ts", async (original) => {
  const real = await original<typeof import("../object.ts")>();
  const first = 1 as ActorId;
  const isOld = (d: Draft): boolean => fault.now === "the old life answers" && d.s.actors.length > 0;
  const faulty: typeof real = {
    ...real,
    liveActor: (d, name) => (isOld(d) ? first : real.liveActor(d, name)),
  };
  return faulty;
});

vi.mock("../writable.ts", async (original) => {
  const real = await original<typeof import("../writable.ts")>();
  const faulty: typeof real = {
    ...real,
    finishFront(d, id) {
      const { queue } = d.socket(id);
      const event = real.finishFront(d, id);
      if (fault.now === "sent twice" && event.type === "write" && event.write === 1) {
        fault.now = "";
        d.patchSocket(id, { queue: queue.map((entry) => ({ ...entry, sent: false })) });
        d.armBreadthFirst({ type: "dispatch", socket: id, cause: null });
      }
      return event;
    },
    pump(d, id) {
      if (fault.now !== "the network takes nothing") real.pump(d, id);
    },
    flushWritable(d, id) {
      if (fault.now !== "the flush is forgotten") real.flushWritable(d, id);
    },
  };
  return faulty;
});

vi.mock("../settle.ts", async (original) => {
  const real = await original<typeof import("../settle.ts")>();
  const faulty: typeof real = {
    ...real,
    settleOpened(d, id, error) {
      if (fault.now === "opened is forgotten") return;
      real.settleOpened(d, id, error);
      if (fault.now !== "opened settles twice") return;
      d.patchSocket(id, { opened: "pending" });
      real.settleOpened(d, id, error);
    },
    settleClosed(d, id, error) {
      real.settleClosed(d, id, fault.now === "closed resolves" ? null : error);
    },
  };
  return faulty;
});

vi.mock("../network.ts", async (original) => {
  const real = await original<typeof import("../network.ts")>();
  const faulty: typeof real = {
    ...real,
    sendSyn(d, id) {
      if (fault.now === "the connection never starts") return;
      real.sendSyn(d, id);
      const { actor, section } = d.socket(id);
      if (fault.now === "opened is told at once")
        d.armBreadthFirst({ type: "js", actor, section, entry: { type: "opened", socket: id }, cause: null });
    },
  };
  return faulty;
});

vi.mock("../lifetimes/connection.ts", async (original) => {
  const real = await original<typeof import("../lifetimes/connection.ts")>();
  const faulty: typeof real = {
    ...real,
    dropConnection(d, id, reason) {
      const { connectionStream, connectFrame: holder, tlsStarter: target } = d.socket(id).things;
      if (fault.now === "the stream goes first") destroyThing(d, connectionStream, reason);
      if (fault.now === "a frame runs on" && holder !== undefined && target !== undefined)
        d.emit({ kind: "dead-read", holder, target, edge: "D3" });
      real.dropConnection(d, id, reason);
    },
  };
  return faulty;
});

const EVERYTHING = `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("count", 1);
    const writer = socket.writable.getWriter();
    writer.write(bytes("one"));
    writer.write(bytes("two"));
    await writer.close();
    await socket.close();
    return new Response("ok");`;
const TWO_COMMITS = `
    storage.put("a", 1);
    await scheduler.wait(1);
    storage.put("b", 2);
    connect("peer:9000");
    return new Response("ok");`;
const CONNECT_BETWEEN = `
    storage.put("a", 1);
    connect("peer:9000");
    await scheduler.wait(1);
    storage.put("b", 2);
    return new Response("ok");`;
const PIPE = `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("count", 1);
    const source = new ReadableStream({ start(to) { to.enqueue(bytes("one")); } });
    source.pipeTo(socket.writable, { preventClose: true });
    return new Response("ok");`;
const START_TLS = `
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    await socket.opened;
    storage.put("count", 1);
    await socket.startTls().opened;
    return new Response("ok");`;
const UNCONFIRMED = `
    storage.put("count", 1, { allowUnconfirmed: true });
    return new Response("ok");`;
const READ = `
    storage.put("count", 1);
    await storage.get("missing");
    return new Response("ok");`;

/** How a run violates a property, in words: along it, and by what it owes at its end. */
function violations(
  property: string,
  body: string,
  keys: readonly string[],
  world: Partial<World> = {},
): readonly string[] {
  const { records, state } = walk(setup(body, "main", world), keys);
  const along = records.filter((record) => record.kind === "violation");
  return [...along, ...judgeRest(state)].flatMap((found) =>
    found.property === property ? [found.text] : [],
  );
}

describe("a model that is wrong is caught by the property that speaks about it", () => {
  const cases: readonly [string, string, readonly string[], string, readonly string[], Partial<World>?][] = [
    [
      "S1",
      "connect does not wait",
      ['the connection to peer:9000 leaves although put "a" is not durable'],
      CONNECT_BETWEEN,
      ["*"],
    ],
    [
      "S2",
      "write does not wait",
      [
        'write 1 of socket 1 (3 B) leaves although put "count" is not durable',
        'write 2 of socket 1 (3 B) leaves although put "count" is not durable',
      ],
      EVERYTHING,
      ["*"],
    ],
    [
      "S3",
      "fin does not wait",
      ['the FIN of socket 1 leaves although put "count" is not durable'],
      EVERYTHING.replace('writer.write(bytes("one"));', "").replace('writer.write(bytes("two"));', ""),
      ["*"],
    ],
    [
      "S3c",
      "close does not wait",
      ['the close of socket 1 leaves although put "count" is not durable'],
      EVERYTHING.replace("await writer.close();", "").replaceAll(/writer\.write.*;/g, ""),
      ["*"],
    ],
    [
      "S2p",
      "pipe does not wait",
      ['piped chunk 1 of socket 1 (3 B) leaves although put "count" is not durable'],
      PIPE,
      ["*"],
    ],
    [
      "S3t",
      "start-tls does not wait",
      ['the ClientHello of socket 1 leaves although put "count" is not durable'],
      START_TLS,
      ["*"],
      { peer: { tls: true } },
    ],
    [
      "SR",
      "response does not wait",
      ['the response 200 leaves although put "count" is not durable'],
      UNCONFIRMED.replace(", { allowUnconfirmed: true }", ""),
      ["*"],
    ],
    [
      "S4",
      "connect does not wait",
      ["the connection to peer:9000 was observable, and what it depends on has failed"],
      CONNECT_BETWEEN,
      ["r1", "cf1", "*"],
    ],
    [
      "S5",
      "waits take later locks into account",
      ["wait 1 has got other locks to wait for"],
      CONNECT_BETWEEN,
      ["*"],
    ],
    [
      "S5",
      "a release wakes nobody",
      [
        "wait 1 goes on waiting although all of its own locks have settled",
        "wait 1 goes on waiting although all of its own locks have settled",
        "wait 2 goes on waiting although all of its own locks have settled",
      ],
      CONNECT_BETWEEN,
      ["*"],
    ],
    [
      "S6",
      "the first release lets all pass",
      [
        "wait 1 has settled although lock 2 before it is held",
        "wait 2 has settled although lock 2 before it is held",
      ],
      TWO_COMMITS,
      ["r1", "t1", "*"],
    ],
    [
      "S7",
      "released when sent",
      [
        "lock 1 is released although commit 1 is not durable",
        "lock 2 is released although commit 2 is not durable",
        "commit 2 starts, and no lock is held for its confirmed writes",
      ],
      CONNECT_BETWEEN,
      ["*"],
    ],
    ["S8", "sent twice", ["write 1 of socket 1 is sent again or out of its order"], EVERYTHING, ["*"]],
    ["S9", "opened settles twice", ["socket 1 opened settles a second time"], EVERYTHING, ["*"]],
    [
      "S9",
      "opened is told at once",
      ["socket 1 opened resolves, and the far end has not accepted"],
      EVERYTHING,
      ["*"],
    ],
    [
      "S10",
      "the dead speak",
      ["JavaScript runs (a read is answered) although the object was reset"],
      READ,
      ["r1", "cf1", "rd1"],
      { backend: "cache" },
    ],
    [
      "S11",
      "waits learn first",
      ["wait 1 learns of the failure of lock 1 before the object is reset"],
      CONNECT_BETWEEN,
      ["r1", "cf1"],
    ],
    [
      "S12",
      "the old life answers",
      ["request 2 is delivered to a life that was reset"],
      UNCONFIRMED,
      ["r1", "cf1", "*"],
      { requests: ["/1", "/2"] },
    ],
    [
      "S13",
      "the stream goes first",
      ["the connection stream is destroyed while its watch task is not cancelled"],
      EVERYTHING,
      ["*"],
    ],
    [
      "S13",
      "a frame runs on",
      ["a pointer that was borrowed (D3) is read after what it points to was destroyed"],
      EVERYTHING,
      ["*"],
    ],
    [
      "S15",
      "every write locks",
      ["lock 1 is taken although no write of commit 1 is confirmed"],
      UNCONFIRMED,
      ["*"],
    ],
    [
      "S15",
      "a failure breaks nothing",
      ["commit 1 fails, and the gate is not broken"],
      UNCONFIRMED,
      ["r1", "cf1"],
    ],
    [
      "S16",
      "rejected, then broken",
      ["lock 1 has failed, and the gate is not broken"],
      CONNECT_BETWEEN,
      ["r1", "cf1"],
    ],
    [
      "S16",
      "a lock is rejected and nothing said",
      ["lock 1 has failed, and the gate is not broken"],
      CONNECT_BETWEEN,
      ["r1", "cf1"],
    ],
    [
      "L1",
      "a failure breaks nothing",
      ["lock 1 is held and nothing will release it"],
      CONNECT_BETWEEN,
      ["r1", "cf1", "*"],
    ],
    [
      "L2",
      "the connection never starts",
      ["the gate has let connect() through and it has not begun (socket 1)"],
      CONNECT_BETWEEN,
      ["*"],
    ],
    [
      "L3",
      "opened is forgotten",
      ["the far end has answered and opened has not settled (socket 1)"],
      EVERYTHING,
      ["*"],
    ],
    ["L4", "a commit waits for what the gate holds", ["commit 1 never goes out"], CONNECT_BETWEEN, ["r1"]],
    ["L5", "the network takes nothing", ["write 1 may go and does not (socket 1)"], EVERYTHING, ["*"]],
    [
      "L6",
      "the flush is forgotten",
      ["opened has settled and close() has not (socket 1)"],
      EVERYTHING.replace("await writer.close();", ""),
      ["*"],
    ],
    [
      "O1",
      "closed resolves",
      ["socket 1 opened rejects, and closed has resolved"],
      EVERYTHING,
      ["*"],
      { peer: { refuse: true } },
    ],
  ];
  for (const [property, wrong, says, body, keys, world] of cases) {
    it(`${property}: ${wrong}`, () => {
      expect(violations(property, body, keys, world)).toEqual([]);
      fault.now = wrong;
      expect(violations(property, body, keys, world)).toEqual(says);
    });
  }
});

describe("a finished run", () => {
  it("ends with what is owed for ever, told in its last step", () => {
    fault.now = "the connection never starts";
    const run = simulate(setup(CONNECT_BETWEEN), []);
    expect(run.ok).toBe(true);
    if (!run.ok) return;
    const { records, steps } = run.value;
    expect(records.at(-1)).toMatchObject({
      kind: "violation",
      property: "L2",
      text: "the gate has let connect() through and it has not begun (socket 1)",
      index: records.length - 1,
      step: steps.length - 1,
    });
    expect(steps.at(-1)?.endRecord).toBe(records.length);
  });
});

describe("the right model", () => {
  it("says at which record and why a property is violated", () => {
    fault.now = "write does not wait";
    const { records } = walk(setup(EVERYTHING), ["*"]);
    const violation = records.find((record) => record.kind === "violation" && record.property === "S2");
    expect(violation).toMatchObject({
      property: "S2",
      title: "No early bytes",
      actor: 1,
      text: 'write 1 of socket 1 (3 B) leaves although put "count" is not durable',
    });
    expect(records[violation?.cause ?? -1]).toMatchObject({
      kind: "output-passes",
      output: { type: "write" },
    });
  });

  it("resolves a write() only when its bytes are on the wire (S8)", () => {
    const { records, state } = walk(setup(EVERYTHING), ["*"]);
    const resolved = records.find(
      (record) => record.kind === "promise-settles" && record.promise === "socket 1 write 2",
    );
    expect(resolved).toBeDefined();
    if (resolved === undefined) return;
    expect(judgeRecord(state, resolved)).toEqual([]);
    const [seen] = state.seen;
    const before = {
      ...state,
      seen: seen === undefined ? [] : [{ ...seen, sent: 1 }],
    };
    expect(judgeRecord(before, resolved)).toMatchObject([{ property: "S8" }]);
  });

  it("asks for a lock at the start of a commit, but not once another of the object has failed (S7)", () => {
    const { records, state } = walk(setup(CONNECT_BETWEEN), ["r1"]);
    const starts = records.find(({ kind }) => kind === "commit-starts");
    const [commit] = state.commits;
    expect(starts).toBeDefined();
    if (starts === undefined || commit === undefined) return;
    const locks = state.locks.map((lock) => ({ ...lock, state: "ok" as const }));
    const beside = (other: Partial<typeof commit>): readonly string[] => {
      const commits = [commit, { ...commit, id: 2 as typeof commit.id, ...other }];
      return judgeRecord({ ...state, locks, commits }, starts).map(({ property }) => property);
    };
    expect(judgeRecord(state, starts)).toEqual([]);
    expect(beside({ state: "failed" })).toEqual([]);
    expect(beside({ state: "durable" })).toEqual(["S7"]);
    expect(beside({ state: "failed", actor: 2 as ActorId })).toEqual(["S7"]);
    expect(beside({ state: "failed", number: 0 })).toEqual(["S7"]);
  });

  it("breaks the gate for a lock that is still held, not for one that was rejected before (S16)", () => {
    const held = walk(setup(CONNECT_BETWEEN), ["r1"]).state;
    const broken = walk(setup(CONNECT_BETWEEN), ["r1", "cf1"]);
    const breaks = broken.records.find(({ kind }) => kind === "gate-breaks");
    expect(breaks).toBeDefined();
    if (breaks === undefined) return;
    expect(judgeRecord(held, breaks)).toEqual([]);
    expect(judgeRecord(broken.state, breaks)).toMatchObject([
      { property: "S16", text: "lock 1 was rejected before the gate broke" },
    ]);
  });

  it("settles nothing once the object is reset, and never with what broke the gate (S10)", () => {
    const { records, state } = walk(setup(EVERYTHING), ["*"]);
    const settles = records.find((record) => record.kind === "promise-settles");
    const [lock] = state.locks;
    expect(settles).toBeDefined();
    if (settles?.kind !== "promise-settles" || lock === undefined) return;
    const error = { message: "the disk is full", flags: {} };
    const failed = { ...state, locks: [{ ...lock, state: "failed" as const, error }] };
    const released = { ...state, locks: [{ ...lock, error }] };
    const says = (judged: typeof state, more: Partial<typeof settles>): readonly string[] =>
      judgeRecord(judged, { ...settles, ...more }).flatMap(({ property, text }) =>
        property === "S10" ? [text] : [],
      );
    const broken = { outcome: "rejected", text: error.message } as const;
    expect(says(failed, broken)).toEqual([`${settles.promise} rejects with what broke the gate`]);
    expect(says(failed, { ...broken, text: "something else" })).toEqual([]);
    expect(says(failed, { ...broken, outcome: "resolved" })).toEqual([]);
    expect(says(failed, { ...broken, actor: null })).toEqual([]);
    expect(says(released, broken)).toEqual([]);
    const reset = walk(setup(EVERYTHING), ["r1", "*"]).state;
    const actors = reset.actors.map((actor) => ({ ...actor, context: "aborted" as const }));
    expect(says({ ...reset, actors }, {})).toEqual([
      `${settles.promise} settles although the object was reset`,
    ]);
  });

  it("destroys an output gate when nobody waits at it any more (S13)", () => {
    const held = walk(setup(CONNECT_BETWEEN), ["r1"]).state;
    const free = walk(setup(CONNECT_BETWEEN), ["*"]).state;
    const [actor] = held.actors;
    const destroyed = walk(setup(CONNECT_BETWEEN), ["r1", "cf1", "*"]).records.find(
      (record) => record.kind === "destroyed" && record.thing === actor?.gateThing,
    );
    expect(destroyed).toBeDefined();
    if (destroyed === undefined || actor === undefined) return;
    const other = { ...actor, id: 2 as ActorId, gateThing: 0 as typeof actor.gateThing };
    const idle = { ...actor, waiting: [] };
    const says = (judged: typeof held): readonly string[] =>
      judgeRecord(judged, destroyed).flatMap(({ property, text }) => (property === "S13" ? [text] : []));
    expect(says(held)).toEqual(["the output gate is destroyed while wait 1 waits at it"]);
    expect(says(free)).toEqual([]);
    expect(says({ ...held, actors: [other, idle] })).toEqual([]);
  });

  it("owes what is held until it is released", () => {
    const held = walk(setup(CONNECT_BETWEEN), ["r1"]).state;
    expect(debtsOf(held)).toMatchObject([
      { property: "L1", of: "lock 1", text: "lock 1 is held and nothing will release it" },
    ]);
    expect(debtsOf(walk(setup(CONNECT_BETWEEN), ["*"]).state)).toEqual([]);
  });

  it("forgets what leaked once it is durable, so that equal futures are equal states", () => {
    fault.now = "connect does not wait";
    expect(walk(setup(CONNECT_BETWEEN), ["r1"]).state.leaked).toHaveLength(1);
    expect(walk(setup(CONNECT_BETWEEN), ["*"]).state.leaked).toEqual([]);
  });
});
