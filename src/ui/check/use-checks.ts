/*
 * The checks of this page. Made when the panel is first shown: nothing of them is in the first load.
 */
import { useStore } from "zustand";
import { mustGet } from "../../base/assert.ts";
import { type Checks, type ChecksState, createChecks } from "../../store/checks.ts";
import type { Explorer } from "../../store/explorer.ts";
import { useExplorer } from "../explorer-context.ts";

const made = new WeakMap<Explorer, Checks>();

/** The page's checks. */
export function useChecks(): Checks {
  const explorer = useExplorer();
  if (!made.has(explorer)) made.set(explorer, createChecks());
  return mustGet(made.get(explorer), "the checks of the explorer");
}

/** A part of their state. */
export function useChecksState<T>(select: (state: ChecksState) => T): T {
  return useStore(useChecks().store, select);
}
