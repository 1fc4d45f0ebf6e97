import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { HandlerStuck, type Member } from "./host.ts";
import { createMachine, openMachine } from "./machine.ts";
import { mustCompile, testHost } from "./testing.ts";

/** Handlers that real workerd ran, and the built-in ones. */
const folders = ["../../e2e/workerd/corpus", "../scenarios"].map((one) =>
  path.resolve(import.meta.dirname, one),
);
const handlers = folders.flatMap((folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map((name) => path.join(folder, String(name)))
        .filter((file) => file.endsWith(".js"))
    : [],
);

const METHOD: Member = { is: "method" };
const members: Readonly<Record<string, Member>> = {
  "cloudflare:sockets:connect": METHOD,
  "cloudflare:sockets:internalNewHttpClient": METHOD,
  setTimeout: METHOD,
  fetch: METHOD,
  scheduler: { is: "object", type: "Scheduler" },
};

describe("every recorded and built-in handler compiles, loads and makes its object", () => {
  test("there are some", () => {
    expect(handlers.length).toBeGreaterThan(50);
  });
  for (const file of handlers) {
    const source = readFileSync(file, "utf8");
    // Generators are not part of the language; the conformance check says so of their recordings.
    if (!source.includes("DurableObject") || /\bfunction\s*\*|\basync \*/.test(source)) continue;
    test(path.basename(file), () => {
      const program = mustCompile(source);
      expect(JSON.parse(JSON.stringify(program))).toEqual(program);
      const host = testHost(members);
      const machine = openMachine(program, createMachine(program, host), host);
      try {
        const object = machine.instantiate(
          machine.hostObject("DurableObjectState", 1),
          machine.newObject({}),
        );
        expect(machine.hasMethod(object, "fetch")).toBe(true);
      } catch (error) {
        // A constructor may use more of the platform than this small host has.
        expect(error).not.toBeInstanceOf(HandlerStuck);
      }
    });
  }
});
