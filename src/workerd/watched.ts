/*
 * Entries that the recorder of cluster recordings waits for: its rules and requests can name them.
 */
import type { ClusterScenario } from "./corpus.ts";
import { type Entry, showEntry } from "./entries.ts";

/** Entries that something in the scenario waits for, in the words of `showEntry`'s beginning. */
export function watchedEntries(scenario: ClusterScenario): readonly string[] {
  const rules = [...scenario.commits.flat(), ...scenario.checks];
  const waited = [
    ...rules.map((rule) => ("confirmAfter" in rule ? rule.confirmAfter : undefined)),
    ...scenario.requests.map((request) =>
      typeof request === "object" && "path" in request ? request.after : undefined,
    ),
    readAfter(scenario),
  ];
  return [...new Set(waited.filter((entry) => entry !== undefined))];
}

/** The entry before which the far end does not read. */
export function readAfter(scenario: ClusterScenario): string | undefined {
  const entry = scenario.peer?.readAfter;
  return typeof entry === "string" ? entry : undefined;
}

/** Whether the entry at `position` is what the recorder waits for under `name`. */
export function isWatched(name: string, entries: readonly Entry[], position: number): boolean {
  const entry = entries[position];
  if (entry === undefined) return false;
  const isAgain =
    entry.kind === "commit-sent" &&
    entries.slice(0, position).some((one) => one.kind === "commit-sent" && one.commit === entry.commit);
  const shown = showEntry(entry) + (isAgain ? " again" : "");
  const wanted = name.replace(/\baccept$/, "connect").replace(/ of \w+/, "");
  return shown === wanted || (shown.startsWith(`${wanted} `) && shown !== `${wanted} again`);
}
