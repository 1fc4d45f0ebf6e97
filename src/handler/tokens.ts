/*
 * What each stretch of a handler's source looks like. Made where the parser is: when the app is built, and in the worker
 * for edited sources, so that the page shows colours without shipping a parser.
 */
import { type Token as AcornToken, type Comment, tokenizer } from "acorn";
import type { SourceToken, TokenKind } from "./token.ts";

/** Words that are names to the tokenizer and keywords to a reader. */
const CONTEXTUAL = new Set(["async", "await", "of", "static", "get", "set", "from", "let", "as"]);
const VALUES = new Set(["true", "false", "null"]);
const DECLARES = new Set(["const", "let", "var", "class", "function"]);

/** The tokens that have a look of their own, in order. A source that is no JavaScript has those up to the mistake. */
export function tokensOf(source: string): readonly SourceToken[] {
  const tokens: SourceToken[] = [];
  const add = (start: number, end: number, kind: TokenKind | null): void => {
    if (kind !== null) tokens.push({ start, end, kind });
  };
  const onComment = (comments: Comment[]): void => {
    for (const { start, end } of comments.splice(0)) add(start, end, "comment");
  };
  const comments: Comment[] = [];
  let before = "";
  try {
    for (const token of tokenizer(source, {
      ecmaVersion: 2024,
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      onComment: comments,
    })) {
      onComment(comments);
      const text = source.slice(token.start, token.end);
      add(token.start, token.end, kindOf(token, text, before));
      before = text;
    }
  } catch {
    // What follows a mistake stays plain; the compiler says what is wrong.
  }
  onComment(comments);
  return tokens.toSorted((a, b) => a.start - b.start);
}

function kindOf({ type }: AcornToken, text: string, before: string): TokenKind | null {
  const { label } = type;
  if (label === "string" || label === "template" || label === "`") return "string";
  if (label === "num" || VALUES.has(text)) return "number";
  if (type.keyword !== undefined) return "keyword";
  if (label !== "name" && label !== "privateId") return null;
  if (before === "." || before === "?.") return "property";
  if (CONTEXTUAL.has(text)) return "keyword";
  return DECLARES.has(before) ? "definition" : null;
}
