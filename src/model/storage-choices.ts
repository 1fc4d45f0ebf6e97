/*
 * What the storage may do next: the choices of commits, checks, last copies and the gate's time limit.
 */
import { mustGet } from "../base/assert.ts";
import { entryAt } from "../base/copy.ts";
import { BUCKET_TIMEOUT_MS } from "./bucket.ts";
import type { AddChoice } from "./choice.ts";
import { LOCK_TIMEOUT_MS, plannedAnswer } from "./commits.ts";
import { heldOutputs } from "./held.ts";
import type { PlannedAnswer } from "./setup.ts";
import type { Commit, State } from "./state.ts";
import { commitInWords } from "./words.ts";

/** How often a commit can be put off, so that runs stay finite. */
const MOST_DELAYS = 3;

/** What the storage may do with a commit. While a synchronous fsync is under way, it does nothing else. */
export function addCommitChoices(add: AddChoice, state: State, position: number): void {
  const commit = mustGet(entryAt(state, "commits", position), `commit ${position + 1}`);
  if (state.blockedOn === null || state.blockedOn === commit.id) addCommit(add, state, commit);
}

function addCommit(add: AddChoice, state: State, commit: Commit): void {
  const { id, dueAt } = commit;
  switch (commit.state) {
    case "flushing":
      addAnswers(add, state, commit);
      break;
    case "busy":
      add({ type: "commit-retry", commit: id }, dueAt, () => [
        `Commit ${id} is tried again`,
        "the store was too busy",
      ]);
      break;
    case "checking":
      addCheckAnswers(add, state, commit);
      break;
    case "check-busy":
      add({ type: "check-retry", commit: id }, dueAt, () => [
        `The check after commit ${id} is tried again`,
        "the store was too busy",
      ]);
      break;
    default:
      break;
  }
  if (commit.asksAlarmManager) addAlarmManager(add, state, commit);
  if (commit.lastCopy !== null) addLastCopy(add, state, commit, commit.lastCopy);
}

function addAlarmManager(add: AddChoice, state: State, { id, state: at, dueAt }: Commit): void {
  const what = (): string => commitInWords(state, id);
  add({ type: "alarm-scheduled", commit: id }, dueAt, () => [
    "The alarm manager takes the new time",
    `${what()}; ${at === "open" ? `before commit ${id} goes out` : `then commit ${id} is over`}`,
  ]);
  // A later time that it does not take is not fatal (SQ4 c).
  if (at === "open")
    add({ type: "alarm-refused", commit: id }, null, () => [
      "The alarm manager fails",
      `${what()}; breaks the gate and resets the object`,
    ]);
}

function addAnswers(add: AddChoice, state: State, commit: Commit): void {
  const { world } = state.setup;
  const { id, dueAt, sentAt } = commit;
  const { how } = plannedAnswer(world, commit.number, commit.attempt);
  const due = (answer: PlannedAnswer["how"]): number | null => (answer === how ? dueAt : null);
  const what = (): string => commitInWords(state, id);
  const inBucket = world.commits === "bucket";
  const effect = (): string =>
    inBucket ? "then the object asks whether it is still the owner" : releases(state, commit);
  add({ type: "commit-durable", commit: id }, due("durable"), () => [
    inBucket ? `The bucket has stored commit ${id}` : `Commit ${id} becomes durable`,
    `${what()}; ${effect()}`,
  ]);
  const givesUp = inBucket && how === "silent";
  add(
    { type: "commit-fails", commit: id },
    givesUp ? sentAt + BUCKET_TIMEOUT_MS : due("fails"),
    () => [
      givesUp ? `The bucket's client gives up on commit ${id}` : `Commit ${id} fails`,
      `${what()}; breaks the gate and resets the object`,
    ],
    givesUp ? "failure" : undefined,
  );
  add({ type: "commit-fails-stored", commit: id }, due("fails-stored"), () => [
    `Commit ${id} fails, but is stored`,
    `${what()}; the object is reset, and its next life finds it`,
  ]);
  if (inBucket || world.backend === "cache")
    add({ type: "commit-busy", commit: id }, due("busy"), () => [
      inBucket ? `The bucket is too busy for commit ${id}` : `The connection is lost during commit ${id}`,
      inBucket ? "it is tried again later, the gate stays closed" : "it is tried again at once",
    ]);
  if (world.commits !== "blocking" && dueAt !== null && commit.delays < MOST_DELAYS)
    add({ type: "commit-delay", commit: id }, null, () => [
      `Commit ${id} is delayed`,
      `takes ${world.delayMs} ms longer`,
    ]);
}

