import { describe, expect, it } from "vitest";
import { enabled } from "./enabled.ts";
import type { RecordKind, RunRecord } from "./records.ts";
import type { World } from "./setup.ts";
import { logs, observed, setup, story, walk } from "./testing.ts";

const HELD = `
    storage.put("a", 1);
    const socket = connect("peer:9000");
    await socket.opened;
    console.log("opened");
    return new Response("ok");`;

/** The kinds among `kinds` in the order in which they happened, with the number of the commit or lock. */
function course(records: readonly RunRecord[], ...kinds: readonly RecordKind[]): string[] {
  return records
    .filter(({ kind }) => kinds.includes(kind))
    .map((record) => {
      const number = "commit" in record ? record.commit : "lock" in record ? record.lock : "";
      return `${record.kind} ${number}`;
    });
}
const COMMITS = ["commit-starts", "commit-busy", "commit-stored", "commit-durable", "commit-fails"] as const;

function run(body: string, world: Partial<World>, keys: readonly string[]): readonly RunRecord[] {
  return walk(setup(body, "main", world), [...keys, "*"]).records;
}

describe("the write-back cache (MODEL 3.2)", () => {
  const world = { backend: "cache" } as const;

  it("tries a flush whose connection is lost again at once, and nobody notices (AC6)", () => {
    const records = run(HELD, world, ["r1", "cb1", "cb1"]);
    expect(course(records, ...COMMITS)).toEqual([
      "commit-starts 1",
      "commit-busy 1",
      "commit-starts 1",
      "commit-busy 1",
      "commit-starts 1",
      "commit-durable 1",
    ]);
    expect(logs(records)).toEqual(["opened"]);
  });

  it("gives up after the fifth attempt, and the gate breaks (AC6)", () => {
    const records = run(HELD, world, ["r1", "cb1", "cb1", "cb1", "cb1", "cb1"]);
    expect(course(records, "commit-starts", "commit-fails", "gate-breaks")).toEqual([
      ...Array.from({ length: 5 }, () => "commit-starts 1"),
      "commit-fails 1",
      "gate-breaks 1",
    ]);
    expect(observed(records)).toEqual([
      expect.stringMatching(/^response 500 .*Internal error in Durable Object storage write caused object/),
    ]);
  });

  it("takes along what was written meanwhile when it tries again, so that the next flush has nothing left (AC6)", () => {
    const body = `
    storage.put("a", 1);
    await scheduler.wait(1);
    storage.put("b", 2);
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`;
    const records = run(body, world, ["r1", "t1", "cb1"]);
    const starts = records.flatMap((record) =>
      record.kind === "commit-starts" ? [record.commitWrites] : [],
    );
    expect(starts).toEqual([[1], [1, 2]]);
    expect(course(records, "commit-durable", "lock-released")).toEqual([
      "commit-durable 1",
      "lock-released 1",
      "lock-released 2",
    ]);
  });

  it("answers a delete of an unknown key only when the flush tells how many keys there were, under the input lock (AC9)", () => {
    const body = `
    const counted = storage.delete("nothing").then((deleted) => console.log("deleted " + deleted));
    setTimeout(() => console.log("timer"), 1);
    await counted;
    return new Response("ok");`;
    expect(logs(run(body, { ...world, commitMs: 5 }, []))).toEqual(["deleted false", "timer"]);
    expect(logs(run(body, { backend: "sqlite", commitMs: 5 }, []))).toEqual(["deleted false", "timer"]);
    const known = `storage.put("a", 1); console.log("deleted " + await storage.delete("a"));`;
    const records = run(`${known} return new Response("ok");`, world, ["r1"]);
    const deleted = records.findIndex((record) => record.kind === "log");
    expect(deleted).toBeGreaterThan(-1);
    expect(records.slice(0, deleted).some(({ kind }) => kind === "commit-durable")).toBe(false);
  });

  it("lets other events in while a read with allowConcurrency is out, and none without it (ST3, ST4)", () => {
    const body = (options: string): string => `
    setTimeout(() => console.log("timer"), 1);
    await storage.get("key"${options});
    console.log("read");
    return new Response("ok");`;
    expect(logs(run(body(""), world, []))).toEqual(["read", "timer"]);
    expect(logs(run(body(", { allowConcurrency: true }"), world, []))).toEqual(["timer", "read"]);
  });

  it("says which operation it was whose flush failed", () => {
    const records = run(`storage.put("a", 1); storage.deleteAll(); return new Response("ok");`, world, [
      "r1",
      "cf1",
    ]);
    expect(observed(records).at(-1)).toContain("Internal error in Durable Object storage deleteAll() caused");
  });
});

