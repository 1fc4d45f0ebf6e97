/*
 * A report of a check for people at a terminal, and for programs.
 */
import type { CheckReport, PropertyVerdict } from "../check/report.ts";
import type { Setup } from "../model/setup.ts";
import { simulate } from "../run/simulate.ts";
import { designInfo } from "../store/designs.ts";
import { storyInText } from "../store/difference-text.ts";

/** So many outcomes are listed. */
const MOST_OUTCOMES = 8;

/** The report as one JSON value. */
export function reportAsJson(report: CheckReport, seconds: number): unknown {
  const { design, states, transitions, depth, complete, properties, outcomes } = report;
  return {
    design: design.id,
    states,
    transitions,
    depth,
    seconds,
    complete,
    properties: properties.map(({ id, verdict, steps, witness }) => ({ id, verdict, steps, witness })),
    outcomes: outcomes.map(({ count, outside, promises, witness }) => ({
      count,
      outside: outside.map(storyInText),
      promises: promises.map(storyInText),
      witness,
    })),
  };
}

/** Whether something is violated that is no mere warning. */
export function isViolated({ properties }: CheckReport): boolean {
  return properties.some(({ verdict, kind }) => verdict === "violated" && kind !== "lint");
}

/** The report as lines of text. */
export function reportAsText(setup: Setup, report: CheckReport, seconds: number): string {
  const { design, states, transitions, depth, complete, properties, stuck, readsClock } = report;
  const number = (value: number): string => value.toLocaleString("en");
  const lines = [
    `${designInfo(design.id).label}: ${number(states)} states, ${number(transitions)} transitions, depth ${depth}, ${seconds.toFixed(1)} s`,
  ];
  if (!complete)
    lines.push(`Stopped at ${number(states)} states: what is said to hold holds as far as the check went.`);
  if (readsClock)
    lines.push("The handler reads the clock: in each state it reads the time of the first way there.");
  const violated = properties.filter(({ verdict }) => verdict === "violated");
  for (const verdict of violated) lines.push("", ...violationInText(setup, verdict));
  const listed = (verdict: PropertyVerdict["verdict"]): string =>
    properties
      .filter((property) => property.verdict === verdict)
      .map(({ id }) => id)
      .join(" ");
  lines.push("", `holds        ${listed("holds")}`, `not reached  ${listed("not-reached")}`);
  if (stuck !== null) lines.push("", `On one order the model cannot follow the handler: ${stuck.text}`);
  lines.push("", outcomesInText(report), ...sightsInText(report));
  return lines.join("\n");
}

/** The choices of an order in words. */
function titlesOf(setup: Setup, choices: readonly string[]): readonly string[] {
  const run = simulate(setup, choices);
  const taken = run.ok ? run.value.steps.slice(0, choices.length) : [];
  return choices.map(
    (key, position) => taken[position]?.enabled.find((choice) => choice.key === key)?.title ?? key,
  );
}

function violationInText(setup: Setup, verdict: PropertyVerdict): readonly string[] {
  const { id, name, kind, text, steps, witness, shows } = verdict;
  const titles = titlesOf(setup, witness);
  return [
    `${kind === "lint" ? "fragile     " : "VIOLATED    "} ${id} ${name}: ${text}`,
    `              after ${steps === 1 ? "1 choice" : `${steps} choices`}${shows === "rest" ? ", at rest" : ""}: ${witness.join(" ")}`,
    ...titles.map((title, position) => `              ${position + 1}. ${title}`),
  ];
}

function outcomesInText({ outcomes }: CheckReport): string {
  const inAll = `in ${outcomes.length} ${outcomes.length === 1 ? "outcome" : "outcomes"}. The outside sees:`;
  if (outcomes.some(({ count }) => count === null)) return `Orders without end, ${inAll}`;
  const orders = outcomes.reduce((sum, { count }) => sum + (count ?? 0), 0);
  return `${orders.toLocaleString("en")} ${orders === 1 ? "order ends" : "orders end"} ${inAll}`;
}

/** What the outside sees, and after how many orders: outcomes that differ only in how promises settle are one. */
function sightsInText({ outcomes }: CheckReport): readonly string[] {
  const sights = new Map<string, number>();
  for (const { count, states, outside } of outcomes) {
    const sight = outside.map(storyInText).join(" | ");
    sights.set(sight, (sights.get(sight) ?? 0) + (count ?? states));
  }
  const listed = [...sights].toSorted(([, a], [, b]) => b - a);
  const lines = listed
    .slice(0, MOST_OUTCOMES)
    .map(
      ([sight, count]) => `${count.toLocaleString("en").padStart(11)}  ${sight === "" ? "nothing" : sight}`,
    );
  return listed.length > MOST_OUTCOMES
    ? [...lines, `             and ${listed.length - MOST_OUTCOMES} rarer sights`]
    : lines;
}
