/* For tests: a small host, and the same snippet run by the machine and by the engine that runs the tests. */
import { compileHandler } from "./compile.ts";
import { HandlerStuck, type Host, type Machine, type Member, type Value } from "./host.ts";
import { createMachine, openMachine } from "./machine.ts";
import type { Program } from "./program.ts";
import { STREAMS } from "./vm/library.ts";
import { STREAM_FUNCTIONS } from "./vm/streams.generated.ts";

STREAMS.fill(STREAM_FUNCTIONS);

/** Compiles, or throws the error's text. */
export function mustCompile(source: string): Program {
  const result = compileHandler(source);
  if (result.ok) return result.value;
  const { message, line, column } = result.error;
  throw new Error(`${line}:${column}: ${message}`);
}

/** A host that only has a clock, keeps what is logged, and settles nothing. */
export function testHost(
  members: Readonly<Record<string, Member>> = {},
): Host & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    member: (type, name) => members[`${type}.${name}`] ?? { is: "none" },
    global: (name) => members[name] ?? { is: "none" },
    get: (_machine, type, id, name) => `${type} ${id} ${name}`,
    set: (_machine, type, id, name, value) => {
      lines.push(`${type} ${id} ${name} = ${String(value)}`);
    },
    call: (_machine: Machine, name: string): Value =>
      name === "Date.now" ? 1_700_000_000_000 : `called ${name}`,
    settled: (machine, token, outcome, value) => {
      lines.push(`${token} ${outcome} ${machine.inspect(value)}`);
    },
    log: (_machine, text) => {
      lines.push(text);
    },
    awaits: () => {},
    resumes: () => {},
  };
}

/** What the machine logs for a module whose body is `body`. */
export function machineLines(body: string): readonly string[] {
  const host = testHost();
  const program = mustCompile(body);
  try {
    createMachine(program, host);
  } catch (error) {
    if (!(error instanceof HandlerStuck)) throw error;
    host.lines.push(`stuck: ${error.message}`);
  }
  return host.lines;
}

/** A state as JSON text and back: what JSON cannot say (undefined, NaN, -0) is tagged on the way. */
export function throughJson<T>(state: T): T {
  const tag = "\u0001";
  const text = JSON.stringify(state, (_key, value: unknown) => {
    if (value === undefined) return `${tag}undefined`;
    if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
    return `${tag}${Object.is(value, -0) ? "-0" : value}`;
  });
  const revive = (value: unknown): unknown => {
    if (typeof value === "string" && value.startsWith(tag))
      return value === `${tag}undefined` ? undefined : Number(value.slice(1));
    if (Array.isArray(value)) return value.map(revive);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revive(one)]));
  };
  return revive(JSON.parse(text)) as T;
}

/** The same as machineLines, but stops after every `steps()` instructions and goes on from a copy of the state. */
export function machineLinesInPieces(body: string, steps: () => number): readonly string[] {
  const host = testHost();
  const program = mustCompile(body);
  let machine = openMachine(program, createMachine(mustCompile(""), testHost()), host);
  machine.startLoading();
  for (;;) {
    const isDone = machine.runSteps(steps());
    const state = throughJson(machine.finish());
    if (isDone) return host.lines;
    machine = openMachine(program, state, host);
  }
}

/**
 * What the engine that runs the tests logs for the same body. `format` shows what is no string; `settle` waits until no
 * promise job is left.
 */
export async function engineLines(
  body: string,
  format: (value: unknown) => string,
  settle: () => Promise<unknown>,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = (...values: readonly unknown[]) => {
    lines.push(values.map((value) => (typeof value === "string" ? value : format(value))).join(" "));
  };
  const run = new Function("console", `"use strict";${body}`) as (console: unknown) => void;
  try {
    run({ log });
  } catch (error) {
    lines.push(
      `stuck: The module's top level threw: ${error instanceof Error ? `${error.name}: ${error.message}` : format(error)}`,
    );
  }
  await settle();
  return lines;
}
