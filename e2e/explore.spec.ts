/*
 * A person's whole way through the explorer, once with the mouse alone and once with the keyboard alone.
 */
import type { Page } from "@playwright/test";
import { Explorer, expect, test } from "./explorer.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("By mouse: start, choose, step to the end and back, fork, fail, change the design, share.", async ({
  page,
  explorer,
}) => {
  await explorer.open();
  await expect(page).toHaveTitle(/Gatescope/);
  await explorer.pickScenario("Connect, then put");

  await test.step("Every step forward is undone by a step back.", async () => {
    await explorer.button("To the start").click();
    await stepThere(explorer, () => explorer.button("Step forward").click());
    await expect(explorer.button("Step forward")).toBeDisabled();
    await stepBack(explorer, () => explorer.button("Step back").click());
    await expect(explorer.button("Step back")).toBeDisabled();
  });

  await test.step("Dragging the cursor moves it.", async () => {
    const box = await explorer.surface.boundingBox();
    if (box === null) throw new Error("The timeline has no place on the screen.");
    await page.mouse.move(box.x + 20, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + 8, { steps: 4 });
    await page.mouse.up();
    const { step, count } = await explorer.position();
    expect(step).toBe(count);
  });

  await test.step("Another choice forks the run, undo takes it back.", async () => {
    const before = await toFork(explorer, () => explorer.button("Step forward").click());
    await explorer.choice(FORK).click();
    await explorer.idle();
    await expectForked(explorer, before);
    await explorer.button(/^Undo: /).click();
    expect(await explorer.moment()).toEqual(before);
    await explorer.button(/^Redo: /).click();
    await expectForked(explorer, before);
  });

  await test.step("A commit is made to fail from its bar in the picture.", async () => {
    await explorer.button("Back to the default run").click();
    await explorer.idle();
    await explorer
      .mark(/^Commit 1/)
      .first()
      .click();
    await page.getByRole("menuitem", { name: /^Commit 1 fails(?!, but)/ }).click();
    await explorer.idle();
    await expect(explorer.narration).toContainText("Commit 1 fails");
    await expect(explorer.mark(/^The output gate breaks/).first()).toBeVisible();
  });

  await test.step("The same choices under another design.", async () => {
    await explorer.pickDesign("ungated");
    await explorer.pickDesign("promised interface");
    const autogate = await explorer.designSwitch("autogate");
    await autogate.click();
    await explorer.idle();
    await expect(autogate).not.toBeChecked();
    await autogate.click();
    await explorer.idle();
    await page.keyboard.press("Escape");
    await explorer.toEnd();
    await expect(explorer.mark(/^The output gate breaks/).first()).toBeVisible();
  });

  await test.step("The copied link opens the very same step elsewhere.", async () => {
    await explorer.button("Step back").click();
    await explorer.button("Step back").click();
    await explorer.button("Share").click();
    await expectSameElsewhere(page, explorer);
  });
});

test("By keyboard: start, choose, step to the end and back, fork, fail, change the design, share.", async ({
  page,
  explorer,
}) => {
  const { keyboard } = page;
  await explorer.open();
  await explorer.tabTo(explorer.scenario);
  await keyboard.press("Enter");
  await expect(page.getByRole("menu")).toBeVisible();
  const item = page.getByRole("menuitemradio", { name: /^Connect, then put/ });
  await keyboard.type("Connect, then");
  await expect(item).toBeFocused();
  await keyboard.press("Enter");
  await explorer.idle();
  await expect(explorer.scenario).toHaveAccessibleName("Scenario: Connect, then put");
  await expect(explorer.scenario).toBeFocused();

  await test.step("Every step forward is undone by a step back.", async () => {
    await explorer.toStart();
    await stepThere(explorer, () => keyboard.press("ArrowRight"));
    await stepBack(explorer, () => keyboard.press("ArrowLeft"));
  });

  await test.step("A number takes another choice, undo takes it back.", async () => {
    const before = await toFork(explorer, () => keyboard.press("ArrowRight"));
    const number = await explorer.choice(FORK).getAttribute("aria-keyshortcuts");
    await keyboard.press(number ?? "");
    await explorer.idle();
    await expectForked(explorer, before);
    await keyboard.press("ControlOrMeta+z");
    expect(await explorer.moment()).toEqual(before);
    await keyboard.press("ControlOrMeta+Shift+z");
    await expectForked(explorer, before);
    await keyboard.press("ControlOrMeta+z");
  });

  await test.step("F makes the commit fail.", async () => {
    const fails = page.getByRole("menuitem", { name: /^Commit 1 fails(?!, but)/ });
    await keyboard.press("f");
    await expect(page.getByRole("menu")).toBeVisible();
    await keyboard.type("Commit 1 fails");
    await expect(fails).toBeFocused();
    await keyboard.press("Enter");
    await explorer.idle();
    await expect(explorer.narration).toContainText("Commit 1 fails");
    await expect(explorer.mark(/^The output gate breaks/).first()).toBeVisible();
  });

  await test.step("The same choices under another design.", async () => {
    await explorer.tabTo(explorer.designButton, "Shift+Tab");
    await keyboard.press("Enter");
    await explorer.tabTo(explorer.design("promised interface"));
    await keyboard.press("Enter");
    await explorer.idle();
    await expect(explorer.design("promised interface")).toBeChecked();
    await keyboard.press("Escape");
    await keyboard.press("End");
    await expect(explorer.mark(/^The output gate breaks/).first()).toBeVisible();
  });

  await test.step("What happened can be walked through in the picture.", async () => {
    await explorer.tabTo(explorer.surface);
    await keyboard.press("ArrowUp");
    await keyboard.press("ArrowUp");
    const inspector = page.getByRole("region", { name: "Selected" });
    await expect(inspector.getByRole("heading", { level: 3 })).toBeVisible();
    await keyboard.press("Escape");
    await expect(inspector.getByRole("heading", { level: 3 })).toBeHidden();
  });

  await test.step("The copied link opens the very same step elsewhere.", async () => {
    await keyboard.press("ArrowLeft");
    await keyboard.press("ArrowLeft");
    await explorer.tabTo(explorer.button("Share"), "Shift+Tab");
    await keyboard.press("Enter");
    await expectSameElsewhere(page, explorer);
  });
});

