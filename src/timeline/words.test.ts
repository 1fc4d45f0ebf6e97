import { expect, test } from "vitest";
import { byteText, count, listed, quoted, timeText } from "./words.ts";

test("amounts and times are short and exact enough", () => {
  expect([0, 10, 1023, 1024, 65_536, 1_500_000].map(byteText)).toEqual([
    "0 B",
    "10 B",
    "1023 B",
    "1 KiB",
    "64 KiB",
    "1.4 MiB",
  ]);
  expect([0, 0.5, 10, 999, 1000, 30_000].map(timeText)).toEqual([
    "0 ms",
    "0.5 ms",
    "10 ms",
    "999 ms",
    "1 s",
    "30 s",
  ]);
});

test("lists and numbers of things read as in a sentence", () => {
  expect([listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])]).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
  expect([count(1, "write"), count(2, "write"), count(2, "entry", "entries")]).toEqual([
    "1 write",
    "2 writes",
    "2 entries",
  ]);
});

test("a quoted text stays on one line and is cut", () => {
  expect(quoted("a\nb")).toBe('"a\\nb"');
  expect(quoted('say "hi"')).toBe('"say "hi""');
  expect(quoted("x".repeat(60), 10)).toBe(`"${"x".repeat(9)}…"`);
});
