import { describe, expect, it } from "vitest";
import { enabled, heldOutputs } from "./model.ts";
import type { World } from "./setup.ts";
import { program, setup, story, walk } from "./testing.ts";

const HTTP: Partial<World> = { peer: { http: true }, commitMs: 100, oneWayMs: 1 };
const BLOCKING: Partial<World> = { ...HTTP, commits: "blocking" };
const FAILS: Partial<World> = { ...HTTP, commitAnswers: { 1: [{ how: "fails" }] } };

/** Makes the handler say how a promise settles, with the flags of its error. */
const TELL = `const tell = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + ": " + e.name + ": " + e.message + " " + JSON.stringify({ remote: e.remote, retryable: e.retryable, durableObjectReset: e.durableObjectReset })));
const other = () => this.env.DEMO.get(this.env.DEMO.idFromName("b"));
`;
const FETCH = 'fetch("http://peer:9000/")';
const DONE = 'return new Response("ok");';

/** What happens by itself, in short and without what reaches the far end, after the client's request. */
function run(body: string, world: Partial<World> = HTTP, design = "main", keys = ["*"]): readonly string[] {
  return story(walk(setup(TELL + body, design, world), keys).records)
    .slice(1)
    .filter((line) => !/^(receive|peer-|fin-received|closed|accept|response-sent)/.test(line))
    .map((line) => line.replace(/\r\n.*/s, ""));
}
const logs = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.startsWith("log "));

const BUILDS = ["ungated", "autogate on", "main"] as const;

