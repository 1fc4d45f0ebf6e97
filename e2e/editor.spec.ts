/*
 * Editing the handler: what is wrong is said at its place, and what was on the screen stays until there is something better.
 */
import { type Explorer, expect, NARROW, test } from "./explorer.ts";

const SAYS_HELLO = `import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Edited extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("greeting", "hello");
    console.log("hello from the edit");
    const socket = connect("edited:7");
    await socket.opened;
    return new Response("hello");
  }
}
`;

const ENDLESS = SAYS_HELLO.replace('console.log("hello from the edit");', "for (;;) {}");

test("A syntax error is shown at its place, the last good run stays, and a fix brings a new run.", async ({
  page,
  explorer,
}) => {
  await openEditor(explorer);
  const before = await explorer.moment();

  await explorer.write(SAYS_HELLO.replace('connect("edited:7")', 'connect("edited:7"'));
  await explorer.button("Apply").click();
  const status = errorLine(explorer);
  // The bracket is missed where the next line begins or the last one ends.
  await expect(status).toHaveText(/^Line (8|9), column \d+: /);
  await expect(page.locator(".cm-lintRange-error, .cm-lintPoint-error")).toHaveCount(1);
  const line = Number(/Line (\d+)/.exec((await status.textContent()) ?? "")?.[1]);
  await expect(
    page
      .locator(".cm-line")
      .nth(line - 1)
      .locator(".cm-lintRange-error, .cm-lintPoint-error"),
  ).toHaveCount(1);
  await explorer.idle();
  expect(await explorer.moment()).toEqual(before);

  await explorer.write(SAYS_HELLO);
  await page.keyboard.press("ControlOrMeta+Enter");
  await explorer.idle();
  await expect(status).toHaveCount(0);
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(0);
  await expect(explorer.scenario).toHaveAccessibleName("Scenario: Put, then connect, edited");
  await explorer.button("Close").click();
  await explorer.toEnd();
  await expect(page.getByRole("region", { name: "Console" })).toContainText("hello from the edit");
  await expect(explorer.drawing).toContainText("edited:7");

  await test.step("Undo brings back the scenario's own handler.", async () => {
    await page.keyboard.press("ControlOrMeta+z");
    await explorer.idle();
    await expect(explorer.scenario).toHaveAccessibleName("Scenario: Put, then connect");
    await expect(page.getByRole("region", { name: "Source" })).toContainText("ledger:9000");
  });
});

test("An error is shown while typing, without Apply, and goes when it is mended.", async ({ explorer }) => {
  await openEditor(explorer);
  await explorer.write("export class {");
  await expect(errorLine(explorer)).toHaveText(/^Line 1, column \d+: /);
  await explorer.write(SAYS_HELLO);
  await expect(errorLine(explorer)).toHaveCount(0);
});

for (const { construct, line, says, advice } of [
  { construct: "async *lines() { yield 1; }", line: 5, says: /generator/i, advice: /\. .+/ },
  { construct: "x = eval('1');", line: 5, says: /eval/i, advice: /\. .+/ },
  { construct: "go() { with (this) { x; } }", line: 5, says: /with/i, advice: /.+/ },
]) {
  test(`“${construct}” is answered with its name, its place and what to write instead.`, async ({
    explorer,
  }) => {
    await openEditor(explorer);
    await explorer.write(SAYS_HELLO.replace("  async fetch", `  ${construct}\n  async fetch`));
    await explorer.button("Apply").click();
    await explorer.idle();
    await expect(errorLine(explorer)).toHaveText(new RegExp(`^Line ${line}, column \\d+: `));
    await expect(errorLine(explorer)).toHaveText(says);
    await expect(errorLine(explorer)).toHaveText(advice);
  });
}

