import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../scenarios/index.ts";
import { enabled, encode, initial, step } from "./model.ts";
import type { RunRecord } from "./records.ts";
import type { Setup, World } from "./setup.ts";
import { DESIGNS, setup, story, walk } from "./testing.ts";

const relaxed = { scheduling: "relaxed" } as const;
const loaded = await Promise.all(
  SCENARIOS.map(async ({ id, load, world }) => ({ id, world, ...(await load()) })),
);

const HELD = `
    storage.put("count", 1);
    const first = connect("a:1");
    const second = connect("b:2");
    report("first", first.opened);
    report("second", second.opened);
    return new Response("ok");`;

/** The default run's records, without the numbers of their steps: relaxed scheduling takes more of them. */
function defaultRun(from: Setup): readonly RunRecord[] {
  let { state } = initial(from);
  const records: RunRecord[] = [];
  for (
    let choice = enabled(state)[0];
    choice?.due !== null && choice !== undefined;
    choice = enabled(state)[0]
  ) {
    const next = step(state, choice.choice);
    state = next.state;
    for (const record of next.records) records.push({ ...record, step: 0 as RunRecord["step"] });
  }
  return records;
}

/** Takes the task that is due, again and again, until a choice of the environment would be next. */
function settle(from: Setup, keys: readonly string[]) {
  let taken = [...keys];
  for (;;) {
    const { state } = walk(from, taken);
    const [next] = enabled(state);
    if (next?.choice.type !== "task") return { state, keys: taken };
    taken = [...taken, ""];
  }
}

const keysAt = (from: Setup, keys: readonly string[]) =>
  enabled(walk(from, keys).state).map(({ key }) => key);

describe("relaxed scheduling", () => {
  for (const { id, program, world } of loaded) {
    it(`takes KJ's order by default: ${id} gives the records of strict scheduling under every design`, () => {
      for (const design of Object.values(DESIGNS)) {
        for (const commits of ["replicated", "blocking", "bucket"] as const) {
          const strict = { program, design, world: { ...world, commits } };
          const free = { program, design, world: { ...world, commits, ...relaxed } };
          expect(defaultRun(free)).toEqual(defaultRun(strict));
        }
      }
    });
  }

  it("makes a choice of each task that may be next, due now, and takes one a step", () => {
    const from = setup(HELD, "main", relaxed);
    expect(keysAt(from, ["r1"])).toEqual(["q-deliver1"]);
    const { keys } = settle(from, ["r1"]);
    const choices = enabled(walk(from, [...keys, "cd1"]).state);
    expect(choices.map(({ key, due, title }) => [key, due, title])).toEqual([
      ["q-connect-start1", 10, "The connection begins (socket 1)"],
      ["q-respond1", 10, "The response leaves the handler (/)"],
    ]);
    const { records } = walk(from, [...keys, "cd1", "q-respond1", "q-connect-start1", "*"]);
    const told = story(records);
    expect(told.indexOf("response-sent 200 ok")).toBeLessThan(told.indexOf("syn"));
  });

  it("keeps the order of those who waited at one fork below JavaScript (K4)", () => {
    const from = setup(HELD, "main", relaxed);
    const { keys } = settle(from, ["r1"]);
    expect(keysAt(from, [...keys, "cd1"])).not.toContain("q-connect-start2");
    expect(keysAt(from, [...keys, "cd1", "q-connect-start1"])).toContain("q-connect-start2");
  });

  it("resets the object before anything that waited for the failed lock learns of it (S11)", () => {
    const from = setup(HELD, "main", relaxed);
    const { keys } = settle(from, ["r1"]);
    const broken = [...keys, "cf1"];
    expect(keysAt(from, broken)).toEqual(["q-abort1"]);
    expect(keysAt(from, [...broken, "q-abort1"])).toContain("q-settle-waiters1");
  });

  it("but keeps nothing else in front of that: what has been ready before may come after it", () => {
    const body = `if (path === "/other") return new Response("other"); ${HELD}`;
    const from = setup(body, "main", { ...relaxed, commits: "blocking", requests: [["/", "/other"]] });
    const broken = ["r1", "q-deliver1", "q-fetch1", "q-deliver2", "q-commit1", "cf1"];
    expect(keysAt(from, broken)).toEqual(["q-fetch2", "q-abort1"]);
    expect(keysAt(from, [...broken, "q-abort1"]).slice(0, 2)).toEqual(["q-fetch2", "q-settle-waiters1"]);
  });

  it("resets it also before the release of a later lock tells who waited for both (S11, G6)", () => {
    const body = `storage.put(path, 1); connect("peer:9000"); return new Response("ok");`;
    const from = setup(body, "main", { ...relaxed, commits: "blocking", requests: [["/1", "/2"]] });
    const broken = [
      "r1",
      "q-deliver1",
      "q-fetch1",
      "q-deliver2",
      "q-commit1",
      "cf1",
      "q-fetch2",
      "q-commit2",
    ];
    const { records } = walk(from, [...broken, "cd2", "*"]);
    const told = story(records);
    expect(records.filter(({ kind }) => kind === "violation")).toEqual([]);
    expect(told.filter((line) => line === "dropped connect")).toHaveLength(2);
    expect(told.indexOf("dropped connect")).toBeGreaterThan(told.indexOf("object aborts"));
  });

  it("leaves the gate's safety as it is: nothing leaks under main in any order of two tasks", () => {
    const from = setup(HELD, "main", relaxed);
    const seen = new Set<string>();
    const explore = (state: ReturnType<typeof walk>["state"]): void => {
      const key = encode(state);
      if (seen.has(key)) return;
      seen.add(key);
      for (const { choice, due, role } of enabled(state)) {
        if (due === null || role === "failure") continue;
        const next = step(state, choice);
        expect(next.records.filter(({ kind }) => kind === "violation")).toEqual([]);
        explore(next.state);
      }
    };
    explore(initial(from).state);
    expect(seen.size).toBeGreaterThan(30);
  });
});

