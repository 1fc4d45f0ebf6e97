import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { checkImports } from "./check-imports.mjs";

const made: string[] = [];

/** Writes a small src/ and returns what the check says of it, one line per problem. */
function problemsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(path.join(tmpdir(), "gatescope-imports-"));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, "src", name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return checkImports(path.join(root, "src")).problems.map(
    (one) => `${one.file}:${one.line}: ${one.message}`,
  );
}

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
});

const runFile = { "run/run.ts": "export const run = 1;\nexport type Run = number;\n" };

describe("the allowlist of folders", () => {
  test("A tree that keeps to the rules has no problem.", () => {
    const problems = problemsOf({
      "base/result.ts": "export const ok = 1;\n",
      "model/step.ts": 'import { ok } from "../base/result.ts";\nexport const step = ok;\n',
      "run/run.ts": 'import { step } from "../model/step.ts";\nexport const run = step;\n',
    });
    expect(problems).toEqual([]);
  });

  test("An import against the direction of the data is named with its file and line.", () => {
    const problems = problemsOf({
      ...runFile,
      "model/step.ts": '// The model.\nimport { run } from "../run/run.ts";\nexport const step = run;\n',
    });
    expect(problems).toEqual([
      "src/model/step.ts:2: model may not import run/run.ts (it may import base, handler)",
    ]);
  });

  test("An import without an ending is resolved and judged as one with it.", () => {
    const problems = problemsOf({
      ...runFile,
      "base/a.ts": 'export { run } from "../run/run";\nexport const a = 1;\n',
    });
    expect(problems).toEqual(["src/base/a.ts:1: base may not import run/run.ts (it may import nothing)"]);
  });

  test("Where only types are allowed, an import of a value is refused and one of a type is not.", () => {
    const problems = problemsOf({
      ...runFile,
      "timeline/type.ts": 'import type { Run } from "../run/run.ts";\nexport type A = Run;\n',
      "timeline/inline.ts": 'import { type Run } from "../run/run.ts";\nexport type B = Run;\n',
      "timeline/query.ts": 'export type C = import("../run/run.ts").Run;\n',
      "timeline/value.ts": 'import { type Run, run } from "../run/run.ts";\nexport const d: Run = run;\n',
    });
    expect(problems).toEqual([
      'src/timeline/value.ts:1: timeline may import only types from run/run.ts; write "import type"',
    ]);
  });

  test("A dynamic import is an import.", () => {
    const problems = problemsOf({
      ...runFile,
      "base/late.ts": 'export const late = () => import("../run/run.ts");\n',
    });
    expect(problems).toEqual(["src/base/late.ts:1: base may not import run/run.ts (it may import nothing)"]);
  });

  test("A file with a row of its own is held to it, inside its folder too, but may name a worker's address.", () => {
    const problems = problemsOf({
      "worker/host.ts": "export const host = 1;\n",
      "worker/client.ts": [
        'import { host } from "./host.ts";',
        'export const worker = () => new Worker(new URL("./host.ts", import.meta.url));',
        "export const leak = host;",
      ].join("\n"),
    });
    expect(problems).toEqual([
      "src/worker/client.ts:1: worker/client may not import worker/host.ts (it may import base, worker/protocol, worker/messages)",
    ]);
  });

  test("Only the client of the worker folder is open to the store.", () => {
    const problems = problemsOf({
      "worker/host.ts": "export const host = 1;\n",
      "worker/client.ts": "export const client = 1;\n",
      "store/a.ts": 'import "../worker/client.ts";\nimport "../worker/host.ts";\n',
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^src\/store\/a\.ts:2: store may not import worker\/host\.ts/);
  });

  test("A folder without a row is a problem, so that a new one gets a place in the order.", () => {
    expect(problemsOf({ "misc/a.ts": "export const a = 1;\n" })).toEqual([
      'src/misc/a.ts:1: the folder "misc" has no row in scripts/import-rules.mjs',
    ]);
  });

  test("A test may import anything, and nobody may import a test.", () => {
    const problems = problemsOf({
      ...runFile,
      "base/a.test.ts": 'import { run } from "../run/run.ts";\nimport "vitest";\nexport const one = run;\n',
      "base/a.ts": 'import { one } from "./a.test.ts";\nexport const a = one;\n',
    });
    expect(problems).toEqual([
      'src/base/a.ts:1: "./a.test.ts" is a test; move what is shared to a file of its own',
    ]);
  });

  test("An import of a file that does not exist, or that lies outside src, is refused.", () => {
    const problems = problemsOf({
      "base/a.ts": 'import "./gone.ts";\nimport "../../outside.ts";\n',
      "../outside.ts": "export {};\n",
    });
    expect(problems).toEqual([
      'src/base/a.ts:1: "./gone.ts" is no file',
      "src/base/a.ts:2: base may not import ../outside.ts (it may import nothing)",
    ]);
  });
});

describe("packages", () => {
  test("React is for ui and app alone.", () => {
    const useReact = 'import { useState } from "react";\nexport const use = useState;\n';
    expect(problemsOf({ "ui/a.tsx": useReact, "app/main.tsx": useReact })).toEqual([]);
    expect(problemsOf({ "timeline/a.ts": useReact })).toEqual([
      'src/timeline/a.ts:1: timeline may not import the package "react"',
    ]);
  });

  test("A path inside a package counts as the package.", () => {
    expect(
      problemsOf({ "app/a.ts": 'import "react-dom/client";\n', "ui/a.ts": 'import "react-dom/client";\n' }),
    ).toEqual([]);
    expect(problemsOf({ "store/a.ts": 'import "react-dom/client";\n' })).toHaveLength(1);
  });
});

describe("the shape of the graph", () => {
  test("A circle of imports is shown as the way around it.", () => {
    const problems = problemsOf({
      "base/a.ts": 'import "./b.ts";\n',
      "base/b.ts": 'import "./c.ts";\n',
      "base/c.ts": '\nimport "./b.ts";\n',
    });
    expect(problems).toEqual([
      "src/base/b.ts:1: imports go in a circle: base/b.ts -> base/c.ts -> base/b.ts",
    ]);
  });

  test("A circle of types alone is a circle too.", () => {
    const problems = problemsOf({
      "base/a.ts": 'import type { B } from "./b.ts";\nexport type A = B | 1;\n',
      "base/b.ts": 'import type { A } from "./a.ts";\nexport type B = A | 2;\n',
    });
    expect(problems).toHaveLength(1);
  });

  test("Two ways to the same file are no circle.", () => {
    const problems = problemsOf({
      "base/a.ts": 'import "./b.ts";\nimport "./c.ts";\n',
      "base/b.ts": 'import "./c.ts";\n',
      "base/c.ts": "export {};\n",
    });
    expect(problems).toEqual([]);
  });

  test("A file of nothing but re-exports is a barrel, except a public entry.", () => {
    const barrel = 'export * from "../base/a.ts";\nexport { b } from "../base/b.ts";\n';
    const leaves = { "base/a.ts": "export const a = 1;\n", "base/b.ts": "export const b = 1;\n" };
    expect(problemsOf({ ...leaves, "app/element.ts": barrel })).toEqual([]);
    expect(problemsOf({ ...leaves, "model/index.ts": barrel })).toEqual([
      "src/model/index.ts:1: only re-exports: import from the files themselves, barrel files hide who needs what",
    ]);
  });
});
