/*
 * What the first load transfers, counted in bytes as a static host would send them compressed, and what it leaves for later.
 */
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect, test } from "./explorer.ts";

/** The page, and the model in its worker. */
const FIRST_LOAD_LIMIT_BYTES = 226_000;

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

test("The first load has at most 226 kB of script, and none of it is the editor or the compiler.", async ({
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

test("Streams and SQL are loaded when a handler first needs them; without a network the page says so, until they can be.", async ({
  page,
  context,
  explorer,
}) => {
  const scripts = followScripts(page);
  await explorer.open();
  // Messages of one and of the other.
  const streams = "A byob reader is not part of";
  const sql = "SQL code did not contain a statement";
  expect(namesOf(await scripts.texts(), streams)).toEqual([]);
  await explorer.pickScenario("Piped chunks leave before the commit");
  expect(namesOf(await scripts.texts(), streams)).toHaveLength(1);

  await explorer.button("Edit the handler").click();
  await explorer.write(handlerThatLogs("1 + 1"));
  await explorer.button("Apply").click();
  await explorer.idle();
  await explorer.surface.focus();
  await explorer.toEnd();
  await expect(page.locator(".console-text")).toHaveText("2");
  expect(namesOf(await scripts.texts(), sql)).toEqual([]);

  await context.setOffline(true);
  await explorer.write(handlerThatLogs('this.ctx.storage.sql.exec("SELECT 1 + 2 AS n").one().n'));
  await explorer.button("Apply").click();
  await expect(explorer.problem).toHaveText(/A part of the model could not be loaded/);
  await explorer.toStart();
  await context.setOffline(false);
  await explorer.button("Apply").click();
  await explorer.idle();
  await explorer.surface.focus();
  await explorer.toEnd();
  await expect(page.locator(".console-text")).toHaveText("3");
  expect(namesOf(await scripts.texts(), sql)).toHaveLength(1);
});

function handlerThatLogs(what: string): string {
  return `import { DurableObject } from "cloudflare:workers";
export class Demo extends DurableObject {
  async fetch() {
    console.log(${what});
    return new Response("ok");
  }
}
`;
}

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
