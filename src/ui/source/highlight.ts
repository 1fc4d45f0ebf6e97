/*
 * Colours for source text, from the parser that the editor uses too. It is a chunk of its own, loaded after the first
 * picture; until then the text is plain.
 */
import { type TokenKind, tokenKind } from "./token-kinds.ts";

/** A stretch of a line. */
export interface Token {
  readonly text: string;
  readonly kind: TokenKind;
}

/** The lines of a source as tokens. */
export async function highlightLines(source: string): Promise<readonly (readonly Token[])[]> {
  const { parser } = await import("@lezer/javascript");
  const kinds = new Array<TokenKind>(source.length).fill("plain");
  parser.parse(source).iterate({
    enter({ name, from, to }) {
      const kind = tokenKind(name);
      if (kind !== null) kinds.fill(kind, from, to);
    },
  });
  let start = 0;
  return linesOf(source).map((line) => {
    const tokens = tokensOf(line, kinds.slice(start, start + line.length));
    start += line.length + 1;
    return tokens;
  });
}

/** The lines as they are, one token each. */
export function plainLines(source: string): readonly (readonly Token[])[] {
  return linesOf(source).map((text) => [{ text, kind: "plain" }]);
}

/** Without the empty one after the last line's end. */
function linesOf(source: string): readonly string[] {
  return source.replace(/\n$/, "").split("\n");
}

function tokensOf(line: string, kinds: readonly TokenKind[]): readonly Token[] {
  const tokens: { text: string; kind: TokenKind }[] = [];
  for (const [index, kind] of kinds.entries()) {
    const last = tokens.at(-1);
    if (last !== undefined && last.kind === kind) last.text += line[index] ?? "";
    else tokens.push({ text: line[index] ?? "", kind });
  }
  return tokens;
}
