/*
 * What the whole picture is for: without the gate the far end sees a connection on behalf of a write that never happened;
 * with it, nothing at all.
 */
import { type Explorer, expect, test } from "./explorer.ts";

const SCENARIO = "The commit fails before the connection";

test("Without the gate the picture, the sentence and the property all show the leak.", async ({
  explorer,
}) => {
  await explorer.open();
  await explorer.pickScenario(SCENARIO);
  await explorer.pickDesign("ungated");

  await test.step("Before the leak nothing is violated.", async () => {
    await explorer.toStart();
    await unreached(explorer).click();
    await expect(verdict(explorer, "No early connection")).toContainText("not reached");
    await expect(explorer.properties).not.toContainText("violated");
  });

  await test.step("The leak is said when it happens.", async () => {
    await stepUntil(explorer, /^A leak/);
    await expect(explorer.narration).toContainText("ledger:9000");
    await expect(explorer.narration).toContainText('put "balance"');
    await expect(explorer.narration).toContainText("not durable");
  });

  await test.step("The picture shows it through the locked gate line, in words too.", async () => {
    const leak = explorer.mark(/crosses the gate line: a leak, put "balance" not durable/);
    // Heard once, however many shapes it is drawn with.
    await expect(leak).toHaveCount(1);
    await expect(explorer.drawing.getByText("leak: connect")).toBeVisible();
    const band = await explorer
      .mark(/^The output gate is locked by lock 1/)
      .first()
      .boundingBox();
    const line = await explorer.drawing.locator(".leak-line").boundingBox();
    if (band === null || line === null) throw new Error("The leak or the gate's band is not drawn.");
    // The line begins above the band and ends below it, somewhere along the time for which it is locked.
    expect(line.y).toBeLessThan(band.y);
    expect(line.y + line.height).toBeGreaterThanOrEqual(band.y + band.height - 1);
    expect(line.x).toBeGreaterThanOrEqual(band.x - 1);
    expect(line.x + line.width).toBeLessThanOrEqual(band.x + band.width + 1);
  });

  await test.step("What was promised is violated, and the verdict leads to the moment.", async () => {
    await explorer.toEnd();
    await expect(verdict(explorer, "No early connection")).toContainText("violated at step");
    await expect(verdict(explorer, "Broken silence")).toContainText("violated at step");
    await verdict(explorer, "No early connection").getByRole("button").click();
    await expect(verdict(explorer, "No early connection")).toContainText("violated at step");
    await expect(explorer.narration).toContainText(/leak|not durable|violat/i);
    await expect(explorer.mark(/^ledger:9000: (SYN|accepts)/).first()).toBeVisible();
  });

  await test.step("A name opens, by keyboard too, to what it means.", async () => {
    const meaning = verdict(explorer, "No early connection").getByText("No connection begins before");
    await expect(meaning).toBeHidden();
    await verdict(explorer, "No early connection")
      .getByText("S1", { exact: true })
      .locator("..")
      .press("Enter");
    await expect(meaning).toBeVisible();
  });
});

test("With the gate the same failure leaves nothing to be seen outside: the held connection is struck out.", async ({
  explorer,
}) => {
  await explorer.open();
  await explorer.pickScenario(SCENARIO);
  await explorer.pickDesign("main");

  await explorer.toStart();
  await stepUntil(explorer, /the connection is held/);
  await expect(explorer.held).toContainText("ledger:9000");
  await stepUntil(explorer, /struck out/);
  await expect(explorer.narration).toContainText("Nobody outside will ever see");
  const struck = explorer
    .mark(/^The connection to ledger:9000 is struck out/)
    .and(explorer.drawing.locator("rect, text"));
  await expect(struck.first()).toBeVisible();
  await expect(explorer.drawing.getByText("struck out").first()).toBeVisible();

  await explorer.toEnd();
  await expect(explorer.mark(/leak/i)).toHaveCount(0);
  await expect(explorer.mark(/^ledger:9000: /)).toHaveCount(0);
  for (const title of ["Broken silence", "Reset before rejections", "Waits are independent"]) {
    await expect(verdict(explorer, title)).toContainText("holds");
  }
  // What never leaves is no case of what must not leave early.
  await unreached(explorer).click();
  for (const title of ["No early connection", "No early bytes"]) {
    await expect(verdict(explorer, title)).toContainText("not reached");
  }
});

function verdict(explorer: Explorer, title: string) {
  return explorer.properties.getByRole("listitem").filter({ hasText: title });
}

/** What opens the list of properties of which no case has come up yet. */
function unreached(explorer: Explorer) {
  return explorer.properties.getByText(/not reached yet|reached yet$/);
}

/** Steps forward to the first step of which this is said. */
async function stepUntil(explorer: Explorer, says: RegExp): Promise<void> {
  const { step, count } = await explorer.position();
  for (let position = step; position < count; position += 1) {
    if (says.test(await explorer.sentence())) return;
    await explorer.page.keyboard.press("ArrowRight");
  }
  expect(await explorer.sentence()).toMatch(says);
}
