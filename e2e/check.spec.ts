/*
 * Checking every order, as a person does it: started, watched, cancelled, read, and opened.
 */
import AxeBuilder from "@axe-core/playwright";
import { type Explorer, expect, NARROW, test } from "./explorer.ts";

const panel = (explorer: Explorer) => explorer.page.getByRole("region", { name: "Check", exact: true });
const start = (explorer: Explorer) => panel(explorer).getByRole("button", { name: "Check", exact: true });

test("A check finds the shortest leak, and opens it where it happens; undo takes that back.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=ungated");
  const before = await explorer.sentence();
  await explorer.button("Check every order").click();
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("2 of 30 properties can be violated.");
  await expect(panel(explorer)).toContainText("103 states, 173 transitions, every order to its end, in ");
  await page
    .getByRole("button", { name: "Open the shortest order that violates No early connection" })
    .click();
  await explorer.idle();
  await expect(explorer.narration).toContainText("Violated, No early connection (S1)");
  await expect(explorer.drawing).toContainText("leak: connect");
  expect(page.url()).toContain("d=ungated");
  await explorer.button(/^Undo: Order that violates/).click();
  expect(await explorer.sentence()).toBe(before);
  // The report is still there: what was checked has not changed.
  await expect(panel(explorer)).toContainText("2 of 30 properties can be violated.");
});

test("Where everything waits for the gate nothing is violated, and the outcomes of all orders are listed.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=main");
  await page.keyboard.press("c");
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("Nothing is violated in any order.");
  await expect(panel(explorer)).toContainText("54 orders end in 12 outcomes. You have seen 1 of 12.");
  await panel(explorer)
    .getByRole("button", { name: /^Open a shortest order that ends in this outcome/ })
    .first()
    .click();
  await explorer.idle();
  await expect(panel(explorer)).toContainText("You have seen 2 of 12.");
  await page.keyboard.press("c");
  await expect(explorer.next).toBeVisible();
});

test("A fragile order is a warning, and opens at the record that shows it.", async ({ page, explorer }) => {
  await explorer.open("s=order-in-review&d=deferred-r1");
  await page.keyboard.press("c");
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("Fragile orders");
  await page
    .getByRole("button", { name: "Open the shortest order that violates Robust order of destruction" })
    .click();
  await explorer.idle();
  await expect(explorer.narration).toContainText("ragile");
});

test("A long check goes on while the app is used, can be paused and cancelled, and leaves the app as it was.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=alarm-starttls&d=ungated&order=relaxed");
  await explorer.toStart();
  await page.keyboard.press("c");
  await panel(explorer).getByText("Failures allowed").click();
  for (const what of ["commit fails", "connection is refused", "reset by the far end"])
    for (let presses = 0; presses < 3; presses += 1)
      await panel(explorer)
        .getByRole("button", { name: `One more: ${what}`, exact: true })
        .click();
  const before = await explorer.position();
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("Checking ungated");
  await explorer.button("Pause").click();
  await expect(panel(explorer)).toContainText("Paused ungated");
  await page.keyboard.press("ArrowRight");
  expect((await explorer.position()).step).toBe(before.step + 1);
  await explorer.button("Resume").click();
  await expect(panel(explorer)).toContainText("Checking ungated");
  await explorer.button("Cancel the check").click();
  await expect(start(explorer)).toBeVisible();
  await expect(panel(explorer)).toContainText("Nothing has been checked yet.");
  await page.keyboard.press("ArrowLeft");
  expect(await explorer.position()).toEqual(before);
});

test("All designs are compared in one table, and a violated cell opens its order under that design.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=main");
  await page.keyboard.press("c");
  await explorer.button("Compare the designs").click();
  await explorer.button("Check all six").click();
  const row = page.getByRole("row", { name: /^No early connection/ });
  await expect(row.getByRole("cell")).toHaveText([
    "1 choice",
    "1 choice",
    "holds",
    "holds",
    "holds",
    "holds",
  ]);
  const axe = await new AxeBuilder({ page }).include(".matrix-dialog").analyze();
  expect(axe.violations.map(({ id }) => id)).toEqual([]);
  await page
    .getByRole("button", { name: /^No early connection under ungated: violated after 1 choice/ })
    .click();
  await explorer.idle();
  await expect(explorer.designButton).toHaveAccessibleName(/^Design: ungated/);
  await expect(explorer.narration).toContainText("Violated, No early connection (S1)");
});

