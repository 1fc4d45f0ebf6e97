/*
 * What a run is made of besides its choices: program, design, world.
 */
import type { Program } from "../handler/program.ts";

/** The designs of MODEL 6 that the model knows. */
export type DesignId = "ungated" | "promised-interface" | "main";

/** A design and, for `promised-interface`, whether its autogate TCP_SOCKET_CONNECT_OUTPUT_GATE is on (always true elsewhere). */
export interface DesignChoice {
  readonly id: DesignId;
  readonly autogate: boolean;
}

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
