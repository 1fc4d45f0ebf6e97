import { describe, expect, it } from "vitest";
import type { RecordIndex } from "../base/ids.ts";
import type { DifferenceReport, DifferenceRequest } from "../check/difference.ts";
import type { FindReport, FindRequest } from "../check/find.ts";
import type { CheckProgress, CheckReport, CheckRequest } from "../check/report.ts";
import { type CheckClient, type CheckerEvents, createCheckClient } from "./check-client.ts";
import { CHECK_PROTOCOL_VERSION, type FromChecker, type ToChecker } from "./check-protocol.ts";
import { type AtWork, serveChecks } from "./check-serve.ts";

const REQUEST = { faults: {}, maxStates: 10 } as CheckRequest;
const report = (states: number): CheckReport => ({
  design: { id: "main" },
  states,
  transitions: states,
  depth: 1,
  complete: true,
  readsClock: false,
  properties: [],
  outcomes: [],
  stuck: null,
});

const COMPARISON = { faults: {}, maxStates: 10 } as DifferenceRequest;
const SAME: DifferenceReport = { type: "same", states: 3 };

const SEARCH = { faults: {}, maxStates: 10, choices: [] } as unknown as FindRequest;
const FOUND: FindReport = { type: "found", choices: ["cf1"], record: 7 as RecordIndex, states: 3 };

/** A check that takes so many looks at the clock; every look takes 10 ms. */
function stage(looks: number) {
  const tasks: (() => void)[] = [];
  const posted: FromChecker[] = [];
  let clock = 0;
  let left = looks;
  const progress = (): CheckProgress => ({ states: looks - left, transitions: 0, depth: 0, frontier: left });
  const working = <Report>(result: Report): AtWork<Report> => ({
    get progress() {
      return progress();
    },
    advance: () => {
      left -= 1;
      return left > 0;
    },
    report: () => result,
  });
  const receive = serveChecks(
    {
      check: ({ maxStates }) => {
        if (maxStates === 0) throw new Error("no room");
        return working(report(looks));
      },
      compare: () => working(SAME),
      find: () => working(FOUND),
    },
    {
      post: (message) => posted.push(message),
      soon: (task) => tasks.push(task),
      now: () => {
        clock += 5;
        return clock;
      },
    },
  );
  const runOne = (): boolean => {
    const task = tasks.shift();
    task?.();
    return task !== undefined;
  };
  const runAll = (): void => {
    while (runOne());
  };
  return { receive, posted, runOne, runAll };
}

const version = CHECK_PROTOCOL_VERSION;

