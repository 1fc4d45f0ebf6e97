/*
 * What is said about commits: on their way, stored, confirmed, refused.
 */
import { unreachable } from "../base/assert.ts";
import type { CommitId } from "../base/ids.ts";
import type { RecordOf } from "../model/records.ts";
import { bad, type Context, good, type Narration, say, strong } from "./narration.ts";
import { bare, timeText, writesText } from "./words.ts";

/** Kinds that this file speaks for. */
export type CommitKind =
  | "commit-starts"
  | "commit-stored"
  | "commit-durable"
  | "commit-fails"
  | "commit-busy"
  | "commit-delayed"
  | "ownership-check"
  | "last-copy"
  | "file-replaced"
  | "new-file-synced";

/** The sentence for a record of a commit. */
export function narrateCommit(record: RecordOf<CommitKind>, context: Context): Narration {
  const { facts, followers } = context;
  switch (record.kind) {
    case "commit-starts":
      return record.attempt > 1
        ? say(
            strong(`Commit ${record.commit}`),
            ` is flushed again, attempt ${record.attempt}: ${writesText(facts, record.commitWrites)}.`,
          )
        : say(
            strong(`Commit ${record.commit}`),
            ` is flushed: ${writesText(facts, record.commitWrites)}`,
            record.commitWrites.length > 1 ? ", coalesced into one commit." : ".",
          );
    case "commit-durable":
      return say(
        strong(`Commit ${record.commit}`),
        " is ",
        good("durable"),
        `: ${commitWritesText(record.commit, context)} will survive a crash.`,
        followers.some((one) => one.kind === "lock-released") ? " Its lock is released." : "",
      );
    case "commit-fails":
      return say(
        strong(`Commit ${record.commit}`),
        " ",
        bad("fails"),
        `: ${commitWritesText(record.commit, context)} ${record.stored ? "may or may not have happened" : "never happened"} (${bare(record.error)}).`,
      );
    case "commit-delayed":
      return say(
        strong(`Commit ${record.commit}`),
        ` takes ${timeText(record.byMs)} longer. What waits for it goes on waiting.`,
      );
    case "commit-stored":
      return say(
        strong(`Commit ${record.commit}`),
        " is stored in the bucket. The gate stays closed until a check says that this life still owns the object.",
      );
    case "commit-busy":
      return say(
        strong(`Commit ${record.commit}`),
        ` is turned away at attempt ${record.attempt}; the gate stays closed.`,
      );
    case "ownership-check":
      return narrateCheck(record);
    case "last-copy":
      return narrateLastCopy(record);
    case "file-replaced":
      return say(
        strong("deleteAll()"),
        ` puts a new database file in the place of the old one: ${record.fsyncs} calls of fsync before it returns. What was not committed is gone, and nothing holds the gate.`,
      );
    case "new-file-synced":
      return say(`The first commit into a new database file takes ${record.fsyncs} calls of fsync more.`);
    default:
      return unreachable(record);
  }
}

function narrateCheck({ commit, what }: RecordOf<"ownership-check">): Narration {
  if (commit === null)
    return what === "asked"
      ? say("The new life asks the bucket whether it owns the object.")
      : say("It does: the object is this life's.");
  const check = strong(`The check after commit ${commit}`);
  switch (what) {
    case "asked":
      return say(
        "The object asks whether it is still the owner: only then commit ",
        strong(`${commit}`),
        " counts.",
      );
    case "passed":
      return say(check, " ", good("passes"), ": this life still owns the object.");
    case "refused":
      return say(check, " ", bad("fails"), ": the commit is stored, and the gate breaks all the same.");
    case "busy":
      return say(check, " is turned away; it is tried again, and the gate stays closed.");
    default:
      return unreachable(what);
  }
}

function narrateLastCopy({ commit, what }: RecordOf<"last-copy">): Narration {
  switch (what) {
    case "sent":
      return say("The dying object sends ", strong(`commit ${commit}`), " once more; nobody waits for it.");
    case "stored":
      return say("The last copy of ", strong(`commit ${commit}`), " is stored.");
    case "busy":
      return say("The last copy of ", strong(`commit ${commit}`), " is turned away.");
    case "refused":
      return say("The last copy of ", strong(`commit ${commit}`), " is ", bad("refused"), ".");
    default:
      return unreachable(what);
  }
}

function commitWritesText(commit: CommitId, { facts }: Context): string {
  const accepted = facts.commits.get(commit)?.accepted ?? [];
  return accepted.length === 0
    ? "its writes"
    : writesText(
        facts,
        accepted.map((record) => record.write),
      );
}
