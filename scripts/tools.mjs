// @ts-check
/** What start.mjs and test.mjs share. Only Node's own modules, because it runs before anything is installed. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");

/**
 * @typedef {{ readonly ok: boolean, readonly output: string, readonly timedOut: boolean }} Outcome
 * @typedef {{ readonly env?: Readonly<Record<string, string>>, readonly timeoutMs?: number, readonly show?: boolean }} RunOptions
 */

/**
 * Runs a command in the project's folder without input. The output is collected, and shown as it comes when `show` is set.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { env = {}, timeoutMs = 600_000, show = false } = {}) {
  return new Promise((resolve) => {
    const isWindows = process.platform === "win32";
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that a command that hangs is stopped with everything it started.
      detached: !isWindows,
    });
    let output = "";
    let timedOut = false;
    const stop = () => {
      if (child.pid === undefined) return;
      try {
        if (isWindows) child.kill("SIGKILL");
        else process.kill(-child.pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    };
    const interrupt = () => {
      stop();
      process.exit(130);
    };
    process.once("SIGINT", interrupt);
    process.once("SIGTERM", interrupt);
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, timeoutMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        if (show) process.stdout.write(text);
      });
    }
    /** @param {boolean} ok */
    const finish = (ok) => {
      clearTimeout(timer);
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
      resolve({ ok, output, timedOut });
    };
    child.once("error", (error) => {
      output += `${error.message}\n`;
      finish(false);
    });
    child.once("close", (code) => finish(code === 0));
  });
}

/**
 * Runs an installed tool's own script with this Node, which needs no shell and no PATH.
 * @param {string} script below node_modules/
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export const runTool = (script, args, options) =>
  run(process.execPath, [path.join(root, "node_modules", script), ...args], options);

/**
 * @param {string} file
 * @returns {Record<string, { readonly version?: string, readonly optional?: boolean }> | null}
 */
function packagesOf(file) {
  if (!existsSync(file)) return null;
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** Whether node_modules is what package-lock.json asks for. npm keeps a lock of its own inside node_modules. */
export function isInstalled() {
  const wanted = packagesOf(path.join(root, "package-lock.json")) ?? {};
  const present = packagesOf(path.join(root, "node_modules", ".package-lock.json"));
  if (present === null) return false;
  // What is optional may be left out: it is for other machines.
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === "") return true;
    const installed = present[name];
    return installed === undefined ? optional === true : installed.version === version;
  });
}

/**
 * Installs the exact versions of package-lock.json unless they are there.
 * @returns {Promise<Outcome & { readonly wasNeeded: boolean }>}
 */
export async function install() {
  if (isInstalled()) return { ok: true, output: "", timedOut: false, wasNeeded: false };
  // The tools are development dependencies; a machine set up for production would leave them out.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const npmScript = process.env.npm_execpath;
  const outcome =
    npmScript?.endsWith("npm-cli.js") === true
      ? await run(process.execPath, [npmScript, ...args])
      : await run("npm", args);
  return { ...outcome, wasNeeded: true };
}
