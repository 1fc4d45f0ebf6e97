import { describe, expect, test } from "vitest";
import { createStore } from "zustand/vanilla";
import { outcomeOf } from "../check/history.ts";
import type { Outcome, Story } from "../check/report.ts";
import type { RunRecord } from "../model/records.ts";
import type { DesignChoice } from "../model/setup.ts";
import { recordAction } from "./history.ts";
import { byFrequency, followEndings, isSeen, linesBeside } from "./outcomes.ts";
import type { SessionState } from "./session.ts";
import type { Shown } from "./shown.ts";

const outcome = (count: number | null, states: number, witness: readonly string[] = []): Outcome => ({
  count,
  states,
  outside: [],
  promises: [],
  witness,
});

/** What happened at places: "connection 1: SYN; refused". */
const stories = (lines: readonly string[]): readonly Story[] =>
  lines.map((line) => {
    const [place = "", events = ""] = line.split(": ");
    return { place, events: events.split("; ") };
  });

/** What is marked as different, in brackets. */
const marked = (lines: readonly string[], common: readonly string[], none = "nothing") =>
  linesBeside(stories(lines), stories(common), none).map(
    ({ place, events }) =>
      `${place}: ${events.map(({ text, isCommon }) => (isCommon ? text : `[${text}]`)).join(" ")}`,
  );

describe("outcomes beside the most frequent one", () => {
  test("differ in what happened at a place, and in nothing else", () => {
    const common = ["client 1: requests /; disconnects", "connection 1: SYN; accepted; resets"];
    const other = ["client 1: requests /; disconnects", "connection 1: SYN; refused"];
    expect(marked(other, common)).toEqual([
      "client 1: requests / disconnects",
      "connection 1: SYN [refused]",
    ]);
    expect(linesBeside(stories(other), stories(common), "nothing").map(({ isCommon }) => isCommon)).toEqual([
      true,
      false,
    ]);
    expect(marked(common, common).join()).not.toContain("[");
  });

  test("differ as a whole line where only the order differs, or only the end is missing", () => {
    expect(marked(["c 1: FIN; RST"], ["c 1: RST; FIN"])).toEqual(["c 1: [FIN] [RST]"]);
    expect(marked(["c 1: SYN"], ["c 1: SYN; accepted"])).toEqual(["c 1: [SYN]"]);
  });

  test("name the places that only the most frequent one has", () => {
    expect(marked(["b: resolved"], ["a: resolved", "b: resolved"], "pending")).toEqual([
      "a: [pending]",
      "b: resolved",
    ]);
  });

  test("tell an event that happened twice from one that happened once", () => {
    expect(marked(["c 1: RST; RST"], ["c 1: RST"])).toEqual(["c 1: RST [RST]"]);
  });

  test("leave a reason with commas in it, and a text with commas, in one piece", () => {
    const { outside, promises } = outcomeOf([
      { kind: "promise-settles", promise: "closed", outcome: "rejected", text: "refused, reset, or gone" },
      { kind: "outside", event: { type: "receive", socket: 1, text: "a, b" } },
    ] as unknown as readonly RunRecord[]);
    const eventsOf = (own: readonly Story[]) =>
      linesBeside(own, [], "nothing").map(({ events }) => events.map(({ text }) => text));
    expect(eventsOf(promises)).toEqual([["rejected, refused, reset, or gone"]]);
    expect(eventsOf(outside)).toEqual([['"a, b"']]);
  });
});

test("The most frequent outcome comes first, then the one with the shorter order; without numbers, states count.", () => {
  const rare = outcome(1, 9);
  const long = outcome(4, 1, ["a", "b"]);
  const short = outcome(4, 1, ["a"]);
  expect(byFrequency([rare, long, short])).toEqual([short, long, rare]);
  expect(byFrequency([outcome(null, 1), outcome(null, 5)])).toEqual([outcome(null, 5), outcome(null, 1)]);
});

describe("what a session has seen", () => {
  const program = {} as Shown["program"];
  const syn = { kind: "outside", event: { type: "syn", socket: 1 } } as unknown as RunRecord;
  const ended = { outside: [{ place: "connection 1", events: ["SYN"] }], promises: [] };
  const run = (id: DesignChoice["id"], end: "quiet" | "stuck" = "quiet", of = program) =>
    ({ program: of, document: { design: { id } }, run: { end, records: [syn] } }) as unknown as Shown;
  const session = (state: Partial<SessionState>) =>
    createStore<SessionState>()(() => ({ history: { past: [], future: [] }, ...state }) as SessionState);

  test("is what its runs ended in, those to go back to too, each under its design and program", () => {
    const past = recordAction({ past: [], future: [] }, { shown: run("ungated"), cursor: 0 }, "x");
    const { endings } = followEndings(session({ shown: run("main"), history: past })).getState();
    expect(isSeen(endings, program, { id: "main" }, ended)).toBe(true);
    expect(isSeen(endings, program, { id: "ungated" }, ended)).toBe(true);
    expect(isSeen(endings, program, { id: "writes-only" }, ended)).toBe(false);
    expect(isSeen(endings, {} as Shown["program"], { id: "main" }, ended)).toBe(false);
    expect(isSeen(endings, program, { id: "main" }, { outside: [], promises: [] })).toBe(false);
  });

  test("grows with each run that is shown, and keeps what undo forgets", () => {
    const store = session({ shown: null });
    const endings = followEndings(store);
    store.setState({ shown: run("main") });
    store.setState({ shown: run("ungated") });
    for (const id of ["main", "ungated"] as const)
      expect(isSeen(endings.getState().endings, program, { id }, ended)).toBe(true);
  });

  test("does not hold a run that did not come to its end", () => {
    const { endings } = followEndings(session({ shown: run("main", "stuck") })).getState();
    expect(isSeen(endings, program, { id: "main" }, ended)).toBe(false);
  });
});