test("With another world the report is another's, and it is said.", async ({ explorer }) => {
  await explorer.open("s=put-then-connect&d=ungated");
  await explorer.page.keyboard.press("c");
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("2 of 30");
  await explorer.pickDesign("main");
  await expect(panel(explorer)).toContainText("Not yet checked under main.");
  await explorer.pickScenario("Connect, then put");
  const notice =
    "“Connect, then put” has not been checked like this yet. What stands below is of “Put, then connect”";
  await expect(panel(explorer)).toContainText(notice);
  // What was found is still there, and opens where it was found.
  await explorer.button("Open the shortest order that violates No early connection").click();
  await explorer.idle();
  await expect(explorer.scenario).toHaveAccessibleName(/Put, then connect/);
  await expect(explorer.designButton).toHaveAccessibleName(/^Design: ungated/);
  await expect(explorer.narration).toContainText("Violated, No early connection (S1)");
  await expect(panel(explorer)).not.toContainText("What stands below");
  await explorer.pickDesign("main");
  await explorer.button("Check again").click();
  await expect(panel(explorer)).toContainText("Nothing is violated in any order.");
});

test("A check that fails says so and leaves the app as it was; the next has a fresh worker.", async ({
  page,
  explorer,
}) => {
  let isBroken = true;
  await page.route(/\/check-host-[^/]*\.js$/, (route) =>
    isBroken ? route.fulfill({ status: 404, body: "gone" }) : route.continue(),
  );
  await explorer.open("s=put-then-connect&d=ungated&at=4");
  const before = await explorer.moment();
  await explorer.button("Check every order").click();
  await start(explorer).click();
  await expect(panel(explorer).getByRole("alert")).toContainText("The check stopped working");
  await explorer.button("Back to the run").click();
  expect(await explorer.moment()).toEqual(before);

  isBroken = false;
  await explorer.button("Check every order").click();
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("2 of 30 properties can be violated.");
  await expect(panel(explorer).getByRole("alert")).toBeEmpty();
});

test.describe("In dark colours", () => {
  test.use({ colorScheme: "dark" });

  test("axe has no finding before a check, along one, and behind one that is outdated.", async ({
    page,
    explorer,
  }) => {
    const findings = async (): Promise<readonly string[]> =>
      (await new AxeBuilder({ page }).exclude("#timeline-surface svg").analyze()).violations.map(
        ({ id }) => id,
      );
    await explorer.open("s=alarm-starttls&d=ungated&order=relaxed");
    await page.keyboard.press("c");
    await panel(explorer).getByText("Failures allowed").click();
    for (let presses = 0; presses < 3; presses += 1)
      await panel(explorer).getByRole("button", { name: "One more: commit fails", exact: true }).click();
    expect(await findings()).toEqual([]);
    await start(explorer).click();
    await explorer.button("Pause").click();
    expect(await findings()).toEqual([]);
    await explorer.button("Cancel the check").click();
    await explorer.pickScenario("Put, then connect");
    await start(explorer).click();
    await expect(panel(explorer)).toContainText("end in");
    await explorer.pickDesign("writes only");
    await expect(panel(explorer)).toContainText("Not yet checked under writes only.");
    expect(await findings()).toEqual([]);
  });
});

test("The panel works by keyboard alone, and reads well to assistive technology.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=piped-chunks&d=main");
  await page.keyboard.press("c");
  await explorer.tabTo(start(explorer));
  await page.keyboard.press("Enter");
  const open = page.getByRole("button", {
    name: /^Open the shortest order that violates No early piped bytes/,
  });
  await expect(open).toBeVisible();
  const axe = await new AxeBuilder({ page }).analyze();
  expect(axe.violations.map(({ id }) => id)).toEqual([]);
  await explorer.tabTo(open);
  await page.keyboard.press("Enter");
  await explorer.idle();
  await expect(explorer.narration).toContainText("Violated, No early piped bytes (S2p)");
});

test.describe("In a window of medium width", () => {
  test.use({ viewport: { width: 1024, height: 768 } });

  test("the check is one more tab, and nothing is cut off.", async ({ page, explorer }) => {
    await explorer.open("s=put-then-connect&d=main");
    await page.keyboard.press("c");
    await expect(page.getByRole("tab", { name: "Check" })).toHaveAttribute("aria-selected", "true");
    await expect(
      page.getByRole("tabpanel").getByRole("button", { name: "Check", exact: true }),
    ).toBeInViewport({
      ratio: 1,
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1024);
    await page.getByRole("tab", { name: "Next" }).click();
    await expect(explorer.next).toBeVisible();
  });
});

test.describe("On a phone", () => {
  test.use({ viewport: NARROW });

  test("the check is one more tab.", async ({ page, explorer }) => {
    await explorer.open("s=put-then-connect&d=ungated");
    await page.getByRole("tab", { name: "Check" }).click();
    await page.getByRole("tabpanel").getByRole("button", { name: "Check", exact: true }).click();
    await expect(page.getByRole("tabpanel")).toContainText("2 of 30 properties can be violated.");
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(NARROW.width);
  });
});
