// @ts-check
/**
 * A test runner for Stryker that is quick enough for many thousand mutants: the tests are bundled and loaded once, and run
 * again and again in one process, what is likely to fail soon first (test-order.mjs). The code under test is pure, so a mutant
 * is switched on and off between two runs; only one that acts while modules load needs them loaded anew.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import { bundleTests, testFiles } from "./bundle.mjs";
import { TestOrder } from "./test-order.mjs";

/** The tests of the model, and the transcripts of its runs. */
const FOLDERS = ["src/model", "scripts/transcripts"];
/** How many cases each test over generated inputs tries. */
process.env.GATESCOPE_CASES ??= "5";
/**
 * A mutant that so many tests have let pass counts as a survivor, so that those which nobody can tell from the original do not
 * take all the time. What is measured is therefore a little less than what all tests would give.
 */
const MOST_TESTS = 300;
/** Which tests come past one that acts while modules load is not known, so more of them are tried. */
const MOST_TESTS_STATIC = 600;
/**
 * Of so many groups of neighbours one is tested; the others count as errors, and not in the score. Neighbours together,
 * because a mutant teaches which tests are likely to fail for the next one.
 */
const SAMPLE = Number(process.env.GATESCOPE_SAMPLE ?? 1);
const GROUP = 25;
/** One that acts while modules load needs all of them loaded for itself: one of so many is tested, the others count as errors. */
const STATIC_SAMPLE = 5;
/** Reads the sources and their comments, which Stryker rewrites. */
const LEFT_OUT = ["src/model/rule-ids.test.ts"];

/**
 * @typedef {import("./test-api.mjs").Test} Test
 * @typedef {import("./test-api.mjs").Suite} Suite
 * @typedef {import("@stryker-mutator/api/core").InstrumenterContext} Namespace
 * @typedef {import("@stryker-mutator/api/test-runner").TestRunner} TestRunner
 */

/** What the instrumented code does to count what a test covers: once that is known, it costs more than the code itself. */
const COUNTING = /function cover\(\) \{/g;

/** Where the instrumented code looks for the mutant that is active, and counts what it covers. @returns {Namespace} */
function namespace() {
  const space = Reflect.get(globalThis, "__stryker__") ?? {};
  Reflect.set(globalThis, "__stryker__", space);
  return space;
}

/** @implements {TestRunner} */
class InProcessRunner {
  /** @type {readonly Test[]} */
  tests = [];
  order = new TestOrder();
  /** The bundle that counts what is covered, the one that does not, and what was counted. */
  counting = "";
  file = "";
  coverage = "";
  loads = 0;
  /** Whether the modules have been loaded with a mutant at work. */
  isMutated = false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const root = process.cwd();
    this.counting = path.join(root, "mutation-counting.mjs");
    this.file = path.join(root, "mutation.mjs");
    this.coverage = path.join(root, "mutation-coverage.json");
    // A process that takes the place of one that hung finds them there.
    if (existsSync(this.file)) return;
    const files = testFiles(root, FOLDERS).filter((file) => !LEFT_OUT.includes(file));
    const code = await bundleTests(root, files);
    writeFileSync(this.counting, code);
    const silent = code.replace(COUNTING, "function cover() { return;");
    if (silent === code) throw new Error("The instrumented code does not count as it did; see COUNTING.");
    writeFileSync(this.file, silent);
  }

  async dispose() {
    rmSync(this.counting, { force: true });
    rmSync(this.file, { force: true });
    rmSync(this.coverage, { force: true });
  }

  async load(file = this.file) {
    this.loads++;
    const module = await import(`${pathToFileURL(file).href}?load=${this.loads}`);
    this.tests = module.default;
  }

  /** @type {TestRunner["dryRun"]} */
  async dryRun(options) {
    const space = namespace();
    delete space.activeMutant;
    await this.load(this.counting);
    const tests = await this.run(this.tests, null, options.disableBail);
    this.loads = 0;
    const { mutantCoverage } = space;
    writeFileSync(this.coverage, JSON.stringify(mutantCoverage?.perTest ?? {}));
    return {
      status: DryRunStatus.Complete,
      tests,
      ...(mutantCoverage === undefined ? {} : { mutantCoverage }),
    };
  }

  /** @type {TestRunner["mutantRun"]} */
  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, disableBail }) {
    const space = namespace();
    space.hitCount = 0;
    if (hitLimit === undefined) delete space.hitLimit;
    else space.hitLimit = hitLimit;
    const isStatic = mutantActivation === "static";
    const [number, sample] = isStatic
      ? [Number(activeMutant.id), STATIC_SAMPLE * SAMPLE]
      : [Math.floor(Number(activeMutant.id) / GROUP), SAMPLE];
    if (number % sample !== 0) return { status: MutantRunStatus.Error, errorMessage: "not in the sample" };
    if (this.order.covering.size === 0)
      this.order.learnCoverage(JSON.parse(readFileSync(this.coverage, "utf8")));
    if (isStatic) space.activeMutant = activeMutant.id;
    else delete space.activeMutant;
    try {
      if (isStatic || this.isMutated || this.loads === 0) await this.load();
    } catch (error) {
      // It does not even load: the first test of a normal run would have failed.
      const failureMessage = String(error);
      return { status: MutantRunStatus.Killed, killedBy: [], failureMessage, nrOfTests: 0 };
    } finally {
      this.isMutated = isStatic;
    }
    // Compared at every mutant that is passed: as a key it is one of the strings that compare by address.
    [space.activeMutant = ""] = Object.keys({ [activeMutant.id]: 0 });
    const wanted = testFilter === undefined ? null : new Set(testFilter);
    const chosen = this.tests.filter((test) => wanted === null || wanted.has(test.id));
    const most = isStatic ? MOST_TESTS_STATIC : MOST_TESTS;
    const tests = await this.run(chosen, { ...activeMutant, most }, disableBail);
    delete space.activeMutant;
    const timeout = determineHitLimitReached(space.hitCount, space.hitLimit);
    return toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests });
  }

  /**
   * @param {readonly Test[]} tests
   * @param {{ readonly id: string, readonly fileName: string, readonly most: number } | null} mutant
   * @param {boolean} disableBail
   */
  async run(tests, mutant, disableBail) {
    const space = namespace();
    /** @type {Set<Suite>} */
    const begun = new Set();
    /** @type {import("@stryker-mutator/api/test-runner").TestResult[]} */
    const results = [];
    for (const test of this.order.of(tests, mutant)) {
      if (results.length === mutant?.most) break;
      space.currentTestId = test.id;
      const start = performance.now();
      /** @type {string | null} */
      let failure = null;
      try {
        await begin(test.suite, begun);
        await test.work();
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
      delete space.currentTestId;
      const timeSpentMs = performance.now() - start;
      this.order.learn(test.id, mutant?.fileName ?? "", failure !== null);
      const result = { id: test.id, name: test.name, timeSpentMs };
      if (failure === null) results.push({ ...result, status: TestStatus.Success });
      else results.push({ ...result, status: TestStatus.Failed, failureMessage: failure });
      if (failure !== null && !disableBail) break;
    }
    return results;
  }
}

/** Runs what has to run before the tests of a suite, once a run. @param {Suite} suite @param {Set<Suite>} begun */
async function begin(suite, begun) {
  if (begun.has(suite)) return;
  if (suite.parent !== null) await begin(suite.parent, begun);
  begun.add(suite);
  for (const work of suite.before) await work();
}

/** @returns {TestRunner} */
const create = () => new InProcessRunner();
create.inject = /** @type {[]} */ ([]);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", create)];
