import { describe, expect, it } from "vitest";
import type { SocketId } from "../../base/ids.ts";
import { Draft } from "../draft.ts";
import { enabled } from "../model.ts";
import { PlatformHost } from "../platform.ts";
import type { RecordOf, RunRecord, ThingType } from "../records.ts";
import { DESIGNS, setup, type Walk, walk, walkOn } from "../testing.ts";
import { collectSocket, isHeldByTasks } from "./collection.ts";
import { EDGES, type EdgeId } from "./edges.ts";

const ALL = Object.keys(DESIGNS);
const R1 = ["r1", "r1 fixed"];
const SOCKET = 1 as SocketId;

/** The object ends while its commit is out: nobody waits for it, so its connect is still held when everything is destroyed. */
const ENDS_WHILE_HELD = `
    setTimeout(() => {
      storage.put("a", 1);
      connect("peer:9000");
      setTimeout(() => this.ctx.abort("gone"), 2);
    }, 1);
    return new Response("ok");`;
/** A connection that is open, and closed by the handler. */
const OPENS_AND_CLOSES = `
    const socket = connect("peer:9000");
    await socket.opened;
    await socket.close();
    return new Response("ok");`;

function typesOf(records: readonly RunRecord[]): ReadonlyMap<number, ThingType> {
  return new Map(records.flatMap((record) => (record.kind === "made" ? [[record.thing, record.type]] : [])));
}

/** The types of what was destroyed, in order. */
function destroyed(records: readonly RunRecord[]): readonly ThingType[] {
  const types = typesOf(records);
  return records.flatMap((record) => {
    const type = record.kind === "destroyed" ? types.get(record.thing) : undefined;
    return type === undefined ? [] : [type];
  });
}

function orders(records: readonly RunRecord[]): readonly RecordOf<"fragile-order">[] {
  return records.filter((record) => record.kind === "fragile-order");
}

/** Whether one thing goes before another. */
function goesBefore(records: readonly RunRecord[], first: ThingType, second: ThingType): boolean {
  const order = destroyed(records);
  expect(order).toContain(first);
  expect(order).toContain(second);
  return order.indexOf(first) < order.indexOf(second);
}

function borrows(records: readonly RunRecord[], edge: EdgeId): readonly RecordOf<"borrows">[] {
  return records.filter(
    (record) => record.kind === "borrows" && record.edge === edge,
  ) as RecordOf<"borrows">[];
}

function endsWhileHeld(design: string): readonly RunRecord[] {
  return walk(setup(ENDS_WHILE_HELD, design, { commitMs: 100 }), ["*"]).records;
}

/** The garbage collector takes the socket. */
function collected({ state, records }: Walk, isInContext: boolean, withStreams = true): Walk {
  const d = new Draft(state, (draft, actor) => new PlatformHost(draft, actor));
  collectSocket(d, SOCKET, { isInContext, withStreams });
  return { state: d.s, records: [...records, ...d.records] };
}

describe("the order of destruction", () => {
  it.each(ALL)("numbers every destruction of a run under %s from 1, and says the reason", (design) => {
    const all = endsWhileHeld(design).filter((record) => record.kind === "destroyed");
    expect(all.length).toBeGreaterThan(10);
    expect(all.map((record) => record.order)).toEqual(all.map((_, position) => position + 1));
    for (const { reason } of all) expect(reason).not.toBe("");
  });

  it.each([
    ["ungated", ["tlsStarter", "watchForDisconnectTask"]],
    ["main", ["tlsStarter", "watchForDisconnectTask"]],
    ["r1", ["tlsStarter", "connectTask", "watchForDisconnectTask"]],
    ["r1 fixed", ["connectTask", "tlsStarter", "watchForDisconnectTask"]],
  ])("takes the members of ConnectionData in reverse under %s (K12, MODEL 5.1)", (design, members) => {
    const order = destroyed(endsWhileHeld(design)).filter((type) =>
      ["tlsStarter", "connectTask", "watchForDisconnectTask"].includes(type),
    );
    expect(order).toEqual(members);
  });

  it("destroys the end of the pipe first, then the service call, its copies and the client that are attached to it (K8, K7)", () => {
    const order = destroyed(endsWhileHeld("main"));
    const at = order.indexOf("connectionStream");
    expect(order.slice(at, at + 4)).toEqual([
      "connectionStream",
      "connectFrame",
      "connectCopies",
      "workerInterface",
    ]);
  });

  it("takes an object's sockets newest first, each its ConnectionData, sink and source (MODEL 5.4)", () => {
    const body = ENDS_WHILE_HELD.replace('connect("peer:9000");', 'connect("a:1"); connect("b:2");');
    const { records } = walk(setup(body, "main", { commitMs: 100 }), ["*"]);
    const sockets = new Map(
      records.flatMap((record) => (record.kind === "made" ? [[record.thing, record.socket]] : [])),
    );
    const types = typesOf(records);
    const order = records.flatMap((record) =>
      record.kind === "destroyed" &&
      ["ConnectionData", "writable", "readable"].includes(types.get(record.thing) ?? "")
        ? [`${types.get(record.thing)} ${sockets.get(record.thing)}`]
        : [],
    );
    expect(order).toEqual([
      "ConnectionData 2",
      "writable 2",
      "readable 2",
      "ConnectionData 1",
      "writable 1",
      "readable 1",
    ]);
  });
});

