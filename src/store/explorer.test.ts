import { describe, expect, test } from "vitest";
import { mustGet } from "../base/assert.ts";
import type { Client } from "../worker/client.ts";
import type { Request } from "../worker/protocol.ts";
import { replay } from "../worker/replay.ts";
import { createExplorer, type Explorer } from "./explorer.ts";
import { simulateToy, TOY_COMPILED, toyScenario } from "./toy-model.ts";

const scenarios = [toyScenario("one"), toyScenario("two")];
const [one, two] = scenarios;

/** A client that answers at once from the toy model, or, while `isHeld`, when released. */
function toyClient() {
  const waiting: (() => void)[] = [];
  const control = {
    isHeld: false,
    /** The records at which every condition is met. */
    meetings: [] as readonly number[],
    release: () => {
      control.isHeld = false;
      for (const go of waiting.splice(0)) go();
    },
  };
  const asked: Request[] = [];
  const answer = (request: Request): unknown => {
    if (request.type === "compile") {
      if (request.source.includes("loop")) return { status: "failed", message: "It did not end." };
      if (request.source.includes("bad")) {
        const error = { message: "No.", line: 2, column: 5, construct: "syntax" };
        return { status: "done", value: { type: "rejected", error } };
      }
      return { status: "done", value: { type: "compiled", ...TOY_COMPILED } };
    }
    if (request.type === "until")
      return { status: "done", value: { type: "met", records: control.meetings } };
    const { program, design, world, choices, misfits } = request;
    const result = replay(simulateToy, { program, design, world }, choices, misfits);
    const value = result.ok
      ? { type: "ran", ...result.value, properties: [] }
      : { type: "refused", error: result.error };
    return { status: "done", value };
  };
  const client: Client = {
    async ask(_, request) {
      asked.push(request);
      if (control.isHeld) await new Promise<void>((resolve) => void waiting.push(resolve));
      return answer(request) as never;
    },
    cancel: () => undefined,
    dispose: () => undefined,
  };
  return { client, control, asked };
}

function start() {
  const { client, control, asked } = toyClient();
  const explorer = createExplorer({ client, scenarios, storage: null });
  return { explorer, control, asked };
}

const keysOf = ({ session }: Explorer) =>
  session.store
    .getState()
    .shown?.run.steps.slice(1)
    .map((step) => step.key);
const stateOf = ({ session }: Explorer) => session.store.getState();
const cursorOf = ({ playback }: Explorer) => playback.store.getState().cursor;
const stepOf = (explorer: Explorer) => stateOf(explorer).shown?.beats[cursorOf(explorer)]?.step;

async function open(hash = "") {
  const started = start();
  await started.explorer.open(hash);
  return started;
}

async function takeKey(explorer: Explorer, key: string) {
  const { shown } = stateOf(explorer);
  const step = stepOf(explorer) ?? 0;
  const choice = shown?.run.steps[step]?.enabled.find((each) => each.key === key);
  if (choice === undefined) throw new Error(`${key} is not enabled after step ${step}`);
  await explorer.take(choice, step);
}

describe("opening", () => {
  test("without a link shows the first scenario at the first moment at which something is held", async () => {
    const { explorer } = await open();
    expect(stateOf(explorer).shown?.document.scenario).toBe(one);
    expect(keysOf(explorer)).toEqual(["rq1", "cd1", "ac1", "rs1"]);
    expect(stepOf(explorer)).toBe(1);
    expect(stateOf(explorer).history.past).toEqual([]);
  });

  test("a link shows the same moment that was shared", async () => {
    const { explorer } = await open();
    await explorer.setScenario("two");
    await explorer.setSettings({ commitMs: 25, peer: "refuses" });
    await takeKey(explorer, "dl1");
    explorer.playback.moveBy(1);
    const link = explorer.link() ?? "";
    const { explorer: elsewhere } = await open(`#${link}`);
    expect(elsewhere.link()).toBe(link);
    expect(keysOf(elsewhere)).toEqual(keysOf(explorer));
    expect(cursorOf(elsewhere)).toBe(cursorOf(explorer));
    expect(stateOf(elsewhere).shown?.world).toEqual(stateOf(explorer).shown?.world);
  });

  test("a link with an edited source carries the source and compiles it, never a program", async () => {
    const { explorer } = await open();
    await explorer.setSource("class Edited {}");
    const { explorer: elsewhere, asked } = await open(`#${explorer.link()}`);
    expect(asked[0]).toEqual({ type: "compile", source: "class Edited {}" });
    expect(stateOf(elsewhere).shown?.source).toBe("class Edited {}");
  });

  test.each([
    ["#nonsense", "cannot be read"],
    ["#s=nowhere&d=main", "“nowhere”, which is not here"],
    ["#s=one&d=main&c=cf1", "not possible"],
    ["#s=one&d=main&c=~90", "not possible"],
  ])("a bad link %s says what is wrong and shows the default scenario", async (hash, reason) => {
    const { explorer } = await open(hash);
    expect(stateOf(explorer).problem).toContain(reason);
    expect(stateOf(explorer).shown?.document.scenario).toBe(one);
  });

  test("a bad link while something is on the screen leaves it there", async () => {
    const { explorer } = await open("#s=two&d=ungated");
    const before = stateOf(explorer).shown;
    await explorer.open("#s=one&d=main&c=zz");
    expect(stateOf(explorer).shown).toBe(before);
    expect(stateOf(explorer).problem).not.toBeNull();
  });

  test("a link whose source does not compile says where it is wrong", async () => {
    const { explorer } = await open();
    const { encodeLink } = await import("./link.ts");
    const { packText } = await import("./packed-text.ts");
    const design = { id: "main", autogate: true } as const;
    const link = encodeLink({
      scenario: "one",
      code: packText("bad"),
      design,
      settings: {},
      choices: [],
      cursor: -1,
    });
    await explorer.open(`#${link}`);
    expect(stateOf(explorer).problem).toBe("The handler in this link cannot be run (line 2, column 5): No.");
  });
});

