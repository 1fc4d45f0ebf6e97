/*
 * The settlement table (MODEL 4.8), row by row: how opened, closed, a pending write() and a pending read() settle. Where a
 * recording of real workerd contradicts the table, the recording wins; the title says so.
 */
import { describe, expect, it } from "vitest";
import { enabled } from "./model.ts";
import type { World } from "./setup.ts";
import {
  DESIGNS,
  GATED,
  logs,
  observed,
  settlements,
  setup,
  story,
  UNGATED,
  type Walk,
  walk,
} from "./testing.ts";

const NAMES = ["opened", "closed", "written", "read"] as const;
type Settled = Record<(typeof NAMES)[number], string | null>;

/** All of it never settles. */
const NEVER: Settled = { opened: null, closed: null, written: null, read: null };
/** `report` of a promise that resolves. */
const RESOLVED = "";
const REFUSED = "rejected: proxy request failed, cannot connect to the specified address";
const LOST = "rejected: Network connection lost.";

const ALL = Object.keys(DESIGNS);
const OLDER = ALL.filter((design) => design !== "main");

/** A socket of which everything is reported; `before` and `after` stand around it. */
const socketOf = (options: string, before = "", after = ""): string => `
    const told = (name, promise) => promise.then(
      ({ done, value }) => console.log(name + (done ? " end" : " " + new TextDecoder().decode(value))),
      (error) => console.log(name + " rejected: " + error.message));
    ${before}
    const socket = connect("peer:9000", ${options});
    report("opened", socket.opened);
    report("closed", socket.closed);
    const reader = socket.readable.getReader();
    const writer = socket.writable.getWriter();
    told("read", reader.read());
    report("written", writer.write(bytes("hello")));
    ${after}
    await scheduler.wait(200);
    return new Response("ok");`;

const run = (
  body: string,
  design: string,
  world: Partial<World> = {},
  keys: readonly string[] = ["*"],
): Walk => walk(setup(body, design, world), keys);
const settled = ({ records }: Walk): Settled => settlements(records, NAMES);

describe("a refused connection at a port of HTTP", () => {
  it.each(["peer:80", "peer:443", "peer:8080"])(
    "says what to use instead, and only there (4.4): %s",
    (address) => {
      const body = `await report("opened", connect("${address}").opened); return new Response("ok");`;
      const { records } = walk(setup(body, "main", { peer: { refuse: true } }), ["*"]);
      const said = logs(records).join("");
      expect(said).toContain(REFUSED);
      expect(said.endsWith(" — consider using fetch instead")).toBe(address !== "peer:8080");
    },
  );
});

describe("connect succeeds", () => {
  it.each(ALL)(
    "resolves opened and the write, gives what was sent to the read, and leaves closed, under %s",
    (design) => {
      const walked = run(socketOf("{}"), design, { peer: { greet: "hi" } });
      expect(settled(walked)).toEqual({ opened: RESOLVED, closed: null, written: RESOLVED, read: "hi" });
    },
  );

  it.each(ALL)("leaves everything pending when the far end never answers, under %s", (design) => {
    expect(settled(run(socketOf("{}"), design, { peer: { blackhole: true } }))).toEqual(NEVER);
  });
});

