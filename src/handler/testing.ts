/* For tests: a small host, and the same snippet run by the machine and by the engine that runs the tests. */
import { compileHandler } from "./compile.ts";
import { HandlerStuck, type Host, type Machine, type Member, type Value } from "./host.ts";
import { createMachine, openMachine } from "./machine.ts";
import type { Program } from "./program.ts";

/** Compiles, or throws the error's text. */
export function mustCompile(source: string): Program {
  const result = compileHandler(source);
  if (result.ok) return result.value;
  const { message, line, column } = result.error;
  throw new Error(`${line}:${column}: ${message}`);
}

/** A host that only has a clock, keeps what is logged, and settles nothing. */
export function testHost(members: Readonly<Record<string, Member>> = {}): Host & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    member: (type, name) => members[`${type}.${name}`] ?? { is: "none" },
    global: (name) => members[name] ?? { is: "none" },
    get: (_machine, type, id, name) => `${type} ${id} ${name}`,
    call: (_machine: Machine, name: string): Value => (name === "Date.now" ? 1_700_000_000_000 : `called ${name}`),
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

/** The same, stopping after every `steps` instructions and going on from a copy of the state. */
export function machineLinesInPieces(body: string, steps: () => number): readonly string[] {
  const host = testHost();
  const program = mustCompile(body);
  let machine = openMachine(program, createMachine(mustCompile(""), host), host);
  machine.startLoading();
  for (;;) {
    const isDone = machine.runSteps(steps());
    const state = machine.finish();
    if (isDone) return host.lines;
    machine = openMachine(program, structuredClone(state), host);
  }
}

/** What the engine that runs the tests logs for the same body, formatted by the machine's rules for primitives. */
export async function engineLines(body: string, format: (value: unknown) => string): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = (...values: readonly unknown[]) => {
    lines.push(values.map((value) => (typeof value === "string" ? value : format(value))).join(" "));
  };
  const run = new Function("console", `"use strict";${body}`) as (console: unknown) => void;
  try {
    run({ log });
  } catch (error) {
    lines.push(`stuck: The module's top level threw: ${error instanceof Error ? `${error.name}: ${error.message}` : format(error)}`);
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  return lines;
}
