/*
 * What is on the screen, as one immutable value: what was asked for, and the run that came of it. An action makes a new
 * one; undo puts an old one back.
 */
import type { CompiledHandler } from "../handler/program.ts";
import type { EnabledChoice } from "../model/choice.ts";
import type { PropertyInRun } from "../model/properties/property.ts";
import type { DesignChoice, Setup, World } from "../model/setup.ts";
import type { RunData, RunStep } from "../run/run.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Beat } from "../timeline/beats.ts";
import type { WorldSettings } from "./world.ts";

/** What a person has asked for. */
export interface Document {
  readonly scenario: Scenario;
  /** An edited source, or null for the scenario's own. */
  readonly source: string | null;
  readonly design: DesignChoice;
  readonly settings: WorldSettings;
  /** Keys, or "~5" for five choices of the default schedule. */
  readonly choices: readonly string[];
}

/** A document and its run. */
export interface Shown {
  readonly document: Document;
  /** The source that the run's line numbers speak of. */
  readonly source: string;
  /** An edited source as a link carries it; null for the scenario's own. */
  readonly code: string | null;
  readonly program: Setup["program"];
  /** What the source looks like. */
  readonly tokens: CompiledHandler["tokens"];
  readonly world: World;
  readonly run: RunData;
  /** What was watched along the run. */
  readonly properties: readonly PropertyInRun[];
  readonly beats: readonly Beat[];
}

/** Where the cursor stands in the run. */
export interface Moment {
  readonly beat: Beat | null;
  /** The step that the beat belongs to: its choices are what can happen next. */
  readonly step: RunStep;
  /** Records up to here (exclusive) have happened. */
  readonly endRecord: number;
  /** The object is still running: the choices apply when it waits again. */
  readonly isInside: boolean;
  /** Key of the choice that this run takes next; null at its end. */
  readonly nextKey: string | null;
}

const NOTHING: RunStep = {
  index: 0 as RunStep["index"],
  choice: null,
  key: "",
  isDefault: true,
  at: 0 as RunStep["at"],
  firstRecord: 0 as RunStep["firstRecord"],
  endRecord: 0 as RunStep["endRecord"],
  enabled: [],
  held: [],
};

/** The moment under the cursor. */
export function momentOf(shown: Shown, cursor: number): Moment {
  const { run, beats } = shown;
  const beat = beats[cursor] ?? null;
  const index = beat?.step ?? 0;
  return {
    beat,
    step: run.steps[index] ?? NOTHING,
    endRecord: beat === null ? 0 : beat.lastRecord + 1,
    isInside: beat !== null && beats[cursor + 1]?.step === beat.step,
    nextKey: run.steps[index + 1]?.key ?? null,
  };
}

/** The first beat of a step, or of the first later one that has a beat; the last beat when there is none. */
export function firstBeatOf(beats: readonly Beat[], step: number): number {
  const index = beats.findIndex((beat) => beat.step >= step);
  return index < 0 ? beats.length - 1 : index;
}

/** The beat at which a record happens; -1 when there is no such record. */
export function beatOfRecord(beats: readonly Beat[], record: number): number {
  return beats.findIndex((beat) => record <= beat.lastRecord);
}

/** Choices in the order of a list for people: the ordinary course first, then what only happens when picked. */
export function inOrder(enabled: readonly EnabledChoice[]): readonly EnabledChoice[] {
  return [
    ...enabled.filter((each) => each.role === "ordinary"),
    ...enabled.filter((each) => each.role === "failure"),
  ];
}
