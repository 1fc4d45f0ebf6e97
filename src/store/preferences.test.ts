import { describe, expect, test } from "vitest";
import { createPreferences, PANEL_WIDTHS_PX } from "./preferences.ts";

/** A storage that holds one text. */
function storageWith(text: string | null) {
  const storage = {
    text,
    getItem: () => storage.text,
    setItem: (_: string, value: string) => {
      storage.text = value;
    },
  };
  return storage;
}

describe("preferences", () => {
  test("come back from where they were stored", () => {
    const storage = storageWith(null);
    const first = createPreferences(storage);
    first.setTheme("dark");
    first.toggleLane("lifetimes");
    first.setWidth("sideWidth", 400);
    expect(createPreferences(storage).store.getState()).toEqual(first.store.getState());
  });

  test.each(["", "{", "null", "[]", '"dark"', '{"theme":"pink","folded":["nowhere"],"sideWidth":1e9}'])(
    "that cannot be read (%s) count as none",
    (text) => {
      expect(createPreferences(storageWith(text)).store.getState()).toEqual(
        createPreferences(null).store.getState(),
      );
    },
  );

  test("of which one cannot be read keep the others", () => {
    const { store } = createPreferences(storageWith('{"theme":"dark","sideWidth":"wide"}'));
    expect(store.getState().theme).toBe("dark");
  });

  test("last as long as the page where storage is full or forbidden", () => {
    const forbidden = {
      getItem: (): string => {
        throw new Error("SecurityError");
      },
      setItem: (): void => {
        throw new Error("QuotaExceededError");
      },
    };
    const preferences = createPreferences(forbidden);
    preferences.setTheme("light");
    expect(preferences.store.getState().theme).toBe("light");
  });

  test("keep panels between their limits", () => {
    const preferences = createPreferences(null);
    preferences.setWidth("sourceWidth", 3);
    expect(preferences.store.getState().sourceWidth).toBe(PANEL_WIDTHS_PX.min);
  });

  test("fold a lane and unfold it again", () => {
    const preferences = createPreferences(null);
    preferences.toggleLane("bytes");
    expect(preferences.store.getState().folded).toEqual(["bytes"]);
    preferences.toggleLane("bytes");
    expect(preferences.store.getState().folded).toEqual([]);
  });
});
