/*
 * The session: what is on the screen, what is being worked on, what went wrong. Whatever is asked for is shown only once
 * it has come to a run; until then, and when it fails, what was on the screen stays.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Condition } from "../run/until.ts";
import type { BuiltInHandler } from "../scenarios/scenario.ts";
import { type Beat, beatsOf } from "../timeline/beats.ts";
import type { Client } from "../worker/client.ts";
import type { Busy } from "./busy.ts";
import { decisiveKeys } from "./compact.ts";
import { EMPTY_HISTORY, type History, recordAction, redo, undo } from "./history.ts";
import type { Playback } from "./playback.ts";
import type { Document, Shown } from "./shown.ts";
import { applySettings } from "./world.ts";

/** What is wrong with an edited source, and where. */
export interface SourceError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** What undo goes back to. */
export interface Snapshot {
  readonly shown: Shown;
  readonly cursor: number;
}

export interface SessionState {
  /** Null until the first run is there. */
  readonly shown: Shown | null;
  /** What is being worked on. */
  readonly pending: Document | null;
  /** One sentence on what went wrong; what is on the screen is still good. */
  readonly problem: string | null;
  /** One sentence on what was done differently from what was asked. */
  readonly notice: string | null;
  readonly history: History<Snapshot>;
}

/** How an action wants its run to be shown. */
export interface Showing {
  /** For undo, e.g. "Commit 1 fails". Null: there is nothing to go back from. */
  readonly label: string | null;
  /** What becomes of choices that are not possible in the new run. */
  readonly misfits: "refuse" | "drop";
  /** Where the cursor goes. */
  readonly cursor: (shown: Shown) => number;
}

/** What came of an attempt to show a document. */
export type Outcome =
  | { readonly type: "shown" }
  | { readonly type: "superseded" }
  | { readonly type: "rejected"; readonly error: SourceError }
  | { readonly type: "failed"; readonly message: string };

export interface Session {
  readonly store: StoreApi<SessionState>;
  /** Works out a document's run and shows it. Failures are told by the outcome; the caller says them. */
  show(document: Document, showing: Showing): Promise<Outcome>;
  /** What is wrong with a source, or null. */
  check(source: string): Promise<SourceError | null>;
  /** The records at which a run meets a condition; a text says why that cannot be told. */
  meetings(shown: Shown, condition: Condition): Promise<readonly number[] | string>;
  undo(): void;
  redo(): void;
  setProblem(problem: string | null): void;
  setNotice(notice: string | null): void;
}

const MODEL = "show";

/** A session that shows nothing yet. */
export function createSession(client: Client, playback: Playback, busy: Busy): Session {
  const store = createStore<SessionState>()(() => ({
    shown: null,
    pending: null,
    problem: null,
    notice: null,
    history: EMPTY_HISTORY,
  }));
  let lastCompiled: BuiltInHandler | null = null;

  type Compiled = BuiltInHandler | Outcome;

  const programOf = async (document: Document): Promise<Compiled> => {
    if (document.source === null) return loadBuiltIn(document);
    if (lastCompiled?.source === document.source) return lastCompiled;
    const answer = await client.ask(MODEL, { type: "compile", source: document.source });
    if (answer.status === "superseded") return { type: "superseded" };
    if (answer.status === "failed") return { type: "failed", message: answer.message };
    if (answer.value.type === "rejected") return { type: "rejected", error: answer.value.error };
    lastCompiled = { ...answer.value, source: document.source };
    return lastCompiled;
  };

  const work = async (document: Document, showing: Showing): Promise<Outcome> => {
    const compiled = await programOf(document);
    if (!("program" in compiled)) return compiled;
    if (store.getState().pending !== document) return { type: "superseded" };
    const { source, program, tokens } = compiled;
    const world = applySettings(document.scenario.world, document.settings);
    const { design, choices } = document;
    const { misfits } = showing;
    const answer = await client.ask(MODEL, { type: "run", program, design, world, choices, misfits });
    if (answer.status === "superseded" || store.getState().pending !== document)
      return { type: "superseded" };
    if (answer.status === "failed") return { type: "failed", message: answer.message };
    if (answer.value.type === "refused") return { type: "failed", message: answer.value.error.message };
    const { run, dropped, properties } = answer.value;
    const beats: readonly Beat[] = beatsOf(run);
    const code =
      document.source === null ? null : (await import("./packed-text.ts")).packText(document.source);
    if (store.getState().pending !== document) return { type: "superseded" };
    place(
      {
        document: { ...document, choices: decisiveKeys(run) },
        source,
        code,
        program,
        tokens,
        world,
        run,
        properties,
        beats,
      },
      showing,
    );
    if (dropped.length > 0) store.setState({ notice: droppedNotice(dropped) });
    return { type: "shown" };
  };

  const place = (shown: Shown, showing: Showing): void => {
    const now = snapshot();
    const cursor = showing.cursor(shown);
    store.setState(({ history }) => ({
      shown,
      problem: null,
      notice: null,
      history: now === null || showing.label === null ? history : recordAction(history, now, showing.label),
    }));
    playback.load(shown.beats.length, cursor);
  };

  const snapshot = (): Snapshot | null => {
    const { shown } = store.getState();
    return shown === null ? null : { shown, cursor: playback.store.getState().cursor };
  };

  const travel = (step: typeof undo): void => {
    const now = snapshot();
    const moved = now === null ? null : step(store.getState().history, now);
    if (moved === null) return;
    client.cancel(MODEL);
    const { shown, cursor } = moved.value;
    store.setState({ shown, pending: null, problem: null, notice: null, history: moved.history });
    playback.load(shown.beats.length, cursor);
  };

  return {
    store,
    async show(document, showing) {
      const end = busy.begin();
      playback.pause();
      store.setState({ pending: document });
      try {
        return await work(document, showing);
      } finally {
        if (store.getState().pending === document) store.setState({ pending: null });
        end();
      }
    },
    async check(source) {
      const end = busy.begin();
      try {
        const answer = await client.ask("check", { type: "compile", source });
        return answer.status === "done" && answer.value.type === "rejected" ? answer.value.error : null;
      } finally {
        end();
      }
    },
    async meetings({ program, world, document }, condition) {
      const end = busy.begin();
      const { design, choices } = document;
      try {
        const answer = await client.ask("until", {
          type: "until",
          program,
          design,
          world,
          choices,
          condition,
        });
        if (answer.status === "superseded") return "Something else was asked for meanwhile.";
        if (answer.status === "failed") return answer.message;
        return answer.value.type === "met" ? answer.value.records : answer.value.error.message;
      } finally {
        end();
      }
    },
    undo: () => travel(undo),
    redo: () => travel(redo),
    setProblem: (problem) => store.setState({ problem }),
    setNotice: (notice) => store.setState({ notice }),
  };
}

/** A built-in handler's program is a chunk of its own, which may not arrive. */
async function loadBuiltIn({ scenario }: Document): Promise<BuiltInHandler | Outcome> {
  try {
    return await scenario.load();
  } catch {
    const message = `The handler of “${scenario.title}” could not be loaded. Check the connection and choose it again.`;
    return { type: "failed", message };
  }
}

function droppedNotice(dropped: readonly string[]): string {
  return dropped.length === 1
    ? "One earlier choice is not possible here and was left out."
    : `${dropped.length} earlier choices are not possible here and were left out.`;
}
