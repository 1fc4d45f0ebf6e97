/**
 * `import scenario from "./x.js?handler"` yields `{ load }`, which loads `{ source, program, tokens }`: the handler as a
 * person reads it, the program that Gatescope's virtual machine runs and the look of the source, from a chunk of its own
 * (`./x.js?compiled`), so that a page loads them only for the handler it shows. The compiler runs while the app is built, so that a page which only plays built-in
 * handlers ships no parser, and a handler outside the language fails the build and not the reader.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Plugin, runnerImport } from "vite";

const query = "?handler";
const compiledQuery = "?compiled";
const compilerFile = path.resolve(import.meta.dirname, "../src/handler/compile.ts");
const tokensFile = path.resolve(import.meta.dirname, "../src/handler/tokens.ts");

/** What this plugin needs to know of src/handler: it is loaded by file, so that a broken compiler stops only its users. */
interface CompilerModule {
  readonly compileHandler: (source: string) => CompileResult;
}

interface TokensModule {
  readonly tokensOf: (source: string) => readonly unknown[];
}

type CompileResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: HandlerProblem };

interface HandlerProblem {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Compiler {
  readonly compile: (source: string) => CompileResult;
  readonly tokens: (source: string) => readonly unknown[];
  /** Absolute names of the files that make up the compiler. */
  readonly files: readonly string[];
}

async function loadCompiler(): Promise<Compiler> {
  const { module, dependencies } = await runnerImport<CompilerModule>(compilerFile, { logLevel: "error" });
  const look = await runnerImport<TokensModule>(tokensFile, { logLevel: "error" });
  const files = [compilerFile, tokensFile, ...dependencies].map((file) =>
    path.resolve(import.meta.dirname, "..", file),
  );
  return { compile: module.compileHandler, tokens: look.module.tokensOf, files };
}

export function handlerPlugin(load: () => Promise<Compiler> = loadCompiler): Plugin {
  let compiler: Promise<Compiler> | undefined;
  let compilerFiles: ReadonlySet<string> = new Set();
  return {
    name: "gatescope:handler",
    enforce: "pre",
    async load(id) {
      if (id.endsWith(query)) {
        const file = id.slice(0, -query.length);
        const loader = `async () => (await import(${JSON.stringify(file + compiledQuery)})).default`;
        const code = `export default { load: ${loader} };`;
        return { code, moduleType: "js", map: { mappings: "" } };
      }
      if (!id.endsWith(compiledQuery)) return null;
      const file = id.slice(0, -compiledQuery.length);
      const source = await readFile(file, "utf8");
      compiler ??= load();
      const { compile, tokens, files } = await compiler;
      compilerFiles = new Set(files);
      for (const watched of [file, ...files]) this.addWatchFile(watched);
      const result = compile(source);
      if (!result.ok) {
        const { message, line = 1, column = 0 } = result.error;
        const where = `${path.relative(process.cwd(), file)}:${line}:${column}`;
        return this.error({ message: `${where}: ${message}`, id: file, loc: { file, line, column } });
      }
      // JSON.parse of a string is read faster than the same object as a literal, and cannot name a prototype by mistake.
      const json = JSON.stringify(result.value);
      if (!isDeepStrictEqual(JSON.parse(json), result.value)) {
        return this.error(`${path.relative(process.cwd(), file)}: its program is not plain JSON data`);
      }
      const compiled = JSON.stringify(
        `{"source":${JSON.stringify(source)},"program":${json},"tokens":${JSON.stringify(tokens(source))}}`,
      );
      return {
        code: `export default JSON.parse(${compiled});`,
        moduleType: "js",
        map: { mappings: "" },
      };
    },
    watchChange(changed) {
      if (compilerFiles.has(changed)) compiler = undefined;
    },
    // In development a change of the compiler changes every program that it made.
    hotUpdate({ file, modules }) {
      if (!compilerFiles.has(file)) return;
      const known = [...this.environment.moduleGraph.idToModuleMap.values()];
      return [...modules, ...known.filter((module) => module.id?.endsWith(compiledQuery))];
    },
  };
}
