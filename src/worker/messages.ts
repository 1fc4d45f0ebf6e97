/*
 * What the worker says is looked at before it is believed: a crash may cut it off, a stale page may have a newer worker. The
 * envelope and the outline of the contents are checked; what is inside a run is made by our own code on the other side.
 * By hand: the page listens from its first moment, and a schema library would be most of what it takes to listen.
 */
import { type FromWorker, PROTOCOL_VERSION } from "./protocol.ts";

type Check = (value: unknown) => boolean;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number" && !Number.isNaN(value);
const isTrue: Check = (value) => value === true;
const isId: Check = (value) => Number.isInteger(value) && Number(value) >= 1;

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** An object that has these fields, and maybe others. */
function shape(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields);
  return (value) => isObject(value) && checks.every(([name, check]) => check(value[name]));
}

const isRun = shape({ records: listOf(isObject), steps: listOf(isObject), givenSteps: isNumber });

const ANSWERS: ReadonlyMap<unknown, Check> = new Map([
  ["compiled", shape({ program: isObject, tokens: listOf(isObject) })],
  [
    "rejected",
    shape({ error: shape({ message: isText, line: isNumber, column: isNumber, construct: isText }) }),
  ],
  ["ran", shape({ run: isRun, dropped: listOf(isText), properties: listOf(isObject) })],
  ["met", shape({ records: listOf(isNumber) })],
  ["refused", shape({ error: shape({ message: isText, position: isNumber, key: isText }) })],
]);

const isAnswer: Check = (value) => isObject(value) && (ANSWERS.get(value.type)?.(value) ?? false);

const MESSAGES: readonly Check[] = [
  shape({ ready: isTrue }),
  shape({ id: isId, done: isAnswer }),
  shape({ id: isId, progress: isNumber }),
  shape({ id: isId, cancelled: isTrue }),
  shape({ id: isId, unloaded: isTrue }),
  shape({ id: isId, crashed: isText }),
];

/** What the worker sent, or null when it is no message of this protocol and version. */
export function parseFromWorker(data: unknown): FromWorker | null {
  const isMessage =
    isObject(data) && data.version === PROTOCOL_VERSION && MESSAGES.some((check) => check(data));
  return isMessage ? (data as unknown as FromWorker) : null;
}
