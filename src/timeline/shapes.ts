/*
 * Small signs as path data, centred on a point.
 */
import { round } from "./nodes.ts";

/** ✓ */
export function tickMark(x: number, y: number): string {
  return `M${round(x - 3.4)} ${round(y + 0.2)}l2.5 2.7l4.5 -5.4`;
}

/** ✕ */
export function crossMark(x: number, y: number, size = 2.8): string {
  const a = round(size);
  return `M${round(x - a)} ${round(y - a)}l${2 * a} ${2 * a}m0 ${-2 * a}l${-2 * a} ${2 * a}`;
}

/** An arrow's head at its tip, pointing from `from` to `tip`. */
export function arrowHead(
  from: readonly [number, number],
  tip: readonly [number, number],
  length = 8,
  half = 3.6,
): string {
  const angle = Math.atan2(tip[1] - from[1], tip[0] - from[0]);
  const back = [tip[0] - length * Math.cos(angle), tip[1] - length * Math.sin(angle)] as const;
  const side = [half * Math.sin(angle), -half * Math.cos(angle)] as const;
  return `M${round(tip[0])} ${round(tip[1])}L${round(back[0] + side[0])} ${round(back[1] + side[1])}L${round(back[0] - side[0])} ${round(back[1] - side[1])}Z`;
}

/** A filled lozenge. */
export function lozenge(x: number, y: number, size = 4): string {
  return `M${round(x)} ${round(y - size)}l${size} ${size}l${-size} ${size}l${-size} ${-size}z`;
}
