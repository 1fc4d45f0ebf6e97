import { describe, expect, it } from "vitest";
import { enabled } from "./model.ts";
import type { World } from "./setup.ts";
import { DESIGNS, setup, story, walk } from "./testing.ts";
import { audit } from "./testing-books.ts";

/** What is told of a run: all but the far end's view. Commits take long, as in the recordings of commits that go to a bucket. */
function told(body: string, world: Partial<World> = {}, design = "main"): string[] {
  const { records } = walk(setup(body, design, { commitMs: 500, oneWayMs: 1, ...world }), ["*"]);
  const own =
    /^(log|put|commit \d+ (durable|fails)|send|fin-sent|rst-sent|body|response-sent|violates|dropped|stuck)/;
  return story(records).filter((line) => own.test(line));
}

/** A source that gives "before", puts, gives "after" and ends, each 50 ms after the other. */
const PUT_BETWEEN = `
    let n = 0;
    const source = new ReadableStream({
      pull: async (controller) => {
        n++;
        if (n === 1) return controller.enqueue(bytes("before"));
        await scheduler.wait(50);
        if (n === 3) return controller.close();
        storage.put("count", 1);
        controller.enqueue(bytes("after"));
      },
    }, { highWaterMark: 0 });`;

const OPEN = `
    const socket = connect("peer:9000");
    await socket.opened;`;

const ok = `
    return new Response("ok");`;

