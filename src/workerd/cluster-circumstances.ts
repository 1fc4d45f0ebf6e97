/*
 * The circumstances of a recording with commits to a bucket: the bucket does what the scenario's rules say, requests leave and
 * clients disconnect when it says so, and everything else is as with local storage.
 */
import type { EnabledChoice } from "../model/choice.ts";
import type { PlannedAnswer, PlannedRequest, World } from "../model/setup.ts";
import type { Rule } from "./cluster-corpus.ts";
import type { ClusterScenario } from "./corpus.ts";
import type { Observation } from "./entries.ts";
import type { Progress } from "./follow.ts";
import { readAfter } from "./watched.ts";

/** Two events whose virtual times are this far apart happened in that order. */
const APART_MS = 20;
/** The bucket's client repeats what is answered with these. */
const BUSY: readonly (number | string)[] = [429, 503];

/** Choices that answer a request to the bucket. */
const STORAGE = /^(commit|check|last-copy)-(?!retry)/;

function answerOf(rule: Rule): PlannedAnswer {
  if ("never" in rule) return { how: "silent" };
  if ("confirmAfterMs" in rule) return { how: "durable", afterMs: rule.confirmAfterMs };
  const afterMs = rule.ms;
  if ("confirmAfter" in rule) return { how: "durable", afterMs };
  if (BUSY.includes(rule.failWith)) return { how: "busy", afterMs };
  return { how: rule.apply ? "fails-stored" : "fails", afterMs };
}

function requestOf(request: ClusterScenario["requests"][number]): World["requests"][number] {
  if (typeof request === "string" || !("path" in request)) return request;
  const { path, atMs, after, disconnectAfterMs } = request;
  const planned: Exclude<PlannedRequest, string> = {
    path,
    ...((atMs !== undefined || after !== undefined) && { atMs: atMs ?? 0 }),
    ...(disconnectAfterMs !== undefined && { leavesAfterMs: disconnectAfterMs }),
  };
  return planned;
}

/** What the bucket and the client do. */
export function clusterWorld(
  scenario: ClusterScenario,
): Pick<World, "commits" | "commitAnswers" | "checkAnswers" | "requests"> {
  const numbered = <T>(list: readonly T[]): Record<number, T> =>
    Object.fromEntries(list.map((item, index) => [index + 1, item]));
  return {
    commits: "bucket",
    commitAnswers: numbered(scenario.commits.map((rules) => [rules].flat().map(answerOf))),
    checkAnswers: numbered(scenario.checks.map(answerOf)),
    requests: scenario.requests.map(requestOf),
  };
}

/** When, in virtual time, each choice happens; null: not yet. */
function timeOf(
  scenario: ClusterScenario,
  progress: Progress,
  { choice, due }: EnabledChoice,
): number | null {
  const after = (name: string | undefined, laterMs: number): number | null => {
    if (name === undefined) return due;
    const seen = progress.seenAt[name];
    return seen === undefined ? null : Math.max(due ?? 0, seen + laterMs);
  };
  switch (choice.type) {
    case "commit-durable": {
      const number = progress.commits.findIndex(({ commit }) => commit === choice.commit);
      const own = progress.commits[number];
      const rules = [scenario.commits[number] ?? []].flat();
      const rule = rules[Math.min(own?.sends ?? 1, rules.length) - 1];
      return rule !== undefined && "confirmAfter" in rule ? after(rule.confirmAfter, rule.ms) : due;
    }
    case "peer-receives":
      return after(readAfter(scenario), 0);
    case "request": {
      const request = scenario.requests[groupOf(scenario, choice.request)];
      if (typeof request === "object" && "path" in request && request.after !== undefined)
        return after(request.after, request.ms ?? 0);
      return due;
    }
    default:
      return due;
  }
}

/** The group of a request, from 0. */
function groupOf(scenario: ClusterScenario, id: number): number {
  let last = 0;
  return scenario.requests.findIndex((request) => {
    last += Array.isArray(request) ? request.length : 1;
    return id <= last;
  });
}

/** The choices that the circumstances leave, given how much of the recording is explained. */
export function clusterChoices(
  scenario: ClusterScenario,
  observation: Observation,
  progress: Progress,
  enabled: readonly EnabledChoice[],
): readonly EnabledChoice[] {
  const planned = enabled
    .filter(({ due }) => due !== null)
    .flatMap((one) => {
      const at = timeOf(scenario, progress, one);
      return at === null ? [] : [{ one, at: Math.max(at, progress.lastAt) }];
    });
  // Nobody knows when a dying object gets round to its last copy, so nothing waits for what becomes of it.
  const pressing = planned.filter(({ one }) => !one.choice.type.startsWith("last-copy-"));
  const soonest = Math.min(...pressing.map(({ at }) => at));
  // The recorder goes on while the bucket owes an answer, and as long again after the last thing that it has seen.
  const isOver =
    !planned.some(({ one }) => STORAGE.test(one.choice.type)) &&
    progress.answered.length === observation.answers.filter((answer) => "status" in answer).length &&
    progress.main.entry >= observation.entries.length;
  const until = isOver ? progress.lastAt + scenario.settleMs : Number.POSITIVE_INFINITY;
  return planned.filter(({ at }) => at < soonest + APART_MS && at <= until).map(({ one }) => one);
}
