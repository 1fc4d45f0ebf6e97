/*
 * The state of the model: plain immutable data. A step replaces what it changes and shares the rest.
 *
 * Fields whose name ends in `Ref` are addresses on an object's JavaScript heap. Fields named `cause` are record indexes.
 * Neither is part of what `encode` compares: heaps are compared by what is reachable from them, causes not at all.
 *
 * Long because it is a list of types, each of which names others: cut up, it would be imports in a circle.
 */
import type {
  ActorId,
  CallId,
  CommitId,
  LockId,
  Ms,
  RecordIndex,
  RequestId,
  SocketId,
  StepIndex,
  ThingId,
  TimerId,
  WaiterId,
  WriteId,
} from "../base/ids.ts";
import type { BodyForm, Header, MachineState } from "../handler/host.ts";
import type { EdgeId } from "./lifetimes/edges.ts";
import type { Watch } from "./properties/watch.ts";
import type { ConnectionUse, FrameType, Output, ThingType } from "./records.ts";
import type { Setup } from "./setup.ts";
import type { SqlRows } from "./sql.ts";
import type { TimerBounds } from "./timer-order.ts";

/** A record index or none. */
export type Cause = RecordIndex | null;

/** What runs JavaScript of an object when its input gate lets it (MODEL 8.2, JS layer). */
export type Entry =
  | { readonly type: "fetch"; readonly request: RequestId }
  | {
      readonly type: "timer";
      readonly timer: TimerId;
      /** What setTimeout() was given, or 0. */
      readonly callbackRef: number;
      /** The array of what the function gets, or 0 for nothing. */
      readonly argsRef: number;
      /** What scheduler.wait() gave, or 0. */
      readonly promiseRef: number;
    }
  | { readonly type: "opened"; readonly socket: SocketId }
  | { readonly type: "connect-failed"; readonly socket: SocketId; readonly error: string }
  | { readonly type: "tls-started"; readonly socket: SocketId }
  | { readonly type: "tls-failed"; readonly socket: SocketId }
  /** The gate has let the write, FIN or flush through; it may be dispatched once it is at the front. */
  | { readonly type: "event-ready"; readonly socket: SocketId; readonly event: number }
  | { readonly type: "event-done"; readonly socket: SocketId; readonly event: number }
  | {
      readonly type: "write-failed";
      readonly socket: SocketId;
      readonly event: number;
      readonly error: string;
    }
  | { readonly type: "read"; readonly socket: SocketId; readonly text: string | null }
  | { readonly type: "read-failed"; readonly socket: SocketId; readonly error: string }
  | { readonly type: "disconnected"; readonly socket: SocketId }
  | { readonly type: "pipe-ended"; readonly socket: SocketId }
  | { readonly type: "storage-read"; readonly read: number }
  | { readonly type: "sync-done"; readonly sync: number }
  /** A delete() learns how many keys there were; it holds the input gate until then (AC9). */
  | { readonly type: "delete-done"; readonly sync: number }
  | { readonly type: "respond"; readonly request: RequestId }
  /** The gate has let a call through: fetch() connects, or the other object is called (2.4 row 1). */
  | { readonly type: "call-passes"; readonly call: CallId }
  | { readonly type: "send-request-body"; readonly call: CallId }
  | { readonly type: "call-answered"; readonly call: CallId }
  | { readonly type: "call-fails"; readonly call: CallId }
  | { readonly type: "body-read"; readonly call: CallId }
  | { readonly type: "web-socket-event"; readonly socket: SocketId; readonly event: WebSocketEvent }
  /** The function given to blockConcurrencyWhile() begins / has ended. */
  | {
      readonly type: "section";
      readonly section: number;
      readonly functionRef: number;
      readonly promiseRef: number;
      /** It is a transaction(). */
      readonly transaction: boolean;
    }
  | { readonly type: "section-done"; readonly section: number }
  /** A pipe from a stream of the handler's own may begin. */
  | { readonly type: "pipe-begins"; readonly socket: SocketId; readonly promiseRef: number }
  /** What a loop in JavaScript gave to a sink is sent. */
  | { readonly type: "taken"; readonly what: string; readonly promiseRef: number }
  /** A pipe between two sockets has come to its end. */
  | { readonly type: "pump-done"; readonly socket: SocketId; readonly from: SocketId }
  /** What a pipe had at the sink is lost with the connection that could not be made. */
  | { readonly type: "pipe-failed"; readonly socket: SocketId; readonly error: string }
  /** The gate has let a write into a transform stream of the platform's through. */
  | { readonly type: "transform-goes-on"; readonly promiseRef: number };