describe("refused", () => {
  const refused = (design: string): Settled =>
    settled(run(socketOf("{}"), design, { peer: { refuse: true } }));

  it.each(OLDER)("rejects opened, closed and the write, and ends the read, under %s", (design) => {
    expect(refused(design)).toMatchObject({ opened: REFUSED, closed: REFUSED, read: "end" });
  });

  it("rejects the read too, under main (recorded; the table has its end)", () => {
    expect(refused("main")).toEqual({
      opened: REFUSED,
      closed: REFUSED,
      written: REFUSED.replace("rejected: ", "rejected: jsg.Error: "),
      read: "rejected: Stream was cancelled.",
    });
  });

  it("gives the write the raw description, which begins with jsg.Error, under main", () => {
    expect(refused("main").written).toBe(REFUSED.replace("rejected: ", "rejected: jsg.Error: "));
  });

  it.each(OLDER)("fails a write that stands in the pipe on its own, under %s (recorded)", (design) => {
    expect(refused(design).written).toBe(LOST);
  });

  it.each(UNGATED)(
    "gives a write that a local commit held the raw description, when the connect was not held, under %s (recorded)",
    (design) => {
      const world = { peer: { refuse: true }, commits: "blocking" } as const;
      const held = run(socketOf("{}", 'storage.put("count", 1);'), design, world);
      expect(settled(held).written).toBe(REFUSED.replace("rejected: ", "rejected: jsg.Error: "));
    },
  );

  it.each(GATED)("settles the same after it was held, under %s", (design) => {
    const held = run(socketOf("{}", 'storage.put("count", 1);'), design, { peer: { refuse: true } });
    expect(settled(held)).toEqual(refused(design));
  });

  it.each(ALL)("rejects closed before opened, under %s (K1)", (design) => {
    const told = story(run(socketOf("{}"), design, { peer: { refuse: true } }).records);
    expect(told.indexOf(`log closed ${REFUSED}`)).toBeGreaterThan(0);
    expect(told.indexOf(`log closed ${REFUSED}`)).toBeLessThan(told.indexOf(`log opened ${REFUSED}`));
  });
});

describe("the far end's FIN", () => {
  it.each(ALL)(
    "resolves closed after the automatic close of the write side, which comes after the write, under %s",
    (design) => {
      const walked = run(socketOf("{}"), design, { peer: { finOnAccept: true } });
      expect(settled(walked)).toEqual({ opened: RESOLVED, closed: RESOLVED, written: RESOLVED, read: "end" });
      expect(observed(walked.records)).toEqual(
        expect.arrayContaining(["syn", "accept", "receive hello", "fin-received", "closed"]),
      );
      const told = story(walked.records);
      expect(told.indexOf("send hello")).toBeLessThan(told.indexOf("fin-sent"));
    },
  );

  it.each(ALL)("holds the automatic FIN at the gate, and closed with it, under %s", (design) => {
    const body = `
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    await socket.opened;
    storage.put("count", 1);
    await socket.readable.getReader().read();
    return new Response("ok");`;
    const told = story(run(body, design, { peer: { finOnAccept: true }, commitMs: 100 }).records);
    const durable = told.indexOf("commit 1 durable");
    expect(durable).toBeGreaterThan(0);
    expect(told.indexOf("fin-sent")).toBeGreaterThan(durable);
    expect(told.indexOf("log closed")).toBeGreaterThan(durable);
  });

  it.each(ALL)("is not noticed before the handler's own read meets it, under %s (SK4)", (design) => {
    const body = `
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    await socket.opened;
    await scheduler.wait(100);
    return new Response("ok");`;
    const told = story(run(body, design, { peer: { finOnAccept: true } }).records);
    expect(told).not.toContain("fin-sent");
    expect(told).not.toContain("log closed");
  });

  it.each(ALL)("closes nothing with allowHalfOpen, and the write goes on, under %s", (design) => {
    const again = `
    await scheduler.wait(60);
    report("again", writer.write(bytes("again")));`;
    const walked = run(socketOf("{ allowHalfOpen: true }", "", again), design, {
      peer: { finOnAccept: true },
    });
    expect(settled(walked)).toEqual({ opened: RESOLVED, closed: null, written: RESOLVED, read: "end" });
    expect(observed(walked.records)).toContain("receive again");
    expect(story(walked.records)).not.toContain("fin-sent");
  });

  it.each(ALL)("with allowHalfOpen lets close() resolve closed, under %s", (design) => {
    const close = "await scheduler.wait(60); report('close()', socket.close());";
    const walked = run(socketOf("{ allowHalfOpen: true }", "", close), design, {
      peer: { finOnAccept: true },
    });
    expect(settled(walked).closed).toBe(RESOLVED);
  });
});