describe("a pipe from a stream of the handler's own into a socket (SK10)", () => {
  const leaks = `${OPEN}${PUT_BETWEEN}
    await report("piped", source.pipeTo(socket.writable));${ok}`;

  it("sends what was produced after a put before its commit, but not its end (S2p, recorded)", () => {
    expect(told(leaks)).toEqual([
      "send before",
      "put count",
      "violates S2p",
      "send after",
      "log piped",
      "commit 1 durable",
      "fin-sent",
      "response-sent 200 ok",
    ]);
  });

  it("does so when that commit then fails, which is silence broken (S4, recorded)", () => {
    const lines = told(leaks, { commitAnswers: { 1: [{ how: "fails" }] } });
    expect(lines.slice(0, 4)).toEqual(["send before", "put count", "violates S2p", "send after"]);
    expect(lines).toContain("violates S4");
    expect(lines).toContain("dropped fin");
  });

  it("does so under every design but the one whose sink asks the gate itself", () => {
    for (const design of Object.keys(DESIGNS)) {
      const lines = told(leaks, {}, design);
      expect(lines.includes("violates S2p"), design).toBe(design !== "writes only, d1");
    }
  });

  it("waits as a whole when it begins after the put (recorded)", () => {
    const lines = told(`
    const socket = connect("peer:9000");
    const source = new ReadableStream({ start(c) { c.enqueue(bytes("one")); c.enqueue(bytes("two")); c.close(); } });
    storage.put("count", 1);
    await report("piped", source.pipeTo(socket.writable));${ok}`);
    expect(lines).toEqual([
      "put count",
      "commit 1 durable",
      "send one",
      "send two",
      "fin-sent",
      "log piped",
      "response-sent 200 ok",
    ]);
  });

  it("lets an end that is found between two chunks out as well, before the commit (recorded)", () => {
    const lines = told(`${OPEN}
    let controller;
    const source = new ReadableStream({ start(c) { controller = c; } });
    const piped = report("piped", source.pipeTo(socket.writable));
    await scheduler.wait(50);
    storage.put("count", 1);
    controller.enqueue(bytes("two"));
    controller.close();
    await piped;${ok}`);
    expect(lines).toEqual([
      "put count",
      "violates S2p",
      "send two",
      "violates S3",
      "fin-sent",
      "log piped",
      "commit 1 durable",
      "response-sent 200 ok",
    ]);
  });

  it("is no leak for what was produced before the put, whenever it leaves", () => {
    const lines = told(`${OPEN}
    let controller;
    const source = new ReadableStream({ start(c) { controller = c; c.enqueue(bytes("one")); c.enqueue(bytes("two")); } });
    const piped = source.pipeTo(socket.writable);
    await null;
    storage.put("count", 1);
    await scheduler.wait(5);
    return new Response("ok");`);
    expect(lines.slice(0, 3)).toEqual(["put count", "send one", "send two"]);
    expect(lines.join()).not.toContain("violates");
  });

  it("sends nothing for a chunk without bytes", () => {
    const lines = told(`${OPEN}
    const source = new ReadableStream({ start(c) { for (const text of ["one", "", "two"]) c.enqueue(bytes(text)); c.close(); } });
    await report("piped", source.pipeTo(socket.writable));${ok}`);
    expect(lines.slice(0, 4)).toEqual(["send one", "send two", "fin-sent", "log piped"]);
  });

  it("gives the lock of the socket back when it resolves (main), or when its end has been sent", () => {
    const body = `${OPEN}
    let controller;
    const source = new ReadableStream({ start(c) { controller = c; } });
    const piped = report("piped", source.pipeTo(socket.writable));
    await scheduler.wait(5);
    storage.put("count", 1);
    controller.close();
    await piped;
    console.log(socket.writable.locked);
    await storage.sync();
    await scheduler.wait(5);
    console.log(socket.writable.locked);${ok}`;
    const locked = (design: string) => told(body, {}, design).filter((line) => line.startsWith("log"));
    expect(locked("main")).toEqual(["log piped", "log false", "log false"]);
    expect(locked("ungated")).toEqual(["log piped", "log true", "log false"]);
  });

  it("waits for room at the far end: what fits goes, and so does what is too long where nothing is under way", () => {
    const body = `${OPEN}
    const source = new ReadableStream({ start(c) { for (const text of ["too long", "ab", "cd", "e"]) c.enqueue(bytes(text)); c.close(); } });
    await source.pipeTo(socket.writable);${ok}`;
    const world = { windowBytes: 4, peer: { readAfterMs: 50 } };
    const wire = story(walk(setup(body, "main", world), ["*"]).records);
    expect(wire.filter((line) => /^(send|receive) /.test(line))).toEqual([
      "send too long",
      "receive too long",
      "send ab",
      "send cd",
      "receive ab",
      "send e",
      "receive cd",
      "receive e",
    ]);
  });

  it("is done when its end is out, and a Worker at the far end takes chunk by chunk", () => {
    const body = `${OPEN}
    const source = new ReadableStream({ start(c) { c.enqueue(bytes("one")); c.enqueue(bytes("two")); c.close(); } });
    await report("piped", source.pipeTo(socket.writable));${ok}`;
    const wire = story(walk(setup(body, "main", { service: "worker" }), ["*"]).records);
    expect(wire.filter((line) => /^(send|receive|fin-|log)/.test(line))).toEqual([
      "send one",
      "receive one",
      "send two",
      "receive two",
      "fin-sent",
      "log piped",
      "fin-received",
    ]);
  });

  it("ends the connection when the far end's end was read before: it keeps the object in memory no more (main)", () => {
    const body = `
    const socket = connect("peer:9000", { allowHalfOpen: true });
    await socket.readable.getReader().read();
    const source = new ReadableStream({ start(c) { c.enqueue(bytes("one")); c.close(); } });
    await source.pipeTo(socket.writable);${ok}`;
    const { state } = walk(setup(body, "main", { peer: { finOnAccept: true } }), ["*"]);
    expect(enabled(state).map(({ key }) => key)).toContain("ev1");
  });

  it("takes its turn behind writes that are held (recorded)", () => {
    const lines = told(`${OPEN}
    const writer = socket.writable.getWriter();
    report("one", writer.write(bytes("one")));
    storage.put("count", 1);
    report("two", writer.write(bytes("two")));
    writer.releaseLock();
    const source = new ReadableStream({ start(c) { c.enqueue(bytes("three")); c.close(); } });
    await report("piped", source.pipeTo(socket.writable));${ok}`);
    expect(lines).toEqual([
      "put count",
      "send one",
      "log one",
      "commit 1 durable",
      "send two",
      "log two",
      "send three",
      "fin-sent",
      "log piped",
      "response-sent 200 ok",
    ]);
  });

  it("leaves the socket open with preventClose: what is written then asks the gate again (recorded)", () => {
    const lines = told(`${OPEN}
    let controller;
    const source = new ReadableStream({ start(c) { controller = c; } });
    const piped = report("piped", source.pipeTo(socket.writable, { preventClose: true }));
    storage.put("count", 1);
    await null;
    controller.enqueue(bytes("two"));
    controller.close();
    await piped;
    const writer = socket.writable.getWriter();
    await report("three", writer.write(bytes("three")));
    await report("closed", writer.close());${ok}`);
    expect(lines.filter((line) => !line.startsWith("violates"))).toEqual([
      "put count",
      "send two",
      "log piped",
      "commit 1 durable",
      "send three",
      "log three",
      "fin-sent",
      "log closed",
      "response-sent 200 ok",
    ]);
  });

  it("fails the socket with its source, and the far end sees nothing of it (recorded)", () => {
    const lines = told(`${OPEN}
    let n = 0;
    const broke = new RangeError("source broke");
    const source = new ReadableStream({ async pull(c) { n++; if (n === 1) return c.enqueue(bytes("one")); throw broke; } });
    await report("piped", source.pipeTo(socket.writable));
    const writer = socket.writable.getWriter();
    await report("closed", writer.closed);
    await writer.closed.catch((error) => console.log(error === broke));
    await report("written", writer.write(bytes("x")));
    console.log(socket.writable.locked, source.locked);${ok}`);
    expect(lines).toEqual([
      "send one",
      "log piped rejected: source broke",
      "log closed rejected: source broke",
      "log true",
      "log written rejected: source broke",
      "log true false",
      "response-sent 200 ok",
    ]);
  });

  it("cancels its source when the far end resets the connection (recorded)", () => {
    const lines = told(
      `
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    let n = 0;
    const source = new ReadableStream({ async pull(c) { c.enqueue(bytes("chunk " + ++n)); await scheduler.wait(60); }, cancel(e) { console.log("cancelled " + e.message); } });
    await report("piped", source.pipeTo(socket.writable));
    await report("written", socket.writable.getWriter().write(bytes("x")));${ok}`,
      { peer: { rstAfterMs: 100 } },
    );
    expect(lines).toEqual([
      "send chunk 1",
      "send chunk 2",
      "log closed",
      "log cancelled Network connection lost.",
      "log piped rejected: Network connection lost.",
      "log written rejected: Network connection lost.",
      "response-sent 200 ok",
    ]);
  });

  it("fails before closed and opened when the connection is refused, and after them on main (recorded)", () => {
    const body = `
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    report("opened", socket.opened);
    await report("piped", new ReadableStream({ start(c) { c.enqueue(bytes("one")); } }).pipeTo(socket.writable));${ok}`;
    const refused = "proxy request failed, cannot connect to the specified address";
    const order = (design: string) =>
      told(body, { peer: { refuse: true } }, design).filter((line) => line.startsWith("log"));
    expect(order("ungated")).toEqual([
      "log piped rejected: Network connection lost.",
      `log closed rejected: ${refused}`,
      `log opened rejected: ${refused}`,
    ]);
    expect(order("main")).toEqual([
      `log closed rejected: ${refused}`,
      `log opened rejected: ${refused}`,
      `log piped rejected: jsg.Error: ${refused}`,
    ]);
  });

  it("goes on to its end in silence after a chunk that is no bytes (recorded)", () => {
    const lines = told(`${OPEN}
    const source = new ReadableStream({ start(c) { c.enqueue(bytes("one")); c.enqueue(5); c.enqueue(bytes("two")); c.close(); } });
    await report("piped", source.pipeTo(socket.writable));
    await report("written", socket.writable.getWriter().write(bytes("x")));${ok}`);
    expect(lines).toEqual([
      "send one",
      "log piped",
      "log written rejected: This WritableStream has been closed.",
      "response-sent 200 ok",
    ]);
  });

  it("looks at its signal between chunks, and ends without sending what it has just read (recorded)", () => {
    const lines = told(`${OPEN}
    const stop = new AbortController();
    let feed;
    const source = new ReadableStream({ start(c) { feed = c; }, cancel(e) { console.log("cancelled " + e.message); } });
    const piped = report("piped", source.pipeTo(socket.writable, { signal: stop.signal }));
    feed.enqueue(bytes("one"));
    await scheduler.wait(50);
    stop.abort(new Error("enough"));
    await scheduler.wait(50);
    console.log("two");
    feed.enqueue(bytes("two"));
    await piped;${ok}`);
    expect(lines).toEqual([
      "send one",
      "log two",
      "log cancelled enough",
      "log piped rejected: enough",
      "response-sent 200 ok",
    ]);
  });

  it("locks both sides, and socket.close() cannot stop it (recorded)", () => {
    const lines = told(`${OPEN}
    const source = new ReadableStream({ async pull(c) { await scheduler.wait(50); c.enqueue(bytes("z")); c.close(); } });
    report("closed", socket.closed);
    const piped = report("piped", source.pipeTo(socket.writable));
    console.log(source.locked, socket.writable.locked);
    try { socket.writable.getWriter(); } catch (e) { console.log(e.message); }
    await report("close", socket.writable.close());
    await report("abort", socket.writable.abort());
    await report("cancel", source.cancel());
    await report("pipe", new ReadableStream().pipeTo(socket.writable));
    await report("socket.close()", socket.close());
    await piped;${ok}`);
    const writer = "This WritableStream is currently locked to a writer";
    expect(lines).toEqual([
      "log true true",
      `log ${writer}.`,
      `log close rejected: ${writer}.`,
      `log abort rejected: ${writer}.`,
      "log cancel rejected: This ReadableStream is currently locked to a reader.",
      `log pipe rejected: ${writer}`,
      "log closed rejected: This WritableStream is currently being piped to.",
      "log socket.close()",
      "send z",
      "fin-sent",
      "log piped",
      "response-sent 200 ok",
    ]);
  });

  it("lets close() wait for the end that it has queued (recorded)", () => {
    const lines = told(`${OPEN}
    let controller;
    const source = new ReadableStream({ start(c) { controller = c; } });
    const piped = report("piped", source.pipeTo(socket.writable));
    await scheduler.wait(5);
    storage.put("count", 1);
    controller.close();
    await piped;
    const writer = socket.writable.getWriter();
    report("closed", writer.closed);
    await report("close", writer.close());${ok}`);
    expect(lines).toEqual([
      "put count",
      "log piped",
      "commit 1 durable",
      "fin-sent",
      "log closed",
      "log close",
      "response-sent 200 ok",
    ]);
  });
});

