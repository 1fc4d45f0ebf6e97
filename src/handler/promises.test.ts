// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the handlers in these strings contain templates.
import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { engineLines, machineLines, machineLinesInPieces } from "./testing.ts";

/** Counts promise jobs beside the snippet, so that a job too many or too few shows. */
const ticks =
  "let tick = 0; const ticking = async () => { for (let i = 0; i < 14; i++) { await null; console.log('tick', ++tick); } }; ticking();";

const snippets: Readonly<Record<string, string>> = {
  "await of a value takes one job":
    "(async () => { console.log('a'); await 1; console.log('b'); await 2; console.log('c'); })(); console.log('sync');",
  "await of a native promise takes one job":
    "(async () => { await Promise.resolve(); console.log('b'); })(); Promise.resolve().then(() => console.log('then'));",
  "await of a rejected promise throws":
    "(async () => { try { await Promise.reject(new Error('x')); } catch (e) { console.log(e.message); } })(); Promise.resolve().then(() => console.log('then'));",
  "returning a promise from an async function takes three jobs":
    "(async () => Promise.resolve(1))().then((v) => console.log('returned', v));",
  "returning a value from an async function takes one":
    "(async () => 1)().then((v) => console.log('returned', v));",
  "return await takes two":
    "(async () => await Promise.resolve(1))().then((v) => console.log('returned', v));",
  "then that returns a promise":
    "Promise.resolve().then(() => Promise.resolve(1)).then((v) => console.log('got', v)); Promise.resolve().then(() => 2).then((v) => console.log('got', v));",
  "resolving with a promise":
    "new Promise((r) => r(Promise.resolve(1))).then((v) => console.log(v)); new Promise((r) => { r(2); r(3); throw 4; }).then((v) => console.log(v));",
  "resolving with a thenable":
    "new Promise((r) => r({ then(f) { console.log('then called'); f(1); f(2); throw 3; } })).then((v) => console.log(v)); Promise.resolve({ then(f, g) { g('no'); } }).catch((e) => console.log(e));",
  "awaiting a thenable":
    "(async () => { console.log(await { then(f) { console.log('called'); f('v'); } }); try { await { then() { throw 'bad'; } }; } catch (e) { console.log(e); } })();",
  "a thenable that resolves with a promise":
    "Promise.resolve({ then(f) { f(Promise.resolve('deep')); } }).then((v) => console.log(v));",
  "a promise resolved with itself rejects":
    "let r; const p = new Promise((f) => { r = f; }); r(p); p.catch((e) => console.log(e instanceof TypeError, e.message));",
  "finally passes values and errors on":
    "Promise.resolve(1).finally(() => console.log('f')).then((v) => console.log(v)); Promise.reject(2).finally(() => 9).catch((e) => console.log(e)); Promise.resolve(3).finally(() => { throw 4; }).catch((e) => console.log(e)); Promise.resolve(5).finally(() => Promise.reject(6)).then(console.log, (e) => console.log('e', e)); Promise.resolve(7).finally(8).then((v) => console.log(v));",
  "finally takes as many jobs as the specification says":
    "Promise.resolve(1).finally(() => {}).then(() => console.log('after finally')); Promise.reject(1).finally(() => {}).catch(() => console.log('after rejected finally'));",
  "Promise.all":
    "Promise.all([1, Promise.resolve(2), new Promise((r) => r(3)), { then(f) { f(4); } }]).then((v) => console.log(v)); Promise.all([]).then((v) => console.log('empty', v)); Promise.all([Promise.reject('x'), Promise.reject('y')]).catch((e) => console.log(e)); Promise.all(5).catch((e) => console.log(e.name));",
  "Promise.allSettled":
    "Promise.allSettled([1, Promise.reject(2), Promise.resolve(3)]).then((v) => console.log(JSON.stringify(v)));",
  "Promise.race":
    "Promise.race([new Promise(() => {}), Promise.resolve(1), 2]).then((v) => console.log(v)); Promise.race([Promise.reject('r'), 1]).catch((e) => console.log(e)); Promise.race([]).then(() => console.log('never'));",
  "Promise.any":
    "Promise.any([Promise.reject(1), Promise.resolve(2)]).then((v) => console.log(v)); Promise.any([Promise.reject(1), Promise.reject(2)]).catch((e) => console.log(e.name, e.message, e.errors)); Promise.any([]).catch((e) => console.log(e.errors.length));",
  "executors run at once, their exceptions reject":
    "new Promise(() => { console.log('in'); throw new Error('e'); }).catch((e) => console.log(e.message)); console.log('out'); new Promise((_, reject) => reject('r')).then(null, (e) => console.log(e)); try { new Promise(); } catch (e) { console.log(e.name, e.message); }",
  "then passes through what has no handler":
    "Promise.resolve(1).then().then(undefined, 5).then((v) => console.log(v)); Promise.reject(2).then((v) => v).catch((e) => { console.log('c', e); return 3; }).then((v) => console.log(v));",
  "chains interleave":
    "const p = Promise.resolve(); p.then(() => console.log(1)).then(() => console.log(2)).then(() => console.log(3)); p.then(() => console.log('a')).then(() => console.log('b')).then(() => console.log('c'));",
  "async functions interleave":
    "const f = async (n) => { for (let i = 0; i < 3; i++) { console.log(n, i); await i; } return n; }; f('x').then((v) => console.log('done', v)); f('y').then((v) => console.log('done', v)); console.log('sync');",
  "async methods, arrows with this, await in arguments and operands":
    "class A { n = 1; async m(k) { return this.n + k; } run() { return [1, 2].map(async (k) => await this.m(k) + await this.m(10)); } } Promise.all(new A().run()).then((v) => console.log(v)); (async () => { const o = { v: 1 }; o.v += await 5; console.log(o.v, [await 1, await 2], { a: await 3 }, `t${await 4}`, (await 1) + (await 2), await (async () => 'x')()); })();",
  "try, catch and finally around await":
    "const f = async (k) => { try { if (k) throw await 'thrown'; return await 'returned'; } catch (e) { console.log('catch', e); return 'caught'; } finally { await null; console.log('finally'); } }; f(0).then(console.log); f(1).then(console.log);",
  "loops with await":
    "(async () => { let s = 0; for (const p of [1, Promise.resolve(2)]) s += await p; for (let i = 0; i < 2; i++) { const j = i; setTimeout2(() => console.log('cb', i, j)); await null; } while (s < 5) s = await (s + 1); console.log(s); })(); function setTimeout2(f) { Promise.resolve().then(f); }",
  "an exception in an async function rejects":
    "const f = async () => { null.x; }; f().catch((e) => console.log(e.name)); const g = async (a = (() => { throw new Error('param'); })()) => a; g().catch((e) => console.log(e.message));",
  "Promise.withResolvers and late resolution":
    "let resolve; const p = new Promise((r) => { resolve = r; }); p.then((v) => console.log('1', v)); (async () => { console.log('2', await p); })(); resolve('late'); p.then((v) => console.log('3', v)); console.log('resolved');",
  "queueMicrotask runs between":
    "Promise.resolve().then(() => console.log(1)); queueMicrotask(() => console.log(2)); Promise.resolve().then(() => console.log(3));",
  "promise subclasses of behaviour: nested returns":
    "const f = async () => { const g = async () => { const h = async () => 'deep'; return h(); }; return g(); }; f().then((v) => console.log(v));",
  "catch returns, rethrows, and recovers":
    "Promise.reject(1).catch((e) => { throw e + 1; }).catch((e) => Promise.reject(e + 1)).catch((e) => console.log(e)).then((v) => console.log(v));",
  "then with native functions":
    "Promise.resolve([3, 1, 2]).then(Array.isArray).then(console.log); Promise.resolve('5').then(Number).then((v) => console.log(v)); Promise.resolve(1).then(Promise.resolve.bind(Promise)).then((v) => console.log(v));",
  "await in a destructuring default and in a switch":
    "(async () => { const { a = await 1 } = {}; switch (await 2) { case await 2: console.log('two', a); } lbl: for (const x of [1]) { for (;;) { await 0; break lbl; } } console.log('end'); })();",
};

