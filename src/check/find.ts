/*
 * The shortest order of choices with which a run meets a condition, from where it stands: the checker's search, begun there
 * and ended with the first step that meets it. Times do not count, as in a check.
 */
import { assert } from "../base/assert.ts";
import type { RecordIndex } from "../base/ids.ts";
import { enabled, initial, restRecords, step } from "../model/model.ts";
import type { StepSight } from "../model/properties/property.ts";
import type { Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import { defaultChoice } from "../run/simulate.ts";
import { type Condition, meets } from "../run/until.ts";
import type { FaultBudget } from "./faults.ts";
import { GateVectors } from "./gate-vectors.ts";
import type { CheckProgress } from "./report.ts";
import { Search } from "./search.ts";

/** What is looked for, and from where. */
export interface FindRequest {
  readonly setup: Setup;
  /** The keys of the choices that were made before. */
  readonly choices: readonly string[];
  readonly condition: Condition;
  /** Failures that may still be injected. */
  readonly faults: FaultBudget;
  /** The search stops when it has met so many states. */
  readonly maxStates: number;
}

/** What a search has found. */
export type FindReport =
  /** `choices` come after those made before; `record`, of the run that they all make, is the first that meets the condition. */
  | {
      readonly type: "found";
      readonly choices: readonly string[];
      readonly record: RecordIndex;
      readonly states: number;
    }
  /** No order of choices meets it. */
  | { readonly type: "none"; readonly states: number }
  /** It stopped at so many states. */
  | { readonly type: "stopped"; readonly states: number };

/** A search for an order under way. */
export class Find {
  private readonly condition: Condition;
  private readonly from: State;
  private readonly model: GateVectors;
  private readonly search: Search;
  /** The choices of the order that was found, by their keys. */
  private found: readonly string[] | null = null;

  constructor({ setup, choices, condition, faults, maxStates }: FindRequest) {
    this.condition = condition;
    this.from = walk(initial(setup).state, choices).after;
    this.model = new GateVectors(
      setup,
      faults,
      {
        rest: (index) => this.lookAtRest(index),
        transition: (from, _to, choice, { meetsGoal }) => {
          if (meetsGoal) this.found ??= this.keysOf([...this.search.pathTo(from), choice]);
        },
      },
      { from: this.from, meets: (sight) => meets(condition, sight).length > 0 },
    );
    this.search = new Search(this.model, maxStates);
  }

  get progress(): CheckProgress {
    return this.search.progress;
  }

  /** Expands up to so many states; false when the search is over. */
  advance(expansions: number): boolean {
    for (let count = 0; count < expansions; count++)
      if (!this.search.advance(1) || this.found !== null) return false;
    return true;
  }

  /** What was found; of a search that is not over, that it stopped. */
  report(): FindReport {
    const { states } = this.search.progress;
    if (this.found === null) return { type: this.search.isComplete ? "none" : "stopped", states };
    const last = walk(this.from, this.found);
    const [record] = [...meets(this.condition, last), ...meets(this.condition, restAt(last.after))];
    assert(record !== undefined, "the order that was found meets the condition when it is followed");
    return { type: "found", choices: this.found, record, states };
  }

  /** What is owed at the end of a run is said there, and only a property asks for it. */
  private lookAtRest(index: number): void {
    if (this.condition.type !== "property" || this.found !== null || index === 0) return;
    const state = this.model.stateAt(index, this.search);
    if (meets(this.condition, restAt(state)).length > 0) this.found = this.keysOf(this.search.pathTo(index));
  }

  private keysOf(path: readonly number[]): readonly string[] {
    return path.map((choice) => this.model.keyOf(choice));
  }
}

/** Searches to the end. */
export function find(request: FindRequest): FindReport {
  const search = new Find(request);
  while (search.advance(1_000));
  return search.report();
}

/** Takes choices by their keys; gives the last step. */
function walk(from: State, keys: readonly string[]): StepSight {
  let sight: StepSight = { before: from, records: [], after: from };
  for (const key of keys) {
    const before = sight.after;
    const choice = enabled(before).find((each) => each.key === key);
    assert(choice !== undefined, `the choice "${key}" is possible where it was made before`);
    const { state, records } = step(before, choice.choice);
    sight = { before, records, after: state };
  }
  return sight;
}

/** What a run says at its end, if it ends in this state. */
function restAt(state: State): StepSight {
  const isEnd = state.stuck === null && defaultChoice(enabled(state)) === null;
  return { before: state, records: isEnd ? restRecords(state) : [], after: state };
}