describe("choosing what happens next", () => {
  test("forks: the steps so far, the choice, then the default schedule; the cursor goes to the new step", async () => {
    const { explorer } = await open();
    await takeKey(explorer, "cf1");
    expect(keysOf(explorer)).toEqual(["rq1", "cf1"]);
    expect(stepOf(explorer)).toBe(2);
    expect(stateOf(explorer).shown?.beats[cursorOf(explorer) - 1]?.step).toBe(1);
  });

  test("of what this run does anyway is no fork and only moves the cursor", async () => {
    const { explorer } = await open();
    const before = stateOf(explorer).shown;
    await takeKey(explorer, "cd1");
    expect(stateOf(explorer).shown).toBe(before);
    expect(stepOf(explorer)).toBe(2);
    expect(stateOf(explorer).history.past).toEqual([]);
  });

  test("by number takes the ordinary course first, then the failures", async () => {
    const { explorer } = await open();
    await explorer.takeNumber(1);
    expect(keysOf(explorer)).toEqual(["rq1", "cf1"]);
    await explorer.takeNumber(7);
    expect(keysOf(explorer)).toEqual(["rq1", "cf1"]);
  });

  test("keeps only what matters: default choices are counted in the link, not named", async () => {
    const { explorer } = await open();
    explorer.playback.toEnd();
    explorer.playback.moveTo(stateOf(explorer).shown?.beats.findLastIndex((beat) => beat.step === 2) ?? 0);
    await takeKey(explorer, "rf1");
    expect(explorer.link()).toMatch(/&c=~2\.rf1&/);
    await explorer.reset();
    expect(explorer.link()).not.toContain("c=");
  });
});

describe("an order that a check has found", () => {
  const leak = { design: { id: "ungated" }, choices: ["rq1", "cf1"], property: "S4", label: "S4" } as const;

  test("is shown under its design where it violates the property, with the violation selected", async () => {
    const { explorer } = await open();
    await explorer.openOrder(leak);
    expect(keysOf(explorer)).toEqual(["rq1", "cf1"]);
    expect(stateOf(explorer).shown?.document.design.id).toBe("ungated");
    const { selected } = explorer.selection.store.getState();
    const record = stateOf(explorer).shown?.run.records[selected ?? -1];
    expect(record).toMatchObject({ kind: "violation", property: "S4" });
    expect(stateOf(explorer).shown?.beats[cursorOf(explorer)]?.lastRecord).toBe(selected);
  });

  test("of no property is shown at its last choice, and nothing is selected", async () => {
    const { explorer } = await open();
    await explorer.openOrder({ ...leak, choices: ["rq1"], property: null });
    expect(stepOf(explorer)).toBe(1);
    expect(explorer.selection.store.getState().selected).toBeNull();
  });

  test("is taken back by undo", async () => {
    const { explorer } = await open();
    const before = explorer.link();
    await explorer.openOrder(leak);
    expect(stateOf(explorer).history.past.at(-1)?.label).toBe("S4");
    explorer.session.undo();
    expect(explorer.link()).toBe(before);
  });

  test("is shown where it was found, whatever is on the screen by now", async () => {
    const { explorer } = await open();
    const found = stateOf(explorer).shown?.document;
    await explorer.setScenario("two");
    await explorer.openOrder({ ...leak, ...(found && { document: found }) });
    expect(stateOf(explorer).shown?.document.scenario).toBe(one);
  });

  test("that is not possible leaves what is on the screen, and says so", async () => {
    const { explorer } = await open();
    const before = explorer.link();
    await explorer.openOrder({ ...leak, choices: ["rs1"] });
    expect(explorer.link()).toBe(before);
    expect(stateOf(explorer).problem).not.toBeNull();
  });
});

