// @ts-check
/**
 * `npm run -s bench [-- --json]`: how fast the model steps, how long a key press takes to be a painted step, and how much
 * the first load transfers. With --json, stdout is one JSON object and nothing else. Targets are printed and not
 * enforced: a time says as much about the machine as about the code.
 */
import { modelSpeed } from "../src/app/bench-model.ts";
import { bytesOfFirstLoad, paintTimes, withBuiltApp } from "./bench-page.mjs";

/** One frame at 60 Hz. */
const FRAME_MS = 16;
const SCRIPT_LIMIT_KB = 170;

const model = await modelSpeed();
const { load, step } = await withBuiltApp(async (app) => ({
  load: await bytesOfFirstLoad(app),
  step: await paintTimes(app),
}));

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ model, step, load }, null, 2));
} else {
  const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const target = (/** @type {boolean} */ met, /** @type {string} */ text) =>
    `${met ? "meets" : "misses"} ${text}`;
  /** @type {readonly (readonly [string, string, string])[]} */
  const rows = [
    [
      "model steps per second",
      model.stepsPerSecond.toLocaleString("en"),
      `${model.stepsPerClone} in the time of one JSON clone of the state`,
    ],
    [
      "key press to painted step, P50",
      `${step.paintMsP50} ms`,
      `with the wait for the next frame; one comes every ${step.frameMs} ms here`,
    ],
    [
      "key press to painted step, P95",
      `${step.paintMsP95} ms`,
      target(step.paintMsP95 <= FRAME_MS, `the target, ${FRAME_MS} ms`),
    ],
    [
      "work for a step, P95",
      `${step.workMsP95} ms`,
      target(step.workMsP95 <= FRAME_MS, `the target, ${FRAME_MS} ms; P50 is ${step.workMsP50} ms`),
    ],
    [
      "first load, script",
      kB(load.scriptGzipBytes),
      target(load.scriptGzipBytes <= SCRIPT_LIMIT_KB * 1000, `the target, ${SCRIPT_LIMIT_KB} kB, compressed`),
    ],
    ["first load, everything", kB(load.totalGzipBytes), `${load.files.length} files, compressed`],
  ];
  for (const [what, value, remark] of rows)
    console.log(`${what.padEnd(32)}${value.padStart(12)}   ${remark}`);
}
