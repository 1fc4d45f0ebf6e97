import { describe, expect, it } from "vitest";
import { Row, Rows } from "./rows.ts";

describe("lists of numbers", () => {
  it("have equal numbers exactly if they are equal, also when there are many", () => {
    const rows = new Rows();
    const lists = Array.from({ length: 5_000 }, (_, index) =>
      [index % 7, index, -index, 0].slice(0, 1 + (index % 4)),
    );
    const numbers = lists.map((list) => rows.numberOf(list));
    expect(lists.map((list) => rows.numberOf(list))).toEqual(numbers);
    const different = new Set(lists.map((list) => list.join()));
    expect(new Set(numbers).size).toBe(different.size);
  });

  it("can be read again, and have nothing beyond their end", () => {
    const rows = new Rows();
    const first = rows.numberOf([7, 8, 9]);
    const second = rows.numberOf([1, 2]);
    expect([0, 1, 2, 3].map((index) => rows.at(first, index))).toEqual([7, 8, 9, undefined]);
    expect([rows.lengthOf(second), rows.at(second, 1), rows.at(second, 2)]).toEqual([2, 2, undefined]);
    expect(rows.lengthOf(rows.numberOf([]))).toBe(0);
  });

  it("can be made from others, and longer than they are", () => {
    const rows = new Rows();
    const row = new Row();
    row.set(0, 5, -1);
    rows.copy(rows.numberOf([7, 8, 9]), row);
    row.set(1, 0, -1);
    expect(rows.store(row)).toBe(rows.numberOf([7, 0, 9]));
    row.set(200, 4, -1);
    expect(rows.store(row)).toBe(rows.numberOf([7, 0, 9, ...Array<number>(197).fill(-1), 4]));
    rows.copy(rows.numberOf([1]), row);
    row.set(2, 3, -1);
    expect(rows.store(row)).toBe(rows.numberOf([1, -1, 3]));
  });
});
