/*
 * The web worker's entry: glue only. What it does stands in serve.ts.
 */
import { simulate } from "../run/simulate.ts";
import { serve } from "./serve.ts";

const receive = serve(
  {
    simulate,
    // The parser is a chunk of its own: whoever only plays built-in handlers never loads it.
    compile: async (source) => (await import("./compile.ts")).compile(source),
    // So is what a run can be run until.
    meetings: async (...request) => (await import("./meetings.ts")).meetingsOf(...request),
  },
  {
    post: (message) => self.postMessage(message),
    soon: (task) => setTimeout(task, 0),
  },
);

self.addEventListener("message", (event) => receive(event.data));
