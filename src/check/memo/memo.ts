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
import type { DecisionTrees, Reads, Tree } from "./decision-trees.ts";
import type { Dependence } from "./recent.ts";

/** What a function read in one state, in order, and what it gave. */
export interface Observation<Result> {
  readonly reads: Reads;
  readonly result: Result;
}

/**
 * The results of one function. What depends on something that is not noted (the clock alone, which a handler may read) may
 * read something else although it has read the same: that result is given, and not remembered.
 */
export class Memo<Result extends string | number | object> {
  /** How often that was so. */
  contradictions = 0;
  private readonly trees: DecisionTrees;
  private readonly tree: Tree;
  private readonly results: Result[] = [];

  constructor(trees: DecisionTrees) {
    this.trees = trees;
    this.tree = trees.plant();
  }

  /** All that the function has read somewhere. */
  get dependence(): Dependence {
    return this.tree.dependence;
  }

  /** The function's result in a state; undefined if nothing that was read before decides. */
  find(vector: Int32Array): Result | undefined {
    const found = this.trees.find(this.tree, vector);
    return found === undefined ? undefined : this.results[found];
  }

  /** Remembers what the function gave in a state in which nothing decided, and returns it. */
  remember({ reads, result }: Observation<Result>): Result {
    if (this.trees.grow(this.tree, reads, this.results.length)) this.results.push(result);
    else this.contradictions++;
    return result;
  }
}
