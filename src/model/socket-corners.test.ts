import { describe, expect, it } from "vitest";
import type { PeerPlan, World } from "./setup.ts";
import { logs, observed, setup, story, walk } from "./testing.ts";

/** What the handler logs, in a run of the default schedule. */
const told = (body: string, world: Partial<World> = {}): readonly string[] =>
  logs(walk(setup(`${body} return new Response("ok");`, "main", world), ["*"]).records);

/** How many bytes leave, send by send. */
const sent = (body: string, world: Partial<World> = {}): readonly number[] =>
  walk(setup(`${body} return new Response("ok");`, "main", world), ["*"]).records.flatMap((record) =>
    record.kind === "outside" && record.event.type === "send" ? [record.event.bytes] : [],
  );

describe("the address that connect() is given", () => {
  it("is refused at once where workerd refuses it, in its words", () => {
    const body = `
      const at = (a) => { try { connect(a); console.log("taken"); } catch (e) { console.log(e.name + ": " + e.message); } };
      at({ hostname: "a", port: 80 }); at({ hostname: "a", port: -1 }); at({ hostname: "a", port: 70000 }); at({ hostname: "a", port: 1.5 });
      at("a:80"); at("[::1]:80"); at("a"); at("a:x"); at("a:70000"); at(""); at(":1");`;
    expect(told(body)).toEqual([
      "taken",
      "TypeError: Value out of range. Must be greater than or equal to 0.",
      "TypeError: Value out of range. Must be less than or equal to 65535.",
      "TypeError: The value cannot be converted because it is not an integer.",
      "taken",
      "taken",
      "TypeError: Specified address is missing port.",
      "TypeError: Specified address could not be parsed.",
      "TypeError: Specified address could not be parsed.",
      "TypeError: Specified address is missing hostname.",
      "TypeError: Specified address could not be parsed.",
    ]);
  });

  it("names a host of 255 characters at most, of those that a host may have", () => {
    const body = `
      const at = (a) => { try { connect(a); console.log("taken"); } catch (e) { console.log(e.name + ": " + e.message); } };
      at("h".repeat(255) + ":80"); at("h".repeat(256) + ":80"); at({ hostname: "", port: 80 }); at("a!b:80"); at({ hostname: "a b", port: 80 });`;
    const unsupported =
      "TypeError: Specified address is empty string, contains unsupported characters or is too long.";
    expect(told(body)).toEqual(["taken", unsupported, unsupported, unsupported, unsupported]);
  });

  it("is an object's members if it is no text: null and undefined have none", () => {
    const body = `
      for (const none of [null, undefined]) try { connect(none); } catch (e) { console.log(e.name + ": " + e.message); }`;
    const text =
      "TypeError: Cannot initialize N7workerd3api13SocketAddressE with required members from an undefined or null value.";
    expect(told(body)).toEqual([text, text]);
  });
});

describe("a frame of a WebSocket", () => {
  it("has a head of 2, 4 or 10 bytes, by its length, and a mask of 4", () => {
    const lengths = [0, 125, 126, 65_535, 65_536];
    const body = `
      const socket = new WebSocket("ws://peer:80/");
      socket.addEventListener("open", () => { for (const length of ${JSON.stringify(lengths)}) socket.send("x".repeat(length)); });
      await scheduler.wait(100);`;
    const [, ...frames] = sent(body, { peer: { websocket: true }, windowBytes: 1_000_000 });
    expect(frames.map((bytes, at) => bytes - 4 - (lengths[at] ?? 0))).toEqual([2, 2, 4, 4, 10]);
  });
});

describe("the close of a WebSocket", () => {
  it("says its code and its reason, or nothing where it was given none", () => {
    const lengths = ["", "1000", '1000, "why"'].map((args) => {
      const body = `const socket = new WebSocket("ws://peer:80/"); socket.onopen = () => socket.close(${args}); await scheduler.wait(100);`;
      return sent(body, { peer: { websocket: true } }).at(-1);
    });
    expect(lengths).toEqual([6, 8, 11]);
  });
});

