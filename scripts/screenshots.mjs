// @ts-check
/**
 * `npm run screenshots [-- FOLDER]`: pictures of the built app. Those that the readme shows go into docs/, the others,
 * narrow and dark and with a leak, into FOLDER (by default screenshots/). The same build gives the same pictures, but for
 * the time that a check took.
 */
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { chromiumArgs, findChromium } from "./chromium.mjs";
import { serveFolder } from "./static-server.mjs";
import { root } from "./tools.mjs";

/** Rasters in one piece, so that no pixel of an edge depends on how the work was shared out. */
const steadyArgs = [...chromiumArgs, "--num-raster-threads=1", "--disable-partial-raster"];

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

/** A run opens at the first moment at which something is held: the put is accepted, the connection waits for its commit. */
const HELD = "s=put-then-connect&d=main&at=6";
/** The commit fails, and the far end has already seen a connection on its behalf. */
const LEAK = "s=commit-fails-first&d=ungated&at=9999999";

/** What a check finds of it: chunks that were piped leave before the commit. */
const PIPED = "s=piped-chunks&d=main&at=0";

const folder = path.resolve(process.argv[2] ?? path.join(root, "screenshots"));
const docs = path.join(root, "docs");

/**
 * @typedef {{ readonly file: string, readonly hash: string, readonly viewport: typeof WIDE, readonly colorScheme: "light" | "dark", readonly act?: (page: import("@playwright/test").Page) => Promise<void> }} Picture
 * @type {readonly Picture[]}
 */
const pictures = [
  { file: path.join(docs, "explorer.png"), hash: HELD, viewport: WIDE, colorScheme: "light" },
  { file: path.join(docs, "check.png"), hash: PIPED, viewport: WIDE, colorScheme: "light", act: check },
  { file: path.join(folder, "check-dark.png"), hash: PIPED, viewport: WIDE, colorScheme: "dark", act: check },
  { file: path.join(folder, "wide-dark.png"), hash: HELD, viewport: WIDE, colorScheme: "dark" },
  { file: path.join(folder, "narrow-light.png"), hash: HELD, viewport: NARROW, colorScheme: "light" },
  { file: path.join(folder, "narrow-dark.png"), hash: HELD, viewport: NARROW, colorScheme: "dark" },
  { file: path.join(folder, "leak-light.png"), hash: LEAK, viewport: WIDE, colorScheme: "light" },
  { file: path.join(folder, "leak-dark.png"), hash: LEAK, viewport: WIDE, colorScheme: "dark" },
  { file: path.join(folder, "leak-narrow.png"), hash: LEAK, viewport: NARROW, colorScheme: "light" },
];

const found = findChromium();
if (found === null)
  throw new Error("There is no Chromium. `npm test` installs one; GATESCOPE_CHROMIUM names one.");
mkdirSync(folder, { recursive: true });
mkdirSync(docs, { recursive: true });
const server = await serveFolder({ folder: path.join(root, "dist") });
const browser = await chromium.launch({ executablePath: found.path, args: steadyArgs });
try {
  for (const picture of pictures) {
    await take(picture);
    const kB = Math.ceil(statSync(picture.file).size / 1000);
    console.log(`${path.relative(process.cwd(), picture.file)}  ${kB} kB`);
  }
} finally {
  await browser.close();
  await server.close();
}

/** @param {Picture} picture */
async function take({ file, hash, viewport, colorScheme, act }) {
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
  await page.goto(`${server.url}#${hash}`);
  await page.locator("html[data-idle=true]").waitFor({ state: "attached" });
  // The source is plain text until its colours are loaded.
  if (viewport === WIDE) await page.locator(".source [class^=token-]").first().waitFor();
  const problem = await page.getByRole("alert").textContent();
  if (problem !== null && problem !== "") throw new Error(`${hash}: ${problem}`);
  await act?.(page);
  await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
  await page.close();
}

/**
 * Checks every order, and opens the first counterexample.
 * @param {import("@playwright/test").Page} page
 */
async function check(page) {
  await page.keyboard.press("c");
  await page
    .getByRole("region", { name: "Check every order" })
    .getByRole("button", { name: "Check" })
    .click();
  await page
    .getByRole("button", { name: /^Open the shortest order that violates/ })
    .first()
    .click();
  await page.locator("html[data-idle=true]").waitFor({ state: "attached" });
  await page.mouse.move(0, 0);
}
