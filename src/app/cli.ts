/*
 * The command line: `npx gatescope check FILE.js`. Reads, checks, prints, and says by its exit status what came of it.
 */
import { readFileSync } from "node:fs";
import { err, ok, type Result } from "../base/result.ts";
import { Check } from "../check/check.ts";
import { DifferenceSearch } from "../check/difference.ts";
import type { Program } from "../handler/program.ts";
import type { DesignChoice, Setup } from "../model/setup.ts";
import { DEFAULT_WORLD } from "../model/setup.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { differenceAsText } from "../store/difference-text.ts";
import { compile } from "../worker/compile.ts";
import { type CheckArguments, HELP, readArguments } from "./cli-arguments.ts";
import { isViolated, reportAsJson, reportAsText } from "./cli-text.ts";

/** The last one is the shell's for what ends by SIGINT. */
const [HOLDS, VIOLATED, CANNOT_RUN, INTERRUPTED] = [0, 1, 2, 130];

/** States between two looks at whether somebody wants to stop. */
const STATES_PER_SLICE = 2_000;

const MAIN: DesignChoice = { id: "main" };

async function run(): Promise<number> {
  const read = readArguments(process.argv.slice(2));
  if (!read.ok) return refuse(read.error);
  if (read.value === "help") {
    console.log(HELP);
    return HOLDS;
  }
  const args = read.value;
  const setup = await setupOf(args);
  if (!setup.ok) return refuse(setup.error);
  if (args.than !== null) return compare(setup.value, args.than, args);
  const startMs = performance.now();
  const check = new Check({ setup: setup.value, faults: args.faults, maxStates: args.maxStates });
  const isOver = await explore(check);
  const report = check.report();
  const seconds = Number(((performance.now() - startMs) / 1000).toFixed(3));
  console.log(
    args.json
      ? JSON.stringify(reportAsJson(report, seconds), null, 2)
      : reportAsText(setup.value, report, seconds),
  );
  if (!isOver) return interrupted(report.states);
  if (isViolated(report)) return VIOLATED;
  return report.complete && report.stuck === null ? HOLDS : CANNOT_RUN;
}

async function compare(setup: Setup, than: DesignChoice, args: CheckArguments): Promise<number> {
  const { program, world, design } = setup;
  const { faults, maxStates } = args;
  const search = new DifferenceSearch({ program, world, designs: [design, than], faults, maxStates });
  const isOver = await explore(search);
  const report = search.report();
  console.log(args.json ? JSON.stringify(report, null, 2) : differenceAsText([design, than], report));
  if (!isOver) return interrupted(report.states);
  if (report.type === "stopped") return CANNOT_RUN;
  return report.type === "differs" ? VIOLATED : HOLDS;
}

function refuse(why: string): number {
  console.error(`gatescope: ${why}`);
  return CANNOT_RUN;
}

function interrupted(states: number): number {
  console.error(`gatescope: interrupted at ${states.toLocaleString("en")} states; there are more.`);
  return INTERRUPTED;
}

/** Searches to the end, or until Ctrl-C: false. */
async function explore(search: Pick<Check, "advance" | "progress">): Promise<boolean> {
  let isInterrupted = false;
  process.once("SIGINT", () => {
    isInterrupted = true;
  });
  let toldMs = performance.now();
  while (search.advance(STATES_PER_SLICE)) {
    await new Promise(setImmediate);
    if (isInterrupted) break;
    if (!process.stderr.isTTY || performance.now() - toldMs < 200) continue;
    toldMs = performance.now();
    const { states, depth, frontier } = search.progress;
    process.stderr.write(`\r${states} states, depth ${depth}, ${frontier} to go on from `);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  return !isInterrupted;
}

async function setupOf({ handler, design, world }: CheckArguments): Promise<Result<Setup, string>> {
  if ("scenario" in handler) {
    const scenario = SCENARIOS.find(({ id }) => id === handler.scenario);
    if (scenario === undefined)
      return err(
        `--scenario: there is no "${handler.scenario}"; there are: ${SCENARIOS.map(({ id }) => id).join(", ")}.`,
      );
    const { program } = await scenario.load();
    return ok({ program, design: design ?? scenario.design, world: { ...scenario.world, ...world } });
  }
  const program = programOf(handler.file);
  if (!program.ok) return program;
  return ok({ program: program.value, design: design ?? MAIN, world: { ...DEFAULT_WORLD, ...world } });
}

function programOf(file: string): Result<Program, string> {
  let source: string;
  try {
    source = readFileSync(file, "utf8");
  } catch (error) {
    return err(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const compiled = compile(source);
  if (compiled.ok) return ok(compiled.value.program);
  const { line, column, message } = compiled.error;
  return err(`${file}:${line}:${column}: ${message}`);
}

process.exitCode = await run().catch((error: unknown) =>
  refuse(`a fault of its own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
);