describe("what stands between a handler and a socket", () => {
  const through = (transform: string) => `${OPEN}
    const { readable, writable } = ${transform};
    const piped = report("piped", readable.pipeTo(socket.writable));
    const writer = writable.getWriter();
    report("before", writer.write(bytes("before")));
    await scheduler.wait(50);
    storage.put("count", 1);
    report("after", writer.write(bytes("after")));
    await scheduler.wait(50);
    report("closed", writer.close());
    await piped;${ok}`;

  it("does not leak where it is an IdentityTransformStream: writing into it is gated itself (recorded)", () => {
    expect(told(through("new IdentityTransformStream()"))).toEqual([
      "send before",
      "log before",
      "put count",
      "commit 1 durable",
      "send after",
      "log after",
      "fin-sent",
      "log closed",
      "log piped",
      "response-sent 200 ok",
    ]);
  });

  it("asks the gate for each of its writes that has bytes, for its end, and once for a pipe into it", () => {
    const asked = (use: string) =>
      walk(
        setup(`const stream = new IdentityTransformStream();
    const read = new Response(stream.readable).text();
    storage.put("count", 1);
    ${use}
    console.log(await read);${ok}`),
        ["*"],
      ).records.flatMap((record) =>
        record.kind === "output-passes" && record.output.type === "transform"
          ? [`${record.output.what} ${record.output.bytes} B`]
          : record.kind === "log"
            ? [record.text]
            : [],
      );
    expect(
      asked(`const writer = stream.writable.getWriter();
    await report("number", writer.write(5));
    await report("empty", writer.write(bytes("")));
    await report("one", writer.write(bytes("one")));
    await writer.close();`),
    ).toEqual([
      "number rejected: This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side.",
      "empty",
      "write 3 B",
      "one",
      "end 0 B",
      "one",
    ]);
    expect(
      asked(
        `await new ReadableStream({ start(c) { c.enqueue(bytes("one")); c.close(); } }).pipeTo(stream.writable);`,
      ),
    ).toEqual(["pipe 0 B", "one"]);
  });

  it("leaks where it is a TransformStream, with JavaScript of the handler's or without (recorded)", () => {
    for (const transform of [
      "new TransformStream()",
      "new TransformStream({ transform(chunk, c) { c.enqueue(chunk); } })",
    ])
      expect(told(through(transform)), transform).toEqual([
        "send before",
        "log before",
        "put count",
        "violates S2p",
        "send after",
        "log after",
        "log closed",
        "log piped",
        "commit 1 durable",
        "fin-sent",
        "response-sent 200 ok",
      ]);
  });

  it("leaks again where an IdentityTransformStream is piped into: that is one wait as well (recorded)", () => {
    const lines = told(`${OPEN}${PUT_BETWEEN}
    await report("piped", source.pipeThrough(new IdentityTransformStream()).pipeTo(socket.writable));${ok}`);
    expect(lines).toEqual([
      "send before",
      "put count",
      "send after",
      "commit 1 durable",
      "fin-sent",
      "log piped",
      "response-sent 200 ok",
    ]);
  });

  it("fails the reader of a FixedLengthStream that gets too much or too little (recorded)", () => {
    const lines = told(`
    for (const text of ["ab", "abcd"]) {
      const { readable, writable } = new FixedLengthStream(3);
      const writer = writable.getWriter(), reader = readable.getReader();
      writer.write(bytes(text)).then(() => writer.close()).catch(() => {});
      await report("one", reader.read());
      await report("two", reader.read());
    }${ok}`);
    expect(lines.slice(0, 4)).toEqual([
      "log one",
      "log two rejected: FixedLengthStream did not see all expected bytes before close().",
      "log one rejected: Attempt to write too many bytes through a FixedLengthStream.",
      "log two rejected: Attempt to write too many bytes through a FixedLengthStream.",
    ]);
  });
});

