import { describe, expect, it } from "vitest";
import type { RecordKind, RunRecord } from "./records.ts";
import type { World } from "./setup.ts";
import { logs, observed, setup, story, walk } from "./testing.ts";
import { audit } from "./testing-books.ts";

/** The kinds of storage in which deleteAll() is a commit. */
const KINDS: Readonly<Record<string, Partial<World>>> = {
  cache: { backend: "cache" },
  "replicated SQLite": { backend: "sqlite", commits: "replicated" },
  bucket: { backend: "sqlite", commits: "bucket" },
};

const run = (body: string, world: Partial<World>, keys: readonly string[] = ["*"]) =>
  walk(setup(`${body}\nreturn new Response("ok");`, "main", world), keys);

describe.each(Object.entries(KINDS))("deleteAll() as a commit, %s (AC10, SQ8)", (_, world) => {
  it("locks the gate at once where there is nothing to delete, and connect() waits for its commit", () => {
    const { records } = run(`storage.deleteAll(); connect("peer:9000");`, world);
    const order = ["write-accepted", "lock-taken", "commit-starts", "commit-durable", "lock-released"];
    const shown = records.flatMap((record) =>
      order.includes(record.kind)
        ? [record.kind]
        : record.kind === "outside" && record.event.type === "syn"
          ? ["syn"]
          : [],
    );
    expect(shown).toEqual([...order, "syn"]);
  });

  it("breaks the gate with its commit, also where there was nothing to delete", () => {
    const { records } = run(`storage.deleteAll(); connect("peer:9000");`, world, ["r1", "cf1", "*"]);
    expect(story(records)).toContain("gate breaks");
    expect(observed(records)).not.toContain("syn");
  });

  it("is one write whatever there is to delete, and nothing is left but what comes after it", () => {
    const body = `storage.put({ a: 1, b: 2 }); storage.setAlarm(Date.now() + 60000); storage.deleteAll(); storage.put("c", 3);`;
    const { records, state } = run(`${body} console.log([...(await storage.list()).keys()].join());`, world);
    expect(logs(records)).toEqual(["c"]);
    expect(story(records).filter((line) => line.startsWith("deleteAll"))).toEqual(["deleteAll "]);
    expect(state.objects[0]?.disk).toEqual({ c: 3 });
  });
});

describe("deleteAll() with the write-back cache", () => {
  const cache = { backend: "cache" } as const;

  it("is not waited for with allowUnconfirmed; with SQLite it is confirmed all the same (ST3, SQ8)", () => {
    const body = `storage.deleteAll({ allowUnconfirmed: true }); connect("peer:9000");`;
    const locks = (world: Partial<World>) =>
      run(body, world).records.filter(({ kind }) => kind === "lock-taken").length;
    expect(locks(cache)).toBe(0);
    expect(locks({ backend: "sqlite", commits: "replicated" })).toBe(1);
  });

  it("leaves nothing for the disk to tell: what is read after it is read from memory (AC10, ST4, AC9)", () => {
    const body = `
    storage.deleteAll();
    storage.put("a", 1);
    console.log(await storage.get("b"), (await storage.list()).size, await storage.delete("c"));`;
    const { records } = run(body, cache);
    expect(logs(records)).toEqual(["undefined 1 false"]);
    expect(records.flatMap((record) => (record.kind === "read" ? [record.from] : []))).toEqual([
      "memory",
      "memory",
    ]);
    expect(records.some(({ kind }) => kind === "input-gate-locked")).toBe(false);
  });

  it("leaves nothing either when a read that was out before comes back", () => {
    const body = `
    const reading = storage.get("a");
    storage.deleteAll();
    await reading;
    await storage.get("b");`;
    const { records } = run(body, cache);
    expect(records.flatMap((record) => (record.kind === "read" ? [record.from] : []))).toEqual([
      "disk",
      "memory",
    ]);
  });
});

