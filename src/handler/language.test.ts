import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { engineLines, machineLines, machineLinesInPieces } from "./testing.ts";

const snippets: Readonly<Record<string, string>> = {
  "arithmetic, strings and comparison work as in JavaScript": `
    console.log(1 + 2, "a" + 1, 1 + "2", 7 % 3, 2 ** 10, -7 % 3, 1 / 0, 0 / 0, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, -16 >> 2, -16 >>> 28);
    console.log(1 < 2, "a" < "b", "10" < "9", "10" < 9, null == undefined, null === undefined, "1" == 1, true == 1, NaN === NaN);
    console.log(typeof 1, typeof "", typeof null, typeof undefined, typeof {}, typeof [], typeof (() => 1), typeof missing, typeof console);
    let i = 5; console.log(i++, i, ++i, i--, --i, -i, +"3", !i, void 0);
    console.log([1, 2] + "", {} + "", [] + [], null + 1, undefined + 1, true + true);`,
  "closures capture variables, loops make fresh ones": `
    const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i++ + i); console.log(fs.map((f) => f()), fs.map((f) => f()));
    const gs = []; for (const x of [1, 2]) { let y = x * 2; gs.push(() => [x, y++]); } console.log(gs.map((g) => g()), gs.map((g) => g()));
    const hs = []; for (var v = 0; v < 3; v++) hs.push(() => v); console.log(hs.map((h) => h()));
    function counter() { let n = 0; return { up() { return ++n; }, get n() { return n; } }; }
    const a = counter(), b = counter(); a.up(); a.up(); b.up(); console.log(a.n, b.n);
    const ks = []; for (const k in { a: 1, b: 2 }) ks.push(() => k); console.log(ks.map((f) => f()));`,
  "destructuring takes objects and arrays apart": `
    const { a, b: { c = 5, ...d } = {}, ...rest } = { a: 1, b: { x: 1, y: 2 }, e: 3, f: 4 }; console.log(a, c, d, rest);
    const [x, , y = 9, ...zs] = [1, 2, undefined, 4, 5]; console.log(x, y, zs);
    function f({ p = 1, q } = {}, [r, s] = [7, 8], ...t) { return [p, q, r, s, t]; } console.log(f(), f({ q: 2 }, "xy", 3, 4));
    let m = 1, n = 2; [m, n] = [n, m]; console.log(m, n); const o = {}; ({ a: o.z, ["b" + 1]: o["w"] = 6 } = { a: 5 }); console.log(o);
    for (const [k, v] of Object.entries({ a: 1 })) console.log(k, v); for (const { length } of ["abc"]) console.log(length);
    try { const { z } = null; } catch (e) { console.log(e instanceof TypeError); }`,
  "classes have fields, getters, statics, private names and inheritance": `
    class A { x = 1; #p = 2; static s = 3; static #t = 4; constructor(y) { this.y = y; } get p() { return this.#p; } set p(v) { this.#p = v * 2; } m() { return "A.m " + this.x; } static make() { return new this(A.#t); } #priv() { return this.#p + 1; } callPriv() { return this.#priv(); } has(o) { return #p in o; } }
    class B extends A { z = this.y + 1; constructor() { super(10); this.w = super.m(); } m() { return "B." + super.m(); } static make() { return super.make(); } get p() { return super.p + 100; } }
    const b = new B(); console.log(b.x, b.y, b.z, b.w, b.m(), b.p, A.s, B.s, A.make().y, B.make().z, b instanceof A, b.constructor.name, B.name, b.callPriv(), b.has(b), b.has({}));
    const a = new A(1); a.p = 21; console.log(a.p, Object.keys(a), Object.keys(b), JSON.stringify(b));
    class E extends Error { constructor(m) { super(m, { cause: 1 }); this.name = "E"; this.code = 7; } } try { throw new E("hi"); } catch (e) { console.log(e.name, e.message, String(e), e.code, e instanceof E, e instanceof Error, e.cause, typeof e.stack, Object.keys(e)); }
    console.log(class {}.name, (class Foo {}).name, new (class { static { this.q = 5; } v = 1 })().v);
    try { A(); } catch (e) { console.log(e.message); } class C extends A { constructor() { try { this.x; } catch (e) { console.log(e.name); } super(1); } } new C();
    class D { ["a" + 1]() { return 1; } static get q() { return 2; } } console.log(new D().a1(), D.q);`,
  "try, catch and finally complete as they should": `
    function f(k) { try { if (k === 0) return "r"; if (k === 1) throw new Error("x"); return "n"; } catch (e) { return "c" + e.message; } finally { console.log("f" + k); if (k === 3) return "over"; } }
    console.log(f(0), f(1), f(2), f(3));
    l: for (let i = 0; i < 3; i++) { try { if (i === 1) continue l; if (i === 2) break l; console.log("body", i); } finally { console.log("fin", i); } }
    function g() { for (const x of [1, 2, 3]) { try { try { if (x === 2) return x; } finally { console.log("in", x); } } finally { console.log("out", x); } } } console.log(g());
    try { try { throw 1; } finally { console.log("a"); } } catch (e) { console.log("caught", e); }
    try { try { throw 1; } catch { throw 2; } finally { console.log("b"); } } catch (e) { console.log(e); }
    const h = () => { while (true) { try { return 1; } finally { break; } } return 2; }; console.log(h());`,
  "loops, labels and switch": `
    outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; console.log(i, j); } }
    let n = 0; do { n++; } while (n < 3); console.log(n); while (true) { if (n-- < 1) break; } console.log(n);
    for (const x of [1, 2, 3, "d"]) switch (x) { case 1: console.log("one"); case 2: console.log("two"); break; default: console.log("default", x); case 3: console.log("three"); }
    blk: { console.log("in"); if (n < 5) break blk; console.log("never"); }
    for (const c of "a😀b") console.log(c); for (const k in [5, 6]) console.log(typeof k, k); for (;;) break;
    switch (3) { case 1: let q = 1; break; case 3: try { q; } catch (e) { console.log(e.name, e.message); } }`,
  "optional chaining, nullish and logical assignment": `
    const o = { a: { b: () => ({ c: 1 }), t() { return this === o.a; } } }; console.log(o?.a?.b?.().c, o.x?.y.z.w, o.x?.(), o.a.t?.(), o["a"]?.["t"](), o.q?.[0], (o.x?.y)?.z);
    let u; u ??= 1; u ||= 2; u &&= 3; console.log(u); o.n ??= 5; o.n += 1; o["n"] *= 2; console.log(o.n, null ?? "d", 0 ?? "d", 0 || "d", 1 && 2);
    let s = 0; const p = () => (s++, o); p().n++; p()["n"] -= 1; p().m ??= 4; console.log(s, o.n, o.m, delete o.m, "m" in o, "n" in o);`,
  "temporal dead zone and constants": `
    try { x; } catch (e) { console.log(e.name, e.message); } let x = 1; const f = () => y; try { f(); } catch (e) { console.log(e.name, e.message); } const y = 2; console.log(f());
    try { y = 3; } catch (e) { console.log(e.name, e.message); } try { nope = 1; } catch (e) { console.log(e.name, e.message); } try { nope; } catch (e) { console.log(e.name, e.message); }
    console.log(hoisted()); function hoisted() { return "h"; } console.log(v); var v = 1; try { new K(); } catch (e) { console.log(e.message); } class K {} const fac = function me(n) { return n < 2 ? 1 : n * me(n - 1); }; console.log(fac(5), fac.name, f.name);`,
  "conversion calls the object's own methods": `
    class P { constructor(v) { this.v = v; } toString() { return "P" + this.v; } valueOf() { return this.v; } } const p = new P(4);
    console.log(p + 1, \`\${p}\`, p * 2, p > 3, -p, String(p), [p, p].join("-"), "" + [p], p == 4, { toString: () => "k" } + "!");
    try { Object.create(null) + ""; } catch (e) { console.log(e.name); } console.log(String(null), String(undefined), String([1, [2, 3]]), String({}), String(() => 1).length > 3);`,
  "getters and setters in literals, computed keys, spread": `
    const k = "dyn"; const o = { [k + 1]: 1, "quoted key": 2, 3: "three", get g() { return this[k + 1] + 1; }, set g(v) { this[k + 1] = v; }, m() { return 1; }, async am() {}, k };
    o.g = 41; console.log(o.g, o.dyn1, Object.keys(o), { ...o, z: 1 }.g, [...[1, 2], ..."ab", ...new Set([3, 3])], Math.max(...[1, 5, 3]), { ...null, ..."hi" });
    console.log(Object.entries({ b: 1, a: 2, 10: 3, 9: 4 }), Object.fromEntries([["x", 1]]), Object.assign({ a: 1 }, { b: 2 }, null));
    const fr = Object.freeze({ a: 1 }); try { fr.a = 2; } catch (e) { console.log(e.name); } try { fr.b = 2; } catch (e) { console.log(e.name, e.message); } console.log(Object.isFrozen(fr), fr);`,
  "array methods": `
    const a = [5, 1, 4]; console.log(a.map((x) => x * 2), a.filter((x) => x > 1), a.reduce((s, x) => s + x), a.reduce((s, x) => s + x, ""), a.find((x) => x < 5), a.findIndex((x) => x === 4), a.findLast((x) => x > 1), a.some((x) => x > 4), a.every((x) => x > 0), a.includes(4), a.indexOf(4), a.at(-1));
    console.log([...a].sort(), [10, 9, 1].sort(), [10, 9, 1].sort((x, y) => x - y), a.toSorted((x, y) => y - x), a.slice(1), a.slice(-2, -1), a.concat([1], 2, [[3]]), [1, [2, [3, [4]]]].flat(), [1, [2, [3]]].flat(Infinity), a.flatMap((x) => [x, x]), a.join("-"), [null, undefined, 1].join());
    const b = [1, 2, 3, 4]; console.log(b.splice(1, 2, "x", "y", "z"), b, b.push(9, 8), b.pop(), b.shift(), b.unshift(0), b.reverse(), b.length); b.length = 2; console.log(b, Array.isArray(b), Array.from("abc"), Array.from({ length: 3 }, (_, i) => i * i), Array.of(7), new Array(3).fill(0));
    console.log([..."ab"].entries().next(), [...["x", "y"].entries()], [...["x"].keys()], [3, 1, undefined, 2].sort(), [1, 2, 3].with(1, 9), [1, 2, 3].toSpliced(0, 1), [1,2,3].lastIndexOf(3), [[2, "b"], [1, "a"]].sort((p, q) => p[0] - q[0]));
    const big = []; for (let i = 0; i < 30; i++) big.push({ k: i % 3, i }); console.log(big.sort((x, y) => x.k - y.k).map((x) => x.i).join());`,
  "string methods": `
    const s = "Hello, World"; console.log(s.length, s[1], s.at(-1), s.charAt(0), s.charCodeAt(0), s.slice(-5), s.slice(2, 4), s.substring(4, 1), s.indexOf("o"), s.lastIndexOf("o"), s.includes("World"), s.startsWith("Hell"), s.endsWith("ld"), s.toUpperCase(), s.toLowerCase(), s.split(", "), s.split(""), s.replace("o", "0"), s.replaceAll("o", "0"), s.replaceAll("o", (m, i) => m + i), "a".repeat(3), " x ".trim() + "|", "5".padStart(3, "0"), "5".padEnd(3) + "|", "a-b".split("-", 1), "abc".codePointAt(1), String.fromCharCode(65, 66), "x".concat(1, 2), "b".localeCompare("a"));
    console.log(\`t\${1 + 1}\${"x"}\`, \`\`, \`a\${s.length}b\`, "\\u{1F600}".length, "a\\tb", 'q"q', (255).toString(16), (1.005).toFixed(2), (1234.5678).toFixed(1), Number("12px"), parseInt("12px"), parseFloat("1.5e3x"), Number(""), Number(null), Number.isInteger(5.0), 1e21, 1_000_000, 0xff, 0b11, 0o17, .5);`,
  "names that are array indexes come first, in their order": `
    const o = { z: 1, 4294967295: 1, 4294967294: 2, 999999999: 3, 2147483648: 4, 1000000000: 5, 10000000000: 6, "01": 7 };
    console.log(o, JSON.stringify(o)); const { 4294967294: x, ...rest } = o; console.log(x, rest); for (const key in o) console.log(key);
    const list = [1]; console.log(list[4294967294], 4294967294 in list, "ab"[3000000000]);`,
  "maps, sets and JSON": `
    const m = new Map([["a", 1], [NaN, 2]]); m.set("b", 3).set("a", 9); console.log(m.size, m.get("a"), m.get(NaN), m.has("x"), [...m], [...m.keys()], [...m.values()], m.delete("a"), m, new Set([1, 2, 2]), [...new Set("aab")].join());
    for (const [k, v] of m) { console.log(k, v); if (k === "b") m.set("late", 1); } m.forEach((v, k) => console.log(k, v)); m.clear(); console.log(m.size);
    const s = new Set([1, 2, 3]); for (const x of s) { console.log(x); s.delete(2); if (x === 1) s.add(7); }
    console.log(JSON.stringify({ a: [1, "x", null, undefined, () => 1], b: undefined, c: { d: NaN }, e: new Date(0), f: 'q"', "g h": true }), JSON.stringify([undefined]), JSON.stringify("x"), JSON.stringify(undefined), JSON.stringify({ a: 1, b: [1, 2] }, null, 2), JSON.stringify({ a: 1, b: 2 }, ["b"]));
    console.log(JSON.parse('{"a":[1,{"b":null}],"__proto__":1}').a, JSON.parse("1.5"), Object.keys(JSON.parse('{"__proto__":1}'))); try { JSON.parse("{bad"); } catch (e) { console.log(e.name); }`,
  "functions: this, call, apply, bind, default and rest parameters": `
    function f(a, b = a + 1, ...c) { return [this?.x, a, b, c]; } console.log(f.call({ x: 1 }, 1), f.apply({ x: 2 }, [1, 2, 3, 4]), f.bind({ x: 3 }, 9)(8, 7), f(1, undefined, 3), f.length, f.name);
    const o = { x: 5, m() { return [1].map(() => this.x); }, n: function () { return this.x; } }; console.log(o.m(), o.n(), (0, o.n).call({ x: 6 })); const { n } = o; try { n(); } catch (e) { console.log(e.name); }
    const rec = (n) => (n === 0 ? 0 : rec(n - 1)); console.log(rec(500));
    console.log(((a, b) => a + b)(1, 2), (() => ({}))(), [1, 2, 3].map(Number), ["1", "2"].map(String), [0, 1].filter(Boolean), [3, 1].sort.name, Object.keys.call(null, { z: 1 }));`,
};

describe("the machine gives what the engine gives", () => {
  for (const [title, body] of Object.entries(snippets)) {
    test(title, async () => {
      const expected = await engineLines(
        body,
        (value) => inspect(value),
        () => setImmediate(),
      );
      expect(machineLines(body)).toEqual(expected);
    });
  }
});

describe("the machine gives the same when it stops after every 13 instructions", () => {
  for (const [title, body] of Object.entries(snippets)) {
    test(title, () => {
      expect(machineLinesInPieces(body, () => 13)).toEqual(machineLines(body));
    });
  }
});
