/*
 * Everything a person can do in the explorer, as functions. The stores hold what came of it.
 */
import { ok } from "../base/result.ts";
import type { EnabledChoice } from "../model/choice.ts";
import { violationIn } from "../model/properties/shown-violation.ts";
import type { DesignChoice } from "../model/setup.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Client } from "../worker/client.ts";
import { type Busy, createBusy } from "./busy.ts";
import { compactChoices, keysUpTo } from "./compact.ts";
import { designInfo, isSameDesign } from "./designs.ts";
import { encodeLink } from "./link.ts";
import { createPlayback, type Playback } from "./playback.ts";
import { createPreferences, type PreferenceStorage, type Preferences } from "./preferences.ts";
import { createSelection, type Selection } from "./selection.ts";
import { createSession, type Outcome, type Session, type SourceError } from "./session.ts";
import { beatOfRecord, type Document, firstBeatOf, inOrder, momentOf, type Shown } from "./shown.ts";
import { type WorldSettings, withoutDefaults } from "./world.ts";

/** The stores, and what can be done. */
export interface Explorer {
  readonly scenarios: readonly Scenario[];
  readonly session: Session;
  readonly playback: Playback;
  readonly selection: Selection;
  readonly preferences: Preferences;
  readonly busy: Busy;
  /** Shows what an address says after "#"; with nothing there, or nothing readable, the first scenario. */
  open(hash: string): Promise<void>;
  setScenario(id: string): Promise<void>;
  setDesign(design: DesignChoice): Promise<void>;
  setSettings(settings: WorldSettings): Promise<void>;
  /** Runs an edited source; gives what is wrong with it when it does not compile. */
  setSource(source: string): Promise<SourceError | null>;
  /** Back to the scenario's own source. */
  revertSource(): Promise<void>;
  /** Takes a choice after `step` instead of what this run takes there. */
  take(choice: EnabledChoice, step: number): Promise<void>;
  /** Takes the `position`-th choice (from 0) of what can happen next. */
  takeNumber(position: number): Promise<void>;
  /**
   * Shows the order of choices that a check has found, under the design it was found for. The cursor goes to where the property
   * is violated, to the record that it is shown for, or to the end of the order.
   */
  openOrder(order: Order): Promise<void>;
  /** Back to the run without any choice of a person. */
  reset(): Promise<void>;
  /** The part of an address after "#" that shows this moment; null while nothing is shown. */
  link(): string | null;
}

/** An order of choices to be shown. */
export interface Order {
  /** What it is an order of; what is on the screen if it does not say. */
  readonly document?: Document;
  readonly design: DesignChoice;
  readonly choices: readonly string[];
  /** The property that it violates; null if it is shown for another reason. */
  readonly property: string | null;
  /** The record that it is shown for, if it is not that of the violation. */
  readonly record?: number;
  /** For undo, e.g. "No early connection is violated". */
  readonly label: string;
}

/** What an explorer needs from the world around it. */
export interface Surroundings {
  readonly client: Client;
  /** Not empty; the first one is shown by default. */
  readonly scenarios: readonly Scenario[];
  readonly storage: PreferenceStorage | null;
}