test("An endless loop is stopped after a stated number of steps, and the explorer stays usable.", async ({
  page,
  explorer,
}) => {
  await openEditor(explorer);
  await explorer.write(ENDLESS);
  await explorer.button("Apply").click();
  await explorer.idle();
  await explorer.button("Close").click();
  await explorer.toEnd();
  await expect(explorer.narration).toContainText(/more than [\d,]+ (steps|instructions)/);
  await expect(explorer.narration).toContainText(/endless loop/);
  await expect(explorer.narration).toContainText(/line 7/);

  await page.keyboard.press("ArrowLeft");
  await expect(explorer.narration).not.toContainText("endless loop");
  await page.keyboard.press("ControlOrMeta+z");
  await explorer.idle();
  await expect(explorer.scenario).toHaveAccessibleName("Scenario: Put, then connect");
  await explorer.pickDesign("ungated");
});

test("An endless loop at the module's top level is stopped too.", async ({ page, explorer }) => {
  await openEditor(explorer);
  await explorer.write(`for (;;) {}\n${SAYS_HELLO}`);
  await explorer.button("Apply").click();
  await explorer.idle();
  await page.keyboard.press("Escape");
  await explorer.button("Close").click();
  await explorer.toEnd();
  await expect(explorer.narration).toContainText(/endless loop/);
  await explorer.pickScenario("Ping-pong with puts");
  await explorer.toEnd();
});

test("Revert goes back to the scenario's own handler.", async ({ page, explorer }) => {
  await openEditor(explorer);
  await explorer.write(SAYS_HELLO);
  await explorer.button("Apply").click();
  await explorer.idle();
  await expect(explorer.scenario).toHaveAccessibleName("Scenario: Put, then connect, edited");
  await explorer.button("Revert").click();
  await explorer.idle();
  await expect(explorer.scenario).toHaveAccessibleName("Scenario: Put, then connect");
  await expect(page.getByRole("region", { name: "Source" })).toContainText("ledger:9000");
});

test("The keyboard gets into the editor and out of it.", async ({ page, explorer }) => {
  await explorer.open("s=put-then-connect&d=main&at=6");
  const before = await explorer.position();
  await explorer.tabTo(explorer.button("Edit the handler"));
  await page.keyboard.press("Enter");
  await expect(explorer.editor).toBeFocused();
  // None of the explorer's own shortcuts, f and the digits among them, gets to see what is typed.
  await page.keyboard.type("// f 1 2 0 ?");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("End");
  expect(await explorer.position()).toEqual(before);
  await expect(explorer.editor).toContainText("// f 1 2 0 ?");
  await page.keyboard.press("Escape");
  await expect(explorer.editor).not.toBeFocused();
  await explorer.tabTo(explorer.button("Close"));
  await page.keyboard.press("Enter");
  await expect(explorer.editor).toBeHidden();
});

test("A source longer than a link can hold is refused with the limit.", async ({ explorer }) => {
  await openEditor(explorer);
  await explorer.write(`${SAYS_HELLO}// ${"long ".repeat(14_000)}\n`);
  await explorer.button("Apply").click();
  // Said by whichever looks first: the link or the compiler.
  await expect(errorLine(explorer)).toContainText(/64 kB|65536 that are accepted/);
});

test("On a narrow screen the editor is one of the tabs and works the same.", async ({ page, explorer }) => {
  await page.setViewportSize(NARROW);
  await explorer.open("s=put-then-connect&d=main");
  await page.getByRole("tab", { name: "Handler" }).click();
  await explorer.button("Edit the handler").click();
  await explorer.write(SAYS_HELLO);
  await explorer.button("Apply").click();
  await explorer.idle();
  await expect(explorer.scenario).toHaveAccessibleName("Scenario: Put, then connect, edited");
});

async function openEditor(explorer: Explorer): Promise<void> {
  await explorer.open("s=put-then-connect&d=main&at=6");
  await explorer.button("Edit the handler").click();
  await expect(explorer.editor).toBeFocused();
  await explorer.idle();
}

/** The line under the editor that says what is wrong and where. */
function errorLine(explorer: Explorer) {
  return explorer.page.getByText(/^Line \d+, column \d+: /);
}
