/*
 * Everything else that can be pressed: playing, the world, the inspector, the theme, copying, every scenario and design.
 */
import { type Explorer, expect, test } from "./explorer.ts";

test("Every scenario runs under every design without a problem, and says something at its end.", async ({
  page,
  explorer,
}) => {
  // Nearly two hundred runs, each looked at.
  test.setTimeout(600_000);
  await explorer.open();
  await explorer.scenario.click();
  await expect(page.getByRole("menu")).toBeVisible();
  const titles = await page.getByRole("menuitemradio").locator(".menu-title").allTextContents();
  await page.keyboard.press("Escape");
  expect(titles.length).toBeGreaterThanOrEqual(12);
  await explorer.openDesigns();
  const designs = await explorer.designs.locator(".menu-title").allTextContents();
  await page.keyboard.press("Escape");
  expect(designs.length).toBe(6);
  for (const title of titles) {
    await explorer.pickScenario(title);
    for (const design of designs) {
      await explorer.pickDesign(design);
      await explorer.toEnd();
      expect((await explorer.position()).count, `${title}, ${design}`).toBeGreaterThan(8);
      expect(await explorer.sentence(), `${title}, ${design}`).toMatch(/\.$/);
      await expect(explorer.problem, `${title}, ${design}`).toBeEmpty();
      await expect(explorer.next.getByText("next in this run")).toHaveCount(0);
    }
  }
});

test("Playing goes on by itself, to the end, and can be paused.", async ({ page, explorer }) => {
  await explorer.open("s=ping-pong&d=main");
  await explorer.toStart();
  await page.keyboard.press(" ");
  await expect(explorer.button("Pause")).toBeVisible();
  // A busy machine may miss any one step.
  await expect(explorer.scrubber).not.toHaveAttribute("aria-valuetext", /^step [01] of/);
  await explorer.button("Pause").click();
  await expect(explorer.button("Play")).toBeVisible();
  const paused = await explorer.position();
  expect(paused.step).toBeLessThan(paused.count);
  await explorer.open("s=commit-fails-first&d=main");
  await page.getByRole("combobox", { name: "Speed" }).selectOption("4");
  await explorer.toStart();
  await explorer.button("Play").click();
  await expect(explorer.button("Play")).toBeVisible({ timeout: 30_000 });
  const { step, count } = await explorer.position();
  expect(step).toBe(count);
});

test("The world's settings change the run, are counted, and go back.", async ({ page, explorer }) => {
  await explorer.open("s=put-then-connect&d=main&at=6");
  const before = await explorer.moment();
  const durable = explorer.choice("Commit 1 becomes durable");
  await expect(durable).toContainText("at 10 ms");
  await explorer.button("World settings").click();
  const world = page.getByRole("dialog", { name: "World settings" });
  await world.getByLabel("A commit takes").fill("250");
  await page.keyboard.press("Enter");
  await explorer.idle();
  await expect(durable).toContainText("at 250 ms");
  await world.getByLabel("The far end").selectOption({ label: "refuses connections" });
  await explorer.idle();
  await page.keyboard.press("Escape");
  await expect(explorer.button("World settings, 2 changed")).toBeVisible();
  await explorer.toEnd();
  await expect(explorer.drawing).toContainText("refuses");
  await explorer.toStart();
  for (let press = 0; press < 6; press += 1) await page.keyboard.press("ArrowRight");

  await explorer.button("World settings, 2 changed").click();
  await world.getByRole("button", { name: /^Reset to the scenario/ }).click();
  await explorer.idle();
  await page.keyboard.press("Escape");
  await expect(explorer.button("World settings")).toBeVisible();
  expect(await explorer.moment()).toEqual(before);
});

