import { describe, expect, it } from "vitest";
import { observed, setup, story, walk } from "./testing.ts";

const PUT_THEN_CONNECT = `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    report("closed", socket.closed);
    await socket.opened;
    const writer = socket.writable.getWriter();
    await writer.write(bytes("hello"));
    await writer.close();
    return new Response("ok");`;

describe("put, then connect", () => {
  it("holds the connection under main until the commit is durable", () => {
    const { records } = walk(setup(PUT_THEN_CONNECT), ["*"]);
    expect(story(records)).toEqual([
      "request",
      "put count",
      "commit 1 starts",
      "commit 1 durable",
      "syn",
      "accept",
      "log opened",
      "send hello",
      "fin-sent",
      "response-sent 200 ok",
      "receive hello",
      "fin-received",
      "peer-fin",
      "closed",
      "response 200 ok",
    ]);
  });

  it("shows nothing at all under main when the commit fails: no promise settles and the caller gets the error", () => {
    const { records } = walk(setup(PUT_THEN_CONNECT), ["r1", "cf1", "*"]);
    expect(observed(records)).toEqual([
      'response 500 caller sees Error: disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC) {"remote":true,"durableObjectReset":true}',
    ]);
    expect(story(records)).toContain("dropped connect");
    expect(records.filter((record) => record.kind === "promise-settles")).toEqual([]);
    expect(records.filter((record) => record.kind === "violation")).toEqual([]);
  });

  it("shows the far end a connection under ungated whose write was never durable", () => {
    const { records } = walk(setup(PUT_THEN_CONNECT, "ungated"), ["r1", "cf1", "*"]);
    expect(observed(records).slice(0, 1)).toEqual(["syn"]);
    expect(story(records)).toContain("violates S1");
    expect(story(records)).toContain("violates S4");
  });

  it("connects with the autogate off and holds with the autogate on", () => {
    expect(observed(walk(setup(PUT_THEN_CONNECT, "autogate off"), ["r1", "cf1", "*"]).records)).toContain(
      "accept",
    );
    expect(observed(walk(setup(PUT_THEN_CONNECT, "autogate on"), ["r1", "cf1", "*"]).records)).not.toContain(
      "syn",
    );
  });
});

describe("what a wait at the gate depends on (G5, G6)", () => {
  it("does not hold a connection that was asked for before the put", () => {
    const { records } = walk(
      setup(
        `
    const socket = connect("peer:9000");
    storage.put("count", 1);
    await socket.opened;
    await socket.writable.getWriter().write(bytes("hello"));
    return new Response("ok");`,
        "main",
        { commitMs: 100 },
      ),
      ["*"],
    );
    const told = story(records);
    expect(told.indexOf("syn")).toBeLessThan(told.indexOf("commit 1 durable"));
    expect(told.indexOf("send hello")).toBeGreaterThan(told.indexOf("commit 1 durable"));
  });

  it("lets the write before a put leave at once and holds the one after it (SK8)", () => {
    const { records } = walk(
      setup(
        `
    const socket = connect("peer:9000");
    await socket.opened;
    const writer = socket.writable.getWriter();
    const before = writer.write(bytes("before"));
    storage.put("count", 1);
    await Promise.all([before, writer.write(bytes("after"))]);
    return new Response("ok");`,
        "main",
        { commitMs: 100 },
      ),
      ["*"],
    );
    const told = story(records);
    expect(told.indexOf("send before")).toBeLessThan(told.indexOf("commit 1 durable"));
    expect(told.indexOf("send after")).toBeGreaterThan(told.indexOf("commit 1 durable"));
  });

  it("releases connect, then the write, then the response, though the write was asked for first", () => {
    const { records } = walk(
      setup(`
    const first = connect("peer:9000");
    await first.opened;
    storage.put("count", 1);
    first.writable.getWriter().write(bytes("held"));
    connect("peer:9000");
    return new Response("ok");`),
      ["*"],
    );
    const told = story(records);
    const after = told.slice(told.indexOf("commit 1 durable"));
    expect(after.slice(1, 4)).toEqual(["syn", "send held", "response-sent 200 ok"]);
  });
});

