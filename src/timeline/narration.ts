/*
 * A narration is a sentence in parts. Each part has a tone; what a tone says in colour, the words say too.
 */
import type { RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import type { Facts } from "./facts.ts";

/** How a part is to be set: held (by the gate), good (durable, passed), bad (failed, leaked, struck out). */
export type Tone = "plain" | "strong" | "good" | "bad" | "held";

/** A piece of a sentence. */
export interface NarrationPart {
  readonly text: string;
  readonly tone: Tone;
}

/** One sentence, or two short ones. */
export type Narration = readonly NarrationPart[];

/** What a sentence may look at besides its record. */
export interface Context {
  readonly run: RunData;
  readonly facts: Facts;
  /** The other records of the same beat. */
  readonly followers: readonly RunRecord[];
}

/** Joins plain strings and toned parts. Empty strings are left out. */
export function say(...parts: readonly (string | NarrationPart)[]): Narration {
  return parts
    .map((part): NarrationPart => (typeof part === "string" ? { text: part, tone: "plain" } : part))
    .filter((part) => part.text !== "");
}

const toned =
  (tone: Tone) =>
  (text: string): NarrationPart => ({ text, tone });

export const strong = toned("strong");
export const good = toned("good");
export const bad = toned("bad");
export const held = toned("held");

/** The narration as plain text. */
export function plainText(narration: Narration): string {
  return narration.map((part) => part.text).join("");
}
