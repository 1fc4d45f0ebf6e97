// @ts-check
/** What is not mutated, and why. Ignored mutants are counted apart. */
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** The functions of src/base/assert.ts that take a text. */
const ASSERTIONS = new Set(["assert", "mustGet"]);

/** @typedef {{ readonly type: string, readonly callee?: { readonly name?: string }, readonly arguments?: readonly unknown[] }} Node */

/** @type {import("@stryker-mutator/api/ignore").Ignorer} */
const assertionTexts = {
  shouldIgnore(path) {
    const { node, parent } = /** @type {{ node: Node, parent: Node | null }} */ (
      /** @type {unknown} */ (path)
    );
    const isText =
      parent?.type === "CallExpression" &&
      ASSERTIONS.has(parent.callee?.name ?? "") &&
      parent.arguments?.[1] === node;
    return isText ? "the text of an assertion: nobody reads it while the program is right" : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, "assertion-texts", assertionTexts)];
