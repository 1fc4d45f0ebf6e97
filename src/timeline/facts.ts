/*
 * Facts: the records of a run, indexed by what they are about. Everything that is drawn or said looks things up here.
 * Computed once per run.
 */
import type {
  ActorId,
  CommitId,
  LockId,
  RecordIndex,
  RequestId,
  SocketId,
  ThingId,
  WaiterId,
  WriteId,
} from "../base/ids.ts";
import type { Output, RecordKind, RecordOf, RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";

/** A commit with its writes and its end. */
export interface CommitFacts {
  readonly id: CommitId;
  readonly actor: ActorId | null;
  readonly accepted: readonly RecordOf<"write-accepted">[];
  readonly starts: readonly RecordOf<"commit-starts">[];
  /** What happened on the way: delays, being turned away, being stored in a bucket before the check. */
  readonly marks: readonly RecordOf<"commit-delayed" | "commit-busy" | "commit-stored">[];
  readonly end: RecordOf<"commit-durable"> | RecordOf<"commit-fails"> | null;
}

/** A lock with the commit that took it and its end. */
export interface LockFacts {
  readonly id: LockId;
  readonly actor: ActorId | null;
  readonly commit: CommitId;
  readonly taken: RecordOf<"lock-taken">;
  readonly end: RecordOf<"lock-released"> | RecordOf<"gate-breaks"> | null;
}

/** An output that asked the gate, or crossed without asking. */
export interface OutputFacts {
  readonly output: Output;
  readonly waits: RecordOf<"output-waits"> | null;
  /** It crosses, is struck out at the gate, or goes with its stream (bytes-dropped) or its object. */
  readonly end: RecordOf<"output-passes" | "output-dropped" | "bytes-dropped" | "object-aborts"> | null;
}

/** One life of an object. */
export interface LifeFacts {
  readonly actor: ActorId;
  readonly name: string;
  readonly life: number;
  readonly starts: RecordOf<"object-starts"> | null;
  /** The first of its abort and its end. */
  readonly ends: RecordOf<"object-aborts"> | RecordOf<"object-ends"> | null;
}

/** An index over the records of a run. */
export interface Facts {
  readonly writes: ReadonlyMap<WriteId, RecordOf<"write-accepted">>;
  readonly commits: ReadonlyMap<CommitId, CommitFacts>;
  readonly locks: ReadonlyMap<LockId, LockFacts>;
  /** In the order in which they asked or crossed. */
  readonly outputs: readonly OutputFacts[];
  readonly sockets: ReadonlyMap<SocketId, RecordOf<"connect-called">>;
  /** By the Socket that startTls() gave. */
  readonly secured: ReadonlyMap<SocketId, RecordOf<"start-tls">>;
  readonly requests: ReadonlyMap<RequestId, string>;
  readonly lives: readonly LifeFacts[];
  readonly things: ReadonlyMap<ThingId, RecordOf<"made">>;
  /** Names of the objects, in the order of their first life. */
  readonly objects: readonly string[];
}

const cache = new WeakMap<RunData, Facts>();

/** The facts of a run. */
export function factsOf(run: RunData): Facts {
  let facts = cache.get(run);
  if (facts === undefined) {
    facts = gather(run);
    cache.set(run, facts);
  }
  return facts;
}

const byKind = new WeakMap<RunData, ReadonlyMap<RecordKind, readonly RunRecord[]>>();

/** The records of one kind, in order. */
export function recordsOf<K extends RecordKind>(run: RunData, kind: K): readonly RecordOf<K>[] {
  let kinds = byKind.get(run);
  if (kinds === undefined) {
    kinds = grouped(run.records);
    byKind.set(run, kinds);
  }
  return (kinds.get(kind) ?? []) as readonly RecordOf<K>[];
}

function grouped(records: readonly RunRecord[]): ReadonlyMap<RecordKind, readonly RunRecord[]> {
  const kinds = new Map<RecordKind, RunRecord[]>();
  for (const record of records) {
    const some = kinds.get(record.kind);
    if (some === undefined) kinds.set(record.kind, [record]);
    else some.push(record);
  }
  return kinds;
}

/** The record at an index, or null. */
export function recordAt(run: RunData, index: number | null): RunRecord | null {
  return index === null ? null : (run.records[index] ?? null);
}

/** When the write became durable: the record of its commit, or null when it never did in this run. */
export function durableRecordOf(facts: Facts, write: WriteId): RecordOf<"commit-durable"> | null {
  const end = commitOfWrite(facts, write)?.end ?? null;
  return end?.kind === "commit-durable" ? end : null;
}

/** The commit that a write is in. */
export function commitOfWrite(facts: Facts, write: WriteId): CommitFacts | null {
  const accepted = facts.writes.get(write);
  return accepted === undefined ? null : (facts.commits.get(accepted.commit) ?? null);
}

/** Whether the write was durable at the instant of the record `at`. */
export function isDurableAt(facts: Facts, write: WriteId, at: RecordIndex): boolean {
  const durable = durableRecordOf(facts, write);
  return durable !== null && durable.index <= at;
}

/** A record and its causes, newest first. Causes always lie earlier, so the chain ends. */
export function chainOf(run: RunData, record: RunRecord): readonly RunRecord[] {
  const chain: RunRecord[] = [];
  let current: RunRecord | null = record;
  while (current !== null) {
    chain.push(current);
    current = current.cause !== null && current.cause < current.index ? recordAt(run, current.cause) : null;
  }
  return chain;
}

/** The writes that a record depends on: its own, or for what the outside observes those of the output behind it. */
export function writesBehind(run: RunData, record: RunRecord): readonly WriteId[] {
  if (record.writes.length > 0 || record.kind !== "outside") return record.writes;
  return chainOf(run, record).find((one) => one.kind === "output-passes")?.writes ?? [];
}

/** The name of the object that a record is about; the first object's for records about none. */
export function objectOf(facts: Facts, actor: ActorId | null): string {
  const life = facts.lives.find((one) => one.actor === actor);
  return life?.name ?? facts.objects[0] ?? "object";
}

function gather(run: RunData): Facts {
  const writes = new Map(recordsOf(run, "write-accepted").map((record) => [record.write, record]));
  const outputs = gatherOutputs(run);
  const lives = gatherLives(run);
  return {
    writes,
    commits: gatherCommits(run, [...writes.values()]),
    locks: gatherLocks(run),
    outputs,
    secured: new Map(recordsOf(run, "start-tls").map((record) => [record.secure, record])),
    sockets: new Map(recordsOf(run, "connect-called").map((record) => [record.socket, record])),
    requests: gatherRequests(run),
    lives,
    things: new Map(recordsOf(run, "made").map((record) => [record.thing, record])),
    objects: [...new Set(lives.map((life) => life.name))],
  };
}

function gatherCommits(
  run: RunData,
  writes: readonly RecordOf<"write-accepted">[],
): ReadonlyMap<CommitId, CommitFacts> {
  const starts = recordsOf(run, "commit-starts");
  const marks = [
    ...recordsOf(run, "commit-delayed"),
    ...recordsOf(run, "commit-busy"),
    ...recordsOf(run, "commit-stored"),
  ];
  const ends = [...recordsOf(run, "commit-durable"), ...recordsOf(run, "commit-fails")];
  const ids = new Set<CommitId>([...writes, ...starts, ...ends].map((record) => record.commit));
  return new Map(
    [...ids].map((id) => {
      const accepted = writes.filter((record) => record.commit === id);
      const own = starts.filter((record) => record.commit === id);
      return [
        id,
        {
          id,
          actor: accepted[0]?.actor ?? own[0]?.actor ?? null,
          accepted,
          starts: own,
          marks: marks.filter((record) => record.commit === id),
          end: ends.find((record) => record.commit === id) ?? null,
        },
      ];
    }),
  );
}

function gatherLocks(run: RunData): ReadonlyMap<LockId, LockFacts> {
  const ends = [...recordsOf(run, "lock-released"), ...recordsOf(run, "gate-breaks")];
  return new Map(
    recordsOf(run, "lock-taken").map((taken) => [
      taken.lock,
      {
        id: taken.lock,
        actor: taken.actor,
        commit: taken.commit,
        taken,
        end: ends.find((record) => record.lock === taken.lock) ?? null,
      },
    ]),
  );
}

function gatherOutputs(run: RunData): readonly OutputFacts[] {
  const outputs: {
    readonly output: Output;
    waits: OutputFacts["waits"];
    end: OutputFacts["end"];
  }[] = [];
  const waiting = new Map<WaiterId, (typeof outputs)[number]>();
  for (const record of run.records) {
    if (record.kind === "output-waits") {
      // A stream may ask the gate once more for what its queue has let through: it is still the same output.
      const earlier = outputs.find((one) => one.end === null && isSameWait(one.output, record.output));
      const output = earlier ?? { output: record.output, waits: record, end: null };
      if (earlier === undefined) outputs.push(output);
      else if (record.locks.length > 0) output.waits = record;
      waiting.set(record.waiter, output);
    } else if (record.kind === "output-passes" || record.kind === "output-dropped") {
      const output = record.waiter === null ? undefined : waiting.get(record.waiter);
      if (output === undefined || output.end !== null)
        outputs.push({ output: record.output, waits: null, end: record });
      else output.end = record;
    } else if (record.kind === "bytes-dropped") {
      const output = outputs.find((one) => one.end === null && isWriteOf(one.output, record));
      if (output !== undefined) output.end = record;
    }
  }
  const aborts = recordsOf(run, "object-aborts");
  for (const output of outputs)
    output.end ??=
      aborts.find((record) => record.actor === output.waits?.actor && record.index > output.waits.index) ??
      null;
  return outputs;
}

function isSameWait(left: Output, right: Output): boolean {
  if (left.type === "write")
    return right.type === "write" && left.socket === right.socket && left.write === right.write;
  return left.type === "fin" && right.type === "fin" && left.socket === right.socket;
}

function isWriteOf(output: Output, { socket, write }: RecordOf<"bytes-dropped">): boolean {
  return output.type === "write" && output.socket === socket && output.write === write;
}

function gatherLives(run: RunData): readonly LifeFacts[] {
  const lives: { -readonly [K in keyof LifeFacts]: LifeFacts[K] }[] = [];
  for (const record of run.records) {
    if (record.actor === null) continue;
    let life = lives.find((one) => one.actor === record.actor);
    if (life === undefined) {
      life = { actor: record.actor, name: "object", life: 1, starts: null, ends: null };
      lives.push(life);
    }
    if (record.kind === "object-starts") {
      life.name = record.name;
      life.life = record.life;
      life.starts = record;
    } else if (record.kind === "object-aborts" || record.kind === "object-ends") {
      life.ends ??= record;
      if (record.kind === "object-ends") life.name = record.name;
    }
  }
  return lives;
}

function gatherRequests(run: RunData): ReadonlyMap<RequestId, string> {
  const requests = new Map<RequestId, string>();
  for (const record of run.records) {
    if (record.kind === "request-delivered") requests.set(record.request, record.path);
    else if (record.kind === "outside" && record.event.type === "request") {
      requests.set(record.event.request, record.event.path);
    }
  }
  return requests;
}
