/*
 * The gate model as vectors for the search. A state is taken apart into its tables; each different content of a table gets
 * a number once, and the vector is the list of these numbers. Tables that a step has not touched are the same objects
 * before and after, so that their numbers are looked up by identity.
 *
 *   budget spent | what was seen outside | promises | objects | actors | locks | ... | heaps | lifetimes | the rest
 */
import { mustGet } from "../base/assert.ts";
import { encodeMachine } from "../handler/machine.ts";
import type { EnabledChoice } from "../model/choice.ts";
import { encodeEntry, lifetimesOf, rootsOf } from "../model/encode.ts";
import { enabled, initial, step } from "../model/model.ts";
import type { RunRecord } from "../model/records.ts";
import type { Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import { costOf, FAULT_KINDS, type FaultBudget } from "./faults.ts";
import { History } from "./history.ts";
import { Interner } from "./interner.ts";
import type { VectorModel } from "./search.ts";

const TABLES = [
  "objects",
  "actors",
  "locks",
  "waiters",
  "commits",
  "requests",
  "sockets",
  "streamLocks",
  "calls",
  "stubs",
  "webSockets",
  "idNames",
  "sectionParents",
  "cursors",
  "timers",
  "reads",
  "syncs",
  "runq",
] as const satisfies readonly (keyof State)[];

const SPENT = 0;
const SEEN = 1;
const SETTLED = 2;
const FIRST_TABLE = 3;
const HEAPS = FIRST_TABLE + TABLES.length;
const LIFETIMES = HEAPS + 1;
const REST = LIFETIMES + 1;
const WORDS = REST + 1;

/** Bits of the budget's word that count one kind of failure. */
const FAULT_BITS = 3;

/** One transition, as those who judge it see it. */
export interface Transition {
  readonly from: number;
  readonly choice: number;
  readonly to: number;
  readonly records: readonly RunRecord[];
}

/** Told about everything the search does. */
export interface Spectator {
  /** A state is expanded; `choices` are those that it allows within the budget. */
  readonly visit: (index: number, state: State, choices: readonly EnabledChoice[]) => void;
  readonly transition: (transition: Transition) => void;
}

/** The gate model of a setup as the search sees it. */
export class GateVectors implements VectorModel {
  readonly words = WORDS;
  readonly history = new History();
  private readonly setup: Setup;
  private readonly spectator: Spectator;
  /** How many failures of each kind are allowed, in the order of FAULT_KINDS. */
  private readonly limits: readonly number[];
  private readonly keys = new Interner();
  private readonly contents = new Interner();
  private readonly known = new WeakMap<object, number>();
  /** States that were found and not yet expanded, by index. */
  private readonly frontier = new Map<number, State>();
  private count = 1;

  constructor(setup: Setup, faults: FaultBudget, spectator: Spectator) {
    this.setup = setup;
    this.spectator = spectator;
    this.limits = FAULT_KINDS.map(({ id }) => faults[id] ?? 0);
  }

  writeInitial(target: Int32Array): void {
    const { state } = initial(this.setup);
    this.frontier.set(0, state);
    this.write(state, target);
    target[SPENT] = 0;
    target[SEEN] = this.history.nothing;
    target[SETTLED] = this.history.nothing;
  }

  expand(index: number, from: Int32Array, next: Int32Array, found: (choice: number) => number): void {
    const state = mustGet(this.frontier.get(index), "a state that is expanded");
    this.frontier.delete(index);
    const spent = from[SPENT] as number;
    const choices: EnabledChoice[] = [];
    const costs: number[] = [];
    for (const choice of enabled(state)) {
      const after = this.spend(spent, choice);
      if (after === null) continue;
      choices.push(choice);
      costs.push(after);
    }
    this.spectator.visit(index, state, choices);
    for (const [position, choice] of choices.entries()) {
      const { state: after, records } = step(state, choice.choice);
      this.write(after, next);
      next[SPENT] = costs[position] as number;
      next[SEEN] = this.history.seen(from[SEEN] as number, records);
      next[SETTLED] = this.history.settled(from[SETTLED] as number, records);
      const number = this.keys.numberOf(choice.key);
      const to = found(number);
      if (to === this.count) {
        this.count++;
        this.frontier.set(to, after);
      }
      this.spectator.transition({ from: index, choice: number, to, records });
    }
  }

  /** The key of a choice that the search has numbered. */
  keyOf(choice: number): string {
    return this.keys.textOf(choice);
  }

  /** What was seen outside, and how promises settled, on the way to a state with this vector. */
  outcomeOf(vector: Int32Array): { readonly seen: number; readonly settled: number } {
    return { seen: vector[SEEN] as number, settled: vector[SETTLED] as number };
  }

  /** The budget's word after a choice; null if the choice is none that the budget allows. */
  private spend(spent: number, choice: EnabledChoice): number | null {
    const cost = costOf(choice);
    if (cost === null) return spent;
    if (cost === "never") return null;
    const kind = FAULT_KINDS.findIndex(({ id }) => id === cost);
    const count = (spent >> (kind * FAULT_BITS)) & ((1 << FAULT_BITS) - 1);
    return count < (this.limits[kind] as number) ? spent + (1 << (kind * FAULT_BITS)) : null;
  }

  private write(state: State, target: Int32Array): void {
    for (let table = 0; table < TABLES.length; table++)
      target[FIRST_TABLE + table] = this.tableNumber(state[TABLES[table] as (typeof TABLES)[number]]);
    target[HEAPS] = this.contents.numberOf(state.actors.map((actor) => this.heapNumber(state, actor)).join());
    target[LIFETIMES] = this.contents.numberOf(lifetimesOf(state));
    const { writeCount, commitCount, checkCount, nextTimer, blockedOn, stuck, watch } = state;
    target[REST] = this.contents.numberOf(
      `${writeCount} ${commitCount} ${checkCount} ${nextTimer} ${blockedOn} ${this.entryNumber(watch)} ${stuck}`,
    );
  }

  private tableNumber(table: readonly unknown[]): number {
    const known = this.known.get(table);
    if (known !== undefined) return known;
    const parts = table.map((entry) =>
      typeof entry === "object" && entry !== null ? this.entryNumber(entry) : JSON.stringify(entry),
    );
    const number = this.contents.numberOf(`[${parts.join()}]`);
    this.known.set(table, number);
    return number;
  }

  private entryNumber(entry: object): number {
    const known = this.known.get(entry);
    if (known !== undefined) return known;
    const number = this.contents.numberOf(encodeEntry(entry));
    this.known.set(entry, number);
    return number;
  }

  private readonly heaps = new WeakMap<object, Map<string, number>>();

  private heapNumber(state: State, actor: State["actors"][number]): number {
    if (actor.context !== "live") return -1;
    let byRoots = this.heaps.get(actor.machine);
    if (byRoots === undefined) {
      byRoots = new Map();
      this.heaps.set(actor.machine, byRoots);
    }
    const roots = rootsOf(state, actor);
    const key = roots.join();
    let number = byRoots.get(key);
    if (number === undefined) {
      number = this.contents.numberOf(encodeMachine(actor.machine, roots));
      byRoots.set(key, number);
    }
    return number;
  }
}
