/*
 * What is held back in a state, and by what.
 */
import type { Held } from "./choice.ts";
import { heldLocks } from "./gate.ts";
import type { State } from "./state.ts";
import { listInWords, writeInWords, writesBehind } from "./words.ts";

/** Every output that has been asked for and is not out: held by locks, or let through and waiting for something else. */
export function heldOutputs(state: State): readonly Held[] {
  const held: Held[] = [];
  for (const waiter of state.waiters) {
    const actor = state.actors[waiter.actor - 1];
    if (waiter.state !== "waiting" || actor === undefined || waiter.task.type === "fail-request") continue;
    const locks = heldLocks(state, actor, waiter.upto);
    const writes = writesBehind(state, locks);
    const by = listInWords(writes.map((write) => writeInWords(state, write)));
    const why = `waits for ${listInWords(locks.map((lock) => `lock ${lock}`))}, taken by ${by}`;
    held.push({ output: waiter.output, waiter: waiter.id, locks, writes, why });
  }
  for (const socket of state.sockets) {
    socket.queue.forEach((event, position) => {
      const waiter = state.waiters[event.waiter - 1];
      if (waiter === undefined || waiter.state !== "passed") return;
      const why =
        position > 0
          ? "the gate lets it through; waits for what is before it in the queue"
          : socket.stage !== "open"
            ? "the gate lets it through; waits for the connection to open"
            : "the gate lets it through; waits for the far end to take it (backpressure)";
      held.push({ output: waiter.output, waiter: waiter.id, locks: [], writes: [], why });
    });
  }
  for (const call of state.calls) {
    if (call.state !== "held" || state.waiters[(call.waiter ?? 0) - 1]?.state !== "passed") continue;
    const why = "the gate lets it through; waits for the input gate, which is held";
    held.push({ output: call.output, waiter: call.waiter, locks: [], writes: [], why });
  }
  return held;
}