const format = (value: unknown) => inspect(value);

describe("promise jobs run in the order of the specification", () => {
  for (const [title, body] of Object.entries(snippets)) {
    test(title, async () => {
      const source = `${ticks}${body}`;
      const expected = await engineLines(source, format, () => setImmediate());
      expect(machineLines(source)).toEqual(expected);
    });
  }
});

describe("a machine that stops anywhere gives the same", () => {
  for (const [title, body] of Object.entries(snippets)) {
    test(title, () => {
      expect(machineLinesInPieces(`${ticks}${body}`, () => 3)).toEqual(machineLines(`${ticks}${body}`));
    });
  }
});

/** Statements of a random async program; `n` names its log lines. */
const statement: fc.Arbitrary<(n: number) => string> = fc.oneof(
  fc.constant((n: number) => `console.log("s${n}");`),
  fc.constant((n: number) => `await null; console.log("a${n}");`),
  fc.constant((n: number) => `console.log(await Promise.resolve(${n}));`),
  fc.constant((n: number) => `Promise.resolve(${n}).then((v) => console.log("t" + v));`),
  fc.constant(
    (n: number) =>
      `(async () => { await null; return Promise.resolve(${n}); })().then((v) => console.log("r" + v));`,
  ),
  fc.constant(
    (n: number) =>
      `try { await Promise.reject(${n}); } catch (e) { console.log("c" + e); } finally { await null; console.log("f${n}"); }`,
  ),
  fc.constant((n: number) => `console.log((await Promise.all([${n}, Promise.resolve(${n})])).length);`),
  fc.constant(
    (n: number) =>
      `await Promise.race([new Promise(() => {}), Promise.resolve(${n})]).then((v) => console.log("race" + v));`,
  ),
  fc.constant((n: number) => `for (let i = 0; i < 2; i++) { await i; console.log("l${n}" + i); }`),
  fc.constant(
    (n: number) =>
      `new Promise((r) => r({ then(f) { console.log("th${n}"); f(${n}); } })).then((v) => console.log("adopted" + v));`,
  ),
  fc.constant(
    (n: number) =>
      `Promise.resolve(${n}).finally(() => Promise.resolve()).then((v) => console.log("fin" + v));`,
  ),
);

const program = fc
  .array(fc.array(statement, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
  .map((tasks) =>
    tasks
      .map((body, task) => `(async () => { ${body.map((one, at) => one(task * 10 + at)).join(" ")} })();`)
      .join("\n"),
  );

test("random async programs log what the engine logs, however they are stopped", async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.integer({ min: 1, max: 40 }), async (source, steps) => {
      const expected = await engineLines(source, format, () => setImmediate());
      expect(machineLines(source)).toEqual(expected);
      expect(machineLinesInPieces(source, () => steps)).toEqual(expected);
    }),
    { numRuns: Number(process.env.GATESCOPE_CASES ?? 60) },
  );
}, 60_000);
