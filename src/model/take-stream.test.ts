import { describe, expect, it } from "vitest";
import { mustGet } from "../base/assert.ts";
import type { SocketId } from "../base/ids.ts";
import { compileHandler } from "../handler/compile.ts";
import { openMachine } from "../handler/machine.ts";
import { Draft } from "./draft.ts";
import { enabled } from "./model.ts";
import { PlatformHost } from "./platform.ts";
import type { RunRecord } from "./records.ts";
import { DEFAULT_WORLD, type DesignChoice, type Setup, type World } from "./setup.ts";
import { takeConnectionStream } from "./take-stream.ts";
import { DESIGNS, observed, story, type Walk, walk, walkOn } from "./testing.ts";

/** A handler that may import what the flag "experimental" gives. */
function taking(body: string, design: DesignChoice, world: Partial<World> = {}): Setup {
  const compiled = compileHandler(`import { DurableObject } from "cloudflare:workers";
import { connect, internalNewHttpClient } from "cloudflare:sockets";
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));
export class Demo extends DurableObject {
  async fetch(request) {
${body}
  }
}
`);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return { program: compiled.value, design, world: { ...DEFAULT_WORLD, ...world } };
}

const TAKES = `
    this.ctx.storage.put("count", 1);
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    report("closed", socket.closed);
    await report("taken", internalNewHttpClient(socket));
    await scheduler.wait(60);
    await report("close()", socket.close());
    report("again", internalNewHttpClient(socket));
    return new Response("ok");`;

const logs = (records: readonly RunRecord[]): readonly string[] =>
  records.flatMap((record) => (record.kind === "log" ? [record.text] : []));

describe("internalNewHttpClient(): takeConnectionStream() after a flush (MODEL 4.7; run on workerd)", () => {
  it.each(Object.entries(DESIGNS))(
    "resolves closed, then gives a client; the connection opens without its socket, under %s",
    (_, design) => {
      const { records } = walk(taking(TAKES, design), ["*"]);
      expect(logs(records)).toEqual([
        "closed",
        "taken",
        "opened",
        "close()",
        "again rejected: This WritableStream is currently locked to a writer.",
      ]);
      // socket.close() has nothing to close any more.
      expect(observed(records)).toEqual(["syn", "accept", "response 200 ok"]);
    },
  );

  it.each(["r1", "r1 fixed", "autogate on", "main"])(
    "waits at the gate as the held connect does, which goes on first (K4), under %s",
    (design) => {
      const told = story(
        walk(taking(TAKES, mustGet(DESIGNS[design], design), { commitMs: 30 }), ["*"]).records,
      );
      const order = ["commit 1 durable", "syn", "log closed", "log taken"].map((line) => told.indexOf(line));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(order[0]).toBeGreaterThan(0);
    },
  );

  it("takes nothing that is no Socket, and no locked stream", () => {
    const body = `
    try { internalNewHttpClient({}); } catch (e) { console.log(e.name); }
    const socket = connect("peer:9000");
    socket.writable.getWriter();
    await report("taken", internalNewHttpClient(socket));
    return new Response("ok");`;
    expect(logs(walk(taking(body, { id: "main" }), ["*"]).records)).toEqual([
      "TypeError",
      "taken rejected: This WritableStream is currently locked to a writer.",
    ]);
  });
});

describe("a stream that is taken while its connect is still deferred (MODEL 5.5, 8.5)", () => {
  /** As if the flush were over before the held connect goes on: KJ's order excludes it (K4), and nothing else does. */
  function takenWhileHeld(design: DesignChoice): readonly RunRecord[] {
    const from = taking(TAKES, design, { commitMs: 100 });
    const { state, records } = walk(from, ["r1"]);
    const d = new Draft(state, (draft, actor) => new PlatformHost(draft, actor));
    const socket = d.socket(1 as SocketId);
    d.actorId = socket.actor;
    const machine = d.actor(socket.actor).machine;
    const js = openMachine(from.program, machine, new PlatformHost(d, socket.actor));
    d.machine = js;
    takeConnectionStream(d, socket.id, { ...mustGet(socket.queue[0], "the flush"), writes: [] });
    js.runJobs();
    d.machine = null;
    d.patchActor(socket.actor, { machine: js.finish() });
    d.patchSocket(socket.id, { queue: [] });
    return walkOn({ state: d.s, records: [...records, ...d.records] }, ["*"]).records;
  }

  it.each([{ id: "deferred-r1" }, { id: "deferred-r1-fixed" }] as const)(
    "is lost under $id: connectTask dies with ConnectionData, the far end sees nothing, and opened rejects",
    (design) => {
      const records = takenWhileHeld(design);
      expect(observed(records)).toEqual(["response 200 ok"]);
      expect(logs(records)).toContain(
        "opened rejected: proxy request failed, cannot connect to the specified address",
      );
      expect(records.find((record) => record.kind === "output-dropped")).toMatchObject({
        output: { type: "connect" },
        why: "its connectTask was destroyed with ConnectionData",
      });
    },
  );

  it.each([{ id: "promised-interface" }, { id: "main" }] as const)(
    "is kept under $id, with its slot: it connects when the commit is durable",
    (design) => {
      const told = story(takenWhileHeld(design));
      expect(told.indexOf("syn")).toBeGreaterThan(told.indexOf("commit 1 durable"));
      expect(told).toContain("log opened");
      expect(takenWhileHeld(design).filter((record) => record.kind === "dead-read")).toEqual([]);
    },
  );

  it("hands the slot on after the stream (K8): when the context ends the stream goes first, and the slot's pointer outlives it (D9)", () => {
    const body = `
    const socket = connect("peer:9000");
    await internalNewHttpClient(socket);
    await socket.opened;
    this.ctx.storage.put("a", 1);
    return new Response("ok");`;
    const orders = (design: DesignChoice): readonly string[] =>
      walk(taking(body, design, { commitAnswers: { 1: [{ how: "fails" }] } }), ["*"]).records.flatMap(
        (record) => (record.kind === "fragile-order" ? [`${record.edge} ${record.verdict}`] : []),
      );
    expect(orders({ id: "main" })).toEqual(["D9 fragile"]);
    expect(orders({ id: "promised-interface" })).toEqual(["D9 fragile"]);
    expect(orders({ id: "ungated" })).toEqual([]);
  });
});

describe("the same where KJ's order does not hold (MODEL 8.4)", () => {
  /** Takes whatever may be next but the connect, until the stream is taken; then the rest as it comes. */
  function flushFirst(design: DesignChoice): readonly RunRecord[] {
    let now: Walk = walk(taking(TAKES, design, { scheduling: "relaxed" }), []);
    for (let steps = 0; steps < 60 && !logs(now.records).includes("taken"); steps++) {
      const next = enabled(now.state).find(
        ({ key, due }) => due !== null && !key.startsWith("q-connect-start"),
      );
      now = walkOn(now, [next?.key ?? "*"]);
    }
    return walkOn(now, ["*"]).records;
  }

  it.each([{ id: "deferred-r1" }, { id: "deferred-r1-fixed" }] as const)(
    "loses the connection under $id",
    (design) => {
      expect(observed(flushFirst(design))).not.toContain("syn");
    },
  );

  it.each([{ id: "promised-interface" }, { id: "main" }] as const)("keeps it under $id", (design) => {
    expect(observed(flushFirst(design))).toContain("syn");
    expect(logs(flushFirst(design))).toContain("opened");
  });
});
