import { describe, expect, test } from "vitest";
import { mustGet } from "../base/assert.ts";
import { STANDARD_FAULTS } from "../check/faults.ts";
import { type FindReport, type FindRequest, find } from "../check/find.ts";
import { PROPERTIES } from "../model/properties/index.ts";
import type { World } from "../model/setup.ts";
import { setup } from "../model/testing.ts";
import { simulate } from "../run/simulate.ts";
import { meetings } from "../run/until.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { clauseOf } from "../ui/until/condition-words.ts";
import { unmetText } from "../ui/until/Unreached.tsx";
import type { Client } from "../worker/client.ts";
import type { Request } from "../worker/protocol.ts";
import { replay } from "../worker/replay.ts";
import { createExplorer, type Order } from "./explorer.ts";
import { createPlayback } from "./playback.ts";
import { createSelection } from "./selection.ts";
import type { Session } from "./session.ts";
import type { Shown } from "./shown.ts";
import { playedSearches } from "./testing-searches.ts";
import { createUntil } from "./until.ts";

const LIMITS = { faults: STANDARD_FAULTS, maxStates: 1_000 };

/** Beats of two records each, three of them in a step. */
const BEATS = [0, 1, 2, 3, 4, 5].map((index) => ({
  index,
  firstRecord: index * 2,
  lastRecord: index * 2 + 1,
  step: Math.floor(index / 3) + 1,
}));
const STEPS = [
  { index: 0, key: "" },
  { index: 1, key: "r1" },
  { index: 2, key: "cd1" },
];
const shown = {
  document: { design: { id: "main" } },
  program: {},
  world: {},
  beats: BEATS,
  run: { steps: STEPS, end: "quiet" },
} as unknown as Shown;

/** A condition that is met at these records, and searches that the test plays. */
function stage(met: readonly number[] | string, cursor: number) {
  const playback = createPlayback();
  playback.load(BEATS.length, cursor);
  const selection = createSelection();
  const opened: Order[] = [];
  const notices: string[] = [];
  const { asked, begin } = playedSearches<FindRequest, FindReport>();
  let clock = 0;
  const until = createUntil(
    {
      playback,
      selection,
      session: {
        store: { getState: () => ({ shown }) },
        meetings: async () => met,
        setNotice: (notice: string) => void notices.push(notice),
      } as unknown as Session,
      openOrder: async (order) => void opened.push(order),
    },
    { find: begin },
    () => {
      clock += 10;
      return clock;
    },
  );
  const report = (one: FindReport): void => asked.at(-1)?.answer({ status: "done", report: one });
  const cursorNow = () => playback.store.getState().cursor;
  return { until, selection, cursorNow, opened, notices, asked, report, state: () => until.store.getState() };
}

describe("running until a condition is met", () => {
  test("goes forward to the next beat that meets it, and selects the record", async () => {
    const { until, cursorNow, selection, state } = stage([2, 4, 5, 9], 1);
    expect(await until.run("forward")).toBe(true);
    expect(cursorNow()).toBe(2);
    expect(selection.store.getState().selected).toBe(4);
    expect(await until.run("forward")).toBe(true);
    expect(cursorNow()).toBe(4);
    expect(state().unmet).toBeNull();
  });

  test("goes backward to the last one before the cursor", async () => {
    const { until, cursorNow } = stage([0, 2, 4, 9], 3);
    await until.run("backward");
    expect(cursorNow()).toBe(2);
    await until.run("backward");
    expect(cursorNow()).toBe(1);
  });

  test("leaves the cursor where it is if nothing that way meets it, and says where the run does", async () => {
    const { until, cursorNow, state } = stage([2], 3);
    expect(await until.run("forward")).toBe(false);
    expect(cursorNow()).toBe(3);
    expect(state().unmet).toEqual({ type: "nowhere", direction: "forward", elsewhere: 1, end: "quiet" });
    until.setCondition({ type: "property", property: null, verdict: "violated" });
    expect(state().unmet).toBeNull();
  });

  test("says so where the run meets it under the cursor", async () => {
    const { until, state } = stage([2, 4], 2);
    await until.run("forward");
    expect(state().unmet).toMatchObject({ type: "nowhere", elsewhere: 2 });
  });

  test("says what went wrong", async () => {
    const { until, state } = stage("The model stopped working.", 0);
    expect(await until.run("backward")).toBe(false);
    expect(state().unmet).toEqual({ type: "failed", message: "The model stopped working." });
  });
});

describe("the search for an order", () => {
  test("begins after the step under the cursor, and shows what it finds at its record", async () => {
    const { until, asked, report, opened, notices, state } = stage([], 1);
    const ended = until.findOrder(LIMITS, "Until a commit fails");
    expect(asked[0]?.request).toMatchObject({ choices: ["r1"], ...LIMITS });
    asked[0]?.tell({ states: 7, transitions: 9, depth: 2, frontier: 3 });
    expect(state().searching).toMatchObject({ progress: { states: 7 }, rate: 700, isPaused: false });
    until.pause();
    expect(state().searching).toMatchObject({ rate: 0, isPaused: true });
    until.resume();
    expect(state().searching?.isPaused).toBe(false);
    expect(asked[0]?.calls).toEqual(["pause", "resume"]);
    report({ type: "found", choices: ["cf1"], record: 6 as never, states: 9 });
    expect(await ended).toBe(true);
    expect(opened).toMatchObject([
      { choices: ["r1", "cf1"], record: 6, label: "Until a commit fails", property: null },
    ]);
    expect(notices).toEqual([expect.stringContaining("one choice from there on")]);
    expect(state()).toMatchObject({ searching: null, unmet: null });
  });

  test.each([
    ["none", "no-order"],
    ["stopped", "stopped"],
  ] as const)("says that there is none: %s", async (type, unmet) => {
    const { until, report, opened, state } = stage([], 1);
    const ended = until.findOrder(LIMITS, "");
    report({ type, states: 46 });
    expect(await ended).toBe(false);
    expect(state().unmet).toEqual({ type: unmet, states: 46 });
    expect(opened).toEqual([]);
  });

  test("is given up with the condition, and its answer is not heard any more", async () => {
    const { until, asked, opened, state } = stage([], 1);
    const ended = until.findOrder(LIMITS, "");
    until.cancel();
    expect(await ended).toBe(false);
    expect(asked[0]?.calls).toEqual(["cancel"]);
    expect(opened).toEqual([]);
    expect(state()).toMatchObject({ searching: null, unmet: null });
  });
});