describe("deleteAll() while an earlier one is not durable", () => {
  const cache = { backend: "cache" } as const;
  const starts = (records: readonly RunRecord[]) =>
    records.flatMap((record) => (record.kind === "commit-starts" ? [record.commitWrites] : []));
  const count = (records: readonly RunRecord[], kind: RecordKind) =>
    records.filter((record) => record.kind === kind).length;
  const AGAIN = `
    storage.put("a", 1);
    storage.deleteAll();
    storage.put("b", 2);
    storage.deleteAll();
    storage.put("c", 3);
    console.log([...(await storage.list()).keys()].join());
    connect("peer:9000");`;

  it("joins it with the cache: what was written between the two is never sent, what was before and after is (AC10)", () => {
    const { records, state } = run(AGAIN, cache);
    expect(logs(records)).toEqual(["c"]);
    expect(starts(records)).toEqual([[1, 2, 4]]);
    expect(count(records, "lock-taken")).toBe(1);
    expect(observed(records)).toContain("syn");
    expect(count(records, "violation")).toBe(0);
    expect(state.objects[0]?.disk).toEqual({ c: 3 });
    expect(state.actors[0]?.confirmed).toEqual([1, 2, 4]);
    expect(audit(records, true)).toEqual([]);
  });

  it("does not with SQLite (SQ8)", () => {
    const { records } = run(AGAIN, { backend: "sqlite", commits: "replicated" });
    expect(starts(records)).toEqual([[1, 2, 3, 4, 5]]);
    expect(starts(run(AGAIN, { backend: "sqlite", commits: "blocking" }).records)).toEqual([[3]]);
  });

  const OUT = `
    storage.deleteAll();
    storage.put("a", 1);
    await scheduler.wait(1);
    storage.put("b", 2);
    const synced = storage.sync().then(() => console.log("synced"));
    storage.deleteAll();
    connect("peer:9000");
    console.log((await storage.list()).size);
    await synced;`;

  it("joins one that is out, too: there is no further flush, and outputs wait for the first one", () => {
    const { records, state } = run(OUT, { ...cache, commitMs: 20 });
    expect(starts(records)).toEqual([[1, 2]]);
    expect(logs(records)).toEqual(["0", "synced"]);
    expect(count(records, "lock-taken")).toBe(2);
    expect(count(records, "lock-released")).toBe(2);
    const told = story(records);
    expect(told).toContain("syn");
    expect(told.indexOf("syn")).toBeGreaterThan(told.indexOf("commit 1 durable"));
    expect(count(records, "violation")).toBe(0);
    expect(state.objects[0]?.disk).toEqual({});
    expect(state.actors[0]?.confirmed).toEqual([1]);
    expect(state.commits.map((commit) => [commit.state, commit.takenBack])).toEqual([
      ["durable", [2]],
      ["durable", [3]],
    ]);
    expect(audit(records, true)).toEqual([]);
  });

  it("joins one whose flush is tried again, which takes along only what is written after it (AC6)", () => {
    const body = `
    storage.deleteAll();
    await scheduler.wait(1);
    storage.put("a", 1);
    storage.deleteAll();
    storage.put("b", 2);`;
    const { records, state } = run(body, { ...cache, commitMs: 20 }, ["r1", "t1", "cb1", "*"]);
    expect(starts(records)).toEqual([[1], [1, 3]]);
    expect(state.objects[0]?.disk).toEqual({ b: 2 });
    expect(audit(records, true)).toEqual([]);
  });

  it("takes back what a transaction() has committed since, whose commit may be the older one", () => {
    const body = `
    await storage.transaction(async (txn) => { txn.put("a", 1); storage.deleteAll(); await scheduler.wait(1); });
    storage.deleteAll();`;
    const { records, state } = run(body, { ...cache, commitMs: 20 });
    expect(starts(records)).toEqual([[2]]);
    expect(state.objects[0]?.disk).toEqual({});
  });

  it("takes no lock of its own, and holds nothing where the first one did not (ST3)", () => {
    const body = (first: string): string => `
    storage.deleteAll(${first});
    await scheduler.wait(1);
    storage.deleteAll();
    connect("peer:9000");`;
    const confirmed = run(body(""), { ...cache, commitMs: 20 }).records;
    expect(starts(confirmed)).toEqual([[1]]);
    expect(count(confirmed, "lock-taken")).toBe(1);
    const { records } = run(body("{ allowUnconfirmed: true }"), { ...cache, commitMs: 20 });
    expect(starts(records)).toEqual([[1]]);
    expect(count(records, "lock-taken")).toBe(0);
    const told = story(records);
    expect(told).toContain("syn");
    expect(told.indexOf("syn")).toBeLessThan(told.indexOf("commit 1 durable"));
    expect(count(records, "violation")).toBe(0);
  });

  it("leaks the first one alone where connect() does not wait", () => {
    const leaked = (body: string) =>
      walk(setup(`${body} return new Response("ok");`, "ungated", cache), ["*"]).records.flatMap((record) =>
        record.kind === "output-passes" && record.output.type === "connect" ? [record.leak] : [],
      );
    const body = `storage.deleteAll(); storage.put("a", 1); storage.deleteAll(); connect("peer:9000");`;
    expect(leaked(body)).toEqual([[1]]);
  });

  it("breaks the gate with it", () => {
    const { records } = run(OUT, cache, ["r1", "t1", "cf1", "*"]);
    expect(story(records)).toContain("gate breaks");
    expect(observed(records)).not.toContain("syn");
  });

  it("is a write of its own once that is durable", () => {
    const body = `storage.deleteAll(); await storage.sync(); storage.put("a", 1); storage.deleteAll();`;
    const { records } = run(body, cache);
    expect(starts(records)).toEqual([[1], [2, 3]]);
    expect(count(records, "lock-taken")).toBe(2);
  });
});

describe("deleteAll() inside a transaction() with SQLite", () => {
  it.each(["replicated", "bucket", "blocking"] as const)(
    "rejects, and leaves what is there, where commits are %s (SQ8)",
    (commits) => {
      const body = `
      storage.put("a", 1);
      await storage.transaction(async (txn) => {
        txn.put("b", 2);
        await report("deleted", storage.deleteAll());
      });`;
      const { records, state } = run(body, { backend: "sqlite", commits });
      expect(logs(records)).toEqual(["deleted rejected: Cannot call deleteAll() within a transaction"]);
      expect(state.objects[0]?.disk).toEqual({ a: 1, b: 2 });
    },
  );
});
