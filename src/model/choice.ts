/*
 * Choices: what the environment decides. Between two choices everything is determined.
 */
import type {
  ActorId,
  CommitId,
  LockId,
  Ms,
  RequestId,
  SocketId,
  TimerId,
  WaiterId,
  WriteId,
} from "../base/ids.ts";
import type { Output } from "./records.ts";

/** One decision of the environment: the disk, the network, the far end, the client, the clock. */
export type Choice =
  /** The client's next request reaches the object. */
  | { readonly type: "request"; readonly request: RequestId }
  | { readonly type: "commit-durable"; readonly commit: CommitId }
  | { readonly type: "commit-fails"; readonly commit: CommitId }
  /** The storage says that the commit failed, and has stored it all the same. */
  | { readonly type: "commit-fails-stored"; readonly commit: CommitId }
  /** The storage is too busy, or its connection is lost: the backend may try again. */
  | { readonly type: "commit-busy"; readonly commit: CommitId }
  | { readonly type: "commit-retry"; readonly commit: CommitId }
  /** The check after a commit to a bucket: whether this life still owns the object. */
  | { readonly type: "check-passes"; readonly commit: CommitId }
  | { readonly type: "check-fails"; readonly commit: CommitId }
  | { readonly type: "check-busy"; readonly commit: CommitId }
  | { readonly type: "check-retry"; readonly commit: CommitId }
  /** What a dying object has sent once more is stored, or is not. */
  | { readonly type: "last-copy-stored"; readonly commit: CommitId }
  | { readonly type: "last-copy-fails"; readonly commit: CommitId }
  | { readonly type: "last-copy-busy"; readonly commit: CommitId }
  | { readonly type: "last-copy-retry"; readonly commit: CommitId }
  /** A lock has been held for as long as the gate waits (G9). */
  | { readonly type: "lock-timeout"; readonly lock: LockId }
  /** The function of a critical section has taken as long as it may (MODEL 1). */
  | { readonly type: "section-timeout"; readonly section: number }
  /** Puts the default time of the commit off by the world's `delayMs`. */
  | { readonly type: "commit-delay"; readonly commit: CommitId }
  /** The alarm manager takes the time that a commit moves the alarm to / does not. */
  | { readonly type: "alarm-scheduled"; readonly commit: CommitId }
  | { readonly type: "alarm-refused"; readonly commit: CommitId }
  /** The alarm manager calls alarm() of the n-th object. */
  | { readonly type: "alarm"; readonly object: number }
  /** The platform evicts an object that is idle / aborts one that is not, for new code. */
  | { readonly type: "evict"; readonly actor: ActorId }
  | { readonly type: "update-code"; readonly actor: ActorId }
  /** The garbage collector takes a socket. */
  | { readonly type: "collect"; readonly socket: SocketId }
  /** A read from disk is answered. */
  | { readonly type: "read-done"; readonly read: number }
  | { readonly type: "timer"; readonly timer: TimerId }
  /** The far end takes the handshake / turns it down. */
  | { readonly type: "accept"; readonly socket: SocketId }
  | { readonly type: "refuse"; readonly socket: SocketId }
  /** The far end's answer to the handshake reaches the object's host. */
  | { readonly type: "answer"; readonly socket: SocketId }
  /** What the object sent first of all that is in flight reaches the far end. */
  | { readonly type: "peer-receives"; readonly socket: SocketId }
  /** The far end answers a ClientHello. */
  | { readonly type: "tls-answer"; readonly socket: SocketId }
  /** JavaScript learns that startTls() has the stream (designs where `opened` says no more). */
  | { readonly type: "tls-started"; readonly socket: SocketId }
  /** The far end sends what it has to say next. */
  | { readonly type: "peer-sends"; readonly socket: SocketId }
  | { readonly type: "peer-fin"; readonly socket: SocketId }
  | { readonly type: "peer-rst"; readonly socket: SocketId }
  /** The call of a Worker's connect() handler returns, or throws, after it has accepted (MODEL 4.8). */
  | { readonly type: "service-returns"; readonly socket: SocketId }
  | { readonly type: "service-throws"; readonly socket: SocketId }
  /** The far end of a WebSocket says that it sends no more. */
  | { readonly type: "peer-closes"; readonly socket: SocketId }
  /** The HTTP client gives up a connection that has served its one request. */
  | { readonly type: "hang-up"; readonly socket: SocketId }
  /** What the far end sent first of all that is in flight reaches the object's host. */
  | { readonly type: "arrive"; readonly socket: SocketId }
  | { readonly type: "response"; readonly request: RequestId }
  | { readonly type: "client-disconnects"; readonly request: RequestId }
  /** Relaxed scheduling: which task of the run queue is next, by its name (scheduling.ts). */
  | { readonly type: "task"; readonly task: string };

/** What the storage may decide. */
export type StorageChoice = Extract<Choice, { readonly commit: CommitId } | { readonly lock: LockId }>;

/** A choice that may come next, in words and with the time the default schedule gives it. */
export interface EnabledChoice {
  readonly choice: Choice;
  /** Stable, short and URL-safe, e.g. "cd1" (commit 1 durable); unique within a state. See `choiceKey`. */
  readonly key: string;
  /** The virtual time the default schedule would take it at; null: only when somebody picks it. A time limit is a failure with a time. */
  readonly due: Ms | null;
  /** A failure or disturbance that a person injects, rather than the ordinary course. */
  readonly role: "ordinary" | "failure";
  /** e.g. "Commit 1 becomes durable". */
  readonly title: string;
  /** e.g. "releases lock 1: connect peer:9000 and 2 more go out". */
  readonly detail: string;
}

/** A choice's title and detail. Made when somebody reads them: a search through all orders does not. */
export type Words = readonly [title: string, detail: string];

/** Adds a choice that may come next. */
export type AddChoice = (
  choice: Choice,
  due: number | null,
  words: () => Words,
  role?: EnabledChoice["role"],
) => void;

/** An output that is held back, and by what. */
export interface Held {
  readonly output: Output;
  readonly waiter: WaiterId | null;
  /** Unsettled locks of its snapshot. */
  readonly locks: readonly LockId[];
  /** Writes not yet durable behind those locks. */
  readonly writes: readonly WriteId[];
  /** One sentence: what it waits for, e.g. "waits for lock 1, taken by put \"balance\"". */
  readonly why: string;
}
