/*
 * Why a record is there: the chain of records that led to it, and the storage writes it depends on, with their commits.
 */
import type { RecordIndex, WriteId } from "../base/ids.ts";
import type { RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import {
  chainOf,
  commitOfWrite,
  durableRecordOf,
  type Facts,
  factsOf,
  isDurableAt,
  recordAt,
  writesBehind,
} from "./facts.ts";
import { whyOf } from "./why.ts";
import { listed, timeText, writesText, writeText } from "./words.ts";

/** What to light up for a record, and what to say. */
export interface Causes {
  /** The record, its causes, the writes it depends on and the commits of those. */
  readonly records: ReadonlySet<number>;
  /** "" when there is no such record. */
  readonly sentence: string;
}

/** The causes of the record at `recordIndex`. */
export function causesOf(run: RunData, recordIndex: number): Causes {
  const record = recordAt(run, recordIndex);
  if (record === null) return { records: new Set(), sentence: "" };
  const why = whyOf(run, recordIndex);
  if (why !== null)
    return { records: new Set(why.records.map(({ index }) => index)), sentence: why.sentence };
  const facts = factsOf(run);
  const records = new Set<number>(chainOf(run, record).map((one) => one.index));
  const writes = writesBehind(run, record);
  for (const write of writes) {
    const accepted = facts.writes.get(write);
    if (accepted !== undefined) records.add(accepted.index);
    for (const part of commitRecords(facts, write)) records.add(part);
  }
  return { records, sentence: sentenceOf(facts, record, writes) };
}

function commitRecords(facts: Facts, write: WriteId): readonly RecordIndex[] {
  const commit = commitOfWrite(facts, write);
  if (commit === null) return [];
  const lock = [...facts.locks.values()].find((one) => one.commit === commit.id);
  return [...commit.starts, commit.end, lock?.taken, lock?.end].flatMap((part) => (part ? [part.index] : []));
}

function sentenceOf(facts: Facts, record: RunRecord, writes: readonly WriteId[]): string {
  if (writes.length === 0) return "depends on no storage write";
  const durable = writes.filter((write) => isDurableAt(facts, write, record.index));
  const pending = writes.filter((write) => !durable.includes(write));
  if (pending.length === 0) {
    return `depends on ${writesText(facts, durable)}, which ${durable.length === 1 ? "was" : "were"} durable at that moment`;
  }
  const fates = pending.map((write) => fateOf(facts, record, write));
  const same = fates.every((fate) => fate === fates[0]);
  const were = pending.length === 1 ? "was" : "were";
  const after = same
    ? `(${fates[0]})`
    : `(${listed(pending.map((write, index) => `${writeText(facts, write)} ${fates[index]}`))})`;
  const also = durable.length === 0 ? "" : `, and on ${writesText(facts, durable)}, durable by then`;
  return `depends on ${writesText(facts, pending)}, which ${were} not durable at that moment ${after}${also}`;
}

/** What became of a write that was not durable when `record` happened. */
function fateOf(facts: Facts, record: RunRecord, write: WriteId): string {
  const durable = durableRecordOf(facts, write);
  if (durable !== null) return `became durable ${later(durable.at - record.at)}`;
  const end = commitOfWrite(facts, write)?.end;
  return end?.kind === "commit-fails"
    ? `failed ${later(end.at - record.at)}, and never happened`
    : "never became durable in this run";
}

function later(ms: number): string {
  return ms === 0 ? "at the same instant" : ms > 0 ? `${timeText(ms)} later` : `${timeText(-ms)} before`;
}