describe("the edges of MODEL 5.2", () => {
  it("names each edge as the table does, and borrows nothing that it does not list", () => {
    expect(Object.keys(EDGES)).toEqual(Array.from({ length: 13 }, (_, index) => `D${index + 1}`));
    const d = new Draft(
      walk(setup(OPENS_AND_CLOSES), ["*"]).state,
      (draft, actor) => new PlatformHost(draft, actor),
    );
    expect(() => collectSocket(d, SOCKET, { isInContext: true, withStreams: true })).not.toThrow();
  });

  it.each(ALL)("D1: the watch task goes before the stream that it watches, under %s", (design) => {
    for (const records of [endsWhileHeld(design), walk(setup(OPENS_AND_CLOSES, design), ["*"]).records]) {
      expect(borrows(records, "D1")).toHaveLength(1);
      expect(goesBefore(records, "watchForDisconnectTask", "connectionStream")).toBe(true);
      expect(orders(records).filter(({ edge }) => edge === "D1")).toEqual([]);
    }
  });

  it("D2: a service that is invoked inside connect() is done with the slot at once, so its order does not matter", () => {
    const { records } = walk(setup(OPENS_AND_CLOSES, "ungated"), ["r1"]);
    const [taken] = borrows(records, "D2");
    const ended = records.find((record) => record.kind === "borrow-ends" && record.edge === "D2");
    expect(ended?.step).toBe(taken?.step);
    expect(orders(endsWhileHeld("ungated")).map(({ edge }) => edge)).toEqual(["D11"]);
  });

  it.each(["autogate on", "main"])(
    "D3: the slot dies before the deferred frame that borrows it under %s, in exactly the order that the review called fragile",
    (design) => {
      const records = endsWhileHeld(design);
      expect(goesBefore(records, "tlsStarter", "connectFrame")).toBe(true);
      const [order] = orders(records).filter(({ edge }) => edge === "D3");
      expect(order).toMatchObject({ verdict: "fragile" });
      expect(order?.text).toContain("safe only because nothing runs in between");
      expect(records.filter((record) => record.kind === "dead-read")).toEqual([]);
    },
  );

  it("D3: has nothing fragile about it once the connect has gone on, or has been rejected by the gate", () => {
    for (const keys of [["*"], ["r1", "cf1", "*"]]) {
      const body = `storage.put("a", 1); const socket = connect("peer:9000"); await socket.opened; await socket.close(); return new Response("ok");`;
      const { records } = walk(setup(body), keys);
      expect(destroyed(records)).toContain("connectFrame");
      expect(orders(records)).toEqual([]);
    }
  });

  it("D4: r1 destroys the slot before connectTask, the fixed one after it", () => {
    expect(goesBefore(endsWhileHeld("r1"), "tlsStarter", "connectTask")).toBe(true);
    expect(orders(endsWhileHeld("r1")).map(({ edge, verdict }) => [edge, verdict])).toContainEqual([
      "D4",
      "fragile",
    ]);
    expect(goesBefore(endsWhileHeld("r1 fixed"), "connectTask", "tlsStarter")).toBe(true);
    expect(orders(endsWhileHeld("r1 fixed")).map(({ edge }) => edge)).toEqual(["D11"]);
  });

  it("D5: the address is read while its Socket is alive, and is not read dead, as moving a string frees nothing", () => {
    const { records } = walk(setup(`storage.put("a", 1); ${OPENS_AND_CLOSES}`, "r1"), ["*"]);
    expect(borrows(records, "D5")).toHaveLength(1);
    expect(records.filter((record) => record.kind === "dead-read")).toEqual([]);
  });

  it("D5: reads freed memory when moving a string is taken to free it, as the review read the code", () => {
    const body = `storage.put("a", 1); ${OPENS_AND_CLOSES}`;
    const from = setup(body, "r1");
    const design = { id: "deferred-r1", stringMoveInvalidates: true } as const;
    const { records } = walk({ ...from, design }, ["*"]);
    const read = records.find((record) => record.kind === "dead-read");
    expect(read).toMatchObject({ edge: "D5" });
    // It is read only when the gate has let the connect through.
    expect(read?.index).toBeGreaterThan(records.findIndex((record) => record.kind === "commit-durable"));
  });

  it("D5: reads freed memory when the Socket can be collected before its status is known and its ConnectionData is queued", () => {
    const body = `storage.put("a", 1); connect("peer:9000"); await scheduler.wait(100); return new Response("ok");`;
    const design = { id: "deferred-r1", statusHoldsSocket: false } as const;
    const held = walk({ ...setup(body, "r1"), design }, ["r1"]);
    const queued = walkOn(collected(held, false), ["*"]);
    expect(queued.records.filter((record) => record.kind === "dead-read").map(({ edge }) => edge)).toEqual([
      "D5",
    ]);
    // Inside of the context ConnectionData goes in the same sweep: the address first, but nothing runs in between.
    const immediate = collected(held, true);
    expect(orders(immediate.records).map(({ edge, verdict }) => [edge, verdict])).toContainEqual([
      "D5",
      "fragile",
    ]);
    expect(walkOn(immediate, ["*"]).records.filter((record) => record.kind === "dead-read")).toEqual([]);
  });

  it("D5: has no such pointer in the fixed revision, which owns its copy, nor in what was merged", () => {
    for (const design of ["r1 fixed", "autogate on", "main", "ungated"])
      expect(borrows(endsWhileHeld(design), "D5")).toEqual([]);
    const own = endsWhileHeld("r1 fixed").find(
      (record) => record.kind === "made" && record.type === "addressStr",
    );
    const types = typesOf(endsWhileHeld("r1 fixed"));
    expect(own?.kind === "made" ? types.get(own.owner ?? 0) : null).toBe("connectTask");
  });

  it.each(R1)("D6: connectTask goes before the IoContext that it refers to, under %s", (design) => {
    expect(borrows(endsWhileHeld(design), "D6")).toHaveLength(1);
    expect(goesBefore(endsWhileHeld(design), "connectTask", "IoContext")).toBe(true);
  });

  it.each(["autogate on", "main"])(
    "D7: the deferred frame goes before the copies it uses, under %s",
    (design) => {
      expect(borrows(endsWhileHeld(design), "D7")).toHaveLength(1);
      expect(goesBefore(endsWhileHeld(design), "connectFrame", "connectCopies")).toBe(true);
    },
  );

  it.each(ALL)(
    "D8: a write that is blocked in the pipe is cancelled before the pipe's end dies, under %s",
    (design) => {
      const body = ENDS_WHILE_HELD.replace(
        'connect("peer:9000");',
        'connect("peer:9000").writable.getWriter().write(bytes("x"));',
      ).replace('storage.put("a", 1);', "");
      const { records } = walk(setup(body, design, { oneWayMs: 50 }), ["*"]);
      expect(borrows(records, "D8").length).toBe(1);
      expect(goesBefore(records, "blockedWrite", "connectionStream")).toBe(true);
      expect(orders(records).filter(({ edge }) => edge === "D8")).toEqual([]);
    },
  );

  it("D9: the filled slot goes before the connection it points to", () => {
    const { records } = walk(setup(OPENS_AND_CLOSES), ["*"]);
    expect(borrows(records, "D9")).toHaveLength(1);
    expect(goesBefore(records, "tlsStarter", "connectionStream")).toBe(true);
    expect(orders(records)).toEqual([]);
  });

  it.each(["r1", "r1 fixed", "autogate on", "main"])(
    "D10: whoever waits at the gate for connect() goes before the gate, under %s",
    (design) => {
      const records = endsWhileHeld(design);
      expect(borrows(records, "D10")).toHaveLength(1);
      expect(goesBefore(records, R1.includes(design) ? "connectTask" : "connectFrame", "OutputGate")).toBe(
        true,
      );
    },
  );

  it.each(ALL)("D11: a lock that is held when the object is destroyed is a hazard, under %s", (design) => {
    const records = endsWhileHeld(design);
    expect(goesBefore(records, "OutputGate", "lockWhileFrame")).toBe(true);
    expect(orders(records).map(({ edge, verdict }) => [edge, verdict])).toContainEqual(["D11", "hazard"]);
  });

  it("D11: is no hazard when every lock has settled", () => {
    const { records } = walk(setup(`storage.put("a", 1); return new Response("ok");`), ["r1", "cf1", "*"]);
    expect(destroyed(records)).toContain("storage");
    expect(orders(records)).toEqual([]);
  });

  const CLOSES_WHILE_HELD = `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("a", 1);
    socket.close();
    await scheduler.wait(100);
    return new Response("ok");`;

  it.each(["ungated", "r1", "autogate on"])(
    "D12: close() goes on with a Socket that has been collected while it waited, under %s",
    (design) => {
      const waiting = walk(setup(CLOSES_WHILE_HELD, design), ["r1", "a1", "n1"]);
      expect(waiting.state.sockets[0]).toMatchObject({ opened: "resolved", isClosing: true });
      const { records } = walkOn(collected(waiting, false), ["*"]);
      expect(records.some((record) => record.kind === "dead-read" && record.edge === "D12")).toBe(true);
    },
  );

  it("D12: the collector may take the Socket while close() waits before main, and may not in main", () => {
    const body = `const close = async () => { const s = connect("peer:1"); await s.opened; storage.put("a", 1); s.close(); };
      await close(); await scheduler.wait(100); return new Response("ok");`;
    const reads = (design: string): readonly string[] | null => {
      const waiting = walk(setup(body, design), ["r1", "a1", "n1"]);
      if (!enabled(waiting.state).some(({ key }) => key === "gc1")) return null;
      return walkOn(waiting, ["gc1", "*"]).records.flatMap((record) =>
        record.kind === "dead-read" ? [record.edge] : [],
      );
    };
    for (const design of ["ungated", "r1", "autogate on"]) expect(reads(design)).toContain("D12");
    expect(reads("main")).toBe(null);
  });

  it("D5: the collector may take a Socket before it is open only with the switch off, and the task then reads freed memory", () => {
    const body = `const open = () => { connect("peer:1"); }; storage.put("a", 1); open(); await scheduler.wait(100); return new Response("ok");`;
    for (const statusHoldsSocket of [true, false]) {
      const from = { ...setup(body), design: { id: "deferred-r1", statusHoldsSocket } as const };
      const held = walk(from, ["r1"]);
      expect(enabled(held.state).some(({ key }) => key === "gc1")).toBe(!statusHoldsSocket);
      if (statusHoldsSocket) continue;
      const { records } = walkOn(held, ["gc1", "*"]);
      expect(records.flatMap((record) => (record.kind === "dead-read" ? [record.edge] : []))).toEqual(["D5"]);
    }
  });

  it("D12: main holds the Socket strongly while close() waits", () => {
    const waiting = walk(setup(CLOSES_WHILE_HELD), ["r1", "a1", "n1"]);
    const d = new Draft(waiting.state, (draft, actor) => new PlatformHost(draft, actor));
    expect(isHeldByTasks(d, SOCKET)).toBe(true);
    expect(walkOn(waiting, ["*"]).records.filter((record) => record.kind === "dead-read")).toEqual([]);
  });

  it("D13: the status continuation holds the Socket until the connection's status is known", () => {
    const body = `connect("peer:9000"); await scheduler.wait(100); return new Response("ok");`;
    const held = (keys: readonly string[], design = DESIGNS.main): boolean => {
      const { state } = walk({ ...setup(body), design: design ?? { id: "main" } }, keys);
      return isHeldByTasks(new Draft(state, (draft, actor) => new PlatformHost(draft, actor)), SOCKET);
    };
    expect(held(["r1", "a1"])).toBe(true);
    expect(held(["r1", "a1", "n1"])).toBe(false);
    expect(held(["r1", "a1"], { id: "deferred-r1", statusHoldsSocket: false })).toBe(false);
  });
});

