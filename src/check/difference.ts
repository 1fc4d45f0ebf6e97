/*
 * The shortest difference of two designs: the shortest list of choices after which the outside world can tell them apart.
 *
 * Both make the same choices, breadth first over pairs of states. Outside can tell after a choice if
 * - what it has seen differs (history.ts: handshakes, bytes that arrived, ends, responses), or
 * - something that happens outside is possible with one only: there is a packet under way to the far end, or a response to
 *   the client, that the other one has not sent. So what has left the host counts, before it arrives.
 * What is inside the host (commits, reads, timers, the collector, the tasks of relaxed scheduling) nobody outside sees. A
 * choice of that kind that only one design has is taken there alone, while the other stays where it is. So under relaxed
 * scheduling one of them may be ahead of the other: they are compared where no task waits in either, and what happens
 * outside happens where it is possible with both.
 * A failure costs both of them one of the budget. Times do not count, as in a check.
 */
import { mustGet } from "../base/assert.ts";
import type { Choice, EnabledChoice } from "../model/choice.ts";
import { enabled, initial, step } from "../model/model.ts";
import type { DesignChoice, Setup } from "../model/setup.ts";
import type { State } from "../model/state.ts";
import "../model/whole.ts";
import { costOf, type FaultBudget, type FaultId } from "./faults.ts";
import { History, seenIn } from "./history.ts";
import { STATE_WORDS, StateSpace } from "./memo/state-space.ts";
import type { CheckProgress, Story } from "./report.ts";

/** Which designs are compared, with which program, in which world. */
export interface DifferenceRequest extends Omit<Setup, "design"> {
  readonly designs: readonly [DesignChoice, DesignChoice];
  readonly faults: FaultBudget;
  /** The search stops when it has met so many pairs of states. */
  readonly maxStates: number;
}

/** What a search for a difference has found. */
export type DifferenceReport =
  | {
      readonly type: "differs";
      readonly choices: readonly DifferenceChoice[];
      /** The keys of the choices that each design takes. */
      readonly choicesOf: Both<readonly string[]>;
      /** What was seen outside with each design. */
      readonly seen: Both<readonly Story[]>;
      /** What can happen next outside with one design only. */
      readonly possible: Both<readonly Named[]>;
      readonly states: number;
    }
  /** No order of choices tells them apart. */
  | { readonly type: "same"; readonly states: number }
  /** It stopped at so many pairs of states. */
  | { readonly type: "stopped"; readonly states: number };

/** A choice in words. */
export type Named = Pick<EnabledChoice, "key" | "title">;

/** A choice on the way to a difference. */
export interface DifferenceChoice extends Named {
  /** Whether each of the designs has it and takes it. */
  readonly taken: Both<boolean>;
}

/** Of the first design, and of the second. */
export type Both<Of> = readonly [Of, Of];

interface Pair {
  readonly states: Both<State>;
  readonly spent: FaultBudget;
  readonly node: Node;
}

interface Node {
  readonly parent: Node | null;
  readonly choice: DifferenceChoice | null;
  /** What was seen on the way, by number. */
  readonly seen: Both<number>;
}

/** What the world outside does: it notices whether it can. */
const OUTSIDE: ReadonlySet<Choice["type"]> = new Set<Choice["type"]>([
  "request",
  "accept",
  "refuse",
  "peer-receives",
  "tls-answer",
  "peer-sends",
  "peer-fin",
  "peer-rst",
  "service-returns",
  "service-throws",
  "peer-closes",
  "response",
  "client-disconnects",
]);

/** A search for the shortest difference under way. */
export class DifferenceSearch {
  private readonly request: DifferenceRequest;
  private readonly history = new History();
  private readonly space = new StateSpace();
  private readonly vector = new Int32Array(STATE_WORDS);
  private readonly met = new Set<string>();
  private level: Pair[] = [];
  private next: Pair[] = [];
  private at = 0;
  private depth = 0;
  private transitions = 0;
  private found: DifferenceReport | null = null;

  constructor(request: DifferenceRequest) {
    this.request = request;
    const { program, world, designs } = request;
    const [left, right] = designs.map((design) => initial({ program, world, design }).state);
    const states: Both<State> = [mustGet(left, "the left state"), mustGet(right, "the right state")];
    const { nothing } = this.history;
    const node: Node = { parent: null, choice: null, seen: [nothing, nothing] };
    const first: Pair = { states, spent: {}, node };
    this.met.add(this.keyOf(first));
    this.level.push(first);
  }

  get progress(): CheckProgress {
    return {
      states: this.met.size,
      transitions: this.transitions,
      depth: this.depth,
      frontier: this.level.length - this.at + this.next.length,
    };
  }

  /** Expands up to so many pairs; false when the search is over. */
  advance(expansions: number): boolean {
    for (let count = 0; count < expansions && this.found === null; count++) {
      if (this.at === this.level.length) {
        [this.level, this.next, this.at] = [this.next, [], 0];
        if (this.level.length === 0) this.found = { type: "same", states: this.met.size };
        else this.depth++;
        continue;
      }
      const pair = mustGet(this.level[this.at++], "a pair of states");
      this.expand(pair);
      if (this.found === null && this.met.size >= this.request.maxStates)
        this.found = { type: "stopped", states: this.met.size };
    }
    return this.found === null;
  }

