/*
 * What recording needs and a machine may lack: Linux, a strace that can inject errors into a running process, and the right
 * to attach to one.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Since then strace counts `when=` ranges. */
const OLDEST_STRACE = [5, 3] as const;

/** What the machine has. */
export interface Machine {
  readonly platform: string;
  /** What `strace -V` prints, null when there is no strace. */
  readonly strace: string | null;
  /** What strace says when it may not trace a process of its own, null when it may. */
  readonly refusal: string | null;
  /** Whether only root may attach to a process that it did not start (`kernel.yama.ptrace_scope`). */
  readonly restrictsAttaching: boolean;
  readonly isRoot: boolean;
}

function restrictsAttaching(): boolean {
  try {
    return readFileSync("/proc/sys/kernel/yama/ptrace_scope", "utf8").trim() !== "0";
  } catch {
    return false;
  }
}

/** This machine. */
export function lookAtMachine(): Machine {
  const version = spawnSync("strace", ["-V"], { encoding: "utf8" });
  const trial = spawnSync("strace", ["-o", "/dev/null", process.execPath, "--version"], { encoding: "utf8" });
  return {
    platform: process.platform,
    strace: version.status === 0 ? version.stdout : null,
    refusal: trial.status === 0 ? null : (trial.stderr ?? "").trim().split("\n")[0] || "no reason given",
    restrictsAttaching: restrictsAttaching(),
    isRoot: process.getuid?.() === 0,
  };
}

function straceProblem(text: string): string | null {
  const oldest = OLDEST_STRACE.join(".");
  const version = /version (\d+)\.(\d+)/.exec(text);
  if (version === null)
    return `It needs strace ${oldest} or newer, and \`strace -V\` does not tell its version.`;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const [oldestMajor, oldestMinor] = OLDEST_STRACE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return `It needs strace ${oldest} or newer, and this is ${major}.${minor}: install a newer one.`;
}

/** What is missing and what to do about it, in one sentence; null when nothing is. */
export function whatIsMissing(machine: Machine): string | null {
  const { platform, strace, refusal, isRoot } = machine;
  if (platform !== "linux")
    return `It needs Linux, and this is ${platform}: system calls are read with strace.`;
  if (strace === null) return "It needs strace: install the distribution's package `strace`.";
  const problem = straceProblem(strace);
  if (problem !== null) return problem;
  if (refusal !== null)
    return `strace may not trace here (${refusal}): a container needs the capability SYS_PTRACE.`;
  if (machine.restrictsAttaching && !isRoot)
    return "strace may not attach to workerd here: run it as root, or set kernel.yama.ptrace_scope to 0.";
  return null;
}
