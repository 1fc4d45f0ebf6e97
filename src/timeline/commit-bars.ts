/*
 * The bars of commits in the storage lane: accepted, then flushing (hatched), then the end mark with its word where there
 * is room for it. Bars are placed first and words afterwards, so that a word never pushes a bar away.
 */
import type { RunRecord } from "../model/records.ts";
import { describe } from "./describe.ts";
import type { CommitFacts } from "./facts.ts";
import { type Frame, LABEL_PX, visible, xOf, xOrEnd } from "./frame.ts";
import { fitting } from "./measure.ts";
import type { NodesBuilder } from "./nodes.ts";
import type { RowsBuilder } from "./placing.ts";
import { crossMark, tickMark } from "./shapes.ts";
import { count, writesText } from "./words.ts";

/** Height of a bar, and of its row. */
export const BAR_PX = 18;
export const BAR_ROW_PX = 25;

/** A commit with its row. */
interface Placed {
  readonly commit: CommitFacts;
  readonly row: number;
  readonly y: number;
}

/** Draws the commits from `top` down and gives the upper edge of each one's bar. */
export function layOutCommits(
  frame: Frame,
  nodes: NodesBuilder,
  commits: readonly CommitFacts[],
  bars: RowsBuilder,
  top: number,
): ReadonlyMap<number, number> {
  const placed = commits.flatMap((commit): Placed[] => {
    const first = firstOf(commit);
    if (first === null) return [];
    const row = bars.place(xOf(frame, first) - 4, xOrEnd(frame, commit.end) + 8);
    return [{ commit, row, y: top + row * BAR_ROW_PX }];
  });
  for (const one of placed) layOutBar(frame, nodes, one);
  for (const one of placed) layOutEnd(frame, nodes, one, bars);
  return new Map(placed.map(({ commit, y }) => [commit.id, y]));
}

function firstOf({ accepted, starts }: CommitFacts): RunRecord | null {
  return accepted[0] ?? starts[0] ?? null;
}

function layOutBar(frame: Frame, nodes: NodesBuilder, { commit, y }: Placed): void {
  const { id, accepted, starts, marks, end } = commit;
  const from = xOrEnd(frame, firstOf(commit));
  const flush = xOrEnd(frame, starts[0] ?? end);
  const to = xOrEnd(frame, end);
  const what = writesText(
    frame.facts,
    accepted.map((record) => record.write),
  );
  const collects = { x: from, y, width: Math.max(0, flush - from), height: BAR_PX, radius: 2 };
  nodes.rect(`accepted.${id}`, "commit accepted", "extent", collects, {
    records: [...accepted, ...starts],
    title: `Commit ${id} collects ${what}: not flushed yet`,
  });
  const flushes = { x: flush, y, width: Math.max(0, to - flush), height: BAR_PX, radius: 2 };
  nodes.rect(`flushing.${id}`, "commit flushing", "extent", flushes, {
    records: [...starts, ...accepted, ...marks],
    title: `Commit ${id} is flushing: ${what}`,
  });
  const seen = visible(frame, flush, to);
  const several = accepted.length > 1 ? [`commit ${id} · ${count(accepted.length, "write")} · flushing`] : [];
  const label = fitting(
    [...several, `commit ${id} · flushing`, `commit ${id}`, `c${id}`],
    seen.to - seen.from - 18,
    LABEL_PX,
    frame.measure,
  );
  if (label !== null && starts.length > 0) {
    nodes.text(`commit.${id}`, "label plate", "mark", seen.from + 8, y + 13, label, { records: starts });
  }
  for (const mark of marks) {
    const x = xOf(frame, mark);
    nodes.line(`mark.${mark.index}`, "delay", "mark", [x, y - 3], [x, y + BAR_PX + 3], {
      records: [mark],
      title: describe(mark, frame.run),
    });
  }
}

/** The end: a sign in a circle, and the word where nothing stands. */
function layOutEnd(
  frame: Frame,
  nodes: NodesBuilder,
  { commit: { id, end, accepted }, row, y }: Placed,
  bars: RowsBuilder,
): void {
  if (end === null) return;
  const isGood = end.kind === "commit-durable";
  const kind = isGood ? "durable" : "failed";
  const x = xOf(frame, end);
  const middle = y + BAR_PX / 2;
  const options = { records: [end, ...accepted], title: describe(end, frame.run) };
  nodes.circle(`end.${id}`, `end ${kind}`, "mark", x, middle, 7.5, options);
  const sign = isGood ? tickMark(x, middle) : crossMark(x, middle);
  nodes.path(`end-sign.${id}`, `sign ${kind}`, "mark", sign, { records: [end] });
  const left = x + 12;
  const right = left + frame.measure(kind, LABEL_PX);
  if (right > frame.widthPx || !bars.isFree(row, left + 6, right)) return;
  bars.take(row, left, right);
  nodes.text(`end-word.${id}`, `label ${kind}`, "mark", left, y + 13, kind, options);
}
