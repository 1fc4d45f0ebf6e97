/*
 * A step at work: a draft of the next state, the records made so far, and KJ's run queue (MODEL 1.1). The only mutable
 * thing in the model; it lives within one `step()`.
 */
import { assert, mustGet } from "../base/assert.ts";
import { copyWith, entryAt, setEntry } from "../base/copy.ts";
import type {
  ActorId,
  CallId,
  CommitId,
  LockId,
  RecordIndex,
  RequestId,
  SocketId,
  ThingId,
  WaiterId,
  WriteId,
} from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Host, Machine } from "../handler/host.ts";
import {
  copyActor,
  copyCall,
  copyCommit,
  copyLock,
  copyObject,
  copyPeer,
  copyRequest,
  copySocket,
  copyState,
  copyWaiter,
  copyWebSocket,
} from "./copies.ts";
import type { Design } from "./designs/design.ts";
import { designOf } from "./designs/index.ts";
import { isWatched, judgeRecord, remember } from "./properties/index.ts";
import type { RecordBody, RunRecord } from "./records.ts";
import type { World } from "./setup.ts";
import type {
  Actor,
  CallState,
  Cause,
  Commit,
  DurableObject,
  Lock,
  RequestState,
  SocketState,
  State,
  Task,
  Thing,
  Waiter,
  WebSocketState,
} from "./state.ts";
import { later } from "./timer-order.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a record may say besides its body; the rest is taken from what is being done. */
export interface Extra {
  readonly actor?: ActorId | null;
  readonly cause?: Cause;
  readonly writes?: readonly WriteId[];
}

/** A step's draft. */
export class Draft {
  readonly s: Mutable<State>;
  readonly records: RunRecord[] = [];
  readonly design: Design;
  readonly world: World;
  /** The record that what happens now is caused by. */
  cause: Cause = null;
  /** The object that acts now, and its machine while JavaScript runs. */
  actorId: ActorId | null = null;
  machine: Machine | null = null;
  /** The objects that have run JavaScript in this step. */
  readonly entered = new Set<ActorId>();
  /** The critical section that is current for what runs now; 0 outside of all. */
  section = 0;
  /** Where the next depth-first task goes (K1): behind its elder siblings, before everything else. */
  private siblings = 0;
  /** The platform as an object's handler sees it. */
  readonly hostOf: (d: Draft, actor: ActorId) => Host;

  constructor(state: State, hostOf: (d: Draft, actor: ActorId) => Host) {
    this.s = copyWith(state, {}, copyState);
    this.hostOf = hostOf;
    this.design = designOf(state.setup.design);
    this.world = state.setup.world;
  }

  /** Adds a record and returns its index; checks the properties that it may decide. */
  emit(body: RecordBody, extra: Extra = {}): RecordIndex {
    const index = this.s.recordCount as RecordIndex;
    this.s.recordCount++;
    const head = {
      index,
      step: this.s.step,
      at: this.s.now,
      actor: extra.actor !== undefined ? extra.actor : this.actorId,
      cause: extra.cause !== undefined ? extra.cause : this.cause,
      line: this.machine?.line ?? null,
      writes: extra.writes ?? [],
    };
    // Faster than a spread, as bodies have many shapes.
    const record: RunRecord = Object.assign(head, body);
    this.records.push(record);
    if (isWatched(body.kind)) {
      for (const violation of judgeRecord(this.s, record)) {
        this.emit(
          { kind: "violation", ...violation },
          { actor: record.actor, cause: index, writes: record.writes },
        );
      }
      const { leaked, seen } = remember(this.s, record);
      if (leaked !== null) this.s.leaked = leaked;
      if (seen !== null) this.s.seen = seen;
    }
    return index;
  }

  /** Takes back the records of the last turn when nothing happened in it: a constructor that only constructs. */
  forgetEmptyTurn(): void {
    const [begin, end] = this.records.slice(-2);
    if (begin?.kind !== "turn-begins" || end?.kind !== "turn-ends") return;
    this.records.length -= 2;
    this.s.recordCount -= 2;
    this.s.turnCount--;
    this.cause = begin.cause;
  }

  // ---- the run queue

  /** Runs before everything older in the queue, after its elder siblings (K1). */
  armDepthFirst(task: Task): void {
    this.s.runq = this.s.runq.toSpliced(this.siblings, 0, task);
    this.siblings++;
  }

  /** Runs after everything that is in the queue now (K2); `turns` > 1 goes round again that often. */
  armBreadthFirst(task: Task, turns = 1): void {
    if (turns < 1) this.armDepthFirst(task);
    else this.s.runq = [...this.s.runq, turns > 1 ? { type: "later", turns: turns - 1, task } : task];
  }