describe("SQLite in the general case (MODEL 3.3)", () => {
  const TWO = `
    storage.put("a", 1);
    const socket = connect("peer:9000");
    await scheduler.wait(1);
    storage.put("b", 2);
    socket.opened.then(() => console.log("opened"));
    await scheduler.wait(100);
    return new Response("ok");`;

  it("has several commits out at once, and a connect waits for the locks before it alone (SQ4, G6 i)", () => {
    const world = { severalCommits: true, commitMs: 20 };
    const records = run(TWO, world, ["r1", "t1", "cf2", "cd1"]);
    expect(course(records, "commit-starts", "gate-breaks")).toEqual([
      "commit-starts 1",
      "commit-starts 2",
      "gate-breaks 2",
    ]);
    expect(observed(records)).toContain("syn");
    expect(logs(records)).toEqual([]);
  });

  it("lets each sync() wait for all commits of what was written before it, and for those alone (ST7)", () => {
    const body = `
    storage.put("a", 1);
    storage.sync().then(() => console.log("a"));
    await scheduler.wait(1);
    storage.put("b", 2);
    storage.sync().then(() => console.log("a and b"));
    await scheduler.wait(100);`;
    const world = { severalCommits: true, commitMs: 20 };
    const told = (keys: readonly string[]) =>
      logs(walk(setup(body, "main", world), ["r1", "t1", ...keys]).records);
    expect(told(["cd2"])).toEqual([]);
    expect(told(["cd1"])).toEqual(["a"]);
    expect(told(["cd2", "cd1"])).toEqual(["a", "a and b"]);
    expect(told(["cd1", "cd2"])).toEqual(["a", "a and b"]);
  });

  it("has one commit out at a time otherwise, and the next takes what was written meanwhile", () => {
    const records = run(TWO, { commitMs: 20 }, ["r1", "t1"]);
    expect(course(records, "commit-starts", "commit-durable")).toEqual([
      "commit-starts 1",
      "commit-durable 1",
      "commit-starts 2",
      "commit-durable 2",
    ]);
  });

  it("does not try a commit again (SQ5)", () => {
    const keysOf = (world: Partial<World>): readonly string[] =>
      enabled(walk(setup(HELD, "main", world), ["r1"]).state).map(({ key }) => key);
    expect(keysOf({ backend: "sqlite" })).not.toContain("cb1");
    expect(keysOf({ backend: "cache" })).toContain("cb1");
  });
});

