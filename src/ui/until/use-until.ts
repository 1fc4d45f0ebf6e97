/*
 * What the page runs until. Made when the popover is first opened, and remembered until the page is left.
 */
import { useStore } from "zustand";
import { mustGet } from "../../base/assert.ts";
import type { Explorer } from "../../store/explorer.ts";
import { createUntil, type Until, type UntilState } from "../../store/until.ts";
import { useExplorer } from "../explorer-context.ts";

const made = new WeakMap<Explorer, Until>();

/** The page's run until. */
export function useUntil(): Until {
  const explorer = useExplorer();
  if (!made.has(explorer)) made.set(explorer, createUntil(explorer));
  return mustGet(made.get(explorer), "the run until of the explorer");
}

/** A part of its state. */
export function useUntilState<T>(select: (state: UntilState) => T): T {
  return useStore(useUntil().store, select);
}
