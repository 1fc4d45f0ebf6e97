// @ts-check
/**
 * Finds the Chromium for the browser tests, screenshots and benchmarks, or installs one. In order: the variable
 * GATESCOPE_CHROMIUM, a browser on the PATH, Playwright's own download, the distribution's package.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { run, runTool } from "./tools.mjs";

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
const PACKAGE_TIMEOUT_MS = 300_000;

/** @typedef {{ readonly path: string, readonly from: string }} Found */

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether it starts: some systems have a command that only says how to install the browser. @param {string} file */
function answers(file) {
  // On Windows --version opens a window instead.
  if (process.platform === "win32") return true;
  return spawnSync(file, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

/** @param {string} command @returns {string | undefined} */
function onPath(command) {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const ending = process.platform === "win32" ? ".exe" : "";
  return folders.map((folder) => path.join(folder, command + ending)).find(isExecutable);
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

async function installPackage() {
  if (onPath("apt-get") === undefined) return "there is no apt-get";
  if (process.getuid?.() !== 0) return "needs root";
  const options = { timeoutMs: PACKAGE_TIMEOUT_MS, env: { DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "-q"], options);
  // Fonts: without any, text has no width and nothing is where it should be.
  const packages = ["chromium", "fonts-dejavu-core"];
  const { ok } = await run("apt-get", ["install", "-qy", "--no-install-recommends", ...packages], options);
  return ok ? "installed, but it does not start" : "cannot be installed";
}

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

  const packageProblem = await installPackage();
  const packaged = fromPath();
  if (packaged !== null) return packaged;
  say(`the distribution's Chromium: ${packageProblem}`);
  return null;
}