describe("the transform streams of two objects", () => {
  it("wait at the gates of their own, also where their promises are at one address of their heaps", () => {
    const body = `
    storage.put("count", 1);
    new IdentityTransformStream().writable.getWriter().write(bytes("x"));${ok}`;
    const commitAnswers = { 2: [{ how: "durable", afterMs: 50 }] } as const;
    const world = { requests: [["/", "/OBJECT:other/"]], commitAnswers } as const;
    const { records } = walk(setup(body, "ungated", world), ["*"]);
    expect(audit(records, true)).toEqual([]);
    const passes = records.filter(
      (record) => record.kind === "output-passes" && record.output.type === "transform",
    );
    expect(passes.map(({ actor, at }) => [actor, at])).toEqual([
      [1, 10],
      [2, 50],
    ]);
  });
});

describe("a pipe from socket to socket", () => {
  it("goes on below JavaScript while the gate is closed, its end as well (recorded)", () => {
    const { records } = walk(
      setup(
        `
    const a = connect("peer:9000"), b = connect("peer:9000");
    await Promise.all([a.opened, b.opened]);
    const piped = report("piped", a.readable.pipeTo(b.writable));
    await scheduler.wait(20);
    const writer = a.writable.getWriter();
    writer.write(bytes("one"));
    storage.put("count", 1);
    await piped;
    return new Response("ok");`,
        "main",
        { peer: { echo: true, finOnAccept: false }, commitMs: 500, oneWayMs: 1 },
      ),
      ["*"],
    );
    const sends = records.filter((record) => record.kind === "outside" && record.event.type === "send");
    const durable = records.findIndex((record) => record.kind === "commit-durable");
    expect(sends).toHaveLength(2);
    for (const send of sends) expect(send.index).toBeLessThan(durable);
    expect(records.filter((record) => record.kind === "violation")).toEqual([]);
  });

  it("sends what arrives, then the end, without answering that end to its source (recorded)", () => {
    const lines = told(
      `
    const a = connect("peer:9000"), b = connect("peer:9000");
    report("a closed", a.closed);
    await report("piped", a.readable.pipeTo(b.writable));
    await report("written", b.writable.getWriter().write(bytes("x")));${ok}`,
      { peer: { greet: "hi", finOnAccept: true } },
    );
    expect(lines).toEqual([
      "send hi",
      "fin-sent",
      "log piped",
      "log written rejected: This WritableStream has been closed.",
      "response-sent 200 ok",
    ]);
  });

  it("locks the one's readable and the other's writable", () => {
    const lines = told(`
    const a = connect("peer:9000"), b = connect("peer:9000");
    a.readable.pipeTo(b.writable);
    console.log(a.readable.locked, a.writable.locked, b.readable.locked, b.writable.locked);${ok}`);
    expect(lines).toContain("log true false false true");
  });

  it("is over at once where its source has ended or failed before", () => {
    const pipe = (options: string, peer: World["peer"]) =>
      told(
        `
    const a = connect("peer:9000", { allowHalfOpen: true }), b = connect("peer:9000", { allowHalfOpen: true });
    const reader = a.readable.getReader();
    await report("read", reader.read());
    reader.releaseLock();
    await report("piped", a.readable.pipeTo(b.writable, ${options}));
    await report("written", b.writable.getWriter().write(bytes("x")));${ok}`,
        { peer },
      ).filter((line) => !line.startsWith("response"));
    const ended = { finOnAccept: true };
    expect(pipe("{ preventClose: true }", ended)).toEqual(["log read", "log piped", "send x", "log written"]);
    expect(pipe("{}", ended)).toEqual([
      "log read",
      "fin-sent",
      "log piped",
      "log written rejected: This WritableStream has been closed.",
    ]);
    const lost = "rejected: Network connection lost.";
    expect(pipe("{}", { rstAfterMs: 20 })).toEqual([
      `log read ${lost}`,
      `log piped ${lost}`,
      `log written ${lost}`,
    ]);
  });

  it("fails with its source: an error on main, a clean end before (recorded for a reader)", () => {
    const body = `
    const a = connect("peer:9000"), b = connect("peer:9000");
    await report("piped", a.readable.pipeTo(b.writable));${ok}`;
    const { records } = walk(setup(body, "main", { peer: { rstAfterMs: 20 } }), ["*"]);
    expect(records).toContainEqual(
      expect.objectContaining({
        kind: "promise-settles",
        promise: "socket 2 pipeTo()",
        outcome: "rejected",
        text: "Network connection lost.",
      }),
    );
    expect(told(body, { peer: { rstAfterMs: 20 } })[0]).toBe("log piped rejected: Network connection lost.");
    expect(told(body, { peer: { rstAfterMs: 20 } }, "ungated")).toContain("log piped");
  });
});

