import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { engineLines, machineLines, machineLinesInPieces } from "./testing.ts";

/*
 * Random programs, mostly of what is easy to get wrong: completions through nested try, finally and loops, closures over
 * loop variables, evaluation order. Every program ends, as its loops are bounded and its functions do not recurse.
 */
const name = fc.constantFrom("a", "b", "c", "d");
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie("expression");
  return {
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc
        .oneof(
          name,
          fc.integer({ min: -3, max: 9 }).map((one) => (one < 0 ? `(${one})` : String(one))),
          fc.constantFrom(
            "'x'",
            "''",
            "null",
            "undefined",
            "true",
            "NaN",
            "[1, 2]",
            "{}",
            "o",
            "o.p",
            "o.q",
            "f()",
            "this",
          ),
        )
        .map((one) => (one === "{}" ? "({})" : one)),
      fc
        .tuple(
          fc.constantFrom(
            "+",
            "-",
            "*",
            "%",
            "<",
            "<=",
            "==",
            "===",
            "!=",
            "&&",
            "||",
            "??",
            "&",
            "|",
            "^",
            "<<",
            ">>>",
            ",",
          ),
          inner,
          inner,
        )
        .map(([op, x, y]) => (op === "??" ? `((${x}) ?? (${y}))` : `(${x} ${op} ${y})`)),
      fc
        .tuple(fc.constantFrom("!", "-", "+", "~", "typeof ", "void "), inner)
        .map(([op, x]) => `${op}(${x})`),
      fc.tuple(inner, inner, inner).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
      fc
        .tuple(name, fc.constantFrom("=", "+=", "-=", "??=", "||=", "&&="), inner)
        .map(([n, op, x]) => `(${n} ${op} ${x})`),
      fc
        .tuple(fc.constantFrom("o.p", "o[a]", "o['q']"), fc.constantFrom("=", "+=", "??=", "||="), inner)
        .map(([n, op, x]) => `(${n} ${op} ${x})`),
      fc
        .tuple(fc.constantFrom("++", "--"), fc.constantFrom("a", "b", "o.p", "o[b]"))
        .map(([op, n]) => `${op}${n}`),
      fc
        .tuple(fc.constantFrom("++", "--"), fc.constantFrom("a", "b", "o.p", "o[b]"))
        .map(([op, n]) => `${n}${op}`),
      fc.array(inner, { maxLength: 3 }).map((xs) => `[${xs.join(", ")}]`),
      fc.tuple(inner, inner).map(([x, y]) => `[...[${x}], ...\`\${${y}}\`]`),
      fc.tuple(inner, inner).map(([x, y]) => `({ p: ${x}, [${y}]: 1, ...(${x}) })`),
      fc.tuple(inner, name).map(([x, n]) => `((${n}) => ${x})(${n})`),
      fc
        .tuple(inner, inner)
        .map(([x, y]) => `(({ p = ${x}, ...r }, [s = 1] = [${y}]) => [p, r, s])({ q: ${y} })`),
      inner.map((x) => `call(() => ${x})`),
      inner.map((x) => `(${x})?.p?.[0]`),
      inner.map((x) => `(${x})?.toString?.()`),
      fc.tuple(inner, inner).map(([x, y]) => `\`<\${${x}}\${${y}}>\``),
      inner.map((x) => `log(${x})`),
      inner.map((x) => `(${x} instanceof Object)`),
      fc.tuple(name, inner).map(([n, x]) => `("${n}" in { a: ${x} })`),
    ),
  };
});

