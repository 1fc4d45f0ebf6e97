/*
 * For tests: setups from source text, and runs in words.
 */
import { compileHandler } from "../handler/compile.ts";
import type { Program } from "../handler/program.ts";
import type { EnabledChoice } from "./choice.ts";
import { enabled, initial, step } from "./model.ts";
import type { RunRecord } from "./records.ts";
import type { DesignChoice, Setup, World } from "./setup.ts";
import { DEFAULT_WORLD } from "./setup.ts";
import type { State } from "./state.ts";
import "./whole.ts";

/** Every design the model knows, by the name tests use. */
export const DESIGNS: Readonly<Record<string, DesignChoice>> = {
  ungated: { id: "ungated" },
  "writes only, d0": { id: "writes-only", wrapper: false },
  "writes only, d1": { id: "writes-only", wrapper: true },
  r1: { id: "deferred-r1" },
  "r1 forwarding": { id: "deferred-r1", forwardsErrors: true },
  "r1 fixed": { id: "deferred-r1-fixed" },
  "autogate off": { id: "promised-interface", autogate: false },
  "autogate on": { id: "promised-interface", autogate: true },
  main: { id: "main" },
};

/** Compiles the body of fetch() inside an object's class. */
export function handler(body: string): Program {
  return program(`import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";
const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));
export class Demo extends DurableObject {
  visits = 0;
  async fetch(request) {
    this.visits++;
    const path = new URL(request.url).pathname;
    const storage = this.ctx.storage;
${body}
  }
}
`);
}

/** Compiles a module or throws what is wrong with it. */
export function program(source: string): Program {
  const compiled = compileHandler(source);
  if (!compiled.ok)
    throw new Error(`${compiled.error.line}:${compiled.error.column} ${compiled.error.message}`);
  return compiled.value;
}

/** A setup of fetch()'s body under a design, by its name in DESIGNS. */
export function setup(body: string, design = "main", world: Partial<World> = {}): Setup {
  const choice = DESIGNS[design];
  if (choice === undefined) throw new Error(`no design "${design}"`);
  return { program: handler(body), design: choice, world: { ...DEFAULT_WORLD, ...world } };
}

/** A state and the records that led to it. */
export interface Walk {
  readonly state: State;
  readonly records: readonly RunRecord[];
}

/** Takes choices one after another: keys, "" for the default one, "*" for the default schedule until nothing is due. */
export function walk(from: Setup, keys: readonly string[]): Walk {
  return walkOn(initial(from), keys);
}

/** The same from a walk on. */
export function walkOn(from: Walk, keys: readonly string[]): Walk {
  let { state, records } = from;
  const take = (choice: EnabledChoice): void => {
    const next = step(state, choice.choice);
    state = next.state;
    records = [...records, ...next.records];
  };
  const due = (): EnabledChoice | undefined => enabled(state).find((choice) => choice.due !== null);
  for (const key of keys) {
    if (key === "*") {
      for (let choice = due(), steps = 0; choice !== undefined && steps < 500; choice = due(), steps++)
        take(choice);
      continue;
    }
    const choice = key === "" ? due() : enabled(state).find((candidate) => candidate.key === key);
    if (choice === undefined) {
      throw new Error(
        `"${key}" is not possible; possible: ${enabled(state).map((candidate) => candidate.key)}`,
      );
    }
    take(choice);
  }
  return { state, records };
}

/** The records in short: what a person would list. */
export function story(records: readonly RunRecord[]): string[] {
  return records.flatMap((record) => {
    switch (record.kind) {
      case "log":
        return [`log ${record.text}`];
      case "write-accepted":
        return [`${record.op} ${record.key}`];
      case "alarm-scheduled":
        return [`alarm set for ${record.atMs}`];
      case "commit-starts":
        return [`commit ${record.commit} starts`];
      case "commit-durable":
        return [`commit ${record.commit} durable`];
      case "commit-fails":
        return [`commit ${record.commit} fails`];
      case "gate-breaks":
        return ["gate breaks"];
      case "object-aborts":
        return ["object aborts"];
      case "object-ends":
        return ["object ends"];
      case "output-dropped":
        return [`dropped ${record.output.type}`];
      case "violation":
        return [`violates ${record.property}`];
      case "handler-stuck":
        return [`stuck: ${record.text}`];
      case "outside": {
        const { event } = record;
        if ("text" in event && event.type !== "peer-sends") return [`${event.type} ${event.text}`];
        if (event.type === "response" || event.type === "response-sent")
          return [`${event.type} ${event.status} ${event.body}`];
        return [event.type];
      }
      default:
        return [];
    }
  });
}

/** What the handler logged, in order. */
export function logs(records: readonly RunRecord[]): string[] {
  return records.flatMap((record) => (record.kind === "log" ? [record.text] : []));
}

/** How promises that a handler reports have settled: what was logged of each name, "" when it was only resolved; null: it never did. */
export function settlements<Name extends string>(
  records: readonly RunRecord[],
  names: readonly Name[],
): Record<Name, string | null> {
  const lines = logs(records);
  const told = names.map((name) => {
    const line = lines.find((text) => text === name || text.startsWith(`${name} `));
    return [name, line === undefined ? null : line.slice(name.length + 1)] as const;
  });
  return Object.fromEntries(told) as Record<Name, string | null>;
}

/** The keys of the designs whose connect() waits at the gate, and of those whose connect() does not. */
export const GATED: readonly string[] = ["r1", "r1 forwarding", "r1 fixed", "autogate on", "main"];
export const UNGATED: readonly string[] = ["ungated", "writes only, d0", "writes only, d1", "autogate off"];

/** What the far ends and the client observed, in order. */
export function observed(records: readonly RunRecord[]): string[] {
  const own = new Set(["syn", "accept", "receive", "fin-received", "rst-received", "closed", "response"]);
  return story(records.filter((record) => record.kind === "outside" && own.has(record.event.type)));
}
