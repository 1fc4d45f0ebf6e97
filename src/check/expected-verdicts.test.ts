/*
 * The table of MODEL 7.3, found by the checker: what each design keeps and breaks over every order of events of some small
 * handlers, and the shortest order that shows it.
 *
 * The column "f TS" is left out: TypeScript-implemented streams are not modelled. Where the table reads otherwise:
 *
 * | Cell         | Table                        | Here                      | Why                                                    |
 * | ------------ | ---------------------------- | ------------------------- | ------------------------------------------------------ |
 * | S4, (b)-(f)  | holds but for S2p and S3c    | violated in those alone   | the same, said by the handler                          |
 * | S13, (b)     | D5 and D4 only with flags    | D5 with each of its flags | no flag puts a turn between slot and task: D4 stays    |
 * |              |                              |                           | fragile (S14)                                          |
 * | S14, (b)     | D4, D5, D11                  | D4, D11                   | D5's order needs a Socket that is collected before its |
 * |              |                              |                           | status is known, which D13 prevents                    |
 * | L2, (a), (d) | not applicable               | holds                     | a connect() that need not wait has started             |
 * | L2, (b), (c) | holds unless taken           | holds                     | as recorded, the flush before a stream is taken lets   |
 * |              |                              |                           | connect() go first                                     |
 */
import { describe, expect, it } from "vitest";
import type { DesignChoice, Setup, World } from "../model/setup.ts";
import { DESIGNS, GATED, setup, UNGATED } from "../model/testing.ts";
import { simulate } from "../run/simulate.ts";
import { check } from "./check.ts";
import { type FaultBudget, STANDARD_FAULTS } from "./faults.ts";
import type { CheckReport } from "./report.ts";

interface Handler {
  readonly body: string;
  readonly faults?: FaultBudget;
  readonly world?: Partial<World>;
}

/** What MODEL 7.3 names as witnesses, and what reaches the other properties. */
const HANDLERS = {
  "put; connect": {
    body: `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`,
  },
  "open; put; write": {
    body: `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("count", 1);
    await socket.writable.getWriter().write(bytes("hello"));
    return new Response("ok");`,
  },
  "open; put; writer.close()": {
    body: `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("count", 1);
    await socket.writable.getWriter().close();
    return new Response("ok");`,
  },
  "open; put; writer.close() not awaited; socket.close()": {
    body: `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("count", 1);
    const writer = socket.writable.getWriter();
    writer.write(bytes("held")).catch(() => {});
    writer.close().catch(() => {});
    await socket.close();
    return new Response("ok");`,
  },
  "open; writer.close(); put; socket.close()": {
    body: `
    const socket = connect("peer:9000");
    await socket.opened;
    await socket.writable.getWriter().close();
    storage.put("count", 1);
    await socket.close();
    return new Response("ok");`,
  },
  "a source of JavaScript's; the pipe starts; put; enqueue": {
    body: `
    const socket = connect("peer:9000");
    let controller;
    const source = new ReadableStream({ start(given) { controller = given; } });
    source.pipeTo(socket.writable, { preventClose: true });
    storage.put("count", 1);
    controller.enqueue(bytes("two"));
    return new Response("ok");`,
  },
  "open; put; startTls()": {
    body: `
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    await socket.opened;
    storage.put("count", 1);
    await socket.startTls().opened;
    return new Response("ok");`,
    world: { peer: { tls: true } },
  },
  "an unconfirmed put; connect; two puts": {
    body: `
    storage.put("count", 1, { allowUnconfirmed: true });
    connect("peer:9000");
    storage.put("other", 1);
    await scheduler.wait(1);
    storage.put("third", 1);
    return new Response("ok");`,
    faults: { commit: 1 },
  },
  "a critical section awaits opened of an outer connect": {
    body: `
    const socket = connect("peer:9000");
    await this.ctx.blockConcurrencyWhile(async () => { await socket.opened; });
    return new Response("ok");`,
    faults: { timeout: 1 },
  },
  "open; put; socket.close(), and nobody has the socket": {
    body: `
    const ends = async () => {
      const socket = connect("peer:9000");
      await socket.opened;
      storage.put("count", 1);
      socket.close();
    };
    await ends();
    await scheduler.wait(1000);
    return new Response("ok");`,
    faults: { commit: 1, collect: 1 },
  },
  "the object ends while connect() is held": {
    body: `
    setTimeout(() => {
      storage.put("count", 1);
      connect("peer:9000");
      setTimeout(() => this.ctx.abort("gone"), 2);
    }, 1);
    return new Response("ok");`,
    faults: {},
  },
} as const satisfies Readonly<Record<string, Handler>>;
type HandlerName = keyof typeof HANDLERS;
const NAMES = Object.keys(HANDLERS) as HandlerName[];
const ALL = Object.keys(DESIGNS);

