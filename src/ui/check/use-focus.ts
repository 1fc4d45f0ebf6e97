/*
 * Where the focus goes when what had it is taken away, so that nobody who works by keyboard has to begin anew.
 */
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/** Takes the focus when the panel is opened, unless by its tab, and gives it back when it is closed. For its heading. */
export function usePanelFocus(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    if (before?.role !== "tab") heading.current?.focus({ preventScroll: true });
    return () => {
      if (!isFocusLost()) return;
      const isThere = before instanceof HTMLElement && before !== document.body && before.isConnected;
      const back = isThere ? before : document.querySelector<HTMLElement>(".check-button");
      back?.focus({ preventScroll: true });
    };
  }, []);
  return heading;
}

/** Hands the focus to the first button of a part whose own button, which had it, is replaced. */
export function useFocusKept(): RefObject<HTMLDivElement | null> {
  const part = useRef<HTMLDivElement>(null);
  const hadFocus = part.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (hadFocus && isFocusLost())
      part.current?.querySelector<HTMLElement>("button:enabled")?.focus({ preventScroll: true });
  });
  return part;
}

function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
