/*
 * The gate model as vectors for the search: the state's numbers (memo/state-space.ts), then what was spent of the budget of
 * failures, what was seen outside, and how promises settled.
 *
 * Many orders of events lead to states that differ in one place only, and a step reads little of a state. So what may
 * happen next, what a step changes, and what it violates are remembered by what was read (memo/memo.ts), and the model
 * itself runs only for what is new. It needs a whole state then: states are kept for a while, or made again from their
 * parents.
 */
import { mustGet } from "../base/assert.ts";
import type { Choice } from "../model/choice.ts";
import {
  CHOICE_SOURCES,
  type ChoiceSource,
  choicesFrom,
  initial,
  type Moment,
  momentOf,
  type PossibleChoice,
  step,
} from "../model/model.ts";
import { deadEndOf } from "../model/properties/dead-end.ts";
import { debtsOf, judgeRest, PROPERTIES, type PropertyId } from "../model/properties/index.ts";
import type { StepSight, WatchedProperty } from "../model/properties/property.ts";
import { type ShownViolation, violationIn } from "../model/properties/shown-violation.ts";
import type { RunRecord } from "../model/records.ts";
import type { Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import "../model/whole.ts";
import { costOf, FAULT_KINDS, type FaultBudget } from "./faults.ts";
import { History, seenIn, settledIn } from "./history.ts";
import { Interner } from "./interner.ts";
import type { LoopModel } from "./loops.ts";
import { DecisionTrees } from "./memo/decision-trees.ts";
import { Memo, type Observation } from "./memo/memo.ts";
import { type Dependence, Recent, UNKNOWN } from "./memo/recent.ts";
import { LENGTH, STATE_WORDS, StateSpace, slotOf, type TableChange } from "./memo/state-space.ts";
import { type StateChange, WatchedState } from "./memo/watched-state.ts";
import type { Ancestry, Search, VectorModel } from "./search.ts";

const SPENT = STATE_WORDS;
const SEEN = SPENT + 1;
const SETTLED = SEEN + 1;
const WORDS = SETTLED + 1;

/** Bits of the budget's word that count one kind of failure. */
const FAULT_BITS = 3;

/** So many states are kept for those that have to be made from them. */
const MOST_KEPT = 8_192;

/** What a step means, wherever it is made. */
export interface StepEffect {
  readonly change: StateChange;
  /** Lists of happenings, by their numbers in the history. */
  readonly seen: number;
  readonly settled: number;
  readonly violations: readonly ShownViolation[];
  /** Properties that speak of something that happened in it, of which nothing had happened in any step before. */
  readonly reached: readonly PropertyId[];
  readonly stuck: string | null;
  /** Whether it meets the goal, if the search has one. */
  readonly meetsGoal: boolean;
}

/** What a state means in which nothing more happens by itself. */
export interface RestEffect {
  readonly violations: readonly ShownViolation[];
  /** A request that nobody will answer. */
  readonly deadEnd: string | null;
}

/** Told about everything the search does. */
export interface Spectator {
  /** A state in which only failures are possible, or nothing. */
  readonly rest: (index: number, effect: RestEffect) => void;
  readonly transition: (from: number, to: number, choice: number, effect: StepEffect) => void;
}

/** Where a search begins, if not at the beginning, and what it is for. */
export interface Goal {
  readonly from: State;
  readonly meets: (sight: StepSight) => boolean;
}

/** A choice that a source gives, with its number and cost. */
interface NumberedChoice {
  readonly number: number;
  /** The position of the kind of failure that it costs; null: it is free; -1: a check does not take it. */
  readonly cost: number | null;
}

/** A source of choices with what each entry of its table offers, as numbers of `choiceLists`; slot null: it has no table. */
interface NumberedSource {
  readonly source: ChoiceSource;
  readonly slot: number | null;
  readonly offers: Memo<number>[];
  /** What all entries offer together depends on this. */
  readonly dependence: Dependence;
}

/** The number of the list without a choice, the first; UNKNOWN is no list's number. */
const NO_CHOICES = UNKNOWN + 1;
/** More different lists than a check can have. */
const MOST_LISTS = 1 << 24;

/** The gate model of a setup as the search sees it. */
export class GateVectors implements VectorModel {
  readonly words = WORDS;
  readonly history = new History();
  private readonly spectator: Spectator;
  private readonly goal: Goal | null;
  /** How many failures of each kind are allowed, in the order of FAULT_KINDS. */
  private readonly limits: readonly number[];
  private readonly space = new StateSpace();
  private readonly recent = new Recent(this.space);
  private readonly trees = new DecisionTrees(this.space, this.recent);
  private readonly keys = new Interner();
  private readonly choices: Choice[] = [];
  /** Lists of choices, by a text that says the same. */
  private readonly choiceTexts = new Interner();
  private readonly choiceLists: (readonly NumberedChoice[])[] = [];
  /** By the numbers of two lists, that of both together. */
  private readonly longerLists = new Map<number, number>();
  private readonly sources: Readonly<Record<Moment, readonly NumberedSource[]>>;
  private readonly moments = new Memo<Moment>(this.trees);
  private readonly rests = new Memo<RestEffect>(this.trees);
  private readonly steps: Memo<StepEffect>[] = [];
  private readonly kept = new Map<number, State>();
  /** The state that the last step led to, if the model has just made it. */
  private made: State | null = null;
  private count = 1;
  /** Properties that do not speak of anything that has happened so far. */
  private unreached: readonly WatchedProperty[] = PROPERTIES;
  /** How many steps the model itself has made for the search. */
  stepsRun = 0;

  constructor(setup: Setup, faults: FaultBudget, spectator: Spectator, goal: Goal | null = null) {
    this.spectator = spectator;
    this.goal = goal;
    this.kept.set(0, goal?.from ?? initial(setup).state);
    this.limits = FAULT_KINDS.map(({ id }) => faults[id] ?? 0);
    this.listNumber([]);
    const sources = CHOICE_SOURCES.filter(({ only }) => only === undefined || (faults[only] ?? 0) > 0).map(
      (source) => ({
        source,
        slot: source.table === null ? null : slotOf(source.table),
        offers: [],
        dependence: this.recent.dependence(),
      }),
    );
    for (const { slot, dependence } of sources)
      if (slot !== null) this.recent.widen(dependence, slot, LENGTH);
    const at = (moment: Moment) => sources.filter(({ source }) => source.at.includes(moment));
    this.sources = { stuck: at("stuck"), tasks: at("tasks"), blocked: at("blocked"), open: at("open") };
  }

  writeInitial(target: Int32Array): void {
    this.space.write(mustGet(this.kept.get(0), "the first state"), target);
    target[SPENT] = 0;
    target[SEEN] = this.history.nothing;
    target[SETTLED] = this.history.nothing;
  }

  expand(
    index: number,
    from: Int32Array,
    next: Int32Array,
    found: (choice: number) => number,
    ancestry: Ancestry,
  ): void {
    const spent = from[SPENT] as number;
    const moment = this.momentAt(index, from, ancestry);
    let isAtRest = true;
    for (const { number, cost } of this.choicesAt(moment, index, from, ancestry)) {
      if (cost === null) isAtRest = false;
      const after = this.spend(spent, cost);
      if (after === null) continue;
      this.made = null;
      const steps = this.stepsOf(number);
      const effect = steps.find(from) ?? steps.remember(this.watchStep(index, from, ancestry, number));
      next.set(from);
      for (let at = 0; at < effect.change.length; at++) {
        const change = effect.change[at] as TableChange;
        next[change.slot] = this.space.apply(change, next[change.slot] as number);
      }
      next[SPENT] = after;
      next[SEEN] = this.history.extend(from[SEEN] as number, effect.seen);
      next[SETTLED] = this.history.extend(from[SETTLED] as number, effect.settled);
      const to = found(number);
      if (to === this.count) {
        this.count++;
        if (this.made !== null) this.keep(to, this.made);
      }
      this.spectator.transition(index, to, number, effect);
    }
    if (isAtRest && moment !== "stuck")
      this.spectator.rest(
        index,
        this.rests.find(from) ?? this.rests.remember(this.watch(index, from, ancestry, restOf)),
      );
  }

  /** What loops.ts asks about the states of a search, and what a debt is. */
  loopModel(
    search: Pick<Search, "readVector"> & Ancestry,
  ): LoopModel & { readonly debtOf: (debt: number) => ShownViolation } {
    const names = new Interner();
    const debts: ShownViolation[] = [];
    const owed = new Memo<readonly number[]>(this.trees);
    const vector = new Int32Array(WORDS);
    const owedIn = (state: State): readonly number[] =>
      debtsOf(state).map(({ property, of, text }) => {
        const number = names.numberOf(`${property} ${of}`);
        debts[number] ??= { property, text };
        return number;
      });
    return {
      debtsAt: (index) => {
        search.readVector(index, vector);
        return owed.find(vector) ?? owed.remember(this.watch(index, vector, search, owedIn));
      },
      ordinaryAt: (index) => {
        search.readVector(index, vector);
        const moment = this.momentAt(index, vector, search);
        return this.choicesAt(moment, index, vector, search).flatMap(({ number, cost }) =>
          cost === null ? [number] : [],
        );
      },
      debtOf: (debt) => mustGet(debts[debt], "a debt"),
    };
  }

  /** How often a step or a choice depended on more than was noted: on the clock. */
  get contradictions(): number {
    const offers = Object.values(this.sources).flatMap((sources) =>
      sources.flatMap((source) => source.offers),
    );
    const memos = [this.moments, this.rests, ...this.steps, ...new Set(offers)];
    return memos.reduce((sum, memo) => sum + (memo?.contradictions ?? 0), 0);
  }

  /** The key of a choice that the search has numbered. */
  keyOf(choice: number): string {
    return this.keys.textOf(choice);
  }

  /** What was seen outside, and how promises settled, on the way to a state with this vector. */
  outcomeOf(vector: Int32Array): { readonly seen: number; readonly settled: number } {
    return { seen: vector[SEEN] as number, settled: vector[SETTLED] as number };
  }

  /** A state that the search has found: kept, or made again from the nearest of its ancestors that is. */
  stateAt(index: number, ancestry: Ancestry): State {
    const path: number[] = [];
    let at = index;
    let state = this.kept.get(at);
    while (state === undefined) {
      path.push(at);
      at = ancestry.parentOf(at);
      state = this.kept.get(at);
    }
    // It may be asked for again, as its successors are made from it.
    this.keep(at, state);
    for (const next of path.reverse()) {
      state = step(state, mustGet(this.choices[ancestry.choiceTo(next)], "a choice")).state;
      this.keep(next, state);
    }
    return state;
  }

  /** Writes the numbers of a state, to compare them with those that the search has. */
  write(state: State, target: Int32Array): void {
    this.space.write(state, target);
  }

  /** Keeps a state longer than those that were kept before. */
  private keep(index: number, state: State): void {
    this.kept.delete(index);
    this.kept.set(index, state);
    if (this.kept.size <= MOST_KEPT) return;
    // All but the first, from which any other can be made.
    for (const [oldest] of this.kept) {
      if (oldest === 0) continue;
      this.kept.delete(oldest);
      return;
    }
  }

  private momentAt(index: number, from: Int32Array, ancestry: Ancestry): Moment {
    return this.moments.find(from) ?? this.moments.remember(this.watch(index, from, ancestry, momentOf));
  }

  /** Every choice in a state, also those that the budget does not allow any more. */
  private choicesAt(
    moment: Moment,
    index: number,
    from: Int32Array,
    ancestry: Ancestry,
  ): readonly NumberedChoice[] {
    let all = NO_CHOICES;
    for (const source of this.sources[moment]) {
      if (source.slot !== null && this.space.lengthOf(from, source.slot) === 0) continue;
      const known = this.recent.find(source.dependence, from);
      all = this.joined(all, known === UNKNOWN ? this.offeredBy(source, index, from, ancestry) : known);
    }
    return this.choiceLists[all] as readonly NumberedChoice[];
  }

  /** The number of the list of choices that are in one list and then in another. */
  private joined(first: number, second: number): number {
    if (first === NO_CHOICES) return second;
    if (second === NO_CHOICES) return first;
    const key = first * MOST_LISTS + second;
    let number = this.longerLists.get(key);
    if (number === undefined) {
      const lists = this.choiceLists;
      number = this.listNumber([...(lists[first] ?? []), ...(lists[second] ?? [])]);
      this.longerLists.set(key, number);
    }
    return number;
  }

  /** The number of a list of choices. */
  private listNumber(choices: readonly NumberedChoice[]): number {
    const number =
      NO_CHOICES + this.choiceTexts.numberOf(choices.map((one) => `${one.number} ${one.cost}`).join());
    this.choiceLists[number] ??= choices;
    return number;
  }

  /** The number of the list of what the entries of a source's table offer, one after the other. */
  private offeredBy(
    { source, slot, offers, dependence }: NumberedSource,
    index: number,
    from: Int32Array,
    ancestry: Ancestry,
  ): number {
    const count = slot === null ? 1 : this.space.lengthOf(from, slot);
    while (offers.length < count) offers.push(new Memo(this.trees));
    let all = NO_CHOICES;
    for (let entry = 0; entry < count; entry++) {
      const memo = offers[entry] as Memo<number>;
      let offered = memo.find(from);
      if (offered === undefined) {
        offered = memo.remember(
          this.watch(index, from, ancestry, (state) => this.numbered(choicesFrom(source, state, entry))),
        );
        // What it has read just now decides from now on, too.
        const { slots, indexes } = memo.dependence;
        for (const [at, one] of slots.entries()) this.recent.widen(dependence, one, indexes[at] as number);
      }
      all = this.joined(all, offered);
    }
    this.recent.keep(dependence, from, all);
    return all;
  }

  /** The number of the list of these choices. */
  private numbered(choices: readonly PossibleChoice[]): number {
    const list = choices.map((choice) => {
      const number = this.keys.numberOf(choice.key);
      this.choices[number] = choice.choice;
      const cost = costOf(choice);
      return {
        number,
        cost: cost === null ? null : FAULT_KINDS.findIndex(({ id }) => id === cost),
      };
    });
    return this.listNumber(list);
  }

  private stepsOf(choice: number): Memo<StepEffect> {
    let memo = this.steps[choice];
    if (memo === undefined) {
      memo = new Memo(this.trees);
      this.steps[choice] = memo;
    }
    return memo;
  }

  /** The budget's word after a choice; null if the choice is none that the budget allows. */
  private spend(spent: number, cost: number | null): number | null {
    if (cost === null) return spent;
    const count = (spent >> (cost * FAULT_BITS)) & ((1 << FAULT_BITS) - 1);
    return cost >= 0 && count < (this.limits[cost] as number) ? spent + (1 << (cost * FAULT_BITS)) : null;
  }

  private watch<Result>(
    index: number,
    vector: Int32Array,
    ancestry: Ancestry,
    work: (state: State) => Result,
  ): Observation<Result> {
    const watched = new WatchedState(this.space, vector, this.stateAt(index, ancestry));
    const result = work(watched.state);
    return { reads: watched.reads, result };
  }

  private watchStep(
    index: number,
    vector: Int32Array,
    ancestry: Ancestry,
    choice: number,
  ): Observation<StepEffect> {
    this.stepsRun++;
    const watched = new WatchedState(this.space, vector, this.stateAt(index, ancestry));
    const before = watched.state;
    const { state: after, records } = step(before, mustGet(this.choices[choice], "a choice"));
    // Before the watch ends: what the goal looks at counts as read.
    const meetsGoal = this.goal?.meets({ before, records, after }) ?? false;
    const { state, change } = watched.finish(after);
    this.made = state;
    return { reads: watched.reads, result: { ...this.effectOf(change, records), meetsGoal } };
  }

  private effectOf(change: StateChange, records: readonly RunRecord[]): Omit<StepEffect, "meetsGoal"> {
    return {
      change,
      seen: this.history.list(seenIn(records)),
      settled: this.history.list(settledIn(records)),
      violations: records.flatMap((record) => violationIn(record) ?? []),
      reached: this.newlyReached(records),
      stuck: records.find((record) => record.kind === "handler-stuck")?.text ?? null,
    };
  }

  /** Properties that speak of something in these records, the first of that kind. */
  private newlyReached(records: readonly RunRecord[]): readonly PropertyId[] {
    const reached = this.unreached.filter((property) => records.some((record) => property.reached(record)));
    if (reached.length > 0) this.unreached = this.unreached.filter((property) => !reached.includes(property));
    return reached.map(({ id }) => id);
  }
}

function restOf(state: State): RestEffect {
  return {
    violations: judgeRest(state).map(({ property, text }) => ({ property, text })),
    deadEnd: deadEndOf(state),
  };
}