describe("commits", () => {
  it("coalesces the writes of a turn, an awaited put included, into one commit", () => {
    const { records } = walk(
      setup(`
    storage.put("a", 1);
    await storage.put("b", 2);
    storage.put("c", 3);
    return new Response("ok");`),
      ["*"],
    );
    expect(story(records).filter((line) => line.startsWith("commit"))).toEqual([
      "commit 1 starts",
      "commit 1 durable",
    ]);
  });

  it("has one commit of an object out at a time: what is written meanwhile becomes one joint next commit", () => {
    const { records } = walk(
      setup(`
    storage.put("a", 1);
    await scheduler.wait(2);
    storage.put("b", 2);
    await scheduler.wait(2);
    storage.put("c", 3);
    return new Response("ok");`),
      ["*"],
    );
    expect(story(records).filter((line) => line.startsWith("commit"))).toEqual([
      "commit 1 starts",
      "commit 1 durable",
      "commit 2 starts",
      "commit 2 durable",
    ]);
    expect(records.find((record) => record.kind === "commit-starts" && record.commit === 2)).toMatchObject({
      commitWrites: [2, 3],
    });
  });

  it("breaks the gate when an unconfirmed write fails, although nothing waited for it (S15)", () => {
    const { records } = walk(
      setup(`
    storage.put("a", 1, { allowUnconfirmed: true });
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`),
      ["r1", "cf1", "*"],
    );
    expect(story(records)).toContain("syn");
    expect(story(records)).toContain("gate breaks");
    expect(records.filter((record) => record.kind === "violation")).toEqual([]);
  });

  it("lets sync() wait for the commit and an awaited put not", () => {
    const { records } = walk(
      setup(`
    await storage.put("a", 1);
    console.log("put");
    await storage.sync();
    console.log("synced");
    return new Response("ok");`),
      ["*"],
    );
    expect(story(records).slice(1, 6)).toEqual([
      "put a",
      "log put",
      "commit 1 starts",
      "commit 1 durable",
      "log synced",
    ]);
  });

  it("holds the input gate while a read goes to disk, so that another request waits (ST4)", () => {
    const { records } = walk(
      setup(
        `
    if (path === "/get") return new Response("got " + await storage.get("a"));
    console.log("other");
    return new Response("ok");`,
        "main",
        { backend: "cache", requests: [["/get", "/other"]] },
      ),
      ["*"],
    );
    const kinds = records.map((record) => record.kind);
    expect(kinds.indexOf("event-queued")).toBeGreaterThan(kinds.indexOf("input-gate-locked"));
    expect(story(records).indexOf("log other")).toBeGreaterThan(0);
    expect(kinds.indexOf("log")).toBeGreaterThan(kinds.indexOf("read-done"));
  });
});

describe("a reset", () => {
  it("runs no JavaScript of the old life again and begins a new one with what was durable", () => {
    const { records } = walk(
      setup(
        `
    const seen = await storage.get("seen");
    storage.put("seen", path);
    return new Response("visit " + this.visits + ", seen " + seen);`,
        "main",
        { requests: ["/1", "/2", "/3"], commitAnswers: { 2: [{ how: "fails" }] } },
      ),
      ["*"],
    );
    const responses = records.flatMap((record) =>
      record.kind === "outside" && record.event.type === "response" ? [record.event.body] : [],
    );
    expect(responses[0]).toBe("visit 1, seen undefined");
    expect(responses[1]).toMatch(/^caller sees Error/);
    expect(responses[2]).toBe("visit 1, seen /1");
  });

  it("cancels the lock of a commit that had not begun, so that callers do not wait for it for ever (G4)", () => {
    const { records } = walk(
      setup(`
    storage.put("a", 1);
    await scheduler.wait(2);
    storage.put("b", 2);
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`),
      ["r1", "t1", "cf1", "*"],
    );
    expect(records.flatMap((record) => (record.kind === "gate-breaks" ? [record.error] : []))).toEqual([
      "disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC)",
      "disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC)",
    ]);
    expect(observed(records)).toEqual([
      expect.stringMatching(/^response 500 caller sees Error: disk I\/O error/),
    ]);
    expect(story(records)).toContain("object ends");
  });

  it("closes an open connection of the object", () => {
    const { records } = walk(
      setup(`
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("a", 1);
    return new Response("ok");`),
      ["r1", "a1", "n1", "cf1", "*"],
    );
    expect(observed(records)).toContain("fin-received");
    expect(observed(records)).toContain("closed");
  });
});

