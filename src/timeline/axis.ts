/*
 * The axis: virtual time, stretched so that many things at the same instant still stand one after another.
 *
 *   time      0 ms                     10 ms        18 ms
 *   beats     a b c d e                f g h        i
 *   axis     |=====-------------------|===---------|=--|      = a slot per beat    - time passing
 *
 * Beats of one instant are a stretch of slots; between stretches time runs linearly. A gap longer than LINEAR_MS is
 * compressed, so that a timer of a second does not crush everything else. Positions are fractions of the whole, 0 to 1.
 */
import { bisectRight } from "d3";
import type { Beat } from "./beats.ts";

/** Beats of one instant: `from` and `to` are fractions of the axis. */
export interface Stretch {
  readonly at: number;
  readonly firstBeat: number;
  readonly lastBeat: number;
  readonly from: number;
  readonly to: number;
}

/** Where beats and times lie. */
export interface Axis {
  /** Where each beat's slot begins. */
  readonly starts: readonly number[];
  /** Length of one slot. */
  readonly slot: number;
  readonly stretches: readonly Stretch[];
  readonly endMs: number;
  /** Fraction per (uncompressed) millisecond. */
  readonly perMs: number;
}

/** Gaps up to this length are drawn to scale. */
export const LINEAR_MS = 40;

/** Slots together take at most this share of time's length... */
const SLOTS_TO_TIME = 1.2;
/** ... and one slot at most this share. */
const SLOT_TO_TIME = 1 / 20;
/** Slots of room after the last beat. */
const TAIL_SLOTS = 3;

/** Lengths are in drawn milliseconds until the last line, which divides by the whole. */
export function axisOf(beats: readonly Beat[]): Axis {
  const gaps = beats.map((beat, index) => drawnMs(beat.at - (beats[index - 1]?.at ?? 0)));
  const time = gaps.reduce((total, gap) => total + gap, 0);
  const slot = time === 0 ? 1 : Math.min((SLOTS_TO_TIME * time) / beats.length, SLOT_TO_TIME * time);
  const starts: number[] = [];
  let end = 0;
  for (const gap of gaps) {
    starts.push(end + gap);
    end += gap + slot;
  }
  const whole = end + TAIL_SLOTS * slot;
  const scaled = starts.map((start) => start / whole);
  return {
    starts: scaled,
    slot: slot / whole,
    stretches: stretchesOf(beats, scaled, slot / whole),
    endMs: beats.at(-1)?.at ?? 0,
    perMs: 1 / whole,
  };
}

/** Length of a gap in drawn milliseconds: itself, then logarithmic with a smooth join. */
function drawnMs(gapMs: number): number {
  return gapMs <= LINEAR_MS ? gapMs : LINEAR_MS * (1 + Math.log(gapMs / LINEAR_MS));
}

function stretchesOf(beats: readonly Beat[], starts: readonly number[], slot: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const beat of beats) {
    const start = starts[beat.index] ?? 0;
    const last = stretches.at(-1);
    if (last?.at === beat.at) {
      stretches[stretches.length - 1] = { ...last, lastBeat: beat.index, to: start + slot };
    } else {
      stretches.push({
        at: beat.at,
        firstBeat: beat.index,
        lastBeat: beat.index,
        from: start,
        to: start + slot,
      });
    }
  }
  return stretches;
}

/** Where a time lies: at the start of its stretch, or between the two stretches around it. */
export function fractionOfTime(axis: Axis, timeMs: number): number {
  const index =
    bisectRight(
      axis.stretches.map((stretch) => stretch.at),
      timeMs,
    ) - 1;
  const stretch = axis.stretches[index];
  if (stretch === undefined) return timeMs * axis.perMs;
  if (stretch.at === timeMs) return stretch.from;
  return stretch.to + drawnMs(timeMs - stretch.at) * axis.perMs;
}

/** The beat whose slot holds that fraction, or the last one before it; -1 left of the first. */
export function beatAtFraction(axis: Axis, fraction: number): number {
  return bisectRight(axis.starts, fraction) - 1;
}

/** The time at a fraction: the inverse of `fractionOfTime` between stretches, and a stretch's instant within it. */
export function timeOfFraction(axis: Axis, fraction: number): number {
  const stretch = axis.stretches.findLast((one) => one.from <= fraction);
  if (stretch === undefined) return Math.max(0, fraction / axis.perMs);
  return stretch.at + undrawnMs(Math.max(0, fraction - stretch.to) / axis.perMs);
}

/** The inverse of `drawnMs`. */
function undrawnMs(drawn: number): number {
  return drawn <= LINEAR_MS ? drawn : LINEAR_MS * Math.exp(drawn / LINEAR_MS - 1);
}
