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
 * The test files of some folders under a root, by name, but for those that put modules of their own in the place of others,
 * which a bundle cannot.
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
    .filter((file) => !readFileSync(path.join(root, file), "utf8").includes("vi.mock("))
    .toSorted();
}

/** @param {string} root @param {readonly string[]} files @returns {Promise<string>} The module's code. */
export async function bundleTests(root, files) {
  /** @type {import("vite").Plugin} */
  const collect = {
    name: "gatescope:collect-tests",
    enforce: "pre",
    resolveId: (id) => (id === imports ? `\0${imports}` : id === "vitest" ? api : null),
    load(id) {
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
