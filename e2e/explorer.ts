/*
 * What every browser test stands on: a page that is watched while the test uses it, and the explorer's regions by their
 * accessible roles and names. Nothing here waits for a time: the app says on the document when it is idle.
 */
import { deflateRawSync } from "node:zlib";
import { type BrowserContext, test as base, expect, type Locator, type Page } from "@playwright/test";

export { expect };

/** The width at which the panels stand beside the timeline, and a phone's. */
export const WIDE = { width: 1440, height: 900 } as const;
export const NARROW = { width: 390, height: 844 } as const;

/** As a link packs a source: deflated, base64url. */
export function packed(text: string): string {
  return deflateRawSync(Buffer.from(text), { level: 9 }).toString("base64url");
}

interface Fixtures {
  readonly explorer: Explorer;
  /** Errors of the page that a test provokes on purpose. */
  readonly expectedErrors: RegExp[];
  /** Fails any test in which the page talks to another host or has an error that nobody caught. */
  readonly watch: undefined;
}

export const test = base.extend<Fixtures>({
  viewport: WIDE,
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
  expectedErrors: async ({}, use) => {
    await use([]);
  },
  watch: [
    async ({ context, baseURL, expectedErrors }, use) => {
      const foreign = watchRequests(context, new URL(baseURL ?? "").origin);
      const errors: string[] = [];
      context.on("weberror", (error) => errors.push(error.error().message));
      await use(undefined);
      expect(foreign, "requests to other hosts").toEqual([]);
      const surprises = errors.filter(
        (message) => !expectedErrors.some((expected) => expected.test(message)),
      );
      expect(surprises, "errors that nobody caught").toEqual([]);
    },
    { auto: true },
  ],
  explorer: async ({ page }, use) => {
    await use(new Explorer(page));
  },
});

/** The addresses outside `origin` that anything in the context asks for, collected as they are asked for. */
function watchRequests(context: BrowserContext, origin: string): readonly string[] {
  const foreign: string[] = [];
  const check = (address: string): void => {
    const { protocol, origin: asked } = new URL(address);
    const isLocal = protocol === "data:" || protocol === "blob:" || protocol === "about:";
    if (!isLocal && asked !== origin) foreign.push(address);
  };
  context.on("request", (request) => check(request.url()));
  context.on("page", (page) => page.on("websocket", (socket) => check(socket.url())));
  return foreign;
}

/** The explorer's screen. */
export class Explorer {
  readonly scenario: Locator;
  readonly designButton: Locator;
  readonly designs: Locator;
  readonly drawing: Locator;
  readonly surface: Locator;
  readonly narration: Locator;
  readonly scrubber: Locator;
  readonly next: Locator;
  readonly held: Locator;
  readonly properties: Locator;
  readonly problem: Locator;
  readonly editor: Locator;

  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.scenario = page.getByRole("button", { name: /^Scenario: / });
    this.designButton = page.getByRole("button", { name: /^Design: / });
    this.designs = page.getByRole("radiogroup", { name: "Designs" });
    this.surface = page.getByRole("group", { name: /^Run\. Left and right step/ });
    this.drawing = page.getByRole("group", { name: "Drawing of the run" });
    this.narration = page.getByLabel("What has just happened");
    this.scrubber = page.getByRole("slider", { name: "Position in the run" });
    this.next = page.getByRole("region", { name: "What can happen next" });
    this.held = page.getByRole("region", { name: /^Held by the/ });
    this.properties = page.getByRole("region", { name: "Properties so far" });
    this.problem = page.getByRole("alert");
    this.editor = page.getByRole("textbox", { name: "Handler source" });
  }

  /** Opens the app in this page, at what an address says after "#", and waits until it is idle. */
  async open(hash = ""): Promise<void> {
    // Another "#" alone would not load the page anew.
    if (this.page.url() !== "about:blank") await this.page.goto("about:blank");
    await this.page.goto(`./${hash === "" ? "" : `#${hash}`}`);
    await this.idle();
  }

  /** Waits until nothing is under way and what came of it is painted. */
  async idle(): Promise<void> {
    await expect(this.page.locator("html")).toHaveAttribute("data-idle", "true");
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  design(label: string): Locator {
    return this.designs.getByRole("radio", { name: label, exact: true });
  }

  /** Something that can happen next, by the beginning of its title. */
  choice(title: string): Locator {
    // "Commit 1 fails" is not "Commit 1 fails, but is stored".
    return this.next.getByRole("button", { name: new RegExp(`${startingWith(title).source}(?!,)`) });
  }

  /** A mark of the drawing, by its words. */
  mark(name: RegExp): Locator {
    return this.drawing.getByRole("img", { name });
  }

  async pickScenario(title: string): Promise<void> {
    await this.scenario.click();
    await this.page.getByRole("menuitemradio", { name: startingWith(title) }).click();
    await this.idle();
    await expect(this.scenario).toHaveAccessibleName(`Scenario: ${title}`);
  }

  /** Opens the list of designs; it stays open until Escape is pressed. */
  async openDesigns(): Promise<void> {
    if (!(await this.designs.isVisible())) await this.designButton.click();
    await expect(this.designs).toBeVisible();
  }

  /** Asks for a design, and does not wait for it. */
  async askForDesign(label: string): Promise<void> {
    await this.openDesigns();
    await this.design(label).click();
    await this.page.keyboard.press("Escape");
    await expect(this.designs).toBeHidden();
  }

  async pickDesign(label: string): Promise<void> {
    await this.askForDesign(label);
    await this.idle();
    await expect(this.designButton).toHaveAccessibleName(startingWith(`Design: ${label}`));
  }

  /** A switch of the design that is chosen. */
  async designSwitch(label: string): Promise<Locator> {
    await this.openDesigns();
    return this.designs.getByRole("switch", { name: label });
  }

  async toStart(): Promise<void> {
    await this.page.keyboard.press("Home");
    expect((await this.position()).step).toBe(0);
  }

  async toEnd(): Promise<void> {
    await this.page.keyboard.press("End");
    const { step, count } = await this.position();
    expect(step).toBe(count);
  }

  /** How many steps have happened, and how many the run has. */
  async position(): Promise<{ readonly step: number; readonly count: number }> {
    const text = (await this.scrubber.getAttribute("aria-valuetext")) ?? "";
    const found = /^step (\d+) of (\d+)$/.exec(text);
    expect(found, `the position, "${text}", reads as "step X of N"`).not.toBeNull();
    return { step: Number(found?.[1]), count: Number(found?.[2]) };
  }

  async sentence(): Promise<string> {
    return (await this.narration.textContent()) ?? "";
  }

  /** What is on the screen, as far as a link has to bring it back. */
  async moment(): Promise<unknown> {
    return {
      scenario: await this.scenario.getAttribute("aria-label"),
      design: await this.designButton.getAttribute("aria-label"),
      position: await this.position(),
      narration: await this.sentence(),
      next: await this.next.textContent(),
      drawing: await this.drawing.textContent(),
    };
  }

  /** Presses Tab until `target` has the focus, as somebody without a mouse does. */
  async tabTo(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    for (let presses = 0; presses < 80; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`${target} cannot be reached by ${key}.`);
  }

  /** Puts a text in place of the editor's. */
  async write(source: string): Promise<void> {
    await this.editor.focus();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(source);
  }
}

function startingWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}`);
}