describe("what holds by ordering only (MODEL 8.4)", () => {
  const REFUSED = `
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    report("closed", socket.closed);
    await socket.opened.catch(() => {});
    return new Response("ok");`;
  const broken = (world: Partial<World>, keys: readonly string[]): readonly string[] => {
    const { records } = walk(setup(REFUSED, "main", { peer: { refuse: true }, ...world }), keys);
    return records.flatMap((record) => (record.kind === "violation" ? [record.property] : []));
  };

  it("O2: startTls() finds the tlsStarter slot filled in KJ's order, and empty when its flush goes on first", () => {
    const tls = `
    storage.put("count", 1);
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    const secure = socket.startTls();
    report("secure", secure.opened);
    await secure.opened;
    return new Response("ok");`;
    const from = (world: Partial<World>): Setup => setup(tls, "main", { peer: { tls: true }, ...world });
    const violated = (records: readonly RunRecord[]): readonly string[] =>
      records.flatMap((record) => (record.kind === "violation" ? [record.property] : []));
    const strict = walk(from({}), ["*"]).records;
    expect(violated(strict)).toEqual([]);
    expect(story(strict)).toContain("log secure");
    const { keys } = settle(from(relaxed), ["r1"]);
    const released = [...keys, "cd1"];
    expect(violated(walk(from(relaxed), [...released, "*"]).records)).toEqual([]);
    const first = walk(from(relaxed), [...released, "q-event-ready1-1", "q-event-done1-1", "*"]).records;
    expect(violated(first)).toEqual(["O2"]);
  });

  it("O1: closed rejects with opened in KJ's order, and resolves when the watch task reports first", () => {
    expect(broken({}, ["*"])).toEqual([]);
    const { keys } = settle(setup(REFUSED, "main", { peer: { refuse: true }, ...relaxed }), ["r1"]);
    const refused = [...keys, "x1", "n1"];
    expect(broken(relaxed, [...refused, "*"])).toEqual([]);
    expect(broken(relaxed, [...refused, "q-watch-report1", "q-pipe-ended1", "*"])).toEqual(["O1"]);
  });
});

describe("the key of a state in the midst of its tasks", () => {
  const TIMER = (value: number): string => `
    const value = ${value};
    setTimeout(() => console.log(value), 1);
    return new Response("ok");`;
  const fired = (value: number): string => {
    const from = setup(TIMER(value), "main", relaxed);
    return encode(walk(from, [...settle(from, ["r1"]).keys, "t1"]).state);
  };

  it("compares what only a waiting task holds on the heap", () => {
    expect(fired(1)).toBe(fired(1));
    expect(fired(1)).not.toBe(fired(2));
  });

  it("is the same when two tasks that do not touch each other were taken in either order, and else not", () => {
    const from = setup(HELD, "main", relaxed);
    const { keys } = settle(from, ["r1"]);
    const keyAfter = (...tasks: string[]): string => encode(walk(from, [...keys, "cd1", ...tasks]).state);
    const both = keyAfter("q-respond1", "q-connect-start1");
    expect(keyAfter("q-connect-start1", "q-respond1")).toBe(both);
    expect(keyAfter("q-connect-start1", "q-connect-start2")).not.toBe(both);
    expect(keyAfter("q-connect-start1")).not.toBe(keyAfter());
  });
});
