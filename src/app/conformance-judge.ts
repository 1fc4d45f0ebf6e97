/*
 * The conformance check of one scenario: for each recorded build, does the model under that build's design allow every
 * recorded outcome, and does it refuse the wrong ones? Pure; `conformance.ts` reads the files and prints.
 */

import type { Result } from "../base/result.ts";
import { type Acceptance, type AcceptingModel, accept } from "../check/accept.ts";
import { shareStates } from "../check/state-graph.ts";
import type { HandlerError } from "../handler/error.ts";
import { HandlerStuck } from "../handler/host.ts";
import type { Program } from "../handler/program.ts";
import type { Choice, EnabledChoice } from "../model/choice.ts";
import type { RunRecord } from "../model/records.ts";
import type { DesignChoice, Setup } from "../model/setup.ts";
import { DESIGN_OF_BUILD, worldOf } from "../workerd/circumstances.ts";
import { BUILDS, type Build, outcomesOf, type Scenario } from "../workerd/corpus.ts";
import { type Observation, showEntry } from "../workerd/entries.ts";
import type { Progress } from "../workerd/follow.ts";
import { fingerprint, type MutationType, mutationsOf } from "../workerd/mutations.ts";
import { observe } from "../workerd/observer.ts";
import { readOutcome } from "../workerd/recording.ts";

/** The gate model, as the search sees it. */
export interface GateModel<State> {
  initial(setup: Setup): { readonly state: State; readonly records: readonly RunRecord[] };
  enabled(state: State): readonly EnabledChoice[];
  step(state: State, choice: Choice): { readonly state: State; readonly records: readonly RunRecord[] };
  encode(state: State): string;
}

/** What the check runs on: the model, and the compiler of handlers. */
export interface Judge<State> {
  readonly model: GateModel<State>;
  readonly compile: (source: string) => Result<Program, HandlerError>;
  /** Bound of one search. */
  readonly maxStates: number;
}

export type Verdict = "accepted" | "rejected" | "uncovered";

/** A scenario under a build. */
export interface Case {
  readonly scenario: string;
  readonly build: Build;
  readonly verdict: Verdict;
  readonly why: string;
}

/** A wrong observation and whether the model refused it. */
export interface Negative {
  readonly scenario: string;
  /** The build whose observation it was made from. */
  readonly build: Build;
  readonly type: MutationType | "wrong design";
  readonly what: string;
  readonly rejected: boolean;
  /** Why the model allows it, for those that are not rejected. */
  readonly reason: string;
}

type NegativeKind = Pick<Negative, "type" | "what" | "reason">;

/** An answer's body that the model gives otherwise. */
export interface BodyDifference {
  readonly scenario: string;
  readonly build: Build;
  readonly recorded: string;
  readonly model: string;
}

/** Everything about one scenario. */
export interface ScenarioReport {
  readonly cases: readonly Case[];
  readonly negatives: readonly Negative[];
  /** Answers whose body was compared, and those that differ. */
  readonly bodies: number;
  readonly bodyDifferences: readonly BodyDifference[];
}

type Tried = Acceptance<Progress, RunRecord> | { readonly verdict: "crashed"; readonly text: string };

/** One design's runs of one scenario, shared by all observations that are tried on it. */
class Runs {
  private readonly tryOn: (observation: Observation) => Tried;
  readonly scenario: Scenario;

  constructor(scenario: Scenario, tryOn: (observation: Observation) => Tried) {
    this.scenario = scenario;
    this.tryOn = tryOn;
  }

  static of<State>(judge: Judge<State>, scenario: Scenario, setup: Setup): Runs {
    const { model, maxStates } = judge;
    const searched: AcceptingModel<State, EnabledChoice, RunRecord> = {
      enabled: (state) => model.enabled(state),
      step: (state, { choice }) => model.step(state, choice),
      // The model's key leaves times out; the circumstances of a recording go by them.
      encode: (state) => `${model.enabled(state).map(({ due }) => due)}|${model.encode(state)}`,
    };
    const shared = shareStates(searched, ({ key }) => key);
    const initial = model.initial(setup);
    const start = { state: shared.enter(initial.state), records: initial.records };
    return new Runs(scenario, (observation) =>
      accept(shared, start, observe(scenario, observation), maxStates),
    );
  }