  /** What was found; of a search that is not over, that it stopped. */
  report(): DifferenceReport {
    return this.found ?? { type: "stopped", states: this.met.size };
  }

  private expand({ states, spent, node }: Pair): void {
    const offers: Both<ReadonlyMap<string, EnabledChoice>> = [
      this.offersOf(states[0], spent),
      this.offersOf(states[1], spent),
    ];
    for (const key of new Set([...offers[0].keys(), ...offers[1].keys()])) {
      const choices = [offers[0].get(key), offers[1].get(key)] as const;
      if (choices.includes(undefined) && isOutside(choices[0] ?? choices[1])) continue;
      const made = [this.take(states[0], choices[0]), this.take(states[1], choices[1])] as const;
      this.transitions++;
      const seen: Both<number> = [
        this.history.extend(node.seen[0], this.history.list(seenIn(made[0].records))),
        this.history.extend(node.seen[1], this.history.list(seenIn(made[1].records))),
      ];
      const after: Node = { parent: node, choice: choiceOf(choices), seen };
      const pair: Pair = {
        states: [made[0].state, made[1].state],
        spent: spend(spent, choices[0] ?? choices[1]),
        node: after,
      };
      const possible = this.possibleOutside(pair);
      if (possible !== null && (seen[0] !== seen[1] || possible.some((keys) => keys.length > 0))) {
        this.found = this.differenceAt(after, possible);
        return;
      }
      const met = this.keyOf(pair);
      if (this.met.has(met)) continue;
      this.met.add(met);
      this.next.push(pair);
    }
  }

  private take(
    state: State,
    choice: EnabledChoice | undefined,
  ): Pick<ReturnType<typeof step>, "state" | "records"> {
    return choice === undefined ? { state, records: [] } : step(state, choice.choice);
  }

  /** The choices that the budget still allows, by their keys. */
  private offersOf(state: State, spent: FaultBudget): ReadonlyMap<string, EnabledChoice> {
    const { faults } = this.request;
    const allowed = enabled(state).filter((choice) => {
      const cost = costOf(choice);
      return cost === null || (cost !== "never" && (spent[cost] ?? 0) < (faults[cost] ?? 0));
    });
    return new Map(allowed.map((choice) => [choice.key, choice]));
  }

  /** What can happen outside with one of two states and not with the other; null while tasks wait. */
  private possibleOutside({ states, spent }: Pair): Both<readonly Named[]> | null {
    const offers = states.map((state) => [...this.offersOf(state, spent).values()]);
    if (offers.flat().some(({ choice }) => choice.type === "task")) return null;
    const [left, right] = offers.map((choices) => choices.filter(isOutside).map(named));
    const of = (own: readonly Named[] = [], others: readonly Named[] = []): readonly Named[] =>
      own.filter(({ key }) => !others.some((other) => other.key === key));
    return [of(left, right), of(right, left)];
  }

  private differenceAt(node: Node, possible: Both<readonly Named[]>): DifferenceReport {
    const choices: DifferenceChoice[] = [];
    for (let at: Node | null = node; at !== null; at = at.parent)
      if (at.choice !== null) choices.unshift(at.choice);
    const keysOf = (side: 0 | 1): readonly string[] =>
      choices.filter(({ taken }) => taken[side]).map(({ key }) => key);
    return {
      type: "differs",
      choices,
      choicesOf: [keysOf(0), keysOf(1)],
      seen: [this.history.storiesOf(node.seen[0]), this.history.storiesOf(node.seen[1])],
      possible,
      states: this.met.size,
    };
  }

  private keyOf({ states, spent, node }: Pair): string {
    const words = states.map((state) => {
      this.space.write(state, this.vector);
      return this.vector.join();
    });
    return `${words.join(";")};${node.seen.join()};${JSON.stringify(Object.entries(spent).toSorted())}`;
  }
}

/** Searches to the end. */
export function difference(request: DifferenceRequest): DifferenceReport {
  const search = new DifferenceSearch(request);
  while (search.advance(1_000));
  return search.report();
}

function isOutside(choice: EnabledChoice | undefined): boolean {
  return choice !== undefined && OUTSIDE.has(choice.choice.type);
}

function named({ key, title }: EnabledChoice): Named {
  return { key, title };
}

function choiceOf([left, right]: Both<EnabledChoice | undefined>): DifferenceChoice {
  const { key, title } = mustGet(left ?? right, "a choice that one of the designs has");
  return { key, title, taken: [left !== undefined, right !== undefined] };
}

function spend(spent: FaultBudget, choice: EnabledChoice | undefined): FaultBudget {
  const cost: FaultId | "never" | null = choice === undefined ? null : costOf(choice);
  return cost === null || cost === "never" ? spent : { ...spent, [cost]: (spent[cost] ?? 0) + 1 };
}
