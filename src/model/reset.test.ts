/*
 * What is under way when an object is aborted, and what comes after: rules at the edge between two lives, each found by
 * random programs.
 */
import { describe, expect, it } from "vitest";
import { DEFAULT_WORLD } from "./setup.ts";
import { DESIGNS, logs, observed, program, setup, story, walk } from "./testing.ts";

/** A put that is out and held, then an exception; the second request aborts the object. */
const THROWS = `
    if (path === "/2") this.ctx.abort("enough");
    storage.put("count", 1);
    throw new Error("thrown");`;
const responses = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith("response "));

describe("an exception that waits at the gate, below JavaScript", () => {
  const both = { commitMs: 100, requests: ["/1", { path: "/2", atMs: 50 }] };

  it("goes out when its own locks are released, though the object was aborted meanwhile, and only once", () => {
    const { records } = walk(setup(THROWS, "main", both), ["*"]);
    expect(story(records)).toContain("object aborts");
    expect(responses(observed(records))).toEqual([
      'response 500 caller sees Error: thrown {"remote":true}',
      expect.stringContaining("response 500 caller sees Error: enough"),
    ]);
  });

  it("gives way to the gate's own exception when the commit fails", () => {
    const { records } = walk(setup(THROWS, "main", { requests: ["/1"] }), ["r1", "cf1", "*"]);
    expect(responses(observed(records))).toEqual([
      expect.stringMatching(/^response 500 caller sees Error: disk I\/O error/),
    ]);
  });

  it("lets the object end only after it has gone", () => {
    const told = story(walk(setup(THROWS, "main", both), ["*"]).records);
    const sent = told.findIndex((line) => line.startsWith("response-sent 500 caller sees Error: thrown"));
    expect(sent).toBeGreaterThan(0);
    expect(told.indexOf("object ends")).toBeGreaterThan(sent);
  });
});

describe("an alarm whose end is not durable yet", () => {
  const afterAbort = (how: "durable" | "fails"): readonly string[] => {
    const source = `import { DurableObject } from "cloudflare:workers";
export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/2") this.ctx.abort("enough");
    this.ctx.storage.setAlarm(Date.now() + 5);
    return new Response("ok");
  }
  async alarm({ retryCount }) { console.log("alarm " + retryCount); }
}
`;
    const world = {
      ...DEFAULT_WORLD,
      commitMs: 100,
      requests: ["/1", { path: "/2", atMs: 150 }],
      commitAnswers: { 2: [{ how }] },
    };
    const { records } = walk({ program: program(source), design: { id: "main" }, world }, ["*"]);
    return story(records).filter((line) => /^(log|alarm|alarm-result)\b(?! set)/.test(line));
  };

  it("goes off again in the next life when the object is aborted, which has it still if the commit fails", () => {
    expect(afterAbort("fails")).toEqual([
      "alarm",
      "log alarm 0",
      "alarm-result",
      "alarm",
      "log alarm 1",
      "alarm-result",
    ]);
  });

  it("goes off again and does not run when that commit is durable after all", () => {
    expect(afterAbort("durable")).toEqual(["alarm", "log alarm 0", "alarm-result", "alarm", "alarm-result"]);
  });
});

describe("a commit that fails when its object has gone", () => {
  it("breaks no gate: there is none any more", () => {
    const body = `
    storage.put("out", 1, { allowUnconfirmed: true });
    await scheduler.wait(1);
    this.ctx.abort("enough");`;
    const { records } = walk(setup(body), ["r1", "t1", "p1", "cf1"]);
    expect(story(records)).toEqual(expect.arrayContaining(["object ends", "commit 1 fails"]));
    expect(story(records)).not.toContain("gate breaks");
    expect(records.some((record) => record.kind === "lock-taken")).toBe(false);
  });
});

describe("what is ready to enter JavaScript when ctx.abort() is called", () => {
  const body = `
    report("sync", storage.sync());
    storage.put("a", 1);
    setTimeout(() => console.log("timer"), 0);
    this.ctx.abort("enough");`;
  const world = { commits: "blocking", requests: [["/1", "/2"]] } as const;

  it("enters no more, also where the reset comes after it (the promises of that turn are gone)", () => {
    const { records } = walk(setup(body, "main", world), ["r1", "*"]);
    const told = records.flatMap((record) => (record.kind === "turn-begins" ? [record.reason] : []));
    expect(told).toEqual(["fetch /1"]);
    expect(responses(observed(records))).toHaveLength(2);
  });

  it("nor does it when it is taken first", () => {
    const relaxed = setup(body, "main", { ...world, scheduling: "relaxed" });
    const { state, records } = walk(relaxed, ["r1", "q-deliver1", "q-fetch1", "q-sync-done1"]);
    expect(state.actors.map(({ context }) => context)).toEqual(["live"]);
    expect(logs(records)).toEqual([]);
  });
});

describe("an exception of the handler's that is on its way", () => {
  const body = `
    if (path === "/2") this.ctx.abort("enough");
    throw new Error("own");`;
  const world = { requests: [["/1", "/2"]], scheduling: "relaxed" } as const;
  const own = 'response 500 caller sees Error: own {"remote":true}';
  const reset = 'response 500 caller sees Error: enough {"remote":true,"durableObjectReset":true}';

  it("leaves alone and once, also where the object is reset before it does", () => {
    const before = ["r1", "q-deliver1", "q-fetch1", "q-deliver2", "q-fetch2"];
    for (const order of [[], ["q-abort1"]]) {
      const all = walk(setup(body, "main", world), [...before, ...order, "*"]);
      expect(responses(story(all.records)).toSorted()).toEqual([reset, own]);
    }
  });
});

describe("an object whose constructor throws", () => {
  const source = `import { DurableObject } from "cloudflare:workers";
export class Demo extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    setTimeout(() => console.log("timer"), 1);
    Promise.resolve().then(() => console.log("job"));
    if (ctx.id.name === "demo") throw new TypeError("no object");
  }
  async fetch(request) { return new Response("ok"); }
}
`;
  const world = { ...DEFAULT_WORLD, requests: [["/1", "/2"], "/3", "/OBJECT:other/"] } as const;

  it.each(["strict", "relaxed"] as const)(
    "is reset after its promise jobs, and whoever asked for it gets the error (run on workerd): %s",
    (scheduling) => {
      const setting = {
        program: program(source),
        design: { id: "main" },
        world: { ...world, scheduling },
      } as const;
      const told = story(walk(setting, ["*"]).records);
      expect(told.filter((line) => line.startsWith("log "))).toEqual([
        "log job",
        "log job",
        "log job",
        "log timer",
      ]);
      const failed =
        'response 500 caller sees TypeError: no object {"remote":true,"durableObjectReset":true}';
      expect(responses(told)).toEqual([failed, failed, failed, "response 200 ok"]);
      if (scheduling === "strict") return;
      const { state } = walk(setting, ["r1", "q-deliver1", "q-fetch1"]);
      expect(state.actors[0]?.context).toBe("live");
    },
  );
});

describe("a write that is on the wire while JavaScript may not be entered", () => {
  it.each(Object.keys(DESIGNS))("is sent once, however often the far end makes room, under %s", (design) => {
    const body = `
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    writer.write(bytes("hello"));
    await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(100); });
    return new Response("ok");`;
    const { records } = walk(setup(body, design, { windowBytes: 5 }), ["*"]);
    expect(story(records).filter((line) => line === "send hello")).toHaveLength(1);
    expect(observed(records).filter((line) => line === "receive hello")).toHaveLength(1);
  });
});
