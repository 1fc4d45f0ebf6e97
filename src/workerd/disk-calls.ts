/*
 * Which of the recorded disk calls are commits of an object, and which only SQLite closing the database of an object that
 * is being reset, or finishing what a failed commit has left:
 *
 *     request / | fsync     | connect | fsync EIO    | close | fsync EIO | response 500     a failed commit, then closing
 *     request / | disk write ENOSPC   | fsync        | fsync             | response 500     the same with a full disk
 *     request / | fsync     | close   | fsync        | fsync             | response 500     a commit, then ctx.abort()
 */
import { answersOf, type LocalOutcome, type LocalScenario } from "./corpus.ts";
import { type Answer, statusOf } from "./peer.ts";

export type DiskCall = "commit" | "commit-fails" | "closing";

/** What storage says when it fails; a reset with any other reason was asked for by the handler. */
const STORAGE_ERROR = /SQLITE_|internal error|Durable Object storage/;

function isAbort(answer: Answer): boolean {
  const { body = "" } = answer;
  return statusOf(answer) === 500 && body.includes('"durableObjectReset":true') && !STORAGE_ERROR.test(body);
}

/** How many calls at the end of a reset close the database: SQLite gives up after a failing one. */
function closingCalls(last: string | undefined): number {
  return last === "fsync EIO" ? 1 : 2;
}

/** By position in `outcome.syscalls`, for its disk calls. */
export function readDiskCalls(scenario: LocalScenario, outcome: LocalOutcome): ReadonlyMap<number, DiskCall> {
  const { syscalls } = outcome;
  const calls = new Map<number, DiskCall>();
  const groups = scenario.requests.map((paths) => [paths].flat().length);
  const answers = [...answersOf(outcome)];
  let fsyncs: number[] = [];
  for (const [index, text] of syscalls.entries()) {
    if (/^fsync\b/.test(text)) fsyncs.push(index);
    if (!text.startsWith("response ")) continue;
    const own = answers.splice(0, groups.shift() ?? 0);
    const last = syscalls[fsyncs.at(-1) ?? -1];
    if (own.some(isAbort))
      for (const closing of fsyncs.slice(-closingCalls(last))) calls.set(closing, "closing");
    fsyncs = [];
  }
  let closing = 0;
  let isHot = false;
  for (const [index, text] of syscalls.entries()) {
    if (calls.has(index)) continue;
    // What a failed commit has left behind is rolled back before the next one, with two fsyncs.
    if (isHot && closing === 0 && text === "fsync") {
      isHot = false;
      if (syscalls[index + 1] === "fsync" && syscalls[index + 2] === "fsync") closing = 2;
    }
    if (/^fsync\b/.test(text) && closing > 0) {
      calls.set(index, "closing");
      closing = text === "fsync EIO" ? 0 : closing - 1;
    } else if (text === "fsync") calls.set(index, "commit");
    else if (text === "fsync EIO" || text === "disk write ENOSPC") {
      calls.set(index, "commit-fails");
      closing = 2;
      isHot = text === "fsync EIO";
    }
  }
  return calls;
}
