/*
 * The run as plain text, one line per beat: for reading without the picture, and for copying.
 *
 *        0 ms  A request for / reaches the object, and the handler starts.
 *       10 ms  Commit 1 is durable: put "balance" will survive a crash. Its lock is released.
 */
import type { RunData } from "../run/run.ts";
import { type Beat, beatsOf } from "./beats.ts";
import { narrate } from "./narrate.ts";
import { plainText } from "./narration.ts";
import { timeText } from "./words.ts";

/** One line of the text view. */
export function lineOf(run: RunData, beats: readonly Beat[], index: number): string {
  const at = beats[index]?.at ?? 0;
  return `${timeText(at).padStart(9)}  ${plainText(narrate(run, beats, index))}`;
}

/** The whole run as text. */
export function textOf(run: RunData): string {
  const beats = beatsOf(run);
  return beats.map((beat) => lineOf(run, beats, beat.index)).join("\n");
}
