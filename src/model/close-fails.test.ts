import { describe, expect, it } from "vitest";
import type { World } from "./setup.ts";
import { setup, story, walk } from "./testing.ts";

describe("socket.close() that waits behind a write which fails (4.7 step 5)", () => {
  const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    report("closed", socket.closed);
    const writer = socket.writable.getWriter();
    report("first", writer.write(bytes("0123456789")));
    report("second", writer.write(bytes("0123456789")));
    report("close()", socket.close());
    await scheduler.wait(1_000);
    return new Response("ok");`;

  it("resolves when the far end resets: closed first, the write's rejection, then close() (run on workerd)", () => {
    const from = setup(body, "main", { windowBytes: 10, peer: { readAfterMs: 10_000, rstAfterMs: 100 } });
    const told = story(walk(from, ["*"]).records).filter((line) => line.startsWith("log "));
    expect(told).toEqual([
      "log first",
      "log closed",
      "log second rejected: Network connection lost.",
      "log close()",
    ]);
  });
});

describe("the close that socket.close() lets out", () => {
  const passes = (body: string, world: Partial<World> = {}) => {
    const { records } = walk(setup(`${body} return new Response("ok");`, "main", world), ["*"]);
    return records.flatMap((record) =>
      record.kind === "output-passes" && record.output.type === "close" ? [record.waiter] : [],
    );
  };

  it("has no wait of its own where the writable has ended and nothing is flushed", () => {
    const open = `const socket = connect("peer:9000"); await socket.opened;`;
    expect(passes(`${open} await socket.writable.getWriter().close(); await socket.close();`)).toEqual([
      null,
    ]);
    expect(passes(`${open} await socket.close();`)).toEqual([expect.any(Number)]);
  });

  it("is none where startTls() has taken the connection", () => {
    const body = `
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    const secure = socket.startTls();
    await secure.opened;
    await socket.close();`;
    expect(passes(body, { peer: { tls: true } })).toEqual([]);
  });
});

describe("socket.close() after a writer.close() that is not awaited", () => {
  const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    const writer = socket.writable.getWriter();
    report("written", writer.write(bytes("hello")));
    report("writer.close()", writer.close());
    await report("close()", socket.close());
    await report("again", writer.write(bytes("more")));
    return new Response("ok");`;
  const told = (design: string) =>
    story(walk(setup(body, design), ["*"]).records).filter((line) => /^(log|send|receive)/.test(line));

  it("forgets the write before main: it is never sent and never settles (run on workerd)", () => {
    for (const design of ["ungated", "autogate off", "autogate on"])
      expect(told(design)).toEqual([
        "log close()",
        "log again rejected: This WritableStream has been closed.",
      ]);
  });

  it("rejects it on main", () => {
    expect(told("main")).toEqual([
      "log written rejected: This socket has been closed.",
      "log writer.close() rejected: This socket has been closed.",
      "log close()",
      "log again rejected: This WritableStream has been closed.",
    ]);
  });
});

describe("a writable that fails (run on every build)", () => {
  const REASONS = ['"text"', "undefined", "null", "5", "{ a: 1 }", 'new RangeError("r")'];
  const PIPE = (reason: string): string =>
    `const pull = (c) => c.error(${reason}); await report("pipe", new ReadableStream({ pull }, { highWaterMark: 0 }).pipeTo(socket.writable));`;
  const told = (body: string, design = "main", keys = ["*"]): readonly string[] => {
    const shown = `
      const show = (e) => (e instanceof Error ? e.name + ": " + e.message : JSON.stringify(e));
      const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + ": " + show(e)));
      const socket = connect("peer:9000");
      await socket.opened;
      ${body}
      await scheduler.wait(100);
      return new Response("ok");`;
    return story(walk(setup(shown, design, { windowBytes: 5 }), keys).records).filter((line) =>
      /^(log|stuck|fin|rst)/.test(line),
    );
  };
  const as = ['"text"', "undefined", "null", "5", '{"a":1}', "RangeError: r"];

  it("rejects what comes later with the reason, whatever that is, and is left alone by abort()", () => {
    const names = ["ready", "write", "closed", "close"];
    const uses = `const w = socket.writable.getWriter(); await w.abort("again");
      report("ready", w.ready); report("write", w.write(bytes("x"))); report("close", w.close()); report("closed", w.closed);`;
    for (const [at, reason] of REASONS.entries())
      for (const fails of [
        `${PIPE(reason)} `,
        `report("pipe", Promise.reject(${reason})); socket.writable.abort(${reason});`,
      ])
        expect(told(`${fails} ${uses}`)).toEqual(["pipe", ...names].map((name) => `log ${name}: ${as[at]}`));
  });

  it("rejects what is pending with the reason, and closes the writer that has the lock", () => {
    const body = `const w = socket.writable.getWriter();
      report("closed", w.closed); report("first", w.write(bytes("0123456789"))); report("second", w.write(bytes("x"))); report("close", w.close());
      report("abort", w.abort("text")); report("late", w.write(bytes("x"))); report("ready", w.ready);`;
    expect(told(body)).toEqual([
      ...["closed", "first", "second"].map((name) => `log ${name}: "text"`),
      "log abort",
      "log late: TypeError: This WritableStream has been closed.",
      "log ready",
      'log close: "text"',
    ]);
  });

  it("has socket.close() resolve and leave the connection as it is; closed rejects with an Error of the reason", () => {
    const outside = [
      "Error: text",
      "Error: undefined",
      "Error: null",
      "Error: 5",
      "Error: #<Object>",
      "RangeError: r",
    ];
    const close = `report("closed", socket.closed); await report("close()", socket.close()); report("again", socket.close());`;
    for (const design of ["main", "autogate on", "ungated"])
      for (const [at, reason] of REASONS.entries()) {
        const lines = [`log closed: ${outside[at]}`, "log close()", `log again: ${outside[at]}`];
        expect(told(`socket.writable.getWriter().abort(${reason}); ${close}`, design)).toEqual(lines);
        expect(told(`${PIPE(reason)} ${close}`, design)).toEqual([`log pipe: ${as[at]}`, ...lines]);
      }
    const own = `class Own extends Error { name = "Own"; } socket.writable.abort(new Own("m")); ${close}`;
    expect(told(own)[0]).toBe("log closed: Error: Own: m");
  });

  it("of a connection that was refused has nothing to end: close() resolves", () => {
    const body = `const refused = connect("peer:1"); await refused.opened.catch(() => {}); const w = refused.writable.getWriter();
      report("ready", w.ready); report("write", w.write(bytes("x"))); report("close", w.close());`;
    const lines = told(body, "main", ["r1", "a1", "n1", "x2", "*"]);
    const text = "Error: jsg.Error: proxy request failed, cannot connect to the specified address";
    expect(lines).toEqual([`log ready: ${text}`, `log write: ${text}`, "log close"]);
  });

  it("rejects the closed of what startTls() gives", () => {
    const body = `const plain = connect("peer:1", { secureTransport: "starttls" }); await plain.opened;
      plain.writable.abort(new RangeError("r")); report("closed", plain.startTls().closed);`;
    expect(told(body)).toEqual(["log closed: RangeError: r"]);
  });
});
