/*
 * Critical sections (MODEL 7.2, L7): what one awaits must not wait for it.
 */
import { entryAt } from "../../base/copy.ts";
import { leadsTo } from "../../handler/leads-to.ts";
import type { Actor, Entry, State } from "../state.ts";
import { listInWords } from "../words.ts";
import { promisedBy } from "./promised.ts";
import type { WatchedProperty } from "./property.ts";

/** An event that has not entered, and the critical section that it was asked for in; 0 for none. */
interface Waiting {
  readonly entry: Entry;
  readonly section: number;
}

/** Whether `section` is `outer`, or stands in it. */
function isWithin({ sectionParents }: State, section: number, outer: number): boolean {
  for (let id = section; id !== 0; id = sectionParents[id - 1] ?? 0) if (id === outer) return true;
  return false;
}

/** Which of the events were asked for outside of a section that awaits what they give: the names of that. */
function awaitedFrom(
  state: State,
  actor: Actor,
  section: number,
  waiting: readonly Waiting[],
): readonly string[] {
  return waiting
    .filter((event) => !isWithin(state, event.section, section))
    .flatMap(({ entry }) => promisedBy(state, entry))
    .filter(({ ref }) => ref !== 0 && leadsTo(actor.machine, ref, `section:${section}`))
    .map(({ name }) => name);
}

/** What of the object waits at the output gate and has to pass the input gate after that. */
function atOutputGate(state: State, actor: Actor): readonly Waiting[] {
  return actor.waiting.flatMap((id) => {
    const task = entryAt(state, "waiters", id - 1)?.task;
    return task?.type === "js" ? [task] : [];
  });
}

const nothingFromOutside: WatchedProperty = {
  id: "L7",
  name: "No waiting for the outside",
  kind: "always",
  meaning:
    "A critical section does not await what was asked for outside of it: that cannot enter until the section ends, so the 30 s pass and the object is reset.",
  reached: (record) => record.kind === "input-gate-locked" && record.section !== 0,
  at: ["input-gate-breaks"],
  judge(state, record) {
    if (record.kind !== "input-gate-breaks" || record.actor === null) return null;
    const actor = entryAt(state, "actors", record.actor - 1);
    if (actor === undefined) return null;
    // A section may be stuck because one within it is.
    const stuck = actor.sections.filter(({ id }) => isWithin(state, id, record.section));
    const awaited = (waiting: readonly Waiting[]): string =>
      listInWords([...new Set(stuck.flatMap(({ id }) => awaitedFrom(state, actor, id, waiting)))]);
    const outside = awaited(actor.inputQueue);
    if (outside !== "")
      return `the critical section awaits ${outside}, asked for outside of it, which waits for the section to end`;
    const held = awaited(atOutputGate(state, actor));
    return held === ""
      ? null
      : `the critical section awaits ${held}, asked for outside of it, which waits at the output gate and then for the section to end`;
  },
};

/** L7. */
export const SECTION_PROPERTIES: readonly WatchedProperty[] = [nothingFromOutside];
