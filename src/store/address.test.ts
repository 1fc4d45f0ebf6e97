import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { ADDRESS_DELAY_MS, followAddress } from "./address.ts";
import type { Explorer } from "./explorer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** As much of an explorer as an address needs: it shows a text. */
async function start(hash: string) {
  const session = createStore<{ shown: string | null }>()(() => ({ shown: null }));
  const playback = createStore<{ cursor: number }>()(() => ({ cursor: 0 }));
  const open = vi.fn(async (text: string) => session.setState({ shown: text.replace("#", "") || "default" }));
  const link = () => `${session.getState().shown}@${playback.getState().cursor}`;
  const explorer = {
    session: { store: session },
    playback: { store: playback },
    open,
    link,
  } as unknown as Explorer;
  let change: () => void = () => {};
  const bar = {
    hash,
    read: () => bar.hash,
    replace: vi.fn((next: string) => {
      bar.hash = next;
    }),
    onChange: (listener: () => void) => {
      change = listener;
      return () => undefined;
    },
  };
  const stop = followAddress(explorer, bar);
  await vi.advanceTimersByTimeAsync(ADDRESS_DELAY_MS);
  return { session, playback, open, bar, stop, change: () => change() };
}

describe("the address", () => {
  test("is opened, and left alone until somebody does something", async () => {
    const { open, bar } = await start("");
    expect(open).toHaveBeenCalledWith("");
    expect(bar.replace).not.toHaveBeenCalled();
  });

  test("follows what is shown, with a pause so that stepping does not write at every step", async () => {
    const { playback, bar } = await start("");
    for (let cursor = 1; cursor <= 20; cursor += 1) playback.setState({ cursor });
    expect(bar.replace).not.toHaveBeenCalled();
    vi.advanceTimersByTime(ADDRESS_DELAY_MS);
    expect(bar.replace.mock.calls).toEqual([["#default@20"]]);
  });

  test("typed or pasted by somebody is opened; its own is not", async () => {
    const { playback, open, bar, change } = await start("");
    playback.setState({ cursor: 3 });
    vi.advanceTimersByTime(ADDRESS_DELAY_MS);
    change();
    expect(open).toHaveBeenCalledTimes(1);
    bar.hash = "#other";
    change();
    expect(open).toHaveBeenLastCalledWith("#other");
  });

  test("is not written any more after the end", async () => {
    const { session, bar, stop } = await start("");
    session.setState({ shown: "x" });
    stop();
    vi.advanceTimersByTime(10 * ADDRESS_DELAY_MS);
    expect(bar.replace).not.toHaveBeenCalled();
  });
});
