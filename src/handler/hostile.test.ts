// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the handlers in these strings contain templates.
import { describe, expect, test } from "vitest";
import type { Ref } from "./host.ts";
import { createMachine, openMachine } from "./machine.ts";
import { machineLines, mustCompile, testHost } from "./testing.ts";

/** The last line that the machine logged; a handler that cannot go on ends with "stuck: ...". */
function lastLine(body: string): string {
  return machineLines(body).at(-1) ?? "";
}

describe("a handler that does not end is stopped with a sentence", () => {
  const endless: Readonly<Record<string, string>> = {
    "while (true)": "while (true) {}",
    "for (;;) with a counter": "let i = 0; for (;;) i++;",
    "a promise chain": "const f = () => Promise.resolve().then(f); f();",
    "an async loop": "(async () => { for (;;) await null; })();",
    "a getter that calls itself in a loop": "const o = { get a() { return 1; } }; while (o.a) {}",
    "a loop inside a built-in callback": "[1].map(() => { for (;;) {} });",
    "a thenable that returns itself": "const t = { then(r) { r(t); } }; Promise.resolve(t);",
    "a map that grows while it is walked":
      "const m = new Map([[0, 0]]); for (const [k] of m) m.set(k + 1, 0);",
    "an array that grows while it is walked": "const a = [0]; for (const x of a) a.push(x);",
    "sorting with a comparator that loops": "[2, 1].sort(() => { for (;;) {} });",
    "toString that loops": "`${{ toString() { for (;;) {} } }}`;",
  };
  for (const [title, body] of Object.entries(endless)) {
    test(title, () => {
      expect(lastLine(body)).toMatch(
        /^stuck: The handler (ran more than 1000000 instructions|made|has made)/,
      );
    });
  }
});

describe("what is too large is stopped with a sentence", () => {
  const large: Readonly<Record<string, string>> = {
    "a long string by repeat": "'x'.repeat(1e9);",
    "a long string by doubling": "let s = 'x'; for (;;) s += s;",
    "a long string by padding": "''.padStart(1e9);",
    "a long array by length": "const a = []; a.length = 4e9;",
    "a long array by index": "const a = []; a[4e8] = 1;",
    "new Array(n)": "new Array(2 ** 31);",
    "spreading again and again": "let a = [1]; for (;;) a = [...a, ...a];",
    "many objects": "const a = []; for (;;) a.push({});",
    "many closures": "let f = () => 1; for (;;) { const g = f; f = () => g; }",
    joining: "const a = new Array(1e6).fill('x'.repeat(1000)); a.join();",
    "replaceAll that grows": "let s = 'aaaaaaaaaa'; for (;;) s = s.replaceAll('a', 'aaaaaaaaaa');",
    "an array from a length": "Array.from({ length: 1e9 });",
    "JSON that grows": "let a = ['x'.repeat(1e5)]; for (;;) { a = [a, a]; JSON.stringify(a); }",
    "bytes that all differ": "const b = new Uint8Array(1e8); b[1e8 - 1] = 1;",
    "a deep array as text": "let a = []; for (let i = 0; i < 5000; i++) a = [a]; a + '';",
    "a deep array as JSON": "let a = []; for (let i = 0; i < 5000; i++) a = [a]; JSON.stringify(a);",
    "deep JSON text": "JSON.parse('['.repeat(9000) + ']'.repeat(9000));",
    "an array that contains itself as text": "const a = []; a.push(a); a + '';",
    "a deep clone": "let a = {}; for (let i = 0; i < 5000; i++) a = { a }; structuredClone(a);",
    "apply with many arguments":
      "const f = (...xs) => xs.length; [].unshift.apply([], new Array(1e6).fill(0));",
  };
  for (const [title, body] of Object.entries(large)) {
    test(title, () => {
      expect(lastLine(body)).toMatch(/^stuck: |RangeError/);
    });
  }
});

test("endless recursion is a RangeError that can be caught", () => {
  expect(
    machineLines(
      "const f = () => f(); try { f(); } catch (e) { console.log(e instanceof RangeError, e.message); }",
    ),
  ).toEqual(["true Maximum call stack size exceeded"]);
  expect(
    lastLine("class A { get x() { return this.x; } } try { new A().x; } catch (e) { console.log(e.name); }"),
  ).toBe("RangeError");
  expect(
    lastLine(
      "const o = { toString() { return `${this}`; } }; try { `${o}`; } catch (e) { console.log(e.name); }",
    ),
  ).toBe("RangeError");
  expect(
    lastLine("class A { constructor() { new A(); } } try { new A(); } catch (e) { console.log(e.name); }"),
  ).toBe("RangeError");
  expect(lastLine("const f = async () => { await f(); }; f().catch((e) => console.log(e.name));")).toBe(
    "RangeError",
  );
});

test("no name reaches the prototypes of the engine", () => {
  const lines = machineLines(`
    const o = {}; const key = "__pro" + "to__";
    o[key] = { polluted: true }; console.log(o.polluted, Object.keys(o), ({}).polluted);
    const parsed = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": 2}}'); console.log(Object.keys(parsed), ({}).polluted, parsed.constructor.prototype);
    const merged = Object.assign({}, parsed); console.log(merged.polluted);
    const m = new Map([["__proto__", 1]]); console.log(m.get("__proto__"), m.get("constructor"), [].constructor === Array, ({}).constructor === Object, "".constructor === String);
    for (const name of ["constructor", "toString", "hasOwnProperty", key]) console.log(name in {}, Object.hasOwn({}, name), typeof ({})[name]);
    const f = () => {}; console.log(typeof f.constructor, typeof (1).constructor, typeof console.constructor);
    try { Object.prototype.x = 1; } catch (e) { console.log("threw"); }`);
  expect(lines.slice(0, 9)).toEqual([
    "undefined [ '__proto__' ] undefined",
    "[ '__proto__', 'constructor' ] undefined 2",
    "undefined",
    "1 undefined true true true",
    "true false function",
    "true false function",
    "true false function",
    "false false undefined",
    "function function function",
  ]);
  expect(lines.at(-1)).toMatch(/^stuck: The built-in Object.prototype cannot be changed/);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("the constructor of functions compiles no code", () => {
  expect(lastLine("const F = (() => {}).constructor; F('return 1')();")).toMatch(/^stuck: /);
  expect(lastLine("const F = (async () => {}).constructor; new F('return 1');")).toMatch(/^stuck: /);
});

test("a large buffer that is all alike takes no room", () => {
  expect(
    machineLines(`
      const b = new Uint8Array(16 * 1024 * 1024); b.fill(7); console.log(b.length, b[0], b[16777215], b.subarray(5, 8), b.byteLength);
      const c = b.slice(0, 4); c[0] = 1; console.log(c, b[0]); b.subarray(10).fill(3); console.log(b[9], b[10], b[1e7]);`),
  ).toEqual(["16777216 7 7 Uint8Array(3) [ 7, 7, 7 ] 16777216", "Uint8Array(4) [ 1, 7, 7, 7 ] 7", "7 3 3"]);
});

test("over many turns a handler cannot keep more and more", () => {
  const program = mustCompile(
    "const kept = []; export const more = () => { kept.push('x'.repeat(1e6) + kept.length); };",
  );
  const host = testHost();
  let state = createMachine(program, host);
  const { exports } = state as unknown as { readonly exports: readonly { readonly value: Ref }[] };
  const turns = () => {
    for (let turn = 0; turn < 100; turn++) {
      const machine = openMachine(program, state, host);
      machine.callFunction(exports[0]?.value, []);
      state = machine.finish();
    }
  };
  expect(turns).toThrow("keeps too much data");
});