describe("the worker that checks", () => {
  it("works in slices, says how far it is, and gives its report at the end", () => {
    const { receive, posted, runAll } = stage(100);
    receive({ version, id: 1, check: REQUEST });
    runAll();
    const progress = posted.flatMap((message) => ("progress" in message ? [message.progress.states] : []));
    expect(progress.length).toBeGreaterThan(3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(posted.at(-1)).toEqual({ version, id: 1, done: report(100) });
  });

  it("answers a search with what it has found", () => {
    const { receive, posted, runAll } = stage(3);
    receive({ version, id: 1, find: SEARCH });
    runAll();
    expect(posted.at(-1)).toEqual({ version, id: 1, sought: FOUND });
  });

  it("stands still while it is paused, and goes on where it was", () => {
    const { receive, posted, runOne, runAll } = stage(50);
    receive({ version, id: 1, check: REQUEST });
    runOne();
    receive({ version, id: 1, pause: true });
    runAll();
    expect(posted.some((message) => "done" in message)).toBe(false);
    receive({ version, id: 1, pause: false });
    runAll();
    expect(posted.at(-1)).toHaveProperty("done");
  });

  it("leaves a check for a newer one", () => {
    const { receive, posted, runOne, runAll } = stage(50);
    receive({ version, id: 1, check: REQUEST });
    runOne();
    receive({ version, id: 2, check: REQUEST });
    runAll();
    expect(posted.filter((message) => "done" in message).map(({ id }) => id)).toEqual([2]);
  });

  it("looks for a difference in the same way, in place of a check", () => {
    const { receive, posted, runOne, runAll } = stage(50);
    receive({ version, id: 1, check: REQUEST });
    runOne();
    receive({ version, id: 2, compare: COMPARISON });
    receive({ version, id: 2, pause: true });
    runAll();
    expect(posted.some((message) => "compared" in message)).toBe(false);
    receive({ version, id: 2, pause: false });
    runAll();
    expect(posted.at(-1)).toEqual({ version, id: 2, compared: SAME });
    expect(posted.some((message) => "done" in message)).toBe(false);
  });

  it("tells a fault of its own, and ignores what is no message of this version", () => {
    const { receive, posted, runAll } = stage(1);
    for (const data of [
      null,
      "check",
      { version: version + 1, id: 1, check: REQUEST },
      { version, check: REQUEST },
      { version, id: 1, compare: "main" },
      { version, id: 1 },
    ])
      receive(data);
    runAll();
    expect(posted).toEqual([]);
    receive({ version, id: 3, check: { ...REQUEST, maxStates: 0 } });
    expect(posted).toEqual([{ version, id: 3, crashed: "no room" }]);
  });
});

/** A client with workers that a test plays. */
function hired() {
  const workers: { events: CheckerEvents; sent: ToChecker[]; isEnded: boolean }[] = [];
  const client: CheckClient = createCheckClient((events) => {
    const worker = { events, sent: [] as ToChecker[], isEnded: false };
    workers.push(worker);
    return {
      post: (message) => worker.sent.push(message),
      terminate: () => {
        worker.isEnded = true;
      },
    };
  });
  return { client, workers };
}

describe("the page's end", () => {
  it("keeps its worker from check to check", async () => {
    const { client, workers } = hired();
    const states: number[] = [];
    const first = client.check(REQUEST, (progress) => states.push(progress.states));
    workers[0]?.events.onMessage({
      version,
      id: 1,
      progress: { states: 7, transitions: 1, depth: 1, frontier: 1 },
    });
    workers[0]?.events.onMessage({ version, id: 1, done: report(9) });
    expect(await first.answer).toEqual({ status: "done", report: report(9) });
    expect(states).toEqual([7]);
    const second = client.check(REQUEST, () => {});
    workers[0]?.events.onMessage({ version, id: 2, done: report(3) });
    expect((await second.answer).status).toBe("done");
    expect(workers).toHaveLength(1);
  });

  it("ends the worker with a check that is cancelled, or replaced by another", async () => {
    const { client, workers } = hired();
    const first = client.check(REQUEST, () => {});
    first.cancel();
    expect(await first.answer).toEqual({ status: "cancelled" });
    expect(workers[0]?.isEnded).toBe(true);
    const second = client.check(REQUEST, () => {});
    const third = client.check(REQUEST, () => {});
    expect(await second.answer).toEqual({ status: "cancelled" });
    // What is of an older check is not heard.
    workers[2]?.events.onMessage({ version, id: 2, done: report(1) });
    workers[2]?.events.onMessage({ version, id: 3, done: report(2) });
    expect(await third.answer).toEqual({ status: "done", report: report(2) });
  });

  it("gives a difference, and refuses what is none", async () => {
    const { client, workers } = hired();
    const first = client.compare(COMPARISON, () => {});
    expect(workers[0]?.sent).toEqual([{ version, id: 1, compare: COMPARISON }]);
    workers[0]?.events.onMessage({ version, id: 1, compared: SAME });
    expect(await first.answer).toEqual({ status: "done", report: SAME });
    for (const compared of [
      { type: "same" },
      { type: "other", states: 1 },
      { type: "differs", states: 1, choices: [] },
    ]) {
      const running = client.compare(COMPARISON, () => {});
      workers.at(-1)?.events.onMessage({ version, id: workers.length + 1, compared });
      expect(await running.answer).toMatchObject({ status: "failed" });
    }
    // An answer to another question is none.
    const last = client.compare(COMPARISON, () => {});
    workers.at(-1)?.events.onMessage({ version, id: 5, done: report(1) });
    expect(await last.answer).toMatchObject({ status: "failed" });
  });

  it("gives what a search has found, and nothing that is cut off", async () => {
    const { client, workers } = hired();
    const first = client.find(SEARCH, () => {});
    workers[0]?.events.onMessage({ version, id: 1, sought: FOUND });
    expect(await first.answer).toEqual({ status: "done", report: FOUND });
    for (const sought of [
      { ...FOUND, choices: undefined },
      { ...FOUND, type: "lost" },
    ]) {
      const running = client.find(SEARCH, () => {});
      workers.at(-1)?.events.onMessage({ version, id: workers.length + 1, sought });
      expect((await running.answer).status).toBe("failed");
    }
  });

  it("says what went wrong, and the next check has a fresh worker", async () => {
    const { client, workers } = hired();
    const messages = [];
    for (const happens of [
      (events: CheckerEvents) => events.onError("out of memory"),
      (events: CheckerEvents) => events.onMessage({ version, id: 2, crashed: "no such lock" }),
      (events: CheckerEvents) => events.onMessage({ version, id: 3, done: { states: "many" } }),
    ]) {
      const running = client.check(REQUEST, () => {});
      const worker = workers.at(-1);
      if (worker !== undefined) happens(worker.events);
      const answer = await running.answer;
      messages.push(answer.status === "failed" ? answer.message : answer.status);
    }
    expect(messages).toEqual([
      "The check stopped working: out of memory.",
      "The model ran into a fault of its own: no such lock",
      "The check answered in a way this page does not understand. Reload the page.",
    ]);
    expect(workers).toHaveLength(3);
  });

  it("passes on when to pause and to go on", () => {
    const { client, workers } = hired();
    const running = client.check(REQUEST, () => {});
    running.pause();
    running.resume();
    expect(workers[0]?.sent.slice(1)).toEqual([
      { version, id: 1, pause: true },
      { version, id: 1, pause: false },
    ]);
  });
});
