/*
 * The states that gates, objects, connections and storage can be in, as the timeline shows them: read off the model's state.
 * A record that brings a state about says so even where the same step undoes it again.
 */
import { mustGet } from "../base/assert.ts";
import { heldLocks, isBroken } from "../model/gate.ts";
import type { RecordKind, RunRecord } from "../model/records.ts";
import type { Actor, Commit, SocketState, State } from "../model/state.ts";
import { isUnsettled } from "../model/storage.ts";

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
      life.context !== "live" || isBroken(state, life) ? null : heldLocks(state, life),
    ),
  field: "lock",
  adds: "lock-taken",
  removes: "lock-released",
  spoils: ["gate-breaks", "object-aborts", "object-ends"],
};

const COMMITS: Drain = {
  left: (state, which) =>
    lifeOf(state, which, (life) => {
      const own = commitsOf(state, life);
      return own.some((commit) => commit.state === "failed")
        ? null
        : own.filter(isUnsettled).map(({ id }) => id);
    }),
  field: "commit",
  adds: "write-accepted",
  removes: "commit-durable",
  spoils: ["commit-fails"],
};

/** Every state that can be waited for. */
export const STATUSES: readonly Status[] = [
  ofLife("gate", "locked", "locked", is("lock-taken"), isLocked),
  {
    ...ofLife(
      "gate",
      "open",
      "open",
      is("object-starts"),
      (state, life) => life.context === "live" && !isLocked(state, life) && !isBroken(state, life),
    ),
    drains: LOCKS,
  },
  ofLife("gate", "broken", "broken", is("gate-breaks"), isBroken),
  ofLife("object", "living", "living", is("object-starts"), (_, { context }) => context === "live"),
  ofLife(
    "object",
    "reset",
    "reset",
    is("object-aborts"),
    (_, { context, error }) => context !== "live" && error !== null,
  ),
  ofLife(
    "object",
    "evicted",
    "evicted",
    (record) => record.kind === "object-ends" && record.reason === "evicted",
    (_, { context, error }) => context === "dead" && error === null,
  ),
  ofConnection("deferred", "asked for and not out yet", is("connect-called")),
  ofConnection("connecting", "connecting", is("connect-starts")),
  ofConnection("open", "open", is("socket-opens")),
  ofConnection("failed", "refused, or lost before it opened", is("socket-fails")),
  ofConnection("closed", "closed", is("socket-closed")),
  ofLife("storage", "pending", "not durable yet", is("write-accepted"), (state, life) =>
    commitsOf(state, life).some(isUnsettled),
  ),
  {
    ...ofLife(
      "storage",
      "durable",
      "durable, all of it",
      () => false,
      (state, life) => {
        const own = commitsOf(state, life);
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
  holds: (state: State, life: Actor) => boolean,
): Status {
  const holdsOf: Status["holds"] = (state, which) =>
    lifeOf(state, which, (life) => holds(state, life)) ?? false;
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

function isLocked(state: State, life: Actor): boolean {
  return !isBroken(state, life) && heldLocks(state, life).length > 0;
}

/** Its commits that have writes. */
function commitsOf(state: State, { id }: Actor): readonly Commit[] {
  return state.commits.filter(({ actor, writes }) => actor === id && writes.length > 0);
}
