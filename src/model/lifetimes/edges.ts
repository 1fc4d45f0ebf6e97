/*
 * The pointers of MODEL 5.2 as data: who points to what without owning it, in which designs, in which order the two have to
 * be destroyed, and what is known of that order. Rules look an edge up here; records name it by its id.
 */
import type { ThingType } from "../records.ts";

/** Names an edge of MODEL 5.2. */
export type EdgeId =
  | "D1"
  | "D2"
  | "D3"
  | "D4"
  | "D5"
  | "D6"
  | "D7"
  | "D8"
  | "D9"
  | "D10"
  | "D11"
  | "D12"
  | "D13";

/** What it means when the target is destroyed while the holder still points to it, and nothing runs before the holder goes too. */
export type Verdict =
  /** It is safe, because nothing runs in between. */
  | "fragile"
  /** The holder's own destruction uses the target: what it does there is undefined. */
  | "hazard";

/** One kind of pointer. */
export interface Edge {
  readonly id: EdgeId;
  readonly holders: readonly ThingType[];
  readonly target: readonly ThingType[];
  /** The designs in which there is such a pointer, in words. */
  readonly designs: string;
  /** Which order is required, and what gives it. */
  readonly required: string;
  readonly verdict: Verdict;
  /** What is said when the order is the other way round and nothing runs in between, without a full stop. */
  readonly inverted: string;
}

const ONLY_JUST = "safe only because nothing runs in between";

function edge(
  id: EdgeId,
  holders: readonly ThingType[],
  target: readonly ThingType[],
  designs: string,
  required: string,
  inverted = ONLY_JUST,
  verdict: Verdict = "fragile",
): Edge {
  return { id, holders, target, designs, required, inverted, verdict };
}

/** All edges. */
export const EDGES: Readonly<Record<EdgeId, Edge>> = {
  D1: edge(
    "D1",
    ["watchForDisconnectTask"],
    ["connectionStream"],
    "all",
    "the task is cancelled before the stream is destroyed, as KJ demands; the order of the members gives it",
  ),
  D2: edge(
    "D2",
    ["connectFrame"],
    ["tlsStarter"],
    "all",
    "the slot is alive whenever the service may still write it: it does so at once when it is invoked",
  ),
  D3: edge(
    "D3",
    ["connectFrame"],
    ["tlsStarter"],
    "promised-interface and main, while deferred",
    "as D2; in ~ConnectionData the slot dies first, then the stream and with it the frame",
    `${ONLY_JUST}: exactly the order that the review called fragile`,
  ),
  D4: edge(
    "D4",
    ["connectTask"],
    ["tlsStarter"],
    "deferred-r1; in the fixed one the task is declared later, so it dies first",
    "as D2",
    `${ONLY_JUST}: the order that the review called fragile`,
  ),
  D5: edge(
    "D5",
    ["connectTask"],
    ["addressStr"],
    "deferred-r1; the fixed one owns its copy, later designs copy the address",
    "the buffer outlives the task's use of it",
  ),
  D6: edge(
    "D6",
    ["connectTask"],
    ["IoContext"],
    "deferred-r1 and deferred-r1-fixed",
    "the context outlives ConnectionData, which is an IoOwn",
  ),
  D7: edge(
    "D7",
    ["connectFrame"],
    ["connectCopies"],
    "promised-interface and main",
    "the closure that owns the copies of host and headers outlives the frame: a node destroys its dependency first (K7)",
  ),
  D8: edge(
    "D8",
    ["blockedWrite"],
    ["connectionStream", "pipeEnd"],
    "all",
    "the write is cancelled before the pipe's end dies (K11); the context destroys its tasks before its objects",
  ),
  D9: edge(
    "D9",
    ["tlsStarter"],
    ["connectionStream", "pipeEnd"],
    "all, once the slot is filled",
    "the slot is destroyed before the connection",
    `the other way round than a comment in the source wants it (K8); ${ONLY_JUST}`,
  ),
  D10: edge(
    "D10",
    ["connectFrame", "connectTask"],
    ["OutputGate"],
    "all that wait at the gate",
    "the wait is destroyed before the gate: the context and its streams are destroyed before the gate",
  ),
  D11: edge(
    "D11",
    ["lockWhileFrame"],
    ["OutputGate"],
    "all, also before the change",
    "the storage backend is destroyed before the gate; it is declared before the gate, so it is not",
    "what it does at its end then runs on a gate that is gone",
    "hazard",
  ),
  D12: edge(
    "D12",
    ["closeTask"],
    ["Socket"],
    "all; a raw pointer before main, a strong reference in main",
    "the Socket is alive when close() goes on",
  ),
  D13: edge(
    "D13",
    ["statusTask"],
    ["Socket"],
    "all; a strong reference",
    "none: it keeps the Socket until the connection's status is known, and with it what D3, D4 and D5 need",
  ),
};
