/*
 * The builds that are recorded, and where their binaries come from: npm's package of a version, installed into a folder
 * that git does not know. Nothing else is downloaded.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";

/** A build of workerd, under the name that the recordings have for it. */
export interface Build {
  readonly name: string;
  readonly version: string;
  readonly autogates: readonly string[];
}

/** The newest version whose behaviour the design `main` describes. */
export const MAIN_VERSION = "1.20261117.1";
const AUTOGATE = "workerd-autogate-tcp-socket-connect-output-gate";

/** Recorded with local storage, oldest first. */
export const LOCAL_BUILDS: readonly Build[] = [
  { name: "ungated", version: "1.20260410.1", autogates: [] },
  { name: "autogate-off", version: "1.20260501.1", autogates: [] },
  { name: "autogate-on", version: "1.20260501.1", autogates: [AUTOGATE] },
  { name: "main", version: MAIN_VERSION, autogates: [] },
];

/** Recorded with commits that go to a bucket. */
export const CLUSTER_BUILD: Build = { name: "main-cluster", version: MAIN_VERSION, autogates: [] };

const root = path.resolve(import.meta.dirname, "../../..");

/** The binary itself: the package's own command may be a script that starts it, and strace would watch that. */
function binaryOf(folder: string): string {
  const platform = `${process.platform}-${process.arch === "x64" ? "64" : process.arch}`;
  return path.join(folder, "node_modules/@cloudflare", `workerd-${platform}`, "bin/workerd");
}

/** The binary of the devDependency, null if there is none for this machine. */
export function installedBinary(): string | null {
  const binary = binaryOf(root);
  return existsSync(binary) ? binary : null;
}

/** What to tell when npm could not install a version: `output` is what npm said. */
export function describeInstallProblem(version: string, output: string): string {
  if (/E404|ETARGET|notarget|No matching version/i.test(output)) {
    return `There is no workerd ${version}; \`npm view workerd versions\` lists those that there are.`;
  }
  if (/EBADPLATFORM|Unsupported platform/i.test(output))
    return `workerd ${version} is not made for this machine.`;
  const last = output.trim().split("\n").at(-1) ?? "";
  return `npm cannot install workerd ${version}${last === "" ? "." : `: ${last}`}`;
}

/** The binary of a version, installed first if it is not there. Throws with a sentence for people. */
export function ensureBinary(version: string, say: (line: string) => void): string {
  const folder = path.join(root, ".cache/workerd", version);
  const binary = binaryOf(folder);
  if (existsSync(binary)) return binary;
  say(`installing workerd ${version}`);
  const args = ["install", "--no-audit", "--no-fund", "--no-save", "--prefix", folder, `workerd@${version}`];
  const { status, stdout, stderr, error } = spawnSync("npm", args, { encoding: "utf8" });
  if (error !== undefined) throw new Error(`npm cannot be run: ${error.message}`);
  if (status === 0 && existsSync(binary)) return binary;
  rmSync(folder, { recursive: true, force: true });
  throw new Error(describeInstallProblem(version, status === 0 ? "EBADPLATFORM" : `${stderr}\n${stdout}`));
}
