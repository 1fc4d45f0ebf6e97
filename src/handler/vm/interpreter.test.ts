import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { compileHandler } from "../compile.ts";
import { OPERANDS, Op } from "../opcodes.ts";
import { LIBRARY_FUNCTIONS } from "./library.generated.ts";
import { STREAM_FUNCTIONS } from "./streams.generated.ts";

test("the interpreter's cases have the numbers of their opcodes, and every opcode has one", () => {
  const text = readFileSync(path.join(import.meta.dirname, "interpreter.ts"), "utf8");
  const cases = [...text.matchAll(/^ {6}case (\d+):(?: \{)?\s*(?:\/\/|\{ \/\/) (\w+)$/gm)].map(
    ([, number, name]) => `${name} ${number}`,
  );
  expect(cases.toSorted()).toEqual(
    Object.entries(Op)
      .map(([name, number]) => `${name} ${number}`)
      .toSorted(),
  );
});

test("all code consists of whole instructions whose jumps lead to instructions", () => {
  const jumps = new Set<number>([
    Op.JUMP,
    Op.JUMP_FALSE,
    Op.JUMP_TRUE,
    Op.KEEP_FALSE,
    Op.KEEP_TRUE,
    Op.KEEP_VALUE,
    Op.KEEP_DEFINED,
    Op.DROP_NULLISH,
    Op.TRY,
  ]);
  const source = `export const f = async ({ a = 1, ...b }, [c, ...d]) => { for (const [k, v] of c) { try { if (k) continue; switch (v) { case await 1: break; default: return a?.b?.[c]; } } catch ({ message }) { throw message; } finally { a ??= d; } } };`;
  const compiled = compileHandler(source);
  const functions = [
    ...LIBRARY_FUNCTIONS,
    ...STREAM_FUNCTIONS,
    ...(compiled.ok ? compiled.value.functions : []),
  ];
  expect(functions.length).toBeGreaterThan(30);
  for (const { code, name } of functions) {
    const starts = new Set<number>();
    for (let at = 0; at < code.length; at += 1 + (OPERANDS[code[at] ?? 0] ?? 0)) starts.add(at);
    for (const at of starts) {
      const op = code[at] ?? 0;
      const target = op === Op.NEXT ? code[at + 2] : jumps.has(op) ? code[at + 1] : at;
      expect(starts.has(target ?? -1), `${name} at ${at}`).toBe(true);
    }
  }
});
