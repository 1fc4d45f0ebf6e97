/*
 * What the nodes of the JavaScript grammar are to the eye. The view and the editor colour by this one table.
 */

/** What a stretch of source text is. */
export type TokenKind = "plain" | "keyword" | "string" | "number" | "comment" | "property" | "definition";

const KINDS: Readonly<Record<string, TokenKind>> = {
  String: "string",
  TemplateString: "string",
  Interpolation: "plain",
  RegExp: "string",
  Number: "number",
  BooleanLiteral: "number",
  LineComment: "comment",
  BlockComment: "comment",
  PropertyName: "property",
  PropertyDefinition: "definition",
  VariableDefinition: "definition",
};

/** Keywords are nodes named like themselves: lower case, letters only. */
const KEYWORD = /^[a-z]+$/;

/** The kind of a node; null when it has no look of its own. */
export function tokenKind(nodeName: string): TokenKind | null {
  return KINDS[nodeName] ?? (KEYWORD.test(nodeName) ? "keyword" : null);
}
