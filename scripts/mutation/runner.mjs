// @ts-check
/**
 * A test runner for Stryker that is quick enough for some thousand mutants: the tests are bundled and loaded once, and run
 * again and again in one process, the quickest first. The code under test is pure, so a mutant is switched on and off
 * between two runs; only one that acts while modules load needs them loaded anew.
 */
import { rmSync, writeFileSync } from "node:fs";
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

/** The tests of the model, and real workerd's recordings. */
const FOLDERS = ["src/model"];
const ALSO = ["scripts/mutation/recordings.ts"];
/** How many cases each test over generated inputs tries. */
process.env.GATESCOPE_CASES ??= "25";
/** Reads the sources and their comments, which Stryker rewrites. */
const LEFT_OUT = ["src/model/rule-ids.test.ts"];

/**
 * @typedef {import("./test-api.mjs").Test} Test
 * @typedef {import("./test-api.mjs").Suite} Suite
 * @typedef {import("@stryker-mutator/api/core").InstrumenterContext} Namespace
 * @typedef {import("@stryker-mutator/api/test-runner").TestRunner} TestRunner
 */

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
  /** How long each test has taken, where known. @type {Map<string, number>} */
  took = new Map();
  file = "";
  loads = 0;
  /** Whether the modules have been loaded with a mutant at work. */
  isMutated = false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const root = process.cwd();
    const files = [...testFiles(root, FOLDERS), ...ALSO].filter((file) => !LEFT_OUT.includes(file));
    this.file = path.join(root, `mutation-${process.pid}.mjs`);
    writeFileSync(this.file, await bundleTests(root, files));
  }

  async dispose() {
    rmSync(this.file, { force: true });
  }

  async load() {
    this.loads++;
    const module = await import(`${pathToFileURL(this.file).href}?load=${this.loads}`);
    this.tests = module.default;
  }

  /** @type {TestRunner["dryRun"]} */
  async dryRun(options) {
    const space = namespace();
    delete space.activeMutant;
    await this.load();
    const tests = await this.run(this.tests, options.disableBail);
    const { mutantCoverage } = space;
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
    space.activeMutant = activeMutant.id;
    const wanted = testFilter === undefined ? null : new Set(testFilter);
    const chosen = this.tests.filter((test) => wanted === null || wanted.has(test.id));
    const tests = await this.run(chosen, disableBail);
    delete space.activeMutant;
    const timeout = determineHitLimitReached(space.hitCount, space.hitLimit);
    return toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests });
  }

  /** @param {readonly Test[]} tests @param {boolean} disableBail */
  async run(tests, disableBail) {
    const space = namespace();
    const order = tests.toSorted((a, b) => (this.took.get(a.id) ?? 0) - (this.took.get(b.id) ?? 0));
    /** @type {Set<Suite>} */
    const begun = new Set();
    /** @type {import("@stryker-mutator/api/test-runner").TestResult[]} */
    const results = [];
    for (const test of order) {
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
      if (failure === null) this.took.set(test.id, timeSpentMs);
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
