/*
 * Recordings of built-in handlers on real workerd: the files that the model is held against, and no copies of them.
 */
import type { SeenOnWorkerd } from "./scenario.ts";

/** As much of a recording with slow commits as is shown. */
interface Recording {
  readonly commits: readonly { readonly confirmAfterMs: number }[];
  readonly observed: { readonly "main-cluster": SeenOnWorkerd["outcomes"] };
}

/** What a recording shows, loaded when somebody looks. */
export function recordedIn(load: () => Promise<{ readonly default: Recording }>) {
  return async (): Promise<SeenOnWorkerd> => {
    const { commits, observed } = (await load()).default;
    return {
      commitMs: commits[0]?.confirmAfterMs ?? 0,
      outcomes: observed["main-cluster"].map(({ order, runs }) => ({ order, runs })),
    };
  };
}
