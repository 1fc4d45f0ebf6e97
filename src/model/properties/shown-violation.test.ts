import { describe, expect, it } from "vitest";
import { setup, walk } from "../testing.ts";
import { violationIn } from "./shown-violation.ts";

describe("the violation that a record shows", () => {
  it("is that of a property, or S14 where an order of destruction is fragile, and none for any other record", () => {
    const held = `storage.put("a", 1); connect("peer:9000"); return new Response("ok");`;
    const early = walk(setup(held, "ungated"), ["r1"]).records.flatMap((record) => violationIn(record) ?? []);
    expect(early).toEqual([
      { property: "S1", text: 'the connection to peer:9000 leaves although put "a" is not durable' },
    ]);
    const ends = `setTimeout(() => { storage.put("a", 1); connect("peer:9000"); }, 1);
      setTimeout(() => this.ctx.abort(), 2);`;
    const ended = walk(setup(`${ends} return new Response("ok");`), ["r1", "p1", "t1", "t2", "*"]).records;
    const fragile = ended.flatMap((record) => (record.kind === "fragile-order" ? [record] : []));
    expect(fragile.length).toBeGreaterThan(0);
    for (const record of fragile)
      expect(violationIn(record)).toEqual({ property: "S14", text: `${record.edge}: ${record.text}` });
    expect(ended.flatMap((record) => violationIn(record) ?? []).length).toBe(fragile.length);
  });
});
