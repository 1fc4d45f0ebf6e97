// @ts-check
/**
 * Enforces import-rules.mjs on every file under src/: the allowlist of folders and packages, no cycle between files, no
 * barrel files, no import of a test. Prints `file:line: what is wrong`.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "vite";
import { publicEntries, rows } from "./import-rules.mjs";

/**
 * @typedef {import("./import-rules.mjs").Row} Row
 * @typedef {{ readonly file: string, readonly line: number, readonly message: string }} Problem
 * @typedef {"types" | "values" | "address"} ImportKind what is taken: types, values, or only the address of a file (a worker)
 * @typedef {{ readonly specifier: string, readonly line: number, readonly kind: ImportKind }} Import
 * @typedef {{ readonly name: string, readonly imports: readonly Import[], readonly isBarrel: boolean }} SourceFile
 * @typedef {{ readonly from: string, readonly to: string, readonly line: number }} Edge
 */

/** @param {string} name */
const isTest = (name) => /\.test\.tsx?$/.test(name);

/** @param {string} name */
const withoutEnding = (name) => name.replace(/(\.d)?\.[a-z]+$/, "");

/**
 * Every import of a module, wherever and however it is written.
 * @param {string} name relative to src/
 * @param {string} text
 * @returns {SourceFile}
 */
