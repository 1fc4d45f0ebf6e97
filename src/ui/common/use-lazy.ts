/*
 * Menus, popovers and dialogs are code that most visits never need: it is loaded when one is first asked for.
 */
import { useCallback, useRef, useState } from "react";
import { useExplorer } from "../explorer-context.ts";

/** A part of the screen that is loaded on demand: null until it is there, and the function that asks for it. */
export function useLazy<T>(load: () => Promise<T>): readonly [T | null, () => void] {
  const { busy, session } = useExplorer();
  const [loaded, setLoaded] = useState<T | null>(null);
  const isAsked = useRef(false);
  const ask = useCallback(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    const end = busy.begin();
    load()
      .then(
        (value) => setLoaded(() => value),
        () => {
          isAsked.current = false;
          session.setProblem("A part of the app could not be loaded. Check the connection and try again.");
        },
      )
      .finally(end);
  }, [busy, session, load]);
  return [loaded, ask];
}
