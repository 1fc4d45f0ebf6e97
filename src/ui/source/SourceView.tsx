import { type CSSProperties, memo, useEffect, useMemo, useRef, useState } from "react";
import { type LineMark, lineMarks } from "../../store/line-marks.ts";
import { useMoment } from "../explorer-context.ts";
import { highlightLines, plainLines, type Token } from "./highlight.ts";
import { useEngaged } from "./use-engaged.ts";

const MARK_TEXT: Readonly<Record<LineMark, string>> = {
  now: "runs now",
  turn: "ran in this turn",
  awaits: "waits here",
};

interface Props {
  readonly source: string;
}

/** The handler's source, with the lines marked that run, have just run, or wait. */
export function SourceView({ source }: Props) {
  const lines = useTokens(source);
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
        {lines.map((tokens, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line's number is its identity.
          <Line key={index} number={index + 1} tokens={tokens} mark={marks.get(index + 1) ?? null} />
        ))}
      </ol>
    </section>
  );
}

interface LineProps {
  readonly number: number;
  readonly tokens: readonly Token[];
  readonly mark: LineMark | null;
}

const Line = memo(function Line({ number, tokens, mark }: LineProps) {
  return (
    <li className="line" data-mark={mark ?? undefined} aria-current={mark === "now" ? "step" : undefined}>
      <span className="line-number" aria-hidden="true">
        {number}
      </span>
      <code style={{ "--indent": indentOf(tokens) } as CSSProperties}>
        {tokens.map(({ text, kind }, index) =>
          kind === "plain" ? (
            text
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity but their place.
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

function indentOf([first]: readonly Token[]): number {
  return first === undefined ? 0 : first.text.length - first.text.trimStart().length;
}

/** Plain at first; in colour once somebody has begun to use the page and the parser is there. */
function useTokens(source: string): readonly (readonly Token[])[] {
  const [coloured, setColoured] = useState<{ source: string; lines: readonly (readonly Token[])[] } | null>(
    null,
  );
  const isEngaged = useEngaged();
  useEffect(() => {
    if (!isEngaged) return undefined;
    let isCurrent = true;
    // Without the parser (offline before it was ever loaded) the text stays plain.
    highlightLines(source).then(
      (lines) => isCurrent && setColoured({ source, lines }),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [source, isEngaged]);
  return useMemo(
    () => (coloured?.source === source ? coloured.lines : plainLines(source)),
    [coloured, source],
  );
}
