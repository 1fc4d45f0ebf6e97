/*
 * What differs between the designs of MODEL 6. Everything else is the same for all of them and stands in src/model.
 */

/** One design of connect() and its surroundings. Each has a file of its own beside this one. */
export interface Design {
  /** Whether connect() waits at the output gate (step 7 of MODEL 4.1). */
  readonly connectWaits: boolean;
  /** KJ turns, queued breadth-first (K2), from a connect() that need not wait for any lock to service.connect(). */
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
  /** What a pending read() is rejected with by socket.close(), and writer.closed if it is rejected at all. */
  readonly closeReadError: string;
  readonly closeWriterError: string | null;
  /** Whether write() takes a string, as UTF-8. */
  readonly writesStrings: boolean;
  /** Whether a write that is already in the pipe fails on its own, before `closed` and `opened`, when a held connect is refused. */
  readonly heldWriteFailsFirst: boolean;
  /** Who holds a raw pointer to the tlsStarter slot from connect() on (MODEL 5.2). */
  readonly slotEdge: "D2" | "D3";
}
