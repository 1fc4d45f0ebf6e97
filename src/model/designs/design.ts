/*
 * What differs between the designs of MODEL 6. Everything else is the same for all of them and stands in src/model.
 */

/** One design of connect() and its surroundings. Each has a file of its own beside this one. */
export interface Design {
  /** Whether connect() waits at the output gate (step 7 of MODEL 4.1). */
  readonly connectWaits: boolean;
  /** Whether the KJ stream behind the sink waits at the gate too, at every write and shutdownWrite, for the locks there are then. */
  readonly sinkWaits: boolean;
  /**
   * Whether the Socket's stream is a promised one until the connection has been asked for (null: no), and how many KJ turns
   * pass from then until what was written before reaches the pipe.
   */
  readonly promisedStreamTurns: number | null;
  /** KJ turns, queued breadth-first (K2, K3), from a connect() that need not wait for any lock to service.connect(). */
  readonly idleConnectTurns: number;
  /** KJ turns from a write that need not wait for any lock to the stream's sink. */
  readonly idleWriteTurns: number;
  /** KJ turns from the sink to the network, when the connection is up. */
  readonly pumpTurns: number;
  /** Whether the runtime reads from the network before the handler asks. */
  readonly readsAhead: boolean;
  /** Whether the connection is given up as soon as both directions have ended, rather than when the socket is closed. */
  readonly closesWhenBothEnded: boolean;
  /** What a pending read() gets when the far end resets: an error, or a clean end (MODEL 4.8, RST row). */
  readonly readAfterReset: "error" | "end";
  /** What a pending read() is rejected with when the connection cannot be made; null: it reads as a clean end. */
  readonly readErrorOfFailedConnect: string | null;
  /** Whether `closed` resolves when the far end's FIN is read after the handler has closed the writer (half-open not allowed). */
  readonly closedAfterWriterCloseThenEnd: boolean;
  /**
   * What socket.close() rejects a pending read() with, and what writer.closed and the writes in the queue; null: those are
   * forgotten, and nobody hears of them.
   */
  readonly closeReadError: string;
  readonly closeWriterError: string | null;
  /** Whether write() takes a string, as UTF-8. */
  readonly writesStrings: boolean;
  /** Whether a write that is already in the pipe fails on its own, before `closed` and `opened`, when the connection cannot be made. */
  readonly refusedWriteFailsFirst: boolean;
  /** Whether what a pipe has at the sink of a refused connection fails on its own, before `closed` and `opened`. */
  readonly refusedPipeFailsFirst: boolean;
  /** Whether a pipe that has ended unlocks the socket's writable at once, rather than when the end is sent. */
  readonly pipeUnlocksBeforeEnd: boolean;
  /** What the client sees when the stream of a response's body fails: its end, or a connection that is cut. */
  readonly failedBody: "ends" | "cut";
  /** KJ turns from a fetch() that need not wait for any lock until it enters JavaScript again, and from there to the handshake. */
  readonly idleFetchTurns: number;
  readonly fetchConnectTurns: number;
  /**
   * Whether the HTTP client takes an answer from the network by itself, and gives the connection up or keeps it for the next
   * request then, rather than when the handler has read the body.
   */
  readonly readsAnswersAhead: boolean;
  /** Whether the stream that is the body of a fetch() is read before the connection is up. */
  readonly readsRequestBodiesAhead: boolean;
  /** Whether an answer that is none counts as a lost connection, rather than as an internal error. */
  readonly malformedAnswerIsLost: boolean;
  /** Whether new WebSocket() waits at the gate (2.4, row 14). */
  readonly webSocketWaits: boolean;
  /** What becomes of an exception that the service's connect() throws: connect() throws it, or the connection fails (MODEL 4.8). */
  readonly serviceError: "thrown" | "fails-connection";
  /** Whether `closed` resolves when the stream fails with an exception of type DISCONNECTED before it is there. */
  readonly disconnectIsNormalEnd: boolean;
  readonly tls: {
    /** A ClientHello that names no server, with its record's header. */
    readonly helloBytes: number;
    /** What the name of a server takes in it besides its length. */
    readonly nameBytes: number;
    /** Whether `opened` of the Socket that startTls() gives waits for the TLS handshake, or only for the stream. */
    readonly openedWaits: boolean;
    /** What a second startTls() throws. */
    readonly startedTwice: string;
    /** What fails with it where the service has no TLS to start. */
    readonly unsupported: string;
  };
  readonly lifetimes: Lifetimes;
}

/** Members of ConnectionData. */
export type ConnectionMember = "connectionStream" | "watchForDisconnectTask" | "connectTask" | "tlsStarter";

/** Who owns and who borrows what behind a socket (MODEL 5). */
export interface Lifetimes {
  /** The members in the order of declaration; they are destroyed in reverse (K12, MODEL 5.1). */
  readonly connectionData: readonly ConnectionMember[];
  /** What is suspended while connect() waits at the gate: a coroutine of the promised interface, or connectTask. */
  readonly deferred: "connectFrame" | "connectTask" | null;
  /** How the deferred connect has the address: copied by the adapter (D7), as a pointer into a string (D5), or as its own string. */
  readonly address: "copied" | "borrowed" | "owned";
  /** Whether the bytes of the address are taken for freed when its string is moved into the Socket (MODEL 5.3). */
  readonly moveFreesAddress: boolean;
  /** Whether the watch task holds the Socket until the sending direction ends (seen in recordings). */
  readonly watchHoldsSocket: boolean;
  /** Whether the status continuation holds the Socket until the connection's status is known (D13). */
  readonly statusHoldsSocket: boolean;
  /** Whether close() goes on with a strong reference to the Socket, rather than a raw pointer (D12). */
  readonly closeHoldsSocket: boolean;
  /** Whether takeConnectionStream() hands the tlsStarter slot on with the stream. */
  readonly slotTravels: boolean;
  /** Whether a queued deletion wakes its context, rather than wait until the context is entered for another reason. */
  readonly deletionWakes: boolean;
}
