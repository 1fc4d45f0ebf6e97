/*
 * The checks of this page. Made when the panel is first shown: nothing of them is in the first load.
 */
import { useStore } from "zustand";
import { mustGet } from "../../base/assert.ts";
import { type Checks, type ChecksState, createChecks } from "../../store/checks.ts";
import { createDifferences, type Differences, type DifferencesState } from "../../store/differences.ts";
import type { Explorer } from "../../store/explorer.ts";
import { type Endings, followEndings } from "../../store/outcomes.ts";
import { useExplorer } from "../explorer-context.ts";

interface Made {
  readonly checks: Checks;
  readonly differences: Differences;
  readonly endings: ReturnType<typeof followEndings>;
}

const made = new WeakMap<Explorer, Made>();

function useMade(): Made {
  const explorer = useExplorer();
  if (!made.has(explorer)) {
    const checks = createChecks();
    const endings = followEndings(explorer.session.store);
    made.set(explorer, { checks, differences: createDifferences(checks.store), endings });
  }
  return mustGet(made.get(explorer), "the checks of the explorer");
}

/** The page's checks. */
export function useChecks(): Checks {
  return useMade().checks;
}

/** In what the runs of this session have ended. */
export function useEndings(): Endings {
  return useStore(useMade().endings, ({ endings }) => endings);
}

/** A part of their state. */
export function useChecksState<T>(select: (state: ChecksState) => T): T {
  return useStore(useChecks().store, select);
}

/** The page's searches for a difference. */
export function useDifferences(): Differences {
  return useMade().differences;
}

/** A part of their state. */
export function useDifferencesState<T>(select: (state: DifferencesState) => T): T {
  return useStore(useDifferences().store, select);
}
