/*
 * Where a run meets a condition: a chunk of its own, loaded when somebody first asks for one.
 */
import { meetings } from "../run/until.ts";
import { conditionFrom } from "./condition.ts";

/** The same as `meetings`, with a condition that comes from the page. */
export const meetingsOf: typeof meetings = (setup, keys, condition, onStep) =>
  meetings(setup, keys, conditionFrom(condition), onStep);
