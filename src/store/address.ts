/*
 * Keeps the address bar in step with what is shown, so that a reload, a bookmark or a copied address shows the same
 * moment; and opens what is typed or pasted there.
 */
import type { Explorer } from "./explorer.ts";

/** As much of the browser as is needed. */
export interface AddressBar {
  /** With its "#", or empty. */
  read(): string;
  /** Replaces it without a new entry in the browser's history. */
  replace(hash: string): void;
  /** Calls back when somebody else changes it; returns the undo. */
  onChange(listener: () => void): () => void;
}

/** Writing more often than this is refused by some browsers. */
export const ADDRESS_DELAY_MS = 300;

/** Opens what the address says, then follows what is shown. Returns the undo. */
export function followAddress(explorer: Explorer, bar: AddressBar): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  // What the address says, or stands for: a bare or unreadable one stays as it is until somebody does something.
  let settled: string | null = null;
  let isOpening = false;

  const open = async (): Promise<void> => {
    isOpening = true;
    await explorer.open(bar.read());
    isOpening = false;
    settled = explorer.link();
  };

  const write = (): void => {
    timer = null;
    const link = explorer.link();
    if (isOpening || link === null || link === settled) return;
    settled = link;
    bar.replace(`#${link}`);
  };

  const schedule = (): void => {
    timer ??= setTimeout(write, ADDRESS_DELAY_MS);
  };

  const undos = [
    explorer.session.store.subscribe((state, before) => {
      if (state.shown !== before.shown) schedule();
    }),
    explorer.playback.store.subscribe((state, before) => {
      if (state.cursor !== before.cursor) schedule();
    }),
    bar.onChange(() => {
      if (bar.read().replace(/^#/, "") !== settled) void open();
    }),
  ];
  void open();

  return () => {
    if (timer !== null) clearTimeout(timer);
    for (const undo of undos) undo();
  };
}
