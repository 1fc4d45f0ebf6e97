/*
 * Why a property is violated: the records that made it happen, and nothing else. What left, the call behind it, the writes
 * that it depends on and that were not durable, with their locks and commits, and what let it out.
 */
import type { WriteId } from "../base/ids.ts";
import type { Output, RecordOf, RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import { chainOf, commitOfWrite, type Facts, factsOf, recordAt, recordsOf } from "./facts.ts";
import { capitalised, listed, outputPhrase, writeText } from "./words.ts";

/** The causal slice of a violation. */
export interface Why {
  /** In the order in which they happened, the violation last of what it needs. */
  readonly records: readonly RunRecord[];
  /** Without a full stop. */
  readonly sentence: string;
}

type Crossing = RecordOf<"output-passes">;

/** The slice of the violation at `index`; null for any other record. */
export function whyOf(run: RunData, index: number): Why | null {
  const violation = recordAt(run, index);
  if (violation?.kind !== "violation") return null;
  const cause = recordAt(run, violation.cause);
  const facts = factsOf(run);
  const crossings = cause === null ? [] : crossingsBehind(run, facts, cause);
  const parts: (RunRecord | null | undefined)[] = [violation, cause];
  for (const crossing of crossings) parts.push(...partsOf(run, facts, crossing));
  if (cause !== null && crossings.length === 0) parts.push(...partsOfOther(run, cause));
  const found = new Set(parts.flatMap((part) => (part == null ? [] : [part])));
  return {
    records: [...found].toSorted((a, b) => a.index - b.index),
    sentence: crossings.length === 0 ? violation.text : sentenceOf(facts, crossings, cause),
  };
}

/** What left too early: the crossing itself, or those whose writes fail now. */
function crossingsBehind(run: RunData, facts: Facts, cause: RunRecord): readonly Crossing[] {
  if (cause.kind === "output-passes") return [cause];
  const commit =
    cause.kind === "commit-fails"
      ? cause.commit
      : cause.kind === "gate-breaks"
        ? facts.locks.get(cause.lock)?.commit
        : undefined;
  if (commit === undefined) return [];
  return recordsOf(run, "output-passes").filter(
    ({ index, leak }) =>
      index < cause.index && leak.some((write) => facts.writes.get(write)?.commit === commit),
  );
}

function partsOf(run: RunData, facts: Facts, crossing: Crossing): (RunRecord | null | undefined)[] {
  return [
    crossing,
    callOf(run, crossing),
    letOutBy(run, crossing),
    run.records.find(({ kind, cause }) => kind === "outside" && cause === crossing.index),
    ...crossing.leak.flatMap((write) => partsOfWrite(facts, write)),
  ];
}

function partsOfWrite(facts: Facts, write: WriteId): (RunRecord | null | undefined)[] {
  const commit = commitOfWrite(facts, write);
  const lock = [...facts.locks.values()].find((one) => one.commit === commit?.id);
  return [facts.writes.get(write), lock?.taken, ...(commit?.starts ?? []), commit?.end];
}

/** The choice that let it out: the first record of its step that led to it. */
function letOutBy(run: RunData, crossing: Crossing): RunRecord | undefined {
  return chainOf(run, crossing)
    .filter(({ step }) => step === crossing.step)
    .at(-1);
}

/** The call in the handler that asked for it, the last one before it. */
function callOf(run: RunData, { index, output }: Crossing): RunRecord | undefined {
  return run.records.findLast((record) => record.index < index && isCallOf(record, output));
}

function isCallOf(record: RunRecord, output: Output): boolean {
  switch (output.type) {
    case "connect":
      return record.kind === "connect-called" && record.socket === output.socket;
    case "write":
      return (
        record.kind === "bytes-queued" && record.socket === output.socket && record.write === output.write
      );
    case "chunk":
      return (
        record.kind === "output-passes" &&
        record.output.type === "pipe" &&
        record.output.socket === output.socket
      );
    case "close":
    case "fin":
      return record.kind === "socket-closing" && record.socket === output.socket;
    case "start-tls":
      return record.kind === "start-tls" && record.secure === output.socket;
    case "response":
    case "body-chunk":
      return record.kind === "handler-returns" && record.request === output.request;
    default:
      return false;
  }
}

/** A violation that is none of an output's: what led to it; of a dead read also the death. */
function partsOfOther(run: RunData, cause: RunRecord): readonly RunRecord[] {
  const chain = chainOf(run, cause);
  if (cause.kind !== "dead-read") return chain;
  const own = run.records.filter(
    (record) =>
      (record.kind === "made" || record.kind === "destroyed") &&
      (record.thing === cause.target || record.thing === cause.holder) &&
      record.index < cause.index,
  );
  return [...chain, ...own];
}

function sentenceOf(facts: Facts, crossings: readonly Crossing[], cause: RunRecord | null): string {
  const one = crossings.map((crossing) => {
    const writes = crossing.leak.map((write) => {
      const commit = commitOfWrite(facts, write)?.id;
      const lock = [...facts.locks.values()].find((held) => held.commit === commit)?.id;
      const names = [`write ${write}`, `commit ${commit}`, ...(lock === undefined ? [] : [`lock ${lock}`])];
      return `${writeText(facts, write)} (${names.join(", ")})`;
    });
    const was = writes.length === 1 ? "was" : "were";
    return `${outputPhrase(facts, crossing.output)} left although ${listed(writes)} ${was} not durable: ${reasonOf(crossing)}`;
  });
  const failure = cause !== null && cause.kind !== "output-passes" ? "; then the commit failed" : "";
  return capitalised(listed(one)) + failure;
}

/** Why nothing held it. */
function reasonOf({ output, waiter }: Crossing): string {
  switch (output.type) {
    case "connect":
      return "connect() did not wait for the gate";
    case "chunk":
      return "a pipe asks the gate once, when it begins";
    case "close":
      return waiter === null ? "close() did not ask the gate" : "close() had asked the gate before";
    case "body-chunk":
      return "of a response only the headers wait at the gate";
    default:
      return waiter === null ? "nothing asked the gate" : "the gate had been asked before";
  }
}