/** An event on the KJ run queue. */
export type Task =
  /** Requests of one turn arrive at their objects. */
  | { readonly type: "deliver"; readonly request: RequestId; readonly cause: Cause }
  | {
      readonly type: "js";
      readonly actor: ActorId;
      readonly entry: Entry;
      readonly section: number;
      readonly cause: Cause;
    }
  | { readonly type: "commit"; readonly commit: CommitId; readonly cause: Cause }
  /** The alarm manager is told of a durable commit that moved the alarm. */
  | { readonly type: "tell-alarm"; readonly commit: CommitId; readonly cause: Cause }
  | { readonly type: "connect-start"; readonly socket: SocketId; readonly cause: Cause }
  | { readonly type: "dispatch"; readonly socket: SocketId; readonly cause: Cause }
  | { readonly type: "pump"; readonly socket: SocketId; readonly cause: Cause }
  /** The end of what the object sends reaches the connection. */
  | { readonly type: "shutdown"; readonly socket: SocketId; readonly cause: Cause }
  /** The gate has let a call of a method through, below JavaScript (2.4, row 8). */
  | { readonly type: "call-passes"; readonly call: CallId; readonly cause: Cause }
  | { readonly type: "read-body"; readonly call: CallId; readonly cause: Cause }
  | { readonly type: "send-chunks"; readonly call: CallId; readonly cause: Cause }
  /** The first of what a WebSocket has to send leaves if the gate lets it (2.4, rows 11 and 12). */
  | { readonly type: "pump-messages"; readonly socket: SocketId; readonly cause: Cause }
  /** The promised stream has become the pipe to the service. */
  | { readonly type: "stream-there"; readonly socket: SocketId; readonly cause: Cause }
  /** IoContext::abort and what it wakes (MODEL 2.3). */
  | { readonly type: "abort"; readonly actor: ActorId; readonly error: BreakError; readonly cause: Cause }
  /** An exception that escaped the handler leaves as a response, below JavaScript (2.4, row 4). */
  | { readonly type: "send-response"; readonly request: RequestId; readonly cause: Cause }
  | { readonly type: "fail-request"; readonly request: RequestId; readonly cause: Cause }
  | { readonly type: "settle-waiters"; readonly actor: ActorId; readonly cause: Cause }
  /** What stands in the deletion queue is destroyed without the context being entered. */
  | { readonly type: "drain-deletions"; readonly actor: ActorId; readonly cause: Cause }
  | { readonly type: "destroy"; readonly actor: ActorId; readonly cause: Cause }
  | { readonly type: "input-next"; readonly actor: ActorId; readonly cause: Cause }
  /** The watch task sees the end of the pipe to a service that has failed (SK1, 4.8). */
  | { readonly type: "watch-report"; readonly socket: SocketId; readonly cause: Cause }
  /** What goes on after a wait at the gate, where relaxed scheduling has to know which (K4). */
  | { readonly type: "released"; readonly waiter: WaiterId; readonly task: Task }
  /** `turns` breadth-first turns before the task. */
  | { readonly type: "later"; readonly turns: number; readonly task: Task };

/** One lock of an object's output gate; `actor.locks` holds their order (G1). */
export interface Lock {
  readonly id: LockId;
  readonly commit: CommitId;
  readonly state: "held" | "ok" | "failed";
  readonly error: BreakError | null;
  readonly takenAt: Ms;
  /** The lockWhile() coroutine that holds it. */
  readonly thing: ThingId;
}