describe("undo and redo", () => {
  test("go back to what was on the screen, cursor included, without asking the model again", async () => {
    const { explorer, asked } = await open();
    explorer.playback.moveTo(2);
    const before = stateOf(explorer).shown;
    await explorer.setDesign({ id: "ungated", autogate: true });
    const after = stateOf(explorer).shown;
    const requests = asked.length;
    explorer.session.undo();
    expect([stateOf(explorer).shown, cursorOf(explorer)]).toEqual([before, 2]);
    explorer.session.redo();
    expect(stateOf(explorer).shown).toBe(after);
    expect(asked).toHaveLength(requests);
  });

  test("cover forks, designs, worlds, scenarios and edits, each under its own name", async () => {
    const { explorer } = await open();
    await takeKey(explorer, "cf1");
    await explorer.setDesign({ id: "promised-interface", autogate: false });
    await explorer.setSettings({ oneWayMs: 3 });
    await explorer.setSource("class Edited {}");
    await explorer.setScenario("two");
    expect(stateOf(explorer).history.past.map((entry) => entry.label)).toEqual([
      "Commit 1 fails",
      "Design “promised interface”",
      "World settings",
      "Edited handler",
      "Scenario “Toy two”",
    ]);
    for (let step = 0; step < 5; step += 1) explorer.session.undo();
    expect(keysOf(explorer)).toEqual(["rq1", "cd1", "ac1", "rs1"]);
    explorer.session.undo();
    expect(stateOf(explorer).history.future).toHaveLength(5);
  });
});

describe("changes", () => {
  test("leave what is on the screen until the new run is there", async () => {
    const { explorer, control } = await open();
    const before = stateOf(explorer).shown;
    control.isHeld = true;
    const changing = explorer.setDesign({ id: "ungated", autogate: true });
    expect(stateOf(explorer).shown).toBe(before);
    expect(stateOf(explorer).pending?.design.id).toBe("ungated");
    control.release();
    await changing;
    expect(stateOf(explorer).shown?.document.design.id).toBe("ungated");
    expect(stateOf(explorer).pending).toBeNull();
  });

  test("made while another is under way build on it, and only the last one is shown", async () => {
    const { explorer, control } = await open();
    control.isHeld = true;
    const first = explorer.setDesign({ id: "ungated", autogate: true });
    const second = explorer.setSettings({ commitMs: 30 });
    control.release();
    await Promise.all([first, second]);
    expect(stateOf(explorer).shown?.document).toMatchObject({
      design: { id: "ungated" },
      settings: { commitMs: 30 },
    });
    expect(stateOf(explorer).history.past).toHaveLength(1);
  });

  test("are busy from the question to the answer", async () => {
    const { explorer, control } = await open();
    control.isHeld = true;
    const changing = explorer.setScenario("two");
    expect(explorer.busy.store.getState().count).toBe(1);
    control.release();
    await changing;
    expect(explorer.busy.store.getState().count).toBe(0);
    expect(stateOf(explorer).shown?.document.scenario).toBe(two);
  });

  test("of the world back to the scenario's value leave no trace in the link", async () => {
    const { explorer } = await open();
    await explorer.setSettings({ commitMs: 30 });
    expect(explorer.link()).toContain("commit=30");
    await explorer.setSettings({ commitMs: one?.world.commitMs ?? 0 });
    expect(explorer.link()).not.toContain("commit");
  });

  test("of the source that does not compile give the place, and the last good run stays", async () => {
    const { explorer } = await open();
    const before = stateOf(explorer).shown;
    expect(await explorer.setSource("bad")).toMatchObject({ message: "No.", line: 2, column: 5 });
    expect(stateOf(explorer).shown).toBe(before);
    expect(stateOf(explorer).pending).toBeNull();
  });

  test("that the model gives up on are a problem in words, and the last good run stays", async () => {
    const { explorer } = await open();
    const before = stateOf(explorer).shown;
    expect(await explorer.setSource("loop")).toBeNull();
    expect(stateOf(explorer)).toMatchObject({ shown: before, problem: "It did not end." });
  });

  test("of the source back to the scenario's own text are no edit any more", async () => {
    const { explorer } = await open();
    await explorer.setSource("class Edited {}");
    await explorer.setSource((await one?.load())?.source ?? "");
    expect(stateOf(explorer).shown?.document.source).toBeNull();
  });

  test("keep the moment in time under the cursor", async () => {
    const { explorer } = await open();
    explorer.playback.toEnd();
    await explorer.setDesign({ id: "ungated", autogate: true });
    expect(cursorOf(explorer)).toBe((stateOf(explorer).shown?.beats.length ?? 0) - 1);
    explorer.playback.toStart();
    await explorer.setDesign({ id: "main", autogate: true });
    expect(cursorOf(explorer)).toBe(-1);
  });

  test("clear the selection, whose record belongs to the run before", async () => {
    const { explorer } = await open();
    explorer.selection.select(3);
    await explorer.setScenario("two");
    expect(explorer.selection.store.getState().selected).toBeNull();
  });

  test("say so when an earlier choice had to be left out", async () => {
    const { explorer } = await open("#s=one&d=main&c=~1.dl1.cf1");
    const { shown } = stateOf(explorer);
    expect(shown?.document.choices).toEqual(["rq1", "dl1", "cf1"]);
    const outcome = await explorer.session.show(
      { ...mustGet(shown, "what is shown").document, choices: ["ac1", "cf1"] },
      { label: "x", misfits: "drop", cursor: () => 0 },
    );
    expect(outcome).toEqual({ type: "shown" });
    expect(stateOf(explorer).notice).toBe("2 earlier choices are not possible here and were left out.");
  });
});
