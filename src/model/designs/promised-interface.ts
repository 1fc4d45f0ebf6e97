import type { Switches } from "../setup.ts";
import type { Design, Lifetimes } from "./design.ts";
import { ungated } from "./ungated.ts";

/**
 * As merged: with the autogate off it connects as before the pull request; with the autogate on, the service stands behind a promised worker interface whose promise is "wait for the
 * output gate, then hand over the real client" (MODEL 6 e). The connect coroutine borrows the tlsStarter slot, which
 * ConnectionData destroys before it (D3). With the autogate either way, a taken stream takes its slot along (4.7).
 *
 * Inferred from recordings of workerd 1.20260501.1: even when nothing is locked the connect starts after the commit of its
 * own turn, so it takes one turn more than a commit does.
 */
export function promisedInterface({ autogate }: Pick<Switches, "autogate">): Design {
  return autogate ? autogateOn : { ...ungated, lifetimes };
}

const lifetimes: Lifetimes = { ...ungated.lifetimes, slotTravels: true };

const autogateOn: Design = {
  ...ungated,
  connectWaits: true,
  idleConnectTurns: 2,
  serviceError: "fails-connection",
  lifetimes: { ...lifetimes, deferred: "connectFrame" },
};