describe("a property that is violated only by what a run leaves undone at its end", () => {
  const OWED = "“opened settles” is violated";
  const CONDITION = { type: "property", property: "L3", verdict: "violated" } as const;

  /** The explorer with the real model: startTls() on a connection that the far end refuses, or takes. */
  async function open(peer: World["peer"], hash = "") {
    const setting = setup(
      `const secure = connect("peer:9000", { secureTransport: "starttls" }).startTls();
      await scheduler.wait(1);
      return new Response("ok");`,
      "main",
      { peer },
    );
    const { program, world } = setting;
    const scenario: Scenario = {
      id: "one",
      title: "One",
      sentence: "One.",
      load: async () => ({ program, tokens: [], source: "" }),
      design: { id: "main" },
      world,
    };
    const client: Client = {
      async ask(_, request: Request) {
        if (request.type === "compile") throw new Error("nothing is compiled here");
        const { choices } = request;
        if (request.type === "until") {
          const met = meetings(setting, choices, request.condition);
          return { status: "done", value: met.ok && { type: "met", records: met.value } } as never;
        }
        const made = replay(simulate, setting, choices, request.misfits);
        return { status: "done", value: made.ok && { type: "ran", ...made.value, properties: [] } } as never;
      },
      cancel: () => undefined,
      dispose: () => undefined,
    };
    const explorer = createExplorer({ client, scenarios: [scenario], storage: null });
    await explorer.open(hash);
    const searches = playedSearches<FindRequest, FindReport>();
    const until = createUntil(explorer, { find: searches.begin }, () => 0);
    until.setCondition(CONDITION);
    /** Looks for an order as the worker does. */
    const findOrder = async (): Promise<boolean> => {
      const ended = until.findOrder(LIMITS, "Until it is violated");
      const [asked] = searches.asked.slice(-1);
      if (asked !== undefined) asked.answer({ status: "done", report: find(asked.request) });
      return ended;
    };
    const shownNow = (): Shown => mustGet(explorer.session.store.getState().shown, "what is shown");
    const cursorNow = (): number => explorer.playback.store.getState().cursor;
    const selectedNow = () => shownNow().run.records[explorer.selection.store.getState().selected ?? -1];
    const says = (): string | null => {
      const { unmet } = until.store.getState();
      return unmet === null ? null : unmetText(unmet, clauseOf(CONDITION, shownNow().run, PROPERTIES));
    };
    return { explorer, until, findOrder, shownNow, cursorNow, selectedNow, says };
  }

  const VIOLATION = {
    kind: "violation",
    property: "L3",
    text: "the far end has answered and opened has not settled (socket 2)",
  };

  test("is met at the last beat of the run, by the record that says what is owed", async () => {
    const { explorer, until, cursorNow, shownNow, selectedNow, says } = await open({ refuse: true });
    explorer.playback.moveTo(0);
    expect(await until.run("forward")).toBe(true);
    expect(cursorNow()).toBe(shownNow().beats.length - 1);
    expect(selectedNow()).toMatchObject(VIOLATION);
    expect(says()).toBeNull();
    expect(await until.run("forward")).toBe(false);
    expect(says()).toBe(`The run ends before ${OWED}. The last time was at step ${shownNow().beats.length}.`);
    explorer.playback.moveTo(0);
    expect(await until.run("backward")).toBe(false);
    expect(says()).toContain(`The first time is at step ${shownNow().beats.length}.`);
  });

  test("is not met by a run that leaves nothing undone; an order that does is found, and opened at its end", async () => {
    const { explorer, until, findOrder, cursorNow, shownNow, selectedNow, says } = await open({ tls: true });
    explorer.playback.moveTo(0);
    expect(await until.run("forward")).toBe(false);
    expect(says()).toBe(`The run ends before ${OWED}.`);
    expect(await findOrder()).toBe(true);
    expect(shownNow().run.steps.map(({ key }) => key)).toContain("x2");
    expect(cursorNow()).toBe(shownNow().beats.length - 1);
    expect(selectedNow()).toMatchObject(VIOLATION);
    expect(explorer.session.store.getState().notice).toMatch(
      /^An order was found, \d+ choices from there on\./,
    );
    explorer.session.undo();
    expect(shownNow().run.steps.map(({ key }) => key)).not.toContain("x2");
  });

  test("is met by no order once the far end has answered", async () => {
    const { explorer, findOrder, shownNow, says } = await open({ tls: true });
    explorer.playback.moveTo(shownNow().beats.length - 1);
    expect(await findOrder()).toBe(false);
    expect(says()).toMatch(/^No order does it: all [\d,]+ states that can follow have been tried\.$/);
  });
});
