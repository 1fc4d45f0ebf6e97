/*
 * A link may come from anywhere and say anything: what cannot be shown is said in one sentence, and something useful is on
 * the screen.
 */
import { type Explorer, expect, NARROW, packed, test } from "./explorer.ts";

const bad: readonly { readonly what: string; readonly hash: string; readonly says: RegExp }[] = [
  { what: "garbage", hash: "!!%00%ff%zz{}[]", says: /^This link cannot be read/ },
  { what: "markup", hash: "<img src=x onerror=alert(1)>", says: /^This link cannot be read/ },
  { what: "an unknown scenario", hash: "s=no-such-thing&d=main", says: /no-such-thing/ },
  { what: "a scenario's name that is none", hash: "s=__proto__&d=main", says: /scenario/ },
  { what: "an unknown design", hash: "s=put-then-connect&d=perfect", says: /design/ },
  { what: "a design of every object", hash: "s=put-then-connect&d=constructor", says: /design/ },
  { what: "a choice that is not possible", hash: "s=put-then-connect&d=main&c=cf99", says: /cf99/ },
  { what: "a choice at the wrong moment", hash: "s=put-then-connect&d=main&c=cd1", says: /cd1/ },
  {
    what: "more default choices than there are",
    hash: "s=put-then-connect&d=main&c=~9999",
    says: /Step \d+/,
  },
  { what: "choices that are not readable", hash: "s=put-then-connect&d=main&c=..~0.%20", says: /choice/ },
  { what: "the same twice", hash: "s=put-then-connect&s=ping-pong&d=main", says: /twice/ },
  { what: "something unknown", hash: "s=put-then-connect&d=main&x=1", says: /means nothing here/ },
  { what: "a time out of range", hash: "s=put-then-connect&d=main&commit=99999", says: /at most/ },
  {
    what: "a hash of 300 kB",
    hash: `s=put-then-connect&d=main&code=${"A".repeat(300_000)}`,
    says: /too long/,
  },
  { what: "text that is not packed", hash: "s=put-then-connect&d=main&code=AAAA", says: /damaged/ },
  { what: "text that is not base64url", hash: "s=put-then-connect&d=main&code=%2B%2B", says: /damaged/ },
  {
    what: "packed data that is cut off",
    hash: `s=put-then-connect&d=main&code=${packed("export class A {}\n".repeat(20)).slice(0, -8)}`,
    says: /damaged/,
  },
  {
    what: "packed data that would fill the memory",
    hash: `s=put-then-connect&d=main&code=${packed("a".repeat(20_000_000))}`,
    says: /longer than 64 kB/,
  },
  {
    what: "a handler that does not parse",
    hash: `s=put-then-connect&d=main&code=${packed("export class {")}`,
    says: /line 1, column \d+/,
  },
];

for (const { what, hash, says } of bad) {
  test(`A link with ${what} is answered with a sentence and a run to look at.`, async ({ explorer }) => {
    await explorer.open(hash);
    await expect(explorer.problem).toHaveText(says);
    await expectUsable(explorer);
    await explorer.problem.getByRole("button", { name: "Dismiss" }).click();
    await expect(explorer.problem).toBeEmpty();
  });
}

test("A bad link that arrives later leaves what is on the screen.", async ({ page, explorer }) => {
  await explorer.open("s=ping-pong&d=main&at=5");
  const before = await explorer.moment();
  await page.evaluate(() => {
    location.hash = "s=no-such-thing&d=main";
  });
  await expect(explorer.problem).toContainText("no-such-thing");
  await explorer.idle();
  expect(await explorer.moment()).toEqual(before);
});

test("A link's position beyond the end shows the end.", async ({ explorer }) => {
  await explorer.open("s=put-then-connect&d=main&at=9999999");
  const { step, count } = await explorer.position();
  expect(step).toBe(count);
  await expect(explorer.problem).toBeEmpty();
});

test("A long problem fits a narrow screen.", async ({ page, explorer }) => {
  await page.setViewportSize(NARROW);
  await explorer.open(`s=${"long-".repeat(11)}name&d=main`);
  await expect(explorer.problem).toContainText("long-long");
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
});

test("The address follows what is shown, and a reload shows it again.", async ({ page, explorer }) => {
  await explorer.open();
  await explorer.pickScenario("Two sockets behind one gate");
  await explorer.toStart();
  for (let press = 0; press < 7; press += 1) await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/#s=two-sockets&d=main&at=7$/);
  const before = await explorer.moment();
  await page.reload();
  await explorer.idle();
  expect(await explorer.moment()).toEqual(before);
});

test("A link holds an edited handler, the world and the choices.", async ({ page, explorer }) => {
  const source = `import { DurableObject } from "cloudflare:workers";

export class Edited extends DurableObject {
  async fetch(request) {
    console.log("from the link");
    this.ctx.storage.put("a", 1);
    return new Response("edited");
  }
}
`;
  await explorer.open(`s=put-then-connect&code=${packed(source)}&d=main&commit=77&at=3`);
  await expect(explorer.problem).toBeEmpty();
  await expect(explorer.scenario).toHaveAccessibleName("Scenario: Put, then connect, edited");
  await expect(page.getByRole("region", { name: "Source" })).toContainText("from the link");
  await expect(explorer.button("World settings, 1 changed")).toBeVisible();
  await explorer.toEnd();
  await expect(page.getByRole("region", { name: "Console" })).toContainText("from the link");
});

test.describe("Where the browser does not let a page write to the clipboard", () => {
  test.use({ permissions: [] });

  test("the link is shown for copying by hand.", async ({ page, explorer }) => {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    });
    await explorer.open();
    await explorer.button("Share").click();
    const popover = page.getByRole("dialog", { name: "Share" });
    await expect(popover.getByRole("status")).toContainText("did not allow copying");
    await expect(popover.getByRole("textbox", { name: "Link to this step" })).toHaveValue(/#s=.*&d=/);
  });
});

/** A run is there, and can be stepped through. */
async function expectUsable(explorer: Explorer): Promise<void> {
  await explorer.toStart();
  await explorer.page.keyboard.press("ArrowRight");
  expect((await explorer.position()).step).toBe(1);
  expect((await explorer.position()).count).toBeGreaterThan(10);
  await expect(explorer.surface).toBeVisible();
  await expect(explorer.narration).not.toBeEmpty();
}
