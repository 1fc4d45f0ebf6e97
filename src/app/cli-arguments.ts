/*
 * The arguments of the command line: what is to be checked, read and validated. Whoever gets one wrong is told which, and
 * what is possible.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import {
  FAULT_KINDS,
  type FaultBudget,
  type FaultId,
  MOST_FAULTS,
  STANDARD_FAULTS,
} from "../check/faults.ts";
import type { DesignChoice, DesignId, Switches, World } from "../model/setup.ts";
import { SWITCHES } from "../model/setup.ts";
import { DESIGNS, designChoice, designInfo, isDesignId } from "../store/designs.ts";

/** A check as it was asked for. */
export interface CheckArguments {
  /** A file of a handler, or the id of a built-in scenario. */
  readonly handler: { readonly file: string } | { readonly scenario: string };
  readonly design: DesignChoice | null;
  /** The other design of a comparison; null: one design is checked. */
  readonly than: DesignChoice | null;
  /** What of the world is another than the scenario's, or the default one. */
  readonly world: Partial<World>;
  readonly faults: FaultBudget;
  readonly maxStates: number;
  readonly json: boolean;
}

const DESIGN_IDS = DESIGNS.map(({ id }) => id).join(", ");
const FAULT_IDS = FAULT_KINDS.map(({ id }) => id).join(", ");

export const HELP = `Usage: npx gatescope check FILE.js [options]
       npx gatescope check --scenario ID [options]
       npx gatescope diff FILE.js --design ID --than ID [options]

check: Checks every order of events and failures of a Durable Object's handler against the output gate's properties.
diff:  Finds the shortest list of choices after which the world outside can tell two designs apart.

  --design ID          ${DESIGN_IDS} (default: main, or the scenario's)
  --switch NAME=BOOL   a switch of the design, e.g. wrapper=false; may be given again
  --backend B          sqlite, cache
  --commits C          replicated, blocking, bucket
  --mode M             strict, relaxed: the order in which the process does its tasks
  --faults LIST        e.g. commit=2,reset=0, or "none"; kinds: ${FAULT_IDS}
                       (default: ${Object.entries(STANDARD_FAULTS)
                         .map(([id, count]) => `${id}=${count}`)
                         .join(",")})
  --requests PATHS     e.g. /a,/b: one after another (default: /)
  --peer JSON          what the far end does by itself, e.g. '{"greet":"220 ready"}'
  --world JSON         any other setting of the world, e.g. '{"commitMs":30,"windowBytes":16}'
                       (of both: @FILE reads the JSON from a file)
  --max-states N       stop at so many states (default: 1000000)
  --than ID            of diff: the other design
  --json               one JSON object on stdout, and nothing else
  --help

Exit status of diff: 0 they cannot be told apart, 1 they can, 2 it could not be found out.
Exit status of check: 0 everything holds (fragile orders are warnings), 1 something is violated, 2 it could not be checked, or not
to the end. Of both: 130 it was stopped with Ctrl-C; what was found until then is printed.
`;

const Milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(1e9));
const Count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9));
const Text = v.pipe(v.string(), v.maxLength(10_000));
const Path = v.pipe(v.string(), v.maxLength(1_000), v.startsWith("/", "a request's path begins with /"));

const Peer = v.strictObject({
  refuse: v.optional(v.boolean()),
  blackhole: v.optional(v.boolean()),
  greet: v.optional(Text),
  echo: v.optional(v.boolean()),
  reply: v.optional(Text),
  finOnAccept: v.optional(v.boolean()),
  rstOnAccept: v.optional(v.boolean()),
  finOnData: v.optional(v.boolean()),
  rstOnData: v.optional(v.boolean()),
  finAfterMs: v.optional(Milliseconds),
  rstAfterMs: v.optional(Milliseconds),
  readAfterMs: v.optional(Milliseconds),
  holdOpen: v.optional(v.boolean()),
  tls: v.optional(v.boolean()),
  http: v.optional(v.boolean()),
  websocket: v.optional(v.boolean()),
  sayAfterFinMs: v.optional(Milliseconds),
  returnsAfterMs: v.optional(Milliseconds),
  throwsAfterMs: v.optional(Milliseconds),
});