describe("the deletion queue (MODEL 5.4)", () => {
  const OPEN = `
    connect("peer:9000", { allowHalfOpen: true });
    await scheduler.wait(100);
    console.log("entered");
    return new Response("ok");`;

  it("keeps ConnectionData of a Socket that was collected outside of its context until the context is entered", () => {
    const { records } = walkOn(collected(walk(setup(OPEN, "ungated"), ["r1", "a1", "n1"]), false), ["*"]);
    const queued = records.findIndex((record) => record.kind === "deletion-queued");
    const types = typesOf(records);
    const gone = records.findIndex(
      (record) => record.kind === "destroyed" && types.get(record.thing) === "ConnectionData",
    );
    const entered = records.findLastIndex((record) => record.kind === "turn-begins");
    expect(queued).toBeGreaterThan(0);
    expect(gone).toBeGreaterThan(entered);
    expect(gone).toBeLessThan(records.findIndex((record) => record.kind === "log"));
    expect(
      records.findIndex((record) => record.kind === "outside" && record.event.type === "fin-sent"),
    ).toBeGreaterThan(entered);
  });

  it("destroys it at once when JavaScript of its context is running", () => {
    const { records } = collected(walk(setup(OPEN, "ungated"), ["r1", "a1", "n1"]), true);
    expect(records.filter((record) => record.kind === "deletion-queued")).toEqual([]);
    expect(destroyed(records)).toContain("ConnectionData");
  });

  it("wakes the context under main, so that the connection ends without a turn", () => {
    const { records } = walkOn(collected(walk(setup(OPEN), ["r1", "a1", "n1"]), false), ["s1"]);
    expect(destroyed(records)).toContain("ConnectionData");
    const queued = records.findIndex((record) => record.kind === "deletion-queued");
    expect(records.slice(queued).map(({ kind }) => kind)).not.toContain("turn-begins");
  });
});

