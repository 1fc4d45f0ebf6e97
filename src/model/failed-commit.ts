/*
 * What a failed commit does to the output gate.
 */
import type { Draft } from "./draft.ts";
import { breakGate, takeLock } from "./gate.ts";
import type { BreakError, Commit } from "./state.ts";

/** The gate breaks, also when none of the commit's writes held it (SQ3, AC2, S15). Of an object that is gone so is the gate. */
export function breakGateOf(d: Draft, commit: Commit, error: BreakError): void {
  if (commit.lock === null && d.actor(commit.actor).context === "dead") return;
  breakGate(d, commit.actor, commit.lock ?? takeLock(d, commit.actor, commit.id), error);
}