/** Why an object is reset, or what else its callers see, with the flags on the error (MODEL 2.3). `name` is "Error" if absent. */
export interface BreakError {
  readonly name?: string;
  readonly message: string;
  readonly flags: Readonly<
    Partial<Record<"remote" | "retryable" | "durableObjectReset" | "overloaded", true>>
  >;
}

/** A wait at the gate: for the first `upto` locks of its object (G5). */
export interface Waiter {
  readonly id: WaiterId;
  readonly actor: ActorId;
  readonly upto: number;
  readonly layer: "kj" | "js";
  readonly output: Output;
  /** What it wakes. */
  readonly task: Task;
  readonly state: "waiting" | "passed" | "dropped";
}

/** One write of a commit. `data` undefined deletes the key. That of deleteAll() has no key (stored-values.ts). */
export interface CommitWrite {
  readonly write: WriteId;
  readonly key: string;
  readonly op: string;
  readonly data: unknown;
  readonly confirmed: boolean;
}

/** A batch of coalesced writes (MODEL 3.4). */
export interface Commit {
  readonly id: CommitId;
  readonly actor: ActorId;
  readonly writes: readonly CommitWrite[];
  /** What was taken out of it, by deleteAll() or with a transactionSync() that has thrown: it is never sent. */
  readonly takenBack: readonly WriteId[];
  /** Of a transaction(): it takes no lock before it commits, and nothing schedules it until then (ST6, SQ6). */
  readonly explicit: boolean;
  /** The critical section whose transaction() waits for it (blocking commits), or 0. */
  readonly section: number;
  readonly lock: LockId | null;
  /**
   * `busy`: waits before the next attempt. `checking`, `check-busy`: stored in the bucket, and the check is out, or waits
   * before its next attempt.
   */
  readonly state: "open" | "flushing" | "busy" | "checking" | "check-busy" | "durable" | "failed";
  /** From 1, in the order in which commits go out; 0 before. Of the latest check, over all objects; 0 before. */
  readonly number: number;
  readonly check: number;
  /** How often it has been sent, and how often its check. */
  readonly attempt: number;
  readonly checkAttempt: number;
  /** How many of its writes SQLite has committed locally; they go out even if JavaScript ends (SQ2). */
  readonly localWrites: number;
  /** A rollback has taken writes out of it: with SQLite on a local disk it is a commit even if nothing is left (seen in recordings). */
  readonly isTouched: boolean;
  /** The storage has confirmed that it is stored; only its check can still fail. */
  readonly stored: boolean;
  /** What a dying object has sent once more (bucket.ts). */
  readonly lastCopy: {
    readonly attempt: number;
    /** How often the last copy itself has been sent. */
    readonly tries: number;
    readonly state: "out" | "busy" | "answered";
    readonly dueAt: Ms | null;
    readonly cause: Cause;
  } | null;
  /** When the answer, or the next attempt, is due; null when there will be no answer. */
  readonly dueAt: Ms | null;
  readonly sentAt: Ms;
  readonly delays: number;
  /** It waits for the alarm manager: before it goes out, or before its lock is released (SQ4). */
  readonly asksAlarmManager: boolean;
  readonly cause: Cause;
}

/** An open transaction(): `commit` takes its writes, null until there is one. */
export interface Transaction {
  readonly section: number;
  readonly commit: CommitId | null;
}

/** A critical section: what blockConcurrencyWhile() runs. Events that were asked for outside of it wait until it ends. */
export interface Section {
  readonly id: number;
  readonly promiseRef: number;
  /** What its function gave, once it has settled and a commit has to be awaited; else 0. */
  readonly resultRef: number;
  /** When its function has taken too long. */
  readonly dueAt: Ms;
}

