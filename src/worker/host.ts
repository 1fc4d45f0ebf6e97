/*
 * The web worker's entry: glue only. What it does stands in serve.ts.
 */
import { mustGet } from "../base/assert.ts";
import { STREAMS } from "../handler/vm/library.ts";
import { SQL } from "../model/sql-api.ts";
import { simulate } from "../run/simulate.ts";
import { NotLoaded, serve } from "./serve.ts";

/** A chunk of its own: whoever does not need it never loads it. */
const loaded = <T>(chunk: Promise<T>): Promise<T> =>
  chunk.catch(() => {
    throw new NotLoaded();
  });

const PARTS: ReadonlyMap<string, () => Promise<void>> = new Map([
  [
    STREAMS.name,
    async () => STREAMS.fill((await loaded(import("../handler/vm/streams.generated.ts"))).STREAM_FUNCTIONS),
  ],
  [SQL.name, async () => SQL.fill((await loaded(import("../model/sql.ts"))).runSql)],
]);

const receive = serve(
  {
    simulate,
    // It brings the parser.
    compile: async (source) => (await loaded(import("./compile.ts"))).compile(source),
    meetings: async (...request) => (await loaded(import("./meetings.ts"))).meetingsOf(...request),
    loadPart: (name) => mustGet(PARTS.get(name), `the part "${name}"`)(),
  },
  {
    post: (message) => self.postMessage(message),
    soon: (task) => setTimeout(task, 0),
  },
);

self.addEventListener("message", (event) => receive(event.data));
