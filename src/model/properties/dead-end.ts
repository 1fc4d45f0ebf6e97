/*
 * Dead ends, which are no property of MODEL 7: where nothing more happens by itself, somebody still waits. A world may be made
 * so (a far end that never answers), so it is said of a search through all orders and not along every run.
 */
import { mustGet } from "../../base/assert.ts";
import type { RequestState, State } from "../state.ts";

/** The request that nobody will ever answer although its object lives, in a state at rest; null if there is none. */
export function deadEndOf(state: State): string | null {
  const waiting = state.requests.find((request) => isWaiting(state, request));
  return waiting === undefined ? null : `${waiting.path} of object "${waiting.object}" is never answered`;
}

function isWaiting(state: State, { state: at, call, isAlarm, clientGone, actor }: RequestState): boolean {
  if (call !== null || isAlarm || clientGone || actor === null) return false;
  if (at !== "running" && at !== "returned" && at !== "streaming") return false;
  return mustGet(state.actors[actor - 1], `actor ${actor}`).context === "live";
}
