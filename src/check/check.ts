/*
 * A check: every order of events and failures of a setup, within a budget of failures, and what becomes of each property.
 * Whoever owns the thread advances it piece by piece, and may drop it at any time.
 */
import { mentions } from "../handler/program.ts";
import { PROPERTIES } from "../model/properties/index.ts";
import { GateVectors, type RestEffect, type StepEffect } from "./gate-vectors.ts";
import { loopsOf } from "./loops.ts";
import { orderCounts } from "./orders.ts";
import type {
  CheckProgress,
  CheckReport,
  CheckRequest,
  Outcome,
  PropertyVerdict,
  VerdictId,
} from "./report.ts";
import { Search } from "./search.ts";
import { Transitions } from "./transitions.ts";

/** Where a property is violated first: after the path to `state`, and `choice` if it is not null. */
interface Find {
  readonly state: number;
  readonly choice: number | null;
  readonly text: string;
  readonly shows: NonNullable<PropertyVerdict["shows"]>;
}

const DEAD_END = {
  id: "dead-end",
  name: "No dead end",
  kind: "dead-end",
  meaning: "Where nothing can happen any more, no client of a living object waits for its answer.",
} as const;

/** A check under way. */
export class Check {
  private readonly request: CheckRequest;
  private readonly model: GateVectors;
  private readonly search: Search;
  private readonly transitions = new Transitions();
  private readonly finds = new Map<string, Find>();
  private readonly reached = new Set<string>();
  /** States in which nothing happens any more unless somebody injects a failure. */
  private readonly ends: number[] = [];
  private stuck: { readonly text: string; readonly state: number; readonly choice: number } | null = null;

  constructor(request: CheckRequest) {
    this.request = request;
    this.model = new GateVectors(request.setup, request.faults, {
      rest: (index, effect) => this.judgeRest(index, effect),
      transition: (from, to, choice, effect) => {
        this.transitions.add(from, to, choice);
        this.judge(from, choice, effect);
      },
    });
    this.search = new Search(this.model, request.maxStates);
  }

  get progress(): CheckProgress {
    return this.search.progress;
  }

  /** Expands up to so many states; false when the check is over. */
  advance(expansions: number): boolean {
    return this.search.advance(expansions);
  }

  /** What the check has found; of a check that is not over, as far as it went. */
  report(): CheckReport {
    const { states, transitions, depth } = this.search.progress;
    this.judgeLoops();
    return {
      design: this.request.setup.design,
      states,
      transitions,
      depth,
      complete: this.search.isComplete,
      properties: [...PROPERTIES, DEAD_END].map((property) => this.verdictOn(property)),
      outcomes: this.outcomes(),
      stuck:
        this.stuck === null
          ? null
          : { text: this.stuck.text, witness: this.keysTo(this.stuck.state, this.stuck.choice) },
      readsClock: mentions(this.request.setup.program, "Date"),
    };
  }

  private judgeRest(index: number, { violations, deadEnd }: RestEffect): void {
    this.ends.push(index);
    this.reached.add(DEAD_END.id);
    for (const { property, text } of violations) this.find(property, index, null, text, "rest");
    if (deadEnd !== null) this.find(DEAD_END.id, index, null, deadEnd, "rest");
  }

  private judge(from: number, choice: number, { violations, reached, stuck }: StepEffect): void {
    for (const { property, text } of violations) this.find(property, from, choice, text, "step");
    for (const property of reached) this.reached.add(property);
    if (stuck !== null) this.stuck ??= { text: stuck, state: from, choice };
  }

  /**
   * The search goes from near to far, so what is found first is nearest. A property is asked either about steps or about what
   * is at rest, so that the two are never compared.
   */
  private find(
    id: VerdictId,
    state: number,
    choice: number | null,
    text: string,
    shows: Find["shows"],
  ): void {
    if (!this.finds.has(id)) this.finds.set(id, { state, choice, text, shows });
  }

  private judgeLoops(): void {
    const { search, model } = this;
    const loopModel = model.loopModel(search);
    for (const { state, debt } of loopsOf(search.progress.states, this.transitions, loopModel)) {
      const { property, text } = loopModel.debtOf(debt);
      this.find(property, state, null, text, { loopFrom: search.pathTo(state).length });
    }
  }

  private verdictOn(property: Pick<PropertyVerdict, "id" | "name" | "meaning" | "kind">): PropertyVerdict {
    const { id, name, meaning, kind } = property;
    const find = this.finds.get(id);
    const witness = find === undefined ? [] : this.keysTo(find.state, find.choice);
    return {
      id,
      name,
      meaning,
      kind,
      verdict: find !== undefined ? "violated" : this.reached.has(id) ? "holds" : "not-reached",
      steps: find === undefined ? null : witness.length,
      witness,
      text: find?.text ?? "",
      shows: find?.shows ?? null,
    };
  }

  private outcomes(): readonly Outcome[] {
    const counts = orderCounts(this.search.progress.states, this.transitions);
    const vector = new Int32Array(this.model.words);
    const groups = new Map<
      string,
      { count: number | null; states: number; first: number; seen: number; settled: number }
    >();
    for (const end of this.ends) {
      this.search.readVector(end, vector);
      const { seen, settled } = this.model.outcomeOf(vector);
      const count = counts?.[end] ?? null;
      const group = groups.get(`${seen} ${settled}`);
      if (group === undefined)
        groups.set(`${seen} ${settled}`, { count, states: 1, first: end, seen, settled });
      else {
        group.count = group.count === null || count === null ? null : group.count + count;
        group.states++;
      }
    }
    return [...groups.values()].map(({ count, states, first, seen, settled }) => ({
      count,
      states,
      outside: this.model.history.storiesOf(seen),
      promises: this.model.history.storiesOf(settled),
      witness: this.keysTo(first, null),
    }));
  }

  private keysTo(state: number, choice: number | null): readonly string[] {
    const path = [...this.search.pathTo(state), ...(choice === null ? [] : [choice])];
    return path.map((number) => this.model.keyOf(number));
  }
}

/** Runs a check to its end. */
export function check(request: CheckRequest): CheckReport {
  const whole = new Check(request);
  while (whole.advance(1_000));
  return whole.report();
}
