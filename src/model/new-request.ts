/*
 * What every request is when nothing has come of it yet: a client's, an alarm's, another object's.
 */
import { ms } from "../base/ids.ts";
import type { RequestState } from "./state.ts";

/** A request that has not reached its object. */
export const NEW_REQUEST: Omit<RequestState, "id" | "path" | "object"> = {
  call: null,
  error: null,
  group: 0,
  isAlarm: false,
  atMs: null,
  leavesAt: null,
  state: "planned",
  actor: null,
  clientGone: false,
  waiter: null,
  writes: [],
  status: 0,
  body: "",
  bodyRef: 0,
  parts: [],
  dueAt: ms(0),
  cause: null,
};
