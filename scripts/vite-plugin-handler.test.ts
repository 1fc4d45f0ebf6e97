import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { afterEach, expect, test } from "vitest";
import { type Compiler, handlerPlugin } from "./vite-plugin-handler.ts";

interface Handler {
  readonly load: () => Promise<unknown>;
}

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** Builds an entry that imports one handler, and returns what the entry exports. */
async function buildHandler(source: string, compile: Compiler["compile"]): Promise<unknown> {
  const folder = mkdtempSync(path.join(tmpdir(), "gatescope-handler-"));
  made.push(folder);
  writeFileSync(path.join(folder, "demo.js"), source);
  writeFileSync(path.join(folder, "entry.js"), 'export { default } from "./demo.js?handler";\n');
  await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    plugins: [handlerPlugin(async () => ({ compile, tokens: () => [], files: [] }))],
    build: { ssr: "entry.js", outDir: "out", rolldownOptions: { output: { entryFileNames: "entry.mjs" } } },
  });
  const built: { default: Handler } = await import(pathToFileURL(path.join(folder, "out/entry.mjs")).href);
  return built.default.load();
}

test("A handler becomes its source and its program, whatever characters stand in it.", async () => {
  const source = 'const text = "` \\u2028 </script>";\n';
  const built = await buildHandler(source, (text) => ({
    ok: true,
    value: { length: text.length, nothing: null },
  }));
  expect(built).toEqual({
    source,
    program: { length: source.length, nothing: null },
    tokens: [],
  });
});

test("A handler outside the language fails the build with its file, line and column.", async () => {
  const building = buildHandler("class A {}\n", () => ({
    ok: false,
    error: { message: "A class needs a base.", line: 3, column: 7 },
  }));
  await expect(building).rejects.toThrow(/demo\.js:3:7: A class needs a base\./);
});

test("A program that would change on its way through JSON fails the build.", async () => {
  const building = buildHandler("1;\n", () => ({ ok: true, value: { limit: undefined } }));
  await expect(building).rejects.toThrow(/its program is not plain JSON data/);
});
