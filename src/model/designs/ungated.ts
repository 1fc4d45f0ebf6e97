import { INTERNAL_ERROR } from "../break-error.ts";
import type { Design } from "./design.ts";

/**
 * Before pull request 6533: `connect()` invokes the service inside the call, so the far end can see a connection whose
 * writes are not durable. Bytes, FIN and responses wait at the gate in this design as in every other (MODEL 6 a).
 *
 * Inferred from recordings of workerd 1.20260410.1: the handshake starts one turn after the call (the address is parsed
 * first); the network is read ahead; a reset reads as a clean end; `opened` of what startTls() gives resolves before the TLS
 * handshake, and whether or not it succeeds; a fetch() with nothing to wait for takes longer to the handshake than a
 * connect(); its connection stays until the answer's body has been read; new WebSocket() does not wait.
 */
export const ungated: Design = {
  connectWaits: false,
  sinkWaits: false,
  promisedStreamTurns: null,
  idleConnectTurns: 1,
  idleWriteTurns: 1,
  pumpTurns: 1,
  readsAhead: true,
  closesWhenBothEnded: false,
  readAfterReset: "end",
  readErrorOfFailedConnect: null,
  closedAfterWriterCloseThenEnd: false,
  closeReadError: "Stream was cancelled.",
  closeWriterError: null,
  writesStrings: false,
  refusedWriteFailsFirst: true,
  refusedPipeFailsFirst: true,
  pipeUnlocksBeforeEnd: false,
  failedBody: "ends",
  idleFetchTurns: 1,
  fetchConnectTurns: 2,
  readsAnswersAhead: false,
  readsRequestBodiesAhead: false,
  malformedAnswerIsLost: false,
  webSocketWaits: false,
  serviceError: "thrown",
  disconnectIsNormalEnd: false,
  tls: {
    helloBytes: 230,
    nameBytes: -9,
    openedWaits: false,
    startedTwice: "startTls can only be called once.",
    unsupported: INTERNAL_ERROR,
  },
  lifetimes: {
    connectionData: ["connectionStream", "watchForDisconnectTask", "tlsStarter"],
    deferred: null,
    address: "copied",
    moveFreesAddress: false,
    watchHoldsSocket: true,
    statusHoldsSocket: true,
    closeHoldsSocket: false,
    slotTravels: false,
    deletionWakes: false,
  },
};
