/*
 * The shortest difference of two designs as a text: for a terminal, and to be copied.
 */
import type { Both, DifferenceReport } from "../check/difference.ts";
import type { Story } from "../check/report.ts";
import type { DesignChoice } from "../model/setup.ts";
import { designLabel } from "./designs.ts";

/** What happened at a place, in a line. */
export function storyInText({ place, events }: Story): string {
  return `${place}: ${events.join(", ")}`;
}

/** What came of the search, in a sentence. */
export function differenceInShort([left, right]: Both<DesignChoice>, report: DifferenceReport): string {
  const both = `${designLabel(left)} and ${designLabel(right)}`;
  const states = report.states.toLocaleString("en");
  switch (report.type) {
    case "same":
      return `No order tells ${both} apart, in ${states} pairs of states.`;
    case "stopped":
      return `Stopped at ${states} pairs of states: so far no order tells ${both} apart.`;
    default: {
      const { length } = report.choices;
      return `${both} differ after ${length} ${length === 1 ? "choice" : "choices"}.`;
    }
  }
}

/** The same as lines of text, with the choices and what each design lets the world outside see. */
export function differenceAsText(designs: Both<DesignChoice>, report: DifferenceReport): string {
  const short = differenceInShort(designs, report);
  if (report.type !== "differs") return short;
  const { choices, choicesOf, seen, possible } = report;
  const lines = [short, ""];
  for (const [position, { title, taken }] of choices.entries())
    lines.push(`  ${position + 1}. ${title}${onlyUnder(designs, taken)}`);
  for (const side of [0, 1] as const)
    lines.push(
      "",
      `${designLabel(designs[side])}, after ${choicesOf[side].join(" ")}:`,
      ...seen[side].map((story) => `  seen: ${storyInText(story)}`),
      ...possible[side].map(({ key, title }) => `  can follow only here: ${title} (${key})`),
    );
  return lines.join("\n");
}

/** ", under main only" of a choice that one of them does not have. */
export function onlyUnder(designs: Both<DesignChoice>, [left, right]: Both<boolean>): string {
  if (left && right) return "";
  return `, under ${designLabel(designs[left ? 0 : 1])} only`;
}
