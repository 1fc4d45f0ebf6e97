/*
 * How long the function of a critical section may take, and what breaks the input gate (MODEL 1).
 */
import type { ActorId } from "../base/ids.ts";
import { SECTION_TIMEOUT } from "./break-error.ts";
import type { AddChoice } from "./choice.ts";
import type { Draft } from "./draft.ts";
import type { Actor, BreakError, State } from "./state.ts";

/** So long the function of a critical section may take. */
export const SECTION_LIMIT_MS = 30_000;

/** A critical section has taken 30 s, as one does that awaits what was asked for outside of it (MODEL 1; L7). */
export function sectionTimesOut(d: Draft, id: number): void {
  const actor = sectionOwner(d.s, id);
  const section = actor?.sections.find((entry) => entry.id === id);
  if (actor === null || section === undefined) return;
  d.advanceTo(section.dueAt);
  d.cause = null;
  breakInputGate(d, actor.id, id, SECTION_TIMEOUT);
}

/** The object in which a critical section runs; null when it has ended. */
function sectionOwner(state: State, id: number): Actor | null {
  return state.actors.find(({ sections }) => sections.some((section) => section.id === id)) ?? null;
}

/** The input gate breaks for good, and the object is reset (MODEL 1, CriticalSection). */
export function breakInputGate(d: Draft, actorId: ActorId, section: number, error: BreakError): void {
  d.cause = d.emit({ kind: "input-gate-breaks", section, error: error.message }, { actor: actorId });
  d.armDepthFirst({ type: "abort", actor: actorId, error, cause: d.cause });
}

/** The critical sections that may take too long: a time limit, and nothing once the function has settled. */
export function addSectionChoices(add: AddChoice, state: State): void {
  for (const { sections } of state.actors) {
    for (const { id, dueAt, resultRef } of sections) {
      if (resultRef !== 0) continue;
      add(
        { type: "section-timeout", section: id },
        dueAt,
        () => [
          `Critical section ${id} has taken too long`,
          "30 s are over: breaks the input gate and resets the object",
        ],
        "failure",
      );
    }
  }
}
