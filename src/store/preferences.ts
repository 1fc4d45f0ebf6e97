/*
 * What belongs to the reader and not to the run: theme, folded lanes, panel widths. Kept in localStorage where there is
 * one that works; a stored value that cannot be read counts as none.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { LANE_IDS, type LaneId } from "../timeline/lanes.ts";

const KEY = "gatescope.preferences";

/** Panels are at least this wide, and at most that. */
export const PANEL_WIDTHS_PX = { min: 220, max: 640 } as const;

const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export interface PreferencesState {
  readonly theme: Theme;
  readonly folded: readonly LaneId[];
  /** In px; null as long as nobody has moved the panel's edge: then it goes with the window. */
  readonly sourceWidth: number | null;
  readonly sideWidth: number | null;
}

export interface Preferences {
  readonly store: StoreApi<PreferencesState>;
  setTheme(theme: Theme): void;
  toggleLane(lane: LaneId): void;
  setWidth(panel: "sourceWidth" | "sideWidth", px: number): void;
}

/** As much of localStorage as is needed. */
export type PreferenceStorage = Pick<Storage, "getItem" | "setItem">;

/** Reads the preferences, and keeps them where they came from. `storage` is null where there is none. */
export function createPreferences(storage: PreferenceStorage | null): Preferences {
  const store = createStore<PreferencesState>()(() => parse(read(storage)));
  store.subscribe((state) => write(storage, state));
  return {
    store,
    setTheme: (theme) => store.setState({ theme }),
    toggleLane(lane) {
      store.setState(({ folded }) => ({
        folded: folded.includes(lane) ? folded.filter((other) => other !== lane) : [...folded, lane],
      }));
    },
    setWidth(panel, px) {
      const { min, max } = PANEL_WIDTHS_PX;
      store.setState({ [panel]: Math.min(max, Math.max(min, Math.round(px))) });
    },
  };
}

function read(storage: PreferenceStorage | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(storage?.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Each preference for itself: one that cannot be read does not cost the others. */
function parse(stored: Readonly<Record<string, unknown>>): PreferencesState {
  const { folded, theme } = stored;
  return {
    theme: THEMES.find((each) => each === theme) ?? "system",
    folded: Array.isArray(folded) ? LANE_IDS.filter((lane) => folded.includes(lane)) : [],
    sourceWidth: widthOrNull(stored.sourceWidth),
    sideWidth: widthOrNull(stored.sideWidth),
  };
}

function widthOrNull(value: unknown): number | null {
  const { min, max } = PANEL_WIDTHS_PX;
  return typeof value === "number" && value >= min && value <= max ? value : null;
}

function write(storage: PreferenceStorage | null, state: PreferencesState): void {
  try {
    storage?.setItem(KEY, JSON.stringify(state));
  } catch {
    // A full or forbidden storage: the preferences last as long as the page.
  }
}
