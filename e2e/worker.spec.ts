/*
 * The model runs in a web worker. Whatever becomes of it, the page says so and goes on with a fresh one.
 */
import { type Explorer, expect, test } from "./explorer.ts";

const WORKER = /\/host-[^/]*\.js$/;

test("A worker whose script cannot be loaded is reported, and the next try has a fresh one.", async ({
  page,
  explorer,
}) => {
  let isBroken = true;
  await page.route(WORKER, (route) =>
    isBroken ? route.fulfill({ status: 404, body: "gone" }) : route.continue(),
  );
  await explorer.open();
  await expect(explorer.problem).toContainText("The model");
  isBroken = false;
  await page.getByRole("button", { name: /^Scenario/ }).click();
  await page.getByRole("menuitemradio", { name: /^Put, then connect/ }).click();
  await explorer.idle();
  await expectUsable(explorer);
});

test("A worker that stops in the middle of its work is replaced.", async ({ page, explorer }) => {
  await explorer.open("s=put-then-connect&d=main&at=4");
  const before = await explorer.moment();
  const [worker] = page.workers();
  expect(worker).toBeDefined();
  // From here on it throws at every message, as one does that has run out of memory.
  await worker?.evaluate(() => {
    addEventListener(
      "message",
      (event) => {
        event.stopImmediatePropagation();
        throw new Error("out of memory");
      },
      { capture: true },
    );
  });
  await explorer.askForDesign("ungated");
  await explorer.idle();
  await expect(explorer.problem).toContainText("The model stopped working");
  expect(await explorer.moment()).toEqual(before);

  await explorer.pickDesign("ungated");
  await expectUsable(explorer);
});

test("A worker that falls silent is given up after a while, and the page says so.", async ({
  page,
  explorer,
}) => {
  await explorer.open("s=put-then-connect&d=main&at=4");
  const before = await explorer.moment();
  await page.workers()[0]?.evaluate(() => close());
  await explorer.askForDesign("ungated");
  await expect(explorer.problem).toContainText("seconds", { timeout: 20_000 });
  await explorer.idle();
  expect(await explorer.moment()).toEqual(before);
  await explorer.pickDesign("ungated");
  await expectUsable(explorer);
});

async function expectUsable(explorer: Explorer): Promise<void> {
  await expect(explorer.problem).toBeEmpty();
  await explorer.toStart();
  await explorer.page.keyboard.press("ArrowRight");
  expect((await explorer.position()).step).toBe(1);
  await explorer.toEnd();
}
