/*
 * What a check gives: the verdict on every property, and the outcomes in which the orders of events end. Plain data, the
 * same for the page and for the command line.
 */
import type { PropertyId } from "../model/properties/index.ts";
import type { DesignChoice, Setup } from "../model/setup.ts";
import type { FaultBudget } from "./faults.ts";

/** What is to be checked. Relaxed scheduling is a setting of the world. */
export interface CheckRequest {
  readonly setup: Setup;
  readonly faults: FaultBudget;
  /** The check stops when it has met so many states. */
  readonly maxStates: number;
}

/** `dead-end` is not one of MODEL's: nothing can happen any more, and a client still waits for its answer. */
export type VerdictId = PropertyId | "dead-end";

/** What becomes of a property over all orders of events. */
export interface PropertyVerdict {
  readonly id: VerdictId;
  readonly name: string;
  readonly meaning: string;
  /** `lint`: a warning, not a fault. */
  readonly kind: "always" | "eventually" | "never-after" | "lint" | "dead-end";
  /** `not-reached`: no order of events brings about what it speaks of. Of a check that is not complete: as far as it went. */
  readonly verdict: "holds" | "violated" | "not-reached";
  /** The length of the shortest counterexample in choices; null if there is none. */
  readonly steps: number | null;
  /** The keys of its choices. Behind them nothing else need happen for the violation to be seen. */
  readonly witness: readonly string[];
  /** What is wrong, without a full stop; "" if nothing is. */
  readonly text: string;
  /** How it shows: at the last step, at rest behind it, or by going round for ever from choice `loopFrom` on. */
  readonly shows: "step" | "rest" | { readonly loopFrom: number } | null;
}

/** What happened at one place, in order, e.g. at "connection 1": "SYN", "accepted", "\"hi\"", "FIN". */
export interface Story {
  /** A connection, a client, a promise. */
  readonly place: string;
  readonly events: readonly string[];
}

/** End states that look alike from outside, and in which the same promises have settled. */
export interface Outcome {
  /** How many orders of choices end in it; null where some go round for ever, so that there is no number. */
  readonly count: number | null;
  /** How many end states it stands for: they differ in what nobody outside sees. */
  readonly states: number;
  /** What the far end of each connection and each client saw. */
  readonly outside: readonly Story[];
  /** How promises of the platform settled, e.g. "socket 1 opened": "resolved". What is not named is pending. */
  readonly promises: readonly Story[];
  /** The keys of the choices of a shortest order that ends in it. */
  readonly witness: readonly string[];
}

/** How far a check has come. */
export interface CheckProgress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly frontier: number;
}

/** A finished check. */
export interface CheckReport {
  readonly design: DesignChoice;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** Every order of events was followed to its end; otherwise it stopped at `states` states. */
  readonly complete: boolean;
  readonly properties: readonly PropertyVerdict[];
  readonly outcomes: readonly Outcome[];
  /** What the handler did that the model cannot follow, on some order of events; null if nothing. */
  readonly stuck: { readonly text: string; readonly witness: readonly string[] } | null;
  /** The handler may read the clock: in each state it reads the time of the first way there, as times do not tell states apart. */
  readonly readsClock: boolean;
}
