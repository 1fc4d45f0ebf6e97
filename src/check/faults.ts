/*
 * Which failures a check may inject, and how many of each: a budget. A choice that is no failure is free; a failure costs
 * one of its kind. Times do not count in a check, so what only puts something off is left out.
 */
import type { Choice, EnabledChoice } from "../model/choice.ts";

/** A kind of failure, or of anything else out of the ordinary course. */
export interface FaultKind {
  readonly id: string;
  /** "one commit may fail" reads: <how many> <label>. */
  readonly label: string;
  readonly sentence: string;
  /** How many a check allows unless somebody says otherwise. */
  readonly standard: number;
}

const KINDS = [
  {
    id: "commit",
    label: "commit fails",
    sentence: "A commit fails: it is not stored, the gate breaks and the object is reset.",
    standard: 1,
  },
  {
    id: "stored",
    label: "commit fails, but is stored",
    sentence: "The storage reports a failure although it has stored the commit.",
    standard: 0,
  },
  {
    id: "busy",
    label: "storage is too busy",
    sentence: "An attempt of a commit or its check is turned down, and made again.",
    standard: 0,
  },
  {
    id: "timeout",
    label: "time limit runs out",
    sentence: "A lock has been held, or a critical section has run, for as long as it may.",
    standard: 0,
  },
  {
    id: "refuse",
    label: "connection is refused",
    sentence: "The far end turns a connection down.",
    standard: 1,
  },
  {
    id: "reset",
    label: "reset by the far end",
    sentence: "The far end resets a connection, or a Worker that is the far end throws.",
    standard: 1,
  },
  {
    id: "peer",
    label: "far end acts out of turn",
    sentence: "The far end sends, ends or answers something that its plan does not say.",
    standard: 0,
  },
  {
    id: "abort",
    label: "request is aborted",
    sentence: "The client disconnects before it has its response.",
    standard: 1,
  },
  {
    id: "collect",
    label: "garbage collection",
    sentence: "The garbage collector takes a socket that the handler cannot reach any more.",
    standard: 0,
  },
  {
    id: "end",
    label: "object is evicted or gets new code",
    sentence: "The platform ends the object's life: quietly when it is idle, by force when it is not.",
    standard: 0,
  },
] as const satisfies readonly FaultKind[];

/** Names a kind of failure. */
export type FaultId = (typeof KINDS)[number]["id"];

/** Every kind, in the order in which they are offered. */
export const FAULT_KINDS: readonly (FaultKind & { readonly id: FaultId })[] = KINDS;

/** How many failures of each kind a check allows; a kind that is not named: none. */
export type FaultBudget = Readonly<Partial<Record<FaultId, number>>>;

/** One commit may fail, one connection be refused, one be reset, one request be aborted. */
export const STANDARD_FAULTS: FaultBudget = Object.fromEntries(
  KINDS.filter(({ standard }) => standard > 0).map(({ id, standard }) => [id, standard]),
);

/** More of one kind than this is no budget (the count of each kind takes three bits in a state's vector). */
export const MOST_FAULTS = 7;

const FAULT_OF: Readonly<Partial<Record<Choice["type"], FaultId>>> = {
  "commit-fails": "commit",
  "check-fails": "commit",
  "last-copy-fails": "commit",
  "alarm-refused": "commit",
  "commit-durable": "commit",
  "check-passes": "commit",
  "last-copy-stored": "commit",
  "commit-fails-stored": "stored",
  "commit-busy": "busy",
  "check-busy": "busy",
  "last-copy-busy": "busy",
  "lock-timeout": "timeout",
  "section-timeout": "timeout",
  refuse: "refuse",
  accept: "refuse",
  "peer-rst": "reset",
  "service-throws": "reset",
  "peer-sends": "peer",
  "peer-fin": "peer",
  "service-returns": "peer",
  "peer-closes": "peer",
  "tls-answer": "peer",
  "client-disconnects": "abort",
  collect: "collect",
  evict: "end",
  "update-code": "end",
};

/** What a choice costs: a kind of failure, null if it is free, "never" if a check does not take it. */
export function costOf({ choice, role }: Pick<EnabledChoice, "choice" | "role">): FaultId | null | "never" {
  if (role === "ordinary") return null;
  return FAULT_OF[choice.type] ?? "never";
}
