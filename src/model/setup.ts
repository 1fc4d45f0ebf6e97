/*
 * What a run is made of besides its choices: program, design, world.
 */
import type { Program } from "../handler/program.ts";

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
  /** Resets the connection that long after accepting it. */
  readonly rstAfterMs?: number;
  /** Does not read before that long after accepting. */
  readonly readAfterMs?: number;
  /** Does not answer FIN. */
  readonly holdOpen?: boolean;
}

/** Settings of the world around the object. Times are virtual milliseconds. */
export interface World {
  readonly backend: "sqlite" | "cache";
  /** `replicated`: a commit takes `commitMs`. `blocking`: it is a synchronous fsync during which nothing else happens. */
  readonly commits: "replicated" | "blocking";
  readonly commitMs: number;
  readonly readMs: number;
  /** Network, one way. */
  readonly oneWayMs: number;
  /** How far "delay the commit" puts it off. */
  readonly delayMs: number;
  /**
   * What stands behind connect(): the network, or a service whose connect() throws, as one that serves a directory does (run
   * on workerd), also with an exception of type DISCONNECTED.
   */
  readonly service: "network" | "throws" | "disconnected";
  /** How many sent but unread bytes a connection takes before writing stalls. */
  readonly windowBytes: number;
  readonly peer: PeerPlan;
  /** Paths requested one after another; those of an inner list are delivered in one turn. `/OBJECT:b/x` asks object b for `/x`. */
  readonly requests: readonly (string | readonly string[])[];
  /** Numbers (from 1) of the commits that fail in the default schedule. */
  readonly failingCommits: readonly number[];
  /** What the caller of a broken object is told. */
  readonly commitError: string;
  /** Whether a commit that failed is found on disk by the next life of the object: an fsync that fails after its page was
   *  written keeps it, a full disk does not. The gate treats both as failed (MODEL 9.7). */
  readonly failedCommitIsStored: boolean;
}

/** The world of a scenario that says nothing else. */
export const DEFAULT_WORLD: World = {
  backend: "sqlite",
  commits: "replicated",
  commitMs: 10,
  readMs: 4,
  oneWayMs: 8,
  delayMs: 50,
  service: "network",
  windowBytes: 65_536,
  peer: {},
  requests: ["/"],
  failingCommits: [],
  commitError: "disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC)",
  failedCommitIsStored: false,
};

/** Everything that, with a list of choices, determines a run to its last record. */
export interface Setup {
  readonly program: Program;
  readonly design: DesignChoice;
  readonly world: World;
}