function releases(state: State, { lock }: Commit): string {
  if (lock === null) return "holds nothing";
  const waiting = heldOutputs(state).filter((held) => held.locks.includes(lock)).length;
  if (waiting === 0) return `releases lock ${lock}; nothing waits for it`;
  return `releases lock ${lock}, for which ${waiting === 1 ? "1 output waits" : `${waiting} outputs wait`}`;
}

function addCheckAnswers(add: AddChoice, state: State, commit: Commit): void {
  const { id, dueAt, sentAt } = commit;
  const how = state.setup.world.checkAnswers[commit.check]?.how ?? "durable";
  const due = (...answers: readonly PlannedAnswer["how"][]): number | null =>
    answers.includes(how) ? dueAt : null;
  add({ type: "check-passes", commit: id }, due("durable"), () => [
    `The check after commit ${id} passes`,
    `this life still owns the object; ${releases(state, commit)}`,
  ]);
  const givesUp = how === "silent";
  add(
    { type: "check-fails", commit: id },
    givesUp ? sentAt + BUCKET_TIMEOUT_MS : due("fails", "fails-stored"),
    () => [
      givesUp
        ? `The bucket's client gives up on the check after commit ${id}`
        : `The check after commit ${id} fails`,
      "breaks the gate although the commit is stored",
    ],
    givesUp ? "failure" : undefined,
  );
  add({ type: "check-busy", commit: id }, due("busy"), () => [
    `The bucket is too busy for the check after commit ${id}`,
    "it is tried again later, the gate stays closed",
  ]);
}

function addLastCopy(
  add: AddChoice,
  state: State,
  { id, number }: Commit,
  { attempt, dueAt, state: copy }: NonNullable<Commit["lastCopy"]>,
): void {
  const what = "nobody waits for what the dying object sent once more";
  if (copy === "busy")
    add({ type: "last-copy-retry", commit: id }, dueAt, () => [
      `The last copy of commit ${id} is tried again`,
      what,
    ]);
  if (copy !== "out") return;
  const { how } = plannedAnswer(state.setup.world, number, attempt);
  const isStored = how === "durable" || how === "fails-stored";
  add({ type: "last-copy-stored", commit: id }, isStored ? dueAt : null, () => [
    `The last copy of commit ${id} is stored`,
    what,
  ]);
  add({ type: "last-copy-fails", commit: id }, isStored || how === "busy" ? null : dueAt, () => [
    `The last copy of commit ${id} is refused`,
    what,
  ]);
  add({ type: "last-copy-busy", commit: id }, how === "busy" ? dueAt : null, () => [
    `The bucket is too busy for the last copy of commit ${id}`,
    what,
  ]);
}

/** The gate waits for a lock for 30 s (G9). */
export function addLockChoices(add: AddChoice, state: State, position: number): void {
  const {
    id,
    commit,
    takenAt,
    state: at,
  } = mustGet(entryAt(state, "locks", position), `lock ${position + 1}`);
  if (at !== "held") return;
  add(
    { type: "lock-timeout", lock: id },
    takenAt + LOCK_TIMEOUT_MS,
    () => [
      `The gate waits no longer for lock ${id}`,
      `held for 30 s by ${commitInWords(state, commit)}; breaks the gate, and nobody knows whether it is stored`,
    ],
    "failure",
  );
}