function setupOf(name: HandlerName, design: DesignChoice): Setup {
  const { body, world }: Handler = HANDLERS[name];
  return { ...setup(body, "main", world), design };
}

const known = new Map<string, CheckReport>();

/** The check of a handler under a design. */
function checked(name: HandlerName, design: DesignChoice): CheckReport {
  const key = JSON.stringify([name, design]);
  let report = known.get(key);
  if (report === undefined) {
    const { faults }: Handler = HANDLERS[name];
    report = check({
      setup: setupOf(name, design),
      faults: faults ?? STANDARD_FAULTS,
      maxStates: 50_000,
    });
    known.set(key, report);
  }
  return report;
}

const designOf = (name: string): DesignChoice => {
  const design = DESIGNS[name];
  if (design === undefined) throw new Error(`no design "${name}"`);
  return design;
};

const D1 = "writes only, d1";
const BEFORE_MAIN = ALL.filter((design) => design !== "main");

/** The crosses of the table: which designs break what, with which handler, and the shortest order that shows it. */
const CROSSES: readonly {
  readonly property: string;
  readonly designs: readonly string[];
  readonly handler: HandlerName;
  readonly witness: string;
}[] = [
  { property: "S1", designs: UNGATED, handler: "put; connect", witness: "r1" },
  { property: "S4", designs: UNGATED, handler: "put; connect", witness: "r1 cf1" },
  {
    property: "S2p",
    designs: ALL.filter((design) => design !== D1),
    handler: "a source of JavaScript's; the pipe starts; put; enqueue",
    witness: "r1 a1 n1",
  },
  {
    property: "S3c",
    designs: ALL,
    handler: "open; put; writer.close() not awaited; socket.close()",
    witness: "r1 a1 n1",
  },
  {
    property: "S3c",
    designs: ALL,
    handler: "open; writer.close(); put; socket.close()",
    witness: "r1 a1 n1",
  },
  {
    property: "S13",
    designs: BEFORE_MAIN,
    handler: "open; put; socket.close(), and nobody has the socket",
    witness: "r1 a1 n1 gc1 cd1",
  },
  {
    property: "L7",
    designs: ALL,
    handler: "a critical section awaits opened of an outer connect",
    witness: "r1 a1 n1 bt1",
  },
];

/** The rows of the table, S14 apart: a lint, which names the edges. */
const ROWS: readonly string[] = [
  ...["S1", "S2", "S2p", "S3", "S3c", "S3t", "S4", "S5", "S6", "S7"],
  ...["S8", "S9", "S10", "S11", "S12", "S13", "S15", "S16", "L2", "L7"],
];

const verdictOn = ({ properties }: CheckReport, id: string) =>
  properties.find((verdict) => verdict.id === id);

/** What becomes of a property over all handlers. */
function verdictOver(design: DesignChoice, property: string, handlers: readonly HandlerName[]): string {
  const verdicts = handlers.map((name) => verdictOn(checked(name, design), property)?.verdict);
  return (
    verdicts.find((verdict) => verdict === "violated") ??
    verdicts.find((verdict) => verdict === "holds") ??
    "not-reached"
  );
}

/** Handlers in which S2p or S3c is broken, and S4 with it. */
const BYPASSES: readonly HandlerName[] = NAMES.filter((name) =>
  CROSSES.some(({ property, handler }) => handler === name && (property === "S2p" || property === "S3c")),
);

describe("every cell of MODEL 7.3, over every order of events", () => {
  it.each(ALL)("has the verdicts of the table under %s", (design) => {
    for (const name of NAMES) expect([name, checked(name, designOf(design)).complete]).toEqual([name, true]);
    const found = ROWS.map((property) => {
      const handlers = property === "S4" ? NAMES.filter((name) => !BYPASSES.includes(name)) : NAMES;
      return [property, verdictOver(designOf(design), property, handlers)];
    });
    const expected = ROWS.map((property) => [
      property,
      CROSSES.some((cross) => cross.property === property && cross.designs.includes(design))
        ? "violated"
        : "holds",
    ]);
    expect(found).toEqual(expected);
  });

  for (const { property, designs, handler, witness } of CROSSES) {
    it.each(designs)(
      `finds [${handler}] to break ${property} after "${witness}", and no sooner, under %s`,
      (design) => {
        expect(verdictOn(checked(handler, designOf(design)), property)?.witness.join(" ")).toBe(witness);
      },
    );
  }

  it.each(GATED)("breaks S4 under %s only where S2p or S3c is broken", (design) => {
    const broken = NAMES.filter(
      (name) => verdictOn(checked(name, designOf(design)), "S4")?.verdict === "violated",
    );
    expect(broken).toEqual(BYPASSES);
  });
});

