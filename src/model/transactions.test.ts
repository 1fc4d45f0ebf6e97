import { describe, expect, it } from "vitest";
import type { World } from "./setup.ts";
import { logs, observed, setup, story, walk } from "./testing.ts";

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

describe("an open transaction(), and what is called on ctx.storage meanwhile (ST6)", () => {
  const cache = { backend: "cache" } as const;
  const run = (inside: string, world: Partial<World>, after = "") =>
    walk(
      setup(
        `await storage.transaction(async (txn) => { ${inside} }); ${after} return new Response("ok");`,
        "main",
        world,
      ),
      ["*"],
    );

  it("with the cache a put locks the gate at once and survives a rollback; with SQLite it takes part", () => {
    const inside = `txn.put("a", 1); storage.put("b", 2); connect("peer:9000"); txn.rollback();`;
    const cached = run(inside, cache);
    expect(cached.records.filter(({ kind }) => kind === "lock-taken")).toHaveLength(1);
    expect(cached.state.objects[0]?.disk).toEqual({ b: 2 });
    const told = story(cached.records);
    expect(told.indexOf("commit 2 durable")).toBeLessThan(told.indexOf("syn"));
    expect(told).toContain("syn");
    const { records, state } = run(inside, {});
    expect(records.some(({ kind }) => kind === "lock-taken")).toBe(false);
    expect(state.objects[0]?.disk).toEqual({});
    expect(observed(records)).toContain("syn");
  });

  it("with the cache a delete, too, survives a rollback, and the transaction finds nothing to delete any more", () => {
    const inside = `
      storage.put("a", 1);
      txn.put("b", 1);
      console.log(await storage.delete("a"), await txn.get("a"), await txn.delete("a"), await txn.delete("b"));
      txn.rollback();`;
    const { records, state } = run(inside, cache);
    expect(logs(records)).toEqual(["true undefined false true"]);
    expect(story(records)).toContain("commit 1 durable");
    expect(state.objects[0]?.disk).toEqual({});
  });

  const LOOKS = `
    const keys = (all) => [...all.keys()].join();
    txn.put("a", "new"); txn.delete("b"); txn.put("c", "new");
    const seen = async (from) => console.log(await from.get("a"), await from.get("b"), keys(await from.list()));
    await seen(txn);
    await seen(storage);`;

  it("with the cache its reads do not see what the transaction has written, whose own reads see that over the cache's", () => {
    const before = `storage.deleteAll(); storage.put({ a: "old", b: "old" });`;
    const both = (world: Partial<World>) =>
      logs(
        walk(
          setup(
            `${before} await storage.transaction(async (txn) => { ${LOOKS} });
      console.log(await storage.get("a"), await storage.get("b")); return new Response("ok");`,
            "main",
            world,
          ),
          ["*"],
        ).records,
      );
    const own = "new undefined a,c";
    expect(both(cache)).toEqual([own, "old old a,b", "new undefined"]);
    expect(both({})).toEqual([own, own, "new undefined"]);
  });

  it("with the cache an alarm of the transaction is there for its own getAlarm() alone, and one of ctx.storage at once", () => {
    const body = `
    const now = Date.now();
    const told = async (...from) => {
      const times = await Promise.all(from.map((one) => one.getAlarm()));
      console.log(times.map((time) => time === null ? "none" : time - now).join());
    };
    await storage.transaction(async (txn) => {
      txn.setAlarm(now + 1000);
      await told(txn, storage);
      storage.setAlarm(now + 2000);
      await told(txn, storage);
      txn.rollback();
    });
    await told(storage);
    return new Response("ok"); }
  async alarm() {`;
    const alarms = (world: Partial<World>) => logs(walk(setup(body, "main", world), ["*"]).records);
    expect(alarms(cache)).toEqual(["1000,none", "1000,2000", "2000"]);
    expect(alarms({})).toEqual(["1000,1000", "2000,2000", "none"]);
  });

  it("what the transaction has written needs no disk for its own reads, and only for those", () => {
    const inside = `
      txn.put("a", 1);
      console.log(await txn.get("a"));
      const both = await txn.get(["a", "b"]);
      console.log([...both].join());
      console.log(await storage.get("a"));
      txn.rollback();`;
    const { records } = run(inside, cache, `console.log(await storage.get("a"), await storage.get("b"));`);
    expect(logs(records)).toEqual(["1", "a,1", "undefined", "undefined undefined"]);
    expect(
      records.flatMap((record) => (record.kind === "read" ? [`${record.key} ${record.from}`] : [])),
    ).toEqual(["a memory", "a, b disk", "a disk", "a memory", "b memory"]);
  });

  it("a read of the transaction that was rolled back asks for no more than it had to", () => {
    const inside = `txn.put("a", 1); await txn.get(["a", "b"]); txn.rollback();`;
    const { records } = run(inside, cache, `await storage.get("b"); await storage.get("a");`);
    expect(
      records.flatMap((record) => (record.kind === "read" ? [`${record.key} ${record.from}`] : [])),
    ).toEqual(["a, b disk", "b memory", "a disk"]);
  });

  it("a list of the transaction that has to ask the disk gives what it has written, too", () => {
    const inside = `txn.put("a", 1); console.log([...await txn.list()].join()); console.log((await storage.list()).size);`;
    expect(logs(run(inside, cache).records)).toEqual(["a,1", "0"]);
  });

  it("a delete of the transaction learns from the disk how many keys there were, and waits for no flush", () => {
    const inside = `console.log(await txn.delete("a"), await txn.delete(["a", "b"]), await storage.get("a"));`;
    const { records } = run(inside, cache);
    expect(logs(records)).toEqual(["false 0 undefined"]);
    expect(
      records.flatMap((record) =>
        record.kind === "read" ? [`${record.op} ${record.key} ${record.from}`] : [],
      ),
    ).toEqual(["delete a disk", "delete b disk", "get a memory"]);
    const logged = records.findIndex(({ kind }) => kind === "log");
    expect(records.slice(0, logged).some(({ kind }) => kind === "commit-starts")).toBe(false);
  });

  it("its writes come after those of ctx.storage, into the same commit if that is open", () => {
    const { records, state } = run(`txn.put("a", 1); storage.put("a", 2);`, cache);
    expect(records.filter(({ kind }) => kind === "commit-starts")).toMatchObject([{ commitWrites: [2, 1] }]);
    expect(state.objects[0]?.disk).toEqual({ a: 1 });
  });

  it("deleteAll() with the cache deletes what is there and not what the transaction writes", () => {
    const before = `storage.put("z", 1);`;
    const body = `${before} await storage.transaction(async (txn) => { txn.put("a", 1); storage.deleteAll(); }); return new Response("ok");`;
    const { state } = walk(setup(body, "main", cache), ["*"]);
    expect(state.objects[0]?.disk).toEqual({ a: 1 });
  });

  it("an alarm that alarm() sets in a transaction() that is rolled back is none, and alarm()'s end deletes the one it ran for", () => {
    const body = `storage.setAlarm(Date.now() + 1); return new Response("ok"); }
      async alarm() {
        const { storage } = this.ctx;
        await storage.transaction(async (txn) => {
          txn.setAlarm(Date.now() + 1000);
          console.log(await txn.getAlarm() === null);
          txn.rollback();
        });
        console.log(await storage.getAlarm());`;
    for (const backend of ["cache", "sqlite"] as const) {
      const { records, state } = walk(setup(body, "main", { backend }), ["*"]);
      expect(logs(records)).toEqual(["false", "null"]);
      expect(state.objects[0]).toMatchObject({ disk: {}, alarm: null });
    }
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

  it("inside of a transaction() undo what the function wrote before it threw, and nothing else", () => {
    const { records, state } = walk(
      setup(`
    storage.put("kept", 1);
    await storage.transaction(async (txn) => {
      txn.put("a", 1);
      try {
        storage.transactionSync(() => { storage.kv.put("lost", 2); throw new Error("no"); });
      } catch {}
      console.log(storage.kv.get("kept"), storage.kv.get("a"), storage.kv.get("lost"));
    });
    return new Response("ok");`),
      ["*"],
    );
    expect(logs(records)).toEqual(["1 1 undefined"]);
    expect(state.objects[0]?.disk).toEqual({ kept: 1, a: 1 });
  });

  it("leave nothing to wait for that they have undone", () => {
    const body = `
    try { storage.transactionSync(() => { storage.kv.put("a", 1); connect("peer:9000"); throw new Error("no"); }); } catch {}
    storage.put("b", 2);
    return new Response("ok");`;
    const told = story(walk(setup(body), ["*"]).records);
    expect(told).toContain("syn");
    expect(told.filter((line) => line.startsWith("violates"))).toEqual([]);
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