describe("a reset after open", () => {
  /** The far end does not read, so that the write stays in the way when it resets. */
  const reset = (design: string): Settled => {
    const more = 'report("written", writer.write(bytes("more")));';
    const body = socketOf("{}", "", more).replace(
      'report("written", writer.write(bytes("hello")));',
      'writer.write(bytes("hello"));',
    );
    return settled(run(body, design, { peer: { rstAfterMs: 50, readAfterMs: 500 }, windowBytes: 5 }));
  };

  it.each(OLDER)(
    "resolves closed, rejects the write and ends the read as if nothing had happened, under %s",
    (design) => {
      expect(reset(design)).toEqual({ opened: RESOLVED, closed: RESOLVED, written: LOST, read: "end" });
    },
  );

  it("rejects the read too, under main (recorded; the table has a clean end)", () => {
    expect(reset("main")).toEqual({ opened: RESOLVED, closed: RESOLVED, written: LOST, read: LOST });
  });
});

/** A Worker whose connect() handler reads nothing, and greets nobody, until it ends. */
const ENDS = ["returns", "throws"] as const;
const served = (how: (typeof ENDS)[number], more: World["peer"] = { readAfterMs: 500 }): Partial<World> => ({
  service: "worker",
  peer: { ...more, [`${how}AfterMs`]: 50 },
});

describe.each(ENDS)("the connect() handler of a Worker %s after it has accepted", (how) => {
  it.each(ALL)(
    "resolves closed, rejects the write, which stands in the pipe, and ends the read, under %s",
    (design) => {
      const walked = run(socketOf("{}"), design, served(how));
      expect(settled(walked)).toEqual({ opened: RESOLVED, closed: RESOLVED, written: LOST, read: "end" });
      expect(story(walked.records)).toContain(`service-${how}`);
      expect(story(walked.records)).not.toContain("receive hello");
    },
  );

  it.each(ALL)(
    "resolves the write that the handler has read, and leaves nothing pending, under %s",
    (design) => {
      const walked = run(socketOf("{}"), design, served(how, {}));
      expect(settled(walked)).toEqual({ opened: RESOLVED, closed: RESOLVED, written: RESOLVED, read: "end" });
      expect(observed(walked.records)).toContain("receive hello");
    },
  );

  it.each(ALL)(
    "says so to closed first only where a write does not fail by itself, under %s (recorded)",
    (design) => {
      const told = logs(run(socketOf("{}"), design, served(how)).records);
      const isFirst = told.indexOf("closed") < told.indexOf(`written ${LOST}`);
      expect(isFirst).toBe(design === "main");
    },
  );

  it("knows no reset, whatever is planned for the far end", () => {
    for (const peer of [{ rstOnAccept: true }, { rstOnData: true }]) {
      const walked = run(socketOf("{}"), "main", served(how, peer));
      expect(story(walked.records)).not.toContain("peer-rst");
      expect(settled(walked)).toEqual({ opened: RESOLVED, closed: RESOLVED, written: RESOLVED, read: "end" });
    }
  });

  it("loses what it has written and nobody has read", () => {
    const body = `
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    await scheduler.wait(100);
    const { done } = await socket.readable.getReader().read();
    console.log("read", done);
    return new Response("ok");`;
    expect(logs(run(body, "main", served(how, { greet: "hi" })).records)).toContain("read true");
  });

  it("leaves closed pending once the object has sent its end, until a read meets the other one (recorded)", () => {
    const body = `
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    await socket.writable.getWriter().close();
    await scheduler.wait(100);
    console.log("waited");
    await socket.readable.getReader().read();
    return new Response("ok");`;
    const close = (design: string) => logs(run(body, design, served(how)).records);
    expect(close("main")).toEqual(["waited", "closed"]);
    expect(close("autogate on")).toEqual(["waited"]);
  });

  it.each(ALL)(
    "lets a later write find out, and the next one find the stream closed, under %s (recorded)",
    (design) => {
      const body = `
    const socket = connect("peer:9000", { allowHalfOpen: true });
    const writer = socket.writable.getWriter();
    await scheduler.wait(100);
    await report("first", writer.write(bytes("one")));
    await report("second", writer.write(bytes("two")));
    return new Response("ok");`;
      const { records } = run(body, design, served(how));
      expect(story(records)).not.toContain("send one");
      expect(logs(records)).toEqual([
        `first ${LOST}`,
        "second rejected: This WritableStream has been closed.",
      ]);
    },
  );

  it("comes only after it has accepted, and not when the object has given up its end", () => {
    const key = how === "returns" ? "sr1" : "sx1";
    const at = (keys: readonly string[], body = socketOf("{}")) =>
      enabled(run(body, "main", { service: "worker" }, keys).state).map((choice) => choice.key);
    expect(at(["r1"])).not.toContain(key);
    expect(at(["r1", "a1"])).toContain(key);
    expect(at(["r1", "a1"])).not.toContain("z1");
    const closed = socketOf("{}", "", "await socket.close();");
    expect(at(["r1", "*"], closed)).not.toContain(key);
    expect(story(run(closed, "main", { service: "worker" }).records)).toContain("call-cancelled");
  });
});

