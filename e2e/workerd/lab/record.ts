/*
 * `npm run workerd:record`: runs handlers on real workerd, and writes down what the outside could see or compares it with
 * what is written down.
 */
import { writeFileSync } from "node:fs";
import { type Build, CLUSTER_BUILD, ensureBinary, LOCAL_BUILDS } from "./builds.ts";
import {
  type CountedOutcome,
  countOutcome,
  describeDifference,
  differsInSendingOnly,
  formatScenario,
  missingOutcomes,
  recordedOutcomes,
} from "./outcomes.ts";
import { type RecordOptions, readOptions, USAGE } from "./record-options.ts";
import { lookAtMachine, whatIsMissing } from "./requirements.ts";
import { buildsFor, runOnce } from "./run.ts";
import { findHandlers, readScenario, type Scenario } from "./scenario.ts";

/** One scenario and what its runs have shown so far, by build. */
interface Job {
  readonly scenario: Scenario;
  readonly builds: readonly Build[];
  readonly seen: Map<string, readonly CountedOutcome[]>;
  runsLeft: number;
}

/** What went wrong is told in one sentence; a stack would not help. */
function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function chooseBuilds(scenario: Scenario, { builds, version }: RecordOptions): readonly Build[] {
  const chosen = buildsFor(scenario).filter(({ name }) => {
    if (builds !== null) return builds.includes(name);
    return version === null || name === "main" || name === CLUSTER_BUILD.name;
  });
  return version === null ? chosen : chosen.map((build) => ({ ...build, version }));
}

function planJobs(options: RecordOptions): readonly Job[] {
  const known = [...LOCAL_BUILDS, CLUSTER_BUILD].map(({ name }) => name);
  const unknown = options.builds?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no build ${unknown}; there are ${known.join(", ")}.`);
  const scenarios = findHandlers(options.places).map(readScenario);
  const missing = options.only?.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (missing !== undefined)
    throw new Error(`There is no handler ${missing} in ${options.places.join(", ")}.`);
  return scenarios
    .filter(({ name }) => options.only === null || options.only.includes(name))
    .map((scenario) => {
      const builds = chooseBuilds(scenario, options);
      return { scenario, builds, seen: new Map(), runsLeft: builds.length * runsOf(scenario, options) };
    })
    .filter(({ runsLeft }) => runsLeft > 0);
}

/** Some scenarios take so long that they say themselves how often they are run. */
const runsOf = (scenario: Scenario, { runs }: RecordOptions): number =>
  (scenario.mode === "cluster" ? scenario.meta.runs : undefined) ?? runs;

function show({ scenario, seen }: Job): void {
  for (const [build, outcomes] of seen) {
    for (const outcome of outcomes) {
      console.log(`${scenario.name} [${build}]`);
      for (const [name, value] of Object.entries(outcome)) console.log(`  ${name}: ${JSON.stringify(value)}`);
    }
  }
}

function write({ scenario, seen, builds }: Job, isAdding: boolean): void {
  const observed: Record<string, readonly CountedOutcome[]> = {};
  for (const { name } of buildsFor(scenario)) {
    const recorded = recordedOutcomes(scenario.json, name);
    const fresh = seen.get(name);
    if (fresh === undefined && recorded.length > 0) observed[name] = recorded;
    if (fresh === undefined) continue;
    observed[name] = isAdding
      ? fresh.reduce((all, outcome) => countOutcome(all, outcome, outcome.runs), recorded)
      : fresh;
  }
  writeFileSync(scenario.jsonFile, formatScenario(scenario.json, observed));
  const counts = builds.map(
    ({ name }) =>
      `${name} ${
        seen
          .get(name)
          ?.map(({ runs }) => runs)
          .join("+") ?? "0"
      }`,
  );
  console.log(`${scenario.name}: ${counts.join(", ")}`);
}

/** How runs compare with what is recorded. */
interface Comparison {
  runs: number;
  /** Runs with a commit sent a moment earlier or later. */
  racing: number;
  differing: number;
}

/** Tells the outcomes that are not recorded, and counts. */
function compare({ scenario, seen }: Job, total: Comparison): void {
  for (const [build, outcomes] of seen) {
    const recorded = recordedOutcomes(scenario.json, build);
    for (const outcome of outcomes) total.runs += outcome.runs;
    for (const outcome of missingOutcomes(recorded, outcomes)) {
      const isRace = recorded.some((other) => differsInSendingOnly(other, outcome));
      if (isRace) total.racing += outcome.runs;
      else total.differing += outcome.runs;
      const how = isRace ? "differs in when a commit was sent" : "is not recorded";
      console.log(`${scenario.name} [${build}] ${how}, ${outcome.runs} x`);
      console.log(`    ${describeDifference(recorded, outcome)}`);
    }
  }
}

async function record(options: RecordOptions): Promise<void> {
  const missing = whatIsMissing(lookAtMachine());
  if (missing !== null) throw new Error(missing);
  const jobs = planJobs(options);
  if (jobs.length === 0)
    throw new Error("These builds and handlers do not go together: there is nothing to run.");
  const versions = new Set(jobs.flatMap(({ builds }) => builds.map(({ version }) => version)));
  const binaries = new Map([...versions].map((version) => [version, ensureBinary(version, console.error)]));
  const queue = jobs.flatMap((job) =>
    job.builds.flatMap((build) =>
      Array.from({ length: runsOf(job.scenario, options) }, () => ({ job, build })),
    ),
  );
  const total: Comparison = { runs: 0, racing: 0, differing: 0 };
  const finish = (job: Job): void => {
    if (options.action === "show") show(job);
    else if (options.action === "check") compare(job, total);
    else write(job, options.action === "add");
  };
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { job, build } = next;
      const file = binaries.get(build.version) ?? "";
      const outcome = await runOnce(job.scenario, build, file).catch((error) => {
        throw new Error(`${job.scenario.name} [${build.name}]: ${sentence(error)}`);
      });
      job.seen.set(build.name, countOutcome(job.seen.get(build.name) ?? [], outcome));
      job.runsLeft -= 1;
      if (job.runsLeft === 0) finish(job);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  if (options.action !== "check") return;
  const { runs, racing, differing } = total;
  const same = `${runs - racing - differing} as recorded`;
  console.log(
    `${runs} runs: ${same}, ${racing} with a commit sent at another moment, ${differing} not recorded`,
  );
  process.exitCode = total.differing === 0 ? 0 : 1;
}

const options = readOptions(process.argv.slice(2));
if (!options.ok) fail(`${options.error}\n\n${USAGE}`);
if (options.value === "help") console.log(USAGE);
else await record(options.value).catch((error) => fail(sentence(error)));
