/** What a stretch of source text is to a reader. */
export type TokenKind = "keyword" | "string" | "number" | "comment" | "property" | "definition";

/** A stretch of a source, from `start` up to `end` (offsets in UTF-16 units); what lies between tokens is plain. */
export interface SourceToken {
  readonly start: number;
  readonly end: number;
  readonly kind: TokenKind;
}
