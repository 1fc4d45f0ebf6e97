// @ts-check
/** The distribution's packages, for what the checks need and npm does not have. */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { run } from "./tools.mjs";

const TIMEOUT_MS = 300_000;

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where the command is. @param {string} command @returns {string | undefined} */
export function onPath(command) {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const ending = process.platform === "win32" ? ".exe" : "";
  return folders.map((folder) => path.join(folder, command + ending)).find(isExecutable);
}

/**
 * Installs packages as root on Debian and its kin; says why not otherwise.
 * @param {readonly string[]} names
 * @returns {Promise<string | null>}
 */
export async function installPackages(names) {
  if (onPath("apt-get") === undefined) return "there is no apt-get";
  if (process.getuid?.() !== 0) return "needs root";
  const options = { timeoutMs: TIMEOUT_MS, env: { DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "-q"], options);
  const { ok } = await run("apt-get", ["install", "-qy", "--no-install-recommends", ...names], options);
  return ok ? null : "cannot be installed";
}
