// @ts-check
/**
 * `npm run -s bench [-- --json]`: how fast the model steps, how long a key press takes to be a painted step, how much the
 * first load transfers, and how fast the checker finds states. With --json, stdout is one JSON object and nothing else. Targets are printed and not
 * enforced: a time says as much about the machine as about the code.
 */
import { modelSpeed } from "../src/app/bench-model.ts";
import { checkerInChromium, checkerInNode } from "./bench-checker.mjs";
import { bytesOfFirstLoad, paintTimes, withBuiltApp } from "./bench-page.mjs";

/** One frame at 60 Hz. */
const FRAME_MS = 16;
const SCRIPT_LIMIT_KB = 170;
const CHECKED_PER_SECOND = 150_000;
const TOY_PER_SECOND = 1_000_000;
/** A million states within 300 MB. */
const BYTES_PER_STATE = 300;
const VERDICT_SECONDS = 2;

const model = await modelSpeed();
const node = await checkerInNode();
const { load, step, chromium } = await withBuiltApp(async (app) => ({
  load: await bytesOfFirstLoad(app),
  step: await paintTimes(app),
  chromium: await checkerInChromium(app),
}));
const checker = {
  node: node.checker,
  chromium: chromium.checker,
  largest: { ...node.largest, secondsInChromium: chromium.largest.seconds },
};
const toy = { node: node.toy, chromium: chromium.toy };

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ model, step, load, checker, toy }, null, 2));
} else {
  const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const target = (/** @type {boolean} */ met, /** @type {string} */ text) =>
    `${met ? "meets" : "misses"} ${text}`;
  const count = (/** @type {number} */ number) => number.toLocaleString("en");
  /** @type {(where: string, speed: typeof node) => readonly (readonly [string, string, string])[]} */
  const checkerRows = (where, { checker, toy }) => [
    [
      `checked states per second, ${where}`,
      count(checker.statesPerSecond),
      target(
        checker.statesPerSecond >= CHECKED_PER_SECOND,
        `the target, ${count(CHECKED_PER_SECOND)}; ${checker.ratioToBaseline} times the plainest search`,
      ),
    ],
    [
      `checked states per second, of a million, ${where}`,
      count(checker.inLargeCheck),
      target(
        checker.inLargeCheck >= CHECKED_PER_SECOND,
        `the target, ${count(CHECKED_PER_SECOND)}; most steps have been seen before there`,
      ),
    ],
    [
      `bytes per checked state, ${where}`,
      count(checker.bytesPerState),
      target(checker.bytesPerState <= BYTES_PER_STATE, `the target, ${BYTES_PER_STATE}`),
    ],
    [
      `states of the toy per second, ${where}`,
      count(toy.statesPerSecond),
      target(toy.statesPerSecond >= TOY_PER_SECOND, `the target, ${count(TOY_PER_SECOND)}`),
    ],
  ];
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
    ...checkerRows("node", node),
    ...checkerRows("worker", chromium),
    [
      "time until the largest verdict",
      `${checker.largest.seconds} s`,
      target(
        Math.max(checker.largest.seconds, checker.largest.secondsInChromium) <= VERDICT_SECONDS,
        `the target, ${VERDICT_SECONDS} s: ${checker.largest.scenario}, ${count(checker.largest.states)} states; ${checker.largest.secondsInChromium} s in the worker`,
      ),
    ],
  ];
  for (const [what, value, remark] of rows)
    console.log(`${what.padEnd(52)}${value.padStart(12)}   ${remark}`);
}
