/* The workerd process of one run, and strace beside it. */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hasEnded, makeFolder, startProcess, stopProcess } from "./cleanup.ts";
import type { Fault } from "./scenario.ts";
import { type Call, readCalls } from "./strace.ts";
import { type WorkerSetup, workerFiles } from "./worker.ts";

const START_TIMEOUT_MS = 20_000;
const ATTACH_TIMEOUT_MS = 5000;
const NETWORK_CALLS = "connect,sendto,sendmsg,write,writev,recvfrom,recvmsg,read,readv,shutdown,close";
const DISK_CALLS = "fsync,fdatasync,pwrite64";

/** What strace watches, and which calls it makes fail. */
export interface Tracing {
  readonly disk: boolean;
  readonly fault: Fault | null;
}

export class Workerd {
  readonly folder: string;
  readonly port: number;
  /** What the handler logs and what workerd logs, since `forgetOutput`. */
  output = "";
  errors = "";
  private readonly child: ChildProcess;
  private strace: ChildProcess | null = null;
  private readonly removeFolder: () => void;

  private constructor(child: ChildProcess, port: number, folder: string, removeFolder: () => void) {
    this.child = child;
    this.port = port;
    this.folder = folder;
    this.removeFolder = removeFolder;
  }

  /** Starts it on a port of its own choice. */
  static async start(binary: string, setup: WorkerSetup): Promise<Workerd> {
    const { folder, remove } = makeFolder("gatescope-workerd-");
    mkdirSync(path.join(folder, "do"));
    for (const [name, text] of Object.entries(workerFiles(setup, folder))) {
      writeFileSync(path.join(folder, name), text);
    }
    const args = [
      "serve",
      path.join(folder, "config.capnp"),
      "--experimental",
      "--verbose",
      "--control-fd=3",
    ];
    const child = startProcess(binary, args, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
    let early = "";
    const keep = (text: Buffer): void => {
      early += text.toString();
    };
    child.stderr?.on("data", keep);
    try {
      const port = await portFromControl(child, () => early);
      child.stderr?.off("data", keep);
      const workerd = new Workerd(child, port, folder, remove);
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        workerd.output += text;
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        workerd.errors += text;
      });
      return workerd;
    } catch (error) {
      await stopProcess(child, "SIGKILL");
      remove();
      throw error;
    }
  }

  /** From here on what it writes counts. */
  forgetOutput(): void {
    this.output = "";
    this.errors = "";
  }

  /** Calls back when it ends by itself. */
  onExit(listener: (how: string) => void): void {
    this.child.once("exit", (code, signal) => listener(String(code ?? signal)));
  }

  /** Calls back with every line that the handler logs from here on. */
  onLog(listener: (line: string) => void): void {
    let rest = "";
    this.child.stdout?.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") listener(line);
    });
  }

  /** How it ended, if it did. */
  get ended(): number | string | null {
    return this.child.exitCode ?? this.child.signalCode;
  }

  private get traceFile(): string {
    return path.join(this.folder, "strace.txt");
  }

  /** From here on its system calls are written down, and fail as the scenario says. */
  async attachStrace({ disk, fault }: Tracing): Promise<void> {
    const args = ["-f", "-ttt", "-s", "2000", "-o", this.traceFile, "-p", String(this.child.pid)];
    args.push("-e", `trace=${disk ? `${DISK_CALLS},` : ""}${NETWORK_CALLS}`);
    if (fault !== null && "fsync" in fault)
      args.push("-e", `inject=fsync,fdatasync:error=EIO:when=${fault.fsync}`);
    if (fault !== null && "write" in fault)
      args.push("-e", `inject=pwrite64:error=ENOSPC:when=${fault.write}`);
    const strace = startProcess("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
    this.strace = strace;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`strace cannot attach to workerd: ${why.trim()}`));
      const timer = setTimeout(() => fail(said === "" ? "it says nothing" : said), ATTACH_TIMEOUT_MS);
      strace.stderr?.on("data", (text: Buffer) => {
        said += text.toString();
        if (!said.includes("attached")) return;
        clearTimeout(timer);
        resolve();
      });
      strace.once("error", (error) => fail(error.message));
      strace.once("exit", () => fail(`${said} (in a container it may need the capability SYS_PTRACE)`));
    });
  }

  /** Ends strace and reads what it wrote. */
  async detachStrace(): Promise<readonly Call[]> {
    if (this.strace !== null) await stopProcess(this.strace, "SIGINT");
    this.strace = null;
    return existsSync(this.traceFile) ? readCalls(readFileSync(this.traceFile, "utf8")) : [];
  }

  async stop(): Promise<void> {
    if (this.strace !== null) await stopProcess(this.strace, "SIGINT");
    if (!hasEnded(this.child)) await stopProcess(this.child, "SIGKILL");
    this.removeFolder();
  }
}

/** workerd tells where it listens: {"event":"listen","socket":"http","port":39001}. */
function portFromControl(child: ChildProcess, said: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`workerd does not start: ${why}\n${said().trim()}`.trim()));
    };
    const timer = setTimeout(
      () => fail(`it does not listen within ${START_TIMEOUT_MS / 1000} s`),
      START_TIMEOUT_MS,
    );
    let text = "";
    child.stdio[3]?.on("data", (part: Buffer) => {
      text += part.toString();
      const port = /"socket":"http","port":(\d+)/.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(`it ends with ${code ?? signal}`));
  });
}
