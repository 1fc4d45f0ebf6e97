/*
 * Which turns serve which request. A turn belongs
 *
 *   1. to the request whose delivery began it,
 *   2. else to that of the call which goes on in it (a call keeps the request in which it first awaited),
 *   3. else to the request that it answers,
 *   4. else to the request at the end of its chain of causes.
 */
import type { RequestId } from "../base/ids.ts";
import type { RecordOf, RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import { chainOf, type Facts, objectOf, recordAt } from "./facts.ts";

/** One request's part of the handler lane. */
export interface Thread {
  readonly key: string;
  readonly label: string;
  /** From the turns that serve it, in order. */
  readonly records: readonly RunRecord[];
}

interface Turn {
  readonly begins: RecordOf<"turn-begins">;
  readonly records: RunRecord[];
}

/** The threads of a run, in the order in which they begin. */
export function threadsOf(run: RunData, facts: Facts): readonly Thread[] {
  const threads = new Map<string, Thread & { readonly records: RunRecord[] }>();
  const requestOfCall = new Map<string, RequestId>();
  for (const turn of turnsOf(run)) {
    const request = requestOf(run, turn, requestOfCall);
    for (const record of turn.records) {
      const key = record.kind === "await" ? callKey(record) : null;
      if (key !== null && request !== null && !requestOfCall.has(key)) requestOfCall.set(key, request);
    }
    const object = objectOf(facts, turn.begins.actor);
    const key = `${object}.${request ?? ""}`;
    const thread = threads.get(key) ?? { key, label: labelOf(facts, object, request), records: [] };
    thread.records.push(...turn.records);
    threads.set(key, thread);
  }
  return [...threads.values()];
}

/** The turns with everything that is recorded until the next one. */
function turnsOf(run: RunData): readonly Turn[] {
  const turns: Turn[] = [];
  for (const record of run.records) {
    if (record.kind === "turn-begins") turns.push({ begins: record, records: [record] });
    else turns.at(-1)?.records.push(record);
  }
  return turns;
}

function requestOf(
  run: RunData,
  { begins, records }: Turn,
  requestOfCall: ReadonlyMap<string, RequestId>,
): RequestId | null {
  const cause = recordAt(run, begins.cause);
  if (cause?.kind === "request-delivered") return cause.request;
  for (const record of records) {
    const request = record.kind === "resume" ? requestOfCall.get(callKey(record)) : undefined;
    if (request !== undefined) return request;
  }
  for (const record of records) {
    if (record.kind === "handler-returns" || record.kind === "handler-throws") return record.request;
  }
  for (const record of chainOf(run, begins)) {
    if (record.kind === "request-delivered") return record.request;
    if (record.kind === "outside" && record.event.type === "request") return record.event.request;
  }
  return null;
}

function callKey(record: RecordOf<"await" | "resume">): string {
  return `${record.actor}.${record.call}`;
}

function labelOf(facts: Facts, object: string, request: RequestId | null): string {
  const path = request === null ? "no request" : `request ${request} · ${facts.requests.get(request) ?? ""}`;
  return facts.objects.length > 1 ? `${object} · ${path}` : path;
}
