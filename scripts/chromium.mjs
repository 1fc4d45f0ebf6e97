// @ts-check
/**
 * Finds the Chromium for the browser tests, screenshots and benchmarks, or installs one. In order: the variable
 * GATESCOPE_CHROMIUM, a browser on the PATH, Playwright's own download, the distribution's package.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { installPackages, isExecutable, onPath } from "./packages.mjs";
import { runTool } from "./tools.mjs";

/** How every script here starts Chromium: as root and in containers too, and without calls to the network of its own. */
export const chromiumArgs = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

const commands = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
];
const DOWNLOAD_TIMEOUT_MS = 240_000;

/** @typedef {{ readonly path: string, readonly from: string }} Found */

/** Whether it starts: some systems have a command that only says how to install the browser. @param {string} file */
function answers(file) {
  // On Windows --version opens a window instead.
  if (process.platform === "win32") return true;
  return spawnSync(file, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

/** @returns {Found | null} */
function fromVariable() {
  const file = process.env.GATESCOPE_CHROMIUM ?? "";
  return file !== "" && isExecutable(file) && answers(file)
    ? { path: file, from: "GATESCOPE_CHROMIUM" }
    : null;
}

/** @returns {Found | null} */
function fromPath() {
  for (const command of commands) {
    const file = onPath(command);
    if (file !== undefined && answers(file)) return { path: file, from: `${command} on the PATH` };
  }
  return null;
}

/** @returns {Found | null} */
function fromPlaywright() {
  const file = chromium.executablePath();
  return existsSync(file) && answers(file) ? { path: file, from: "Playwright's download" } : null;
}

/** The Chromium that is there already. @returns {Found | null} */
export const findChromium = () => fromVariable() ?? fromPath() ?? fromPlaywright();

async function download() {
  const { ok, timedOut } = await runTool("@playwright/test/cli.js", ["install", "chromium"], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000" },
  });
  if (timedOut) return "took too long";
  return ok ? "downloaded, but it does not start" : "cannot be downloaded here";
}

// Fonts: without any, text has no width and nothing is where it should be.
const packages = ["chromium", "fonts-dejavu-core"];

/**
 * Finds a Chromium, else installs one; says in one line each what was tried without success.
 * @param {(line: string) => void} say
 * @returns {Promise<Found | null>}
 */
export async function ensureChromium(say) {
  if ((process.env.GATESCOPE_CHROMIUM ?? "") !== "" && fromVariable() === null) {
    say(`GATESCOPE_CHROMIUM: ${process.env.GATESCOPE_CHROMIUM} does not start`);
  }
  const present = findChromium();
  if (present !== null) return present;
  say("no Chromium on the PATH");

  const downloadProblem = await download();
  const downloaded = fromPlaywright();
  if (downloaded !== null) return downloaded;
  say(`Playwright's Chromium: ${downloadProblem}`);

  const packageProblem = await installPackages(packages);
  const packaged = fromPath();
  if (packaged !== null) return packaged;
  say(`the distribution's Chromium: ${packageProblem ?? "installed, but it does not start"}`);
  return null;
}
