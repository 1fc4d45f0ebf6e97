/*
 * Running until something happens, something is in a state, or a property says so: with the pointer and by keyboard, in the run
 * on the screen and in an order that has to be found.
 */
import type { Locator, Page } from "@playwright/test";
import { type Explorer, expect, NARROW, packed, test } from "./explorer.ts";

const until = (page: Page): Locator => page.getByRole("dialog", { name: "Run until" });
const says = (page: Page): Locator => until(page).getByRole("status").first();

async function open(page: Page, explorer: Explorer): Promise<Locator> {
  await explorer.button("Run until").click();
  await expect(until(page)).toBeVisible();
  return until(page);
}

/** Presses a button that leads to where the condition is met. */
async function go(page: Page, explorer: Explorer, name: "Forward" | "Backward"): Promise<void> {
  await until(page).getByRole("button", { name }).click();
  await expect(until(page)).toBeHidden();
  await explorer.idle();
}

test("It runs forward to what happens next, and from there to the next, and back.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=main");
  await explorer.toStart();
  const popover = await open(page, explorer);
  await popover.getByLabel("What", { exact: true }).selectOption("an output crosses the gate line");
  await go(page, explorer, "Forward");
  await expect(explorer.narration).toContainText("The connection to ledger:9000 crosses the gate line");
  const first = await explorer.scrubber.getAttribute("aria-valuetext");

  await open(page, explorer);
  // What was chosen last is remembered.
  await expect(popover.getByLabel("What", { exact: true })).toHaveValue("output-passes");
  await popover.getByLabel("Which").selectOption("bytes for a socket");
  await go(page, explorer, "Forward");
  await expect(explorer.narration).toContainText("9 B");

  await open(page, explorer);
  await popover.getByLabel("Which").selectOption("any output");
  await go(page, explorer, "Backward");
  await expect(explorer.scrubber).toHaveAttribute("aria-valuetext", first ?? "");
});

test("It runs to a state of the gate, and to the first violation of any property.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=commit-fails-first&d=ungated");
  await explorer.toStart();
  const popover = await open(page, explorer);
  await popover.getByText("a property", { exact: true }).click();
  await go(page, explorer, "Forward");
  await expect(explorer.properties).toContainText(/violated at step/);
  await expect(explorer.narration).toContainText(/leak|Violated/i);

  await open(page, explorer);
  await popover.getByText("a state", { exact: true }).click();
  await popover.getByLabel("State", { exact: true }).selectOption("is locked");
  await go(page, explorer, "Backward");
  await expect(explorer.narration).toContainText("the output gate locks");
});

test("What the run does not reach leaves it where it is; an order that reaches it is found, and undone.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=main");
  const before = await explorer.scrubber.getAttribute("aria-valuetext");
  const popover = await open(page, explorer);
  await popover.getByLabel("What", { exact: true }).selectOption("the output gate breaks");
  await popover.getByRole("button", { name: "Backward" }).click();
  await expect(says(page)).toHaveText("Before this step, at no time: the output gate breaks.");
  await expect(popover.getByRole("button", { name: "Find an order" })).toBeHidden();
  await popover.getByRole("button", { name: "Forward" }).click();
  await expect(says(page)).toHaveText("The run ends before the output gate breaks.");
  await expect(explorer.scrubber).toHaveAttribute("aria-valuetext", before ?? "");

  await popover.getByRole("button", { name: "Find an order" }).click();
  await expect(popover).toBeHidden();
  await explorer.idle();
  await expect(explorer.narration).toContainText("The output gate breaks");
  await expect(page.getByText("An order was found, 2 choices from there on.")).toBeVisible();
  await expect(explorer.mark(/^The output gate breaks/).first()).toBeVisible();

  await explorer.button(/^Undo/).click();
  await expect(explorer.scrubber).toHaveAttribute("aria-valuetext", before ?? "");
  await expect(explorer.mark(/^The output gate breaks/)).toHaveCount(0);
});

test("It says so where no order does it.", async ({ page, explorer }) => {
  await explorer.open("s=put-then-connect&d=main");
  const popover = await open(page, explorer);
  await popover.getByLabel("What", { exact: true }).selectOption("a dead object is read");
  await popover.getByRole("button", { name: "Forward" }).click();
  await popover.getByRole("button", { name: "Find an order" }).click();
  await expect(says(page)).toHaveText(/^No order does it: all \d+ states that can follow have been tried\.$/);
  await expect(explorer.problem).toBeEmpty();
});

test("What is owed at the end of a run is found there, also in an order that the run on the screen has not.", async ({
  page,
  explorer,
}) => {
  // On main nothing tells the new socket that the connection which startTls() has taken over is refused.
  const source = `import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";
export class Demo extends DurableObject {
  async fetch() {
    connect("peer:9000", { secureTransport: "starttls" }).startTls();
    await scheduler.wait(1);
    return new Response("ok");
  }
}`;
  await explorer.open(`s=put-then-connect&d=main&code=${packed(source)}`);
  await explorer.toStart();
  const popover = await open(page, explorer);
  await popover.getByText("a property", { exact: true }).click();
  await popover.getByLabel("Property", { exact: true }).selectOption("L3 opened settles");
  await popover.getByRole("button", { name: "Forward" }).click();
  await expect(says(page)).toHaveText("The run ends before “opened settles” is violated.");

  await popover.getByRole("button", { name: "Find an order" }).click();
  await expect(popover).toBeHidden();
  await explorer.idle();
  await expect(explorer.narration).toContainText("opened has not settled");
  await expect(explorer.properties).toContainText(/opened settles.*violated at step/s);
  const last = (await explorer.scrubber.getAttribute("max")) ?? "";
  await expect(explorer.scrubber).toHaveValue(last);

  await explorer.toStart();
  await open(page, explorer);
  await go(page, explorer, "Forward");
  await expect(explorer.scrubber).toHaveValue(last);
});

test("By keyboard alone: U opens it, Enter runs forward, Shift+Enter backward, and the focus comes back.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=main");
  await explorer.surface.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("u");
  const what = until(page).getByLabel("What", { exact: true });
  await expect(what).toBeFocused();
  await page.keyboard.type("a commit becomes");
  await page.keyboard.press("Enter");
  await expect(until(page)).toBeHidden();
  await expect(explorer.surface).toBeFocused();
  await expect(explorer.narration).toContainText("Commit 1 is durable");

  await page.keyboard.press("u");
  await expect(what).toBeFocused();
  await page.keyboard.type("a lock is taken");
  await page.keyboard.press("Shift+Enter");
  await expect(until(page)).toBeHidden();
  await expect(explorer.surface).toBeFocused();
  await expect(explorer.narration).toContainText("the output gate locks");

  await page.keyboard.press("u");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await expect(until(page).getByLabel("Of what")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(until(page)).toBeHidden();
  await expect(explorer.surface).toBeFocused();
  await expect(explorer.narration).toContainText("the output gate locks");
});

test.describe("on a phone", () => {
  test.use({ viewport: NARROW });

  test("It fits, and does the same.", async ({ page, explorer }) => {
    await explorer.open("s=put-then-connect&d=main");
    const popover = await open(page, explorer);
    await popover.getByLabel("What", { exact: true }).selectOption("the output gate breaks");
    await popover.getByRole("button", { name: "Forward" }).click();
    await expect(popover.getByRole("button", { name: "Find an order" })).toBeInViewport({ ratio: 1 });
    const box = await popover.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(NARROW.width);
    expect(await popover.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  });
});
