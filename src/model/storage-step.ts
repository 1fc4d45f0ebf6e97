/*
 * Takes a choice of the storage.
 */
import { unreachable } from "../base/assert.ts";
import { ms } from "../base/ids.ts";
import { alarmManagerRefuses } from "./alarm-manager.ts";
import {
  askCheck,
  BUCKET_TIMEOUT_MS,
  checkFails,
  checkIsBusy,
  checkPasses,
  lastCopyRetries,
  lastCopySettles,
} from "./bucket.ts";
import type { StorageChoice } from "./choice.ts";
import { commitIsBusy, commitIsDurable } from "./commit-answers.ts";
import { alarmManagerAnswers, commitFails, LOCK_TIMEOUT_MS, lockTimesOut, send } from "./commits.ts";
import type { Draft } from "./draft.ts";

/** Moves the clock to the choice's time, and makes of it what the backend makes of it. */
export function takeStorageChoice(d: Draft, choice: StorageChoice): void {
  if (choice.type === "lock-timeout") {
    d.advanceTo(d.lock(choice.lock).takenAt + LOCK_TIMEOUT_MS);
    return lockTimesOut(d, choice.lock);
  }
  const { commit: id } = choice;
  const commit = d.commit(id);
  const isLastCopy = choice.type.startsWith("last-copy-");
  const dueAt = isLastCopy ? commit.lastCopy?.dueAt : commit.dueAt;
  const givesUp = choice.type === "commit-fails" || choice.type === "check-fails";
  if (givesUp && dueAt === null && d.world.commits === "bucket")
    d.advanceTo(commit.sentAt + BUCKET_TIMEOUT_MS);
  else if (choice.type !== "commit-delay") d.advanceTo(dueAt ?? null);
  switch (choice.type) {
    case "commit-durable":
      return commitIsDurable(d, id);
    case "commit-fails":
      return commitFails(d, id, false);
    case "commit-fails-stored":
      return commitFails(d, id, true);
    case "commit-busy":
      return commitIsBusy(d, id);
    case "commit-retry":
      return send(d, id, commit.cause);
    case "commit-delay":
      d.patchCommit(id, {
        dueAt: ms(Math.max(commit.dueAt ?? 0, d.s.now) + d.world.delayMs),
        delays: commit.delays + 1,
      });
      d.emit(
        { kind: "commit-delayed", commit: id, byMs: d.world.delayMs },
        { actor: commit.actor, cause: commit.cause },
      );
      return;
    case "check-passes":
      return checkPasses(d, id);
    case "check-fails":
      return checkFails(d, id);
    case "check-busy":
      return checkIsBusy(d, id);
    case "check-retry":
      return askCheck(d, id);
    case "last-copy-stored":
      return lastCopySettles(d, id, "stored");
    case "last-copy-fails":
      return lastCopySettles(d, id, "refused");
    case "last-copy-busy":
      return lastCopySettles(d, id, "busy");
    case "last-copy-retry":
      return lastCopyRetries(d, id);
    case "alarm-scheduled":
      return alarmManagerAnswers(d, id);
    case "alarm-refused":
      return alarmManagerRefuses(d, id);
    default:
      return unreachable(choice);
  }
}
