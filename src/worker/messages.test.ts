import { describe, expect, test } from "vitest";
import { parseFromWorker } from "./messages.ts";
import { PROTOCOL_VERSION } from "./protocol.ts";

const version = PROTOCOL_VERSION;
const error = { message: "No.", line: 1, column: 2, construct: "with" };
const run = { records: [{ kind: "turn-ends" }], steps: [{}], givenSteps: 1, program: {} };

const MESSAGES: Readonly<Record<string, unknown>> = {
  "a start": { version, ready: true },
  progress: { version, id: 1, progress: 250 },
  "a cancellation": { version, id: 2, cancelled: true },
  "a part that did not load": { version, id: 3, unloaded: true },
  "a crash": { version, id: 3, crashed: "undefined is not a function" },
  "a program": { version, id: 4, done: { type: "compiled", program: {}, tokens: [{}] } },
  "an error of a handler": { version, id: 5, done: { type: "rejected", error } },
  "a run": { version, id: 6, done: { type: "ran", run, dropped: ["commit:1:fails"], properties: [{}] } },
  "where a condition is met": { version, id: 4, done: { type: "met", records: [3, 7] } },
  "a refused choice": {
    version,
    id: 7,
    done: { type: "refused", error: { message: "Not here.", position: 0, key: "commit:1" } },
  },
};

const OTHERS: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  text: "ready",
  "a list": [{ version, ready: true }],
  "an envelope without contents": { version, id: 1 },
  "another version": { version: version + 1, ready: true },
  "no version": { ready: true },
  "a start that is none": { version, ready: 1 },
  "an answer to nobody": { version, done: { type: "ran", run, dropped: [], properties: [] } },
  "an answer to a request that was never made": { version, id: 0, cancelled: true },
  "an answer to half a request": { version, id: 1.5, cancelled: true },
  "an answer of no known type": {
    version,
    id: 1,
    done: { type: "toString", run, dropped: [], properties: [] },
  },
  "progress that is no number": { version, id: 1, progress: Number.NaN },
  "a crash without a message": { version, id: 1, crashed: null },
  "a program without the look of its source": { version, id: 1, done: { type: "compiled", program: {} } },
  "a list for a program": { version, id: 1, done: { type: "compiled", program: [], tokens: [] } },
  "an error without a place": {
    version,
    id: 1,
    done: { type: "rejected", error: { ...error, line: undefined } },
  },
  "a run that was cut off": {
    version,
    id: 1,
    done: { type: "ran", run: { ...run, steps: undefined }, dropped: [], properties: [] },
  },
  "a run with a hole": {
    version,
    id: 1,
    done: { type: "ran", run: { ...run, records: [null] }, dropped: [], properties: [] },
  },
  "a run whose dropped choices are not keys": {
    version,
    id: 1,
    done: { type: "ran", run, dropped: [1], properties: [] },
  },
  "a run without what was watched": { version, id: 1, done: { type: "ran", run, dropped: [] } },
};

describe("What the worker says", () => {
  test.each(Object.entries(MESSAGES))("is taken as it is: %s.", (_, message) => {
    expect(parseFromWorker(message)).toBe(message);
  });

  test.each(Object.entries(OTHERS))("is not believed: %s.", (_, message) => {
    expect(parseFromWorker(message)).toBeNull();
  });
});
