/* Names that patterns and classes declare. */
import type { Class, Pattern } from "acorn";

/** The names that a pattern declares. */
export function boundNames(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((one) =>
        boundNames(one.type === "RestElement" ? one.argument : one.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((one) => (one ? boundNames(one) : []));
    case "RestElement":
      return boundNames(pattern.argument);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    default:
      return [];
  }
}

/** The private names of a class, without #. */
export function privateNames(node: Class): ReadonlySet<string> {
  const names = new Set<string>();
  for (const member of node.body.body) {
    if (member.type !== "StaticBlock" && member.key.type === "PrivateIdentifier") names.add(member.key.name);
  }
  return names;
}
