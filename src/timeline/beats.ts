/*
 * timeline/ turns records into lanes, lanes into one scene of plain data, and the scene into SVG (draw/). It reads
 * records and nothing else, and may import only base, d3, and the types of run and model. Only draw/ knows the DOM.
 *
 * A beat is the person's step through a run: one thing that happened, with what inseparably belongs to it.
 *
 *     records  write-accepted  lock-taken  connect-called  made  made  borrows  output-waits  await  turn-ends
 *     beats    [ put "balance"         ]  [ connect("peer:9000") ............... and is held ] [ await ......]
 *
 * The rule, in order:
 *  1. A beat never spans two steps: each choice of the environment begins a new one.
 *  2. A quiet record (QUIET) joins the beat before it. So do records that only complete their predecessor (COMPLETES):
 *     the output that passes after `connect-starts`, `bytes-sent` after the bytes left.
 *  3. Outputs that are struck out together, and objects that die together, are one beat.
 *  4. Every other record is a beat of its own.
 * A quiet record that opens a step begins a beat too, and is then its main record.
 */
import type { Ms, RecordIndex, StepIndex } from "../base/ids.ts";
import type { RecordKind, RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";

/** One stop of the transport. */
export interface Beat {
  readonly index: number;
  readonly firstRecord: RecordIndex;
  /** Inclusive. */
  readonly lastRecord: RecordIndex;
  readonly step: StepIndex;
  readonly at: Ms;
  /** The record that the beat is about. */
  readonly main: RecordIndex;
}

/** Records that say something more about the one before them. */
const QUIET: ReadonlySet<RecordKind> = new Set<RecordKind>([
  "lock-taken",
  "lock-released",
  "output-waits",
  "promise-settles",
  "turn-ends",
  "input-gate-released",
  "made",
  "borrows",
  "borrow-ends",
  "deletion-queued",
  "destroyed",
]);

/** Records that complete a predecessor of one of these kinds, and stand alone after any other. */
const COMPLETES: Partial<Record<RecordKind, readonly RecordKind[]>> = {
  "turn-begins": ["request-delivered", "object-starts"],
  resume: ["turn-begins"],
  "output-passes": ["connect-starts"],
  "bytes-dispatched": ["output-passes", "bytes-queued"],
  "bytes-sent": ["bytes-dispatched", "output-passes", "outside"],
  "socket-closing": ["outside"],
  "input-gate-locked": ["read", "turn-begins", "request-delivered"],
  "output-dropped": ["output-dropped", "bytes-dropped"],
  "bytes-dropped": ["output-dropped", "bytes-dropped"],
  "request-delivered": ["object-starts"],
};

/** Kinds that take the lead of a beat whose first record only opens it. */
const LEADS: Partial<Record<RecordKind, readonly RecordKind[]>> = {
  resume: ["turn-begins"],
  "request-delivered": ["object-starts"],
  "output-passes": ["connect-starts"],
};

/** Groups the records of a run into beats. See the rule above. */
export function beatsOf(run: RunData): readonly Beat[] {
  const beats: Beat[] = [];
  let lead: RunRecord | null = null;
  for (const record of run.records) {
    const last = beats.at(-1);
    if (last !== undefined && lead !== null && last.step === record.step && joins(record, lead)) {
      const takesLead = LEADS[record.kind]?.includes(lead.kind) ?? false;
      if (takesLead) lead = record;
      beats[beats.length - 1] = { ...last, lastRecord: record.index, main: lead.index };
    } else {
      lead = record;
      beats.push({
        index: beats.length,
        firstRecord: record.index,
        lastRecord: record.index,
        step: record.step,
        at: record.at,
        main: record.index,
      });
    }
  }
  return beats;
}

/** Whether `record` belongs to the beat that `lead` leads. */
function joins(record: RunRecord, lead: RunRecord): boolean {
  if (record.at !== lead.at) return false;
  return QUIET.has(record.kind) || (COMPLETES[record.kind]?.includes(lead.kind) ?? false);
}

/** For each record the index of its beat. */
export function beatOfRecords(beats: readonly Beat[], recordCount: number): Int32Array {
  const beatOf = new Int32Array(recordCount);
  for (const beat of beats) beatOf.fill(beat.index, beat.firstRecord, beat.lastRecord + 1);
  return beatOf;
}
