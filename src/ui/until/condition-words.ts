/*
 * Conditions in words, and what they can be narrowed down to in the run on the screen.
 */
import { mustGet, unreachable } from "../../base/assert.ts";
import type { SocketId } from "../../base/ids.ts";
import type { Property } from "../../model/properties/property.ts";
import type { Output } from "../../model/records.ts";
import { type About, aboutIn, HAPPENINGS, type Happening } from "../../run/happenings.ts";
import type { RunData } from "../../run/run.ts";
import { type StatusOf, statusOf } from "../../run/statuses.ts";
import type { Condition } from "../../run/until.ts";
import { type Facts, factsOf } from "../../timeline/facts.ts";
import { connectionText, requestText } from "../../timeline/words.ts";

/** One of several things that a condition can be about. */
export interface Thing {
  readonly id: string;
  readonly name: string;
}

/** What something that happens can be about in this run. */
export function thingsAbout(run: RunData, about: About): readonly Thing[] {
  const facts = factsOf(run);
  switch (about) {
    case "object":
      return facts.objects.map((name) => ({ id: name, name }));
    case "connection":
      return connections(facts);
    case "request":
      return [...facts.requests.keys()].map((id) => ({ id: String(id), name: requestText(facts, id) }));
    case "output":
      return idsIn(run, about).map((type) => ({ id: type, name: OUTPUTS[type as Output["type"]] }));
    case "promise":
      return idsIn(run, about).map((promise) => ({ id: promise, name: promise }));
    default:
      return unreachable(about);
  }
}

/** What in this run can come into a state. */
export function thingsOf(run: RunData, of: StatusOf): readonly Thing[] {
  return of === "connection" ? thingsAbout(run, "connection") : thingsAbout(run, "object");
}

/** "any connection": how it says that it does not matter which. */
export const ANY: Readonly<Record<About, string>> = {
  object: "any object",
  connection: "any connection",
  request: "any request",
  output: "any output",
  promise: "any promise",
};

/** What can come into a state, without a name. */
export const SUBJECTS: Readonly<Record<StatusOf, string>> = {
  gate: "the output gate",
  object: "the object",
  connection: "a connection",
  storage: "what was written",
};

/** The happening that a condition names. */
export function happeningOf(id: string): Happening {
  return mustGet(
    HAPPENINGS.find((happening) => happening.id === id),
    `the happening "${id}"`,
  );
}

/** A condition as a clause: "a commit becomes durable", "the output gate is broken". */
export function clauseOf(condition: Condition, run: RunData, properties: readonly Property[]): string {
  switch (condition.type) {
    case "happens": {
      const { clause, about } = happeningOf(condition.what);
      return `${clause}${inBrackets(nameIn(thingsAbout(run, about), condition.which))}`;
    }
    case "becomes": {
      const { of, is, which } = condition;
      const name = nameIn(thingsOf(run, of), which);
      const subject = of === "connection" && name !== null ? name : `${SUBJECTS[of]}${inBrackets(name)}`;
      return `${subject} is ${statusOf(of, is).words}`;
    }
    case "property": {
      const { property, verdict } = condition;
      const name = properties.find(({ id }) => id === property)?.name;
      const subject = name === undefined ? (property ?? "any property") : `“${name}”`;
      return `${subject} ${VERDICTS[verdict]}`;
    }
    default:
      return unreachable(condition);
  }
}

/** What a property's verdict becomes. */
export const VERDICTS = {
  violated: "is violated",
  warned: "gives a warning",
  judged: "has something to judge",
} as const satisfies Readonly<Record<Extract<Condition, { type: "property" }>["verdict"], string>>;

const OUTPUTS: Readonly<Record<Output["type"], string>> = {
  connect: "a connection",
  write: "bytes for a socket",
  fin: "a FIN",
  "start-tls": "a TLS handshake",
  close: "the close of a socket",
  response: "a response",
  "alarm-outcome": "the outcome of alarm()",
  "alarm-done": "the end of an alarm",
  take: "the taking of a stream",
  pipe: "a pipe into a socket",
  chunk: "a chunk of a pipe",
  transform: "a transform stream",
  "body-chunk": "a part of a response’s body",
  fetch: "a fetch()",
  call: "a call of another object",
  result: "the result of a call",
  frame: "a WebSocket’s message or close",
  sync: "storage.sync()",
};

function connections(facts: Facts): readonly Thing[] {
  const ids: readonly SocketId[] = [...facts.sockets.keys(), ...facts.secured.keys()];
  return ids.map((id) => ({ id: String(id), name: connectionText(facts, id) }));
}

function idsIn(run: RunData, about: "output" | "promise"): readonly string[] {
  return [...new Set(run.records.flatMap((record) => aboutIn(record, about) ?? []))].toSorted();
}

/** The name of what it is narrowed down to; what is not in this run has none but its id. */
function nameIn(things: readonly Thing[], which: string | null): string | null {
  return which === null ? null : (things.find(({ id }) => id === which)?.name ?? which);
}

function inBrackets(name: string | null): string {
  return name === null ? "" : ` (${name})`;
}