describe("sockets", () => {
  it("rejects closed, opened and the write in that order when the far end refuses (4.8)", () => {
    const { records } = walk(
      setup(
        `
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    const writer = socket.writable.getWriter();
    report("written", writer.write(bytes("hello")));
    await report("opened", socket.opened);
    return new Response("ok");`,
        "main",
        { peer: { refuse: true } },
      ),
      ["*"],
    );
    const text = "proxy request failed, cannot connect to the specified address";
    expect(story(records).filter((line) => line.startsWith("log"))).toEqual([
      `log closed rejected: ${text}`,
      `log opened rejected: ${text}`,
      `log written rejected: jsg.Error: ${text}`,
    ]);
  });

  it("rejects a read that was waiting when the connection fails under main, and ends it cleanly before", () => {
    const body = `
    const socket = connect("peer:9000");
    const { done } = await socket.readable.getReader().read();
    return new Response("done " + done);`;
    const answer = (design: string): string | undefined =>
      observed(walk(setup(body, design, { peer: { refuse: true } }), ["*"]).records).at(-1);
    expect(answer("main")).toBe('response 500 caller sees Error: Stream was cancelled. {"remote":true}');
    expect(answer("ungated")).toBe("response 200 done true");
  });

  it("says that a writer is closed, and stops waiting for room, when its connection has failed", () => {
    const { records } = walk(
      setup(
        `
    const socket = connect("peer:9000", { highWaterMark: 4 });
    const writer = socket.writable.getWriter();
    report("written", writer.write(bytes("full")));
    await report("ready", writer.ready);
    await report("close", writer.close());
    return new Response("ok");`,
        "main",
        { peer: { refuse: true } },
      ),
      ["*"],
    );
    expect(
      story(records)
        .filter((line) => line.startsWith("log"))
        .slice(1),
    ).toEqual(["log ready", "log close rejected: This WritableStream has been closed."]);
  });

  it("connects a socket that was closed while held, then closes it", () => {
    const { records } = walk(
      setup(`
    storage.put("a", 1);
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    await report("close()", socket.close());
    return new Response("ok");`),
      ["*"],
    );
    const told = story(records);
    expect(told.slice(told.indexOf("commit 1 durable"), told.indexOf("log close()") + 1)).toEqual([
      "commit 1 durable",
      "syn",
      "accept",
      "fin-sent",
      "log closed",
      "log close()",
    ]);
  });

  it("stalls writing while the far end does not read, and goes on when it does", () => {
    const { records } = walk(
      setup(
        `
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    for (const text of ["aaaa", "bbbb", "cccc"]) writer.write(bytes(text));
    await writer.close();
    return new Response("ok");`,
        "main",
        { windowBytes: 4, peer: { readAfterMs: 50 } },
      ),
      ["*"],
    );
    expect(story(records).filter((line) => /^(send|receive) /.test(line))).toEqual([
      "send aaaa",
      "receive aaaa",
      "send bbbb",
      "receive bbbb",
      "send cccc",
      "receive cccc",
    ]);
  });
});