/** One life of a Durable Object: its IoContext, gates, storage view and JavaScript heap. */
export interface Actor {
  readonly id: ActorId;
  readonly object: string;
  readonly life: number;
  readonly context: "live" | "aborted" | "dead";
  readonly error: BreakError | null;
  readonly locks: readonly LockId[];
  readonly machine: MachineState;
  readonly instanceRef: number;
  /** Confirmed writes so far: dep() of whatever it does next. */
  readonly confirmed: readonly WriteId[];
  /** The commit that takes the next write, if one is open. */
  readonly openCommit: CommitId | null;
  /** Storage as memory has it, without what an open transaction() has written. */
  readonly view: Readonly<Record<string, unknown>>;
  /** What waits at its output gate, in the order in which it began to. */
  readonly waiting: readonly WaiterId[];
  /** The transaction() that is open. */
  readonly transaction: Transaction | null;
  /** The alarm's time as this life has told the alarm manager, null for none. */
  readonly toldAlarm: number | null;
  /** alarm() runs and has set no other alarm: its success deletes the one it runs for. */
  readonly endDeletesAlarm: boolean;
  /** ctx.abort() ended it, or its constructor has thrown: its JavaScript is over, and its reset is under way. */
  readonly endedByHandler: boolean;
  /** Keys whose value is known without I/O (backend "cache"). */
  readonly known: readonly string[] | "all";
  /** Why the input gate is locked, and what waits for it. */
  readonly inputLock: string | null;
  readonly inputQueue: readonly { readonly entry: Entry; readonly section: number; readonly cause: Cause }[];
  /** Critical sections that are running, the innermost last. */
  readonly sections: readonly Section[];
  readonly thing: ThingId;
  readonly gateThing: ThingId;
  readonly storageThing: ThingId;
  /** ConnectionData of sockets that nobody owns any more, until the context is entered again (MODEL 5.4). */
  readonly deleteQueue: readonly Deletion[];
}

/** What the platform's alarm manager knows of an object. It outlives the object's lives. */
export interface Alarm {
  /** The time that setAlarm() was given. */
  readonly at: number;
  /** When alarm() is called: at that time, or later for a retry. */
  readonly dueAt: Ms;
  readonly retries: number;
  readonly running: boolean;
  /** Set while it runs. */
  readonly next: number | null;
}

/** What a name of an object stands for across its lives. */
export interface DurableObject {
  readonly name: string;
  readonly actor: ActorId | null;
  readonly lives: number;
  readonly disk: Readonly<Record<string, unknown>>;
  /** deleteAll() has made its database file anew, and nothing has been committed to it (delete-all.ts). */
  readonly hasNewFile: boolean;
  readonly alarm: Alarm | null;
}

export interface RequestState {
  readonly id: RequestId;
  /** A call of alarm() by the alarm manager, which is nobody's request but goes the same way. */
  readonly isAlarm: boolean;
  /** The call of another object that it comes from, null from a client. */
  readonly call: CallId | null;
  /** What the caller gets instead of an answer. */
  readonly error: BreakError | null;
  readonly path: string;
  readonly object: string;
  /** Requests of one group go out together, groups one after another; except one with a time of its own. */
  readonly group: number;
  readonly atMs: Ms | null;
  /** When its client gives up; null: it waits. */
  readonly leavesAt: Ms | null;
  /** `streaming`: the headers of the response have left and its body follows. */
  readonly state: "planned" | "running" | "returned" | "streaming" | "sent" | "answered";
  readonly actor: ActorId | null;
  readonly clientGone: boolean;
  readonly waiter: WaiterId | null;
  readonly writes: readonly WriteId[];
  readonly status: number;
  /** What the body's stream is read from (0: the body is text), and what of it is on its way. */
  readonly bodyRef: number;
  readonly parts: readonly BodyPart[];
  readonly body: string;
  /** When it is due to leave the client / to reach the client. */
  readonly dueAt: Ms;
  readonly cause: Cause;
}

/** A part of a response's body on its way to the client. */
export interface BodyPart {
  readonly type: "chunk" | "end" | "cut";
  readonly text: string;
  readonly bytes: number;
  readonly dueAt: Ms;
  readonly cause: Cause;
}