describe("a connection with TLS to a Worker", () => {
  const body = `
    try {
      await report("opened", connect("peer:9000", { secureTransport: "on" }).opened);
    } catch (error) {
      console.log("thrown: " + error.message);
    }
    return new Response("ok");`;
  it.each(ALL)("is refused, or connect() throws where it does not wait, under %s (recorded)", (design) => {
    const walked = run(body, design, { service: "worker" });
    const thrown = "thrown: Incoming CONNECT with TLS not supported";
    expect(logs(walked.records)).toEqual([GATED.includes(design) ? `opened ${REFUSED}` : thrown]);
    expect(observed(walked.records)).not.toContain("syn");
  });

  it.each(ALL)("cannot be started, under %s (recorded)", (design) => {
    const start = `
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    await socket.opened;
    const secure = socket.startTls();
    report("opened", secure.opened);
    report("closed", secure.closed);
    report("written", secure.writable.getWriter().write(bytes("hello")));
    await scheduler.wait(50);
    return new Response("ok");`;
    const isMain = design === "main";
    const why = isMain
      ? "rejected: startTls() is not supported on this connection."
      : "rejected: internal error; reference = ...";
    const { records } = run(start, design, { service: "worker" });
    expect(settlements(records, ["opened", "closed", "written"])).toEqual({
      opened: isMain ? why : null,
      closed: why,
      written: why,
    });
  });
});

describe("the gate breaks", () => {
  it.each(GATED)("while connect is deferred: nothing settles and nothing is seen, under %s", (design) => {
    const walked = run(socketOf("{}", 'storage.put("count", 1);'), design, {}, ["r1", "cf1", "*"]);
    expect(settled(walked)).toEqual(NEVER);
    expect(observed(walked.records)).toEqual([expect.stringMatching(/^response 500 /)]);
  });

  it.each(ALL)("after open: closed, the write and the read never settle, under %s", (design) => {
    const body = `
    const told = (name, promise) => promise.then(() => console.log(name), () => console.log(name + " rejected"));
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    report("closed", socket.closed);
    await socket.opened;
    storage.put("count", 1);
    report("written", socket.writable.getWriter().write(bytes("hello")));
    report("read", socket.readable.getReader().read());
    return new Response("ok");`;
    const walked = run(body, design, { commitAnswers: { 1: [{ how: "fails" }] } });
    expect(settled(walked)).toEqual({ ...NEVER, opened: RESOLVED });
    expect(observed(walked.records)).not.toContain("receive hello");
  });
});

