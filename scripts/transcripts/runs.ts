/*
 * Of which runs there are transcripts: every built-in scenario in full; in short the same under every design, with each kind
 * of storage, and with tasks in any order, and every handler that real workerd was recorded with.
 */
import path from "node:path";
import { readCorpus } from "../../src/app/conformance.ts";
import { compileHandler } from "../../src/handler/compile.ts";
import { PROPERTIES } from "../../src/model/properties/index.ts";
import type { DesignChoice, Setup, World } from "../../src/model/setup.ts";
import { DESIGNS } from "../../src/model/testing.ts";
import { SCENARIOS } from "../../src/scenarios/index.ts";
import { worldOf } from "../../src/workerd/circumstances.ts";
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
  return { file, name, lines: (whole) => transcript(setup, whole ? "full" : detail) };
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

/** What real workerd was recorded with. */
function corpus(folder: string, file: string, detail: Detail, design: DesignChoice): readonly Section[] {
  const root = path.resolve(import.meta.dirname, "../../e2e/workerd", folder);
  return readCorpus(root).scenarios.flatMap((scenario) => {
    const world = worldOf(scenario);
    const program = compileHandler(scenario.source);
    if (!world.ok || !program.ok) return [];
    return [
      section(
        `recorded/${file}`,
        scenario.name,
        { program: program.value, design, world: world.value },
        detail,
      ),
    ];
  });
}

const main: DesignChoice = { id: "main" };

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
  ...corpus("cluster-corpus", "commits to a bucket, main", "gist", main),
];
