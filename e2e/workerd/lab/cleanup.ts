/*
 * What must not outlive the recorder: processes and temporary folders. They are released when the run that made them is
 * done, and when this process ends before, for whatever reason that lets it say good-bye.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const releases = new Set<() => void>();

/** The newest first: a process is ended before the folder that it writes to is removed. */
function releaseAll(): void {
  for (const release of [...releases].reverse()) release();
  releases.clear();
}

let isWatching = false;

function watchForTheEnd(): void {
  if (isWatching) return;
  isWatching = true;
  process.once("exit", releaseAll);
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.once(signal, () => process.exit(status));
  }
}

/** A process that dies with this one. */
export function startProcess(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  watchForTheEnd();
  const child = spawn(command, args, options);
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  releases.add(kill);
  child.once("exit", () => releases.delete(kill));
  child.once("error", () => releases.delete(kill));
  return child;
}

/** Whether it has ended. */
export const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** Ends a process, at first with `signal`, and waits until it is gone. */
export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
  await gone;
  clearTimeout(timer);
}

/** A temporary folder that goes with this process at the latest. */
export function makeFolder(prefix: string): { readonly folder: string; readonly remove: () => void } {
  watchForTheEnd();
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  const remove = (): void => {
    releases.delete(remove);
    // A process that was just killed may still have had a file to write.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  releases.add(remove);
  return { folder, remove };
}
