// @ts-check
/**
 * `npm run screenshots [-- FOLDER]`: pictures of the built app, wide and narrow, light and dark, into FOLDER (by default
 * screenshots/).
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { chromiumArgs, findChromium } from "./chromium.mjs";
import { serveFolder } from "./static-server.mjs";
import { root } from "./tools.mjs";

const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
const schemes = /** @type {const} */ (["light", "dark"]);

const folder = path.resolve(process.argv[2] ?? path.join(root, "screenshots"));
mkdirSync(folder, { recursive: true });

const found = findChromium();
if (found === null)
  throw new Error("There is no Chromium. `npm test` installs one; GATESCOPE_CHROMIUM names one.");
const server = await serveFolder({ folder: path.join(root, "dist") });
const browser = await chromium.launch({ executablePath: found.path, args: chromiumArgs });
try {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of schemes) {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
      await page.goto(server.url, { waitUntil: "networkidle" });
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      const file = path.join(folder, `${size}-${colorScheme}.png`);
      await page.screenshot({ path: file });
      console.log(path.relative(process.cwd(), file));
      await page.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
