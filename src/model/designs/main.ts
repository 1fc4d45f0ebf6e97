import type { Design } from "./design.ts";

/**
 * Today: the promised worker interface without an autogate (MODEL 6 f).
 *
 * Inferred from recordings of workerd 1.20261117.1: with nothing locked the connect starts right after the turn; the network
 * is read on demand; a connection whose two directions have ended is given up; a reset is an error to the reader; a write
 * takes one turn more to reach the sink, so that a commit that fails at the end of the turn comes first; strings are written
 * as UTF-8; a socket that is collected outside of its context is destroyed at once, as its deletion wakes the context; a
 * pipe that has ended unlocks the socket before its end is sent; a response body that fails cuts the connection; a fetch(),
 * like a write, loses against a commit that fails at the end of the turn, and its connection is given up by the HTTP client
 * soon after the answer, whether or not anybody reads the body.
 *
 * ConnectionData has the members of before, so its slot dies before the deferred frame that borrows it (D3). close() holds
 * the Socket that it goes on with (D12).
 */
export const main: Design = {
  connectWaits: true,
  sinkWaits: false,
  promisedStreamTurns: null,
  idleConnectTurns: 1,
  idleWriteTurns: 3,
  pumpTurns: 0,
  readsAhead: false,
  closesWhenBothEnded: true,
  readAfterReset: "error",
  readErrorOfFailedConnect: "Stream was cancelled.",
  closedAfterWriterCloseThenEnd: true,
  closeReadError: "This socket has been closed.",
  closeWriterError: "This socket has been closed.",
  writesStrings: true,
  refusedWriteFailsFirst: false,
  refusedPipeFailsFirst: false,
  pipeUnlocksBeforeEnd: true,
  failedBody: "cut",
  idleFetchTurns: 3,
  fetchConnectTurns: 0,
  readsAnswersAhead: true,
  readsRequestBodiesAhead: true,
  malformedAnswerIsLost: true,
  webSocketWaits: true,
  serviceError: "fails-connection",
  disconnectIsNormalEnd: false,
  tls: {
    helloBytes: 220,
    nameBytes: 9,
    openedWaits: true,
    startedTwice: "startTls has already been called on this socket, or the socket was transferred over RPC.",
    unsupported: "startTls() is not supported on this connection.",
  },
  lifetimes: {
    connectionData: ["connectionStream", "watchForDisconnectTask", "tlsStarter"],
    deferred: "connectFrame",
    address: "copied",
    moveFreesAddress: false,
    watchHoldsSocket: false,
    statusHoldsSocket: true,
    closeHoldsSocket: true,
    slotTravels: true,
    deletionWakes: true,
  },
};
