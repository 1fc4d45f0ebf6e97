import { describe, expect, it } from "vitest";
import { enabled, encode } from "./model.ts";
import type { World } from "./setup.ts";
import { observed, setup, walk } from "./testing.ts";

/** As real workerd answers it, after 30.1 s (1.20261117.1). */
const TOO_LONG =
  'response 500 caller sees Error: A call to blockConcurrencyWhile() in a Durable Object waited for too long. The call was canceled and the Durable Object was reset. {"remote":true,"durableObjectReset":true,"overloaded":true}';

const violations = (records: ReturnType<typeof walk>["records"]) =>
  records.flatMap((record) => (record.kind === "violation" ? [`${record.property}: ${record.text}`] : []));

/** Runs a handler's body to its end by the default schedule. */
const run = (body: string, more: Parameters<typeof setup>[2] = {}) => walk(setup(body, "main", more), ["*"]);

describe("a critical section that takes too long", () => {
  it("resets the object after 30 s, and its caller is told so (MODEL 1)", () => {
    const { records, state } = run(`
    await this.ctx.blockConcurrencyWhile(() => scheduler.wait(60_000));
    return new Response("never");`);
    expect(observed(records)).toEqual([TOO_LONG]);
    expect(records.find((record) => record.kind === "object-aborts")?.at).toBe(30_000);
    expect(state.actors[0]?.context).toBe("dead");
    expect(violations(records)).toEqual([]);
  });

  it("counts for transaction() as well, and for the outer one of two", () => {
    const transaction = run(`
    await storage.transaction(() => scheduler.wait(60_000));
    return new Response("never");`);
    expect(observed(transaction.records)).toEqual([TOO_LONG]);
    const nested = run(`
    await this.ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(10_000);
      await this.ctx.blockConcurrencyWhile(() => scheduler.wait(60_000));
    });
    return new Response("never");`);
    expect(observed(nested.records)).toEqual([TOO_LONG]);
    expect(nested.records.find((record) => record.kind === "object-aborts")?.at).toBe(30_000);
  });

  it("is let be when its function has settled in time", () => {
    const { records, state } = run(`
    await this.ctx.blockConcurrencyWhile(() => scheduler.wait(29_999));
    await scheduler.wait(10_000);
    return new Response("ok");`);
    expect(observed(records)).toEqual(["response 200 ok"]);
    expect(enabled(state).map(({ key }) => key)).not.toContain("bt1");
  });

  it("is a time limit that a person may let strike at once, and a new life begins after it", () => {
    const from = setup(
      `
    if (path === "/1") await this.ctx.blockConcurrencyWhile(() => scheduler.wait(50));
    return new Response(path + " visit " + this.visits);`,
      "main",
      { requests: ["/1", "/2"] },
    );
    const open = walk(from, ["r1"]).state;
    expect(enabled(open).find(({ key }) => key === "bt1")).toMatchObject({
      due: 30_000,
      role: "failure",
      title: "Critical section 1 has taken too long",
    });
    expect(observed(walk(from, ["r1", "bt1", "*"]).records)).toEqual([TOO_LONG, "response 200 /2 visit 1"]);
    expect(encode(walk(from, ["r1", "bt1"]).state)).not.toBe(encode(open));
  });
});