/** A pipe from another socket's readable, and what becomes of one side when the other ends or fails. */
export interface Pump {
  readonly from: SocketId;
  readonly preventClose: boolean;
  readonly preventAbort: boolean;
  readonly preventCancel: boolean;
}

/** What a pipe has at the sink of a socket. */
export interface SinkChunk {
  readonly type: "data" | "fin";
  readonly bytes: number;
  readonly text: string;
  /** Its number among the socket's writes. */
  readonly write: number;
  readonly writes: readonly WriteId[];
  /** Settled when it is sent; 0: it comes from another socket. */
  readonly promiseRef: number;
  /** Where the stream behind the sink asks the gate as well. */
  readonly waiter: WaiterId | null;
  /** It stands in the pipe to a Worker, which has not read it. */
  readonly sent: boolean;
  readonly cause: Cause;
}

/** What stands in the queue of a socket's WritableStream. */
export interface QueueEvent {
  readonly id: number;
  readonly type: "write" | "close" | "flush" | "take" | "pipe" | "start-tls";
  /** The critical section that was current when the queue's loop was started. */
  readonly section: number;
  /** From 1 per socket, for writes. */
  readonly write: number;
  readonly bytes: number;
  readonly text: string;
  readonly waiter: WaiterId;
  /** The gate has let it through and JavaScript knows. */
  readonly ready: boolean;
  /** Its bytes are on the wire, or stand in the pipe to a Worker, and JavaScript has yet to hear of it. */
  readonly sent: boolean;
  /** The promise of write(), close() or a pipe; 0 for the socket's own. */
  readonly promiseRef: number;
  /** Of a pipe from a stream of the handler's own: resolves when it may begin; else 0. */
  readonly begunRef: number;
  /** Of a pipe from another socket. */
  readonly pump: Pump | null;
  readonly writes: readonly WriteId[];
  readonly cause: Cause;
}

/** A fetch(), or a call of another object, that a handler has made (MODEL 2.4 rows 1 and 8). */
export interface CallState {
  readonly id: CallId;
  readonly actor: ActorId;
  /** The critical section that was current when it was called; it is what the answer needs to enter. */
  readonly section: number;
  /** `http`: over a connection. `object`: fetch() of a stub. `rpc`: another method of a stub. */
  readonly type: "http" | "object" | "rpc";
  /** Its connection, and the stub that it was called on, by number; null and 0 where there is none. */
  readonly socket: SocketId | null;
  readonly stub: number;
  readonly url: string;
  /** Of the request, or the called method's name. */
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: string | null;
  /** The AbortSignal that can abort it, 0 without one; and whether it has. */
  readonly signalRef: number;
  readonly isAborted: boolean;
  /** A body that is a stream, 0 if it is none: whether it is being read, what of it waits for the head to leave, its end. */
  readonly streamRef: number;
  readonly isReading: boolean;
  readonly headSent: boolean;
  readonly chunks: readonly {
    readonly text: string;
    readonly bytes: number;
    readonly writes: readonly WriteId[];
    /** 0 when the next chunk has been asked for already. */
    readonly promiseRef: number;
  }[];
  readonly bodyEnded: boolean;
  /** The arguments of a method, as data. */
  readonly args: readonly unknown[];
  readonly output: Output;
  readonly waiter: WaiterId | null;
  readonly writes: readonly WriteId[];
  readonly cause: Cause;
  readonly state: "held" | "out" | "answered" | "failed";
  readonly promiseRef: number;
  /** What has arrived over the connection. */
  readonly received: string;
  readonly answer: {
    readonly status: number;
    readonly statusText: string;
    readonly headers: readonly Header[];
    readonly body: string;
    /** What a method gave, as data. */
    readonly result: unknown;
    readonly isComplete: boolean;
    readonly closes: boolean;
  } | null;
  readonly error: BreakError | null;
  /** text() or the like of the answer's body: how it is read, and its promise; 0 while nobody reads it. */
  readonly bodyForm: BodyForm;
  readonly bodyRef: number;
}

