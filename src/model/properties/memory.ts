/*
 * Memory of the C++ objects (MODEL 7.1, S13 and S14): what is read must be alive, and who points to something should go
 * before it.
 */
import type { WatchedProperty } from "./property.ts";

const memorySafety: WatchedProperty = {
  id: "S13",
  name: "Memory safety",
  kind: "always",
  meaning: "Nothing that runs uses an object that has been destroyed.",
  reached: (record) => record.kind === "destroyed" || record.kind === "dead-read",
  at: ["dead-read", "destroyed"],
  judge(state, record) {
    if (record.kind === "dead-read")
      return `a pointer that was borrowed (${record.edge}) is read after what it points to was destroyed`;
    if (record.kind !== "destroyed") return null;
    const type = state.things[record.thing - 1]?.type;
    if (type === "OutputGate") {
      // G4, D10: whoever waits at a gate must be gone before it.
      const actor = state.actors.find((entry) => entry.gateThing === record.thing);
      const [waiting] = actor?.waiting ?? [];
      return waiting === undefined ? null : `the output gate is destroyed while wait ${waiting} waits at it`;
    }
    if (type !== "connectionStream") return null;
    // D1: the task that watches the stream has to be cancelled before the stream goes.
    const watcher = state.borrows.find(
      ({ edge, target, holder }) =>
        edge === "D1" && target === record.thing && state.things[holder - 1]?.alive === true,
    );
    return watcher === undefined
      ? null
      : "the connection stream is destroyed while its watch task is not cancelled";
  },
};

/** Its violations are the `fragile-order` records: the picture shows them as what they are. */
const orderRobustness: WatchedProperty = {
  id: "S14",
  name: "Robust order of destruction",
  kind: "lint",
  meaning:
    "Whoever borrows a pointer is destroyed before what it points to, so that no order is safe only because nothing runs in between.",
  reached: (record) => record.kind === "destroyed",
};

/** S13 and S14. */
export const MEMORY_PROPERTIES: readonly WatchedProperty[] = [memorySafety, orderRobustness];
