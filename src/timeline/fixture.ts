/*
 * Runs written by hand, for tests only: a builder that numbers records, steps and causes.
 *
 *   const run = new RunBuilder();
 *   run.step(0, "r1");
 *   run.turn("request 1 is delivered", () => run.add({ kind: "log", text: "hi" }, 3));
 *   run.finish();
 */
import type {
  ActorId,
  CommitId,
  LockId,
  RecordIndex,
  RequestId,
  SocketId,
  StepIndex,
  ThingId,
  TurnId,
  WaiterId,
  WriteId,
} from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Output, OutsideEvent, RecordBody, RunRecord, ThingType } from "../model/records.ts";
import type { RunData, RunStep } from "../run/run.ts";

/** Ids without ceremony. */
export const actor = (id: number): ActorId => id as ActorId;
export const commit = (id: number): CommitId => id as CommitId;
export const lock = (id: number): LockId => id as LockId;
export const request = (id: number): RequestId => id as RequestId;
export const socket = (id: number): SocketId => id as SocketId;
export const thing = (id: number): ThingId => id as ThingId;
export const waiter = (id: number): WaiterId => id as WaiterId;
export const write = (id: number): WriteId => id as WriteId;

/** Builds a run record by record. */
export class RunBuilder {
  private readonly records: RunRecord[] = [];
  private readonly steps: RunStep[] = [];
  private at = 0;
  private turns = 0;
  /** The object that acts. */
  actor: number | null = 1;
  /** Writes that the next outputs depend on. */
  writes: readonly number[] = [];
  /** What the next record is caused by: the record before it, unless set. */
  cause: number | null = null;

  constructor() {
    this.pushStep("");
  }

  /** A choice of the environment at a time. */
  step(at: number, key: string): void {
    this.endStep();
    this.at = at;
    this.cause = null;
    this.pushStep(key);
  }

  /** Adds a record and gives its index. */
  add(body: RecordBody, line: number | null = null, writes: readonly number[] = []): number {
    const index = this.records.length;
    const record = {
      ...body,
      index: index as RecordIndex,
      step: (this.steps.length - 1) as StepIndex,
      at: ms(this.at),
      actor: this.actor as ActorId | null,
      cause: this.cause as RecordIndex | null,
      line,
      writes: writes as readonly WriteId[],
    };
    this.records.push(record);
    this.cause = index;
    return index;
  }

  /** A turn of the handler around `inside`. */
  turn(reason: string, inside: () => void): void {
    this.turns += 1;
    const turn = this.turns as TurnId;
    this.add({ kind: "turn-begins", turn, reason });
    inside();
    this.add({ kind: "turn-ends", turn });
  }

  /** A put that begins, or joins, a commit; the first one of a commit takes a lock. */
  put(id: number, key: string, line: number, commitId = id, takesLock = true): void {
    this.add(
      { kind: "write-accepted", write: write(id), op: "put", key, confirmed: true, commit: commit(commitId) },
      line,
      [id],
    );
    if (takesLock) this.add({ kind: "lock-taken", lock: lock(commitId), commit: commit(commitId) }, line);
    this.writes = [...this.writes, id];
  }

  /** An output asks the gate. */
  waits(id: number, output: Output, locks: readonly number[], line: number | null = null): void {
    this.add({ kind: "output-waits", waiter: waiter(id), output, locks: locks.map(lock) }, line, this.writes);
  }

  passes(id: number | null, output: Output, leak: readonly number[] = [], writes = this.writes): void {
    this.add(
      { kind: "output-passes", waiter: id === null ? null : waiter(id), output, leak: leak.map(write) },
      null,
      writes,
    );
  }

  drops(id: number, output: Output): void {
    this.add(
      { kind: "output-dropped", waiter: waiter(id), output, why: "the gate is broken" },
      null,
      this.writes,
    );
  }

  outside(event: OutsideEvent, writes: readonly number[] = []): void {
    this.add({ kind: "outside", event }, null, writes);
  }

  made(
    id: number,
    type: ThingType,
    owner: number | null,
    socketId: number | null,
    name: string = type,
  ): void {
    this.add({
      kind: "made",
      thing: thing(id),
      type,
      name,
      owner: owner === null ? null : thing(owner),
      socket: socketId === null ? null : socket(socketId),
    });
  }

  /** The C++ objects of a socket, numbered from `first`; owned by thing 1. */
  socketThings(first: number, socketId: number): void {
    this.made(first, "Socket", 1, socketId, `Socket ${socketId}`);
    this.made(first + 1, "ConnectionData", 1, socketId);
    this.made(first + 2, "connectionStream", first + 1, socketId);
    this.made(first + 3, "watchForDisconnectTask", first + 1, socketId);
    this.made(first + 4, "tlsStarter", first + 1, socketId);
    this.made(first + 5, "connectFrame", first + 2, socketId, "connect frame (promised interface)");
    this.add({
      kind: "borrows",
      holder: thing(first + 3),
      target: thing(first + 2),
      edge: "D1",
      strong: false,
    });
    this.add({
      kind: "borrows",
      holder: thing(first + 5),
      target: thing(first + 4),
      edge: "D3",
      strong: false,
    });
  }

  finish(end: RunData["end"] = "quiet"): RunData {
    this.endStep();
    return { records: this.records, steps: this.steps, givenSteps: 0, end };
  }

  private pushStep(key: string): void {
    this.steps.push({
      index: this.steps.length as StepIndex,
      choice: null,
      key,
      isDefault: true,
      at: ms(this.at),
      firstRecord: this.records.length as RecordIndex,
      endRecord: this.records.length as RecordIndex,
      enabled: [],
      held: [],
    });
  }

  private endStep(): void {
    const last = this.steps.at(-1);
    if (last === undefined) return;
    this.steps[this.steps.length - 1] = {
      ...last,
      at: ms(this.at),
      endRecord: this.records.length as RecordIndex,
    };
  }
}
