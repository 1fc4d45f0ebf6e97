/*
 * Conformance with real workerd: `npm run -s conformance -- --corpus DIR [--json]`. Reads a corpus of recordings (see
 * src/workerd/corpus.ts) and says for every scenario and build whether the model allows what was recorded.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { compileHandler } from "../handler/compile.ts";
import * as model from "../model/model.ts";
import type { State } from "../model/state.ts";
import "../model/whole.ts";
import { type CorpusError, describeCorpusError, parseScenario, type Scenario } from "../workerd/corpus.ts";
import { type Judge, judgeScenario } from "./conformance-judge.ts";
import { describeReport, summarize } from "./conformance-report.ts";

const USAGE = "Usage: npm run conformance -- --corpus DIR [--json] [--only NAME]";
/** A search that has visited this many states is given up; the recorded scenarios need a few hundred. */
export const MAX_STATES = 20_000;

/** Every scenario of a corpus folder, and what is wrong with the others. */
export function readCorpus(folder: string): {
  readonly scenarios: readonly Scenario[];
  readonly errors: readonly CorpusError[];
} {
  const files = readdirSync(folder);
  const names = files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length));
  const scenarios: Scenario[] = [];
  const errors: CorpusError[] = [];
  for (const name of names.sort()) {
    if (!files.includes(`${name}.js`)) {
      errors.push({ file: `${name}.js`, field: "", message: `is missing: ${name}.json has no handler` });
      continue;
    }
    const read = (ending: string) => readFileSync(path.join(folder, name + ending), "utf8");
    const parsed = parseScenario(name, read(".json"), read(".js"));
    if (parsed.ok) scenarios.push(parsed.value);
    else errors.push(parsed.error);
  }
  return { scenarios, errors };
}

/** The gate model with its compiler. */
export const gateJudge: Judge<State> = { model, compile: compileHandler, maxStates: MAX_STATES };

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments(): {
  readonly corpus: string;
  readonly json: boolean;
  readonly only: string | undefined;
} {
  try {
    const { values } = parseArgs({
      options: { corpus: { type: "string" }, json: { type: "boolean" }, only: { type: "string" } },
    });
    if (values.corpus === undefined) return fail(USAGE);
    return { corpus: values.corpus, json: values.json ?? false, only: values.only };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function main(): void {
  const { corpus, json, only } = readArguments();
  let read: ReturnType<typeof readCorpus>;
  try {
    read = readCorpus(corpus);
  } catch (error) {
    fail(`Cannot read the corpus: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (read.errors.length > 0) fail(read.errors.map(describeCorpusError).join("\n"));
  const scenarios = read.scenarios.filter(({ name }) => only === undefined || name === only);
  if (scenarios.length === 0)
    fail(`There is no scenario${only === undefined ? "" : ` ${only}`} in ${corpus}.`);
  const report = summarize(scenarios.map((scenario) => judgeScenario(gateJudge, scenario)));
  console.log(json ? JSON.stringify(report, null, 1) : describeReport(report));
}

if (process.argv[1]?.endsWith("conformance.ts")) main();
