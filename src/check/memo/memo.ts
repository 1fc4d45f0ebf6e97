/*
 * The results of a function of the state, found again by what the function read. A deterministic function reads one thing
 * first, whatever the state; depending on what it finds, a second; and so on. So its results hang on a tree: at each inner
 * node stands what is read next, and there is a branch for each value that was found there.
 *
 *                     sockets[0].stage ?
 *                   open /            \ deferred
 *        sockets[0].inbound ?          result: no choice
 *           empty /     \ one packet
 *   result: no choice    result: arrive
 */
import type { Address, StateSpace } from "./state-space.ts";

interface Question<Result> {
  readonly at: Address;
  /** The branch that was taken last, which is often the only one. */
  value: number;
  next: Node<Result>;
  readonly branches: Map<number, Node<Result>>;
}

interface Answer<Result> {
  readonly result: Result;
}

type Node<Result> = Question<Result> | Answer<Result>;

/** What a function read in one state, in order, and what it gave. */
export interface Observation<Result> {
  readonly reads: readonly { readonly at: Address; readonly value: number }[];
  readonly result: Result;
}

/**
 * The results of one function. What depends on something that is not noted (the clock alone, which a handler may read) may
 * read something else although it has read the same: that result is given, and not remembered.
 */
export class Memo<Result> {
  /** How often that was so. */
  contradictions = 0;
  private root: Node<Result> | null = null;
  private readonly space: Pick<StateSpace, "read">;

  constructor(space: Pick<StateSpace, "read">) {
    this.space = space;
  }

  /** The function's result in a state; `observe` runs it, if nothing that was read before decides. */
  get(vector: Int32Array, observe: () => Observation<Result>): Result {
    let node = this.root;
    while (node !== null) {
      if ("result" in node) return node.result;
      const value = this.space.read(vector, node.at);
      if (value === node.value) node = node.next;
      else {
        const next = node.branches.get(value);
        if (next === undefined) break;
        node.value = value;
        node.next = next;
        node = next;
      }
    }
    const observation = observe();
    this.add(observation);
    return observation.result;
  }

  private add({ reads, result }: Observation<Result>): void {
    let grow = (node: Node<Result>): void => {
      this.root = node;
    };
    let node = this.root;
    for (const { at, value } of reads) {
      if (node === null) {
        node = { at, value: Number.NaN, next: { result }, branches: new Map() };
        grow(node);
      }
      if ("result" in node || !isSame(node.at, at)) {
        this.contradictions++;
        return;
      }
      const question: Question<Result> = node;
      node = question.branches.get(value) ?? null;
      grow = (next) => {
        question.branches.set(value, next);
        question.value = value;
        question.next = next;
      };
    }
    grow({ result });
  }
}

function isSame(a: Address, b: Address): boolean {
  return a.slot === b.slot && a.index === b.index && a.field === b.field;
}
