/*
 * ui/ shows the stores and calls the explorer's functions. It makes no record and knows no rule of the model. Each
 * component reads as little as it needs, so that a step renders only what shows the cursor.
 */
import { createContext, useContext, useMemo } from "react";
import { useStore } from "zustand";
import { mustGet } from "../base/assert.ts";
import type { Explorer } from "../store/explorer.ts";
import type { PlaybackState } from "../store/playback.ts";
import type { PreferencesState } from "../store/preferences.ts";
import type { SelectionState } from "../store/selection.ts";
import type { SessionState } from "../store/session.ts";
import { type Moment, momentOf, type Shown } from "../store/shown.ts";

/** The explorer of this page. */
export const ExplorerContext = createContext<Explorer | null>(null);

/** What can be done. */
export function useExplorer(): Explorer {
  return mustGet(useContext(ExplorerContext), "an ExplorerContext around the component");
}

/** A part of the session. */
export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useExplorer().session.store, select);
}

/** A part of the playback. */
export function usePlayback<T>(select: (state: PlaybackState) => T): T {
  return useStore(useExplorer().playback.store, select);
}

/** A part of the preferences. */
export function usePreferences<T>(select: (state: PreferencesState) => T): T {
  return useStore(useExplorer().preferences.store, select);
}

/** A part of the selection. */
export function useSelection<T>(select: (state: SelectionState) => T): T {
  return useStore(useExplorer().selection.store, select);
}

/** What is on the screen, or null before the first run. */
export function useShown(): Shown | null {
  return useSession((state) => state.shown);
}

/** The moment under the cursor. Renders again with every step. */
export function useMoment(): (Moment & { readonly shown: Shown }) | null {
  const shown = useShown();
  const cursor = usePlayback((state) => state.cursor);
  return useMemo(() => (shown === null ? null : { shown, ...momentOf(shown, cursor) }), [shown, cursor]);
}
