import { expect, test } from "vitest";
import { gapsBetween, placeLabel, RowsBuilder } from "./placing.ts";

test("what does not overlap shares a row, what does goes to the next one", () => {
  const rows = new RowsBuilder(5);
  expect(rows.place(0, 50)).toBe(0);
  expect(rows.place(55, 80)).toBe(0);
  // 52 is nearer than the gap of 5 to 50.
  expect(rows.place(52, 54)).toBe(1);
  expect(rows.place(10, 60)).toBe(2);
  expect(rows.size).toBe(3);
});

test("the first free place of a row is behind what is in the way", () => {
  const rows = new RowsBuilder(5);
  rows.take(0, 10, 40);
  rows.take(0, 60, 90);
  expect(rows.firstFree(0, 0, 4)).toBe(0);
  expect(rows.firstFree(0, 12, 10)).toBe(45);
  expect(rows.firstFree(0, 12, 20)).toBe(95);
});

test("a label stands right of its point, and left of it where the edge would cut it", () => {
  const rows = new RowsBuilder();
  expect(placeLabel(rows, 20, 50, 200)).toEqual({ row: 0, x: 28, anchor: "start" });
  expect(placeLabel(rows, 180, 50, 200)).toEqual({ row: 0, x: 172, anchor: "end" });
});

test("words on the band find the gaps between the crossings", () => {
  expect(gapsBetween(0, 100, [], 10)).toEqual([{ from: 0, to: 100 }]);
  expect(gapsBetween(0, 100, [70, 20], 10)).toEqual([
    { from: 0, to: 10 },
    { from: 30, to: 60 },
    { from: 80, to: 100 },
  ]);
  expect(gapsBetween(0, 20, [10], 15)).toEqual([]);
});
