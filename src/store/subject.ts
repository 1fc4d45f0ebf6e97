/*
 * What a record is about, and what may be done to that: from a bar of the timeline to the failures a person can inject.
 */
import type { Choice, EnabledChoice } from "../model/choice.ts";
import type { Output, RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";

/** The commit, socket or request that a record is about. */
export interface Subject {
  readonly commit?: number;
  readonly socket?: number;
  readonly request?: number;
}

/** Failures that concern a record, and the step after which they are possible. */
export interface Injectable {
  readonly step: number;
  readonly choices: readonly EnabledChoice[];
}

/** What the record is about; empty when it is about none of the three. */
export function subjectOf(record: RunRecord, records: readonly RunRecord[]): Subject {
  switch (record.kind) {
    case "write-accepted":
    case "commit-starts":
    case "commit-durable":
    case "commit-fails":
    case "commit-delayed":
    case "commit-stored":
    case "commit-busy":
    case "lock-taken":
    case "alarm-scheduled":
    case "alarm-refused":
      return { commit: record.commit };
    case "lock-released":
    case "gate-breaks": {
      const taken = records.find((other) => other.kind === "lock-taken" && other.lock === record.lock);
      return taken?.kind === "lock-taken" ? { commit: taken.commit } : {};
    }
    case "output-waits":
    case "output-passes":
    case "output-dropped":
      return subjectOfOutput(record.output);
    case "outside":
      return "socket" in record.event ? { socket: record.event.socket } : { request: record.event.request };
    case "request-delivered":
    case "handler-returns":
    case "handler-throws":
    case "alarm-ends":
      return { request: record.request };
    default:
      return "socket" in record && record.socket !== null ? { socket: record.socket } : {};
  }
}

/** The failures that concern a record: those possible at `step`, else at the nearest step where there are any. */
export function injectableAt(run: RunData, record: RunRecord, step: number): Injectable | null {
  const subject = subjectOf(record, run.records);
  const failuresAt = (index: number): readonly EnabledChoice[] =>
    (run.steps[index]?.enabled ?? []).filter(
      (each) => each.role === "failure" && concerns(each.choice, subject),
    );
  const before = Array.from({ length: step + 1 }, (_, index) => step - index);
  const after = Array.from(
    { length: Math.max(0, run.steps.length - step - 1) },
    (_, index) => step + 1 + index,
  );
  for (const index of [...before, ...after]) {
    const choices = failuresAt(index);
    if (choices.length > 0) return { step: index, choices };
  }
  return null;
}

function concerns(choice: Choice, subject: Subject): boolean {
  if ("commit" in choice) return choice.commit === subject.commit;
  if ("socket" in choice) return choice.socket === subject.socket;
  if ("request" in choice) return choice.request === subject.request;
  return false;
}

function subjectOfOutput(output: Output): Subject {
  switch (output.type) {
    case "response":
    case "body-chunk":
    case "alarm-outcome":
    case "alarm-done":
    case "result":
      return { request: output.request };
    case "sync":
    case "transform":
    case "call":
      return {};
    default:
      return { socket: output.socket };
  }
}
