/*
 * Records: what happened. Everything that is drawn, narrated, exported or compared is made from these and from
 * nothing else. A record says when (step, virtual time), to which life of which object, why (the record that caused
 * it), from which source line, and, for an output, on which confirmed storage writes it depends.
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
  TurnId,
  WaiterId,
  WriteId,
} from "../base/ids.ts";

/** What a connection is for. `pooled`: kept for the next fetch(), it belongs to no object. */
export type ConnectionUse = "socket" | "fetch" | "pooled" | "websocket";

/** What a WebSocket sends: a message, or that it sends no more. */
export type FrameType = "message" | "close";

/** Something the world outside the object could observe. */
export type Output =
  | { readonly type: "connect"; readonly socket: SocketId; readonly address: string }
  | {
      readonly type: "write";
      readonly socket: SocketId;
      readonly write: number;
      readonly bytes: number;
      readonly text: string;
    }
  /** FIN: the end of what the object sends, from writer.close() or from the automatic close after the far end's FIN. */
  | { readonly type: "fin"; readonly socket: SocketId }
  /** The ClientHello that startTls() asks for. */
  | { readonly type: "start-tls"; readonly socket: SocketId }
  /** The flush that socket.close() waits for before it tears the connection down. */
  | { readonly type: "close"; readonly socket: SocketId }
  | { readonly type: "response"; readonly request: RequestId; readonly status: number; readonly body: string }
  /** How alarm() turned out, and that it is done for good once its alarm is deleted (MODEL 2.4 rows 6 and 7). */
  | { readonly type: "alarm-outcome"; readonly request: RequestId; readonly ok: boolean }
  | { readonly type: "alarm-done"; readonly request: RequestId }
  /** The flush that takeConnectionStream() waits for; nothing of it is seen outside. */
  | { readonly type: "take"; readonly socket: SocketId }
  /** The start of a pipe into a socket: the one wait that a pipe has (SK10). */
  | { readonly type: "pipe"; readonly socket: SocketId }
  /** What a pipe sends after that. */
  | {
      readonly type: "chunk";
      readonly socket: SocketId;
      readonly write: number;
      readonly bytes: number;
      readonly text: string;
    }
  /** A write into a transform stream of the platform's, its end, or a pipe into it: nothing outside sees it, but it waits. */
  | { readonly type: "transform"; readonly what: "write" | "end" | "pipe"; readonly bytes: number }
  /** A chunk of a response's body that is a stream. */
  | {
      readonly type: "body-chunk";
      readonly request: RequestId;
      readonly bytes: number;
      readonly text: string;
    }
  /** fetch(): it does not even connect before the gate lets it (MODEL 2.4 row 1). */
  | {
      readonly type: "fetch";
      readonly call: CallId;
      readonly socket: SocketId;
      readonly method: string;
      readonly url: string;
    }
  /** A call of another object, through its fetch() or another method (rows 1 and 8). `what` e.g. "GET /path", "add()". */
  | { readonly type: "call"; readonly call: CallId; readonly object: string; readonly what: string }
  /** What a method that another object called gives it (row 9). */
  | { readonly type: "result"; readonly request: RequestId; readonly text: string }
  /** A WebSocket's send() or close(): frame `frame` of it (rows 11 and 12). */
  | {
      readonly type: "frame";
      readonly socket: SocketId;
      readonly frame: number;
      readonly frameType: FrameType;
      readonly text: string;
    }
  /** storage.sync(): not an output, but it waits at the gate like one. */
  | { readonly type: "sync" };

