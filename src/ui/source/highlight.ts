/*
 * Colours for source text, from the parser that the editor uses too. It is a chunk of its own, loaded after the first
 * picture; until then the text is plain.
 */

/** What a stretch of source text is. */
export type TokenKind = "plain" | "keyword" | "string" | "number" | "comment" | "property" | "definition";

/** A stretch of a line. */
export interface Token {
  readonly text: string;
  readonly kind: TokenKind;
}

/** Kinds by the grammar's node names. Keywords are nodes named like themselves: lower case, letters only. */
const KINDS: Readonly<Record<string, TokenKind>> = {
  String: "string",
  TemplateString: "string",
  RegExp: "string",
  Number: "number",
  BooleanLiteral: "number",
  LineComment: "comment",
  BlockComment: "comment",
  PropertyName: "property",
  PropertyDefinition: "definition",
  VariableDefinition: "definition",
};
const KEYWORD = /^[a-z]+$/;

/** The lines of a source as tokens. */
export async function highlightLines(source: string): Promise<readonly (readonly Token[])[]> {
  const { parser } = await import("@lezer/javascript");
  const kinds = new Array<TokenKind>(source.length).fill("plain");
  parser.parse(source).iterate({
    enter({ name, from, to }) {
      const kind = KINDS[name] ?? (KEYWORD.test(name) ? "keyword" : undefined);
      if (kind !== undefined) kinds.fill(kind, from, to);
    },
  });
  let start = 0;
  return source.split("\n").map((line) => {
    const tokens = tokensOf(line, kinds.slice(start, start + line.length));
    start += line.length + 1;
    return tokens;
  });
}

/** The lines as they are, one token each. */
export function plainLines(source: string): readonly (readonly Token[])[] {
  return source.split("\n").map((text) => [{ text, kind: "plain" }]);
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
