/*
 * The entry of the worker that checks: glue only. What it does stands in check-serve.ts.
 */
import { Check } from "../check/check.ts";
import { DifferenceSearch } from "../check/difference.ts";
import { Find } from "../check/find.ts";
import { serveChecks } from "./check-serve.ts";
import { conditionFrom } from "./condition.ts";

const receive = serveChecks(
  {
    check: (request) => new Check(request),
    compare: (request) => new DifferenceSearch(request),
    find: (request) => new Find({ ...request, condition: conditionFrom(request.condition) }),
  },
  {
    post: (message) => self.postMessage(message),
    soon: (task) => setTimeout(task, 0),
    now: () => performance.now(),
  },
);

self.addEventListener("message", (event) => receive(event.data));
