/*
 * What the first load transfers, counted in bytes as a static host would send them compressed, and what it leaves for later.
 */
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect, test } from "./explorer.ts";

/** The page, and the whole model in its worker. */
const FIRST_LOAD_LIMIT_BYTES = 245_000;

test("The page opens from a sub-path of a static host, with its title and without an error.", async ({
  page,
  explorer,
}) => {
  const problems: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  await explorer.open();
  await expect(page).toHaveTitle("Gatescope");
  await expect(explorer.surface).toBeVisible();
  await expect(explorer.problem).toBeEmpty();
  expect(problems).toEqual([]);
});

test("The first load has at most 245 kB of script, and none of it is the editor or the compiler.", async ({
  page,
  explorer,
}) => {
  const scripts = followScripts(page);
  await explorer.open();
  await expect(page.locator(".source .token-keyword").first()).toBeVisible();

  const loaded = await scripts.texts();
  expect(loaded.size).toBeGreaterThanOrEqual(2);
  const bytes = [...loaded.values()].reduce((sum, text) => sum + gzipSync(text).length, 0);
  expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_LIMIT_BYTES);
  // The editor's own class names, and a message of the parser of edited handlers.
  expect(namesOf(loaded, "cm-content")).toEqual([]);
  expect(namesOf(loaded, "Unterminated template")).toEqual([]);

  await explorer.button("Edit the handler").click();
  await expect(explorer.editor).toBeFocused();
  expect(namesOf(await scripts.texts(), "cm-content")).toHaveLength(1);

  await page.keyboard.insertText("// an edit\n");
  await explorer.button("Apply").click();
  await explorer.idle();
  expect(namesOf(await scripts.texts(), "Unterminated template")).toHaveLength(1);
});

test("Without a network the loaded explorer goes on, and says what it cannot load until it can.", async ({
  page,
  context,
  explorer,
}) => {
  await explorer.open("s=commit-fails-first&d=ungated");
  await explorer.openDesigns();
  await page.keyboard.press("Escape");
  await context.setOffline(true);
  await explorer.pickDesign("main");
  await explorer.toEnd();
  await explorer.button("Help and shortcuts").click();
  await expect(explorer.problem).toContainText("could not be loaded");
  await explorer.button("Edit the handler").click();
  await expect(explorer.problem).toContainText("The editor could not be loaded");
  await explorer.toStart();

  await context.setOffline(false);
  await explorer.button("Help and shortcuts").click();
  await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
  await page.keyboard.press("Escape");
  await explorer.button("Edit the handler").click();
  await expect(explorer.editor).toBeFocused();
});

/** The texts of all scripts that the page and its workers have asked for, by address. */
function followScripts(page: Page): { texts(): Promise<ReadonlyMap<string, string>> } {
  const asked = new Set<string>();
  page.on("request", (request) => {
    if (/\.js(\?|$)/.test(request.url())) asked.add(request.url());
  });
  return {
    async texts() {
      const texts = await Promise.all(
        [...asked].map(async (address) => {
          const response = await page.context().request.get(address);
          expect(response.ok(), address).toBe(true);
          return [address, await response.text()] as const;
        }),
      );
      return new Map(texts);
    },
  };
}

function namesOf(scripts: ReadonlyMap<string, string>, content: string): readonly string[] {
  return [...scripts].filter(([, text]) => text.includes(content)).map(([address]) => address);
}
