/*
 * Every width from a small phone to a large screen: nothing sticks out, nothing is cut off, everything is in reach.
 */
import type { Page } from "@playwright/test";
import { expect, NARROW, test } from "./explorer.ts";

const WIDTHS = [320, 360, 390, 480, 640, 768, 900, 1024, 1179, 1180, 1280, 1440, 1920];
const LONGEST = "s=commit-fails-first&d=promised-interface";

test("No width from 320 to 1920 px scrolls sideways or cuts off the text of a control.", async ({
  page,
  explorer,
}) => {
  await explorer.open(LONGEST);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    await explorer.idle();
    expect.soft(await sideways(page), `${width} px: what sticks out`).toEqual([]);
    expect.soft(await cutOff(page), `${width} px: what is cut off`).toEqual([]);
  }
});

test("At 200 % text size nothing sticks out either.", async ({ page, explorer }) => {
  await explorer.open(LONGEST);
  await page.addStyleTag({ content: "html { font-size: 200% }" });
  for (const width of [640, 1280, 1920]) {
    await page.setViewportSize({ width, height: 844 });
    await explorer.idle();
    expect.soft(await sideways(page), `${width} px: what sticks out`).toEqual([]);
  }
});

test("Menus and popovers stay inside a narrow screen.", async ({ page, explorer }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await explorer.open(LONGEST);
  await explorer.scenario.click();
  await expectInside(page, page.getByRole("menu"));
  await page.keyboard.press("Escape");
  for (const name of ["World settings", "Share"]) {
    await explorer.button(name).click();
    await expectInside(page, page.getByRole("dialog", { name }));
    await page.keyboard.press("Escape");
  }
  await explorer.button("Help and shortcuts").click();
  await expectInside(page, page.getByRole("dialog", { name: "Help" }));
});

test("On a phone the panels are tabs, and everything can be done there.", async ({ page, explorer }) => {
  await page.setViewportSize(NARROW);
  await explorer.open("s=put-then-connect&d=main&at=6");
  await expect(page.getByRole("tab")).toHaveText(["Next", "Handler", "Properties", "Selected", "Check"]);
  await expect(explorer.surface).toBeInViewport();
  await expect(explorer.scrubber).toBeInViewport();

  await page.getByRole("tab", { name: "Next" }).click();
  await explorer.choice("Commit 1 fails").click();
  await explorer.idle();
  await expect(explorer.narration).toContainText("fails");
  await page.getByRole("tab", { name: "Properties" }).click();
  await expect(explorer.properties).toContainText("holds");
  await page.getByRole("tab", { name: "Handler" }).click();
  await expect(page.getByRole("region", { name: "Source" })).toContainText("DurableObject");
  await explorer
    .mark(/^Commit 1/)
    .first()
    .click();
  await expect(page.getByRole("menu")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
  await page.getByRole("tab", { name: "Selected" }).click();
  await expect(page.getByRole("region", { name: "Selected" })).toContainText("Commit 1");

  await page.getByRole("tab", { name: "Selected" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("tab", { name: "Properties" })).toHaveAttribute("aria-selected", "true");
});

test("Everything that a finger has to hit on a phone is at least 24 px wide and high.", async ({
  page,
  explorer,
}) => {
  await page.setViewportSize(NARROW);
  await explorer.open(LONGEST);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, select, input, [role=tab], [role=switch]")].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      // A term stands in a sentence: the line is its target.
      const isInline = element.matches(".term");
      return !isInline && width > 0 && (width < 24 || height < 24)
        ? [`${element.getAttribute("aria-label") ?? element.textContent} ${width} x ${height}`]
        : [];
    }),
  );
  expect(small).toEqual([]);
});

test("Lanes fold and unfold, and the gate's never does.", async ({ page, explorer }) => {
  await explorer.open("s=put-then-connect&d=main");
  const lanes = page.getByRole("list", { name: "Lanes" });
  const heads = await lanes.getByRole("button", { expanded: true }).count();
  expect(heads).toBeGreaterThanOrEqual(5);
  const { height: before = 0 } = (await explorer.drawing.boundingBox()) ?? {};
  for (let fold = heads; fold > 0; fold -= 1)
    await lanes.getByRole("button", { expanded: true }).first().click();
  const { height: after = 0 } = (await explorer.drawing.boundingBox()) ?? {};
  expect(after).toBeLessThan(before);
  await expect(explorer.mark(/^The output gate is locked/).first()).toBeVisible();
  await page.reload();
  await explorer.idle();
  await expect(lanes.getByRole("button", { expanded: true })).toHaveCount(0);
});

test("Zooming in and fitting the run keep the cursor in sight.", async ({ page, explorer }) => {
  await explorer.open("s=ping-pong&d=main");
  await explorer.toEnd();
  for (let press = 0; press < 4; press += 1) await page.keyboard.press("+");
  await expect(explorer.button("Fit the whole run")).toBeEnabled();
  await explorer.toStart();
  const surface = await explorer.surface.boundingBox();
  for (let press = 0; press < 25; press += 1) {
    await page.keyboard.press("ArrowRight");
    const cursor = await explorer.drawing.locator(".cursor").boundingBox();
    if (surface === null || cursor === null) throw new Error("The cursor is not drawn.");
    expect(cursor.x + cursor.width).toBeGreaterThan(surface.x);
    expect(cursor.x).toBeLessThan(surface.x + surface.width);
  }
  await page.keyboard.press("0");
  await expect(explorer.button("Fit the whole run")).toBeDisabled();
});

/** What makes the page wider than its window. */
function sideways(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const guilty = [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class")}`);
    return [`${scrollWidth} > ${clientWidth}`, ...guilty.slice(0, 8)];
  });
}

/** Controls and headings whose text does not fit, or that lie outside of the window. */
function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const labelled = "button, [role=tab], [role=radio], h1, h2, h3, label, select, .lane-head, .position";
    return [...document.querySelectorAll(labelled)].flatMap((element) => {
      if (
        !(element instanceof HTMLElement) ||
        element.offsetWidth <= 1 ||
        element.matches(".visually-hidden, .skip-link")
      )
        return [];
      const parts = [element, ...element.querySelectorAll("span")].filter(
        (part): part is HTMLElement =>
          part instanceof HTMLElement && part.offsetWidth > 1 && !part.matches(".visually-hidden"),
      );
      const isCut = parts.some((part) => {
        const { overflowX, display } = getComputedStyle(part);
        if (display === "inline") return false;
        return part.scrollWidth > part.clientWidth + 1 && (overflowX !== "visible" || part === element);
      });
      const { left, right } = element.getBoundingClientRect();
      const isOutside = left < -0.5 || right > document.documentElement.clientWidth + 0.5;
      const name = `${element.tagName.toLowerCase()} “${(element.getAttribute("aria-label") ?? element.textContent ?? "").slice(0, 40)}”`;
      return isCut ? [`${name} is cut`] : isOutside ? [`${name} is outside`] : [];
    });
  });
}

async function expectInside(page: Page, overlay: ReturnType<Page["getByRole"]>): Promise<void> {
  await expect(overlay).toBeVisible();
  const box = await overlay.boundingBox();
  const size = page.viewportSize();
  if (box === null || size === null) throw new Error("It has no place on the screen.");
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(size.width);
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.y + box.height).toBeLessThanOrEqual(size.height);
}
