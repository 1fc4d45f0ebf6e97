import { type CSSProperties, memo, useEffect, useMemo, useRef } from "react";
import type { SourceToken } from "../../handler/token.ts";
import { type LineMark, lineMarks } from "../../store/line-marks.ts";
import { useMoment } from "../explorer-context.ts";
import { linesOf, type Stretch } from "./highlight.ts";

const MARK_TEXT: Readonly<Record<LineMark, string>> = {
  now: "runs now",
  turn: "ran in this turn",
  awaits: "waits here",
};

interface Props {
  readonly source: string;
  readonly tokens: readonly SourceToken[];
}

/** The handler's source, with the lines marked that run, have just run, or wait. */
export function SourceView({ source, tokens }: Props) {
  const lines = useMemo(() => linesOf(source, tokens), [source, tokens]);
  const moment = useMoment();
  const beat = moment?.beat ?? null;
  const records = moment?.shown.run.records;
  const marks = useMemo(() => lineMarks(records ?? [], beat), [records, beat]);
  const list = useRef<HTMLOListElement>(null);
  const nowLine = [...marks].find(([, mark]) => mark === "now")?.[0];

  useEffect(() => {
    if (nowLine === undefined) return;
    list.current?.children[nowLine - 1]?.scrollIntoView({ block: "nearest" });
  }, [nowLine]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to do so by keyboard.
    <section className="source-scroll" aria-label="Source" tabIndex={0}>
      <ol className="source" ref={list}>
        {lines.map((stretches, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line's number is its identity.
          <Line key={index} number={index + 1} stretches={stretches} mark={marks.get(index + 1) ?? null} />
        ))}
      </ol>
    </section>
  );
}

interface LineProps {
  readonly number: number;
  readonly stretches: readonly Stretch[];
  readonly mark: LineMark | null;
}

const Line = memo(function Line({ number, stretches, mark }: LineProps) {
  return (
    <li className="line" data-mark={mark ?? undefined} aria-current={mark === "now" ? "step" : undefined}>
      <span className="line-number" aria-hidden="true">
        {number}
      </span>
      <code style={{ "--indent": indentOf(stretches) } as CSSProperties}>
        {stretches.map(({ text, kind }, index) =>
          kind === "plain" ? (
            text
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: stretches have no identity but their place.
            <span key={index} className={`token-${kind}`}>
              {text}
            </span>
          ),
        )}
      </code>
      {mark !== null && (
        <span className={mark === "awaits" ? "line-note" : "visually-hidden"}>{MARK_TEXT[mark]}</span>
      )}
    </li>
  );
});

function indentOf([first]: readonly Stretch[]): number {
  return first === undefined ? 0 : first.text.length - first.text.trimStart().length;
}
