import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { machineLines } from "./testing.ts";

/** Source texts of values that util.inspect and console.log must show alike. */
const value: fc.Arbitrary<string> = fc.letrec<{
  any: string;
  leaf: string;
  list: string;
  object: string;
  map: string;
  set: string;
}>((tie) => ({
  leaf: fc.oneof(
    fc.integer().map(String),
    fc.double().map((one) => (Object.is(one, -0) ? "-0" : String(one))),
    fc.string({ maxLength: 20 }).map((text) => JSON.stringify(text)),
    fc.constantFrom(
      "true",
      "null",
      "undefined",
      "-0",
      "'it\\'s'",
      "'a\\nb'",
      '"q\\"q\'"',
      "() => 1",
      "function named() {}",
      "async () => {}",
      "class A {}",
      "class B extends Error {}",
      "new Uint8Array([1, 2, 3])",
      "Promise.resolve(4)",
      "new Promise(() => {})",
      "Math.max",
      "new (class Point { x = 1; y = [2]; })()",
      "Object.create(null)",
    ),
  ),
  list: fc.array(tie("any"), { maxLength: 12 }).map((items) => `[${items.join(", ")}]`),
  object: fc
    .array(
      fc.tuple(
        fc.constantFrom("a", "b", "longerName", "'with space'", "$", "_x", "7", "get g() { return 1; }, h"),
        tie("any"),
      ),
      { maxLength: 6 },
    )
    .map((entries) => `{ ${entries.map(([key, one]) => `${key}: ${one}`).join(", ")} }`),
  map: fc
    .array(fc.tuple(tie("leaf"), tie("any")), { maxLength: 4 })
    .map((entries) => `new Map([${entries.map(([key, one]) => `[${key}, ${one}]`).join(", ")}])`),
  set: fc.array(tie("any"), { maxLength: 4 }).map((items) => `new Set([${items.join(", ")}])`),
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    tie("list"),
    tie("object"),
    tie("map"),
    tie("set"),
  ),
})).any;

test("console.log shows values as Node does", () => {
  fc.assert(
    fc.property(value, (source) => {
      const real = (new Function(`"use strict"; return [${source}]`) as () => readonly unknown[])()[0];
      const expected = typeof real === "string" ? real : inspect(real);
      expect(machineLines(`const v = [${source}]; console.log(v[0]);`)).toEqual([expected]);
    }),
    { numRuns: Number(process.env.GATESCOPE_CASES ?? 200) },
  );
}, 60_000);

test("an object that contains itself stands on one line up to the same width as in Node", () => {
  for (let length = 0; length < 30; length++) {
    const source = `const o = { a: 1, get q() { return 1; }, text: "${"x".repeat(length)}" }; o.a = o;`;
    const real = (new Function(`"use strict"; ${source} return o;`) as () => unknown)();
    expect(machineLines(`${source} console.log(o);`)).toEqual([inspect(real)]);
  }
});

test("a long text in a value is cut at 10,000 characters, and its lines stand one below the other", () => {
  for (const length of [10, 16, 60, 70, 72, 75, 80, 9_998, 9_999, 10_000, 20_000]) {
    const source = `const x = "x".repeat(${length}), t = x + "\\ny\\n";`;
    const value = "[t, { a: t, b: [[t]] }, new Map([[t, t]]), x]";
    const real = (new Function(`${source} return ${value};`) as () => readonly unknown[])();
    expect(machineLines(`${source} console.log(${value});`)).toEqual([inspect(real)]);
  }
});

test("of a list a hundred items are shown, of an object all properties", () => {
  const source = `const o = {}; const list = []; for (let i = 0; i < 120; i++) { o["k" + i] = i; list.push("i" + i); }`;
  const real = (new Function(`${source} return [o, list];`) as () => readonly unknown[])();
  expect(machineLines(`${source} console.log(o); console.log(list);`)).toEqual(
    real.map((one) => inspect(one)),
  );
});

test("several arguments are joined, and directives are filled in", () => {
  expect(
    machineLines(
      `console.log("a", 1, { a: 1 }, [1, "x"], "b"); console.log("%s is %d%% %o", "x", 5, 6, "rest"); console.log(); console.log("100%", 1); console.error("e");`,
    ),
  ).toEqual(["a 1 { a: 1 } [ 1, 'x' ] b", "x is 5% 6 rest", "", "100% 1", "e"]);
});

test("circles and errors", () => {
  const lines = machineLines(
    `const o = { a: 1 }; o.self = o; console.log(o); try { null.x; } catch (e) { console.log(e); } console.log(new Error("m", { cause: 5 }).message);`,
  );
  expect(lines[0]).toBe("<ref *1> { a: 1, self: [Circular *1] }");
  expect(lines[1]).toMatch(
    /^TypeError: Cannot read properties of null \(reading 'x'\)\n {4}at worker\.js:1:\d+$/,
  );
});

test("an error's stack names the calls and their places", () => {
  expect(
    machineLines(`class Demo {
  constructor() { this.run(); }
  run() { [1].map(() => Demo.make()); }
  static make() { console.log(new RangeError("deep").stack); }
}
new Demo();`),
  ).toEqual([
    [
      "RangeError: deep",
      "    at Demo.make (worker.js:4:31)",
      "    at worker.js:3:30",
      "    at Demo.run (worker.js:3:15)",
      "    at new Demo (worker.js:2:24)",
      "    at worker.js:6:1",
    ].join("\n"),
  ]);
});
