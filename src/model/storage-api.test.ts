import { describe, expect, it } from "vitest";
import type { World } from "./setup.ts";
import { logs, observed, setup, story, walk } from "./testing.ts";

const attempts = (calls: readonly string[]): string => `
    const attempt = async (call) => {
      try { console.log("gave " + await call()); } catch (e) { console.log(e.name + ": " + e.message); }
    };
    ${calls.map((call) => `await attempt(() => ${call});`).join("\n    ")}
    return new Response("ok");`;

function tried(calls: readonly string[]): readonly string[] {
  return logs(walk(setup(attempts(calls)), ["*"]).records);
}

describe("put()", () => {
  it("tells through its promise what cannot be stored, in the words of V8 and workerd", () => {
    expect(
      tried([
        `storage.put("k", undefined)`,
        `storage.put("k", () => 1)`,
        `storage.put("k", { deep: [async function named(a) { return a; }] })`,
        `storage.put("k", { m() { return 1; } })`,
        `storage.put("k", class A { x = 1; })`,
        `storage.put("k", Promise.resolve())`,
        `storage.put("k", this.ctx)`,
        `storage.put({ a: 1, b: () => 2 })`,
        `storage.list().then((all) => all.size)`,
      ]),
    ).toEqual([
      "TypeError: put() called with undefined value.",
      "DataCloneError: () => 1 could not be cloned.",
      "DataCloneError: async function named(a) { return a; } could not be cloned.",
      "DataCloneError: m() { return 1; } could not be cloned.",
      "DataCloneError: class A { x = 1; } could not be cloned.",
      "DataCloneError: #<Promise> could not be cloned.",
      'DataCloneError: Could not serialize object of type "DurableObjectState". This type does not support serialization.',
      "DataCloneError: () => 2 could not be cloned.",
      "gave 0",
    ]);
  });

  it("leaves out undefined values of several, and storage.kv takes one", () => {
    expect(
      tried([
        `storage.put({ a: undefined, b: 1 })`,
        `storage.kv.put("c", undefined)`,
        `storage.list().then((all) => [...all.keys()].join())`,
      ]),
    ).toEqual(["gave undefined", "gave undefined", "gave b,c"]);
  });

  const commits = (body: string, world: Partial<World> = {}): readonly string[] => {
    const { records } = walk(setup(`${body} return new Response("ok");`, "main", world), ["*"]);
    expect(records.filter(({ kind }) => kind === "violation")).toEqual([]);
    return records.flatMap((record) =>
      record.kind === "commit-starts"
        ? [record.commitWrites.join()]
        : record.kind === "lock-taken"
          ? ["lock"]
          : [],
    );
  };
  const cache = { backend: "cache" } as const;

  it.each([{}, cache])("of the value that is there makes no commit and holds nothing: %o", (world) => {
    const again = (options: string): string => `
    storage.put("a", { list: [1, 2] });
    await storage.sync();
    storage.put("a", { list: [1, 2] }${options});
    connect("peer:9000");`;
    expect(commits(again(""), world)).toEqual(["lock", "1"]);
    expect(commits(again(", { allowUnconfirmed: true }"), world)).toEqual(["lock", "1"]);
    expect(commits(`storage.put("a", 1, { allowUnconfirmed: true }); storage.put("a", 1);`, world)).toEqual([
      "1",
    ]);
  });

  it("makes one with the cache for a value that it does not know, whatever is on disk", () => {
    const body = `storage.put("a", 1); if (path === "/1") { await storage.sync(); this.ctx.abort("enough"); }`;
    const twice = { requests: ["/1", "/2"] };
    expect(commits(body, { ...cache, ...twice })).toEqual(["lock", "1", "lock", "2"]);
    expect(commits(body, twice)).toEqual(["lock", "1"]);
    expect(commits(`await storage.get("a"); ${body}`, { ...cache, ...twice })).toEqual(["lock", "1"]);
  });

  it("is left out of what a transaction() of the cache's commits", () => {
    const inside = (steps: string): string => `
    storage.put({ a: 1, b: 1 });
    await storage.get("missing");
    await storage.sync();
    await storage.transaction(async (txn) => { ${steps} });`;
    expect(commits(inside(`txn.put("a", 1);`), cache)).toEqual(["lock", "1,2"]);
    expect(commits(inside(`txn.put("a", 1);`), { ...cache, commits: "blocking" })).toEqual(["lock", "1,2"]);
    expect(commits(inside(`txn.put("a", 2); txn.put("a", 1); txn.put("b", 2);`), cache)).toEqual([
      "lock",
      "1,2",
      "lock",
      "5",
    ]);
    // What is put beside it meanwhile is what it is compared with.
    expect(commits(inside(`txn.put("a", 1); storage.put("a", 2);`), cache).at(-1)).toBe("4,3");
  });

  it("nor does delete() of a key that the cache knows to be missing, also among others", () => {
    const body = `await storage.get("a"); storage.delete(["a", "b"]); await storage.delete("b");`;
    expect(commits(body, cache)).toEqual(["lock", "1"]);
    const { records } = walk(setup(`${body} return new Response("ok");`, "main", cache), ["*"]);
    expect(story(records).filter((line) => line.startsWith("delete "))).toEqual(["delete b"]);
  });
});