const { block } = fc.letrec<{ block: string; statement: string }>((tie) => {
  const inner = tie("block");
  return {
    block: fc.array(tie("statement"), { minLength: 1, maxLength: 4 }).map((all) => `{ ${all.join(" ")} }`),
    statement: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      expression.map((x) => `LOG(${x});`),
      fc.tuple(name, expression).map(([n, x]) => `{ let ${n} = ${x}; fs.push(() => ${n}); LOG(${n}); }`),
      fc.tuple(name, expression).map(([n, x]) => `${n} = ${x};`),
      fc.tuple(expression, inner, inner).map(([x, y, z]) => `if (${x}) ${y} else ${z}`),
      fc
        .tuple(inner, inner, inner)
        .map(([x, y, z]) => `try ${x} catch (e) { LOG(nameOf(e)); ${y} } finally ${z}`),
      fc.tuple(inner, inner).map(([x, y]) => `try ${x} finally ${y}`),
      fc.tuple(inner, inner).map(([x, y]) => `try ${x} catch ${y}`),
      inner.map((x) => `for (let i = 0; i < 2; i++) { fs.push(() => i); ${x} }`),
      inner.map(
        (x) =>
          `call(() => { out: for (const d of [1, 2]) { for (const k in { p: 1, q: 2 }) { log(k, d); ${x.replaceAll("LOG(", "log(")} if (d === 2) continue out; } } });`,
      ),
      inner.map((x) => `{ let n = 0; do ${x} while (n++ < 1); }`),
      fc
        .tuple(expression, expression, inner, inner)
        .map(
          ([x, y, s, t]) => `switch (${x}) { case ${y}: ${s} case 1: ${t} break; default: LOG("default"); }`,
        ),
      expression.map((x) => `throw ${x};`),
      expression.map((x) => `return ${x};`),
      fc
        .constantFrom("if (breakable) break;", "if (breakable) continue;")
        .map((jump) => `for (const breakable of [true, false]) { ${jump} LOG("after"); }`),
      fc.tuple(expression, expression).map(([x, y]) => `[a, b = ${x}] = [${y}, ...[c]];`),
      expression.map((x) => `({ p: c, ...d } = { p: ${x}, q: 2 });`),
    ),
  };
});

/** A program of some blocks, each in a function of its own; LOG stands for log, which async ones await. */
const program = fc.array(fc.tuple(block, fc.boolean()), { minLength: 1, maxLength: 3 }).map((blocks) => {
  const functions = blocks.map(([body, isAsync], at) =>
    isAsync
      ? `async function f${at}() ${body.replaceAll("LOG(", "await log(")}`
      : `function f${at}() ${body.replaceAll("LOG(", "log(")}`,
  );
  const calls = blocks.map((_, at) => `try { show(f${at}.call(o)); } catch (e) { log("threw", nameOf(e)); }`);
  return `let a = 1, b = 2, c = "s", d; const o = { p: 1, get q() { return this.p; } }, fs = [];
    const log = (...xs) => (console.log(...xs), xs[0]); const call = (g) => g(); const f = () => 1;
    const nameOf = (e) => (e instanceof Error ? e.name : e);
    const show = (x) => { if (x instanceof Promise) x.then((v) => log("resolved", v), (e) => log("rejected", nameOf(e))); else log("returned", x); };
    ${functions.join("\n")}
    ${calls.join("\n")}
    for (const g of fs) log(g()); log(a, b, c, d, o);`;
});

/** What the machine says where data grows beyond its bounds; the engine goes on. */
const BOUND = /^stuck: .* Use (smaller data|an array or a Map)\.$/;

test("random programs log what the engine logs, however they are stopped", async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.integer({ min: 20, max: 200 }), async (source, steps) => {
      const expected = await engineLines(
        source,
        (value) => inspect(value),
        () => setImmediate(),
      );
      const lines = machineLines(source);
      if (BOUND.test(lines.at(-1) ?? "")) {
        expect(lines.slice(0, -1)).toEqual(expected.slice(0, lines.length - 1));
        return;
      }
      expect(lines).toEqual(expected);
      expect(machineLinesInPieces(source, () => steps)).toEqual(expected);
    }),
    { numRuns: Number(process.env.GATESCOPE_CASES ?? 40) },
  );
}, 60_000);