/** After connect() and put() both the far end and the disk may be first. */
const FORK = "Commit 1 becomes durable";

type Move = () => Promise<unknown>;

/** What is said at each step, per position of the cursor. */
const said = new WeakMap<Explorer, string[]>();

/** Steps from the start to the end, one position after another, and remembers what is said there. */
async function stepThere(explorer: Explorer, forward: Move): Promise<void> {
  const { step, count } = await explorer.position();
  expect(step).toBe(0);
  expect(count).toBeGreaterThan(10);
  const sentences = [await explorer.sentence()];
  for (let position = 1; position <= count; position += 1) {
    await forward();
    expect(await explorer.position()).toEqual({ step: position, count });
    sentences.push(await explorer.sentence());
    expect(sentences[position], `the sentence of step ${position}`).not.toBe("");
  }
  said.set(explorer, sentences);
}

/** Steps back to the start, and finds the same said at every step. */
async function stepBack(explorer: Explorer, back: Move): Promise<void> {
  const sentences = said.get(explorer) ?? [];
  for (let position = sentences.length - 2; position >= 0; position -= 1) {
    await back();
    expect((await explorer.position()).step).toBe(position);
    expect(await explorer.sentence(), `the sentence of step ${position} on the way back`).toBe(
      sentences[position],
    );
  }
}

/** Steps from the start to the first moment at which the commit can be taken although the run takes something else. */
async function toFork(explorer: Explorer, forward: Move): Promise<unknown> {
  await explorer.toStart();
  const { count } = await explorer.position();
  for (let position = 0; position < count; position += 1) {
    const commit = explorer.choice(FORK);
    if ((await commit.count()) === 1 && !((await commit.textContent()) ?? "").includes("next in this run")) {
      return explorer.moment();
    }
    await forward();
  }
  throw new Error(`“${FORK}” is nowhere a choice beside what the run takes.`);
}

async function expectForked(explorer: Explorer, before: unknown): Promise<void> {
  await expect(explorer.narration).toContainText("Commit 1");
  await expect(explorer.narration).toContainText("durable");
  expect(await explorer.moment()).not.toEqual(before);
  await expect(explorer.button("Back to the default run")).toBeEnabled();
}

/** The share popover is open: its link, in a new page, shows the same moment. */
async function expectSameElsewhere(page: Page, explorer: Explorer): Promise<void> {
  const popover = page.getByRole("dialog", { name: "Share" });
  await expect(popover.getByRole("status")).toContainText("Link copied");
  const link = await popover.getByRole("textbox", { name: "Link to this step" }).inputValue();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await page.keyboard.press("Escape");
  await expect(popover).toBeHidden();
  const moment = await explorer.moment();

  const other = await page.context().newPage();
  const elsewhere = new Explorer(other);
  await other.goto(link);
  await elsewhere.idle();
  expect(await elsewhere.moment()).toEqual(moment);
  await expect(elsewhere.problem).toBeEmpty();
}