test("A latency that is no number, or out of range, is brought into range.", async ({ page, explorer }) => {
  await explorer.open("s=put-then-connect&d=main");
  await explorer.button("World settings").click();
  const latency = page.getByLabel("A commit takes");
  for (const [typed, becomes] of [
    ["-5", "0"],
    ["99999999", "10000"],
    ["1.6", "2"],
    ["", "2"],
  ] as const) {
    await latency.fill(typed);
    await latency.blur();
    await explorer.idle();
    await expect(latency).toHaveValue(becomes);
  }
  await expect(explorer.problem).toBeEmpty();
});

test("What is selected tells its facts and causes, and can be made to fail.", async ({ page, explorer }) => {
  await explorer.open("s=put-then-connect&d=main&at=9999999");
  await observation(explorer).click();
  const inspector = page.getByRole("region", { name: "Selected" });
  await expect(inspector.getByRole("heading", { level: 3 })).toContainText("ledger:9000");
  await expect(inspector).toContainText(/put "balance"/);
  await expect(inspector.getByRole("heading", { name: "Because" })).toBeVisible();
  await inspector.getByRole("listitem").getByRole("button").first().click();
  await expect(inspector.getByRole("heading", { level: 3 })).not.toContainText("accepts");
  await inspector.getByRole("button", { name: /^Go to step/ }).click();
  const { step, count } = await explorer.position();
  expect(step).toBeLessThan(count);
  await inspector.getByRole("button", { name: "Clear the selection" }).click();
  await expect(inspector.getByRole("heading", { level: 3 })).toBeHidden();
});

test("Pointing at an observation lights what it depends on.", async ({ explorer }) => {
  await explorer.open("s=put-then-connect&d=main&at=9999999");
  await expect(lit(explorer)).toHaveCount(0);
  await observation(explorer).hover();
  await expect(lit(explorer).first()).toBeVisible();
  await expect(explorer.page.getByText(/put "balance".*durable/).last()).toBeVisible();
  await explorer.narration.hover();
  await expect(lit(explorer)).toHaveCount(0);
});

test("The theme is kept, and follows the system until somebody chooses.", async ({ page, explorer }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await explorer.open();
  const theme = page.locator("html");
  await expect(theme).toHaveAttribute("data-theme", "dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect(theme).toHaveAttribute("data-theme", "light");
  await explorer.button("Theme: system").click();
  await explorer.button("Theme: light").click();
  await expect(theme).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await explorer.idle();
  await expect(theme).toHaveAttribute("data-theme", "dark");
  await explorer.button("Theme: dark").click();
  await expect(theme).toHaveAttribute("data-theme", "light");
});

test("A choice that is not possible under another design is left out, and the page says so.", async ({
  explorer,
}) => {
  await explorer.open("s=commit-fails-first&d=ungated");
  await explorer.toStart();
  // Ungated, the far end may refuse before the commit; gated, nobody has asked it yet.
  for (let { step, count } = await explorer.position(); step < count; step += 1) {
    if ((await explorer.choice("ledger:9000 refuses").count()) > 0) break;
    await explorer.page.keyboard.press("ArrowRight");
  }
  await explorer.choice("ledger:9000 refuses").click();
  await explorer.idle();
  await explorer.pickDesign("main");
  await expect(explorer.page.getByRole("status").filter({ hasText: "not possible here" })).toBeVisible();
});

test.describe("With the clipboard", () => {
  test.use({ permissions: ["clipboard-read", "clipboard-write"] });

  test("the whole run can be copied as text, a line for each step.", async ({ page, explorer }) => {
    await explorer.open("s=put-then-connect&d=main");
    await explorer.button("Copy as text").click();
    await expect(page.getByText("Copied").first()).toBeVisible();
    const lines = (await page.evaluate(() => navigator.clipboard.readText())).trimEnd().split("\n");
    expect(lines).toHaveLength((await explorer.position()).count);
    await explorer.toEnd();
    expect(lines.at(-1)).toContain(await explorer.sentence());
  });
});

/** Where the far end first sees something. */
function observation(explorer: Explorer) {
  return explorer.drawing.locator("circle.sees").first();
}

function lit(explorer: Explorer) {
  return explorer.drawing.locator(".has-highlight .lit, .lit");
}
