/*
 * Whether anything is under way: requests, the editor's code. Browser tests wait on it rather than on a clock.
 */
import { createStore, type StoreApi } from "zustand/vanilla";

/** How many things are under way, and a way to add one. */
export interface Busy {
  readonly store: StoreApi<{ readonly count: number }>;
  /** Something begins; the returned function ends it, once. */
  begin(): () => void;
}

/** Nothing is under way yet. */
export function createBusy(): Busy {
  const store = createStore<{ readonly count: number }>()(() => ({ count: 0 }));
  return {
    store,
    begin() {
      let hasEnded = false;
      store.setState(({ count }) => ({ count: count + 1 }));
      return () => {
        if (hasEnded) return;
        hasEnded = true;
        store.setState(({ count }) => ({ count: count - 1 }));
      };
    },
  };
}
