/*
 * Transcripts: runs as text, so that a change of behaviour shows as a change of text. This file makes the text; runs.ts says
 * of which runs; texts/ has it as it was last looked at; transcripts.test.ts compares the two.
 */
import type { EnabledChoice } from "../../src/model/choice.ts";
import { enabled, heldOutputs, initial, restRecords, step } from "../../src/model/model.ts";
import { debtsOf, PROPERTIES } from "../../src/model/properties/index.ts";
import type { RunRecord } from "../../src/model/records.ts";
import type { Setup } from "../../src/model/setup.ts";
import type { State } from "../../src/model/state.ts";
import { story } from "../../src/model/testing.ts";

/** A run that has not come to rest after so many steps is told no further. */
const MOST_STEPS = 150;

/** One step of a run, told. */
interface Told {
  readonly state: State;
  readonly open: readonly EnabledChoice[];
  readonly records: readonly RunRecord[];
  readonly said: Sayings;
  /** The step in full. */
  readonly lines: readonly string[];
}

/** Words of what is said of a moment: each is said once, and again only when it has changed. */
interface Sayings {
  readonly held: readonly string[];
  readonly owed: readonly string[];
  readonly open: readonly string[];
}
const NOTHING_SAID: Sayings = { held: [], owed: [], open: [] };

/** A text of which no more than so many characters are told. */
const LONG = 200;

const shortened = (text: string): string =>
  text.length > LONG ? `${text.slice(0, LONG)}… (${text.length} characters)` : text;

/** `a b="c d" e=[1 2] f.g=1`: the fields of a value; a text is quoted unless it is one plain word. */
function fieldsOf(value: object, before = ""): string {
  return Object.entries(value)
    .map(([name, field]) => {
      if (Array.isArray(field)) return `${before}${name}=[${field.join(" ")}]`;
      if (typeof field === "object" && field !== null) return fieldsOf(field, `${name}.`);
      const isPlain = typeof field !== "string" || (field.length <= LONG && /^[\w./:()-]+$/.test(field));
      return `${before}${name}=${isPlain ? field : JSON.stringify(shortened(field))}`;
    })
    .join(" ");
}

/** A record in one line. Its cause is told as how many records ago that was, so that a new record does not change all after it. */
function lineOf({ kind, index, step: _, at, actor, cause, line, writes, ...body }: RunRecord): string {
  const why = [
    ...(actor === null ? [] : [`object ${actor}`]),
    ...(cause === null ? [] : [`cause -${index - cause}`]),
    ...(line === null ? [] : [`line ${line}`]),
    ...(writes.length === 0 ? [] : [`writes ${writes}`]),
  ];
  return `  ${at} ${kind} ${fieldsOf(body)}${why.length === 0 ? "" : `  (${why.join(", ")})`}`;
}

/** A choice in its words, with the time that the default schedule gives it. */
function choiceInWords({ key, due, role, title, detail }: EnabledChoice): string {
  return `${role === "failure" ? "!" : ""}${key}${due === null ? "" : ` at ${due}`}: ${title} (${detail})`;
}

function sayingsOf(state: State, open: readonly EnabledChoice[]): Sayings {
  return {
    held: heldOutputs(state).map(({ output, waiter, locks, writes, why }) => {
      return `${fieldsOf({ waiter, output, locks, writes })}: ${why}`;
    }),
    owed: debtsOf(state).map(({ property, of, text }) => `${property} of ${of}: ${text}`),
    open: open.map(choiceInWords),
  };
}

/** A moment in full: what of it is new since the one before. */
function momentLines(now: Sayings, before: Sayings, open: readonly EnabledChoice[]): readonly string[] {
  const news = (what: keyof Sayings): readonly string[] =>
    now[what].filter((text) => !before[what].includes(text)).map((text) => `  ${what} ${text}`);
  const over = (what: "held" | "owed"): readonly string[] =>
    before[what].filter((text) => !now[what].includes(text)).map((text) => `  not ${what} any more: ${text}`);
  return [
    ...news("held"),
    ...over("held"),
    ...news("owed"),
    ...over("owed"),
    ...news("open"),
    `  next: ${open.map(({ key }) => key).join(" ")}`,
  ];
}

/** A run's steps, one after another. */
class Teller {
  readonly steps: readonly Told[];

  private constructor(steps: readonly Told[]) {
    this.steps = steps;
  }

  static start(setup: Setup): Teller {
    const { state, records } = initial(setup);
    return new Teller([]).with(state, records, []);
  }

  /** The run as it stood after so many steps. */
  upTo(steps: number): Teller {
    return new Teller(this.steps.slice(0, steps + 1));
  }

  get last(): Told {
    const last = this.steps.at(-1);
    if (last === undefined) throw new Error("a run has a start");
    return last;
  }

  private with(state: State, records: readonly RunRecord[], head: readonly string[]): Teller {
    const open = enabled(state);
    const now = sayingsOf(state, open);
    const before = this.steps.at(-1)?.said ?? NOTHING_SAID;
    const lines = [...head, ...records.map(lineOf), ...momentLines(now, before, open)];
    return new Teller([...this.steps, { state, open, records, said: now, lines }]);
  }

  take(choice: EnabledChoice): Teller {
    const { state, records } = step(this.last.state, choice.choice);
    return this.with(state, records, [`${this.steps.length}. ${choiceInWords(choice)}`]);
  }

  /** Takes what is due until nothing is. */
  goOn(): Teller {
    let told: Teller = this;
    for (;;) {
      const [due] = told.last.open;
      if (due === undefined || due.due === null || told.steps.length > MOST_STEPS) return told;
      told = told.take(due);
    }
  }

