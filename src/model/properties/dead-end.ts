/*
 * Dead ends, which are no property of MODEL 7: where nothing more happens by itself, somebody still waits. A world may be made
 * so (a far end that never answers), so it is said of a search through all orders and not along every run.
 */
import { mustGet } from "../../base/assert.ts";
import { entryAt } from "../../base/copy.ts";
import type { RequestState, State } from "../state.ts";

/** The request that nobody will ever answer although its object lives, in a state at rest; null if there is none. */
export function deadEndOf(state: State): string | null {
  const waiting = state.requests.find((request) => isWaiting(state, request));
  return waiting === undefined ? null : `${waiting.path} of object "${waiting.object}" is never answered`;
}

function isWaiting(state: State, request: RequestState): boolean {
  const { state: at } = request;
  if (at !== "running" && at !== "returned" && at !== "streaming") return false;
  if (request.clientGone || request.isAlarm || request.call !== null || request.actor === null) return false;
  return mustGet(entryAt(state, "actors", request.actor - 1), `actor ${request.actor}`).context === "live";
}
