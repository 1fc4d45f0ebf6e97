/*
 * The negative control: wrong variants of an observation, each of which the model should not allow. A variant changes one
 * thing in the order of entries and whatever mirrors it on the wires and in the answers, so that it is a recording that
 * could have been made, only not of this handler under this design.
 *
 *     recorded   request /   fsync      connect    log opened   response 200      wire: accept
 *     swapped    request /   connect    fsync      log opened   response 200      wire: accept
 *     dropped    request /   fsync                 log opened   response 200      wire: (none)
 *     invented   request /   fsync      connect    log opened   log opened (never happened)   response 200
 *
 * Deterministic: every position is tried, none is chosen at random.
 */
import { withEarlySends } from "./cluster-recording.ts";
import type { Entry, Observation, Piece, WireEntry } from "./entries.ts";
import { joinPieces, joinSends, showEntry, toByteText } from "./entries.ts";
import { statusOf } from "./peer.ts";

/** What a variant does to the observation. */
export type MutationType = "swapped" | "dropped" | "invented";

/** A wrong variant. */
export interface Mutation {
  readonly type: MutationType;
  /** What was changed, in the words of the recordings. */
  readonly what: string;
  /** Kinds of the entries concerned, e.g. "connect/commit". */
  readonly kinds: string;
  readonly observation: Observation;
}

const INVENTED = " (never happened)";

/** Everything that an observation says, to tell variants from the original: not where a commit is sent among workerd's own doings. */
export function fingerprint({ entries, wires, answers }: Observation): string {
  return JSON.stringify([withEarlySends(entries), wires, answers.map(statusOf)]);
}

/** The wire of `connection` as the order of its sends and its end in `entries` implies it; accept, FIN or RST and close stay as recorded. */
function wireFrom(
  entries: readonly Entry[],
  recorded: readonly WireEntry[],
  connection: number,
): readonly WireEntry[] {
  const own = entries.filter((entry) => "connection" in entry && entry.connection === connection);
  if (!own.some(({ kind }) => kind === "connect")) return [];
  const wire: WireEntry[] = recorded.filter(({ kind }) => kind === "accept");
  const how = recorded.find(({ kind }) => kind === "fin" || kind === "rst");
  for (const entry of own) {
    const last = wire.at(-1);
    if (entry.kind === "end" && how !== undefined) wire.push(how);
    else if (entry.kind === "send" && last?.kind === "data") {
      wire[wire.length - 1] = { kind: "data", data: joinPieces([...last.data, ...entry.data]) };
    } else if (entry.kind === "send") wire.push({ kind: "data", data: entry.data });
  }
  const closed = recorded.filter(({ kind }) => kind === "close");
  const isEnded = how === undefined || own.some(({ kind }) => kind === "end");
  return isEnded ? [...wire, ...closed] : wire;
}

/** Whether the wire shows what the entries sent: not when the far end never read it or was reset before. */
function isMirrored({ entries, wires }: Observation, connection: number): boolean {
  const recorded = wires[connection - 1] ?? [];
  return showWire(wireFrom(entries, recorded, connection)) === showWire(recorded);
}

const showWire = (wire: readonly WireEntry[]): string => JSON.stringify(wire);

/** The observation with other entries, its wires following where they mirrored the old ones. */
function withEntries(observation: Observation, entries: readonly Entry[]): Observation {
  const connections = Math.max(0, ...entries.map((entry) => ("connection" in entry ? entry.connection : 0)));
  const count = Math.max(connections, observation.wires.length);
  const wires = Array.from({ length: count }, (_, index) => {
    const recorded = observation.wires[index];
    if (recorded === undefined) return wireFrom(entries, observation.wires[0] ?? [], index + 1);
    return isMirrored(observation, index + 1) ? wireFrom(entries, recorded, index + 1) : recorded;
  });
  while (wires.at(-1)?.length === 0) wires.pop();
  return { ...observation, entries: joinSends(entries), wires };
}

function* swaps(observation: Observation): Generator<Mutation> {
  const { entries } = observation;
  for (const [index, first] of entries.entries()) {
    const second = entries[index + 1];
    if (second === undefined || showEntry(first) === showEntry(second)) continue;
    yield {
      type: "swapped",
      what: `"${showEntry(second)}" before "${showEntry(first)}"`,
      kinds: `${first.kind}/${second.kind}`,
      observation: withEntries(observation, entries.with(index, second).with(index + 1, first)),
    };
  }
}

function* drops(observation: Observation): Generator<Mutation> {
  const { entries } = observation;
  for (const [index, entry] of entries.entries()) {
    yield {
      type: "dropped",
      what: `without "${showEntry(entry)}"`,
      kinds: entry.kind,
      observation: withEntries(observation, entries.toSpliced(index, 1)),
    };
  }
}

/** What `entry` would be if it had happened once more; null for what cannot be told from the first. */
function again(entry: Entry, connections: number): Entry | null {
  const data: readonly Piece[] = [{ type: "text", text: toByteText(INVENTED) }];
  switch (entry.kind) {
    case "connect":
      return { kind: "connect", connection: connections + 1 };
    case "send":
      return { kind: "send", connection: entry.connection, data };
    case "log":
      return { kind: "log", text: entry.text + INVENTED };
    case "response":
      return entry;
    default:
      return null;
  }
}

function* inventions(observation: Observation): Generator<Mutation> {
  const { entries } = observation;
  const connections = entries.filter(({ kind }) => kind === "connect").length;
  for (const [index, entry] of entries.entries()) {
    const invented = again(entry, connections);
    if (invented === null) continue;
    yield {
      type: "invented",
      what: `with "${showEntry(invented)}" after "${showEntry(entry)}"`,
      kinds: entry.kind,
      observation: withEntries(observation, entries.toSpliced(index + 1, 0, invented)),
    };
  }
}

/** All wrong variants of an observation. */
export function mutationsOf(observation: Observation): readonly Mutation[] {
  const original = fingerprint(observation);
  return [...swaps(observation), ...drops(observation), ...inventions(observation)].filter(
    (mutation) => fingerprint(mutation.observation) !== original,
  );
}
