import { describe, expect, it } from "vitest";
import type { World } from "./setup.ts";
import { observed, setup, story, walk } from "./testing.ts";

const CONNECT_INSIDE = `
    const value = await storage.transaction(async (txn) => {
      await txn.put("a", 1);
      connect("peer:9000");
      return "value";
    });
    console.log("transaction gave " + value);
    return new Response("ok");`;

describe("transaction()", () => {
  it("holds nothing for its own writes before it commits (ST5)", () => {
    const { records } = walk(setup(CONNECT_INSIDE, "main", { commitMs: 100 }), ["*"]);
    const told = story(records);
    expect(told.indexOf("syn")).toBeLessThan(told.indexOf("commit 1 starts"));
    expect(told).toContain("log transaction gave value");
    expect(told.indexOf("response-sent 200 ok")).toBeGreaterThan(told.indexOf("commit 1 durable"));
    expect(records.filter((record) => record.kind === "violation")).toEqual([]);
  });

  it("hands itself to its function; blockConcurrencyWhile() hands nothing", () => {
    const { records } = walk(
      setup(`
    await storage.transaction(async (...args) => console.log(args.length + " " + typeof args[0].rollback));
    await this.ctx.blockConcurrencyWhile(async (...args) => console.log(args.length));
    return new Response("ok");`),
      ["*"],
    );
    expect(story(records).filter((line) => line.startsWith("log"))).toEqual(["log 1 function", "log 0"]);
  });

  it("keeps other events of the object out until it ends", () => {
    const { records } = walk(
      setup(
        `
    if (path === "/other") { await scheduler.wait(2); console.log("other"); return new Response("other"); }
    await storage.transaction(async (txn) => { await scheduler.wait(5); txn.put("a", 1); console.log("in"); });
    return new Response("ok");`,
        "main",
        { requests: [["/", "/other"]] },
      ),
      ["*"],
    );
    expect(story(records).filter((line) => line.startsWith("log"))).toEqual(["log in", "log other"]);
    expect(records.some((record) => record.kind === "event-queued")).toBe(true);
  });

  it("is undone by rollback() and by an exception, which it hands on", () => {
    const { records } = walk(
      setup(`
    storage.put("a", 0);
    await storage.transaction(async (txn) => { txn.put("a", 1); txn.rollback(); });
    const thrown = storage.transaction(async (txn) => { txn.put("a", 2); throw new Error("no"); });
    await report("thrown", thrown);
    return new Response("a is " + await storage.get("a"));`),
      ["*"],
    );
    expect(story(records)).toContain("log thrown rejected: no");
    expect(observed(records).at(-1)).toBe("response 200 a is 0");
  });

  it("joins the commit that waits behind the one that is out", () => {
    const { records } = walk(
      setup(`
    storage.put("a", 1);
    await scheduler.wait(1);
    await storage.transaction(async (txn) => { txn.put("b", 2); });
    await storage.sync();
    return new Response("b is " + await storage.get("b"));`),
      ["*"],
    );
    expect(story(records).filter((line) => line.startsWith("commit"))).toHaveLength(4);
    expect(observed(records).at(-1)).toBe("response 200 b is 2");
  });

  it("breaks the input gate when its own blocking COMMIT fails, and no lock is ever taken", () => {
    const { records } = walk(setup(CONNECT_INSIDE, "main", { commits: "blocking" }), ["r1", "cf1", "*"]);
    expect(records.some((record) => record.kind === "lock-taken" || record.kind === "gate-breaks")).toBe(
      false,
    );
    expect(observed(records).at(-1)).toMatch(/^response 500 caller sees Error: internal error; reference/);
  });
});

describe("transactionSync() and sql.exec()", () => {
  it("commits what a rolled back transactionSync() has touched on a local disk, and only there", () => {
    const body = `
    try { storage.transactionSync(() => { storage.kv.put("a", 1); throw new Error("no"); }); } catch {}
    connect("peer:9000");
    return new Response("ok");`;
    const commits = (world: Partial<World>) => {
      const { records } = walk(setup(body, "main", world), ["*"]);
      expect(records.filter(({ kind }) => kind === "violation")).toEqual([]);
      return story(records).filter((line) => line.startsWith("commit"));
    };
    expect(commits({ commits: "blocking" })).toEqual(["commit 1 starts", "commit 1 durable"]);
    expect(commits({})).toEqual([]);
  });

  it("write what a put writes: one commit, one lock, and a row to read", () => {
    const { records } = walk(
      setup(`
    const { sql } = storage;
    storage.transactionSync(() => {
      sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER, s TEXT)");
      sql.exec("INSERT INTO t VALUES (1, 'it''s')");
      sql.exec("INSERT INTO t (s, n) VALUES (?, ?)", "two", 2);
    });
    sql.exec("UPDATE t SET s = 'zwei' WHERE n = 2");
    sql.exec("DELETE FROM t WHERE n = 1");
    const { s } = sql.exec("SELECT * FROM t").one();
    return new Response(s + " of " + sql.exec("SELECT n FROM t").toArray().length);`),
      ["*"],
    );
    expect(story(records).filter((line) => line.startsWith("commit"))).toEqual([
      "commit 1 starts",
      "commit 1 durable",
    ]);
    expect(observed(records).at(-1)).toBe("response 200 zwei of 1");
  });

  it("undo what the function wrote before it threw, and keep what was written before", () => {
    const { records } = walk(
      setup(`
    storage.put("kept", 1);
    try {
      storage.transactionSync(() => { storage.put("lost", 2); throw new Error("no"); });
    } catch (error) { console.log(error.message); }
    return new Response(await storage.get("kept") + " " + await storage.get("lost"));`),
      ["*"],
    );
    expect(story(records)).toContain("log no");
    expect(observed(records).at(-1)).toBe("response 200 1 undefined");
  });

  for (const backend of ["sqlite", "cache"] as const)
    it(`joins what waits for the commit that is out, with ${backend}`, () => {
      const body = `
        storage.put("a", 1);
        await scheduler.wait(1);
        storage.put("b", 2);
        await storage.transaction(async (txn) => { txn.put("c", 3); });
        return new Response("ok");`;
      const { records } = walk(setup(body, "main", { backend }), ["*"]);
      const commits = records.filter(({ kind }) => kind === "commit-starts");
      expect(commits).toMatchObject([{ commitWrites: [1] }, { commitWrites: [2, 3] }]);
    });
});