describe("a bucket (MODEL 10)", () => {
  const world = { commits: "bucket" } as const;

  it("opens the gate when the check after the commit has passed, not when the commit is stored", () => {
    const records = run(HELD, world, ["r1", "cd1"]);
    const kinds = ["commit-stored", "commit-durable", "lock-released", "output-passes"] as const;
    expect(course(records, ...kinds).slice(0, 3)).toEqual([
      "commit-stored 1",
      "commit-durable 1",
      "lock-released 1",
    ]);
    expect(observed(walk(setup(HELD, "main", world), ["r1", "cd1"]).records)).toEqual([]);
  });

  it("breaks the gate when the check is refused, and the next life finds what was stored", () => {
    const body = `
    if (path === "/again") return new Response("a " + await storage.get("a"));
    storage.put("a", 1);
    connect("peer:9000");
    return new Response("ok");`;
    const records = run(body, { ...world, requests: ["/", "/again"] }, ["r1", "cd1", "kf1"]);
    expect(observed(records)).toEqual([
      "response 500 caller sees Error: internal error; reference = ... {}",
      "response 200 a 1",
    ]);
  });

  it("is tried again after 0.25, 0.5, 1 and 2 s while the store is too busy, with the gate closed", () => {
    const busy = { how: "busy", afterMs: 0 } as const;
    const records = run(
      HELD,
      { ...world, commitAnswers: { 1: [busy, busy, busy, busy, { how: "durable", afterMs: 0 }] } },
      [],
    );
    const starts = records.flatMap((record) => (record.kind === "commit-starts" ? [record.at] : []));
    const first = starts[0] ?? 0;
    expect(starts.map((at) => at - first)).toEqual([0, 250, 750, 1750, 3750]);
    expect(logs(records)).toEqual(["opened"]);
  });

  it("does not try a last copy again once the object has another life", () => {
    const body = `
    if (path === "/again") return new Response("again");
    storage.put("a", 1); connect("peer:9000"); await scheduler.wait(1); this.ctx.abort("enough");`;
    const from = setup(body, "main", { ...world, requests: ["/", "/again"] });
    const busy = ["r1", "t1", "lb1", "cf1", "p1", "r2"];
    const after = walk(from, [...busy, "lr1"]);
    expect(after.records.filter(({ kind }) => kind === "last-copy")).toMatchObject([
      { what: "sent" },
      { what: "busy" },
    ]);
    expect(enabled(after.state).map(({ key }) => key)).not.toContain("lr1");
    expect(after.state.commits[0]?.lastCopy).toMatchObject({ state: "answered", dueAt: null });
  });

  it("sends once more what a dying object has not got confirmed, and the caller's error waits for the locks", () => {
    const body = `storage.put("a", 1); connect("peer:9000"); await scheduler.wait(1); this.ctx.abort("enough");`;
    const records = run(body, world, ["r1", "t1"]);
    const copies = records.flatMap((record) => (record.kind === "last-copy" ? [record.what] : []));
    expect(copies).toEqual(["sent", "stored"]);
    const released = records.findIndex(({ kind }) => kind === "lock-released");
    const answered = records.findIndex(
      (record) => record.kind === "outside" && record.event.type === "response-sent",
    );
    expect(released).toBeGreaterThan(-1);
    expect(answered).toBeGreaterThan(released);
  });
});

describe("a lock that is held too long (G9)", () => {
  it("breaks the gate after 30 s, and callers see an overloaded object", () => {
    const silent = { commitAnswers: { 1: [{ how: "silent" as const }] } };
    const records = run(HELD, silent, []);
    const broken = records.find(({ kind }) => kind === "gate-breaks");
    const taken = records.find(({ kind }) => kind === "lock-taken");
    expect((broken?.at ?? 0) - (taken?.at ?? 0)).toBe(30_000);
    expect(observed(records)).toEqual([
      'response 500 caller sees Error: Durable Object storage operation exceeded timeout which caused object to be reset. {"remote":true,"durableObjectReset":true,"overloaded":true}',
    ]);
  });

  it("fails what waits with the error of the lowest lock, though a later one has failed before it (G6)", () => {
    const body = `storage.put("a", 1); await scheduler.wait(1); storage.put("b", 2); return new Response("ok");`;
    const { records } = walk(setup(body), ["r1", "t1", "lt2", "cf1", "*"]);
    expect(story(records).filter((line) => line === "gate breaks")).toHaveLength(2);
    expect(observed(records)).toEqual([
      'response 500 caller sees Error: disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC) {"remote":true,"durableObjectReset":true}',
    ]);
  });

  it("cancels the cache's flush, while SQLite's commit goes on", () => {
    const stateAfter = (backend: World["backend"]) =>
      walk(setup(HELD, "main", { backend }), ["r1", "lt1"]).state.commits[0]?.state;
    expect(stateAfter("cache")).toBe("failed");
    expect(stateAfter("sqlite")).toBe("flushing");
  });
});

describe("what no commit holds in its own name", () => {
  const violations = (body: string, world: Partial<World>): readonly string[] =>
    story(walk(setup(`${body} return new Response("ok");`, "main", world), ["*"]).records).filter((line) =>
      line.startsWith("violates"),
    );
  it("leaks no more once deleteAll() has taken it back with its file (SQ8)", () => {
    const body = `storage.put("a", 1); connect("peer:9000"); storage.deleteAll(); await scheduler.wait(50);`;
    expect(violations(body, { commits: "blocking" })).toEqual([]);
  });
  it("keeps the lock that it was written under when a retry takes it along (AC6; S7)", () => {
    const body = `storage.put("a", 1, { allowUnconfirmed: true }); await scheduler.wait(1); storage.put("a", 2);`;
    const busy = { 1: [{ how: "busy" as const }, { how: "durable" as const }] };
    expect(violations(body, { backend: "cache", commitAnswers: busy })).toEqual([]);
  });
});