describe("a socket's readable", () => {
  it("is piped into a stream of the handler's own, through a transform, and read with for await (recorded)", () => {
    const lines = told(
      `${OPEN}
    const writer = socket.writable.getWriter();
    const upper = socket.readable.pipeThrough(new TransformStream({ transform(chunk, c) { c.enqueue(new TextDecoder().decode(chunk).toUpperCase()); } }));
    await writer.write(bytes("ask"));
    for await (const chunk of upper) { console.log(chunk); await writer.close(); }
    await scheduler.wait(1);
    console.log(socket.readable.locked);${ok}`,
      { peer: { echo: true } },
    );
    expect(lines).toEqual(["send ask", "log ASK", "fin-sent", "log false", "response-sent 200 ok"]);
  });

  it("answers its end with a FIN when for await comes to it, and not when it was teed (recorded)", () => {
    const peer = { greet: "hi", finOnAccept: true };
    const read = `${OPEN}
    for await (const chunk of socket.readable) console.log(new TextDecoder().decode(chunk));
    await scheduler.wait(10);${ok}`;
    const tee = `${OPEN}
    const [one, two] = socket.readable.tee();
    console.log(await new Response(one).text() + await new Response(two).text());
    await scheduler.wait(10);${ok}`;
    expect(told(read, { peer })).toEqual(["log hi", "fin-sent", "response-sent 200 ok"]);
    expect(told(tee, { peer })).toEqual(["log hihi", "response-sent 200 ok"]);
  });

  it("is left usable for writing when for await is left (recorded)", () => {
    const lines = told(
      `${OPEN}
    for await (const chunk of socket.readable) break;
    const writer = socket.writable.getWriter();
    await report("written", writer.write(bytes("still")));${ok}`,
      { peer: { greet: "hi" } },
    );
    expect(lines).toEqual(["send still", "log written", "response-sent 200 ok"]);
  });

  it("that has ended, or failed, ends or fails a pipe at once, and a clean end closes what it goes to", () => {
    const pipe = (peer: World["peer"]) =>
      told(
        `${OPEN}
    const reader = socket.readable.getReader();
    await report("read", reader.read());
    reader.releaseLock();
    const sink = new WritableStream({ close() { console.log("sink closed"); }, abort(e) { console.log("sink aborted: " + e.message); } });
    await report("piped", socket.readable.pipeTo(sink));${ok}`,
        { peer },
      ).filter((line) => line.startsWith("log"));
    expect(pipe({ finOnAccept: true })).toEqual(["log read", "log sink closed", "log piped"]);
    const lost = "Network connection lost.";
    expect(pipe({ rstAfterMs: 20 })).toEqual([
      `log read rejected: ${lost}`,
      `log sink aborted: ${lost}`,
      `log piped rejected: ${lost}`,
    ]);
  });

  it("gives a byob reader as much as it has room for (recorded)", () => {
    const lines = told(
      `${OPEN}
    const reader = socket.readable.getReader({ mode: "byob" });
    for (const room of [3, 10]) console.log(new TextDecoder().decode((await reader.read(new Uint8Array(room))).value));
    await report("empty", reader.read(new Uint8Array(0)));${ok}`,
      { peer: { greet: "hello" } },
    );
    expect(lines.slice(0, 2)).toEqual(["log hel", "log lo"]);
    expect(lines[2]).toContain("non-zero-sized TypedArray");
  });
});

