import { readdirSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { handlerPlugin } from "./scripts/vite-plugin-handler.ts";

/** Every HTML file at the root is a page of the build: the explorer, the embedded player. */
const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".html"));

export default defineConfig({
  // Relative, so that the build can be served from any sub-path by any static host.
  base: "./",
  // A missing page is a 404, as on any static host, and not the start page.
  appType: "mpa",
  plugins: [react(), handlerPlugin()],
  // The handler plugin is needed inside the web worker too, which has a plugin list of its own.
  worker: { format: "es", plugins: () => [handlerPlugin()] },
  build: {
    target: "es2022",
    rolldownOptions: {
      input: pages,
      // What a page needs at once is one chunk, however it is shared with what comes later: it compresses best as a whole.
      output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } },
    },
    // Every browser of the target knows modulepreload, or does without.
    modulePreload: { polyfill: false },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts", "e2e/workerd/**/*.test.ts"],
    passWithNoTests: false,
    setupFiles: ["scripts/random-cases.ts"],
    // Generous, because nothing here is about time: on a busy machine a test takes longer and means the same.
    testTimeout: 60_000,
  },
});