describe("reading twice at once", () => {
  it("is refused (MODEL 4.6), and so is a second reader, and cancelling behind the reader's back", () => {
    const body = `
      const socket = connect("peer:1");
      const reader = socket.readable.getReader();
      reader.read();
      const told = (e) => console.log(e.name + ": " + e.message);
      reader.read().catch(told);
      try { socket.readable.getReader(); } catch (e) { told(e); }
      socket.readable.cancel().catch(told);`;
    expect(told(body)).toEqual([
      "TypeError: This ReadableStream is currently locked to a reader.",
      "TypeError: This ReadableStream only supports a single pending read request at a time.",
      "TypeError: This ReadableStream is currently locked to a reader.",
    ]);
  });
});

describe("close() of a writer", () => {
  it("takes writes until the end is in the queue (SK11), and no second close()", () => {
    const body = `
      const socket = connect("peer:1");
      await socket.opened;
      const writer = socket.writable.getWriter();
      const told = (e) => console.log(e.name + ": " + e.message);
      writer.close();
      writer.write(bytes("late")).then(() => console.log("written"), told);
      writer.close().catch(told);
      await scheduler.wait(50);
      writer.write(bytes("later")).catch(told);`;
    expect(told(body)).toEqual([
      "TypeError: This WritableStream has been closed.",
      "written",
      "TypeError: This WritableStream has been closed.",
    ]);
    expect(sent(body)).toEqual([4]);
  });

  it("is not asked of a stream whose ready is pending: that is one promise until there is room again", () => {
    const body = `
      const socket = connect("peer:1", { highWaterMark: 2 });
      const writer = socket.writable.getWriter();
      writer.write(bytes("abc"));
      console.log(writer.desiredSize, writer.ready === writer.ready);
      await writer.ready;
      console.log(writer.desiredSize);`;
    expect(told(body)).toEqual(["-1 true", "2"]);
  });
});

describe("a pipe between two sockets", () => {
  const pump = (options: string) => `
    const from = connect("a:1");
    const to = connect("b:1");
    report("pumped", from.readable.pipeTo(to.writable, ${options}));
    report("to closed", to.closed);
    await scheduler.wait(100);
    console.log(from.readable.locked, to.writable.locked);
    const writer = to.writable.getWriter();
    await report("written", writer.write(bytes("x")));`;

  it("closes the one that it writes to when the other has ended, unless preventClose", () => {
    const ends = { peer: { greet: "hi", finAfterMs: 9 } };
    expect(told(pump("{}"), ends)).toEqual([
      "pumped",
      "false false",
      "written rejected: This WritableStream has been closed.",
    ]);
    expect(told(pump("{ preventClose: true }"), ends)).toEqual(["pumped", "false false", "written"]);
    expect(sent(pump("{ preventClose: true }"), ends)).toEqual([2, 1]);
  });

  it("aborts it when the other was reset, unless preventAbort", () => {
    const resets = { peer: { rstAfterMs: 5 } };
    const lost = "pumped rejected: Network connection lost.";
    const written = "written rejected: Network connection lost.";
    expect(told(pump("{}"), resets)).toEqual([lost, "false false", written]);
    expect(told(pump("{ preventAbort: true }"), resets)).toEqual([lost, "false false", "to closed", written]);
  });

  it("cancels the one that it reads when the other fails, unless preventCancel", () => {
    const fails = (options: string) => {
      const body = `
        const from = connect("a:1");
        const to = connect("b:1");
        await Promise.all([from.opened, to.opened]);
        report("pumped", from.readable.pipeTo(to.writable, ${options}));
        await scheduler.wait(60);
        console.log(from.readable.locked);
        from.readable.getReader().read().then(({ done }) => console.log("read", done));
        return new Response("ok");`;
      const world = { peer: { greet: "hello", readAfterMs: 100 }, windowBytes: 2 };
      return logs(walk(setup(body, "main", world), ["r1", "", "", "", "", "z2", "*"]).records);
    };
    const rejected = "pumped rejected: Network connection lost.";
    expect(fails("{}")).toEqual([rejected, "false", "read true"]);
    expect(fails("{ preventCancel: true }")).toEqual([rejected, "false"]);
  });

  it("into a socket that is closing is not modelled, and says so", () => {
    const body = `
      const socket = connect("peer:1");
      await socket.opened;
      socket.close();
      new ReadableStream().pipeTo(socket.writable);`;
    const { records } = walk(setup(body), ["*"]);
    const stuck = records.flatMap((record) => (record.kind === "handler-stuck" ? [record.text] : []));
    expect(stuck).toEqual([
      "Line 15: A pipe into a socket that is closing is not modelled: pipe before close().",
    ]);
  });
});

