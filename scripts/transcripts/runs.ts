/*
 * Of which runs there are transcripts: every built-in scenario in full; in short the same under every design, with each kind
 * of storage, and with tasks in any order, and every handler that real workerd was recorded with.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { err, ok, type Result } from "../../src/base/result.ts";
import { compileHandler } from "../../src/handler/compile.ts";
import { PROPERTIES } from "../../src/model/properties/index.ts";
import type { DesignChoice, Setup, World } from "../../src/model/setup.ts";
import { DESIGNS } from "../../src/model/testing.ts";
import { SCENARIOS } from "../../src/scenarios/index.ts";
import { worldOf } from "../../src/workerd/circumstances.ts";
import { parseScenario } from "../../src/workerd/corpus.ts";
import { type Detail, transcript } from "./transcript.ts";

/** A section of a file of transcripts. */
export interface Section {
  /** In texts/, without its ending. */
  readonly file: string;
  readonly name: string;
  /** Its lines; `whole`: everything in full. */
  readonly lines: (whole: boolean) => readonly string[];
}

const loaded = await Promise.all(
  SCENARIOS.map(async (scenario) => ({ ...scenario, program: (await scenario.load()).program })),
);

function section(file: string, name: string, setup: Setup, detail: Detail): Section {
  return { file, name, lines: (whole) => transcript(setup, whole ? "full" : detail, `${file} ${name}`) };
}

const scenarios: readonly Section[] = loaded.map(({ id, title, program, design, world }) =>
  section(`scenarios/${id}`, title, { program, design, world }, "steps"),
);

/** The scenarios elsewhere than where they begin. */
function elsewhere(
  file: string,
  detail: Detail,
  design: DesignChoice | null,
  world: Partial<World> = {},
): readonly Section[] {
  return loaded.map((one) =>
    section(
      `elsewhere/${file}`,
      one.id,
      { program: one.program, design: design ?? one.design, world: { ...one.world, ...world } },
      detail,
    ),
  );
}

/** What real workerd was recorded with, or what of it has a certain name. */
function corpus(
  folder: string,
  file: string,
  detail: Detail,
  design: DesignChoice,
  differently: Partial<World> = {},
  chosen = /./,
): readonly Section[] {
  const root = path.resolve(import.meta.dirname, "../../e2e/workerd", folder);
  const names = readdirSync(root).flatMap((name) => (name.endsWith(".js") ? [name.slice(0, -3)] : []));
  const some = names.filter((name) => chosen.test(name)).toSorted();
  return some.map((name) => ({
    file: `recorded/${file}`,
    name,
    lines: (whole) => {
      const read = recorded(root, name);
      if (!read.ok) return [read.error];
      const world = { ...read.value.world, ...differently };
      return transcript({ ...read.value, design, world }, whole ? "full" : detail, `${file} ${name}`);
    },
  }));
}

const known = new Map<string, Result<Pick<Setup, "program" | "world">, string>>();

/** A recorded handler in the world that it was recorded in. */
function recorded(root: string, name: string): Result<Pick<Setup, "program" | "world">, string> {
  const from = path.join(root, name);
  const made = known.get(from) ?? readRecorded(from, name);
  known.set(from, made);
  return made;
}

function readRecorded(from: string, name: string): Result<Pick<Setup, "program" | "world">, string> {
  const scenario = parseScenario(
    name,
    readFileSync(`${from}.json`, "utf8"),
    readFileSync(`${from}.js`, "utf8"),
  );
  if (!scenario.ok) return err(scenario.error.message);
  const world = worldOf(scenario.value);
  if (!world.ok) return world;
  const program = compileHandler(scenario.value.source);
  return program.ok ? ok({ program: program.value, world: world.value }) : err(program.error.message);
}

const main: DesignChoice = { id: "main" };
/** Handlers that have much for the process to do, and handlers that use storage in many ways. */
const MANY_TASKS =
  /^(fetch|pipe|starttls|transform|rpc|call|alarm|block|sync|delete|get|read|writer?|response|half|set-timeout)-/;
const MUCH_STORAGE =
  /^(put|puts|kv|delete|get|list|sync|transaction|many|allow|read|second|first|alarm|set-alarm|input)-/;

/** The meanings of the properties, which a reader of the others needs. */
const properties: Section = {
  file: "properties",
  name: "Properties",
  lines: () =>
    PROPERTIES.map(
      ({ id, name, kind, meaning, byOrderingOnly }) =>
        `${id} ${name} (${kind}${byOrderingOnly === true ? ", by ordering only" : ""}): ${meaning}`,
    ),
};

/** Storage behind an RPC, as the write-back cache has it. */
const REMOTE: Partial<World> = { backend: "cache", commits: "replicated", commitMs: 10, readMs: 4 };

export const SECTIONS: readonly Section[] = [
  properties,
  ...scenarios,
  // Variations where they differ most; the whole file of a design is one look at what it does to every scenario.
  ...Object.entries(DESIGNS).flatMap(([name, design]) =>
    elsewhere(`under ${name}`, name === "ungated" || name === "r1" ? "digest" : "gist", design),
  ),
  ...elsewhere("with the write-back cache", "digest", null, { backend: "cache" }),
  ...elsewhere("with commits that block", "gist", null, { commits: "blocking" }),
  ...elsewhere("with commits to a bucket", "digest", null, { commits: "bucket" }),
  ...elsewhere("with tasks in any order", "digest", null, { scheduling: "relaxed" }),
  ...corpus("corpus", "local storage, main", "digest", main),
  ...corpus("corpus", "local storage, ungated", "gist", { id: "ungated" }),
  ...corpus("corpus", "tasks in any order, main", "gist", main, { scheduling: "relaxed" }, MANY_TASKS),
  ...corpus("corpus", "write-back cache, main", "gist", main, REMOTE, MUCH_STORAGE),
  ...corpus("cluster-corpus", "commits to a bucket, main", "gist", main),
];
