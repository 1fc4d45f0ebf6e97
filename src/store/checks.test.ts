import { describe, expect, test } from "vitest";
import { STANDARD_FAULTS } from "../check/faults.ts";
import type { CheckProgress, CheckReport, CheckRequest } from "../check/report.ts";
import type { DesignChoice, World } from "../model/setup.ts";
import { createChecks, designKey, isAbout, isUpToLimit } from "./checks.ts";
import type { Shown } from "./shown.ts";
import { playedSearches } from "./testing-searches.ts";

const main = { id: "main" } as DesignChoice;
const ungated = { id: "ungated" } as DesignChoice;
const program = {} as Shown["program"];
const shownWith = (world: Partial<World> = {}, of = program) =>
  ({ program: of, world: { commitMs: 10, ...world }, document: { design: main } }) as unknown as Shown;
const shown = shownWith();
const progress = (states: number): CheckProgress => ({ states, transitions: 0, depth: 0, frontier: 0 });

/** Checks whose client and clock the test plays. */
function stage() {
  const { asked, begin } = playedSearches<CheckRequest, CheckReport>();
  const clock = { ms: 0 };
  const checks = createChecks({ check: begin }, () => clock.ms);
  const done = async (states: number, at = asked.length - 1): Promise<void> => {
    const design = asked[at]?.request.setup.design;
    asked[at]?.answer({ status: "done", report: { design, states } as CheckReport });
    for (let round = 0; round < 5; round += 1) await Promise.resolve();
  };
  const state = () => checks.store.getState();
  return { asked, checks, clock, done, state };
}

