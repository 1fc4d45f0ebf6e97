import { describe, expect, test } from "vitest";
import type { RecordIndex } from "../base/ids.ts";
import { Part } from "../base/part.ts";
import { err, ok } from "../base/result.ts";
import { simulateToy, TOY_COMPILED, toyScenario } from "../store/toy-model.ts";
import { type FromWorker, PROTOCOL_VERSION } from "./protocol.ts";
import { type Engine, NotLoaded, serve } from "./serve.ts";

const version = PROTOCOL_VERSION;
const { design, world } = toyScenario("toy");
const { program } = TOY_COMPILED;
let isOffline = false;
const run = (choices: readonly string[], misfits: "refuse" | "drop" = "refuse") =>
  ({ type: "run", program, design, world, choices, misfits }) as const;

/** A part of the toy, which runs with a choice called "part" miss once. */
const part = new Part<string>("toy part");

const engine: Engine = {
  simulate: (setup, keys) => simulateToy(setup, keys.includes("part") ? [part.get()] : keys),
  loadPart: async (name) => {
    if (isOffline) throw new NotLoaded();
    if (name === part.name) part.fill("rq1");
  },
  compile: async (source) => {
    if (source === "bug") throw new Error("a bug");
    if (source === "") return err({ message: "Nothing here.", line: 1, column: 1, construct: "syntax" });
    return ok(TOY_COMPILED);
  },
  meetings: async (_, keys) =>
    keys.includes("no")
      ? err({ message: "Not possible.", position: 0, key: "no" })
      : ok([4 as RecordIndex, 9 as RecordIndex]),
};

/** A server whose tasks run when the test says so. */
function start() {
  const said: FromWorker[] = [];
  const tasks: (() => void)[] = [];
  const receive = serve(engine, {
    post: (message) => void said.push(message),
    soon: (task) => void tasks.push(task),
  });
  const settle = async () => {
    for (let round = 0; round < 20; round += 1) {
      tasks.shift()?.();
      await Promise.resolve();
    }
  };
  const answers = () => said.filter((message) => !("progress" in message) && !("ready" in message));
  return { said, receive, settle, answers };
}

describe("the worker's inside", () => {
  test("says that it is ready", () => {
    expect(start().said).toEqual([{ version, ready: true }]);
  });

  test("runs the choices, then the default schedule", async () => {
    const { receive, settle, answers } = start();
    receive({ version, id: 7, request: run(["rq1", "cf1"]) });
    await settle();
    const [answer] = answers();
    expect(answer).toMatchObject({ id: 7, done: { type: "ran", dropped: [], run: { givenSteps: 2 } } });
  });

  test("says of each property where the run first comes upon what it speaks about", async () => {
    const { receive, settle, answers } = start();
    receive({ version, id: 1, request: run(["rq1", "cf1"]) });
    await settle();
    const [answer] = answers();
    const done = answer !== undefined && "done" in answer ? answer.done : null;
    if (done?.type !== "ran") throw new Error("it did not run");
    const reached = (id: string) => {
      const index = done.properties.find((property) => property.id === id)?.reached ?? null;
      return index === null ? null : done.run.records[index]?.kind;
    };
    expect(reached("L1")).toBe("lock-taken");
    expect(reached("S4")).toBe("commit-fails");
    expect(reached("S3")).toBeNull();
  });

  test("finds where a run meets a condition", async () => {
    const { receive, settle, answers } = start();
    const condition = { type: "happens", what: "commit-fails", which: null } as const;
    const until = { type: "until", program, design, world, condition } as const;
    receive({ version, id: 1, request: { ...until, choices: ["rq1"] } });
    receive({ version, id: 2, request: { ...until, choices: ["no"] } });
    await settle();
    expect(answers()).toMatchObject([
      { id: 1, done: { type: "met", records: [4, 9] } },
      { id: 2, done: { type: "refused", error: { key: "no" } } },
    ]);
  });

  test("reads ~2 as two choices of the default schedule", async () => {
    const { receive, settle, answers } = start();
    receive({ version, id: 1, request: run(["~2", "rf1"]) });
    await settle();
    const [answer] = answers();
    const keys =
      answer !== undefined && "done" in answer && answer.done.type === "ran"
        ? answer.done.run.steps.map((step) => step.key)
        : [];
    expect(keys).toEqual(["", "rq1", "cd1", "rf1"]);
  });

  test("refuses a choice that is not possible where it stands", async () => {
    const { receive, settle, answers } = start();
    receive({ version, id: 1, request: run(["rq1", "ac1"]) });
    await settle();
    expect(answers()[0]).toMatchObject({ done: { type: "refused", error: { position: 1, key: "ac1" } } });
  });

  test("refuses more default choices than there are", async () => {
    const { receive, settle, answers } = start();
    receive({ version, id: 1, request: run(["~9999"]) });
    await settle();
    expect(answers()[0]).toMatchObject({ done: { type: "refused", error: { position: 4 } } });
  });

  test("leaves out what is not possible when asked to, and keeps what comes after it", async () => {
    const { receive, settle, answers } = start();
    receive({ version, id: 1, request: run(["rq1", "ac1", "xx9", "cf1"], "drop") });
    await settle();
    expect(answers()[0]).toMatchObject({
      done: { type: "ran", dropped: ["ac1", "xx9"], run: { givenSteps: 2 } },
    });
  });

  test("compiles, and says what is wrong with a source", async () => {
    const { receive, settle, answers } = start();
    receive({ version, id: 1, request: { type: "compile", source: "class {}" } });
    receive({ version, id: 2, request: { type: "compile", source: "" } });
    await settle();
    expect(answers()).toMatchObject([
      { id: 1, done: { type: "compiled" } },
      { id: 2, done: { type: "rejected", error: { message: "Nothing here." } } },
    ]);
  });

  test("answers an exception with its message and goes on", async () => {
    const { receive, settle, answers } = start();
    receive({ version, id: 1, request: { type: "compile", source: "bug" } });
    receive({ version, id: 2, request: run([]) });
    await settle();
    expect(answers()).toMatchObject([
      { id: 1, crashed: "a bug" },
      { id: 2, done: { type: "ran" } },
    ]);
  });

  test("says which request needs a part that does not load, and makes the run once it does", async () => {
    const { receive, settle, answers } = start();
    isOffline = true;
    receive({ version, id: 1, request: run(["part"]) });
    await settle();
    isOffline = false;
    receive({ version, id: 2, request: run(["part"]) });
    await settle();
    expect(answers()).toMatchObject([
      { id: 1, unloaded: true },
      { id: 2, done: { type: "ran", run: { givenSteps: 1 } } },
    ]);
  });

  test("does not begin what was cancelled while it waited", async () => {
    const { receive, settle, said } = start();
    receive({ version, id: 1, request: run([]) });
    receive({ version, id: 2, request: run([]) });
    receive({ version, id: 2, cancel: true });
    await settle();
    expect(said.filter((message) => "id" in message && message.id === 2)).toEqual([
      { version, id: 2, cancelled: true },
    ]);
  });

  test.each([
    ["of another version", { version: 2, id: 1, request: run([]) }],
    ["that is none", null],
    ["with a request it does not know", { version, id: 1, request: { type: "eval", source: "1" } }],
  ])("is silent on a message %s", async (_, message) => {
    const { receive, settle, answers } = start();
    receive(message);
    await settle();
    expect(answers()).toEqual([]);
  });
});
