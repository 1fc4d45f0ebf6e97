/*
 * Undo and redo as a value: what was on the screen before, what was undone.
 */

/** How many steps back are kept; the oldest is forgotten. */
export const HISTORY_LIMIT = 60;

/** A past and a future around what is on the screen now. `label` names the action that led away from an entry. */
export interface History<T> {
  readonly past: readonly Entry<T>[];
  readonly future: readonly Entry<T>[];
}

/** One state to go back to, and the action that an undo would take back. */
export interface Entry<T> {
  readonly value: T;
  readonly label: string;
}

/** No past, no future. */
export const EMPTY_HISTORY: History<never> = { past: [], future: [] };

/** An action has led away from `left`: it joins the past, and the future is gone. */
export function recordAction<T>(history: History<T>, left: T, label: string): History<T> {
  return { past: [...history.past, { value: left, label }].slice(-HISTORY_LIMIT), future: [] };
}

/** One step back from `now`, or null when there is none. */
export function undo<T>(
  history: History<T>,
  now: T,
): { readonly history: History<T>; readonly value: T } | null {
  const entry = history.past.at(-1);
  if (entry === undefined) return null;
  const future = [...history.future, { value: now, label: entry.label }];
  return { history: { past: history.past.slice(0, -1), future }, value: entry.value };
}

/** One step forward again, or null when nothing was undone. */
export function redo<T>(
  history: History<T>,
  now: T,
): { readonly history: History<T>; readonly value: T } | null {
  const entry = history.future.at(-1);
  if (entry === undefined) return null;
  const past = [...history.past, { value: now, label: entry.label }];
  return { history: { past, future: history.future.slice(0, -1) }, value: entry.value };
}