describe("the gate breaks while an earlier lock holds what the client is to hear of it", () => {
  it.each(ALL)("tells nobody in the aborted object what arrives until then, under %s (S10)", (design) => {
    const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    report("read", socket.readable.getReader().read());
    storage.put("first", 1);
    await scheduler.wait(1);
    storage.put("second", 2);
    await scheduler.wait(500);
    return new Response("ok");`;
    const world = { severalCommits: true, commitMs: 100 };
    const { records } = run(body, design, world, ["r1", "a1", "n1", "t1", "cf2", "s1", "i1"]);
    expect(records.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["object-aborts", "bytes-arrive"]),
    );
    expect(logs(records)).toEqual([]);
  });
});

describe("the object is aborted", () => {
  it.each(ALL)("while connect is pending: nothing settles, under %s", (design) => {
    const abort = 'await scheduler.wait(1); this.ctx.abort("enough");';
    expect(settled(run(socketOf("{}", "", abort), design, { peer: { greet: "hi" } }))).toEqual(NEVER);
  });
});

describe("the object is evicted", () => {
  it.each(ALL)(
    "never while connect is pending: a Socket that has not settled keeps it, under %s",
    (design) => {
      const body = `
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    report("closed", socket.closed);
    return new Response("ok");`;
      const { state, records } = run(body, design, { peer: { blackhole: true } });
      expect(story(records)).toContain("response 200 ok");
      expect(settlements(records, ["opened", "closed"])).toEqual({ opened: null, closed: null });
      expect(enabled(state).map(({ key }) => key)).not.toContain("ev1");
    },
  );
});

describe("close() before open", () => {
  const close = `
    report("close()", socket.close());
    report("late", writer.write(bytes("late")));
    told("again", reader.read());`;

  it.each(ALL)("waits for open, sends what was queued, then resolves closed, under %s", (design) => {
    const { records } = run(socketOf("{}", "", close), design);
    expect(settlements(records, NAMES)).toMatchObject({
      opened: RESOLVED,
      closed: RESOLVED,
      written: RESOLVED,
    });
    const told = story(records);
    expect(told.indexOf("send hello")).toBeLessThan(told.indexOf("fin-sent"));
    expect(told.indexOf("log opened")).toBeLessThan(told.indexOf("fin-sent"));
    expect(told.indexOf("fin-sent")).toBeLessThan(told.indexOf("log closed"));
  });

  it.each(ALL)("rejects what is written or read after it, at once, under %s", (design) => {
    const told = story(run(socketOf("{}", "", close), design).records);
    const late = "log late rejected: This WritableStream belongs to an object that is closing.";
    const again = "log again rejected: This ReadableStream belongs to an object that is closing.";
    expect(told).toEqual(expect.arrayContaining([late, again]));
    expect(told.indexOf(late)).toBeLessThan(told.indexOf("accept"));
  });

  it.each(ALL)(
    "rejects closed when the connection cannot be made; close() resolves all the same, under %s",
    (design) => {
      const { records } = run(socketOf("{}", "", close), design, { peer: { refuse: true } });
      expect(settlements(records, ["opened", "closed", "close()"])).toEqual({
        opened: REFUSED,
        closed: REFUSED,
        "close()": RESOLVED,
      });
    },
  );

  it.each(GATED)("of a held connect still connects when the gate opens, then closes, under %s", (design) => {
    const { records } = run(socketOf("{}", 'storage.put("count", 1);', close), design);
    const told = story(records);
    const after = told.slice(told.indexOf("commit 1 durable"));
    expect(told.indexOf("syn")).toBeGreaterThan(told.indexOf("commit 1 durable"));
    expect(after).toEqual(expect.arrayContaining(["syn", "send hello", "fin-sent", "log closed"]));
  });
});
