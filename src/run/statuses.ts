/*
 * The states that gates, objects, connections and storage can be in, as the timeline shows them: read off the model's state.
 * A record that brings a state about says so even where the same step undoes it again.
 */
import { mustGet } from "../base/assert.ts";
import type { RecordKind } from "../model/records.ts";
import type { Actor, SocketState, State } from "../model/state.ts";

/** Whose state it is. Storage and gate are an object's, named as it is. */
export type StatusOf = "gate" | "object" | "connection" | "storage";

/** A state of something. */
export interface Status {
  readonly of: StatusOf;
  readonly id: string;
  /** How it goes on after "the output gate is", "connection 1 is". */
  readonly words: string;
  /** Each of these records brings it about, even if the same step undoes it again. */
  readonly begins: readonly RecordKind[];
  /** The last of these in a step has brought it about, if it holds after the step. */
  readonly completes: readonly RecordKind[];
  readonly holds: (state: State, which: string) => boolean;
}

/** Every state that can be waited for. */
export const STATUSES: readonly Status[] = [
  ofLife("gate", "locked", "locked", ["lock-taken"], [], isLocked),
  ofLife(
    "gate",
    "open",
    "open",
    ["object-starts"],
    ["lock-released"],
    (life, state) => life.context === "live" && !isLocked(life, state) && !isBroken(life, state),
  ),
  ofLife("gate", "broken", "broken", ["gate-breaks"], [], isBroken),
  ofLife("object", "living", "living", ["object-starts"], [], ({ context }) => context === "live"),
  ofLife(
    "object",
    "reset",
    "reset",
    ["object-aborts"],
    [],
    ({ context, error }) => context !== "live" && error !== null,
  ),
  ofLife(
    "object",
    "evicted",
    "evicted",
    [],
    ["object-ends"],
    ({ context, error }) => context === "dead" && error === null,
  ),
  ofConnection("deferred", "asked for and not out yet", ["connect-called"]),
  ofConnection("connecting", "connecting", ["connect-starts"]),
  ofConnection("open", "open", ["socket-opens"]),
  ofConnection("failed", "refused, or lost before it opened", ["socket-fails"]),
  ofConnection("closed", "closed", ["socket-closed"]),
  ofLife("storage", "pending", "holding writes that are not durable", ["write-accepted"], [], (life, state) =>
    commitStates(life, state).some(isPending),
  ),
  ofLife("storage", "durable", "durable, all of it", [], ["commit-durable"], (life, state) => {
    const states = commitStates(life, state);
    return states.includes("durable") && states.every((one) => one === "durable");
  }),
];

/** What there is in a state whose own states can be asked for: names of objects, numbers of connections. */
export function thingsWith(of: StatusOf, state: State): readonly string[] {
  return of === "connection"
    ? state.sockets.filter(({ use }) => use !== "pooled").map(({ id }) => String(id))
    : state.objects.map(({ name }) => name);
}

/** The state of one kind with this id. */
export function statusOf(of: StatusOf, id: string): Status {
  return mustGet(
    STATUSES.find((status) => status.of === of && status.id === id),
    `the state "${id}" of ${of}`,
  );
}

/** A state of the latest life of an object, or of what belongs to it. */
function ofLife(
  of: Exclude<StatusOf, "connection">,
  id: string,
  words: string,
  begins: readonly RecordKind[],
  completes: readonly RecordKind[],
  holds: (life: Actor, state: State) => boolean,
): Status {
  return {
    of,
    id,
    words,
    begins,
    completes,
    holds(state, which) {
      const life = state.actors.findLast(({ object }) => object === which);
      return life !== undefined && holds(life, state);
    },
  };
}

function ofConnection(id: SocketState["stage"], words: string, begins: readonly RecordKind[]): Status {
  return {
    of: "connection",
    id,
    words,
    begins,
    completes: [],
    holds: (state, which) => state.sockets[Number(which) - 1]?.stage === id,
  };
}

function isLocked({ locks }: Actor, state: State): boolean {
  return !locks.some((id) => state.locks[id - 1]?.state === "failed") && locks.some(isHeldIn(state));
}

function isHeldIn(state: State): (id: Actor["locks"][number]) => boolean {
  return (id) => state.locks[id - 1]?.state === "held";
}

function isBroken({ locks }: Actor, state: State): boolean {
  return locks.some((id) => state.locks[id - 1]?.state === "failed");
}

/** Of its commits that have writes. */
function commitStates({ id }: Actor, state: State): readonly State["commits"][number]["state"][] {
  return state.commits
    .filter(({ actor, writes }) => actor === id && writes.length > 0)
    .map((commit) => commit.state);
}

function isPending(state: State["commits"][number]["state"]): boolean {
  return state !== "durable" && state !== "failed";
}
