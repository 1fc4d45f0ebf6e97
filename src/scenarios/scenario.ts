/*
 * A built-in scenario: a real Worker module, the world around it and what it shows.
 */
import type { CompiledHandler } from "../handler/program.ts";
import type { DesignChoice, World } from "../model/setup.ts";

/** A handler as a person reads it, its program, and the look of the source. */
export type BuiltInHandler = CompiledHandler & { readonly source: string };

/** One built-in scenario. */
export interface Scenario {
  /** Stable, URL-safe. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what it shows. */
  readonly sentence: string;
  /** From a chunk of its own. */
  readonly load: () => Promise<BuiltInHandler>;
  /** The design to begin with. */
  readonly design: DesignChoice;
  readonly world: World;
}
