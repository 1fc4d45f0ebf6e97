/*
 * The entry of the worker that checks: glue only. What it does stands in check-serve.ts.
 */
import { Check } from "../check/check.ts";
import { DifferenceSearch } from "../check/difference.ts";
import { serveChecks } from "./check-serve.ts";

const receive = serveChecks(
  { check: (request) => new Check(request), compare: (request) => new DifferenceSearch(request) },
  {
    post: (message) => self.postMessage(message),
    soon: (task) => setTimeout(task, 0),
    now: () => performance.now(),
  },
);

self.addEventListener("message", (event) => receive(event.data));
