/*
 * Which source lines to mark at a moment: what runs now, what ran earlier in the same turn, and where calls wait.
 */
import type { RunRecord } from "../model/records.ts";
import type { Beat } from "../timeline/beats.ts";

/** The strongest mark of a line. */
export type LineMark = "now" | "turn" | "awaits";

/** Marks by line number, from 1. */
export function lineMarks(records: readonly RunRecord[], beat: Beat | null): ReadonlyMap<number, LineMark> {
  const marks = new Map<number, LineMark>();
  if (beat === null) return marks;
  const waiting = new Map<string, number>();
  let turnLines = new Set<number>();
  let isTurn = false;
  for (const record of records.slice(0, beat.lastRecord + 1)) {
    if (record.kind === "turn-begins") {
      turnLines = new Set();
      isTurn = true;
    }
    if (isTurn && record.line !== null) turnLines.add(record.line);
    // A turn that ended before this beat is over.
    if (record.kind === "turn-ends" && record.index < beat.firstRecord) isTurn = false;
    if (record.kind === "await" && record.line !== null) waiting.set(callName(record), record.line);
    if (record.kind === "resume") waiting.delete(callName(record));
    if (record.kind === "object-ends" || record.kind === "object-aborts") forgetActor(waiting, record.actor);
  }
  for (const line of waiting.values()) marks.set(line, "awaits");
  if (isTurn) for (const line of turnLines) marks.set(line, "turn");
  for (const record of records.slice(beat.firstRecord, beat.lastRecord + 1)) {
    if (record.line !== null && isHandlers(record)) marks.set(record.line, "now");
  }
  return marks;
}

/** Log lines of the handler that have been written before `endRecord`. */
export function consoleLines(records: readonly RunRecord[], endRecord: number): readonly RunRecord[] {
  return records.slice(0, endRecord).filter((record) => record.kind === "log");
}

/** The handler itself did this, just now; other records only remember which line they go back to. */
function isHandlers(record: RunRecord): boolean {
  return record.kind !== "outside" && record.kind !== "output-passes" && record.kind !== "output-dropped";
}

function callName(record: { readonly actor: number | null; readonly call: number }): string {
  return `${record.actor ?? 0}:${record.call}`;
}

function forgetActor(waiting: Map<string, number>, actor: number | null): void {
  for (const name of [...waiting.keys()]) if (name.startsWith(`${actor ?? 0}:`)) waiting.delete(name);
}