  /** Takes the front task, or null when the queue is empty. */
  takeTask(): Task | null {
    const [front, ...rest] = this.s.runq;
    if (front === undefined) return null;
    this.s.runq = rest;
    this.siblings = 0;
    return front;
  }

  /** Takes a task out of the middle of the queue (relaxed scheduling). */
  takeTaskAt(position: number): Task {
    const task = mustGet(this.s.runq[position], `task ${position}`);
    this.s.runq = this.s.runq.toSpliced(position, 1);
    this.siblings = 0;
    return task;
  }

  // ---- reading

  actor(id: ActorId): Actor {
    return mustGet(entryAt(this.s, "actors", id - 1), `actor ${id}`);
  }
  socket(id: SocketId): SocketState {
    return mustGet(entryAt(this.s, "sockets", id - 1), `socket ${id}`);
  }
  webSocket(id: SocketId): WebSocketState {
    return mustGet(
      this.s.webSockets.find(({ socket }) => socket === id),
      `WebSocket ${id}`,
    );
  }
  call(id: CallId): CallState {
    return mustGet(entryAt(this.s, "calls", id - 1), `call ${id}`);
  }
  commit(id: CommitId): Commit {
    return mustGet(entryAt(this.s, "commits", id - 1), `commit ${id}`);
  }
  lock(id: LockId): Lock {
    return mustGet(entryAt(this.s, "locks", id - 1), `lock ${id}`);
  }
  waiter(id: WaiterId): Waiter {
    return mustGet(entryAt(this.s, "waiters", id - 1), `waiter ${id}`);
  }
  request(id: RequestId): RequestState {
    return mustGet(entryAt(this.s, "requests", id - 1), `request ${id}`);
  }
  thing(id: ThingId): Thing {
    return mustGet(this.s.things[id - 1], `thing ${id}`);
  }
  object(name: string): DurableObject {
    return mustGet(
      this.s.objects.find((object) => object.name === name),
      `object ${name}`,
    );
  }
  /** The machine of the turn that runs now. */
  js(): Machine {
    assert(this.machine !== null, "JavaScript must be running: this may only be called within a turn");
    return this.machine;
  }

  // ---- changing

  patchActor(id: ActorId, patch: Partial<Actor>): void {
    setEntry(this.s, "actors", id - 1, copyWith(this.actor(id), patch, copyActor));
  }
  patchSocket(id: SocketId, patch: Partial<SocketState>): void {
    setEntry(this.s, "sockets", id - 1, copyWith(this.socket(id), patch, copySocket));
  }
  patchPeer(id: SocketId, patch: Partial<SocketState["peer"]>): void {
    this.patchSocket(id, { peer: copyWith(this.socket(id).peer, patch, copyPeer) });
  }
  patchWebSocket(id: SocketId, patch: Partial<WebSocketState>): void {
    this.s.webSockets = this.s.webSockets.map((entry) =>
      entry.socket === id ? copyWith(entry, patch, copyWebSocket) : entry,
    );
  }
  patchCall(id: CallId, patch: Partial<CallState>): void {
    setEntry(this.s, "calls", id - 1, copyWith(this.call(id), patch, copyCall));
  }
  patchCommit(id: CommitId, patch: Partial<Commit>): void {
    setEntry(this.s, "commits", id - 1, copyWith(this.commit(id), patch, copyCommit));
  }
  patchLock(id: LockId, patch: Partial<Lock>): void {
    setEntry(this.s, "locks", id - 1, copyWith(this.lock(id), patch, copyLock));
  }
  patchWaiter(id: WaiterId, patch: Partial<Waiter>): void {
    setEntry(this.s, "waiters", id - 1, copyWith(this.waiter(id), patch, copyWaiter));
  }
  patchRequest(id: RequestId, patch: Partial<RequestState>): void {
    setEntry(this.s, "requests", id - 1, copyWith(this.request(id), patch, copyRequest));
  }
  patchObject(name: string, patch: Partial<DurableObject>): void {
    this.s.objects = this.s.objects.map((object) =>
      object.name === name ? copyWith(object, patch, copyObject) : object,
    );
  }
  /** Moves the clock to `dueAt`, never back. */
  advanceTo(dueAt: number | null): void {
    if (dueAt !== null && dueAt > this.s.now) this.s.now = ms(dueAt);
  }
  /** Lets so many ms pass within a turn. */
  passTime(byMs: number): void {
    this.s.now = ms(this.s.now + byMs);
    this.s.timerBounds = later(this.s.timerBounds, byMs);
  }
}
