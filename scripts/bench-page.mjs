// @ts-check
/**
 * The benchmark's part in Chromium: what the first load transfers, and how long a key press takes to be a painted step.
 */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { STEP_PAINTED } from "../src/ui/timeline/step-marks.ts";
import { chromiumArgs, findChromium } from "./chromium.mjs";
import { serveFolder } from "./static-server.mjs";
import { root, runTool } from "./tools.mjs";

/** The built-in scenario with the most steps. */
const LARGEST = "s=ping-pong&d=main";
/** Memory is measured when it is asked for, and not whenever garbage happens to be collected. */
const memoryArgs = ["--enable-blink-features=ForceEagerMeasureMemory"];
const WARM_STEPS = 20;
const MEASURED_STEPS = 120;

/** @typedef {{ readonly folder: string, readonly url: string, readonly browser: import("@playwright/test").Browser }} App */

/**
 * Builds the app into a folder of its own, serves it, opens a browser, and clears everything away afterwards.
 * @template T
 * @param {(app: App) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withBuiltApp(work) {
  const found = findChromium();
  if (found === null)
    throw new Error("There is no Chromium. `npm test` installs one; GATESCOPE_CHROMIUM names one.");
  const folder = path.join(root, "node_modules", ".cache", `bench-${process.pid}`);
  try {
    const { ok, output } = await runTool("vite/bin/vite.js", [
      "build",
      "--logLevel=warn",
      `--outDir=${folder}`,
      "--emptyOutDir",
    ]);
    if (!ok) throw new Error(`The app cannot be built.\n${output}`);
    const server = await serveFolder({ folder });
    const browser = await chromium.launch({
      executablePath: found.path,
      args: [...chromiumArgs, ...memoryArgs],
    });
    try {
      return await work({ folder, url: server.url, browser });
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Gzip bytes of everything that the page and its worker ask for until the first picture is there and all is quiet.
 * @param {App} app
 */
export async function bytesOfFirstLoad({ folder, url, browser }) {
  const page = await browser.newPage();
  /** @type {Set<string>} */
  const asked = new Set();
  page.on("request", (request) => asked.add(request.url()));
  await page.goto(url, { waitUntil: "networkidle" });
  await untilIdle(page);
  await page.close();
  const files = [...asked]
    .filter((address) => address.startsWith(url))
    .map((address) => new URL(address).pathname.slice(new URL(url).pathname.length) || "index.html")
    .map((file) => ({ file, gzipBytes: gzipSync(readFileSync(path.join(folder, file))).length }))
    .sort((left, right) => right.gzipBytes - left.gzipBytes);
  /** @param {typeof files} some */
  const sum = (some) => some.reduce((total, { gzipBytes }) => total + gzipBytes, 0);
  return {
    scriptGzipBytes: sum(files.filter(({ file }) => file.endsWith(".js"))),
    totalGzipBytes: sum(files),
    files,
  };
}

/**
 * Presses the right arrow again and again through the largest scenario. A time runs from the key event's own stamp to
 * the mark that the app sets once the step's frame is painted, so it includes the wait for the next frame; the work is
 * what the main thread does meanwhile: handling the key, then making the frame.
 * @param {App} app
 */
export async function paintTimes({ url, browser }) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}#${LARGEST}`);
  await untilIdle(page);
  await page.evaluate(listen, STEP_PAINTED);
  const { length } = await press(page, "Home", 0);
  for (let done = 0, position = 0; done < WARM_STEPS + MEASURED_STEPS; done += 1, position += 1) {
    if (position === length) {
      await press(page, "Home", done);
      position = 0;
    }
    await press(page, "ArrowRight", done + 1);
  }
  const { steps, frames } = await page.evaluate(() => window.gatescopeBench);
  await page.close();
  const measured = steps.slice(WARM_STEPS);
  const paint = measured.map(({ paintMs }) => paintMs);
  const work = measured.map(({ workMs }) => workMs);
  return {
    paintMsP50: quantile(paint, 0.5),
    paintMsP95: quantile(paint, 0.95),
    workMsP50: quantile(work, 0.5),
    workMsP95: quantile(work, 0.95),
    frameMs: quantile(frames, 0.5),
    steps: measured.length,
  };
}

/**
 * Presses a key and waits until the app has marked as many steps.
 * @param {import("@playwright/test").Page} page
 * @param {string} key
 * @param {number} steps
 */
async function press(page, key, steps) {
  await page.keyboard.press(key);
  return page.evaluate(
    (wanted) =>
      new Promise((resolve, reject) => {
        const slider = document.querySelector("input[type=range]");
        const done = () => resolve({ length: slider instanceof HTMLInputElement ? Number(slider.max) : 0 });
        const bench = window.gatescopeBench;
        if (bench.steps.length >= wanted) return done();
        const timer = setTimeout(() => reject(new Error("A step was never marked as painted.")), 10_000);
        bench.onStep = () => {
          if (bench.steps.length < wanted) return;
          clearTimeout(timer);
          done();
        };
      }),
    steps,
  );
}

/** Runs in the page. @param {string} markName */
async function listen(markName) {
  /** @type {typeof window.gatescopeBench} */
  const bench = { steps: [], frames: [], onStep: () => {} };
  window.gatescopeBench = bench;
  let last = performance.now();
  for (let frame = 0; frame < 30; frame += 1) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    bench.frames.push(now - last);
    last = now;
  }
  /** @type {{ pressed: number, began: number, handled: number, frame: number } | null} */
  let step = null;
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "ArrowRight") return;
      const now = { pressed: event.timeStamp, began: performance.now(), handled: 0, frame: 0 };
      step = now;
      requestAnimationFrame(() => {
        now.frame = performance.now();
      });
    },
    { capture: true },
  );
  // The last listener of all; what React does in microtasks is done before it.
  addEventListener("keydown", () => {
    if (step !== null) step.handled = performance.now();
  });
  new PerformanceObserver((list) => {
    for (const mark of list.getEntriesByName(markName)) {
      if (step === null) continue;
      const workMs = step.handled - step.began + (mark.startTime - step.frame);
      bench.steps.push({ paintMs: mark.startTime - step.pressed, workMs });
      step = null;
      bench.onStep();
    }
  }).observe({ type: "mark" });
}

/** @param {import("@playwright/test").Page} page */
async function untilIdle(page) {
  await page.locator("html[data-idle=true]").waitFor({ state: "attached" });
}

/** @param {readonly number[]} values @param {number} share */
function quantile(values, share) {
  const sorted = [...values].sort((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return Number(value.toFixed(2));
}
