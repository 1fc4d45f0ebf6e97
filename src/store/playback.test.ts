import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BEAT_MS, createPlayback } from "./playback.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function loaded(count = 4, cursor = -1) {
  const playback = createPlayback();
  playback.load(count, cursor);
  return { playback, state: () => playback.store.getState() };
}

describe("the cursor", () => {
  test("stays within the run, the start before its first beat included", () => {
    const { playback, state } = loaded();
    playback.moveTo(99);
    expect(state().cursor).toBe(3);
    playback.moveBy(-99);
    expect(state().cursor).toBe(-1);
    playback.load(0, 5);
    expect(state().cursor).toBe(-1);
  });

  test("tells nobody when it does not move", () => {
    const { playback } = loaded();
    const listener = vi.fn();
    playback.store.subscribe(listener);
    playback.moveTo(-1);
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("playing", () => {
  test("steps once a beat and stops at the end", () => {
    const { playback, state } = loaded();
    playback.play();
    vi.advanceTimersByTime(BEAT_MS);
    expect(state()).toMatchObject({ cursor: 0, playing: true });
    vi.advanceTimersByTime(10 * BEAT_MS);
    expect(state()).toMatchObject({ cursor: 3, playing: false });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("from the end begins anew", () => {
    const { playback, state } = loaded(4, 3);
    playback.play();
    expect(state()).toMatchObject({ cursor: -1, playing: true });
  });

  test("goes at its speed, also when that changes on the way", () => {
    const { playback, state } = loaded(20);
    playback.play();
    playback.setSpeed(4);
    vi.advanceTimersByTime(BEAT_MS);
    expect(state().cursor).toBe(3);
  });

  test("ends when somebody moves the cursor or another run comes", () => {
    const { playback, state } = loaded();
    playback.play();
    playback.moveBy(1);
    expect(state().playing).toBe(false);
    playback.play();
    playback.load(9, 2);
    expect(state().playing).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is nothing without a run", () => {
    const { playback, state } = loaded(0);
    playback.toggle();
    expect(state().playing).toBe(false);
  });
});
