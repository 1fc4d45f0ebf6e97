/*
 * Breadth-first search through all states of a model whose states are vectors of bytes. States are numbered in the order
 * of discovery, which is also the order of their distance from the start: the first path found to anything is a shortest.
 *
 * Generic: the gate model (gate-vectors.ts) and the toys of the tests run in it alike.
 */
import { Numbers } from "./numbers.ts";
import { VectorStore } from "./vector-store.ts";

/** How states were first reached. */
export interface Ancestry {
  /** The state that a state was found from; -1 for the first. */
  readonly parentOf: (index: number) => number;
  /** The choice that led to it from there. */
  readonly choiceTo: (index: number) => number;
}

/**
 * A model as the search sees it. A state is `words` 32-bit words, in which a model may as well keep bytes. Two states
 * with the same vector must allow the same continuations.
 */
export interface VectorModel {
  readonly words: number;
  writeInitial(target: Int32Array): void;
  /**
   * Writes each successor of the state `index`, whose vector is `from`, into `next` and calls `found` with a number for
   * the choice that leads there. `found` returns the successor's index; a new one is one that equals the number of
   * states that there were before. `next` keeps what was written into it.
   */
  expand(
    index: number,
    from: Int32Array,
    next: Int32Array,
    found: (choice: number) => number,
    ancestry: Ancestry,
  ): void;
}

/** How far a search has come. */
export interface SearchProgress {
  readonly states: number;
  readonly transitions: number;
  /** The largest distance from the start of a state that was found. */
  readonly depth: number;
  /** States found and not yet expanded. */
  readonly frontier: number;
}

/** A search, advanced piece by piece by whoever owns the thread. */
export class Search implements Ancestry {
  private readonly model: VectorModel;
  private readonly store: VectorStore;
  private readonly maxStates: number;
  /** How each state was first reached: from which state and by which choice. */
  private readonly parents = new Numbers();
  private readonly choices = new Numbers();
  private readonly from: Int32Array;
  private readonly next: Int32Array;
  private expanded = 0;
  private transitions = 0;
  private stopped = false;
  /** The distance from the start of the states that are expanded now, and the first one that is farther away. */
  private level = 0;
  private nextLevel = 1;
  private depth = 0;

  /** Stops after the state whose successors bring it to `maxStates` states. */
  constructor(model: VectorModel, maxStates: number) {
    this.model = model;
    this.maxStates = maxStates;
    this.store = new VectorStore(model.words);
    this.from = new Int32Array(model.words);
    this.next = new Int32Array(model.words);
    model.writeInitial(this.next);
    this.store.add(this.next);
    this.parents.push(-1);
    this.choices.push(-1);
  }

  get progress(): SearchProgress {
    return {
      states: this.store.size,
      transitions: this.transitions,
      depth: this.depth,
      frontier: this.store.size - this.expanded,
    };
  }

  /** Whether every state was found and expanded. */
  get isComplete(): boolean {
    return !this.stopped && this.expanded === this.store.size;
  }

  /** Bytes that the states take, with their parents. */
  get bytes(): number {
    return this.store.bytes + this.parents.bytes + this.choices.bytes;
  }

  /** Expands up to so many states. False when there is nothing left to expand, or no room. */
  advance(expansions: number): boolean {
    const { model, store, from, next } = this;
    for (let done = 0; done < expansions && !this.stopped && this.expanded < store.size; done++) {
      if (this.expanded === this.nextLevel) {
        this.level++;
        this.nextLevel = store.size;
      }
      store.read(this.expanded, from);
      model.expand(this.expanded, from, next, this.found, this);
      this.expanded++;
      this.stopped = store.size >= this.maxStates && this.expanded < store.size;
    }
    return !this.stopped && this.expanded < store.size;
  }

  parentOf(index: number): number {
    return this.parents.at(index);
  }

  choiceTo(index: number): number {
    return this.choices.at(index);
  }

  /** The choices of a shortest path from the start to a state. */
  pathTo(index: number): readonly number[] {
    const path: number[] = [];
    for (let at = index; this.parents.at(at) >= 0; at = this.parents.at(at)) path.push(this.choices.at(at));
    return path.reverse();
  }

  /** Copies the vector of a state. */
  readVector(index: number, into: Int32Array): void {
    this.store.read(index, into);
  }

  private readonly found = (choice: number): number => {
    this.transitions++;
    const known = this.store.add(this.next);
    if (known < 0) return ~known;
    this.parents.push(this.expanded);
    this.choices.push(choice);
    this.depth = this.level + 1;
    return known;
  };
}
