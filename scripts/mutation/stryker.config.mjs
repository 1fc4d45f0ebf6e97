// @ts-check
/**
 * Mutation testing of src/model: `npm run mutation`, or `npm run mutation -- --mutate src/model/gate.ts` for one file; with
 * GATESCOPE_SAMPLE=10 every tenth mutant.
 */
/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "in-process",
  plugins: ["./scripts/mutation/runner.mjs", "./scripts/mutation/ignorer.mjs"],
  ignorers: ["impossible"],
  mutate: ["src/model/**/*.ts", "!src/**/*.test.ts", "!src/**/testing*.ts"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  // An endless loop is noticed by the number of times that it passes its mutant; this is for what has no mutant inside.
  timeoutMS: 10_000,
  timeoutFactor: 2,
  dryRunTimeoutMinutes: 30,
  incremental: process.env.GATESCOPE_SAMPLE === undefined,
  incrementalFile: ".cache/mutation/incremental.json",
  tempDirName: ".cache/mutation/sandbox",
  ignorePatterns: ["/dist", "/docs", "/public", "/screenshots", "/src/ui"],
  reporters: ["clear-text", "progress-append-only", "json"],
  jsonReporter: { fileName: ".cache/mutation/mutation.json" },
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  thresholds: { high: 90, low: 85, break: null },
  // It would add a line at the top of handlers, whose lines are told in transcripts.
  disableTypeChecks: false,
  // There is no such file: what would rewrite it needs a TypeScript compiler written in JavaScript.
  tsconfigFile: "none",
};