describe("when ConnectionData may die while the stream lives on (MODEL 5.5)", () => {
  const OPEN = `
    connect("peer:9000", { allowHalfOpen: true });
    await scheduler.wait(100);
    return new Response("ok");`;

  it("lets the streams that JavaScript kept hold the connection when their Socket is collected", () => {
    const { records, state } = collected(walk(setup(OPEN), ["r1", "a1", "n1"]), true, false);
    expect(destroyed(records)).toContain("ConnectionData");
    expect(destroyed(records)).not.toContain("connectionStream");
    expect(state.sockets[0]?.torn).toBe(false);
  });

  it("does not come to that before the connection is open, except with the switch that lets the Socket go", () => {
    const held = (design: (typeof DESIGNS)[string]): boolean => {
      const { state } = walk({ ...setup(`storage.put("a", 1); ${OPEN}`), design }, ["r1"]);
      return isHeldByTasks(new Draft(state, (draft, actor) => new PlatformHost(draft, actor)), SOCKET);
    };
    for (const design of Object.values(DESIGNS)) expect(held(design)).toBe(true);
    expect(held({ id: "deferred-r1", statusHoldsSocket: false })).toBe(false);
  });

  it("loses the held connect of r1 with its ConnectionData: connectTask is cancelled, and nothing is ever seen", () => {
    const design = { id: "deferred-r1", statusHoldsSocket: false } as const;
    const held = walk({ ...setup(`storage.put("a", 1); ${OPEN}`), design }, ["r1"]);
    const { records } = walkOn(collected(held, true, false), ["*"]);
    expect(records.filter((record) => record.kind === "output-dropped")).toMatchObject([
      { output: { type: "connect" }, why: "its connectTask was destroyed with ConnectionData" },
    ]);
    expect(records.some((record) => record.kind === "outside" && record.event.type === "syn")).toBe(false);
  });

  it("keeps ConnectionData while close() waits for the connection to open", () => {
    const body = `storage.put("a", 1); await connect("peer:9000").close(); return new Response("ok");`;
    expect(destroyed(walk(setup(body), ["r1"]).records)).not.toContain("ConnectionData");
    expect(destroyed(walk(setup(body), ["*"]).records)).toContain("ConnectionData");
  });

  it.each(ALL)(
    "destroys ConnectionData and the stream in one sweep when the context ends, under %s",
    (design) => {
      const records = endsWhileHeld(design);
      const steps = new Set(
        records.filter((record) => record.kind === "destroyed").map((record) => record.step),
      );
      expect(steps.size).toBe(1);
      expect(goesBefore(records, "ConnectionData", "connectionStream")).toBe(true);
    },
  );
});
