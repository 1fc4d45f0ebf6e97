import type { Switches } from "../setup.ts";
import { deferredR1 } from "./deferred-r1.ts";
import type { Design } from "./design.ts";

/**
 * The first revision with the two fixes that the review asked for (MODEL 6 c): the coroutine owns its copy of the address,
 * and `connectTask` is declared after `tlsStarter`, so that it dies before the slot that it borrows.
 *
 * Reconstructed, as the first revision is.
 */
export function deferredR1Fixed(switches: Pick<Switches, "statusHoldsSocket" | "forwardsErrors">): Design {
  const { lifetimes, ...rest } = deferredR1({ ...switches, stringMoveInvalidates: false });
  return {
    ...rest,
    lifetimes: {
      ...lifetimes,
      connectionData: ["connectionStream", "watchForDisconnectTask", "tlsStarter", "connectTask"],
      address: "owned",
    },
  };
}
