/*
 * The small scenarios that separate the designs (MODEL 8.5), row by row.
 */
import { describe, expect, it } from "vitest";
import { judgeRest } from "./properties/index.ts";
import type { World } from "./setup.ts";
import { DESIGNS, GATED, logs, observed, setup, story, UNGATED, type Walk, walk } from "./testing.ts";

const ALL = Object.keys(DESIGNS);

const run = (
  body: string,
  design: string,
  keys: readonly string[] = ["*"],
  world: Partial<World> = {},
): Walk => walk(setup(body, design, { commitMs: 100, ...world }), keys);
/** Whether one line of the story comes before another; both have to be there. */
function isBefore({ records }: Walk, first: string, second: string): boolean {
  const told = story(records);
  expect(told).toEqual(expect.arrayContaining([first, second]));
  return told.indexOf(first) < told.indexOf(second);
}
const violated = ({ records }: Walk): string[] => [
  ...new Set(records.flatMap((record) => (record.kind === "violation" ? [record.property] : []))),
];

describe("put; connect; confirm late (S1)", () => {
  const body = `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");`;

  it.each(UNGATED)("connects before the commit, which S1 calls a violation, under %s", (design) => {
    const walked = run(body, design);
    expect(isBefore(walked, "syn", "commit 1 durable")).toBe(true);
    expect(isBefore(walked, "log opened", "commit 1 durable")).toBe(true);
    expect(violated(walked)).toEqual(["S1"]);
  });

  it.each(GATED)("connects after the commit, and breaks nothing, under %s", (design) => {
    const walked = run(body, design);
    expect(isBefore(walked, "commit 1 durable", "syn")).toBe(true);
    expect(violated(walked)).toEqual([]);
  });

  it.each(ALL)("holds the response in any case, under %s", (design) => {
    const answers = body.replace("await report", "report");
    expect(isBefore(run(answers, design), "commit 1 durable", "response-sent 200 ok")).toBe(true);
  });
});

describe("put; connect; fail (S4)", () => {
  const body = `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    return new Response("ok");`;

  it.each(UNGATED)(
    "has shown the far end a connection of an execution that never happened, under %s",
    (design) => {
      const walked = run(body, design, ["r1", "a1", "cf1", "*"]);
      expect(observed(walked.records).slice(0, 2)).toEqual(["syn", "accept"]);
      expect(violated(walked)).toEqual(["S1", "S4"]);
    },
  );

  it.each(GATED)("shows nothing, and opened never settles, under %s", (design) => {
    const walked = run(body, design, ["r1", "cf1", "*"]);
    expect(observed(walked.records)).toEqual([expect.stringMatching(/^response 500 /)]);
    expect(logs(walked.records)).toEqual([]);
    expect(violated(walked)).toEqual([]);
  });
});

describe("connect; put; confirm late (S5)", () => {
  it.each(ALL)("connects at once under %s", (design) => {
    const body = `
    const socket = connect("peer:9000");
    storage.put("count", 1);
    await report("opened", socket.opened);
    return new Response("ok");`;
    const walked = run(body, design);
    expect(isBefore(walked, "log opened", "commit 1 durable")).toBe(true);
    expect(violated(walked)).toEqual([]);
  });
});

/** The two puts are of two commits. */
const TWO_PUTS = `
    storage.put("first", 1);
    await scheduler.wait(1);
    const socket = connect("peer:9000");
    storage.put("second", 2);
    await report("opened", socket.opened);
    return new Response("ok");`;

describe("put1; connect; put2; put1 confirms; put2 fails (G6)", () => {
  it.each(GATED)("lets connect go under %s: it depends on put1 alone", (design) => {
    const walked = run(TWO_PUTS, design, ["r1", "t1", "cd1", "cf2", "*"]);
    expect(observed(walked.records).slice(0, 1)).toEqual(["syn"]);
    expect(isBefore(walked, "commit 1 durable", "syn")).toBe(true);
    expect(story(walked.records)).toContain("commit 2 fails");
    expect(violated(walked)).toEqual([]);
  });
});