describe("startTls() (MODEL 4.7)", () => {
  const upgrade = (before: string, options = "") => `
    const socket = connect("peer:1", { secureTransport: "starttls" });
    await socket.opened;
    ${before}
    const secure = socket.startTls(${options});
    report("opened", secure.opened);
    report("closed", secure.closed);
    await scheduler.wait(80);`;
  const speaks = { peer: { tls: true } };
  const FAILED = "rejected: internal error; reference = ...";

  it("names the server in its ClientHello if it is told to: its length and nine bytes more", () => {
    const [plain] = sent(upgrade(""), speaks);
    expect(sent(upgrade("", '{ expectedServerHostname: "mail.example" }'), speaks)).toEqual([
      (plain ?? 0) + 9 + "mail.example".length,
    ]);
  });

  it("closes what it gives when the old writable is locked or has ended", () => {
    expect(told(upgrade("const writer = socket.writable.getWriter();"), speaks)).toEqual([
      "closed rejected: This WritableStream is currently locked to a writer.",
    ]);
    const ended = "const writer = socket.writable.getWriter(); await writer.close(); writer.releaseLock();";
    expect(told(upgrade(ended), speaks)).toEqual(["closed rejected: This WritableStream has been closed."]);
  });

  it("fails where the far end has said something else, has ended, or has reset the connection; garbage is answered with an alert", () => {
    const waits = "await scheduler.wait(30);";
    for (const [peer, records] of [
      [{ greet: "hello" }, [220, 7]],
      [{ finOnAccept: true }, [220]],
      [{ rstAfterMs: 3 }, []],
    ] as const) {
      expect(told(upgrade(waits), { peer })).toEqual([`opened ${FAILED}`, `closed ${FAILED}`]);
      expect(sent(upgrade(waits), { peer })).toEqual(records);
    }
  });
});

describe("the end of a connection (as Linux makes it)", () => {
  const seen = (body: string, peer: PeerPlan, keys: readonly string[] = ["*"], design = "main") => {
    const open = `const socket = connect("peer:1", { allowHalfOpen: true }); await socket.opened;`;
    const { records } = walk(setup(`${open} ${body} await scheduler.wait(500);`, design, { peer }), keys);
    return observed(records).filter((what) => /^(fin|rst|closed)/.test(what));
  };
  const LATE = "await scheduler.wait(50); await socket.close();";

  it("is a reset where the kernel holds what nobody has read, also if the stream is cancelled: workerd reads ahead no more (run on it)", () => {
    const cancels = `await socket.readable.cancel(); ${LATE}`;
    const reads = `await socket.readable.getReader({ mode: "byob" }).read(new Uint8Array(2)); ${LATE}`;
    for (const peer of [{ greet: "hello" }, { greet: "hello", finOnAccept: true }])
      for (const body of [LATE, cancels, reads])
        expect([seen(body, peer), seen(body, peer, ["*"], "ungated")]).toEqual([
          ["rst-received", "closed"],
          ["fin-received", "closed"],
        ]);
    const echoes = `await socket.readable.cancel(); await socket.writable.getWriter().write(bytes("hello")); ${LATE}`;
    expect(seen(echoes, { echo: true })).toEqual(["rst-received", "closed"]);
    expect(seen(echoes, { echo: true }, ["*"], "ungated")).toEqual(["fin-received", "closed"]);
    const pipe = `const c = new AbortController(); socket.readable.pipeTo(new WritableStream(), { signal: c.signal }).catch(() => {}); c.abort(); ${LATE}`;
    expect(seen(pipe, { greet: "hello" })).toEqual(["rst-received", "closed"]);
  });

  const ended = "await socket.writable.getWriter().close(); await scheduler.wait(2); await socket.close();";
  /** The far end says something before it reads the FIN. */
  const crossing = ["r1", "a1", "n1", "s1", "i1"];

  it("is a FIN that arrives before the reset that follows it", () => {
    const both = ["fin-received", "rst-received", "closed"];
    expect(seen(ended, { holdOpen: true }, [...crossing, "t1", "*"])).toEqual(both);
    expect(seen("await socket.close();", { holdOpen: true }, ["r1", "a1", "s1", "n1", "i1", "*"])).toEqual(
      both,
    );
  });

  it("is not a reset for a far end that has ended, too", () => {
    const fin = ["fin-received", "closed"];
    expect(seen(ended, {}, [...crossing, "t1", "*"])).toEqual(fin);
    const after = walk(setup(`const socket = connect("peer:1"); await socket.opened; ${ended}`), [
      ...crossing,
      "v1",
      "t1",
      "*",
    ]);
    expect(story(after.records)).not.toContain("rst-sent");
    expect(seen("await socket.close();", {}, ["r1", "a1", "s1", "n1", "i1", "*"])).toEqual(fin);
  });
});