  try(observation: Observation): Tried {
    try {
      return this.tryOn(observation);
    } catch (error) {
      if (error instanceof HandlerStuck) return { verdict: "stuck", states: 0, text: error.message };
      return { verdict: "crashed", text: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** The longest matched prefix, what was observed next, and what the model would have done. */
function explainRejection(
  scenario: Scenario,
  observation: Observation,
  tried: Tried & { verdict: "rejected" },
): string {
  const { progress, instead } = tried.furthest;
  const matched = observation.entries.slice(0, progress.main.entry).map(showEntry);
  const missing = observe(scenario, observation).missing(progress);
  const alternatives = instead.map((saw) => saw ?? "nothing more");
  return [
    matched.length === 0 ? "nothing matched" : `matched: ${matched.join(" | ")}`,
    `observed next: ${missing.length === 0 ? "nothing more" : missing.join(", or ")}`,
    `the model: ${alternatives.length === 0 ? "cannot go on" : alternatives.join(", or ")}`,
  ].join("; ");
}

/** The verdict on one outcome. */
function verdictOn(
  scenario: Scenario,
  observation: Observation,
  tried: Tried,
): { readonly verdict: Verdict; readonly why: string } {
  switch (tried.verdict) {
    case "accepted":
      return { verdict: "accepted", why: `explained within ${tried.states} states` };
    case "rejected":
      return { verdict: "rejected", why: explainRejection(scenario, observation, tried) };
    case "stuck":
      return { verdict: "uncovered", why: `the handler goes beyond the model: ${tried.text}` };
    case "limit":
      return { verdict: "uncovered", why: `search limit: undecided after ${tried.states} states` };
    case "crashed":
      return { verdict: "rejected", why: `the model fails: ${tried.text}` };
  }
}

const RESPONSE_TIMING = "when the response reaches the client is the environment's choice";

/** Why the model may allow a wrong order after all. */
function reasonToAllow(type: MutationType, kinds: string): string {
  if (kinds.includes("response")) return RESPONSE_TIMING;
  return type === "swapped" ? "the two are concurrent" : "the model allows it";
}

/** Why a design may allow what another one was recorded doing, given what it was recorded doing itself. */
function reasonToShare(observation: Observation, own: readonly Observation[]): string {
  const withoutResponses = ({ entries, ...rest }: Observation): string =>
    fingerprint({ ...rest, entries: entries.filter(({ kind }) => kind !== "response") });
  const differsInResponse = own.some((other) => withoutResponses(other) === withoutResponses(observation));
  return differsInResponse ? RESPONSE_TIMING : "a race that this design has too";
}

interface Recorded {
  readonly build: Build;
  readonly observation: Observation;
}

/** Tries the wrong variants of what was recorded: other builds' observations, and mutations. */
function tryNegatives(runs: ReadonlyMap<Build, Runs>, recorded: readonly Recorded[]): readonly Negative[] {
  const negatives: Negative[] = [];
  /** By design: what was recorded under it or has been tried on it. */
  const prints = new Map<Build, Set<string>>();
  const ownOf = (on: Build): readonly Observation[] =>
    recorded.filter(({ build }) => build === on).map(({ observation }) => observation);
  for (const build of BUILDS) prints.set(build, new Set(ownOf(build).map(fingerprint)));
  /** Tries an observation on a design that was not recorded doing it, once. */
  const attempt = (on: Build, from: Build, observation: Observation, negative: NegativeKind): void => {
    const seen = prints.get(on);
    const tried = runs.get(on);
    const print = fingerprint(observation);
    if (seen === undefined || tried === undefined || seen.has(print)) return;
    seen.add(print);
    const { type, what, reason } = negative;
    const rejected = tried.try(observation).verdict !== "accepted";
    const scenario = tried.scenario.name;
    negatives.push({ scenario, build: from, type, what, rejected, reason: rejected ? "" : reason });
  };
  for (const { build, observation } of recorded) {
    for (const other of BUILDS) {
      if (other === build) continue;
      const reason = reasonToShare(observation, ownOf(other));
      attempt(other, build, observation, {
        type: "wrong design",
        what: `under the design of ${other}`,
        reason,
      });
    }
  }
  for (const { build, observation } of recorded) {
    for (const { type, what, kinds, observation: mutated } of mutationsOf(observation)) {
      attempt(build, build, mutated, { type, what, reason: reasonToAllow(type, kinds) });
    }
  }
  return negatives;
}

/** Compares the bodies of the answers of an accepted run. */
function compareBodies(
  { build, observation }: Recorded,
  scenario: string,
  records: readonly RunRecord[],
): { readonly compared: number; readonly differences: readonly BodyDifference[] } {
  const differences: BodyDifference[] = [];
  let compared = 0;
  for (const record of records) {
    if (record.kind !== "outside" || record.event.type !== "response") continue;
    const recorded = observation.answers[record.event.request - 1]?.body;
    if (recorded === undefined) continue;
    compared += 1;
    if (recorded !== record.event.body)
      differences.push({ scenario, build, recorded, model: record.event.body });
  }
  return { compared, differences };
}

/** Nothing of the scenario can be run, for one reason. */
function uncovered(scenario: Scenario, why: string): ScenarioReport {
  const cases = BUILDS.filter((build) => outcomesOf(scenario, build) !== undefined).map(
    (build): Case => ({ scenario: scenario.name, build, verdict: "uncovered", why }),
  );
  return { cases, negatives: [], bodies: 0, bodyDifferences: [] };
}

/** Checks one scenario under all builds that it was recorded with. */
export function judgeScenario<State>(judge: Judge<State>, scenario: Scenario): ScenarioReport {
  const world = worldOf(scenario);
  if (!world.ok) return uncovered(scenario, world.error);
  const program = judge.compile(scenario.source);
  if (!program.ok) {
    const { message, line, column } = program.error;
    return uncovered(
      scenario,
      `the handler goes beyond the model: ${message} (line ${line}, column ${column})`,
    );
  }
  const runsUnder = (design: DesignChoice): Runs | string => {
    try {
      return Runs.of(judge, scenario, { program: program.value, design, world: world.value });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const cases: Case[] = [];
  const runs = new Map<Build, Runs>();
  const accepted: Recorded[] = [];
  const bodyDifferences: BodyDifference[] = [];
  let bodies = 0;
  for (const build of BUILDS) {
    const outcomes = outcomesOf(scenario, build);
    if (outcomes === undefined) continue;
    const base = { scenario: scenario.name, build };
    const own = runsUnder(DESIGN_OF_BUILD[build]);
    if (typeof own === "string") {
      cases.push({ ...base, verdict: "rejected", why: `the model fails: ${own}` });
      continue;
    }
    let result: { readonly verdict: Verdict; readonly why: string } | null = null;
    const explained: Recorded[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const read = readOutcome(scenario, outcome);
      const tried = read.ok ? own.try(read.value) : null;
      const one =
        read.ok && tried !== null
          ? verdictOn(scenario, read.value, tried)
          : { verdict: "uncovered" as const, why: read.ok ? "" : read.error };
      if (one.verdict === "accepted" && read.ok && tried?.verdict === "accepted") {
        explained.push({ build, observation: read.value });
        const { compared, differences } = compareBodies(
          { build, observation: read.value },
          scenario.name,
          tried.records,
        );
        bodies += compared;
        bodyDifferences.push(...differences);
        result ??= one;
      } else if (result === null || result.verdict !== "rejected") {
        const which = outcomes.length === 1 ? "" : `outcome ${index + 1} of ${outcomes.length}: `;
        result = { verdict: one.verdict, why: which + one.why };
      }
    }
    if (result === null) continue;
    cases.push({ ...base, ...result });
    if (result.verdict !== "accepted") continue;
    runs.set(build, own);
    accepted.push(...explained);
  }
  return { cases, negatives: tryNegatives(runs, accepted), bodies, bodyDifferences };
}