describe("the checks of what is shown", () => {
  test("ask for the handler, the world and the failures as they are, and keep the report", async () => {
    const { asked, checks, clock, done, state } = stage();
    const ended = checks.check(shown, [main]);
    expect(asked[0]?.request).toMatchObject({
      setup: { program, design: main, world: shown.world },
      faults: STANDARD_FAULTS,
      maxStates: 1_000_000,
    });
    expect(state().underWay?.design).toBe(main);
    clock.ms = 1500;
    await done(7);
    await ended;
    expect(state().underWay).toBeNull();
    expect(state().reports.get(designKey(main))).toMatchObject({ states: 7, seconds: 1.5 });
    expect(state().latest?.document).toBe(shown.document);
  });

  test("say how many states there are in a second", () => {
    const { asked, checks, clock, state } = stage();
    void checks.check(shown, [main]);
    clock.ms = 100;
    asked[0]?.tell(progress(2_000));
    clock.ms = 200;
    asked[0]?.tell(progress(5_000));
    expect(state().underWay).toMatchObject({ rate: 30_000, progress: { states: 5_000 } });
  });

  test("come one after another for several designs, and keep what was known of others", async () => {
    const { asked, checks, done, state } = stage();
    const first = checks.check(shown, [main]);
    await done(1);
    await first;
    const both = checks.check(shown, [ungated, { id: "writes-only" } as DesignChoice]);
    expect(state().underWay).toMatchObject({ design: ungated, waiting: 1 });
    expect(asked).toHaveLength(2);
    await done(2);
    expect(state().underWay).toMatchObject({ design: { id: "writes-only" }, waiting: 0 });
    await done(3);
    await both;
    expect([...state().reports.values()].map(({ states }) => states)).toEqual([1, 2, 3]);
  });

  test("do not count the time of a pause", async () => {
    const { asked, checks, clock, done, state } = stage();
    void checks.check(shown, [main]);
    clock.ms = 1_000;
    checks.pause();
    expect(state().underWay?.isPaused).toBe(true);
    clock.ms = 61_000;
    checks.resume();
    expect(state().underWay?.isPaused).toBe(false);
    clock.ms = 63_000;
    await done(1);
    expect(state().latest?.seconds).toBe(3);
    expect(asked[0]?.calls).toEqual(["pause", "resume"]);
  });

  test("leave what is known as it was when they are cancelled", async () => {
    const { asked, checks, done, state } = stage();
    void checks.check(shown, [main]);
    await done(1);
    const before = state();
    const ended = checks.check(shownWith({ commitMs: 99 }), [main, ungated]);
    checks.cancel();
    await ended;
    expect(state()).toEqual(before);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.calls).toEqual(["cancel"]);
  });

  test("leave what is known as it was when they fail, and say why until the next", async () => {
    const { asked, checks, done, state } = stage();
    void checks.check(shown, [main]);
    await done(1);
    const { reports, subject } = state();
    const ended = checks.check(shown, [ungated, main]);
    asked[1]?.answer({ status: "failed", message: "Out of memory." });
    await ended;
    expect(state()).toMatchObject({ underWay: null, problem: "Out of memory." });
    expect(state().reports).toBe(reports);
    expect(state().subject).toBe(subject);
    expect(asked).toHaveLength(2);
    void checks.check(shown, [main]);
    expect(state().problem).toBeNull();
  });

  test("give way to a newer one, whose answer alone counts", async () => {
    const { asked, checks, done, state } = stage();
    void checks.check(shown, [main]);
    void checks.check(shown, [ungated]);
    expect(asked[0]?.calls).toEqual(["cancel"]);
    asked[0]?.tell(progress(99));
    expect(state().underWay?.progress.states).not.toBe(99);
    await done(2);
    expect([...state().reports.keys()]).toEqual([designKey(ungated)]);
  });

  test("end when other failures are allowed", async () => {
    const { asked, checks, state } = stage();
    const ended = checks.check(shown, [main]);
    checks.setFaults({ commit: 2 });
    await ended;
    expect(asked[0]?.calls).toEqual(["cancel"]);
    expect(state()).toMatchObject({ underWay: null, faults: { commit: 2 } });
  });

  test("stop at another number of states when they are told to, from the next one on", async () => {
    const { asked, checks, state } = stage();
    const ended = checks.check(shown, [main]);
    checks.setMaxStates(5_000_000);
    await ended;
    expect(state().underWay).toBeNull();
    void checks.check(shown, [main]);
    expect(asked.map(({ request }) => request.maxStates)).toEqual([1_000_000, 5_000_000]);
  });

  test("drop the reports of another world with the first report of this one", async () => {
    const { checks, done, state } = stage();
    void checks.check(shown, [main]);
    await done(1);
    const slow = shownWith({ commitMs: 99 });
    void checks.check(slow, [ungated]);
    expect(state().reports.has(designKey(main))).toBe(true);
    await done(2);
    expect([...state().reports.keys()]).toEqual([designKey(ungated)]);
    expect(state().latest?.states).toBe(2);
  });
});

test("Reports are about a program, a world and a budget of failures, whatever the object that holds them.", () => {
  const subject = { program, world: shown.world, faults: { commit: 1 } };
  expect(isAbout(subject, shownWith(), { commit: 1 })).toBe(true);
  expect(isAbout(subject, shownWith({ commitMs: 11 }), { commit: 1 })).toBe(false);
  expect(isAbout(subject, shownWith({}, {} as Shown["program"]), { commit: 1 })).toBe(false);
  expect(isAbout(subject, shown, { commit: 2 })).toBe(false);
  expect(isAbout(null, shown, { commit: 1 })).toBe(false);
});

test("A report that stopped where a check would now go on is not all that can be known.", () => {
  const stopped = { complete: false, states: 100_007 } as CheckReport;
  expect(isUpToLimit(stopped, 100_000)).toBe(true);
  expect(isUpToLimit(stopped, 1_000_000)).toBe(false);
  expect(isUpToLimit({ ...stopped, complete: true }, 1_000_000)).toBe(true);
});

test("The key of a design does not depend on the order of its switches.", () => {
  const one = { id: "promised-interface", autogate: true, wrapper: false } as DesignChoice;
  const other = { wrapper: false, autogate: true, id: "promised-interface" } as DesignChoice;
  expect(designKey(one)).toBe(designKey(other));
  expect(designKey({ ...one, autogate: false } as DesignChoice)).not.toBe(designKey(one));
});