export function readImports(name, text) {
  const { program, errors } = parseSync(name, text);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`);
  /** @type {Import[]} */
  const imports = [];
  /** @param {{ start: number }} node @param {unknown} source @param {ImportKind} kind */
  const add = (node, source, kind) => {
    if (typeof source !== "string") return;
    const line = text.slice(0, node.start).split("\n").length;
    imports.push({ specifier: source, line, kind: /\?(worker|url)\b/.test(source) ? "address" : kind });
  };
  /** @param {string} kind @param {readonly unknown[]} specifiers */
  const taken = (kind, specifiers) => {
    if (kind === "type") return "types";
    const areTypes = specifiers.map((one) => {
      const { importKind, exportKind } = /** @type {{ importKind?: string, exportKind?: string }} */ (one);
      return importKind === "type" || exportKind === "type";
    });
    return areTypes.length > 0 && areTypes.every(Boolean) ? "types" : "values";
  };
  new Visitor({
    ImportDeclaration: (node) =>
      add(node, node.source.value, taken(node.importKind ?? "value", node.specifiers)),
    ExportNamedDeclaration: (node) =>
      add(node, node.source?.value, taken(node.exportKind ?? "value", node.specifiers)),
    ExportAllDeclaration: (node) =>
      add(node, node.source.value, node.exportKind === "type" ? "types" : "values"),
    ImportExpression: (node) =>
      add(node, node.source.type === "Literal" ? node.source.value : undefined, "values"),
    TSImportType: (node) => add(node, node.source.value, "types"),
    // A worker or an asset: new URL("./host.ts", import.meta.url)
    NewExpression: (node) => {
      const [target, base] = node.arguments;
      const isUrl = node.callee.type === "Identifier" && node.callee.name === "URL";
      if (!isUrl || target?.type !== "Literal" || base?.type !== "MemberExpression") return;
      add(node, target.value, "address");
    },
  }).visit(program);
  const isReexport = (/** @type {{ type: string, source?: unknown }} */ { type, source }) =>
    type === "ExportAllDeclaration" || (type === "ExportNamedDeclaration" && source !== null);
  const isBarrel =
    program.body.some(isReexport) &&
    program.body.every((node) => isReexport(node) || node.type === "ImportDeclaration");
  return { name, imports, isBarrel };
}

/**
 * @param {string} srcDir
 * @param {string} fromName relative to srcDir
 * @param {string} specifier
 * @returns {string | null} the imported file, relative to srcDir; null when there is none
 */
function resolveImport(srcDir, fromName, specifier) {
  const bare = specifier.replace(/\?.*$/, "");
  const target = path.join(srcDir, path.dirname(fromName), bare);
  const candidates = ["", ".ts", ".tsx", ".d.ts", "/index.ts"].map((ending) => target + ending);
  const file = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  return file === undefined ? null : path.relative(srcDir, file).replaceAll(path.sep, "/");
}

/** @param {string} name @returns {{ readonly key: string, readonly row: Row } | null} */
function rowOf(name) {
  /** @type {Readonly<Record<string, Row>>} */
  const table = rows;
  for (const key of [withoutEnding(name), name.split("/")[0] ?? ""]) {
    const row = table[key];
    if (row !== undefined) return { key, row };
  }
  return null;
}

/**
 * @param {Row} row
 * @param {string} toName
 * @returns {import("./import-rules.mjs").Grant | null}
 */
function grantFor(row, toName) {
  if (row.imports === "anything") return "any";
  return row.imports[withoutEnding(toName)] ?? row.imports[toName.split("/")[0] ?? ""] ?? null;
}

/** @param {Row} row @param {string} specifier */
function allowsPackage(row, specifier) {
  if (row.packages === "anything") return true;
  return row.packages.some((allowed) =>
    allowed.endsWith("/*")
      ? specifier.startsWith(allowed.slice(0, -1))
      : specifier === allowed || specifier.startsWith(`${allowed}/`),
  );
}

/** @param {Row} row */
function grantsInWords(row) {
  if (row.imports === "anything") return "anything";
  const grants = Object.entries(row.imports);
  if (grants.length === 0) return "nothing";
  return grants.map(([to, grant]) => (grant === "types" ? `${to} (types)` : to)).join(", ");
}

/**
 * Circles of imports: at least one for every group of files that go in a circle, by a depth-first walk that keeps its trail.
 * @param {ReadonlyMap<string, readonly Edge[]>} edges
 * @returns {readonly (readonly Edge[])[]}
 */
export function findCycles(edges) {
  /** @type {Edge[][]} */
  const cycles = [];
  /** @type {Set<string>} */
  const finished = new Set();
  /** @type {Edge[]} */
  const trail = [];
  /** @param {string} name */
  const walk = (name) => {
    for (const edge of edges.get(name) ?? []) {
      if (finished.has(edge.to)) continue;
      const start = edge.to === name ? trail.length : trail.findIndex((passed) => passed.from === edge.to);
      if (start >= 0) {
        cycles.push([...trail.slice(start), edge]);
        continue;
      }
      trail.push(edge);
      walk(edge.to);
      trail.pop();
    }
    finished.add(name);
  };
  for (const name of edges.keys()) if (!finished.has(name)) walk(name);
  return cycles;
}

/**
 * @param {string} srcDir
 * @returns {{ readonly files: number, readonly problems: readonly Problem[] }}
 */
export function checkImports(srcDir) {
  const names = readdirSync(srcDir, { recursive: true })
    .map((name) => String(name).replaceAll(path.sep, "/"))
    .filter((name) => /\.(tsx?|js)$/.test(name))
    .sort();
  /** @type {Problem[]} */
  const problems = [];
  /** @type {Map<string, Edge[]>} */
  const edges = new Map();

  for (const name of names) {
    const source = readImports(name, readFileSync(path.join(srcDir, name), "utf8"));
    const file = `${path.basename(srcDir)}/${name}`;
    /** @param {number} line @param {string} message */
    const report = (line, message) => problems.push({ file, line, message });
    const own = rowOf(name);
    if (own === null) {
      report(1, `the folder "${name.split("/")[0]}" has no row in scripts/import-rules.mjs`);
      continue;
    }
    if (source.isBarrel && !publicEntries.includes(withoutEnding(name))) {
      report(1, "only re-exports: import from the files themselves, barrel files hide who needs what");
    }
    /** @type {Edge[]} */
    const outgoing = [];
    edges.set(name, outgoing);
    for (const { specifier, line, kind } of source.imports) {
      if (!specifier.startsWith(".")) {
        if (!isTest(name) && !allowsPackage(own.row, specifier)) {
          report(line, `${own.key} may not import the package "${specifier}"`);
        }
        continue;
      }
      const target = resolveImport(srcDir, name, specifier);
      if (target === null) {
        report(line, `"${specifier}" is no file`);
        continue;
      }
      if (isTest(target)) report(line, `"${specifier}" is a test; move what is shared to a file of its own`);
      if (kind !== "address") outgoing.push({ from: name, to: target, line });
      const sameFolder = target.split("/")[0] === name.split("/")[0] && !target.startsWith("..");
      // A file with a row of its own is held to it inside its folder too.
      const isFree = sameFolder && (kind === "address" || !own.key.includes("/"));
      if (isTest(name) || isFree) continue;
      const grant = grantFor(own.row, target);
      if (grant === null) {
        report(line, `${own.key} may not import ${target} (it may import ${grantsInWords(own.row)})`);
      } else if (grant === "types" && kind !== "types") {
        report(line, `${own.key} may import only types from ${target}; write "import type"`);
      }
    }
  }
  for (const cycle of findCycles(edges)) {
    const [first] = cycle;
    if (first === undefined) continue;
    const message = `imports go in a circle: ${[...cycle.map((edge) => edge.from), first.from].join(" -> ")}`;
    problems.push({ file: `${path.basename(srcDir)}/${first.from}`, line: first.line, message });
  }
  return { files: names.length, problems };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, problems } = checkImports(path.resolve(import.meta.dirname, "../src"));
  for (const { file, line, message } of problems) console.error(`${file}:${line}: ${message}`);
  console.log(
    problems.length === 0
      ? `The imports of ${files} files keep to the rules.`
      : `${problems.length} of the imports in ${files} files break the rules (scripts/import-rules.mjs).`,
  );
  process.exitCode = problems.length === 0 && files > 0 ? 0 : 1;
}
