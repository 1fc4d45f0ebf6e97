/*
 * No serious finding of axe in any state of the screen, light and dark, wide and narrow; and no motion for those who do not
 * want any.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, NARROW, test, WIDE } from "./explorer.ts";

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, viewport] of [
    ["wide", WIDE],
    ["narrow", NARROW],
  ] as const) {
    test.describe(`${colorScheme} and ${size}`, () => {
      test.use({ colorScheme, viewport });

      test(`In ${colorScheme} colours on a ${size} screen, axe has no serious finding in any state.`, async ({
        page,
        explorer,
      }) => {
        await explorer.open("s=commit-fails-first&d=ungated");
        await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
        await explorer.toEnd();
        await expectNoFindings(page, "the end, with a leak", new AxeBuilder({ page }));

        await explorer.scenario.click();
        await expect(page.getByRole("menu")).toBeVisible();
        await expectNoFindings(page, "the scenarios");
        await page.keyboard.press("Escape");

        for (const name of ["World settings", "Share", "Run until"]) {
          await explorer.button(name).click();
          await expect(page.getByRole("dialog", { name })).toBeVisible();
          await expectNoFindings(page, name);
          await page.keyboard.press("Escape");
          await expect(page.getByRole("dialog", { name })).toBeHidden();
        }

        await explorer.button("Help and shortcuts").click();
        await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
        await expectNoFindings(page, "the help");
        await page.keyboard.press("Escape");

        await explorer.button("To the start").click();
        await explorer.button("Step forward").click();
        await explorer.button("Make something fail").click();
        await expect(page.getByRole("menu")).toBeVisible();
        await expectNoFindings(page, "the failures");
        await page.keyboard.press("Escape");

        if (size === "narrow") {
          for (const name of ["Properties", "Selected", "Handler"]) {
            await page.getByRole("tab", { name }).click();
            await expect(page.getByRole("tabpanel", { name })).toBeVisible();
            await expectNoFindings(page, `the tab ${name}`);
          }
        }

        await explorer.button("Edit the handler").click();
        await expect(explorer.editor).toBeFocused();
        await expectNoFindings(page, "the editor");
        await explorer.write("export class {");
        await expect(page.getByText(/^Line 1, column \d+: /)).toBeVisible();
        await expectNoFindings(page, "the editor with an error");

        await page.evaluate(() => {
          location.hash = "s=nothing&d=main";
        });
        await expect(explorer.problem).not.toBeEmpty();
        await expectNoFindings(page, "a problem");
      });
    });
  }
}

test("With reduced motion nothing moves by itself and no transition takes time.", async ({
  page,
  explorer,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await explorer.open();
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")].flatMap((element) => {
      const { transitionDuration, animationDuration, animationName, scrollBehavior } =
        getComputedStyle(element);
      const isLong = (durations: string) =>
        durations.split(",").some((each) => Number.parseFloat(each) > 0.01);
      const moves =
        isLong(transitionDuration) ||
        (animationName !== "none" && isLong(animationDuration)) ||
        scrollBehavior === "smooth";
      return moves ? [`${element.tagName} ${element.getAttribute("class")}`] : [];
    }),
  );
  expect(moving).toEqual([]);
  await explorer.scenario.click();
  await expect(page.getByRole("menu")).toBeVisible();
  const running = await page.evaluate(
    () => document.getAnimations().filter(({ playState }) => playState === "running").length,
  );
  expect(running).toBe(0);
});

test("Landmarks, headings and live regions are there for a screen reader.", async ({ page, explorer }) => {
  await explorer.open();
  await expect(page.getByRole("banner")).toHaveCount(1);
  await expect(page.getByRole("main")).toHaveCount(1);
  await expect(page.getByRole("contentinfo")).toHaveCount(1);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Gatescope");
  await expect(explorer.narration).toHaveRole("status");
  await page.keyboard.press("Tab");
  await expect(page.getByText("Skip to the timeline")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(explorer.surface).toBeFocused();
});

test("Every term of the field that is underlined explains itself on focus.", async ({ page, explorer }) => {
  await explorer.open();
  const term = explorer.held.getByRole("button", { name: "output gate" });
  await term.focus();
  await expect(page.getByRole("tooltip").first()).toContainText(/held|durable|leave/i);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toHaveCount(0);
});

/** Names every serious or critical finding. The drawing, which is large, is looked at once and not in every state. */
async function expectNoFindings(
  page: Page,
  state: string,
  axe = new AxeBuilder({ page }).exclude("#timeline-surface svg"),
): Promise<void> {
  await test.step(`axe: ${state}`, async () => {
    const { violations } = await axe.analyze();
    const serious = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
      );
    expect(serious, state).toEqual([]);
  });
}
