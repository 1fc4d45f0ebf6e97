/*
 * Outcomes of a check beside the runs that a person has looked at: which were seen, and what tells them apart.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { outcomeOf } from "../check/history.ts";
import type { Outcome, Story } from "../check/report.ts";
import type { DesignChoice } from "../model/setup.ts";
import { designKey } from "./checks.ts";
import type { SessionState } from "./session.ts";
import type { Shown } from "./shown.ts";

/** An outcome as a text that is the same for the same outcome. */
export function outcomeKey({ outside, promises }: Pick<Outcome, "outside" | "promises">): string {
  return JSON.stringify([outside, promises]);
}

/** In what the runs of a session have ended, by the program that ran: keys of a design and an outcome. */
export type Endings = ReadonlyMap<Shown["program"], ReadonlySet<string>>;

/** Follows a session: the runs that undo and redo still know, and each that is shown from now on. */
export function followEndings(session: StoreApi<SessionState>): StoreApi<{ readonly endings: Endings }> {
  const { shown, history } = session.getState();
  const known = [...history.past, ...history.future].map(({ value }) => value.shown);
  const store = createStore<{ readonly endings: Endings }>()(() => ({
    endings: [...known, shown].reduce(withEnding, new Map()),
  }));
  session.subscribe((now, before) => {
    if (now.shown !== before.shown)
      store.setState(({ endings }) => ({ endings: withEnding(endings, now.shown) }));
  });
  return store;
}

/** Whether a run of this program under this design has ended in an outcome. */
export function isSeen(
  endings: Endings,
  program: Shown["program"],
  design: DesignChoice,
  outcome: Pick<Outcome, "outside" | "promises">,
): boolean {
  return endings.get(program)?.has(endingKey(design, outcome)) ?? false;
}

function withEnding(endings: Endings, shown: Shown | null): Endings {
  if (shown === null || shown.run.end !== "quiet") return endings;
  const { program, run, document } = shown;
  const before = endings.get(program) ?? new Set();
  const key = endingKey(document.design, outcomeOf(run.records));
  return before.has(key) ? endings : new Map([...endings, [program, new Set([...before, key])]]);
}

function endingKey(design: DesignChoice, outcome: Pick<Outcome, "outside" | "promises">): string {
  return `${designKey(design)} ${outcomeKey(outcome)}`;
}

/** The most frequent outcome first; where an order can go round for ever, the one with most end states. */
export function byFrequency(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.toSorted(
    (a, b) => (b.count ?? b.states) - (a.count ?? a.states) || a.witness.length - b.witness.length,
  );
}

/** A line of an outcome beside the most frequent outcome. */
export interface OutcomeLine {
  /** A connection, a client, a promise. */
  readonly place: string;
  /** What happened there, and whether it also happened there in the most frequent outcome. */
  readonly events: readonly { readonly text: string; readonly isCommon: boolean }[];
  /** Nothing in it differs. */
  readonly isCommon: boolean;
}

/** What happened in one outcome beside the most frequent one. Where only that one has a place, `none` stands for it. */
export function linesBeside(
  mine: readonly Story[],
  common: readonly Story[],
  none: string,
): readonly OutcomeLine[] {
  const theirs = new Map(common.map(({ place, events }) => [place, events]));
  const missing = [...theirs.keys()].filter((place) => !mine.some((line) => line.place === place));
  return [
    ...mine.map(({ place, events }) => beside(place, events, theirs.get(place) ?? [])),
    ...missing.map((place) => ({ place, events: [{ text: none, isCommon: false }], isCommon: false })),
  ].toSorted((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
}

function beside(place: string, events: readonly string[], theirs: readonly string[]): OutcomeLine {
  const left = [...theirs];
  const marked = events.map((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return { text, isCommon: at >= 0 };
  });
  const isSame = events.length === theirs.length && events.every((text, index) => text === theirs[index]);
  // It is the order that differs, or the end is missing: no single event is to blame.
  const isWhole = !isSame && marked.every(({ isCommon }) => isCommon);
  return {
    place,
    events: isWhole ? marked.map(({ text }) => ({ text, isCommon: false })) : marked,
    isCommon: isSame,
  };
}
