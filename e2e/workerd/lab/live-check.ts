/*
 * `npm run workerd:check`: runs a sample of the recorded handlers on the installed workerd and asks the model whether it allows
 * what was seen just now. With `--report FILE` the counts are written there for `npm test`.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { gateJudge } from "../../../src/app/conformance.ts";
import { judgeScenario } from "../../../src/app/conformance-judge.ts";
import { describeCorpusError, parseScenario } from "../../../src/workerd/corpus.ts";
import { installedBinary } from "./builds.ts";
import type { Outcome } from "./outcomes.ts";
import { lookAtMachine, whatIsMissing } from "./requirements.ts";
import { buildsFor, runOnce } from "./run.ts";
import { readScenario, type Scenario } from "./scenario.ts";

const JOBS = 2;

/** Held connections, commits that fail, writes, closing, responses: what the gate is about, in handlers without a race. */
const SAMPLE = [
  "corpus/put-then-connect",
  "corpus/put-then-connect-fault",
  "corpus/connect-refused-after-put",
  "corpus/put-then-close",
  "corpus/put-then-writer-close-fault",
  "corpus/write-many-queued",
  "corpus/ping-pong-with-puts",
  "corpus/response-while-put-pending",
  "corpus/follow-up-after-break",
  "corpus/service-throws",
  "cluster-corpus/put-then-connect",
  "cluster-corpus/put-wait-connect",
  "cluster-corpus/put-between-writes",
  "cluster-corpus/connects-in-three-turns",
  "cluster-corpus/put-then-close",
  "cluster-corpus/response-while-put-pending",
  "cluster-corpus/transaction-then-connect-refused",
  "cluster-corpus/put-between-writes-refused",
];

/** What the model says about what was seen; null when it allows it. */
function objection({ name, source, json }: Scenario, build: string, outcome: Outcome): string | null {
  const text = JSON.stringify({ ...json, observed: { [build]: [{ ...outcome, runs: 1 }] } });
  const parsed = parseScenario(name, text, source);
  if (!parsed.ok) return describeCorpusError(parsed.error);
  const { cases } = judgeScenario(gateJudge, parsed.value);
  const refused = cases.find(({ verdict }) => verdict !== "accepted");
  if (cases.length === 0) return "the model has not been asked";
  return refused === undefined ? null : `${refused.verdict}: ${refused.why}`;
}

/** Runs one handler and tells how it went. */
async function check(place: string, binary: string): Promise<boolean> {
  const scenario = readScenario(path.resolve(import.meta.dirname, "..", `${place}.js`));
  const build = buildsFor(scenario).at(-1);
  if (build === undefined) throw new Error(`${place} has no build.`);
  const why = await runOnce(scenario, build, binary).then(
    (outcome) => objection(scenario, build.name, outcome),
    (error) => `it did not run: ${error instanceof Error ? error.message : String(error)}`,
  );
  console.log(why === null ? `ok      ${place}` : `FAILED  ${place}\n    ${why}`);
  return why === null;
}

/** Why nothing can be checked here, null if it can. */
function reasonToSkip(): string | null {
  const missing = whatIsMissing(lookAtMachine());
  if (missing !== null) return missing;
  return installedBinary() === null ? "npm has no workerd for this machine." : null;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { report: { type: "string" } } });
  const skipped = reasonToSkip();
  const binary = installedBinary();
  let passed = 0;
  if (skipped === null && binary !== null) {
    const queue = [...SAMPLE];
    const work = async (): Promise<void> => {
      for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
        if (await check(place, binary)) passed += 1;
      }
    };
    await Promise.all(Array.from({ length: JOBS }, work));
  }
  const counts = { passed, failed: skipped === null ? SAMPLE.length - passed : 0 };
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ ...counts, skipped }));
  console.log(skipped === null ? `${counts.passed} passed, ${counts.failed} failed` : `skipped: ${skipped}`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

await main();