/** A stub of an object, made by a life of an object. */
export interface StubState {
  readonly actor: ActorId;
  readonly object: string;
  /** The life that it has reached: it goes on to mean that one, also when that is broken. */
  readonly reached: ActorId | null;
}

/** What a WebSocket tells its handler. */
export type WebSocketEvent =
  | { readonly type: "open" }
  | { readonly type: "message"; readonly text: string }
  /** It cannot be connected, or the far end does not accept it. */
  | { readonly type: "failed"; readonly name: string; readonly message: string }
  | { readonly type: "close"; readonly code: number; readonly reason: string; readonly wasClean: boolean };

/** A message or close frame of a WebSocket that is on its way to the connection. */
export interface OutgoingFrame {
  readonly id: number;
  readonly type: FrameType;
  readonly text: string;
  readonly code: number;
  readonly output: Output;
  readonly waiter: WaiterId;
  readonly writes: readonly WriteId[];
}

/** A WebSocket that a handler has made; its connection has the same number (MODEL 2.4 rows 11, 12 and 14). */
export interface WebSocketState {
  readonly socket: SocketId;
  readonly actor: ActorId;
  readonly section: number;
  readonly url: string;
  readonly readyState: 0 | 1 | 2 | 3;
  /** The far end has accepted the upgrade. */
  readonly isUpgraded: boolean;
  readonly received: string;
  readonly closeSent: boolean;
  readonly closeReceived: boolean;
  readonly outgoing: readonly OutgoingFrame[];
  readonly nextFrame: number;
  readonly frames: readonly Frame[];
  /** By addEventListener() in order, and as a property (`onopen`), which comes first. */
  readonly listeners: readonly {
    readonly event: string;
    readonly isProperty: boolean;
    readonly once: boolean;
    readonly callbackRef: number;
  }[];
}

/** A frame of a WebSocket: a message, or a close with its reason as text. */
export interface Frame {
  readonly type: FrameType;
  readonly text: string;
  readonly code: number;
}

/** Something on its way through the network. */
export interface Packet {
  /** `tls`: of the TLS handshake. */
  readonly type: "data" | "fin" | "rst" | "tls";
  /** What a WebSocket sends once it is one; null for plain bytes. */
  readonly frame: Frame | null;
  readonly text: string;
  readonly bytes: number;
  readonly dueAt: Ms;
  readonly cause: Cause;
}