describe("put1; connect; put2; put2 fails first; put1 confirms", () => {
  const several = { severalCommits: true } as const;

  it.each(GATED)(
    "may still connect after the break under %s (the general case: recorded builds have one commit out at a time)",
    (design) => {
      const walked = run(TWO_PUTS, design, ["r1", "t1", "cf2", "cd1", "*"], several);
      expect(isBefore(walked, "gate breaks", "syn")).toBe(true);
      expect(isBefore(walked, "object aborts", "syn")).toBe(true);
      expect(logs(walked.records)).toEqual([]);
      expect(violated(walked)).toEqual([]);
    },
  );

  it.each(GATED)(
    "holds the connect while put1 is not confirmed, although put2 has failed, under %s (S6)",
    (design) => {
      const { records } = run(TWO_PUTS, design, ["r1", "t1", "cf2"], several);
      expect(story(records)).toContain("gate breaks");
      expect(observed(records)).toEqual([]);
    },
  );

  it.each(ALL)("sends no write in the same place under %s: it would have to enter JavaScript", (design) => {
    const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("first", 1);
    await scheduler.wait(1);
    socket.writable.getWriter().write(bytes("held"));
    storage.put("second", 2);
    return new Response("ok");`;
    const walked = run(body, design, ["r1", "a1", "n1", "t1", "cf2", "cd1", "*"], several);
    expect(story(walked.records)).toContain("commit 1 durable");
    expect(observed(walked.records)).not.toContain("receive held");
  });
});

describe("a write before put; put; a second write (SK8)", () => {
  it.each(ALL.filter((design) => design !== "writes only, d1"))(
    "sends the first at once and holds the second, under %s",
    (design) => {
      const body = `
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    writer.write(bytes("before"));
    storage.put("count", 1);
    await writer.write(bytes("after"));
    return new Response("ok");`;
      const walked = run(body, design);
      expect(isBefore(walked, "send before", "commit 1 durable")).toBe(true);
      expect(isBefore(walked, "commit 1 durable", "send after")).toBe(true);
      expect(violated(walked)).toEqual([]);
    },
  );
});

describe("connect; socket.close() while gated", () => {
  it.each(GATED)("connects when the gate opens, to be closed at once, under %s", (design) => {
    const body = `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await socket.close();
    return new Response("ok");`;
    const walked = run(body, design);
    expect(observed(walked.records)).toEqual(["syn", "accept", "fin-received", "closed", "response 200 ok"]);
    expect(isBefore(walked, "commit 1 durable", "syn")).toBe(true);
    expect(violated(walked)).toEqual([]);
  });
});

describe("connect with starttls; startTls() at once (O2)", () => {
  const body = `
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    const secure = socket.startTls();
    report("closed", secure.closed);
    await report("opened", secure.opened);
    return new Response("ok");`;

  it.each(ALL)("finds the connection begun and says ClientHello, under %s", (design) => {
    const walked = run(body, design, ["*"], { peer: { tls: true } });
    expect(observed(walked.records).slice(0, 3)).toEqual(["syn", "accept", "receive <TLS ClientHello>"]);
    expect(logs(walked.records)).toEqual(["opened"]);
    expect(violated(walked)).toEqual([]);
  });

  it.each(GATED)("begins and says ClientHello behind the commit of an earlier put, under %s", (design) => {
    const walked = run(`storage.put("count", 1);${body}`, design, ["*"], { peer: { tls: true } });
    expect(isBefore(walked, "commit 1 durable", "syn")).toBe(true);
    expect(isBefore(walked, "syn", "receive <TLS ClientHello>")).toBe(true);
    expect(logs(walked.records)).toEqual(["opened"]);
    expect(violated(walked)).toEqual([]);
  });
});

describe("a pipe from a source in JavaScript; put between its chunks (S2p)", () => {
  const body = (piped: string): string => `
    const socket = connect("peer:9000");
    await socket.opened;
    let to;
    const source = new ReadableStream({ start(given) { to = given; } });
    ${piped}
    await scheduler.wait(1);
    to.enqueue(bytes("first"));
    await scheduler.wait(1);
    storage.put("count", 1);
    to.enqueue(bytes("second"));
    await scheduler.wait(200);
    return new Response("ok");`;

  it.each(ALL.filter((design) => design !== "writes only, d1"))(
    "sends the chunk behind the put before its commit, under %s",
    (design) => {
      const walked = run(body("source.pipeTo(socket.writable);"), design);
      expect(isBefore(walked, "send second", "commit 1 durable")).toBe(true);
      expect(violated(walked)).toEqual(["S2p"]);
    },
  );

  it.each(ALL)("holds the same chunk when a loop writes it, under %s", (design) => {
    const loop = `
    const writer = socket.writable.getWriter();
    (async () => { for await (const chunk of source) await writer.write(chunk); })();`;
    const walked = run(body(loop), design);
    expect(isBefore(walked, "send first", "commit 1 starts")).toBe(true);
    expect(isBefore(walked, "commit 1 durable", "send second")).toBe(true);
    expect(violated(walked)).toEqual([]);
  });
});

describe("blockConcurrencyWhile() that awaits opened of a connect outside of it (L7)", () => {
  const body = `
    const socket = connect("peer:9000");
    await this.ctx.blockConcurrencyWhile(async () => { await report("opened", socket.opened); });
    return new Response("ok");`;

  it.each(ALL)("connects, and never hears of it, under %s", (design) => {
    const walked = run(body, design);
    expect(observed(walked.records).slice(0, 2)).toEqual(["syn", "accept"]);
    expect(logs(walked.records)).toEqual([]);
    expect(violated(walked)).toEqual(["L7"]);
  });

  it.each(ALL)("goes well when the connect is inside of it, under %s", (design) => {
    const inside = `
    await this.ctx.blockConcurrencyWhile(async () => { await report("opened", connect("peer:9000").opened); });
    return new Response("ok");`;
    const walked = run(inside, design);
    expect(logs(walked.records)).toEqual(["opened"]);
    expect(judgeRest(walked.state)).toEqual([]);
  });
});

describe("an idle gate", () => {
  const body = `
    const socket = connect("peer:9000");
    storage.put("count", 1);
    await socket.opened;
    return new Response("ok");`;

  it.each(ALL)("lets no connect out within the turn that asks for it, under %s", (design) => {
    const { records } = run(body, design, ["r1"]);
    const kinds = records.map(({ kind }) => kind);
    expect(kinds).toContain("connect-starts");
    expect(kinds.indexOf("turn-ends")).toBeLessThan(kinds.indexOf("connect-starts"));
  });

  it("lets it out before that turn's commit goes out under main, and after it under autogate on (recorded)", () => {
    expect(isBefore(run(body, "main"), "syn", "commit 1 starts")).toBe(true);
    expect(isBefore(run(body, "autogate on"), "commit 1 starts", "syn")).toBe(true);
  });
});
