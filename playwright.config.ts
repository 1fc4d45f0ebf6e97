import { defineConfig } from "@playwright/test";
import { chromiumArgs, findChromium } from "./scripts/chromium.mjs";

const chromium = findChromium();
if (chromium === null)
  throw new Error("There is no Chromium. `npm test` installs one; GATESCOPE_CHROMIUM names one.");
const isCi = (process.env.CI ?? "") !== "";

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  forbidOnly: isCi,
  fullyParallel: true,
  // A test that passes only the second time has found something.
  retries: 0,
  // Generous, because nothing here waits for a time: on a busy machine a test takes longer and means the same.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.GATESCOPE_E2E_URL,
    browserName: "chromium",
    launchOptions: { executablePath: chromium.path, args: chromiumArgs },
    trace: "retain-on-failure",
  },
  // The build, as a plain static host serves it from a sub-path. The address that the server prints reaches the tests
  // through the environment variable of the group's name.
  webServer: {
    command: "node scripts/static-server.mjs dist /some/sub/path/",
    wait: { stdout: /at (?<gatescope_e2e_url>http:\S+)/ },
  },
});