/** Makes an explorer that shows nothing yet; `open` comes next. */
export function createExplorer({ client, scenarios, storage }: Surroundings): Explorer {
  const busy = createBusy();
  const playback = createPlayback();
  const selection = createSelection();
  const session = createSession(client, playback, busy);
  session.store.subscribe((state, before) => {
    if (state.shown !== before.shown) selection.clear();
  });

  const shown = (): Shown | null => session.store.getState().shown;
  /** What further changes build on: what is being worked on, else what is on the screen. */
  const current = (): Document | null => session.store.getState().pending ?? shown()?.document ?? null;

  /** Shows, and says what went wrong. */
  const attempt = async (
    document: Document,
    label: string | null,
    misfits: "refuse" | "drop",
    cursor: (shown: Shown) => number,
  ): Promise<Outcome> => {
    const outcome = await session.show(document, { label, misfits, cursor });
    if (outcome.type === "failed") session.setProblem(outcome.message);
    return outcome;
  };

  /** The same beat in time: as many beats into its instant as the cursor stands now, or the last one before it. */
  const sameTime = (): ((next: Shown) => number) => {
    const { cursor, count } = playback.store.getState();
    const beats = shown()?.beats ?? [];
    const at = beats[cursor]?.at;
    const isAtEnd = count > 0 && cursor === count - 1;
    return (next) => {
      if (isAtEnd || at === undefined) return isAtEnd ? next.beats.length - 1 : -1;
      const first = next.beats.findIndex((beat) => beat.at === at);
      const last = next.beats.findLastIndex((beat) => beat.at <= at);
      const into = cursor - beats.findIndex((beat) => beat.at === at);
      return first < 0 ? last : Math.min(first + into, last);
    };
  };

  const change = async (label: string, edit: (document: Document) => Document): Promise<Outcome | null> => {
    const document = current();
    return document === null ? null : attempt(edit(document), label, "drop", sameTime());
  };

  /** The source of the scenario's own handler; null where it does not load. */
  const ownSource = async (): Promise<string | null> => {
    const document = current();
    if (document === null) return null;
    const end = busy.begin();
    return document.scenario
      .load()
      .then(
        ({ source }) => source,
        () => null,
      )
      .finally(end);
  };

  const openDefault = async (): Promise<void> => {
    const [first] = scenarios;
    if (first !== undefined) await attempt(documentOf(first), null, "drop", openingBeat);
  };

  const take = async (choice: EnabledChoice, step: number): Promise<void> => {
    const now = shown();
    if (now === null) return;
    const target = step + 1;
    if (now.run.steps[target]?.key === choice.key) {
      playback.moveTo(firstBeatOf(now.beats, target));
      return;
    }
    const choices = [...keysUpTo(now.run, step), choice.key];
    await attempt({ ...now.document, choices }, choice.title, "refuse", (next) =>
      firstBeatOf(next.beats, target),
    );
  };

  return {
    scenarios,
    session,
    playback,
    selection,
    preferences: createPreferences(storage),
    busy,

    async open(hash) {
      if (hash.replace(/^#/, "") === "") {
        if (shown() === null) await openDefault();
        return;
      }
      const end = busy.begin();
      const problem = await openLink(hash)
        .catch(() => "This link could not be read: a part of the app did not load.")
        .finally(end);
      if (problem === null) return;
      if (shown() === null) await openDefault();
      session.setProblem(problem);
    },

    async setScenario(id) {
      const scenario = scenarios.find((each) => each.id === id);
      const now = current();
      if (scenario === undefined || (now?.scenario === scenario && now.source === null)) return;
      await attempt(documentOf(scenario), `Scenario “${scenario.title}”`, "drop", openingBeat);
    },

    async setDesign(design) {
      const now = current();
      if (now === null || isSameDesign(now.design, design)) return;
      await change(`Design “${designInfo(design.id).label}”`, (document) => ({ ...document, design }));
    },

    async setSettings(settings) {
      await change("World settings", (document) => ({
        ...document,
        settings: withoutDefaults(document.scenario.world, settings),
      }));
    },

    async setSource(source) {
      const own = await ownSource();
      const outcome = await change("Edited handler", (document) => ({
        ...document,
        source: source === own ? null : source,
      }));
      return outcome?.type === "rejected" ? outcome.error : null;
    },

    async revertSource() {
      await change("Back to the scenario’s handler", (document) => ({ ...document, source: null }));
    },

    take,

    async takeNumber(position) {
      const now = shown();
      if (now === null) return;
      const { step } = momentOf(now, playback.store.getState().cursor);
      const choice = inOrder(step.enabled)[position];
      if (choice !== undefined) await take(choice, step.index);
    },

    async openOrder({ document, design, choices, property, record: shownFor, label }) {
      const now = document ?? current();
      if (now === null) return;
      const steps = choices.length;
      const recordIn = (next: Shown): number | null =>
        shownFor ??
        next.run.records.find((record) => record.step >= steps && violationIn(record)?.property === property)
          ?.index ??
        null;
      const outcome = await attempt({ ...now, design, choices }, label, "refuse", (next) => {
        const record = recordIn(next);
        const after = next.beats.findLastIndex((beat) => beat.step <= steps);
        return record === null ? after : beatOfRecord(next.beats, record);
      });
      const shownNow = shown();
      const record = outcome.type === "shown" && shownNow !== null ? recordIn(shownNow) : null;
      if (record !== null) selection.select(record);
    },

    async reset() {
      const now = current();
      if (now === null) return;
      await attempt({ ...now, choices: [] }, "Back to the default run", "refuse", sameTime());
    },

    link() {
      const now = shown();
      if (now === null) return null;
      const { scenario, design, settings } = now.document;
      const choices = compactChoices(now.run);
      const { cursor } = playback.store.getState();
      return encodeLink({ scenario: scenario.id, code: now.code, design, settings, choices, cursor });
    },
  };

  /** Shows a link; gives a sentence when that is not possible. */
  async function openLink(hash: string): Promise<string | null> {
    const decoded = (await import("./read-link.ts")).decodeLink(hash);
    if (!decoded.ok) return decoded.error;
    const link = decoded.value;
    const scenario = scenarios.find((each) => each.id === link.scenario);
    if (scenario === undefined) return `This link names the scenario “${link.scenario}”, which is not here.`;
    const { code, design, settings, choices } = link;
    const source = code === null ? ok(null) : (await import("./packed-text.ts")).unpackText(code);
    if (!source.ok) return source.error;
    const outcome = await session.show(
      { scenario, source: source.value, design, settings, choices },
      { label: "Opened a link", misfits: "refuse", cursor: () => link.cursor },
    );
    switch (outcome.type) {
      case "rejected": {
        const { line, column, message } = outcome.error;
        return `The handler in this link cannot be run (line ${line}, column ${column}): ${message}`;
      }
      case "failed":
        return `This link’s run cannot be shown: ${outcome.message}`;
      default:
        return null;
    }
  }
}

function documentOf(scenario: Scenario): Document {
  return { scenario, source: null, design: scenario.design, settings: {}, choices: [] };
}

/** A run opens at the first moment at which something is held back, so that the first look shows what it is about. */
function openingBeat(shown: Shown): number {
  const step = shown.run.steps.find((each) => each.held.length > 0);
  return step === undefined ? -1 : shown.beats.findLastIndex((beat) => beat.step <= step.index);
}
