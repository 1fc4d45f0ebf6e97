// @ts-check
/**
 * `npm test`: everything that is checked, on a machine that has Node and nothing else. Installs what is missing, a Chromium
 * included, then runs every stage, also after one failed, and ends with `N passed, N failed`.
 */
import "./require-node.mjs";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { install, run, runTool } from "./tools.mjs";

/**
 * @typedef {import("./tools.mjs").Outcome} Outcome
 * @typedef {{ readonly passed: number, readonly failed: number, readonly note?: string, readonly output?: string }} Result
 */

const total = { passed: 0, failed: 0 };
const reports = mkdtempSync(path.join(tmpdir(), "gatescope-test-"));

/** A stage's exception is the stage's failure. @param {string} title @param {() => Promise<Result>} work */
async function stage(title, work) {
  const start = Date.now();
  process.stdout.write(`${title.padEnd(16)}`);
  const result = await work().catch(
    (error) => /** @type {Result} */ ({ passed: 0, failed: 1, output: String(error?.stack ?? error) }),
  );
  total.passed += result.passed;
  total.failed += result.failed;
  const verdict = result.failed === 0 ? "ok" : "FAILED";
  const details = [result.note ?? "", `${((Date.now() - start) / 1000).toFixed(1)} s`];
  console.log(`${verdict}  ${details.filter((text) => text !== "").join(", ")}`);
  if (result.failed > 0 && result.output !== undefined)
    console.log(result.output.trimEnd().replace(/^/gm, "    "));
}

/** A check that passes or fails as a whole. @param {Promise<Outcome>} running @returns {Promise<Result>} */
async function check(running) {
  const { ok, output, timedOut } = await running;
  if (ok) return { passed: 1, failed: 0 };
  return { passed: 0, failed: 1, output, ...(timedOut ? { note: "stopped, it took too long" } : {}) };
}

/**
 * Counts from a report; whatever does not add up is one more failure: a tool that stopped, a file that could not be
 * loaded, no test at all.
 * @param {Outcome} outcome
 * @param {() => { readonly passed: number, readonly failed: number }} readCounts
 * @returns {Result}
 */
function counted(outcome, readCounts) {
  const { ok, output, timedOut } = outcome;
  try {
    const { passed, failed } = readCounts();
    if (passed + failed === 0) return { passed, failed: 1, note: "no test was found", output };
    if (!ok && failed === 0) return { passed, failed: 1, note: "it ended with an error", output };
    return { passed, failed, note: `${passed} passed, ${failed} failed`, output };
  } catch {
    return {
      passed: 0,
      failed: 1,
      note: timedOut ? "stopped, it took too long" : "it stopped early",
      output,
    };
  }
}

async function unitTests() {
  const report = path.join(reports, "unit.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const outcome = await runTool("vitest/vitest.mjs", ["run", ...reporters], { timeoutMs: 1_800_000 });
  return counted(outcome, () => {
    const { numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
    let failed = 0;
    for (const { status, assertionResults } of testResults) {
      const failures = assertionResults.filter(
        (/** @type {{ status: string }} */ one) => one.status === "failed",
      ).length;
      // A file that fails without a failed test could not even be loaded.
      failed += status === "failed" ? Math.max(failures, 1) : failures;
    }
    return { passed: numPassedTests, failed };
  });
}

/** @param {string} chromiumPath */
async function browserTests(chromiumPath) {
  const report = path.join(reports, "browser.json");
  const outcome = await runTool("@playwright/test/cli.js", ["test", "--reporter=list,json"], {
    env: { GATESCOPE_CHROMIUM: chromiumPath, PLAYWRIGHT_JSON_OUTPUT_FILE: report, FORCE_COLOR: "0" },
    timeoutMs: 2_400_000,
  });
  return counted(outcome, () => {
    const { stats } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
  });
}

/** Runs handlers on the installed workerd, where that and strace can be had, and holds the model against them. */
async function workerdCheck() {
  const { installPackages, onPath } = await import("./packages.mjs");
  const problem =
    process.platform === "linux" && onPath("strace") === undefined ? await installPackages(["strace"]) : null;
  const report = path.join(reports, "workerd.json");
  const args = ["scripts/run-ts.mjs", "e2e/workerd/lab/live-check.ts", "--report", report];
  const outcome = await run(process.execPath, args, { timeoutMs: 180_000 });
  const skipped = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")).skipped : null;
  if (outcome.ok && typeof skipped === "string") {
    const tried = problem === null ? "" : ` (the distribution's strace: ${problem})`;
    return { passed: 0, failed: 0, note: `skipped: ${skipped}${tried}` };
  }
  return counted(outcome, () => JSON.parse(readFileSync(report, "utf8")));
}

async function allStages() {
  await stage("dependencies", async () => {
    const { ok, output, wasNeeded } = await install();
    return { passed: 0, failed: ok ? 0 : 1, note: wasNeeded ? "npm ci" : "already there", output };
  });
  // Nothing below can start without them.
  if (total.failed > 0) return;

  /** @type {import("./chromium.mjs").Found | null} */
  let chromium = null;
  await stage("chromium", async () => {
    const { ensureChromium } = await import("./chromium.mjs");
    /** @type {string[]} */
    const tried = [];
    chromium = await ensureChromium((line) => tried.push(line));
    const note = [...tried, chromium === null ? "none found" : `${chromium.from}: ${chromium.path}`].join(
      "; ",
    );
    return { passed: 0, failed: 0, note };
  });

  await stage("types", () => check(runTool("typescript/bin/tsc", ["-b", "--pretty", "false"])));
  await stage("lint", () => check(runTool("@biomejs/biome/bin/biome", ["lint", "--error-on-warnings", "."])));
  await stage("format", () =>
    check(runTool("@biomejs/biome/bin/biome", ["format", "--reporter=summary", "."])),
  );
  await stage("imports", () => check(run(process.execPath, ["scripts/check-imports.mjs"])));
  await stage("unit tests", unitTests);
  await stage("real workerd", workerdCheck);
  const failedBefore = total.failed;
  await stage("build", () => check(runTool("vite/bin/vite.js", ["build", "--logLevel", "warn"])));
  const isBuilt = total.failed === failedBefore;
  await stage("browser tests", async () => {
    if (!isBuilt) return { passed: 0, failed: 1, note: "not run: there is no build" };
    if (chromium === null) return { passed: 0, failed: 1, note: "not run: there is no Chromium" };
    return browserTests(chromium.path);
  });
}

try {
  await allStages();
} finally {
  rmSync(reports, { recursive: true, force: true });
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
