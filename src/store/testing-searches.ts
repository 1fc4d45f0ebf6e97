/*
 * For tests: searches that the test plays, in the place of a worker's.
 */
import type { CheckProgress } from "../check/report.ts";
import type { Answer, OnProgress, Running } from "../worker/check-client.ts";

/** A search that was begun. */
export interface Played<Request, Report> {
  readonly request: Request;
  readonly tell: (progress: CheckProgress) => void;
  readonly answer: (answer: Answer<Report>) => void;
  /** What was asked of it since: "pause", "resume", "cancel". */
  readonly calls: string[];
}

/** What begins searches, and all that it has begun. */
export function playedSearches<Request, Report>() {
  const asked: Played<Request, Report>[] = [];
  const begin = (request: Request, tell: OnProgress): Running<Report> => {
    const calls: string[] = [];
    let answer: (answer: Answer<Report>) => void = () => undefined;
    const promise = new Promise<Answer<Report>>((resolve) => {
      answer = resolve;
    });
    asked.push({ request, tell, answer, calls });
    return {
      answer: promise,
      pause: () => void calls.push("pause"),
      resume: () => void calls.push("resume"),
      cancel: () => {
        calls.push("cancel");
        answer({ status: "cancelled" });
      },
    };
  };
  return { asked, begin };
}
