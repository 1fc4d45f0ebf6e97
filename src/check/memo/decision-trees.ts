/*
 * Decisions by what stands in a state: at an inner node of a tree, what is read next, with a branch for each value that was
 * found there; at a leaf, the number of an answer. All trees of a search stand in one list of numbers, nodes that are asked
 * one after the other side by side, each with the branch that was taken last, which is often the only one:
 *
 *   nodes     [slot and field, index, value, next | slot and field, index, value, next | ...]
 *   branches  [node, value, next | ...]     every branch, at the hash of node and value or behind it
 *
 * Where a tree led is kept for a while (recent.ts).
 */
import { type Dependence, type Recent, UNKNOWN } from "./recent.ts";
import type { Address, StateSpace } from "./state-space.ts";

/** What was read in one state, in order. */
export type Reads = readonly { readonly at: Address; readonly value: number }[];

/** One tree. */
export interface Tree {
  /** A node by where it stands; an answer by the complement of its number; or UNKNOWN: it has no node. */
  root: number;
  /** All that it reads somewhere. */
  readonly dependence: Dependence;
}

// Nothing stands at 0, which is UNKNOWN.
const NODE = 4;
const BRANCH = 3;
const SLOT_BITS = 8;
const SLOTS = (1 << SLOT_BITS) - 1;
const FIRST_BRANCHES = 1 << 10;

/** The trees of one search. */
export class DecisionTrees {
  private nodes = new Int32Array(NODE * FIRST_BRANCHES);
  private end = NODE;
  private branches = new Int32Array(BRANCH * FIRST_BRANCHES);
  private capacity = FIRST_BRANCHES;
  private count = 0;
  private readonly space: Pick<StateSpace, "read">;
  private readonly recent: Recent;

  constructor(space: Pick<StateSpace, "read">, recent: Recent) {
    this.space = space;
    this.recent = recent;
  }

  /** A new tree. */
  plant(): Tree {
    return { root: UNKNOWN, dependence: this.recent.dependence() };
  }

  /** The answer to which a tree leads in a state; undefined where it does not know. */
  find(tree: Tree, vector: Int32Array): number | undefined {
    const known = this.recent.find(tree.dependence, vector);
    if (known !== UNKNOWN) return ~known;
    const found = this.follow(tree.root, vector);
    if (found === UNKNOWN) return undefined;
    this.recent.keep(tree.dependence, vector, found);
    return ~found;
  }

  /**
   * Grows a tree by the way along what was read to an answer. False, and nothing has changed, if along the same values
   * something else is read already.
   */
  grow(tree: Tree, reads: Reads, answer: number): boolean {
    let node = tree.root;
    let last = UNKNOWN;
    let depth = 0;
    for (; depth < reads.length && node !== UNKNOWN; depth++) {
      const { at, value } = reads[depth] as Reads[number];
      if (node < 0 || this.nodes[node] !== packed(at) || this.nodes[node + 1] !== at.index) return false;
      last = node;
      node = this.branches[this.branchAt(node, value) + 2] as number;
    }
    if (node !== UNKNOWN) return false;
    const grown = this.chain(reads, depth, answer);
    if (last === UNKNOWN) tree.root = grown;
    else this.lead(last, (reads[depth - 1] as Reads[number]).value, grown);
    for (const { at } of reads.slice(depth)) this.recent.widen(tree.dependence, at.slot, at.index);
    return true;
  }

  private follow(root: number, vector: Int32Array): number {
    const { nodes, space } = this;
    let node = root;
    while (node > 0) {
      const at = nodes[node] as number;
      const value = space.read(vector, at & SLOTS, nodes[node + 1] as number, (at >> SLOT_BITS) - 1);
      if (value === nodes[node + 2]) {
        node = nodes[node + 3] as number;
        continue;
      }
      const next = this.branches[this.branchAt(node, value) + 2] as number;
      if (next === UNKNOWN) return UNKNOWN;
      nodes[node + 2] = value;
      nodes[node + 3] = next;
      node = next;
    }
    return node;
  }

  /** Nodes for the reads from one on, and the answer behind the last of them; returns the first. */
  private chain(reads: Reads, from: number, answer: number): number {
    const needed = this.end + (reads.length - from) * NODE;
    if (needed > this.nodes.length) {
      const next = new Int32Array(Math.max(needed, this.nodes.length * 2));
      next.set(this.nodes);
      this.nodes = next;
    }
    const first = from < reads.length ? this.end : ~answer;
    for (let depth = from; depth < reads.length; depth++) {
      const { at, value } = reads[depth] as Reads[number];
      const node = this.end;
      this.end += NODE;
      this.nodes[node] = packed(at);
      this.nodes[node + 1] = at.index;
      this.lead(node, value, depth + 1 < reads.length ? this.end : ~answer);
    }
    return first;
  }

  /** Adds a branch, and has it at hand. */
  private lead(node: number, value: number, next: number): void {
    if (this.count * 2 >= this.capacity) this.growBranches();
    this.setBranch(node, value, next);
    this.count++;
    this.nodes[node + 2] = value;
    this.nodes[node + 3] = next;
  }

  private setBranch(node: number, value: number, next: number): void {
    const at = this.branchAt(node, value);
    this.branches[at] = node;
    this.branches[at + 1] = value;
    this.branches[at + 2] = next;
  }

  /** Where a branch stands, or the free place where it would. */
  private branchAt(node: number, value: number): number {
    const { branches, capacity } = this;
    let place = (Math.imul(Math.imul(node, 0x9e3779b1) ^ value, 0x85ebca6b) >>> 7) & (capacity - 1);
    for (;;) {
      const at = place * BRANCH;
      if (branches[at + 2] === UNKNOWN || (branches[at] === node && branches[at + 1] === value)) return at;
      place = (place + 1) & (capacity - 1);
    }
  }

  private growBranches(): void {
    const old = this.branches;
    this.capacity *= 2;
    this.branches = new Int32Array(BRANCH * this.capacity);
    for (let at = 0; at < old.length; at += BRANCH)
      if (old[at + 2] !== UNKNOWN)
        this.setBranch(old[at] as number, old[at + 1] as number, old[at + 2] as number);
  }
}

/** Slot and field of an address in one number. */
function packed({ slot, field }: Address): number {
  return slot | ((field + 1) << SLOT_BITS);
}