describe("what only SQLite has", () => {
  it("throws with the write-back cache when it is called (run on workerd)", () => {
    const calls = [
      "storage.kv.put('a', 1)",
      "storage.kv.get('a')",
      "storage.sql.exec('SELECT 1')",
      "storage.transactionSync(() => {})",
    ];
    const body = `const { kv, sql } = storage; ${attempts(calls)}`;
    const told = logs(walk(setup(body, "main", { backend: "cache" }), ["*"]).records);
    const texts = [
      /^Error: The storage\.kv \(synchronous KV\) API is only available .* `storage\.get\(\)`\)\. SQLite can be enabled .* `migrations` in your wrangler\.jsonc .* data\)\.$/,
      /^Error: The storage\.kv /,
      /^Error: This Durable Object is not backed by SQLite storage, so the SQL API is not available\. SQL can be enabled .* `\[\[migrations\]\]` .* data\)\.$/,
      /^Error: Durable Object is not backed by SQL\.$/,
    ];
    expect(told).toEqual(texts.map((text) => expect.stringMatching(text)));
    expect(logs(walk(setup(body), ["*"]).records)).toContain("gave undefined");
  });
});

describe("list()", () => {
  it("takes keys between start or startAfter and end, by prefix, up to a limit, from either side", () => {
    const listed = (options: string): string =>
      `storage.list(${options}).then((all) => [...all].map(([key, value]) => key + value).join(" "))`;
    expect(
      tried([
        `storage.put({ b2: 5, a1: 1, b1: 4, a3: 3, a2: 2, "\\u{1F600}": 7, "\\uFFFD": 6 })`,
        listed(""),
        listed(`{ startAfter: "a3", limit: 2 }`),
        listed(`{ start: "a2", end: "b1" }`),
        listed(`{ prefix: "a", reverse: true, limit: 2 }`),
        listed(`{ start: "a", startAfter: "b" }`),
        listed(`{ limit: 0 }`),
      ]),
    ).toEqual([
      "gave undefined",
      "gave a11 a22 a33 b14 b25 \uFFFD6 \u{1F600}7",
      "gave b14 b25",
      "gave a22 a33",
      "gave a33 a22",
      "TypeError: list() cannot be called with both start and startAfter values.",
      "TypeError: List limit must be positive.",
    ]);
  });

  it("takes its options with the cache, too", () => {
    const { records } = walk(
      setup(
        `
    storage.put({ a: 1, b: 2 });
    console.log([...(await storage.list({ startAfter: "a" })).keys()].join());
    return new Response("ok");`,
        "main",
        { backend: "cache" },
      ),
      ["*"],
    );
    expect(logs(records)).toEqual(["b"]);
  });
});

describe("deleteAll() on a local disk", () => {
  const body = `
    storage.put("a", 1);
    storage.deleteAll();
    console.log("keys " + (await storage.list()).size);
    if (path === "/put") { storage.put("b", 1); await storage.sync(); console.log("synced"); storage.put("c", 1); }
    if (path === "/twice") storage.deleteAll();
    connect("peer:9000");
    return new Response("ok");`;
  const disk = (path: string) => {
    const { records } = walk(setup(body, "main", { commits: "blocking", requests: [path] }), ["*"]);
    return records.flatMap((record) =>
      record.kind === "file-replaced" || record.kind === "new-file-synced"
        ? [`${record.kind} ${record.fsyncs}`]
        : record.kind === "commit-durable"
          ? ["commit"]
          : [],
    );
  };

  it("replaces the file within the call, and the put before it is gone without a commit", () => {
    expect(disk("/")).toEqual(["file-replaced 6"]);
  });

  it("takes more calls of fsync for the first commit into the new file, and fewer for the next deleteAll()", () => {
    expect(disk("/put")).toEqual(["file-replaced 6", "new-file-synced 2", "commit", "commit"]);
    expect(disk("/twice")).toEqual(["file-replaced 6", "file-replaced 4"]);
  });

  it("holds nothing, also not for the put that it takes back", () => {
    const { records } = walk(setup(body, "main", { commits: "blocking" }), ["*"]);
    expect(records.filter(({ kind }) => kind === "violation")).toEqual([]);
    expect(observed(records)).toContain("syn");
  });
});
