import type { Switches } from "../setup.ts";
import type { Design } from "./design.ts";
import { ungated } from "./ungated.ts";

/**
 * The question in the review: should only writes be blocked, and the connection not? (MODEL 6 d) The far end then still sees
 * a connection whose writes are not durable, which is itself something that it can act on.
 *
 * As asked (d0) it is what was there before: bytes and FIN have always waited, so it is the ungated design. The idealized
 * form (d1) puts a wrapper around the KJ stream that waits for the current locks at every write and shutdownWrite, which
 * also holds what a pipe writes after its one wait (S2p). Neither was ever written: d1 is reconstructed from the question.
 */
export function writesOnly({ wrapper }: Pick<Switches, "wrapper">): Design {
  return wrapper ? { ...ungated, sinkWaits: true } : ungated;
}
