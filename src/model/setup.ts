/*
 * What a run is made of besides its choices: program, design, world.
 */
import type { Program } from "../handler/program.ts";

/** Date.now() at virtual time 0: 2026-01-01, so that times of alarms look like times. */
export const EPOCH_MS = 1_767_225_600_000;

/** The designs of MODEL 6, in the order of history. */
export type DesignId =
  | "ungated"
  | "writes-only"
  | "deferred-r1"
  | "deferred-r1-fixed"
  | "promised-interface"
  | "main";

/** What can be switched at a design: its autogate, and what is not known of designs that were never released. */
export interface Switches {
  /** TCP_SOCKET_CONNECT_OUTPUT_GATE. */
  readonly autogate: boolean;
  /** Whether a wrapper around the KJ stream waits at the gate itself (d1), or nothing is new (d0). */
  readonly wrapper: boolean;
  /** Whether the continuation of the connection's status holds the Socket strongly until the status is known (MODEL 5.3, D13). */
  readonly statusHoldsSocket: boolean;
  /** Whether moving a kj::String frees its bytes, as the review read it; it does not (MODEL 5.3, D5). */
  readonly stringMoveInvalidates: boolean;
  /** Whether an exception of the connect task is handed to the fulfillers, or they are dropped with its frame (K10). */
  readonly forwardsErrors: boolean;
}

/** A design, and how its switches stand. One that is not named stands as SWITCHES says. */
export type DesignChoice = { readonly id: DesignId } & Partial<Switches>;

/** The switches that each design has, as they stand by default. */
export const SWITCHES: Readonly<Record<DesignId, Partial<Switches>>> = {
  ungated: {},
  "writes-only": { wrapper: true },
  "deferred-r1": { statusHoldsSocket: true, stringMoveInvalidates: false, forwardsErrors: false },
  "deferred-r1-fixed": { statusHoldsSocket: true, forwardsErrors: false },
  "promised-interface": { autogate: true },
  main: {},
};

/** What the far end of every connection does by itself in the default schedule. An empty one reads, and answers FIN with FIN. */
export interface PeerPlan {
  /** Nobody listens. */
  readonly refuse?: boolean;
  /** The handshake is never answered. */
  readonly blackhole?: boolean;
  /** Sent as soon as the connection is accepted. */
  readonly greet?: string;
  /** Sends back whatever it receives. */
  readonly echo?: boolean;
  /** Sent after the first data. */
  readonly reply?: string;
  readonly finOnAccept?: boolean;
  readonly rstOnAccept?: boolean;
  /** Ends, or resets, the connection when it has received data. */
  readonly finOnData?: boolean;
  readonly rstOnData?: boolean;
  /** Ends its side that long after accepting the connection. */
  readonly finAfterMs?: number;
  /** Resets the connection that long after accepting it. */
  readonly rstAfterMs?: number;
  /** Does not read before that long after accepting. */
  readonly readAfterMs?: number;
  /** Does not answer FIN. */
  readonly holdOpen?: boolean;
  /** Speaks TLS: answers a ClientHello, and sends nothing else before it. */
  readonly tls?: boolean;
  /** Answers a whole HTTP request with status 200 and the body "peer", then sends FIN. */
  readonly http?: boolean;
  /** Accepts the upgrade of a WebSocket. */
  readonly websocket?: boolean;
  /** Sends something so long after it has received FIN. */
  readonly sayAfterFinMs?: number;
  /** A Worker whose connect() handler returns, or throws, that long after accepting the connection. */
  readonly returnsAfterMs?: number;
  readonly throwsAfterMs?: number;
}

/** What the storage answers to one attempt of a commit, or to one check, in the default schedule. */
export interface PlannedAnswer {
  /**
   * `fails-stored`: it says that it failed, and has stored it all the same (MODEL 9.7). `busy`: the backend may try again.
   * `silent`: never an answer.
   */
  readonly how: "durable" | "fails" | "fails-stored" | "busy" | "silent";
  /** How long it takes; absent: as long as any other. */
  readonly afterMs?: number;
}

/**
 * A request of a world: its path; `atMs`: when it leaves the client, whatever became of the ones before; `leavesAfterMs`: when
 * the client gives up on it.
 */
export type PlannedRequest =
  | string
  | { readonly path: string; readonly atMs?: number; readonly leavesAfterMs?: number };

/** Settings of the world around the object. Times are virtual milliseconds. */
export interface World {
  /** `cache`: the write-back cache in front of remote storage (MODEL 3.2). `sqlite`: SQLite whose transactions are made durable (3.3). */
  readonly backend: "sqlite" | "cache";
  /**
   * How a commit becomes durable. `replicated`: it takes `commitMs`. `blocking`: a synchronous fsync during which nothing else
   * happens. `bucket`: a request to an object store, then a check that this life still owns the object; what the store is too
   * busy for is tried again (MODEL 10).
   */
  readonly commits: "replicated" | "blocking" | "bucket";
  /** Whether a commit of SQLite goes out while another is out (SQ4: the general case; no recorded build does it). */
  readonly severalCommits: boolean;
  readonly commitMs: number;
  /** The check after a commit to a bucket. */
  readonly checkMs: number;
  readonly readMs: number;
  /** Network, one way. */
  readonly oneWayMs: number;
  /** How far "delay the commit" puts it off. */
  readonly delayMs: number;
  /**
   * What stands behind connect(): the network; a Worker, whose connect() handler is the far end (service.ts); or a service whose
   * connect() throws, as one that serves a directory does (run on workerd), also with an exception of type DISCONNECTED.
   */
  readonly service: "network" | "worker" | "throws" | "disconnected";
  /** How many sent but unread bytes a connection takes before writing stalls. */
  readonly windowBytes: number;
  readonly peer: PeerPlan;
  /** Paths requested one after another; those of an inner list are delivered in one turn. `/OBJECT:b/x` asks object b for `/x`. */
  readonly requests: readonly (PlannedRequest | readonly string[])[];
  /** How long the client waits after an answer before the next request. */
  readonly pauseMs: number;
  /** By number of the commit (from 1, in the order in which they go out): an answer for each attempt, the last one for all after it. */
  readonly commitAnswers: Readonly<Record<number, readonly PlannedAnswer[]>>;
  /** By number of the check (from 1). */
  readonly checkAnswers: Readonly<Record<number, PlannedAnswer>>;
  /** What local SQLite says when a commit fails. */
  readonly diskError: string;
  /** In which order the process does what it has to do: KJ's, or any (MODEL 8.4). */
  readonly scheduling: "strict" | "relaxed";
}

/** The world of a scenario that says nothing else. */
export const DEFAULT_WORLD: World = {
  backend: "sqlite",
  commits: "replicated",
  severalCommits: false,
  commitMs: 10,
  checkMs: 4,
  readMs: 4,
  oneWayMs: 8,
  delayMs: 50,
  service: "network",
  windowBytes: 65_536,
  peer: {},
  requests: ["/"],
  pauseMs: 0,
  commitAnswers: {},
  checkAnswers: {},
  diskError: "disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC)",
  scheduling: "strict",
};

/** Everything that, with a list of choices, determines a run to its last record. */
export interface Setup {
  readonly program: Program;
  readonly design: DesignChoice;
  readonly world: World;
}
