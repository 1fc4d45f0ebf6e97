// @ts-check
/** Bundles test files, with what they test, into one module whose default export is the list of their tests. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";

const entry = path.resolve(import.meta.dirname, "all-tests.mjs");
const imports = "virtual:tests";
const api = path.resolve(import.meta.dirname, "test-api.mjs");

/**
 * The test files of some folders under a root, by name.
 * @param {string} root @param {readonly string[]} folders
 */
export function testFiles(root, folders) {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        path.posix.join(folder, file.replaceAll(path.sep, "/")),
      ),
    )
    .filter((file) => file.endsWith(".test.ts"))
    .toSorted();
}

/** Where a test puts something else in the place of a module. */
const MOCK = /\bvi\.mock\("([^"]+)"/g;

/** The modules that some test puts something else in the place of. @param {string} root @param {readonly string[]} files */
function mockedModules(root, files) {
  return new Set(
    files.flatMap((file) =>
      [...readFileSync(path.join(root, file), "utf8").matchAll(MOCK)].map(([, module = ""]) =>
        path.resolve(root, path.dirname(file), module),
      ),
    ),
  );
}

/** A module whose functions can be replaced stands behind one that asks, at every call, whether they are. */
const REPLACEABLE = "?replaceable";

/** @param {string} module its absolute name */
function replaceable(module) {
  const exported = [...readFileSync(module, "utf8").matchAll(/^export (function|const|class) (\w+)/gm)];
  const lines = exported.map(([, kind, name]) =>
    kind === "function"
      ? `export function ${name}(...args) { return (place.now ?? real).${name}(...args); }`
      : `export { ${name} } from ${JSON.stringify(module)};`,
  );
  return [
    `import { placeOf } from ${JSON.stringify(api)};`,
    `import * as real from ${JSON.stringify(module)};`,
    `const place = placeOf(${JSON.stringify(module)}, real);`,
    ...lines,
  ].join("\n");
}

/** @param {string} root @param {readonly string[]} files @returns {Promise<string>} The module's code. */
export async function bundleTests(root, files) {
  const mocked = mockedModules(root, files);
  /** @type {import("vite").Plugin} */
  const collect = {
    name: "gatescope:collect-tests",
    enforce: "pre",
    async resolveId(id, importer) {
      if (id === imports) return `\0${imports}`;
      if (id === "vitest") return api;
      if (!id.startsWith(".") || importer === undefined || importer.endsWith(REPLACEABLE)) return null;
      const resolved = await this.resolve(id, importer, { skipSelf: true });
      return resolved !== null && mocked.has(resolved.id) ? resolved.id + REPLACEABLE : null;
    },
    load(id) {
      if (id.endsWith(REPLACEABLE)) return replaceable(id.slice(0, -REPLACEABLE.length));
      if (id !== `\0${imports}`) return null;
      return files.map((file) => `import ${JSON.stringify(path.join(root, file))};`).join("\n");
    },
    transform(code, id) {
      if (id.includes("/node_modules/")) return null;
      const file = path.relative(root, id);
      const begins = files.includes(file)
        ? `import { beginFile as __beginFile } from ${JSON.stringify(api)}; __beginFile(${JSON.stringify(file)});`
        : "";
      const addressed = code
        .replace(MOCK, (_, module) => `vi.mock(${JSON.stringify(path.resolve(path.dirname(id), module))}`)
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href))
        .replaceAll("import.meta.dirname", JSON.stringify(path.dirname(id)));
      return begins === "" && addressed === code ? null : { code: begins + addressed, map: null };
    },
  };
  const result = await build({
    root,
    logLevel: "error",
    plugins: [collect],
    build: {
      ssr: entry,
      write: false,
      minify: false,
      target: "node20",
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  if (Array.isArray(result) || !("output" in result)) throw new Error("Vite did not return one bundle.");
  return result.output[0].code;
}
