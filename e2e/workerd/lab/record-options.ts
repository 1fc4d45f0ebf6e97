/* The command line of the recorder. */
import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../../src/base/result.ts";

export const USAGE = `Usage: npm run workerd:record -- [options] PLACE ...

Runs handlers on real workerd and shows what the outside could see. PLACE is a handler (NAME.js, its circumstances in
NAME.json beside it) or a folder of them, e2e/workerd/corpus and e2e/workerd/cluster-corpus by default. A handler whose
NAME.json has "commits" runs in cluster mode, every other one with local storage.

  --only A,B       only the handlers of these names
  --builds A,B     only these builds: ungated, autogate-off, autogate-on, main; main-cluster
  --workerd V      runs npm's workerd of this version in place of the builds' own; the builds are main and main-cluster then
  --runs N         runs of each handler and build (1)
  --jobs N         runs at a time (1)
  --write          stores the outcomes in NAME.json in place of those recorded for the same builds
  --add            with --write: in addition to those
  --check          compares with what is recorded, writes nothing, and ends with 1 if an outcome is not recorded
  --help

Needs Linux and strace 5.3 or newer. The versions of workerd are installed into .cache/workerd with npm.`;

export interface RecordOptions {
  readonly places: readonly string[];
  readonly only: readonly string[] | null;
  readonly builds: readonly string[] | null;
  readonly version: string | null;
  readonly runs: number;
  readonly jobs: number;
  readonly action: "show" | "write" | "add" | "check";
}

export const DEFAULT_PLACES = ["e2e/workerd/corpus", "e2e/workerd/cluster-corpus"];

const listOf = (text: string | undefined): readonly string[] | null =>
  text === undefined ? null : text.split(",").filter((part) => part !== "");

/** Reads the arguments; "help" is a request for the usage, an error says what is wrong with them. */
export function readOptions(args: readonly string[]): Result<RecordOptions | "help", string> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    only: text,
    builds: text,
    workerd: text,
    runs: text,
    jobs: text,
    write: flag,
    add: flag,
    check: flag,
    help: flag,
  };
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return ok("help");
  const counts = { runs: Number(values.runs ?? 1), jobs: Number(values.jobs ?? 1) };
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isInteger(count) || count < 1) return err(`--${name} must be a number from 1 on.`);
  }
  if (values.check && (values.write || values.add))
    return err("--check writes nothing; leave --write and --add out.");
  if (values.add && !values.write) return err("--add goes with --write.");
  const action = values.check ? "check" : values.add ? "add" : values.write ? "write" : "show";
  return ok({
    places: positionals.length === 0 ? DEFAULT_PLACES : positionals,
    only: listOf(values.only),
    builds: listOf(values.builds),
    version: values.workerd ?? null,
    ...counts,
    action,
  });
}