describe("the order of destruction (S14)", () => {
  const EDGES: Readonly<Record<string, readonly string[]>> = {
    r1: ["D4", "D11"],
    "r1 forwarding": ["D4", "D11"],
    "autogate on": ["D3", "D11"],
    main: ["D3", "D11"],
  };

  it.each(ALL)("is warned of for the edges of the table under %s", (design) => {
    const handler = "the object ends while connect() is held";
    const choice = designOf(design);
    const verdict = verdictOn(checked(handler, choice), "S14");
    expect(verdict).toMatchObject({ kind: "lint", verdict: "violated" });
    const run = simulate(setupOf(handler, choice), verdict?.witness ?? []);
    if (!run.ok) throw new Error(run.error.message);
    const edges = run.value.records.flatMap((record) =>
      record.kind === "fragile-order" ? [record.edge] : [],
    );
    expect([...new Set(edges)].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))).toEqual(
      EDGES[design] ?? ["D11"],
    );
  });
});

describe("the address that r1 borrows (S13, D5 of the table: only with flags)", () => {
  const handler = "put; connect";
  const broken = (design: DesignChoice, faults: FaultBudget, body: string = HANDLERS[handler].body) => {
    const report = check({ setup: { ...setup(body), design }, faults, maxStates: 50_000 });
    const verdict = verdictOn(report, "S13");
    return verdict?.verdict === "violated" ? [verdict.witness.join(" "), verdict.text] : null;
  };
  const D5 = "a pointer that was borrowed (D5) is read after what it points to was destroyed";
  const DROPPED = `
    const open = () => { storage.put("count", 1); connect("peer:9000"); };
    open();
    await scheduler.wait(1000);
    return new Response("ok");`;

  it("is read when it is gone if a kj::String that moves frees its bytes", () => {
    expect(broken({ id: "deferred-r1", stringMoveInvalidates: true }, {})).toEqual(["r1 cd1", D5]);
    expect(broken({ id: "deferred-r1" }, {})).toBeNull();
  });

  it("is read when it is gone if the status does not hold the Socket, and the collector takes that", () => {
    const faults = { collect: 1 };
    expect(broken({ id: "deferred-r1", statusHoldsSocket: false }, faults, DROPPED)).toEqual([
      "r1 gc1 cd1",
      D5,
    ]);
    expect(broken({ id: "deferred-r1" }, faults, DROPPED)).toBeNull();
    expect(broken({ id: "deferred-r1-fixed", statusHoldsSocket: false }, faults, DROPPED)).toBeNull();
  });
});

describe("what holds by ordering only (MODEL 8.4)", () => {
  const violated = (body: string, world: Partial<World>, faults: FaultBudget): readonly string[] => {
    const report = check({ setup: setup(body, "main", world), faults, maxStates: 50_000 });
    expect(report.complete).toBe(true);
    return report.properties.flatMap(({ id, verdict }) =>
      verdict === "violated" && id !== "dead-end" && id !== "S14" ? [id] : [],
    );
  };
  const REFUSED = `
    const socket = connect("peer:9000");
    await socket.opened.catch(() => {});
    return new Response("ok");`;
  const UPGRADES = `
    storage.put("count", 1);
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    socket.startTls();
    return new Response("ok");`;

  it("O1: closed may resolve before opened rejects once tasks come in any order", () => {
    expect(violated(REFUSED, {}, { refuse: 1 })).toEqual([]);
    expect(violated(REFUSED, { scheduling: "relaxed" }, { refuse: 1 })).toEqual(["O1"]);
  });

  it("O2: startTls() may miss its starter once tasks come in any order", () => {
    const tls = { peer: { tls: true } };
    expect(violated(UPGRADES, tls, {})).toEqual([]);
    expect(violated(UPGRADES, { ...tls, scheduling: "relaxed" }, {})).toEqual(["O2"]);
  });

  it("S1, S4, S11 and S13 hold in any order of tasks", () => {
    const { body } = HANDLERS["put; connect"];
    expect(violated(body, { scheduling: "relaxed" }, { commit: 1 })).toEqual([]);
  });
});