describe("fetch() over the network (MODEL 2.4 row 1)", () => {
  it.each(BUILDS)("does not even connect before the commit (%s)", (design) => {
    expect(run(`storage.put("count", 1); await tell("fetched", ${FETCH}); ${DONE}`, HTTP, design)).toEqual(
      [
        "put count",
        "commit 1 starts",
        "commit 1 durable",
        "syn",
        "send GET / HTTP/1.1",
        "log fetched",
        "fin-sent",
        "response 200 ok",
      ].filter((line) => design === "main" || line !== "fin-sent"),
    );
  });
  it.each(BUILDS)("is never seen when the commit fails (%s)", (design) => {
    const seen = run(`storage.put("count", 1); await tell("fetched", ${FETCH}); ${DONE}`, FAILS, design);
    expect(seen).not.toContain("syn");
    expect(seen).toContain("dropped fetch");
  });
  it("goes at once when it is called before the put, and loses against a commit that fails in its turn", () => {
    const body = `const fetched = tell("fetched", ${FETCH}); storage.put("count", 1); await fetched; ${DONE}`;
    expect(run(body).slice(0, 4)).toEqual(["put count", "commit 1 starts", "syn", "send GET / HTTP/1.1"]);
    const failing = { ...BLOCKING, commitAnswers: { 1: [{ how: "fails" }] } } as const;
    expect(run(body, failing)).not.toContain("syn");
    expect(run(body, failing, "ungated")).toContain("syn");
  });
  it("waits for the input gate too, which a held connect() does not", () => {
    const body = `storage.put("count", 1);
      const socket = connect("peer:9000"); socket.opened.then(() => console.log("opened"));
      const fetched = tell("fetched", ${FETCH});
      await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(600); console.log("block ends"); });
      await fetched; ${DONE}`;
    const seen = run(body);
    expect(seen.filter((line) => /^(syn|log|commit)/.test(line))).toEqual([
      "commit 1 starts",
      "commit 1 durable",
      "syn",
      "log block ends",
      "syn",
      "log opened",
      "log fetched",
    ]);
    const { state } = walk(setup(TELL + body, "main", HTTP), ["", "", "", ""]);
    expect(heldOutputs(state).map(({ output, why }) => [output.type, why])).toEqual([
      ["fetch", "the gate lets it through; waits for the input gate, which is held"],
    ]);
  });
  it("captures the locks there are when it is called", () => {
    const seen = run(
      `storage.put("a", 1); const first = tell("first", ${FETCH}); await scheduler.wait(20); storage.put("b", 2); await first; ${DONE}`,
    );
    expect(seen.indexOf("log first")).toBeLessThan(seen.indexOf("commit 2 durable"));
    expect(seen.indexOf("log first")).toBeGreaterThan(seen.indexOf("commit 1 durable"));
  });
  it("sends method, path, headers and body", () => {
    const { records } = walk(
      setup(
        `const asked = new Request("http://peer:9000/a?b=1#c", { method: "put", headers: { "X-Test": "1" }, body: new TextEncoder().encode("hi") }); await fetch(asked); ${DONE}`,
        "main",
        HTTP,
      ),
      ["*"],
    );
    const sent = records.flatMap((record) =>
      record.kind === "outside" && record.event.type === "send" ? [record.event.text] : [],
    );
    expect(sent).toEqual([
      "PUT /a?b=1 HTTP/1.1\r\nContent-Length: 2\r\nHost: peer:9000\r\nX-Test: 1\r\n\r\nhi",
    ]);
  });
  it("gives the answer's head first, its body in a later turn", () => {
    const world = {
      ...BLOCKING,
      peer: { reply: 'HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\nX-A: b\r\n\r\n{"a":1}' },
    };
    const body = `const r = await ${FETCH}; console.log(r.status, r.ok, r.statusText, r.headers.get("x-a"), r.url); storage.put("count", 1); console.log((await r.json()).a); ${DONE}`;
    for (const design of BUILDS)
      expect(run(body, world, design).slice(2)).toEqual([
        "log 404 false Not Found b http://peer:9000/",
        "put count",
        "commit 1 starts",
        "commit 1 durable",
        "log 1",
        "response 200 ok",
      ]);
  });
  it("closes the connection when the answer is there (main), or when its body has been read", () => {
    const body = `const r = await ${FETCH}; console.log("head"); await scheduler.wait(50); console.log(await r.text()); ${DONE}`;
    const ends = (design: string) =>
      run(body, HTTP, design).filter((line) => line === "fin-sent" || line.startsWith("log"));
    expect(ends("main")).toEqual(["log head", "fin-sent", "log peer"]);
    expect(ends("ungated")).toEqual(["log head", "fin-sent", "log peer"]);
    const unread = `await ${FETCH}; ${DONE}`;
    expect(run(unread, HTTP, "main")).toContain("fin-sent");
    expect(run(unread, HTTP, "ungated")).not.toContain("fin-sent");
  });
  it("uses a connection again that may be kept, for the same address", () => {
    const world = { ...HTTP, peer: { reply: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npeer" } };
    const body = `const first = await ${FETCH}; const second = ${FETCH}; await scheduler.wait(1); console.log("first " + await first.text()); await tell("second", second); await fetch("http://peer/"); ${DONE}`;
    // The far end answers the first request alone.
    const { records, state } = walk(setup(TELL + body, "main", world), ["*", "e1", "*"]);
    expect(story(records).filter((line) => /^(syn|log)/.test(line))).toEqual([
      "syn",
      "log first peer",
      'log second: Error: Network connection lost. {"retryable":true}',
      "syn",
    ]);
    const told = records.flatMap((record) =>
      record.kind === "socket-closed"
        ? [record.why]
        : record.kind === "outside" && record.event.type === "syn"
          ? [record.event.address]
          : [],
    );
    expect(told).toEqual(["peer:9000", "connection 1 is used again", "peer:80"]);
    // What was not needed keeps the object in memory no longer.
    expect(enabled(state).map(({ key }) => key)).toContain("ev1");
  });
  it("makes a connection of its own to another address while one is kept", () => {
    const world = { ...HTTP, peer: { reply: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npeer" } };
    const body = `await (await ${FETCH}).text(); await (await fetch("http://other:9000/")).text(); ${DONE}`;
    expect(run(body, world).filter((line) => line === "syn")).toHaveLength(2);
  });
  it("hears of an end that has reached the object before it knows that the connection is up", () => {
    const fetched = `await tell("fetched", ${FETCH}); ${DONE}`;
    const seen = run(fetched, { ...HTTP, peer: { finOnAccept: true } }, "main", [
      "r1",
      "a1",
      "i1",
      "n1",
      "*",
    ]);
    expect(seen.filter((line) => /^(send|log)/.test(line))).toEqual([
      "send GET / HTTP/1.1",
      'log fetched: Error: Network connection lost. {"retryable":true}',
    ]);
  });
  it("keeps a connection over the reset of the object that made it", () => {
    const world = {
      ...HTTP,
      peer: { reply: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npeer" },
      requests: ["/", "/again"],
    };
    const body = `console.log(await (await ${FETCH}).text()); if (path === "/") this.ctx.abort("gone"); ${DONE}`;
    expect(run(body, world).filter((line) => /^(syn|send|fin)/.test(line))).toEqual([
      "syn",
      "send GET / HTTP/1.1",
      "send GET / HTTP/1.1",
    ]);
  });
  it("rejects with workerd's texts", () => {
    const LOST = 'log fetched: Error: Network connection lost. {"retryable":true}';
    const fetched = `await tell("fetched", ${FETCH}); ${DONE}`;
    expect(logs(run(fetched, { peer: { refuse: true } }))).toEqual([LOST]);
    expect(logs(run(fetched, { peer: { rstOnAccept: true } }))).toEqual([LOST]);
    expect(logs(run(fetched, { peer: { finOnAccept: true } }))).toEqual([LOST]);
    expect(logs(run(fetched, { peer: { echo: true } }))).toEqual([LOST]);
    expect(logs(run(fetched, { peer: { echo: true } }, "ungated"))).toEqual([
      "log fetched: Error: internal error; reference = ... {}",
    ]);
    expect(
      logs(
        run(
          `for (const url of ["", "peer", "ftp://peer:9000/"]) await tell("fetched", fetch(url)); await tell("fetched", fetch("http://peer/", { body: "x" })); ${DONE}`,
        ),
      ),
    ).toEqual([
      "log fetched: TypeError: Invalid URL:  {}",
      "log fetched: TypeError: Invalid URL: peer {}",
      "log fetched: TypeError: Fetch API cannot load: ftp://peer:9000/ {}",
      "log fetched: TypeError: Request with a GET or HEAD method cannot have a body. {}",
    ]);
  });
  it.each(BUILDS)("rejects the body of an answer that ends too early (%s)", (design) => {
    const world = {
      peer: { reply: "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\npeer", finOnAccept: false },
      oneWayMs: 1,
    };
    const seen = run(
      `const r = await ${FETCH}; console.log("head"); await tell("text", r.text()); ${DONE}`,
      world,
      design,
      ["*", "e1", "*"],
    );
    expect(logs(seen)).toEqual(["log head", 'log text: Error: Network connection lost. {"retryable":true}']);
  });
  it("is refused with advice where it is not modelled", () => {
    const said = (body: string): string | undefined => run(body).find((line) => line.startsWith("stuck"));
    expect(said('await fetch("https://peer/");')).toContain("use http: instead of https:");
    expect(said('await fetch("http://peer/", { headers: { Upgrade: "websocket" } });')).toContain(
      "new WebSocket",
    );
  });
});

describe("a fetch() that its handler aborts", () => {
  const aborted = (
    world: Partial<World>,
    design = "main",
    reason = 'new Error("enough")',
  ): readonly string[] =>
    run(
      `storage.put("count", 1); const stop = new AbortController(); const fetched = tell("fetched", fetch("http://peer:9000/", { signal: stop.signal }));
      await scheduler.wait(50); stop.abort(${reason}); console.log("aborted " + stop.signal.aborted + " " + stop.signal.reason.message); await fetched; ${DONE}`,
      world,
      design,
    );
  it("hears of it only when the gate lets it through, and never connects, while it is held", () => {
    expect(aborted({ ...HTTP })).toEqual([
      "put count",
      "commit 1 starts",
      "log aborted true enough",
      "commit 1 durable",
      "dropped fetch",
      "log fetched: Error: enough {}",
      "response 200 ok",
    ]);
  });
  it("hears of it at once when it is out; its connection is given up before that, or soon", () => {
    const out = (design: string): readonly string[] =>
      aborted({ commitMs: 10, oneWayMs: 1 }, design).filter((line) => /^(log fetched|fin)/.test(line));
    expect(out("main")).toEqual(["log fetched: Error: enough {}", "fin-sent"]);
    expect(out("ungated")).toEqual(["fin-sent", "log fetched: Error: enough {}"]);
  });
  it("is aborted by an AbortError where no reason is given, and not begun with a signal that is aborted", () => {
    expect(aborted({ commitMs: 10, oneWayMs: 1 }, "main", "")).toContain(
      "log fetched: AbortError: The operation was aborted {}",
    );
    const body = `const stop = new AbortController(); stop.abort(new Error("before")); stop.abort(new Error("again")); await tell("fetched", fetch("http://peer:9000/", { signal: stop.signal })); ${DONE}`;
    expect(run(body)).toEqual(["log fetched: Error: before {}", "response 200 ok"]);
  });
});

describe("calls of other objects", () => {
  it("wait for the commit, and so does the answer of an object that writes", () => {
    const body = `if (path === "/other") { console.log("called"); storage.put("b", 1); return new Response("other"); }
      storage.put("a", 1);
      const r = await other().fetch("http://object/other"); console.log("answer " + r.status + " " + await r.text()); ${DONE}`;
    expect(run(body)).toEqual([
      "put a",
      "commit 1 starts",
      "commit 1 durable",
      "log called",
      "put b",
      "commit 2 starts",
      "commit 2 durable",
      "log answer 200 other",
      "response 200 ok",
    ]);
  });
  it("are never made when the commit fails", () => {
    const body = `if (path === "/other") { console.log("called"); } storage.put("a", 1); await other().fetch("http://object/other");`;
    expect(run(body, FAILS)).toContain("dropped call");
    expect(logs(run(body, FAILS))).toEqual([]);
  });
  it("carry method, URL, headers and body there, and status and headers back", () => {
    const body = `if (path === "/other") { console.log(request.method, request.url, request.headers.get("x-a"), await request.text()); return new Response("made", { status: 201, headers: { "x-b": "2" } }); }
      const r = await this.env.DEMO.getByName("b").fetch(new Request("http://object/other?x=1", { method: "POST", body: "hi", headers: { "X-A": "1" } }));
      console.log(r.status, r.headers.get("x-b"), await r.text()); ${DONE}`;
    expect(logs(run(body))).toEqual(["log POST http://object/other?x=1 1 hi", "log 201 2 made"]);
  });
  it("reach the object that calls, which goes on taking events", () => {
    const body = `if (path === "/other") return new Response("self"); const r = await this.env.DEMO.getByName("demo").fetch("http://object/other"); console.log(await r.text(), this.visits); ${DONE}`;
    expect(logs(run(body))).toEqual(["log self 2"]);
  });
  it("fail with the error of the called handler, as a remote one", () => {
    const body = `if (path === "/type") throw new TypeError("no way"); if (path === "/own") throw Object.assign(new Error("mine"), { name: "My" }); if (path === "/text") throw "text"; if (path === "/none") return 5;
      for (const which of ["type", "own", "text", "none"]) await tell(which, other().fetch("http://object/" + which)); ${DONE}`;
    expect(logs(run(body))).toEqual([
      'log type: TypeError: no way {"remote":true}',
      'log own: Error: My: mine {"remote":true}',
      'log text: Error: text {"remote":true}',
      `log none: TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'. {"remote":true}`,
    ]);
  });
  it("fail when the called object is reset; its stub stays broken, a new one does not", () => {
    const body = `if (path === "/other") this.ctx.abort("gone"); if (path === "/fine") return new Response("fine");
      const stub = other(); await tell("call", stub.fetch("http://object/other")); await tell("again", stub.fetch("http://object/fine")); await tell("new stub", other().fetch("http://object/fine")); ${DONE}`;
    expect(logs(run(body))).toEqual([
      'log call: Error: gone {"remote":true,"durableObjectReset":true}',
      'log again: Error: gone {"durableObjectReset":true}',
      "log new stub",
    ]);
  });
  it("reach other objects through stubs as before, when one of them is reset", () => {
    const body = `if (path === "/other") this.ctx.abort("gone"); if (path === "/fine") return new Response("fine");
      const one = this.env.DEMO.getByName("one"), two = this.env.DEMO.getByName("two");
      await tell("two", two.fetch("http://object/fine")); await tell("one", one.fetch("http://object/other")); await tell("two again", two.fetch("http://object/fine")); ${DONE}`;
    expect(logs(run(body))).toEqual([
      "log two",
      'log one: Error: gone {"remote":true,"durableObjectReset":true}',
      "log two again",
    ]);
  });
  it("are refused without a whole URL", () => {
    expect(logs(run(`await tell("call", other().fetch("/fine")); ${DONE}`))).toEqual([
      "log call: TypeError: Invalid URL: /fine {}",
    ]);
  });
  it("fail with the error of the commit that broke the called object", () => {
    const body = `if (path === "/other") { storage.put("b", 1); return new Response("never"); } await tell("call", other().fetch("http://object/other")); ${DONE}`;
    expect(logs(run(body, FAILS))).toEqual([
      'log call: Error: disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC) {"remote":true,"durableObjectReset":true}',
    ]);
    expect(logs(run(body, { ...FAILS, commits: "bucket" }))).toEqual([
      "log call: Error: internal error; reference = ... {}",
    ]);
  });
  it("know the name of an object and an id that depends on it alone", () => {
    const body = `const id = this.env.DEMO.idFromName("b"); console.log(id.name, id.toString().length, other().name, other().id.equals(id), this.ctx.id.name, this.ctx.id.equals(id), String(id) === String(other().id)); ${DONE}`;
    expect(logs(run(body))).toEqual(["log b 64 b true demo false true"]);
  });
  it("are no choices of the environment", () => {
    const { state } = walk(
      setup(
        `if (path === "/other") { await scheduler.wait(50); } else await this.env.DEMO.getByName("b").fetch("http://object/other"); ${DONE}`,
        "main",
        HTTP,
      ),
      [""],
    );
    expect(state.requests).toHaveLength(2);
    expect(enabled(state).map(({ key }) => key)).toEqual(["t1", "uc1", "uc2", "d1"]);
  });
});

describe("methods of other objects (MODEL 2.4 rows 8 and 9)", () => {
  /** A run of a class with a method add() beside fetch(). */
  function runClass(body: string, method: string, world: Partial<World> = HTTP): readonly string[] {
    const source = `import { DurableObject } from "cloudflare:workers";
export class Demo extends DurableObject {
  async fetch(request) {
    const storage = this.ctx.storage;
    ${TELL}${body}
  }
  ${method}
}`;
    const { records } = walk({ ...setup("", "main", world), program: program(source) }, ["*"]);
    return story(records)
      .slice(1)
      .filter((line) => !line.startsWith("response-sent"));
  }
  const ADD = 'add(a, b) { console.log("add"); return a + b; }';
  const SUM = `console.log("sum " + await other().add(1, 2)); ${DONE}`;

  it("wait for the commit, below JavaScript", () => {
    expect(runClass(`storage.put("count", 1); ${SUM}`, ADD)).toEqual([
      "put count",
      "commit 1 starts",
      "commit 1 durable",
      "log add",
      "log sum 3",
      "response 200 ok",
    ]);
    const blocked = runClass(
      `storage.put("count", 1); const sum = other().add(1, 2); await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(600); console.log("block ends"); }); console.log("sum " + await sum); ${DONE}`,
      ADD,
    );
    expect(logs(blocked)).toEqual(["log add", "log block ends", "log sum 3"]);
  });
  it("give their result only when what they wrote is durable", () => {
    const writes =
      'async add(a, b) { console.log("add"); this.ctx.storage.put("x", 1); return { sum: a + b }; }';
    const body = `console.log((await other().add(1, 2)).sum); ${DONE}`;
    expect(runClass(body, writes)).toEqual([
      "log add",
      "put x",
      "commit 1 starts",
      "commit 1 durable",
      "log 3",
      "response 200 ok",
    ]);
    expect(
      logs(
        runClass(`await tell("sum", other().add(1, 2)); ${DONE}`, writes, { ...FAILS, commits: "bucket" }),
      ),
    ).toEqual(["log add", "log sum: Error: internal error; reference = ... {}"]);
  });
  it("reject as remote errors, or for want of the method", () => {
    const body = `await tell("sum", other().add(1)); await tell("none", other().nothing(1)); ${DONE}`;
    expect(logs(runClass(body, 'add() { throw new RangeError("no sum"); }'))).toEqual([
      'log sum: RangeError: no sum {"remote":true}',
      'log none: TypeError: The RPC receiver does not implement the method "nothing". {"remote":true}',
    ]);
  });
  it("are refused with advice where something else than data is given", () => {
    const stuck = (body: string, method: string): string | undefined =>
      runClass(body, method).find((line) => line.startsWith("stuck"));
    expect(stuck("await other().add(() => 1);", ADD)).toContain("give it plain data");
    expect(stuck("await other().add(1);", "add() { return () => 1; }")).toContain("give it plain data");
  });
});
