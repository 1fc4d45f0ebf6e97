/*
 * The transitions that a search has met, those of one state behind those of another in the order in which the states were
 * expanded, which is the order of their numbers. A search itself needs none of them again; what asks for loops and for
 * numbers of orders does.
 */
import { assert } from "../base/assert.ts";
import { Numbers } from "./numbers.ts";

export class Transitions {
  /** Where the transitions of each state begin. */
  private readonly first = new Numbers();
  private readonly targets = new Numbers();
  private readonly choices = new Numbers();

  /** Notes a transition, from the same state as the one before or from a later one. */
  add(from: number, target: number, choice: number): void {
    assert(from >= this.first.length - 1, "states are expanded in the order of their numbers");
    while (this.first.length <= from) this.first.push(this.targets.length);
    this.targets.push(target);
    this.choices.push(choice);
  }

  /** Calls `visit` with the target and the choice of each transition of a state. */
  forEach(from: number, visit: (target: number, choice: number) => void): void {
    if (from >= this.first.length) return;
    const end = from + 1 < this.first.length ? this.first.at(from + 1) : this.targets.length;
    for (let at = this.first.at(from); at < end; at++) visit(this.targets.at(at), this.choices.at(at));
  }
}
