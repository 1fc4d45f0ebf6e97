/*
 * Matches what crosses the gate line with what leaves the host and with what arrives.
 *
 *   output-passes connect  ->  outside syn            ->  outside accept | refuse
 *   output-passes write    ->  outside send           ->  outside receive
 *   output-passes fin      ->  outside fin-sent       ->  outside fin-received
 *   output-passes close    ->  outside fin-sent | rst-sent  ->  fin-received | rst-received
 *   output-passes fetch    ->  outside syn            ->  outside accept | refuse
 *   output-passes frame    ->  outside send           ->  outside receive
 *   output-passes response ->  outside response-sent  ->  outside response
 *
 * A connection keeps its order, so the k-th thing of a kind that leaves is the k-th that arrives.
 */
import type { OutsideEvent, RecordOf } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import { recordsOf } from "./facts.ts";

type Outside = RecordOf<"outside">;

/** One thing on its way to an observer. */
export interface Flight {
  /** Where it crossed the gate line; null for what no gate is asked for (a reset connection's RST). */
  readonly passes: RecordOf<"output-passes"> | null;
  readonly leaves: Outside;
  readonly arrives: Outside | null;
}

const ARRIVES: Partial<Record<OutsideEvent["type"], readonly OutsideEvent["type"][]>> = {
  syn: ["accept", "refuse"],
  send: ["receive"],
  "fin-sent": ["fin-received"],
  "rst-sent": ["rst-received"],
  "response-sent": ["response"],
  "body-sent": ["body-received"],
  "body-end-sent": ["body-ends"],
  "body-cut": ["body-breaks"],
};

const LEAVES: Readonly<Record<RecordOf<"output-passes">["output"]["type"], readonly OutsideEvent["type"][]>> =
  {
    connect: ["syn"],
    write: ["send"],
    pipe: [],
    chunk: ["send"],
    transform: [],
    "body-chunk": ["body-sent"],
    fin: ["fin-sent"],
    "start-tls": ["send"],
    close: ["fin-sent", "rst-sent"],
    response: ["response-sent"],
    "alarm-outcome": [],
    "alarm-done": ["alarm-result"],
    fetch: ["syn"],
    frame: ["send"],
    // To another object: nothing of it is seen outside.
    call: [],
    result: [],
    sync: [],
    take: [],
  };

/** Who observes an event: two events with the same key have the same observer. */
export function observerKey(event: OutsideEvent): string {
  return "socket" in event ? `socket ${event.socket}` : `request ${event.request}`;
}

/** Everything that left the host in a run, in the order of leaving. */
export function flightsOf(run: RunData): readonly Flight[] {
  const outside = recordsOf(run, "outside");
  const passes = [...recordsOf(run, "output-passes")];
  const taken = new Set<Outside>();
  return outside
    .filter(({ event }) => ARRIVES[event.type] !== undefined)
    .map((leaves) => {
      const arrives =
        outside.find(
          (one) => !taken.has(one) && one.index > leaves.index && isArrival(leaves.event, one.event),
        ) ?? null;
      if (arrives !== null) taken.add(arrives);
      const pass = passes.find((one) => one.index < leaves.index && isPassOf(one, leaves.event)) ?? null;
      if (pass !== null) passes.splice(passes.indexOf(pass), 1);
      return { passes: pass, leaves, arrives };
    });
}

function isArrival(leaves: OutsideEvent, arrives: OutsideEvent): boolean {
  return (
    observerKey(leaves) === observerKey(arrives) && (ARRIVES[leaves.type]?.includes(arrives.type) ?? false)
  );
}

function isPassOf({ output }: RecordOf<"output-passes">, leaves: OutsideEvent): boolean {
  if (!LEAVES[output.type].includes(leaves.type)) return false;
  if ("request" in output) return "request" in leaves && leaves.request === output.request;
  return "socket" in output && "socket" in leaves && leaves.socket === output.socket;
}
