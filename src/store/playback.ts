/*
 * The cursor over the beats of a run, and playing. Kept apart from the session, so that a step touches nothing but what
 * shows the cursor.
 */
import { createStore, type StoreApi } from "zustand/vanilla";

/** How fast it plays; 1 is one beat in BEAT_MS. */
export const SPEEDS = [0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/** How long a beat stays at speed 1: long enough to read its sentence. */
export const BEAT_MS = 1_200;

export interface PlaybackState {
  /** Position of the beat under the cursor; -1 is the start, before anything has happened. */
  readonly cursor: number;
  /** How many beats there are. */
  readonly count: number;
  readonly playing: boolean;
  readonly speed: Speed;
}

export interface Playback {
  readonly store: StoreApi<PlaybackState>;
  /** A new run has `count` beats, and the cursor stands on one of them. */
  load(count: number, cursor: number): void;
  /** Moves the cursor, within the run. Stops playing. */
  moveTo(cursor: number): void;
  moveBy(beats: number): void;
  toStart(): void;
  toEnd(): void;
  /** Plays on; from the end it begins anew. */
  play(): void;
  pause(): void;
  toggle(): void;
  setSpeed(speed: Speed): void;
}

/** A cursor over nothing. */
export function createPlayback(): Playback {
  const store = createStore<PlaybackState>()(() => ({ cursor: -1, count: 0, playing: false, speed: 1 }));
  let timer: ReturnType<typeof setTimeout> | null = null;

  const clamp = (cursor: number, count = store.getState().count): number =>
    Math.max(-1, Math.min(Math.trunc(cursor), count - 1));

  const stopTimer = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  const schedule = (): void => {
    stopTimer();
    timer = setTimeout(() => {
      const { cursor, count } = store.getState();
      const isLast = cursor + 1 >= count - 1;
      store.setState({ cursor: clamp(cursor + 1), playing: !isLast });
      if (!isLast) schedule();
    }, BEAT_MS / store.getState().speed);
  };

  const pause = (): void => {
    stopTimer();
    if (store.getState().playing) store.setState({ playing: false });
  };

  const moveTo = (cursor: number): void => {
    pause();
    const target = clamp(cursor);
    if (target !== store.getState().cursor) store.setState({ cursor: target });
  };

  const play = (): void => {
    const { cursor, count } = store.getState();
    if (count === 0) return;
    store.setState({ playing: true, cursor: cursor >= count - 1 ? -1 : cursor });
    schedule();
  };

  return {
    store,
    load(count, cursor) {
      pause();
      store.setState({ count, cursor: clamp(cursor, count) });
    },
    moveTo,
    moveBy: (beats) => moveTo(store.getState().cursor + beats),
    toStart: () => moveTo(-1),
    toEnd: () => moveTo(store.getState().count - 1),
    play,
    pause,
    toggle: () => (store.getState().playing ? pause() : play()),
    setSpeed(speed) {
      store.setState({ speed });
      if (store.getState().playing) schedule();
    },
  };
}
