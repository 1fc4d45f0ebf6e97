import { useSyncExternalStore } from "react";

/** What tells a person who uses the page from one who has only opened it. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"] as const;

let isEngaged = false;

/** Whether somebody has begun to use the page: time for what the first picture could do without. */
export function useEngaged(): boolean {
  return useSyncExternalStore(subscribe, () => isEngaged);
}

function subscribe(listener: () => void): () => void {
  const onSign = (): void => {
    isEngaged = true;
    stop();
    listener();
  };
  const stop = (): void => {
    for (const sign of SIGNS) removeEventListener(sign, onSign, true);
  };
  if (!isEngaged) for (const sign of SIGNS) addEventListener(sign, onSign, { capture: true, passive: true });
  return stop;
}
