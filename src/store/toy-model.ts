/*
 * A toy model for tests: one request that puts, connects and waits. It knows five choices and nothing of the rules.
 *
 *     start --rq1--> flushing --cd1--> connecting --ac1--> open --rs1--> over
 *                        \---cf1--> broken (over)
 *                        \---dl1--> flushing, later
 */

import { err, ok, type Result } from "../base/result.ts";
import type { CompiledHandler } from "../handler/program.ts";
import type { EnabledChoice } from "../model/choice.ts";
import type { RecordBody, RunRecord } from "../model/records.ts";
import type { Setup, World } from "../model/setup.ts";
import type { RunData, RunError, RunStep } from "../run/run.ts";
import type { Scenario } from "../scenarios/scenario.ts";

/** What the app looks at; the toy looks at nothing. */
const WORLD = { commits: "replicated", commitMs: 10, oneWayMs: 8, peer: {} } as World;

type Place = "start" | "flushing" | "connecting" | "open" | "over";

/** Ids are branded; a fixture writes plain numbers. */
const id = <T>(value: number): T => value as T;
const connect = { type: "connect", socket: id<never>(1), address: "peer:9000" } as const;

function enabledAt(place: Place, now: number): readonly EnabledChoice[] {
  const choice = (
    body: EnabledChoice["choice"],
    key: string,
    due: number | null,
    title: string,
    isFailure = false,
  ): EnabledChoice => ({
    choice: body,
    key,
    due: due === null ? null : id(due),
    role: isFailure ? "failure" : "ordinary",
    title,
    detail: "",
  });
  switch (place) {
    case "start":
      return [choice({ type: "request", request: id(1) }, "rq1", 0, "Request 1 arrives")];
    case "flushing":
      return [
        choice({ type: "commit-durable", commit: id(1) }, "cd1", now + 10, "Commit 1 becomes durable"),
        choice({ type: "commit-fails", commit: id(1) }, "cf1", null, "Commit 1 fails", true),
        choice({ type: "commit-delay", commit: id(1) }, "dl1", null, "Commit 1 is delayed", true),
      ];
    case "connecting":
      return [
        choice({ type: "accept", socket: id(1) }, "ac1", now + 8, "peer:9000 accepts"),
        choice({ type: "refuse", socket: id(1) }, "rf1", null, "peer:9000 refuses", true),
      ];
    case "open":
      return [choice({ type: "response", request: id(1) }, "rs1", now, "The response leaves")];
    case "over":
      return [];
  }
}

function bodiesOf(key: string): {
  readonly to: Place;
  readonly bodies: readonly (RecordBody & { line?: number })[];
} {
  switch (key) {
    case "rq1":
      return {
        to: "flushing",
        bodies: [
          { kind: "request-delivered", request: id(1), path: "/" },
          { kind: "turn-begins", turn: id(1), reason: "request" },
          {
            kind: "write-accepted",
            write: id(1),
            op: "put",
            key: "balance",
            confirmed: true,
            commit: id(1),
            line: 3,
          },
          { kind: "lock-taken", lock: id(1), commit: id(1) },
          { kind: "connect-called", socket: id(1), address: "peer:9000", deferred: true, line: 4 },
          { kind: "output-waits", waiter: id(1), output: connect, locks: [id(1)] },
          { kind: "await", call: 1, text: "socket.opened", line: 5 },
          { kind: "turn-ends", turn: id(1) },
          { kind: "commit-starts", commit: id(1), commitWrites: [id(1)], attempt: 1 },
        ],
      };
    case "cd1":
      return {
        to: "connecting",
        bodies: [
          { kind: "commit-durable", commit: id(1) },
          { kind: "lock-released", lock: id(1) },
          { kind: "output-passes", waiter: id(1), output: connect, leak: [] },
          { kind: "connect-starts", socket: id(1) },
        ],
      };
    case "cf1":
      return {
        to: "over",
        bodies: [
          { kind: "commit-fails", commit: id(1), error: "disk I/O error", stored: false },
          { kind: "gate-breaks", lock: id(1), error: "disk I/O error" },
          { kind: "output-dropped", waiter: id(1), output: connect, why: "the gate broke" },
          { kind: "violation", property: "S4", title: "Broken silence", text: "a toy violation" },
        ],
      };
    case "dl1":
      return { to: "flushing", bodies: [{ kind: "commit-delayed", commit: id(1), byMs: 50 }] };
    case "ac1":
      return {
        to: "open",
        bodies: [
          { kind: "socket-opens", socket: id(1) },
          { kind: "turn-begins", turn: id(2), reason: "socket 1 opened" },
          { kind: "resume", call: 1, line: 5 },
          { kind: "log", text: "open", line: 6 },
          { kind: "turn-ends", turn: id(2) },
        ],
      };
    default:
      return { to: "over", bodies: [{ kind: "handler-returns", request: id(1), status: 200, body: "ok" }] };
  }
}

/** The toy's run: the keys, then what is due first. */
export function simulateToy(_: Setup, keys: readonly string[]): Result<RunData, RunError> {
  const records: RunRecord[] = [];
  const steps: RunStep[] = [];
  let place: Place = "start";
  let now = 0;
  const push = (choice: EnabledChoice | null, isDefault: boolean, firstRecord: number): void => {
    const held =
      place === "flushing"
        ? [
            {
              output: connect,
              waiter: id<never>(1),
              locks: [id<never>(1)],
              writes: [id<never>(1)],
              why: "waits for lock 1",
            },
          ]
        : [];
    steps.push({
      index: id(steps.length),
      choice: choice?.choice ?? null,
      key: choice?.key ?? "",
      isDefault,
      at: id(now),
      firstRecord: id(firstRecord),
      endRecord: id(records.length),
      enabled: enabledAt(place, now),
      held,
    });
  };
  push(null, true, 0);
  for (let position = 0; ; position += 1) {
    const enabled = enabledAt(place, now);
    const key = keys[position];
    const due = enabled.find((each) => each.due !== null) ?? null;
    const picked = key === undefined || key === "" ? due : (enabled.find((each) => each.key === key) ?? null);
    if (picked === null) {
      if (position >= keys.length) break;
      return err({
        message: `Step ${position + 1}: choice "${key}" is not possible.`,
        position,
        key: key ?? "",
      });
    }
    now = Math.max(now, picked.due ?? now);
    const { to, bodies } = bodiesOf(picked.key);
    place = to;
    const firstRecord = records.length;
    for (const { line, ...body } of bodies) {
      const common = {
        index: id<never>(records.length),
        step: id<never>(steps.length),
        at: id<never>(now),
        actor: id<never>(1),
      };
      const cause = records.length === firstRecord ? null : id<never>(records.length - 1);
      records.push({ ...(body as RecordBody), ...common, cause, line: line ?? null, writes: [] });
    }
    push(picked, picked.key === due?.key, firstRecord);
  }
  return ok({ records, steps, givenSteps: keys.length, end: "quiet" });
}

/** A scenario of the toy. */
export function toyScenario(name: string, source = `// ${name}`): Scenario {
  const design = { id: "main" } as const;
  return {
    id: name,
    title: `Toy ${name}`,
    sentence: "A toy.",
    load: async () => ({ ...TOY_COMPILED, source }),
    design,
    world: WORLD,
  };
}

/** What every toy handler compiles to: it is never looked into. */
export const TOY_COMPILED: CompiledHandler = {
  program: { version: 1, source: "", functions: [] },
  tokens: [],
};
