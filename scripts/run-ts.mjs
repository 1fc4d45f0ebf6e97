// @ts-check
/**
 * Runs a TypeScript (or plain) entry under Node: `node scripts/run-ts.mjs src/app/cli.ts [arguments]`. Vite bundles it
 * first, with the same plugins as the app, so that the command line runs the very code of the page, built-in handlers
 * included, at the speed of the page. Prints nothing of its own to stdout.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { root } from "./tools.mjs";

const [entry, ...args] = process.argv.slice(2);
const entryFile = path.resolve(root, entry ?? "");
if (entry === undefined || !existsSync(entryFile)) {
  console.error(entry === undefined ? "Which file shall run?" : `There is no ${entry}.`);
  process.exit(2);
}

/** A module keeps its own address after bundling, so that it finds the files beside it. @type {import("vite").Plugin} */
const keepAddress = {
  name: "gatescope:keep-address",
  transform(code, id) {
    if (id.includes("/node_modules/") || !code.includes("import.meta.")) return null;
    const file = id.replace(/\?.*$/, "");
    return {
      code: code
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href))
        .replaceAll("import.meta.dirname", JSON.stringify(path.dirname(file)))
        .replaceAll("import.meta.filename", JSON.stringify(file)),
      map: null,
    };
  },
};

// Below node_modules, so that packages are found from there; named after the process, so that two runs do not meet.
const cache = path.join(root, "node_modules", ".cache", "run-ts");

const result = await build({
  root,
  logLevel: "error",
  plugins: [keepAddress],
  build: {
    ssr: entryFile,
    outDir: cache,
    write: false,
    minify: false,
    sourcemap: "inline",
    target: "node20",
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
if (Array.isArray(result) || !("output" in result)) throw new Error("Vite did not return one bundle.");
const [bundle] = result.output;

const bundleFile = path.join(
  cache,
  `${path.basename(entryFile).replace(/\.[a-z]+$/, "")}-${process.pid}.mjs`,
);
mkdirSync(cache, { recursive: true });
writeFileSync(bundleFile, bundle.code);
process.on("exit", () => rmSync(bundleFile, { force: true }));

process.setSourceMapsEnabled(true);
process.argv = [process.execPath, entryFile, ...args];
await import(pathToFileURL(bundleFile).href);