/** A socket and its connection, both ends. A connection of another use has no part of what is a Socket's. */
export interface SocketState {
  readonly id: SocketId;
  readonly use: ConnectionUse;
  readonly actor: ActorId;
  readonly address: string;
  /** The critical section that was current when connect() was called; it is what `opened` and the writes' promises need to enter. */
  readonly section: number;
  readonly allowHalfOpen: boolean;
  readonly highWaterMark: number | null;
  // ---- TLS (tls.ts)
  readonly secureTransport: "off" | "starttls" | "on";
  /** What startTls() was told to expect, if anything. */
  readonly serverName: string | null;
  /** The Socket that connect() gave for the connection: what the outside world knows it by. */
  readonly connection: SocketId;
  /** The Socket that startTls() was called on / that it gave; 0 is none. */
  readonly plain: SocketId | 0;
  readonly secure: SocketId | 0;
  readonly upgraded: boolean;
  readonly tls: "none" | "wanted" | "hello" | "established" | "failed";
  /** JavaScript has been told that the stream of startTls() is there (designs where `opened` says no more). */
  readonly startTold: boolean;
  readonly writes: readonly WriteId[];
  readonly cause: Cause;
  readonly stage: "deferred" | "connecting" | "open" | "failed" | "closed";
  /** Writes at the sink reach the pipe: always, but for a promised stream that is not there yet. */
  readonly streamThere: boolean;
  /** Settlement of the two promises (S9: at most once each). */
  readonly opened: "pending" | "resolved" | "rejected";
  readonly closed: "pending" | "resolved" | "rejected";
  readonly openedRef: number;
  readonly closedRef: number;
  /** What close() gave, while it waits. */
  readonly closeRef: number;
  /** What internalNewHttpClient() gave, while it waits. */
  readonly takeRef: number;
  readonly isClosing: boolean;
  /** dep() of the close() call. */
  readonly closeWrites: readonly WriteId[];
  // ---- WritableStream
  readonly queue: readonly QueueEvent[];
  readonly nextEvent: number;
  readonly nextWrite: number;
  /** The front event is at the sink. */
  readonly inSink: boolean;
  readonly writable: "open" | "closing" | "closed" | "errored";
  readonly writableError: string;
  /** The error itself, where the handler gave it; else 0. */
  readonly writableErrorRef: number;
  /** The stream failed while a writer had the lock: to that one it is closed. */
  readonly closedToWriter: boolean;
  /** writer.close() has been called; the close event is queued only after opened. */
  readonly closeAsked: boolean;
  /** What a pipe has at the sink. */
  readonly chunk: SinkChunk | null;
  /** A pipe gave it something that is no bytes: it sends nothing any more. */
  readonly isMute: boolean;
  /** A pipe has ended it: close() only waits for that. */
  readonly endedByPipe: boolean;
  readonly writerLocked: boolean;
  readonly writerClosedRef: number;
  readonly writerCloseRef: number;
  readonly readyRef: number;
  // ---- ReadableStream
  readonly readable: "open" | "ended" | "cancelled" | "errored";
  readonly readableError: string;
  readonly readRef: number;
  readonly readerLocked: boolean;
  readonly readerClosedRef: number;
  /** The most bytes that the pending read takes; null: all. */
  readonly readRoom: number | null;
  /** It was teed, or is a response's body: its end is not answered with a FIN. */
  readonly isDetached: boolean;
  /** The socket that what arrives is piped to. */
  readonly pumpTo: SocketId | null;
  /** Bytes the kernel holds that JavaScript has not read, then the end. */
  readonly unread: readonly string[];
  /** How much of `unread` the runtime has taken from the kernel already. */
  readonly taken: number;
  readonly sawFin: boolean;
  readonly sawRst: boolean;
  readonly endRead: boolean;
  // ---- the wire
  readonly handshake: "none" | "sent" | "accepted" | "refused" | "done";
  readonly handshakeDueAt: Ms;
  readonly outbound: readonly Packet[];
  readonly inbound: readonly Packet[];
  readonly finSent: boolean;
  readonly torn: boolean;
  readonly peer: {
    readonly fin: boolean;
    readonly gotFin: boolean;
    readonly rst: boolean;
    readonly closed: boolean;
    readonly replied: boolean;
    /** What it has got, as far as it looks at it. */
    readonly heard: string;
    readonly said: number;
    /** When it says what it has planned to say after the FIN. */
    readonly saysAt: Ms | null;
    readonly rstDueAt: Ms | null;
    readonly finDueAt: Ms | null;
    readonly readsFrom: Ms;
    /** Of a Worker: when the call of its connect() handler returns, or throws; and that it is over. */
    readonly returnsDueAt: Ms | null;
    readonly throwsDueAt: Ms | null;
    readonly callOver: boolean;
  };
  // ---- lifetimes
  readonly things: SocketThings;
  /** Its Socket has been collected: no JavaScript has it any more. */
  readonly collected: boolean;
  /** A globalThis.gc() has met it before. */
  readonly metByCollector: boolean;
}

/** Rows that sql.exec() has given, and how many of them were taken. */
export interface SqlCursor extends SqlRows {
  readonly position: number;
}

/** A reader or writer of a socket's stream. */
export interface StreamLock {
  readonly socket: SocketId;
  /** It is none any more. */
  readonly released: boolean;
}

export interface Timer {
  readonly id: TimerId;
  readonly actor: ActorId;
  readonly section: number;
  readonly dueAt: Ms;
  readonly callbackRef: number;
  readonly argsRef: number;
  readonly promiseRef: number;
  /** Of an interval: how often it fires. */
  readonly everyMs: number | null;
  readonly cause: Cause;
}

