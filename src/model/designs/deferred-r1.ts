import type { Switches } from "../setup.ts";
import type { Design } from "./design.ts";
import { ungated } from "./ungated.ts";

/**
 * The first revision: the Socket gets a promised stream, and a coroutine, `connectTask`, waits for the gate and then invokes
 * service.connect() (MODEL 6 b). The coroutine borrows the tlsStarter slot (D4), which dies before it, and the address (D5).
 * What is written before the connection has been asked for waits in the promised stream and takes a turn or two more.
 *
 * Its source is not public. All of it is reconstructed from the discussion on pull request 6533, on top of the build before
 * it; what the discussion leaves open is a switch. A shutdownWrite before the promised stream is there would stand in a task
 * set and be logged if the stream fails: it does not come to that, as writer.close() and close() wait for `opened`.
 */
export function deferredR1(switches: Omit<Switches, "autogate" | "wrapper">): Design {
  return {
    ...ungated,
    connectWaits: true,
    idleConnectTurns: 2,
    promisedStreamTurns: 2,
    serviceError: "fails-connection",
    // A promised stream that fails with DISCONNECTED counts as one whose far end has gone; a dropped fulfiller (K10) does not.
    disconnectIsNormalEnd: switches.forwardsErrors,
    lifetimes: {
      ...ungated.lifetimes,
      connectionData: ["connectionStream", "watchForDisconnectTask", "connectTask", "tlsStarter"],
      deferred: "connectTask",
      address: "borrowed",
      moveFreesAddress: switches.stringMoveInvalidates,
      statusHoldsSocket: switches.statusHoldsSocket,
      // With the switch off nothing in C++ holds the Socket, which is what the review feared.
      watchHoldsSocket: switches.statusHoldsSocket,
    },
  };
}