describe("what has arrived before a reset (run on workerd)", () => {
  const LOST = "rejected Network connection lost.";
  const seen = (body: string, design: string, peer: PeerPlan = { greet: "hello", rstAfterMs: 20 }) => {
    const told = `
      const tell = (name, promise) => promise.then((value) => console.log(name, value), (e) => console.log(name, "rejected", e.message));
      const text = ({ done, value }) => (done ? "end" : new TextDecoder().decode(value));
      const socket = connect("peer:1", { allowHalfOpen: true });
      tell("closed", socket.closed);
      await socket.opened;
      await scheduler.wait(50);
      ${body}
      await scheduler.wait(100);`;
    return logs(walk(setup(told, design, { peer }), ["*"]).records);
  };
  const end = { main: LOST, "autogate on": "end", ungated: "end" } as const;
  const DESIGNS_OF_END = Object.keys(end) as readonly (keyof typeof end)[];

  it("is read first, and only then does a read tell of it", () => {
    const read = `const reader = socket.readable.getReader(); for (const n of [1, 2, 3]) await tell("read " + n, reader.read().then(text));`;
    const into = `const reader = socket.readable.getReader({ mode: "byob" }); for (const n of [1, 2, 3]) await tell("read " + n, reader.read(new Uint8Array(n + 1)).then(text));`;
    for (const design of DESIGNS_OF_END) {
      const closed = "closed undefined";
      const rest = [`read 2 ${end[design]}`, `read 3 ${end[design]}`];
      expect(seen(read, design)).toEqual(["read 1 hello", closed, ...rest]);
      expect(seen(into, design)).toEqual(["read 1 he", "read 2 llo", closed, rest[1]]);
    }
  });

  it("goes through a pipe first", () => {
    const pipe = `await tell("piped", socket.readable.pipeTo(new WritableStream({ write(chunk) { console.log(new TextDecoder().decode(chunk)); } })));`;
    const closed = "closed undefined";
    expect(seen(pipe, "main")).toEqual(["hello", closed, `piped ${LOST}`]);
    expect(seen(pipe, "ungated")).toEqual(["hello", closed, "piped undefined"]);
    const pump = `const other = connect("other:2"); await other.opened; await tell("piped", socket.readable.pipeTo(other.writable)); await scheduler.wait(100);`;
    for (const [design, how] of [
      ["main", LOST],
      ["ungated", "undefined"],
    ] as const) {
      const { records } = walk(
        setup(
          `const socket = connect("peer:1"); await socket.opened; ${pump.replace("await tell(", "await report(")} return new Response("ok");`,
          design,
        ),
        ["r1", "a1", "n1", "s1", "z1", "i1", "i1", "*"],
      );
      expect(observed(records)).toContain("receive hello 1");
      expect(logs(records)).toEqual([how === LOST ? "piped rejected: Network connection lost." : "piped"]);
    }
  });

  it("is lost where a write notices: the stream has ended. Older builds have it stand in the pipe, and the write waits for that", () => {
    const write = `const writer = socket.writable.getWriter(); tell("written", writer.write(bytes("x"))); await scheduler.wait(20);
      const reader = socket.readable.getReader(); for (const n of [1, 2]) await tell("read " + n, reader.read().then(text));`;
    const closed = "closed undefined";
    const lost = `written ${LOST}`;
    expect(seen(write, "main")).toEqual([closed, lost, "read 1 end", "read 2 end"]);
    expect(seen(write, "ungated")).toEqual(["read 1 hello", closed, lost, "read 2 end"]);
    for (const design of ["main", "ungated"])
      expect(seen(write, design, { rstAfterMs: 20 })).toEqual([closed, lost, "read 1 end", "read 2 end"]);
  });
});
