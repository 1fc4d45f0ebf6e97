// @ts-check
/** What is not mutated, and why. Ignored mutants are counted apart. */
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/**
 * As much of a node of the syntax tree as is looked at.
 * @typedef {{
 *   readonly type: string,
 *   readonly callee?: { readonly name?: string },
 *   readonly arguments?: readonly unknown[],
 *   readonly test?: unknown,
 *   readonly consequent?: readonly Node[],
 *   readonly argument?: Node,
 * }} Node
 */

/** The functions of src/base/assert.ts that take a text. */
const ASSERTIONS = new Set(["assert", "mustGet"]);

/** @param {Node} node @param {Node | null} parent */
const isAssertionText = (node, parent) =>
  parent?.type === "CallExpression" &&
  ASSERTIONS.has(parent.callee?.name ?? "") &&
  parent.arguments?.[1] === node;

/** `default: return unreachable(...)`. @param {Node} node */
const isUnreachable = ({ type, test, consequent }) =>
  type === "SwitchCase" &&
  test === null &&
  consequent?.length === 1 &&
  consequent[0]?.argument?.callee?.name === "unreachable";

/** @type {import("@stryker-mutator/api/ignore").Ignorer} */
const impossible = {
  shouldIgnore(path) {
    const { node, parent } = /** @type {{ node: Node, parent: Node | null }} */ (
      /** @type {unknown} */ (path)
    );
    if (isAssertionText(node, parent))
      return "the text of an assertion: nobody reads it while the program is right";
    if (isUnreachable(node))
      return "the end of a switch over a closed union: the compiler keeps it unreachable";
    return undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, "impossible", impossible)];
