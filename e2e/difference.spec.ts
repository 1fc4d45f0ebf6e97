/*
 * The shortest difference of two designs, as a person finds it: searched, watched, cancelled, read, copied and opened.
 */
import { type Explorer, expect, NARROW, test } from "./explorer.ts";

const part = (explorer: Explorer) => explorer.page.getByRole("region", { name: "Shortest difference" });
const other = (explorer: Explorer) => part(explorer).getByLabel("The other design");

test("The shortest difference is told in words, copied, and opened in either design.", async ({
  page,
  context,
  explorer,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await explorer.open("s=put-then-connect&d=main");
  await page.keyboard.press("c");
  await explorer.tabTo(other(explorer));
  await page.keyboard.type("writes");
  await explorer.tabTo(explorer.button("Find"));
  await page.keyboard.press("Enter");
  const result = part(explorer).getByRole("status").first();
  await expect(result).toHaveText("main and writes only differ after 1 choice.");
  await expect(explorer.button("Find")).toBeFocused();
  await expect(part(explorer).getByRole("listitem").first()).toHaveText("A client requests /");
  await expect(part(explorer)).toContainText("connection 1: nothing");
  await expect(part(explorer)).toContainText("Only here can follow: ledger:9000 accepts socket 1");

  await explorer.button("Copy the difference as text").click();
  await expect(part(explorer)).toContainText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    "  1. A client requests /\n\nmain, after r1:\n  seen: client 1: requests /",
  );

  await explorer.button("Open these choices under writes only").click();
  await explorer.idle();
  await expect(explorer.designButton).toHaveAccessibleName(/^Design: writes only/);
  await expect(explorer.drawing).toContainText("leak: connect");
  // It is a difference of the same two, from whichever it is looked at.
  await expect(result).toHaveText("main and writes only differ after 1 choice.");
  await expect(other(explorer).locator("option:checked")).toHaveText("main");
  await explorer.button("Open these choices under main").click();
  await explorer.idle();
  await expect(explorer.designButton).toHaveAccessibleName(/^Design: main/);
  await expect(explorer.drawing).not.toContainText("leak: connect");
});

test("Where nobody outside can tell two designs apart, that is said, and of what.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=promised-interface");
  await page.keyboard.press("c");
  await other(explorer).selectOption("main");
  await explorer.button("Find").click();
  const same = "No order tells promised interface and main apart, in 46 pairs of states.";
  await expect(part(explorer)).toContainText(same);
  await explorer.pickScenario("Connect, then put");
  await expect(part(explorer)).toContainText(`“Put, then connect”, as it was compared: ${same}`);
});

test("A design can be compared with itself under another switch.", async ({ page, explorer }) => {
  await explorer.open("s=put-then-connect&d=promised-interface");
  await page.keyboard.press("c");
  await other(explorer).selectOption("promised interface (autogate off)");
  await explorer.button("Find").click();
  await expect(part(explorer)).toContainText(
    "promised interface and promised interface (autogate off) differ after 1 choice.",
  );
});

test("A long search can be paused and cancelled, and leaves what was found as it was.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=alarm-starttls&d=main");
  await page.keyboard.press("c");
  await other(explorer).selectOption("promised interface");
  await explorer.button("Find").click();
  await expect(part(explorer)).toContainText("main and promised interface differ after 9 choices.");
  await explorer.pickDesign("deferred r1");
  await other(explorer).selectOption("deferred r1, fixed");
  await explorer.button("Find").click();
  await expect(part(explorer)).toContainText("Comparing deferred r1 with deferred r1, fixed");
  await explorer.button("Pause").click();
  await expect(part(explorer)).toContainText("Paused deferred r1");
  await explorer.button("Resume").click();
  await explorer.button("Cancel the comparison").click();
  await expect(explorer.button("Find")).toBeVisible();
  await expect(part(explorer)).toContainText("main and promised interface differ after 9 choices.");
});

test.describe("On a phone", () => {
  test.use({ viewport: NARROW });

  test("the difference fits.", async ({ page, explorer }) => {
    await explorer.open("s=alarm-starttls&d=main");
    await page.getByRole("tab", { name: "Check" }).click();
    await other(explorer).selectOption("promised interface");
    await explorer.button("Find").click();
    await expect(part(explorer)).toContainText("differ after 9 choices");
    const tabs = page.getByRole("tabpanel");
    expect(await tabs.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(NARROW.width);
  });
});
