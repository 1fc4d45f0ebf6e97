/* What recording needs and a machine may lack: Linux, and a strace that can attach to a running process and inject errors. */
import { spawnSync } from "node:child_process";

/** Since then strace counts `when=` ranges and injects into a process that it is attached to. */
const OLDEST_STRACE = [5, 3] as const;

/** What the machine has. `strace` is what `strace -V` prints, null when there is none. */
export interface Machine {
  readonly platform: string;
  readonly strace: string | null;
}

/** This machine. */
export function lookAtMachine(): Machine {
  const { status, stdout } = spawnSync("strace", ["-V"], { encoding: "utf8" });
  return { platform: process.platform, strace: status === 0 ? stdout : null };
}

/** What is missing and what to do about it, in one sentence; null when nothing is. */
export function whatIsMissing({ platform, strace }: Machine): string | null {
  if (platform !== "linux")
    return `It needs Linux, and this is ${platform}: the recorder reads system calls with strace.`;
  if (strace === null) return "It needs strace: install the package `strace` of the distribution.";
  const version = /version (\d+)\.(\d+)/.exec(strace);
  if (version === null)
    return `It needs strace ${OLDEST_STRACE.join(".")} or newer, and \`strace -V\` does not tell its version.`;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const [oldestMajor, oldestMinor] = OLDEST_STRACE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return `It needs strace ${OLDEST_STRACE.join(".")} or newer, and this is ${major}.${minor}: install a newer one.`;
}