  /** How it ended: what is owed for ever, and about which properties it said something. */
  end(): { readonly records: readonly RunRecord[]; readonly lines: readonly string[] } {
    const { state, open } = this.last;
    const isQuiet = state.stuck === null && open[0]?.due == null;
    const rest = isQuiet ? restRecords(state) : [];
    const records = [...this.steps.flatMap((told) => told.records), ...rest];
    const reached = PROPERTIES.filter((property) => records.some((record) => property.reached(record)));
    return {
      records,
      lines: [
        ...rest.map(lineOf),
        `${state.stuck !== null ? "stuck" : isQuiet ? "quiet" : "told no further"} at ${state.now}; reached ${reached.map(({ id }) => id).join(" ")}`,
      ],
    };
  }
}

/** What a person would tell of records in a few words. */
function gistOf(records: readonly RunRecord[]): string {
  return records
    .flatMap((record) =>
      record.kind === "violation" ? [`violates ${record.property}: ${record.text}`] : story([record]),
    )
    .map((text) => JSON.stringify(shortened(text)).slice(1, -1))
    .join("; ");
}

/** A number that changes when the lines do (FNV-1a). */
function hashOf(lines: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const line of lines) {
    for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ 10, 0x01000193);
  }
  return hash >>> 0;
}

const digestOf = (lines: readonly string[]): string => hashOf(lines).toString(16).padStart(8, "0");

/**
 * How much is told. `full`: everything. `steps`: of variations only the first step in words. `digest`: of everything the gist
 * and a digest, and of a run with random choices the choices and a digest. `gist`: the same without variations.
 */
export type Detail = "full" | "steps" | "digest" | "gist";

/** Where a run is left for another one: after so many steps, with which choice. */
interface Fork {
  readonly after: number;
  readonly choice: EnabledChoice;
}

/** Each choice that a run leaves out, where it is possible first and, if `last` is set, where it is possible last. */
function forksOf(told: Teller, isTold: (choice: EnabledChoice) => string, last: boolean): readonly Fork[] {
  const forks = new Map<string, readonly Fork[]>();
  for (const [after, { open }] of told.steps.entries()) {
    for (const [position, choice] of open.entries()) {
      if (position === 0 && choice.due !== null) continue;
      const name = isTold(choice);
      const first = forks.get(name)?.[0];
      const fork = { after, choice };
      if (first === undefined) forks.set(name, [fork]);
      else if (last) forks.set(name, [first, fork]);
    }
  }
  return [...forks.values()].flat();
}

/** So many choices are made at random before the default schedule takes over. */
const AT_RANDOM = 25;

/** A run in which every second choice or so is any that is possible. The seed tells it from other runs. */
function atRandom(setup: Setup, seed: string, detail: Detail): readonly string[] {
  let told = Teller.start(setup);
  let random = hashOf([seed]);
  const keys: string[] = [];
  for (let steps = 0; steps < AT_RANDOM; steps++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const { open } = told.last;
    const any = open[(random >>> 8) % Math.max(open.length, 1)];
    const choice = (random & 0x80000000) === 0 && open[0]?.due != null ? open[0] : any;
    if (choice === undefined) break;
    keys.push(choice.key);
    told = told.take(choice);
  }
  told = told.goOn();
  const all = [...told.steps.flatMap(({ lines }) => lines), ...told.end().lines];
  return detail === "full" ? ["", "At random:", ...all] : [`  at random ${keys.join(" ")} #${digestOf(all)}`];
}

/** The run of a setup by the default schedule, and what becomes of it when the environment decides otherwise once, or at random. */
export function transcript(setup: Setup, detail: Detail, seed: string): readonly string[] {
  const told = Teller.start(setup).goOn();
  const { lines, records } = told.end();
  const all = [...told.steps.flatMap((one) => one.lines), ...lines];
  const short = [`${gistOf(records)} #${digestOf(all)}`];
  if (detail === "gist") return [...short, ...atRandom(setup, seed, detail)];
  const isBrief = detail === "digest";
  const forks = forksOf(told, isBrief ? ({ choice }) => choice.type : ({ key }) => key, !isBrief);
  return [
    ...(isBrief ? short : all),
    ...forks.flatMap((fork) => variation(told, fork, detail)),
    ...(detail === "steps" ? [] : atRandom(setup, seed, detail)),
  ];
}

/** What a variation does not say again in words: choices, and lifetimes but for what is wrong with them. */
const LEFT_TO_DIGEST = /^ {2}(open|\d+ (made|borrows|borrow-ends|deletion-queued|destroyed)) /;

function variation(told: Teller, { after, choice }: Fork, detail: Detail): readonly string[] {
  const forked = told.upTo(after).take(choice);
  const whole = forked.goOn();
  const { lines, records } = whole.end();
  const rest = whole.steps.slice(after + 2);
  const all = [...whole.steps.slice(after + 1).flatMap((one) => one.lines), ...lines];
  if (detail === "full") return ["", `Instead, after step ${after}:`, ...all];
  if (detail === "digest") {
    const violated = records.flatMap((record) => (record.kind === "violation" ? [record.property] : []));
    const words = violated.length === 0 ? "" : ` violates ${[...new Set(violated)].join(" ")}`;
    return [`  after ${after} ${choice.key}${words} #${digestOf(all)}`];
  }
  const later = records.slice(forked.steps.reduce((sum, one) => sum + one.records.length, 0));
  return [
    "",
    `Instead, after step ${after}:`,
    ...forked.last.lines.filter((line) => !LEFT_TO_DIGEST.test(line)),
    `  then, in ${rest.length} steps: ${gistOf(later)}`,
    `  ${lines.at(-1)} #${digestOf(all)}`,
  ];
}
