/*
 * Checking every order, as a person does it: started, watched, cancelled, read, and opened.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { type Explorer, expect, NARROW, test } from "./explorer.ts";

const panel = (explorer: Explorer) => explorer.page.getByRole("region", { name: "Check", exact: true });
const problem = (explorer: Explorer) =>
  panel(explorer).getByRole("region", { name: "Check every order" }).getByRole("alert");
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

test("The atlas marks the outcomes that this person has seen, under this design, and undo takes none of them back.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=main");
  await page.keyboard.press("c");
  await start(explorer).click();
  const outcome = (events: string) =>
    panel(explorer)
      .getByRole("listitem")
      .filter({ hasText: /orders?(seen)?Open/ })
      .filter({ hasText: events });
  const refused = outcome("connection 1: SYN, refused").first();
  const seen = panel(explorer).getByText("seen", { exact: true });
  await expect(seen).toHaveCount(1);
  await expect(refused).toBeVisible();
  await expect(refused.getByText("seen", { exact: true })).toBeHidden();
  await refused.getByRole("button", { name: /^Open a shortest order that ends/ }).click();
  await explorer.idle();
  await expect(refused.getByText("seen", { exact: true })).toBeVisible();
  await expect(seen).toHaveCount(2);
  await explorer.button(/^Undo: Order that ends in an outcome/).click();
  await expect(seen).toHaveCount(2);
  await explorer.pickDesign("ungated");
  await start(explorer).click();
  // The run that is shown, and no run of another design.
  await expect(panel(explorer)).toContainText(/You have seen 1 of \d+\./);
});

test("To open the panel takes the focus into it, to close it gives the focus back.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=main");
  const heading = page.getByRole("heading", { name: "Check every order" });
  await explorer.surface.focus();
  await page.keyboard.press("c");
  await expect(heading).toBeFocused();
  await page.keyboard.press("c");
  await expect(explorer.surface).toBeFocused();

  const toggle = explorer.button("Check every order");
  await explorer.tabTo(toggle, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(heading).toBeFocused();
  await explorer.tabTo(explorer.button("Back to the run"), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(toggle).toBeFocused();

  // What had the focus is gone with its panel: there is a way back all the same.
  await explorer.next.getByRole("button").first().focus();
  await page.keyboard.press("c");
  await expect(heading).toBeFocused();
  await page.keyboard.press("c");
  await expect(toggle).toBeFocused();
});

test("Who begins a check by keyboard keeps the focus where the check is.", async ({ page, explorer }) => {
  await explorer.open("s=alarm-starttls&d=ungated&order=relaxed");
  await page.keyboard.press("c");
  await explorer.tabTo(start(explorer));
  await page.keyboard.press("Enter");
  await expect(explorer.button("Pause")).toBeFocused();
  await explorer.tabTo(explorer.button("Cancel the check"));
  await page.keyboard.press("Enter");
  await expect(start(explorer)).toBeFocused();
});

test("The number of states at which a check stops can be chosen.", async ({ page, explorer }) => {
  await page.addInitScript(() => {
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (this: Worker, ...args: [unknown]) {
      const { check } = args[0] as { check?: { maxStates: number } };
      if (check !== undefined) document.documentElement.dataset.asked = `${check.maxStates}`;
      postMessage.apply(this, args as never);
    } as Worker["postMessage"];
  });
  await explorer.open("s=put-then-connect&d=main");
  await page.keyboard.press("c");
  await expect(panel(explorer).getByLabel("Stop at")).toHaveValue("1000000");
  await panel(explorer).getByLabel("Stop at").selectOption("5,000,000 states");
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("Nothing is violated in any order.");
  await expect(page.locator("html")).toHaveAttribute("data-asked", "5000000");
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
  await expectAllChecked(page);
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
  await expect(problem(explorer)).toContainText("The check stopped working");
  await explorer.button("Back to the run").click();
  expect(await explorer.moment()).toEqual(before);

  isBroken = false;
  await explorer.button("Check every order").click();
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("2 of 30 properties can be violated.");
  await expect(problem(explorer)).toBeEmpty();
});

test("A check that says nothing for long says that, and can be stopped; one that breaks down says why.", async ({
  page,
  explorer,
}) => {
  let worker = "";
  await page.route(/\/check-host-[^/]*\.js$/, (route) =>
    route.fulfill({ contentType: "text/javascript", body: worker }),
  );
  await page.clock.install();
  await explorer.open("s=put-then-connect&d=ungated&at=4");
  const before = await explorer.moment();
  await explorer.button("Check every order").click();
  await expect(start(explorer)).toBeVisible();
  await page.clock.pauseAt(Date.now() + 60_000);
  await start(explorer).click();
  await expect(panel(explorer)).toContainText("Checking ungated");
  await page.clock.fastForward(19_000);
  await expect(panel(explorer)).not.toContainText("No word of it");
  await page.clock.fastForward(2_000);
  await expect(panel(explorer)).toContainText("No word of it for 20 seconds: it may be stuck.");
  await explorer.button("Stop it").click();
  await expect(start(explorer)).toBeVisible();
  await page.clock.resume();

  worker = "self.onmessage = () => { throw new Error('out of memory'); };";
  await start(explorer).click();
  await expect(problem(explorer)).toContainText("The check stopped working: Uncaught Error: out of memory.");
  await explorer.button("Back to the run").click();
  expect(await explorer.moment()).toEqual(before);
});

for (const colorScheme of ["light", "dark"] as const)
  test.describe(`In ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test("axe has no finding in what a check and the search for a difference have found.", async ({
      page,
      explorer,
    }) => {
      await explorer.open("s=commit-fails-first&d=ungated");
      await page.keyboard.press("c");
      await start(explorer).click();
      await expect(panel(explorer)).toContainText("can be violated");
      await explorer.button("Find").click();
      await expect(panel(explorer)).toContainText("differ after");
      await page.evaluate(() => {
        for (const details of document.querySelectorAll<HTMLDetailsElement>(".check-side details"))
          details.open = true;
      });
      expect(await findings(page)).toEqual([]);
    });

    test("axe has no finding in the table of all designs.", async ({ page, explorer }) => {
      await explorer.open("s=commit-fails-first&d=ungated");
      await page.keyboard.press("c");
      await explorer.button("Compare the designs").click();
      await explorer.button("Check all six").click();
      await expectAllChecked(page);
      expect(await findings(page, ".matrix-dialog")).toEqual([]);
    });
  });

/** Six checks, one after another, take their time on a busy machine. */
async function expectAllChecked(page: Page): Promise<void> {
  const table = page.getByRole("dialog", { name: "Designs compared" });
  await expect(table.getByRole("row", { name: /^States( [\d,]+){6}$/ })).toBeVisible({ timeout: 60_000 });
}

/** Of the part that a test is about: the whole page, which takes long, is looked at where the panel works by keyboard. */
async function findings(page: Page, part = ".check-side"): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
  );
}

test.describe("In dark colours, under way", () => {
  test.use({ colorScheme: "dark" });

  test("axe has no finding before a check, along one, and behind one that is outdated.", async ({
    page,
    explorer,
  }) => {
    await explorer.open("s=alarm-starttls&d=ungated&order=relaxed");
    await page.keyboard.press("c");
    await panel(explorer).getByText("Failures allowed").click();
    for (let presses = 0; presses < 3; presses += 1)
      await panel(explorer).getByRole("button", { name: "One more: commit fails", exact: true }).click();
    expect(await findings(page)).toEqual([]);
    await start(explorer).click();
    await explorer.button("Pause").click();
    expect(await findings(page)).toEqual([]);
    await explorer.button("Cancel the check").click();
    await explorer.pickScenario("Put, then connect");
    await start(explorer).click();
    await expect(panel(explorer)).toContainText("end in");
    await explorer.pickDesign("writes only");
    await expect(panel(explorer)).toContainText("Not yet checked under writes only.");
    expect(await findings(page)).toEqual([]);
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
