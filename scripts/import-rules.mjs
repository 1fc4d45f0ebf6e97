// @ts-check
/**
 * Who may import whom under src/: the architecture as an allowlist. What is not listed is forbidden; a folder may always
 * import itself, and a test anything. `check-imports.mjs` enforces it.
 *
 * A row is a folder ("model") or one file without its ending ("worker/client"); the file's row wins,
 * and holds inside its folder too. `imports` names
 * folders or files: "any" allows values, "types" only `import type`, which leaves nothing behind in what is shipped.
 * `packages` names npm packages. An edge with a reason is an exception to the line handler -> model -> run -> timeline -> ui.
 *
 * @typedef {"any" | "types"} Grant
 * @typedef {{ readonly imports: Readonly<Record<string, Grant>> | "anything", readonly packages: readonly string[] | "anything" }} Row
 */

/** @satisfies {Readonly<Record<string, Row>>} */
export const rows = {
  base: { imports: {}, packages: [] },
  handler: { imports: { base: "any" }, packages: ["acorn"] },
  model: { imports: { base: "any", handler: "any" }, packages: [] },
  // For tests alone: it makes the programs that they try.
  "model/testing-programs": {
    imports: { base: "any", handler: "any", model: "any" },
    packages: ["fast-check"],
  },
  // handler: a run is set up with a program, whose type is the handler language's.
  run: { imports: { base: "any", model: "any", handler: "types" }, packages: [] },
  // handler: two states are the same if their heaps are.
  check: { imports: { base: "any", handler: "any", model: "any", run: "any" }, packages: [] },
  // model: recordings are compared with records, which stand in model/records.ts.
  // model/setup: a recording's world is the default one but for what the recorder's machine does differently.
  workerd: {
    imports: { base: "any", run: "types", model: "types", "model/setup": "any" },
    packages: ["valibot"],
  },
  // model: the union of records, which is all that a timeline is made from, stands in model/records.ts.
  timeline: { imports: { base: "any", run: "types", model: "types" }, packages: ["d3"] },
  // handler: a built-in handler is compiled when the app is built, so its module is typed with the program it holds.
  // model: a scenario names its world, most of which is the default one.
  // cloudflare: the handlers themselves are real Worker modules.
  // cluster-corpus: what real workerd did with two of them is shown from the recording itself.
  scenarios: {
    imports: {
      base: "types",
      handler: "types",
      "model/setup": "any",
      "../e2e/workerd/cluster-corpus/scenario-piped-chunks": "any",
      "../e2e/workerd/cluster-corpus/scenario-close-before-commit": "any",
    },
    packages: ["cloudflare:workers", "cloudflare:sockets"],
  },
  lessons: { imports: { base: "any", scenarios: "any", run: "types" }, packages: [] },
  // The web worker's inside: where messages become calls.
  // handler, scenarios: it compiles edited handlers and runs built-in ones.
  worker: {
    imports: {
      base: "any",
      handler: "any",
      model: "any",
      run: "any",
      check: "any",
      workerd: "any",
      scenarios: "any",
    },
    packages: [],
  },
  // What a condition names has to be there.
  "worker/condition": { imports: { model: "any", run: "any" }, packages: ["valibot"] },
  // Types only: both ends share it, and the page must not load the model through it.
  "worker/protocol": {
    imports: {
      base: "types",
      handler: "types",
      model: "types",
      run: "types",
      check: "types",
      workerd: "types",
    },
    packages: [],
  },
  // What arrives at either end is parsed before it is believed.
  "worker/messages": { imports: { base: "any", "worker/protocol": "any" }, packages: [] },
  // The page's end: it knows the messages, and the model's worker only by its address.
  "worker/client": {
    imports: { base: "any", "worker/protocol": "any", "worker/messages": "any" },
    packages: [],
  },
  // scenarios: the catalogue is data. model: what the session shows is typed in the model's words.
  // check: the kinds of failures, and what of a run counts as its outcome, are small; the checker itself is in its worker.
  "worker/check-protocol": { imports: { base: "types", check: "types" }, packages: [] },
  "worker/check-client": {
    imports: { base: "any", check: "types", "worker/check-protocol": "any" },
    packages: [],
  },
  store: {
    imports: {
      base: "any",
      // The switches that each design has.
      "model/setup": "any",
      // Which property a record shows violated.
      "model/properties/shown-violation": "any",
      timeline: "any",
      scenarios: "any",
      "worker/client": "any",
      "worker/check-client": "any",
      "check/faults": "any",
      "check/history": "any",
      check: "types",
      run: "types",
      model: "types",
      handler: "types",
    },
    packages: ["zustand", "valibot", "fflate"],
  },
  // model, run: components name records and steps, and never make one. scenarios: titles and sentences of the catalogue.
  ui: {
    imports: {
      base: "any",
      // What a run can be run until, in words.
      "run/happenings": "any",
      "run/statuses": "any",
      // The kinds of failures that a check may allow, in words.
      "check/faults": "any",
      check: "types",
      store: "any",
      timeline: "any",
      scenarios: "any",
      model: "types",
      run: "types",
      handler: "types",
    },
    packages: ["react", "react-dom", "radix-ui", "zustand", "d3", "@codemirror/*"],
  },
  app: { imports: "anything", packages: "anything" },
};

/** Files that may consist of nothing but re-exports: what other people's pages import. */
export const publicEntries = ["app/element"];