const PlannedAnswer = v.strictObject({
  how: v.picklist(["durable", "fails", "fails-stored", "busy", "silent"]),
  afterMs: v.optional(Milliseconds),
});

const Settings = v.strictObject({
  backend: v.optional(v.picklist(["sqlite", "cache"])),
  commits: v.optional(v.picklist(["replicated", "blocking", "bucket"])),
  severalCommits: v.optional(v.boolean()),
  commitMs: v.optional(Milliseconds),
  checkMs: v.optional(Milliseconds),
  readMs: v.optional(Milliseconds),
  oneWayMs: v.optional(Milliseconds),
  delayMs: v.optional(Milliseconds),
  service: v.optional(v.picklist(["network", "worker", "throws", "disconnected"])),
  windowBytes: v.optional(Count),
  peer: v.optional(Peer),
  requests: v.optional(
    v.pipe(
      v.array(
        v.union([
          Path,
          v.array(Path),
          v.strictObject({
            path: Path,
            atMs: v.optional(Milliseconds),
            leavesAfterMs: v.optional(Milliseconds),
          }),
        ]),
      ),
      v.minLength(1),
      v.maxLength(50),
    ),
  ),
  pauseMs: v.optional(Milliseconds),
  commitAnswers: v.optional(v.record(v.string(), v.array(PlannedAnswer))),
  checkAnswers: v.optional(v.record(v.string(), PlannedAnswer)),
  scheduling: v.optional(v.picklist(["strict", "relaxed"])),
});

/** Reads the arguments behind the command's name. "help" if that is what was asked for. */
export function readArguments(args: readonly string[]): Result<CheckArguments | "help", string> {
  const parsed = parse(args);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  if (values.help === true || args.length === 0) return ok("help");
  const [command, file, ...rest] = positionals;
  if (command !== "check" && command !== "diff")
    return err(`There is no command "${command ?? ""}"; there are: check, diff.`);
  if ((command === "diff") !== (values.than !== undefined))
    return err("diff compares --design ID with --than ID; check knows no --than.");
  if (rest.length > 0) return err(`One handler at a time: what is "${rest[0]}"?`);
  if ((file === undefined) === (values.scenario === undefined))
    return err("Give the file of a handler, or --scenario ID.");
  const handler = file === undefined ? { scenario: values.scenario ?? "" } : { file };
  const design = readDesign(values.design, values.switch ?? []);
  if (!design.ok) return design;
  const than = readDesign(values.than, []);
  if (!than.ok) return err(than.error.replace("--design", "--than"));
  const faults = readFaults(values.faults);
  if (!faults.ok) return faults;
  const world = readWorld(values);
  if (!world.ok) return world;
  const maxStates = Number(values["max-states"] ?? 1_000_000);
  if (!Number.isInteger(maxStates) || maxStates < 1 || maxStates > 50_000_000)
    return err(`--max-states: "${values["max-states"]}" is not a whole number from 1 to 50000000.`);
  return ok({
    handler,
    design: design.value,
    than: than.value,
    world: world.value,
    faults: faults.value,
    maxStates,
    json: values.json === true,
  });
}

function parse(args: readonly string[]) {
  try {
    return ok(
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          scenario: { type: "string" },
          design: { type: "string" },
          switch: { type: "string", multiple: true },
          than: { type: "string" },
          backend: { type: "string" },
          commits: { type: "string" },
          mode: { type: "string" },
          faults: { type: "string" },
          requests: { type: "string" },
          peer: { type: "string" },
          world: { type: "string" },
          "max-states": { type: "string" },
          json: { type: "boolean" },
          help: { type: "boolean", short: "h" },
        },
      }),
    );
  } catch (error) {
    return err(`${error instanceof Error ? error.message : String(error)} See --help.`);
  }
}

