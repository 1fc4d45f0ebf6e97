// @ts-check
/**
 * The benchmark of the checker: how many states a second, how many bytes a state and how long until a verdict, under node
 * and in a worker of Chromium. The worker is built for the benchmark alone.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { build } from "vite";
import { checkerSpeed, largeCheck, largestCheck, toySpeed } from "../src/app/bench-checker.ts";
import { root } from "./tools.mjs";
import { handlerPlugin } from "./vite-plugin-handler.ts";

/** Under node. */
export async function checkerInNode() {
  const largest = await largestCheck();
  const checker = await checkerSpeed();
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  const bytesInUse = () => {
    gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = bytesInUse();
  const { check, statesPerSecond: inLargeCheck } = await largeCheck();
  const bytesPerState = Math.round((bytesInUse() - before) / check.progress.states);
  return { largest, checker: { ...checker, inLargeCheck, bytesPerState }, toy: toySpeed() };
}

/**
 * In a worker of a page that is isolated from others, so that its memory can be measured.
 * @param {import("./bench-page.mjs").App} app
 */
export async function checkerInChromium({ folder, url, browser }) {
  await build({
    root,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    plugins: [handlerPlugin()],
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: path.join(root, "src", "app", "bench-worker.ts"),
        output: { codeSplitting: false, entryFileNames: "bench-worker.js" },
      },
    },
  });
  writeFileSync(path.join(folder, "bench.html"), "<!doctype html><title>Benchmark</title>");
  const page = await browser.newPage();
  await page.route("**", async (route) => {
    const response = await route.fetch();
    const headers = {
      ...response.headers(),
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    };
    await route.fulfill({ response, headers });
  });
  await page.goto(`${url}bench.html`);
  const result = await page.evaluate(measure);
  await page.close();
  return result;
}

/** Runs in the page. */
async function measure() {
  const worker = new Worker("bench-worker.js", { type: "module" });
  /** @param {string} task @returns {Promise<any>} */
  const ask = (task) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(`The benchmark's worker: ${message}`));
      worker.postMessage(task);
    });
  const bytesInUse = async () => (await performance.measureUserAgentSpecificMemory()).bytes;
  const largest = await ask("largest");
  const checker = await ask("checker");
  const before = await bytesInUse();
  const { states, statesPerSecond: inLargeCheck } = await ask("hold");
  const bytesPerState = Math.round(((await bytesInUse()) - before) / states);
  const toy = await ask("toy");
  worker.terminate();
  return { largest, checker: { ...checker, inLargeCheck, bytesPerState }, toy };
}