/** What the far end of a socket or the client of a request observes, or does. */
export type OutsideEvent =
  /** The object's host begins the TCP handshake: visible from here on. */
  | { readonly type: "syn"; readonly socket: SocketId; readonly address: string }
  /** The far end takes the connection; from its point of view it is open. */
  | { readonly type: "accept"; readonly socket: SocketId }
  | { readonly type: "refuse"; readonly socket: SocketId }
  /** Bytes leave the object's host. `frame`: they are a frame of a WebSocket, of which `text` is what it says. */
  | {
      readonly type: "send";
      readonly socket: SocketId;
      readonly bytes: number;
      readonly text: string;
      readonly frame?: FrameType;
    }
  /** Bytes reach the far end. */
  | {
      readonly type: "receive";
      readonly socket: SocketId;
      readonly bytes: number;
      readonly text: string;
      readonly frame?: FrameType;
    }
  /** The object's host ends its sending direction, or the connection. */
  | { readonly type: "fin-sent"; readonly socket: SocketId }
  | { readonly type: "rst-sent"; readonly socket: SocketId }
  /** The host closes its socket after its FIN: what the far end still sends is answered with a reset. */
  | { readonly type: "closed-by-host"; readonly socket: SocketId }
  | { readonly type: "fin-received"; readonly socket: SocketId }
  | { readonly type: "rst-received"; readonly socket: SocketId }
  /** Both directions are done, seen from the far end. */
  | { readonly type: "closed"; readonly socket: SocketId }
  /** The far end acts. */
  | {
      readonly type: "peer-sends";
      readonly socket: SocketId;
      readonly bytes: number;
      readonly text: string;
      readonly frame?: FrameType;
    }
  | { readonly type: "peer-fin"; readonly socket: SocketId }
  | { readonly type: "peer-rst"; readonly socket: SocketId }
  /** The call of a Worker's connect() handler ends by itself / because the object gives up its end of the pipe. */
  | { readonly type: "service-returns"; readonly socket: SocketId }
  | { readonly type: "service-throws"; readonly socket: SocketId }
  | { readonly type: "call-cancelled"; readonly socket: SocketId }
  /** The client's request leaves the client / its response leaves the object / reaches the client. */
  | { readonly type: "request"; readonly request: RequestId; readonly path: string }
  | {
      readonly type: "response-sent";
      readonly request: RequestId;
      readonly status: number;
      readonly body: string;
    }
  | { readonly type: "response"; readonly request: RequestId; readonly status: number; readonly body: string }
  /** A chunk of a response's body that is a stream leaves the object / reaches the client; then its end; or the connection is cut. */
  | { readonly type: "body-sent"; readonly request: RequestId; readonly bytes: number; readonly text: string }
  | {
      readonly type: "body-received";
      readonly request: RequestId;
      readonly bytes: number;
      readonly text: string;
    }
  | { readonly type: "body-end-sent"; readonly request: RequestId }
  | { readonly type: "body-ends"; readonly request: RequestId }
  | { readonly type: "body-cut"; readonly request: RequestId }
  | { readonly type: "body-breaks"; readonly request: RequestId }
  | { readonly type: "client-disconnects"; readonly request: RequestId }
  /** The alarm manager calls an object's alarm(), for the `retries`-th time again / learns how it turned out. */
  | { readonly type: "alarm"; readonly request: RequestId; readonly name: string; readonly retries: number }
  | { readonly type: "alarm-result"; readonly request: RequestId; readonly ok: boolean };

/** The C++ objects whose lifetimes are followed (MODEL 5). */
export type ThingType =
  | "IoContext"
  | "OutputGate"
  | "Socket"
  | "ConnectionData"
  | "connectionStream"
  | "watchForDisconnectTask"
  | "tlsStarter"
  | "connectTask"
  | "connectFrame"
  | "addressStr"
  | "workerInterface"
  | "connectCopies"
  | "statusTask"
  | "closeTask"
  | "blockedWrite"
  | "readable"
  | "writable"
  | "pipeEnd"
  | "takenStream"
  | "storage"
  | "lockWhileFrame";

