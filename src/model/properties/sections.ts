/*
 * Critical sections (MODEL 7.2, L7): what one awaits must not wait for it.
 */
import { leadsTo } from "../../handler/leads-to.ts";
import type { Actor, Entry, State } from "../state.ts";
import { listInWords } from "../words.ts";
import type { WatchedProperty } from "./property.ts";

/** A promise that an event would settle once it has entered, and its name. */
interface Promised {
  readonly ref: number;
  readonly name: string;
}

/** What the handler gets from an event that waits at the input gate. */
function promisedBy(state: State, entry: Entry): readonly Promised[] {
  switch (entry.type) {
    case "opened":
    case "connect-failed":
    case "disconnected":
    case "pipe-ended": {
      const socket = state.sockets[entry.socket - 1];
      if (socket === undefined) return [];
      const name = `of socket ${socket.id}`;
      return [
        { ref: socket.openedRef, name: `opened ${name}` },
        { ref: socket.closedRef, name: `closed ${name}` },
        { ref: socket.closeRef, name: `close() ${name}` },
      ];
    }
    case "event-ready":
    case "event-done":
    case "write-failed": {
      const queue = state.sockets[entry.socket - 1]?.queue ?? [];
      return queue.map(({ type, write, promiseRef }) => ({
        ref: promiseRef,
        name:
          type === "write" ? `write ${write} of socket ${entry.socket}` : `the end of socket ${entry.socket}`,
      }));
    }
    case "read":
    case "read-failed":
      return [
        {
          ref: state.sockets[entry.socket - 1]?.readRef ?? 0,
          name: `what was read from socket ${entry.socket}`,
        },
      ];
    case "timer":
      return [{ ref: entry.promiseRef, name: `timer ${entry.timer}` }];
    case "storage-read":
      return [{ ref: state.reads[entry.read - 1]?.promiseRef ?? 0, name: "a read from storage" }];
    case "sync-done":
    case "delete-done":
      return [{ ref: state.syncs[entry.sync - 1]?.promiseRef ?? 0, name: "sync()" }];
    case "section":
      return [{ ref: entry.promiseRef, name: "another critical section" }];
    default:
      return [];
  }
}

/** What the section awaits that waits at the input gate for the section to end. */
function awaitedOutside(state: State, actor: Actor, section: number): readonly string[] {
  return actor.inputQueue.flatMap(({ entry }) =>
    promisedBy(state, entry)
      .filter(({ ref }) => ref !== 0 && leadsTo(actor.machine, ref, `section:${section}`))
      .map(({ name }) => name),
  );
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
    const actor = state.actors[record.actor - 1];
    if (actor === undefined) return null;
    const awaited = awaitedOutside(state, actor, record.section);
    return awaited.length === 0
      ? null
      : `the critical section awaits ${listInWords(awaited)}, asked for outside of it, which waits for the section to end`;
  },
};

/** L7. */
export const SECTION_PROPERTIES: readonly WatchedProperty[] = [nothingFromOutside];