describe("a critical section that awaits what was asked for outside of it (L7)", () => {
  const awaiting = (promise: string, before = ""): string => `
    const socket = connect("peer:9000");
    ${before}
    await this.ctx.blockConcurrencyWhile(async () => { await ${promise}; });
    return new Response("never");`;
  const L7 = (what: string): string =>
    `L7: the critical section awaits ${what}, asked for outside of it, which waits for the section to end`;

  it("connects and never hears of it: opened is delivered outside, and the object is reset after 30 s", () => {
    const { records } = run(awaiting("socket.opened"));
    expect(observed(records).filter((text) => text !== "syn")).toEqual([
      "accept",
      "fin-received",
      "closed",
      TOO_LONG,
    ]);
    expect(violations(records)).toEqual([L7("opened of socket 1")]);
  });

  it("is seen through then(), Promise.all(), Promise.race() and a function that awaits", () => {
    const forms = [
      "socket.opened.then(() => 1)",
      "Promise.all([1, socket.opened])",
      "Promise.race([socket.opened, scheduler.wait(60_000)])",
      "(async () => { await socket.opened; })()",
      "new Promise((resolve) => socket.opened.then(resolve))",
    ];
    for (const form of forms)
      expect([form, violations(run(awaiting(form)).records)]).toEqual([form, [L7("opened of socket 1")]]);
  });

  it("is seen for a write, a read and a timer of the outside, and for a section within", () => {
    const opened = "await socket.opened; const writer = socket.writable.getWriter();";
    expect(
      violations(run(awaiting("written", `${opened} const written = writer.write(bytes("x"));`)).records),
    ).toEqual([L7("write 1 of socket 1")]);
    const reading = "const reading = socket.readable.getReader().read();";
    expect(violations(run(awaiting("reading", reading), { peer: { greet: "hi" } }).records)).toContain(
      L7("what was read from socket 1"),
    );
    expect(violations(run(awaiting("timer", "const timer = scheduler.wait(5);")).records)).toEqual([
      L7("timer 1"),
    ]);
  });

  it("is seen for closed of a refused connection, the end of a socket, a read from storage and sync()", () => {
    const opened = "await socket.opened; const writer = socket.writable.getWriter();";
    const read = 'const reading = storage.get("a", { allowConcurrency: true });';
    const cases: readonly (readonly [string, string, string, Partial<World>])[] = [
      ["closed of socket 1", "socket.closed.catch(() => {})", "", { peer: { refuse: true } }],
      ["the end of socket 1", "ended", `${opened} const ended = writer.close();`, {}],
      ["a read from storage", "reading", read, { backend: "cache" }],
      ["sync()", "synced", 'storage.put("a", 1); const synced = storage.sync();', {}],
    ];
    for (const [what, promise, before, world] of cases)
      expect(violations(run(awaiting(promise, before), world).records)).toEqual([L7(what)]);
  });

  it("is seen for a socket that is closing while its flush waits for the gate and then for the section", () => {
    const put = 'await socket.opened; storage.put("a", 1);';
    const cases: readonly (readonly [string, string, string])[] = [
      ["close() of socket 1", "closing", `${put} const closing = socket.close();`],
      ["closed of socket 1", "socket.closed", `${put} socket.close();`],
      ["close() of socket 1", "closing", "const closing = socket.close();"],
      ["the end of socket 1", "ended", "const ended = socket.writable.getWriter().close();"],
      [
        "the end of socket 1",
        "writer.closed",
        `${put} const writer = socket.writable.getWriter(); writer.close();`,
      ],
    ];
    for (const [what, promise, before] of cases)
      expect([before, violations(run(awaiting(promise, before)).records)]).toEqual([before, [L7(what)]]);
  });

  it("is seen while the flush still waits at the gate: it has to wait for the section after that", () => {
    const body = awaiting(
      "closing",
      'await socket.opened; storage.put("a", 1); const closing = socket.close();',
    );
    const { records } = walk(setup(body, "main"), ["r1", "", "", "bt1"]);
    expect(violations(records)).toEqual([
      "L7: the critical section awaits close() of socket 1, asked for outside of it, which waits at the output gate and then for the section to end",
    ]);
  });

  it("is seen for calls and their answers, startTls(), and a pipe between sockets", () => {
    const http = { peer: { http: true } };
    const tls = { peer: { tls: true } };
    const old = 'const old = connect("peer:9000", { secureTransport: "starttls" });';
    const cases: readonly (readonly [string, string, string, Partial<World>])[] = [
      ["fetch 1", "answer", 'const answer = fetch("http://peer/");', http],
      ["the answer to fetch 1", "text", 'const text = (await fetch("http://peer/")).text();', http],
      ["opened of socket 3", "secure.opened", `${old} const secure = old.startTls();`, tls],
      ["closed of socket 2", "old.closed", `${old} await old.opened; old.startTls();`, tls],
      ["a pipe into socket 2", "piped", `${old} const piped = socket.readable.pipeTo(old.writable);`, {}],
    ];
    for (const [what, promise, before, world] of cases)
      expect([what, violations(run(awaiting(promise, before), world).records)]).toEqual([what, [L7(what)]]);
  });

  it("is seen for a pipe from a stream of the handler's own and for a transform stream, whatever their callbacks are", () => {
    const opened = "await socket.opened;";
    const put = `${opened} storage.put("a", 1);`;
    const source = (pull: string) =>
      `new ReadableStream({ async pull(c) { ${pull} } }, { highWaterMark: 0 })`;
    const slow = source('await scheduler.wait(5); c.enqueue(bytes("x")); c.close();');
    const endless = source('c.enqueue(bytes("x"));');
    const through = "const { readable, writable } = new IdentityTransformStream();";
    const written = `const written = writable.getWriter().write(bytes("x")); readable.getReader().read();`;
    const cases: readonly (readonly [string, string, string, Partial<World>])[] = [
      ["a pipe into socket 1", "piped", `${put} const piped = ${slow}.pipeTo(socket.writable);`, {}],
      [
        "a pipe into socket 1",
        "piped",
        `${opened} const piped = ${endless}.pipeTo(socket.writable); await scheduler.wait(1);`,
        { windowBytes: 1 },
      ],
      [
        "timer 2",
        "piped",
        `${opened} const piped = ${slow}.pipeTo(socket.writable); await scheduler.wait(1);`,
        {},
      ],
      ["timer 1", "read", `const read = ${slow}.getReader().read(); await null;`, {}],
      ["what goes through a transform stream", "written", `${through} ${put} ${written} await null;`, {}],
      [
        "what goes through a transform stream",
        "piped",
        `${through} ${put} const piped = ${slow}.pipeTo(writable); readable.pipeTo(socket.writable); await null;`,
        {},
      ],
    ];
    for (const [what, promise, before, world] of cases)
      expect([before, violations(run(awaiting(promise, before), world).records)]).toEqual([
        before,
        [L7(what)],
      ]);
  });

  it("is not blamed for a pipe of the outside that it does not await", () => {
    const pipe =
      'await socket.opened; storage.put("a", 1); new ReadableStream({ start(c) { c.enqueue(bytes("x")); } }).pipeTo(socket.writable);';
    const { records } = run(awaiting("scheduler.wait(60_000)", pipe));
    expect(records.some((record) => record.kind === "event-queued")).toBe(true);
    expect(violations(records)).toEqual([]);
  });

  it("is seen for a section that was asked for outside, and for what waits in the queue of a socket that is lost", () => {
    const opened = "await socket.opened; const writer = socket.writable.getWriter();";
    const other =
      "const other = (async () => { await null; await null; return this.ctx.blockConcurrencyWhile(async () => {}); })();";
    const later = 'writer.write(bytes("x")); const second = writer.write(bytes("y"));';
    const written = 'const written = writer.write(bytes("x")).catch(() => {});';
    const reading = "const reading = socket.readable.getReader().read().catch(() => {});";
    const refused = { peer: { refuse: true } };
    const reset = { peer: { rstAfterMs: 20 } };
    const cases: readonly (readonly [string, string, string, Partial<World>])[] = [
      ["another critical section", "other", other, {}],
      ["write 2 of socket 1", "second", `${opened} ${later}`, {}],
      ["close() of socket 1", "closing", "const closing = socket.close();", refused],
      ["write 1 of socket 1", "written", `${opened} ${written}`, { ...reset, windowBytes: 1 }],
      ["what was read from socket 1", "reading", `${opened} ${reading}`, reset],
    ];
    for (const [what, promise, before, world] of cases)
      expect([before, violations(run(awaiting(promise, before), world).records)]).toEqual([
        before,
        [L7(what)],
      ]);
  });

  it("is seen in a section within a section, which is what the outer one is stuck in", () => {
    const within = `
    await this.ctx.blockConcurrencyWhile(async () => {
      const socket = connect("peer:9000");
      await this.ctx.blockConcurrencyWhile(async () => { await socket.opened; });
    });
    return new Response("never");`;
    expect(violations(run(within).records)).toEqual([L7("opened of socket 1")]);
  });

  it("is not blamed for what was asked for in it and waits for a section within", () => {
    const within = `
    await this.ctx.blockConcurrencyWhile(async () => {
      const socket = connect("peer:9000");
      const timer = this.ctx.blockConcurrencyWhile(() => scheduler.wait(60_000));
      await Promise.all([socket.opened, timer]);
    });
    return new Response("never");`;
    const { records } = run(within);
    expect(observed(records)).toContain(TOO_LONG);
    expect(records.some((record) => record.kind === "event-queued")).toBe(true);
    expect(violations(records)).toEqual([]);
  });

  it("names what it awaits once, however many events wait to settle it", () => {
    const opened = "await socket.opened; const writer = socket.writable.getWriter();";
    const writes = `${opened} const one = writer.write(bytes("1")), two = writer.write(bytes("2"));`;
    expect(violations(run(awaiting("Promise.all([one, two])", writes)).records)).toEqual([
      L7("write 1 of socket 1 and write 2 of socket 1"),
    ]);
  });

  it("is not blamed for what waits outside and is not awaited", () => {
    const body = awaiting("scheduler.wait(60_000)", "report('opened', socket.opened);");
    const { records } = run(body);
    expect(observed(records)).toContain(TOO_LONG);
    expect(records.some((record) => record.kind === "event-queued")).toBe(true);
    expect(violations(records)).toEqual([]);
  });

  it("is violated under every design", () => {
    for (const design of ["ungated", "autogate on", "r1", "main"]) {
      const { records } = walk(setup(awaiting("socket.opened"), design), ["*"]);
      expect(violations(records)).toEqual([L7("opened of socket 1")]);
    }
  });
});
