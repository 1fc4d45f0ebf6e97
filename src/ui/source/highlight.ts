/*
 * A source's lines as stretches of one look each, from the tokens that came with its program.
 */
import type { SourceToken, TokenKind } from "../../handler/token.ts";

/** A stretch of a line. */
export interface Stretch {
  readonly text: string;
  readonly kind: TokenKind | "plain";
}

/** The lines of a source, without the empty one after the last line's end. */
export function linesOf(source: string, tokens: readonly SourceToken[]): readonly (readonly Stretch[])[] {
  const lines: Stretch[][] = [[]];
  const add = (text: string, kind: Stretch["kind"]): void => {
    text.split("\n").forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part !== "") lines.at(-1)?.push({ text: part, kind });
    });
  };
  let at = 0;
  for (const { start, end, kind } of tokens) {
    if (start < at) continue;
    add(source.slice(at, start), "plain");
    add(source.slice(start, end), kind);
    at = end;
  }
  add(source.slice(at).replace(/\n$/, ""), "plain");
  return lines;
}