type Values = Extract<ReturnType<typeof parse>, { ok: true }>["value"]["values"];

function readDesign(
  id: string | undefined,
  switches: readonly string[],
): Result<DesignChoice | null, string> {
  if (id === undefined && switches.length === 0) return ok(null);
  const design = id ?? "main";
  if (!isDesignId(design)) return err(`--design: there is no "${design}"; there are: ${DESIGN_IDS}.`);
  const chosen: Partial<Record<keyof Switches, boolean>> = {};
  for (const text of switches) {
    const [name, value] = text.split("=");
    if (!isSwitchOf(design, name)) {
      const own = designInfo(design).switches.map((one) => one.id);
      return err(
        `--switch: ${design} has no "${name}"; ${own.length === 0 ? "it has none" : `it has: ${own.join(", ")}`}.`,
      );
    }
    if (value !== "true" && value !== "false")
      return err(`--switch: ${name} is true or false, not "${value ?? ""}".`);
    chosen[name] = value === "true";
  }
  return ok(designChoice(design, chosen));
}

function isSwitchOf(design: DesignId, name: string | undefined): name is keyof Switches {
  return name !== undefined && Object.hasOwn(SWITCHES[design], name);
}

function readFaults(text: string | undefined): Result<FaultBudget, string> {
  if (text === undefined) return ok(STANDARD_FAULTS);
  const faults: Partial<Record<FaultId, number>> = text === "none" ? {} : { ...STANDARD_FAULTS };
  for (const part of text === "none" ? [] : text.split(",")) {
    const [name, value] = part.split("=");
    const kind = FAULT_KINDS.find(({ id }) => id === name);
    if (kind === undefined) return err(`--faults: there is no "${name}"; there are: ${FAULT_IDS}.`);
    const count = Number(value === undefined || value === "" ? Number.NaN : value);
    if (!Number.isInteger(count) || count < 0 || count > MOST_FAULTS)
      return err(`--faults: ${name} takes a number from 0 to ${MOST_FAULTS}, not "${value ?? ""}".`);
    faults[kind.id] = count;
  }
  return ok(faults);
}

function readWorld(values: Values): Result<Partial<World>, string> {
  const { backend, commits, mode, requests } = values;
  const world = readJson("--world", values.world);
  if (!world.ok) return world;
  const peer = readJson("--peer", values.peer);
  if (!peer.ok) return peer;
  if (typeof world.value !== "object" || world.value === null || Array.isArray(world.value))
    return err("--world: the settings are one JSON object.");
  const asked = {
    ...world.value,
    ...(backend === undefined ? {} : { backend }),
    ...(commits === undefined ? {} : { commits }),
    ...(mode === undefined ? {} : { scheduling: mode }),
    ...(requests === undefined ? {} : { requests: requests.split(",") }),
    ...(values.peer === undefined ? {} : { peer: peer.value }),
  };
  const checked = v.safeParse(Settings, asked);
  if (!checked.success) {
    const [issue] = checked.issues;
    const where = v.getDotPath(issue) ?? "the settings";
    const option = OPTION_OF[where] ?? `--world, ${where}`;
    return err(`${option}: ${issue.message}.`);
  }
  return ok(checked.output as Partial<World>);
}

const OPTION_OF: Readonly<Record<string, string>> = {
  backend: "--backend",
  commits: "--commits",
  scheduling: "--mode",
};

/** JSON as it stands, or "@" and the file that holds it. */
function readJson(option: string, text: string | undefined): Result<unknown, string> {
  if (text === undefined) return ok({});
  const file = text.startsWith("@") ? text.slice(1) : null;
  try {
    return ok(JSON.parse(file === null ? text : readFileSync(file, "utf8")));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof SyntaxError)) return err(`${option}: ${file} cannot be read: ${message}.`);
    return err(
      file === null
        ? `${option}: this is no JSON: ${message}. A file is named with @: ${option} @FILE.`
        : `${option}: ${file} is no JSON: ${message}.`,
    );
  }
}
