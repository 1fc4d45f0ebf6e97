/*
 * Says what happens, one plain sentence for each beat.
 */
import { mustGet, unreachable } from "../base/assert.ts";
import type { RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import type { Beat } from "./beats.ts";
import { factsOf } from "./facts.ts";
import { narrateCommit } from "./narrate-commit.ts";
import { narrateGate } from "./narrate-gate.ts";
import { narrateHandler } from "./narrate-handler.ts";
import { narrateObject } from "./narrate-object.ts";
import { narrateSocket } from "./narrate-socket.ts";
import { type Context, type Narration, say } from "./narration.ts";

/** The sentence for the beat at `index`; before the first beat (-1), what is about to be seen. */
export function narrate(run: RunData, beats: readonly Beat[], index: number): Narration {
  const beat = beats[index];
  if (beat === undefined) return say("Nothing has happened yet. Step forward, or press play.");
  const main = mustGet(run.records[beat.main], "the main record of a beat");
  const followers = run.records.slice(beat.firstRecord, beat.lastRecord + 1).filter((one) => one !== main);
  return narrateRecord(main, { run, facts: factsOf(run), followers });
}

/** The sentence for one record, given its context. */
export function narrateRecord(record: RunRecord, context: Context): Narration {
  switch (record.kind) {
    case "request-delivered":
    case "turn-begins":
    case "turn-ends":
    case "await":
    case "resume":
    case "log":
    case "promise-settles":
    case "handler-returns":
    case "handler-throws":
    case "alarm-ends":
    case "handler-stuck":
    case "timer-set":
    case "read":
    case "read-done":
    case "input-gate-locked":
    case "input-gate-released":
    case "input-gate-breaks":
    case "event-queued":
      return narrateHandler(record, context);
    case "commit-starts":
    case "commit-stored":
    case "commit-durable":
    case "commit-fails":
    case "commit-busy":
    case "commit-delayed":
    case "ownership-check":
    case "last-copy":
    case "file-replaced":
    case "new-file-synced":
      return narrateCommit(record, context);
    case "write-accepted":
    case "alarm-scheduled":
    case "alarm-refused":
    case "lock-taken":
    case "lock-released":
    case "gate-breaks":
    case "output-waits":
    case "output-passes":
    case "output-dropped":
      return narrateGate(record, context);
    case "connect-called":
    case "connect-starts":
    case "start-tls":
    case "socket-opens":
    case "socket-fails":
    case "socket-closing":
    case "socket-closed":
    case "bytes-queued":
    case "bytes-dispatched":
    case "bytes-sent":
    case "bytes-dropped":
    case "bytes-arrive":
    case "end-arrives":
    case "bytes-read":
    case "call-made":
    case "outside":
      return narrateSocket(record, context);
    case "object-starts":
    case "object-aborts":
    case "object-ends":
    case "collected":
    case "made":
    case "borrows":
    case "borrow-ends":
    case "deletion-queued":
    case "destroyed":
    case "fragile-order":
    case "dead-read":
    case "violation":
      return narrateObject(record, context);
    default:
      return unreachable(record);
  }
}
