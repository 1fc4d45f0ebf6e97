import { describe, expect, test } from "vitest";
import { compileHandler } from "./compile.ts";

/** What the compiler says of a source: "line:column construct". */
function problemOf(source: string): string {
  const result = compileHandler(source);
  if (result.ok) return "compiles";
  const { line, column, construct, message } = result.error;
  expect(message.length).toBeGreaterThan(20);
  expect(message).toMatch(/\.$/);
  return `${line}:${column} ${construct}`;
}

describe("what is outside the subset is named, with its place and advice", () => {
  const cases: readonly (readonly [source: string, problem: string])[] = [
    ["const a = 1;\n  function* g() {}", "2:3 a generator function"],
    ["class A { *g() {} }", "1:13 a generator function"],
    ["async function* g() {}", "1:1 a generator function"],
    ["for await (const y of []) y;", "1:1 for await here"],
    ["const x = /a+b/.test('aab');", "1:11 a regular expression"],
    ["const x = tag`text`;", "1:11 a tagged template"],
    ["const x = 10n;", "1:11 a BigInt"],
    ["const x = { 1n: 2 };", "1:13 a BigInt"],
    ["const x = BigInt(10);", "1:11 BigInt"],
    ["const s = Symbol('x');", "1:11 Symbol"],
    ["class A { [Symbol.iterator]() {} }", "1:12 Symbol"],
    ["new Proxy({}, {});", "1:5 Proxy"],
    ["Reflect.ownKeys({});", "1:1 Reflect"],
    ["eval('1');", "1:1 eval"],
    ["(0, eval)('1');", "1:5 eval"],
    ["globalThis.eval('1');", "1:12 eval"],
    ["new Function('return 1');", "1:5 Function"],
    ["new RegExp('a');", "1:5 RegExp"],
    ["new WeakMap();", "1:5 WeakMap"],
    ["new WeakRef({});", "1:5 WeakRef"],
    ["new Uint32Array(4);", "1:5 Uint32Array"],
    ["require('fs');", "1:1 require"],
    ["const m = await import('x');", "1:11 await at the top level of the module"],
    ["async function f() { await import('x'); }", "1:28 a dynamic import"],
    ["await 1;", "1:1 await at the top level of the module"],
    ["import.meta.url;", "1:1 import.meta"],
    ["function F() { new.target; }", "1:16 new.target"],
    ["function f() { return arguments.length; }", "1:23 arguments"],
    ["const x = Math.random();", "1:16 Math.random"],
    ["const o = { __proto__: null };", "1:13 __proto__"],
    ["({}).__proto__;", "1:6 __proto__"],
    ["const [a, , b] = [1, , 2];", "1:18 an array hole"],
    ["import fs from 'node:fs';", "1:8 this form of import"],
    ["import { readFile } from 'node:fs';", '1:26 the module "node:fs"'],
    ["import * as w from 'cloudflare:workers';", "1:8 this form of import"],
    ["export * from 'cloudflare:workers';", "1:1 export *"],
    ["export { x } from 'cloudflare:workers';", "1:1 export from"],
    ["class A { ['x' + 1] = 2; }", "1:11 a computed field name"],
    ["class A { constructor() { return {}; } }", "1:27 a constructor that returns a value"],
    [
      "class B extends A { constructor() { const f = () => super(); f(); } }",
      "1:53 super() outside of the constructor itself",
    ],
    ["const o = { m() { return super.x; } };", "1:26 super outside of a class"],
    ["class B extends A { m() { super.x = 1; } }", "1:27 an assignment to super"],
    ["class B extends A { m() { return super['x']; } }", "1:34 super[...]"],
    ["delete (1, 2);", "1:1 delete of this expression"],
    ["const o = { get then() { return 1; } };", "1:17 an accessor named then"],
    ["with (x) {}", "1:1 syntax"],
    ["const a = ;", "1:11 syntax"],
    ["let a;\nlet a;", "2:5 syntax"],
    ["const x = '\n';", "1:11 syntax"],
    ["return 1;", "1:1 syntax"],
    ["function f() { break; }", "1:16 syntax"],
    ["interface X {}", "1:1 syntax"],
  ];
  for (const [source, problem] of cases) {
    test(`${problem.slice(problem.indexOf(" ") + 1)}: ${source.split("\n").join(" ")}`, () => {
      expect(problemOf(source)).toBe(problem);
    });
  }
});

test("positions count lines of all kinds of line ends and begin at 1", () => {
  expect(problemOf("\n\n\n   /x/;")).toBe("4:4 a regular expression");
  expect(problemOf("\r\n\r\n/x/;")).toBe("3:1 a regular expression");
});

test("a source that is too long, too deep or full of brackets gets an error, not an overflow", () => {
  expect(problemOf(`const x = "${"a".repeat(70_000)}";`)).toMatch(/ long source$/);
  expect(problemOf("(".repeat(60_000))).toMatch(/ deep nesting$/);
  expect(problemOf(`${"[".repeat(30_000)}${"]".repeat(30_000)}`)).toMatch(/ deep nesting$/);
  expect(problemOf("!".repeat(60_000))).toMatch(/ deep nesting$/);
  expect(problemOf(`x = ${"a => ".repeat(10_000)}1`)).toMatch(/ deep nesting$/);
  expect(problemOf("{".repeat(790) + "}".repeat(790))).toMatch(/ deep nesting$/);
  expect(problemOf(`${"1+".repeat(20_000)}1`)).toMatch(/compiles| deep nesting$/);
  expect(problemOf(`const o = ${"{a:".repeat(300)}1${"}".repeat(300)}`)).toMatch(/ deep nesting$/);
  expect(problemOf(`if (1) ${"{} else if (1) ".repeat(4000)} {}`)).toMatch(/ deep nesting$/);
});

test("names that engines treat specially are only names", () => {
  expect(
    problemOf(
      "const constructor = 1, hasOwnProperty = 2, toString = 3; const o = { constructor, valueOf: 1 }; o.constructor;",
    ),
  ).toBe("compiles");
});