export interface PendingRead {
  readonly id: number;
  readonly actor: ActorId;
  /** The host type whose method was called: a transaction's own reads see what it has written (ST6). */
  readonly type: string;
  readonly keys: readonly string[];
  readonly single: boolean;
  /** What a delete() inside a transaction() gives once the disk has been read; null for a read. */
  readonly deleted: number | boolean | null;
  readonly section: number;
  readonly promiseRef: number;
  /** It does not hold the input gate (allowConcurrency). */
  readonly isConcurrent: boolean;
  readonly dueAt: Ms;
  readonly done: boolean;
  readonly cause: Cause;
}

/** A sync(), or a delete() that has to learn from the storage how many keys there were (AC9). */
export interface PendingSync {
  readonly id: number;
  readonly actor: ActorId;
  readonly commits: readonly CommitId[];
  readonly section: number;
  readonly promiseRef: number;
  /** What the delete() gives; null for a sync(). */
  readonly deleted: number | boolean | null;
  readonly done: boolean;
}

/** A deletion that waits for its context: of ConnectionData, and with it the streams if JavaScript has them no more either. */
export interface Deletion {
  readonly socket: SocketId;
  readonly withStreams: boolean;
}

/** A C++ object whose lifetime is followed. */
export interface Thing {
  readonly id: ThingId;
  readonly type: ThingType;
  readonly alive: boolean;
}

/** A pointer to something that its holder does not own; a strong one keeps it alive. */
export interface Borrow {
  readonly holder: ThingId;
  readonly target: ThingId;
  readonly edge: EdgeId;
  readonly strong: boolean;
}

/** What a socket's C++ objects are, by their type; one that has never been made is missing. */
export type SocketThings = Readonly<Partial<Record<ThingType, ThingId>>>;

/** The whole model between two choices. Tables are indexed by id - 1. */
export interface State extends Watch {
  readonly setup: Setup;
  readonly now: Ms;
  readonly step: StepIndex;
  readonly recordCount: number;
  readonly turnCount: number;
  readonly writeCount: number;
  /** Commits that have gone out, and checks that have been asked for. */
  readonly commitCount: number;
  readonly checkCount: number;
  readonly destroyedCount: number;
  readonly runq: readonly Task[];
  /** A synchronous fsync is under way: nothing else of this process happens. */
  readonly blockedOn: CommitId | null;
  /** The handler cannot go on; nothing is enabled any more. */
  readonly stuck: string | null;
  readonly objects: readonly DurableObject[];
  readonly actors: readonly Actor[];
  readonly locks: readonly Lock[];
  readonly waiters: readonly Waiter[];
  readonly commits: readonly Commit[];
  readonly requests: readonly RequestState[];
  readonly sockets: readonly SocketState[];
  /** Readers and writers of sockets' streams, by number - 1. */
  readonly streamLocks: readonly StreamLock[];
  readonly calls: readonly CallState[];
  readonly stubs: readonly StubState[];
  readonly webSockets: readonly WebSocketState[];
  /** Names of objects that were made into ids, by the id's number - 1. */
  readonly idNames: readonly string[];
  /** Parents of all critical sections so far, by id - 1; 0 is none. */
  readonly sectionParents: readonly number[];
  /** Where something arrived while the process was blocked: it looks again when it has nothing else to do. In order. */
  readonly polled: readonly SocketId[];
  /** What sql.exec() has given, by number - 1. */
  readonly cursors: readonly SqlCursor[];
  readonly nextTimer: number;
  /** In the order in which they were set, an interval anew each time that it fires. */
  readonly timers: readonly Timer[];
  /** What is known of when they are due (timer-order.ts). */
  readonly timerBounds: TimerBounds;
  readonly reads: readonly PendingRead[];
  readonly syncs: readonly PendingSync[];
  readonly things: readonly Thing[];
  readonly borrows: readonly Borrow[];
}