/** What happened: the part that differs by kind. */
export type RecordBody =
  // ---- the handler
  /** `call`: it comes from another object, by this call. */
  | {
      readonly kind: "request-delivered";
      readonly request: RequestId;
      readonly path: string;
      readonly call?: CallId;
    }
  | { readonly kind: "turn-begins"; readonly turn: TurnId; readonly reason: string }
  | { readonly kind: "turn-ends"; readonly turn: TurnId }
  /** An async function suspends; `call` names the call, `text` is the awaited expression's source. */
  | { readonly kind: "await"; readonly call: number; readonly text: string }
  | { readonly kind: "resume"; readonly call: number }
  | { readonly kind: "log"; readonly text: string }
  /** A promise of the platform (not of the handler's own making) settles. `promise` e.g. "socket 1 opened". */
  | {
      readonly kind: "promise-settles";
      readonly promise: string;
      readonly outcome: "resolved" | "rejected";
      readonly text: string;
    }
  | {
      readonly kind: "handler-returns";
      readonly request: RequestId;
      readonly status: number;
      readonly body: string;
    }
  | { readonly kind: "handler-throws"; readonly request: RequestId; readonly text: string }
  /** alarm() has returned or, with an error, thrown. */
  | { readonly kind: "alarm-ends"; readonly request: RequestId; readonly error: string | null }
  | { readonly kind: "timer-set"; readonly timer: TimerId; readonly afterMs: number }
  // ---- storage
  | {
      readonly kind: "write-accepted";
      readonly write: WriteId;
      readonly op: string;
      readonly key: string;
      readonly confirmed: boolean;
      readonly commit: CommitId;
    }
  /**
   * A read; `from` says whether it was answered within the turn. A disk read holds the input gate until it is done. Also what
   * writes nothing: a statement of SQL that changes nothing, and a deleteAll() that joins an earlier one (AC10).
   */
  | { readonly kind: "read"; readonly op: string; readonly key: string; readonly from: "memory" | "disk" }
  | { readonly kind: "read-done"; readonly key: string }
  /** deleteAll() has put a new database file in the place of the old one, with so many calls of fsync, within the call. */
  | { readonly kind: "file-replaced"; readonly fsyncs: number }
  /** What the first commit into a new database file takes besides its own fsync. */
  | { readonly kind: "new-file-synced"; readonly fsyncs: number }
  | {
      readonly kind: "commit-starts";
      readonly commit: CommitId;
      readonly commitWrites: readonly WriteId[];
      readonly attempt: number;
    }
  /** A bucket has it; only the check that follows confirms it. */
  | { readonly kind: "commit-stored"; readonly commit: CommitId }
  | { readonly kind: "commit-durable"; readonly commit: CommitId }
  /** `stored`: the next life of the object finds it all the same. */
  | {
      readonly kind: "commit-fails";
      readonly commit: CommitId;
      readonly error: string;
      readonly stored: boolean;
    }
  /** The storage could not take this attempt; the backend may try again. */
  | { readonly kind: "commit-busy"; readonly commit: CommitId; readonly attempt: number }
  /** The check whether this life still owns the object, numbered over all objects; `commit` is null for a life that starts. */
  | {
      readonly kind: "ownership-check";
      readonly commit: CommitId | null;
      readonly check: number;
      readonly what: "asked" | "passed" | "refused" | "busy";
    }
  /** A dying object sends once more what is not confirmed, and what becomes of that. */
  | {
      readonly kind: "last-copy";
      readonly commit: CommitId;
      readonly commitWrites: readonly WriteId[];
      readonly attempt: number;
      readonly what: "sent" | "stored" | "refused" | "busy";
    }
  | { readonly kind: "commit-delayed"; readonly commit: CommitId; readonly byMs: number }
  /** The alarm manager knows when to call alarm() of the object `name` (virtual time; null: not at all), for the sake of a commit. */
  | {
      readonly kind: "alarm-scheduled";
      readonly commit: CommitId;
      readonly name: string;
      readonly atMs: number | null;
    }
  /** The alarm manager refuses; the commit fails before it is out. */
  | { readonly kind: "alarm-refused"; readonly commit: CommitId; readonly error: string }
  // ---- the output gate
  | { readonly kind: "lock-taken"; readonly lock: LockId; readonly commit: CommitId }
  | { readonly kind: "lock-released"; readonly lock: LockId }
  | { readonly kind: "gate-breaks"; readonly lock: LockId; readonly error: string }
  /** An output has asked the gate. `locks` are the unsettled locks of its snapshot: empty means it need not wait for any. */
  | {
      readonly kind: "output-waits";
      readonly waiter: WaiterId;
      readonly output: Output;
      readonly locks: readonly LockId[];
    }
  /** An output crosses the gate line. `waiter` is null when the design does not ask the gate at all. `leak` lists the writes
   *  it depends on that are not durable at this instant: not empty means the outside can see what may never have been. */
  | {
      readonly kind: "output-passes";
      readonly waiter: WaiterId | null;
      readonly output: Output;
      readonly leak: readonly WriteId[];
    }
  /** A held output will never be seen. */
  | {
      readonly kind: "output-dropped";
      readonly waiter: WaiterId | null;
      readonly output: Output;
      readonly why: string;
    }
  // ---- the input gate
  /** `section` is the critical section that locks it, or 0. */
  | { readonly kind: "input-gate-locked"; readonly why: string; readonly section: number }
  /** A critical section has thrown or taken too long: nothing enters any more, and the object is reset (MODEL 1). */
  | { readonly kind: "input-gate-breaks"; readonly section: number; readonly error: string }
  | { readonly kind: "input-gate-released" }
  | { readonly kind: "event-queued"; readonly event: string }
  // ---- connections
  /** connect() or, if `use` says so, fetch() or new WebSocket(). `deferred`: nothing goes out before the gate lets it. */
  | {
      readonly kind: "connect-called";
      readonly socket: SocketId;
      readonly address: string;
      readonly deferred: boolean;
      readonly use?: "fetch" | "websocket";
    }
  /** startTls(): the new Socket `secure` will have the connection of `socket`. */
  | {
      readonly kind: "start-tls";
      readonly socket: SocketId;
      readonly secure: SocketId;
      readonly address: string;
    }
  /** service.connect() is invoked: the handshake begins (an "outside" record of type syn follows). */
  | { readonly kind: "connect-starts"; readonly socket: SocketId }
  | { readonly kind: "socket-opens"; readonly socket: SocketId }
  | { readonly kind: "socket-fails"; readonly socket: SocketId; readonly error: string }
  | { readonly kind: "socket-closing"; readonly socket: SocketId }
  | { readonly kind: "socket-closed"; readonly socket: SocketId; readonly why: string }
  /** write(): the bytes enter the WritableStream's queue; `queued` is the queue's total after it. */
  | {
      readonly kind: "bytes-queued";
      readonly socket: SocketId;
      readonly write: number;
      readonly bytes: number;
      readonly queued: number;
    }
  /** The front write leaves the queue into the pipe; `queued` is what stays in the queue. */
  | {
      readonly kind: "bytes-dispatched";
      readonly socket: SocketId;
      readonly write: number;
      readonly bytes: number;
      readonly queued: number;
    }
  /** The write is on the wire; its promise resolves. */
  | { readonly kind: "bytes-sent"; readonly socket: SocketId; readonly write: number; readonly bytes: number }
  | {
      readonly kind: "bytes-dropped";
      readonly socket: SocketId;
      readonly write: number;
      readonly bytes: number;
      readonly why: string;
    }
  /** Bytes from the far end reach the object's host, then JavaScript. */
  | { readonly kind: "bytes-arrive"; readonly socket: SocketId; readonly bytes: number }
  /** The far end's FIN or RST reaches the object's host. */
  | { readonly kind: "end-arrives"; readonly socket: SocketId; readonly how: "fin" | "rst" }
  | { readonly kind: "bytes-read"; readonly socket: SocketId; readonly bytes: number; readonly done: boolean }
  // ---- calls of other objects
  /** A stub's fetch() or another method is called; `what` e.g. "GET /path", "add()". */
  | { readonly kind: "call-made"; readonly call: CallId; readonly object: string; readonly what: string }
  // ---- the outside world
  | { readonly kind: "outside"; readonly event: OutsideEvent }
  // ---- the object
  | { readonly kind: "object-starts"; readonly name: string; readonly life: number }
  | { readonly kind: "object-aborts"; readonly error: string }
  | { readonly kind: "object-ends"; readonly name: string; readonly life: number; readonly reason: string }
  // ---- lifetimes
  /** The garbage collector takes a Socket; with its streams goes the connection. */
  | { readonly kind: "collected"; readonly socket: SocketId; readonly withStreams: boolean }
  | {
      readonly kind: "made";
      readonly thing: ThingId;
      readonly type: ThingType;
      readonly name: string;
      readonly owner: ThingId | null;
      readonly socket: SocketId | null;
    }
  /** `holder` keeps a pointer to `target`, raw unless it is `strong`. `edge` is the id in MODEL 5.2, e.g. "D3". */
  | {
      readonly kind: "borrows";
      readonly holder: ThingId;
      readonly target: ThingId;
      readonly edge: string;
      readonly strong: boolean;
    }
  /** The pointer will not be used any more. */
  | {
      readonly kind: "borrow-ends";
      readonly holder: ThingId;
      readonly target: ThingId;
      readonly edge: string;
      readonly why: string;
    }
  /** Nobody owns it any more, but it is destroyed only when its context is entered again or ends (MODEL 5.4). */
  | { readonly kind: "deletion-queued"; readonly thing: ThingId; readonly why: string }
  /** `order` numbers all destructions of a run from 1. */
  | { readonly kind: "destroyed"; readonly thing: ThingId; readonly order: number; readonly reason: string }
  /**
   * A pointer outlives its target. `fragile`: the holder goes too and nothing runs in between, so it is safe. `hazard`: it
   * goes too, but its own end uses the target. `dangling`: it stays, and may run.
   */
  | {
      readonly kind: "fragile-order";
      readonly holder: ThingId;
      readonly target: ThingId;
      readonly edge: string;
      readonly verdict: "fragile" | "hazard" | "dangling";
      /** What to think of it, without a full stop. */
      readonly text: string;
    }
  /** Code goes on and uses a pointer to what has been destroyed (S13). */
  | { readonly kind: "dead-read"; readonly holder: ThingId; readonly target: ThingId; readonly edge: string }
  // ---- properties
  /** `property` is its id in MODEL 7.1, e.g. "S1"; `title` its name; `text` what happened, without a full stop. */
  | { readonly kind: "violation"; readonly property: string; readonly title: string; readonly text: string }
  /** The handler cannot go on: it ran too long or used something the subset lacks. */
  | { readonly kind: "handler-stuck"; readonly text: string };

/** One thing that happened. */
export type RunRecord = RecordBody & {
  readonly index: RecordIndex;
  readonly step: StepIndex;
  readonly at: Ms;
  readonly actor: ActorId | null;
  readonly cause: RecordIndex | null;
  /** The handler's source line (from 1) that did this, where there is one. */
  readonly line: number | null;
  /** dep(x) of MODEL 0.3: the confirmed writes the object had accepted when it did this. Filled for outputs and what follows from them. */
  readonly writes: readonly WriteId[];
};

/** All kinds of records. */
export type RecordKind = RecordBody["kind"];
/** The record of one kind. */
export type RecordOf<K extends RecordKind> = Extract<RunRecord, { kind: K }>;
