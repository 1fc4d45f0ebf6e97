/*
 * The states that gates, objects, connections and storage can be in, as the timeline shows them: read off the model's state.
 * A record that brings a state about says so even where the same step undoes it again.
 */
import { mustGet } from "../base/assert.ts";
import type { LockId } from "../base/ids.ts";
import type { RecordKind, RunRecord } from "../model/records.ts";
import type { Actor, Commit, SocketState, State } from "../model/state.ts";

/** Whose state it is. Storage and gate are an object's, named as it is. */
export type StatusOf = "gate" | "object" | "connection" | "storage";

/** A state of something. */
export interface Status {
  readonly of: StatusOf;
  readonly id: string;
  /** How it goes on after "the output gate is", "what was written is". */
  readonly words: string;
  /** Whether a record brings it about, even if the same step undoes it again. */
  readonly begins: (record: RunRecord) => boolean;
  /** It also begins with the last of these. */
  readonly drains?: Drain;
  readonly holds: (state: State, which: string) => boolean;
}

/** Locks or commits of a life that have to go. */
export interface Drain {
  /** Those that there are; null if the life can never again be without. */
  readonly left: (state: State, which: string) => readonly number[] | null;
  readonly field: "lock" | "commit";
  readonly adds: RecordKind;
  readonly removes: RecordKind;
  /** With one of these the life can never again be without. */
  readonly spoils: readonly RecordKind[];
}

const LOCKS: Drain = {
  left: (state, which) =>
    lifeOf(state, which, (life) =>
      life.context !== "live" || isBroken(life, state) ? null : heldLocks(life, state),
    ),
  field: "lock",
  adds: "lock-taken",
  removes: "lock-released",
  spoils: ["gate-breaks", "object-aborts", "object-ends"],
};

const COMMITS: Drain = {
  left: (state, which) =>
    lifeOf(state, which, (life) => {
      const own = commitsOf(life, state);
      return own.some((commit) => commit.state === "failed")
        ? null
        : own.filter(isPending).map(({ id }) => id);
    }),
  field: "commit",
  adds: "write-accepted",
  removes: "commit-durable",
  spoils: ["commit-fails"],
};

/** Every state that can be waited for. */
export const STATUSES: readonly Status[] = [
  ofLife("gate", "locked", "locked", is("lock-taken"), (life, state) => isLocked(life, state)),
  {
    ...ofLife(
      "gate",
      "open",
      "open",
      is("object-starts"),
      (life, state) => life.context === "live" && !isLocked(life, state) && !isBroken(life, state),
    ),
    drains: LOCKS,
  },
  ofLife("gate", "broken", "broken", is("gate-breaks"), isBroken),
  ofLife("object", "living", "living", is("object-starts"), ({ context }) => context === "live"),
  ofLife(
    "object",
    "reset",
    "reset",
    is("object-aborts"),
    ({ context, error }) => context !== "live" && error !== null,
  ),
  ofLife(
    "object",
    "evicted",
    "evicted",
    (record) => record.kind === "object-ends" && record.reason === "evicted",
    ({ context, error }) => context === "dead" && error === null,
  ),
  ofConnection("deferred", "asked for and not out yet", is("connect-called")),
  ofConnection("connecting", "connecting", is("connect-starts")),
  ofConnection("open", "open", is("socket-opens")),
  ofConnection("failed", "refused, or lost before it opened", is("socket-fails")),
  ofConnection("closed", "closed", is("socket-closed")),
  ofLife("storage", "pending", "not durable yet", is("write-accepted"), (life, state) =>
    commitsOf(life, state).some(isPending),
  ),
  {
    ...ofLife(
      "storage",
      "durable",
      "durable, all of it",
      () => false,
      (life, state) => {
        const own = commitsOf(life, state);
        return own.length > 0 && own.every((commit) => commit.state === "durable");
      },
    ),
    drains: COMMITS,
  },
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
  begins: Status["begins"],
  holds: (life: Actor, state: State) => boolean,
): Status {
  const holdsOf: Status["holds"] = (state, which) =>
    lifeOf(state, which, (life) => holds(life, state)) ?? false;
  return { of, id, words, begins, holds: holdsOf };
}

function ofConnection(id: SocketState["stage"], words: string, begins: Status["begins"]): Status {
  const holds: Status["holds"] = (state, which) => state.sockets[Number(which) - 1]?.stage === id;
  return { of: "connection", id, words, begins, holds };
}

function is(kind: RecordKind): Status["begins"] {
  return (record) => record.kind === kind;
}

/** Asks the latest life of an object; null if there has been none. */
function lifeOf<Answer>(state: State, which: string, ask: (life: Actor) => Answer): Answer | null {
  const life = state.actors.findLast(({ object }) => object === which);
  return life === undefined ? null : ask(life);
}

function isLocked(life: Actor, state: State): boolean {
  return !isBroken(life, state) && heldLocks(life, state).length > 0;
}

function heldLocks({ locks }: Actor, state: State): readonly LockId[] {
  return locks.filter((id) => state.locks[id - 1]?.state === "held");
}

function isBroken({ locks }: Actor, state: State): boolean {
  return locks.some((id) => state.locks[id - 1]?.state === "failed");
}

/** Its commits that have writes. */
function commitsOf({ id }: Actor, state: State): readonly Commit[] {
  return state.commits.filter(({ actor, writes }) => actor === id && writes.length > 0);
}

function isPending({ state }: Commit): boolean {
  return state !== "durable" && state !== "failed";
}
