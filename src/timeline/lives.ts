/*
 * The lives of the objects: a reset is a break across all lanes, and where the next life begins stands a second line.
 *
 *        ┊ object reset          ┊ life 2
 */
import type { RunRecord } from "../model/records.ts";
import { describe } from "./describe.ts";
import type { LifeFacts } from "./facts.ts";
import { type Frame, LABEL_PX, xOf } from "./frame.ts";
import type { SceneNode } from "./node.ts";
import { NodesBuilder } from "./nodes.ts";
import { type LabelPlace, placeLabel, RowsBuilder } from "./placing.ts";

const WORD_ROW_PX = 16;
const MAX_ROWS = 4;

/** A break with its words. */
interface Break {
  readonly record: RunRecord;
  readonly text: string;
  readonly kind: "life-break" | "life-begins";
  /** Null when there is no room for the words. */
  readonly place: LabelPlace | null;
}

/** The height of the strip in which the breaks are named; 0 when no life ends. */
export function livesHeight(frame: Frame): number {
  const rows = breaksOf(frame).map((one) => one.place?.row ?? 0);
  return rows.length === 0 ? 0 : (Math.max(...rows) + 1) * WORD_ROW_PX + 4;
}

/** The breaks, from the strip at `top` down to `bottom`. */
export function layOutLives(frame: Frame, top: number, bottom: number): readonly SceneNode[] {
  const nodes = new NodesBuilder(null, frame);
  for (const { record, text, kind, place } of breaksOf(frame)) {
    const at = xOf(frame, record);
    const options = { records: [record], title: describe(record, frame.run) };
    nodes.line(`life.${record.index}`, kind, "extent", [at, top + 2], [at, bottom], options);
    if (place === null) continue;
    const y = top + 13 + place.row * WORD_ROW_PX;
    const word = kind === "life-break" ? "life-word" : "dim";
    nodes.text(`life-word.${record.index}`, `label plate ${word}`, "mark", place.x, y, text, {
      ...options,
      anchor: place.anchor,
      bold: true,
    });
  }
  return nodes.nodes;
}

function breaksOf(frame: Frame): readonly Break[] {
  const rows = new RowsBuilder(8);
  return frame.facts.lives
    .flatMap((life) => namesOf(frame, life))
    .map(({ record, text, kind }) => {
      const width = frame.measure(text, LABEL_PX, true);
      const place = placeLabel(rows, xOf(frame, record), width, frame.widthPx, {
        offset: 6,
        maxRows: MAX_ROWS,
      });
      return { record, text, kind, place };
    });
}

function namesOf(frame: Frame, life: LifeFacts): readonly Pick<Break, "record" | "text" | "kind">[] {
  const of = frame.facts.objects.length > 1 ? ` ${life.name}` : "";
  const begins =
    life.starts !== null && life.life > 1
      ? [{ record: life.starts, text: `life ${life.life}${of} begins`, kind: "life-begins" as const }]
      : [];
  if (life.ends === null) return begins;
  return [
    ...begins,
    {
      record: life.ends,
      text: life.ends.kind === "object-aborts" ? `✕ object${of} reset` : `object${of} ends`,
      kind: "life-break" as const,
    },
  ];
}
