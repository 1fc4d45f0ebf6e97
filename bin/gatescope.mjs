#!/usr/bin/env node
// @ts-check
/** `npx gatescope`: the command line, bundled from the sources of the app. Needs what `npm start` or `npm test` installs. */
import { existsSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
if (!existsSync(path.join(root, "node_modules", "vite"))) {
  console.error("gatescope: run `npm start` or `npm test` once; they install what this needs.");
  process.exit(2);
}
process.argv = [
  process.execPath,
  path.join(root, "scripts", "run-ts.mjs"),
  "src/app/cli.ts",
  ...process.argv.slice(2),
];
await import("../scripts/run-ts.mjs");
