import { describe, expect, it } from "vitest";
import type { World } from "./setup.ts";
import { logs, observed, setup, story, walk } from "./testing.ts";

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
