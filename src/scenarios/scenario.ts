/*
 * A built-in scenario: a real Worker module, the world around it and what it shows.
 */
import type { CompiledHandler } from "../handler/program.ts";
import type { DesignChoice, World } from "../model/setup.ts";

/** A handler as a person reads it, its program, and the look of the source. */
export type BuiltInHandler = CompiledHandler & { readonly source: string };

/** A recording of real workerd: what happened, in order, in each of its outcomes. */
export interface SeenOnWorkerd {
  /** How long its commits took. */
  readonly commitMs: number;
  readonly outcomes: readonly {
    /** In the words of `workerd/lab`: "request /", "connect", "commit 1 sent", ... */
    readonly order: readonly string[];
    readonly runs: number;
  }[];
}

/** One built-in scenario. */
export interface Scenario {
  /** Stable, URL-safe. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what it shows. */
  readonly sentence: string;
  /** From a chunk of its own. */
  readonly load: () => Promise<BuiltInHandler>;
  /** What real workerd was recorded doing with this very handler; absent if it was not. */
  readonly recording?: () => Promise<SeenOnWorkerd>;
  /** The design to begin with. */
  readonly design: DesignChoice;
  readonly world: World;
}
