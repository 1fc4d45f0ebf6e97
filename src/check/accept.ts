/*
 * Acceptance: does a model allow exactly what was observed? A depth-first search over (state of the model, how much of the
 * observation is explained so far). A path goes on only while what the model does next is what was observed next; it
 * accepts where the model has come to rest and nothing observed is left over. The search forgets no interleaving: it tries
 * every choice that the observer does not exclude, and visits each pair once.
 *
 * Generic over the model: the same search runs the gate model against recordings of workerd and toy models in tests.
 */

/** The part of the model contract that the search uses. */
export interface AcceptingModel<State, Choice, Rec> {
  enabled(state: State): readonly Choice[];
  step(state: State, choice: Choice): { readonly state: State; readonly records: readonly Rec[] };
  /** Equal for states that behave alike. */
  encode(state: State): string;
}

/** What following some records of the model along the observation gives. */
export type Followed<Progress> =
  | { readonly type: "matched"; readonly progress: Progress }
  /** The model did `saw` where something else was observed; `progress` is how far it got before that. */
  | { readonly type: "differs"; readonly progress: Progress; readonly saw: string }
  /** The model says that it cannot go on. */
  | { readonly type: "stuck"; readonly text: string };

/** One observation, as something to be explained record by record. */
export interface Observer<Progress, Choice, Rec> {
  readonly start: Progress;
  /** The choices that the circumstances of the recording do not exclude, in the order in which to try them. */
  allowed(progress: Progress, enabled: readonly Choice[]): readonly Choice[];
  follow(progress: Progress, records: readonly Rec[]): Followed<Progress>;
  /** Whether everything observed is explained. */
  isComplete(progress: Progress): boolean;
  /** Equal exactly for equal progress. */
  keyOf(progress: Progress): string;
  /** How much is explained; grows with every match. */
  sizeOf(progress: Progress): number;
}

/** Where the longest explanation ended, and what the model would have done there instead. */
export interface Furthest<Progress> {
  readonly progress: Progress;
  /** Sorted; `null` stands for "nothing more: the model has come to rest". */
  readonly instead: readonly (string | null)[];
}

/** Outcome of a search. `states` counts the visited pairs of state and progress. */
export type Acceptance<Progress, Rec> =
  | { readonly verdict: "accepted"; readonly states: number; readonly records: readonly Rec[] }
  | { readonly verdict: "rejected"; readonly states: number; readonly furthest: Furthest<Progress> }
  /** Not accepted, and at least one path ended because the model cannot go on. */
  | { readonly verdict: "stuck"; readonly states: number; readonly text: string }
  /** The bound on visited pairs was reached: neither accepted nor rejected. */
  | { readonly verdict: "limit"; readonly states: number; readonly furthest: Furthest<Progress> };

interface Frame<State, Choice, Progress, Rec> {
  readonly state: State;
  readonly progress: Progress;
  readonly choices: readonly Choice[];
  /** Records of the step that led here. */
  readonly records: readonly Rec[];
  next: number;
}

/** Keeps the longest explanation and the alternatives met at its end. */
class FurthestSoFar<Progress> {
  private size = -1;
  private progress: Progress;
  private readonly instead = new Set<string | null>();

  constructor(start: Progress) {
    this.progress = start;
  }

  note(progress: Progress, size: number, saw: string | null): void {
    if (size < this.size) return;
    if (size > this.size) {
      this.size = size;
      this.progress = progress;
      this.instead.clear();
    }
    this.instead.add(saw);
  }

  result(): Furthest<Progress> {
    const texts = [...this.instead].filter((saw) => saw !== null).sort();
    return { progress: this.progress, instead: this.instead.has(null) ? [...texts, null] : texts };
  }
}

/** Searches for a run of the model, from `initial` on, that `observer` accepts. Visits at most `maxStates` pairs. */
export function accept<State, Choice, Rec, Progress>(
  model: AcceptingModel<State, Choice, Rec>,
  initial: { readonly state: State; readonly records: readonly Rec[] },
  observer: Observer<Progress, Choice, Rec>,
  maxStates: number,
): Acceptance<Progress, Rec> {
  const furthest = new FurthestSoFar(observer.start);
  const visited = new Set<string>();
  const stack: Frame<State, Choice, Progress, Rec>[] = [];
  let stuck: string | null = null;

  /** Goes on to `state` if its records match; says whether that accepts. */
  const enter = (state: State, before: Progress, records: readonly Rec[]): boolean => {
    const followed = observer.follow(before, records);
    if (followed.type === "stuck") {
      stuck ??= followed.text;
      return false;
    }
    const { progress } = followed;
    if (followed.type === "differs") {
      furthest.note(progress, observer.sizeOf(progress), followed.saw);
      return false;
    }
    const key = `${observer.keyOf(progress)}|${model.encode(state)}`;
    if (visited.has(key)) return false;
    visited.add(key);
    const choices = observer.allowed(progress, model.enabled(state));
    stack.push({ state, progress, choices, records, next: 0 });
    if (choices.length > 0) return false;
    if (observer.isComplete(progress)) return true;
    furthest.note(progress, observer.sizeOf(progress), null);
    return false;
  };
  const accepted = (): Acceptance<Progress, Rec> => ({
    verdict: "accepted",
    states: visited.size,
    records: stack.flatMap((frame) => frame.records),
  });

  if (enter(initial.state, observer.start, initial.records)) return accepted();
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const choice = top.choices[top.next];
    if (choice === undefined) {
      stack.pop();
      continue;
    }
    if (visited.size >= maxStates) {
      return { verdict: "limit", states: visited.size, furthest: furthest.result() };
    }
    top.next += 1;
    const { state, records } = model.step(top.state, choice);
    if (enter(state, top.progress, records)) return accepted();
  }
  if (stuck !== null) return { verdict: "stuck", states: visited.size, text: stuck };
  return { verdict: "rejected", states: visited.size, furthest: furthest.result() };
}
