/*
 * One line per lane: what a folded lane hides.
 */
import { unreachable } from "../base/assert.ts";
import { recordsOf } from "./facts.ts";
import type { Frame } from "./frame.ts";
import type { LaneId } from "./lanes.ts";
import { count } from "./words.ts";

/** The summary of a lane. */
export function summaryOf(id: LaneId, { run, facts }: Frame): string {
  const amount = (kind: Parameters<typeof recordsOf>[1]): number => recordsOf(run, kind).length;
  switch (id) {
    case "handler":
      return `${count(amount("turn-begins"), "turn")}, ${count(amount("await"), "await")}`;
    case "storage": {
      const failed = amount("commit-fails");
      return `${count(amount("write-accepted"), "write")} in ${count(facts.commits.size, "commit")}${failed > 0 ? `, ${failed} failed` : ""}`;
    }
    case "connects": {
      const failed = amount("socket-fails");
      return `${count(facts.sockets.size, "socket")}, ${amount("socket-opens")} opened${failed > 0 ? `, ${failed} failed` : ""}`;
    }
    case "bytes":
      return `${count(amount("bytes-queued"), "write")} queued, ${amount("bytes-sent")} sent`;
    case "gate": {
      const leaks = recordsOf(run, "output-passes").filter((record) => record.leak.length > 0).length;
      return `${count(facts.locks.size, "lock")}, ${count(facts.outputs.length, "output")}${leaks > 0 ? `, ${count(leaks, "leak")}` : ""}`;
    }
    case "outside":
      return count(amount("outside"), "event");
    case "lifetimes": {
      const fragile = amount("fragile-order");
      const dead = amount("dead-read");
      return `${count(amount("made"), "object")}${fragile > 0 ? `, ${count(fragile, "fragile order")}` : ""}${dead > 0 ? `, ${count(dead, "dead read")}` : ""}`;
    }
    default:
      return unreachable(id);
  }
}