describe("a response whose body is a stream", () => {
  const leaks = `${PUT_BETWEEN}
    return new Response(source);`;

  it("is sent chunk by chunk without another look at the gate (recorded)", () => {
    expect(told(leaks)).toEqual([
      "response-sent 200 ",
      "body-sent before",
      "body-received before",
      "put count",
      "violates SR",
      "body-sent after",
      "body-received after",
      "body-end-sent",
      "body-ends",
      "commit 1 durable",
    ]);
  });

  it("is whole for the client when its end has arrived", () => {
    const { records } = walk(setup(leaks), ["*"]);
    expect(story(records)).toContain("response 200 beforeafter");
  });

  it("waits with its headers for the put before it (recorded)", () => {
    const lines = told(`
    storage.put("count", 1);
    return new Response(new ReadableStream({ start(c) { c.enqueue(bytes("one")); }, pull(c) { c.enqueue(bytes("two")); c.close(); } }));`);
    expect(lines.slice(0, 4)).toEqual([
      "put count",
      "commit 1 durable",
      "response-sent 200 ",
      "body-sent one",
    ]);
  });

  it("does not leak through an IdentityTransformStream (recorded)", () => {
    const lines = told(`
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const write = async () => { await writer.write(bytes("before")); await scheduler.wait(50); storage.put("count", 1); await report("after", writer.write(bytes("after"))); await writer.close(); };
    this.ctx.waitUntil(write());
    return new Response(readable);`);
    expect(lines.filter((line) => !line.startsWith("body-received"))).toEqual([
      "response-sent 200 ",
      "body-sent before",
      "put count",
      "commit 1 durable",
      "body-sent after",
      "log after",
      "body-end-sent",
      "body-ends",
    ]);
  });

  it("is cut when its stream fails, and ends before main (recorded)", () => {
    const body = `
    let n = 0;
    return new Response(new ReadableStream({ pull(c) { if (++n > 1) throw new Error("body broke"); c.enqueue(bytes("one")); } }));`;
    expect(told(body).slice(-1)).toEqual(["body-breaks"]);
    expect(told(body, {}, "ungated").slice(-1)).toEqual(["body-ends"]);
  });

  it("is cut by a chunk that is no bytes; one without bytes is not sent", () => {
    const body = `return new Response(new ReadableStream({ start(c) { for (const chunk of [bytes("one"), bytes(""), 5]) c.enqueue(chunk); } }));`;
    const sent = told(body).filter((line) => !line.startsWith("body-received"));
    expect(sent).toEqual(["response-sent 200 ", "body-sent one", "body-cut", "body-breaks"]);
  });

  it("sends no end, and is not cut, when the client has left", () => {
    for (const end of ["c.close()", 'c.error(new Error("enough"))']) {
      const from = setup(`
    let n = 0;
    return new Response(new ReadableStream({ pull: async (c) => { if (++n === 1) return c.enqueue(bytes("one")); await scheduler.wait(50); console.log("over"); ${end}; } }));`);
      const lines = story(walk(from, ["", "", "d1", "*"]).records);
      expect(lines).toContain("log over");
      expect(lines.filter((line) => line.startsWith("body"))).toEqual(["body-sent one", "body-received one"]);
    }
  });

  it("is cut when the object is reset (recorded)", () => {
    const lines = told(
      `
    let n = 0;
    return new Response(new ReadableStream({ pull: async (c) => { n++; if (n === 1) return c.enqueue(bytes("one")); storage.put("count", 1); await scheduler.wait(900); c.enqueue(bytes("two")); } }));`,
      { commitAnswers: { 1: [{ how: "fails" }] } },
    );
    expect(lines.filter((line) => line.startsWith("body"))).toEqual([
      "body-sent one",
      "body-received one",
      "body-cut",
      "body-breaks",
    ]);
  });

  it("is cancelled at the next chunk when the client has left (recorded)", () => {
    const from = setup(`
    let n = 0;
    return new Response(new ReadableStream({ pull: async (c) => { await scheduler.wait(100); n++; c.enqueue(bytes("c" + n)); }, cancel(e) { console.log("cancelled after " + n); } }, { highWaterMark: 0 }));`);
    const { records } = walk(from, ["", "", "d1", "*"]);
    expect(story(records)).toContain("log cancelled after 2");
    expect(story(records).filter((line) => line.startsWith("body"))).toEqual(["body-sent c1"]);
  });

  it("may be a socket's readable, whose end is not answered (recorded)", () => {
    const lines = told(
      `${OPEN}
    return new Response(socket.readable);`,
      { peer: { greet: "hello", finOnAccept: true } },
    );
    expect(lines).toEqual([
      "response-sent 200 ",
      "body-sent hello",
      "body-end-sent",
      "body-received hello",
      "body-ends",
    ]);
  });
});
