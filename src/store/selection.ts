/*
 * Which record the reader points at or has selected. It never outlives the run that the record belongs to.
 */
import { createStore, type StoreApi } from "zustand/vanilla";

/** A menu of failures, for a record or (null) for the moment under the cursor, and where on the page it opens. */
export interface FailureMenu {
  readonly record: number | null;
  readonly xPx: number;
  readonly yPx: number;
}

export interface SelectionState {
  readonly hovered: number | null;
  readonly selected: number | null;
  readonly menu: FailureMenu | null;
}

export interface Selection {
  readonly store: StoreApi<SelectionState>;
  hover(record: number | null): void;
  select(record: number | null): void;
  openMenu(menu: FailureMenu): void;
  closeMenu(): void;
  clear(): void;
}

/** Nothing is selected. */
export function createSelection(): Selection {
  const store = createStore<SelectionState>()(() => ({ hovered: null, selected: null, menu: null }));
  return {
    store,
    hover(hovered) {
      if (store.getState().hovered !== hovered) store.setState({ hovered });
    },
    select(selected) {
      if (store.getState().selected !== selected) store.setState({ selected });
    },
    openMenu: (menu) => store.setState({ menu, hovered: null }),
    closeMenu: () => store.setState({ menu: null }),
    clear: () => store.setState({ hovered: null, selected: null, menu: null }),
  };
}
