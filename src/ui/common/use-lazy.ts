/*
 * Menus, popovers, dialogs and details are code that no first picture needs: it is loaded when it is first asked for, or
 * fetched ahead once somebody is there.
 */
import { useCallback, useRef, useState } from "react";
import { useExplorer } from "../explorer-context.ts";

/** What has arrived, by what loads it: whoever asks next has it at once. */
const arrived = new Map<() => Promise<unknown>, unknown>();

async function fetchOnce<T>(load: () => Promise<T>): Promise<T> {
  const value = await load();
  arrived.set(load, value);
  return value;
}

/** Loads something before anybody asks for it. Whether that fails is told to whoever does ask. */
export function fetchAhead(load: () => Promise<unknown>): void {
  fetchOnce(load).catch(() => undefined);
}

const NOT_LOADED = "A part of the app could not be loaded. Check the connection and try again.";

/** A part of the screen that is loaded on demand: null until it is there, and the function that asks for it. */
export function useLazy<T>(load: () => Promise<T>, notLoaded = NOT_LOADED): readonly [T | null, () => void] {
  const { busy, session } = useExplorer();
  const [loaded, setLoaded] = useState<T | null>(() => (arrived.get(load) as T | undefined) ?? null);
  const isAsked = useRef(false);
  const ask = useCallback(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    const there = arrived.get(load) as T | undefined;
    if (there !== undefined) {
      setLoaded(() => there);
      return;
    }
    const end = busy.begin();
    fetchOnce(load)
      .then(
        (value) => setLoaded(() => value),
        () => {
          isAsked.current = false;
          session.setProblem(notLoaded);
        },
      )
      .finally(end);
  }, [busy, session, load, notLoaded]);
  return [loaded, ask];
}
