import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_HISTORY, HISTORY_LIMIT, type History, recordAction, redo, undo } from "./history.ts";

describe("history", () => {
  test("undo then redo is no change, from wherever it begins", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 1, maxLength: 30 }),
        fc.nat({ max: 20 }),
        (values, undos) => {
          let history: History<number> = EMPTY_HISTORY;
          for (const value of values) history = recordAction(history, value, "action");
          let now = -1;
          for (let index = 0; index < undos; index += 1) {
            const back = undo(history, now);
            if (back !== null) ({ history, value: now } = back);
          }
          const back = undo(history, now);
          const again = back === null ? null : redo(back.history, back.value);
          if (again !== null) expect(again).toEqual({ history, value: now });
        },
      ),
    );
  });

  test("forgets what was undone when something new is done", () => {
    const one = recordAction<string>(EMPTY_HISTORY, "a", "to b");
    const back = undo(one, "b");
    expect(back?.value).toBe("a");
    expect(recordAction(back?.history ?? one, "a", "to c").future).toEqual([]);
  });

  test("forgets its oldest entries", () => {
    let history: History<number> = EMPTY_HISTORY;
    for (let value = 0; value < HISTORY_LIMIT + 5; value += 1)
      history = recordAction(history, value, "action");
    expect(history.past).toHaveLength(HISTORY_LIMIT);
    expect(history.past[0]?.value).toBe(5);
  });

  test("has nothing to take back at first", () => {
    expect(undo<number>(EMPTY_HISTORY, 1)).toBeNull();
    expect(redo<number>(EMPTY_HISTORY, 1)).toBeNull();
  });
});
