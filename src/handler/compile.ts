/*
 * The compiler's entry: source text -> Program. Runs where the app is built, in the web worker for edited handlers, and
 * in node. The machine needs none of it.
 */
import type { AnyNode, Program as SyntaxTree } from "acorn";
import { err, ok, type Result } from "../base/result.ts";
import { analyze } from "./compile/analyze.ts";
import { Emitter, type Unit } from "./compile/emitter.ts";
import { effect, expression } from "./compile/expressions.ts";
import { classValue, closure } from "./compile/functions.ts";
import { parseModule, tooDeep } from "./compile/parse.ts";
import { bind } from "./compile/patterns.ts";
import { CompileProblem, LineTable, toHandlerError } from "./compile/problem.ts";
import { block, exportedNames, statement } from "./compile/statements.ts";
import type { HandlerError } from "./error.ts";
import { Op } from "./opcodes.ts";
import type { FunctionCode, Program } from "./program.ts";

/** Compiles a handler, or says what is wrong with it, where, and what to write instead. */
export function compileHandler(source: string): Result<Program, HandlerError> {
  try {
    return ok({ version: 1, source, functions: compileModule(source, 0, false) });
  } catch (error) {
    if (error instanceof CompileProblem) return err(toHandlerError(error, source));
    // The bounds on brackets and nesting leave room, but the stack that is left depends on the caller.
    if (error instanceof RangeError) return err(toHandlerError(tooDeep(0), source));
    throw error;
  }
}

/** Compiles the machine's own library: its functions are numbered from `base`. Throws for what does not compile. */
export function compileLibrary(source: string, base: number): readonly FunctionCode[] {
  return compileModule(source, base, true);
}

function compileModule(source: string, base: number, library: boolean): readonly FunctionCode[] {
  const tree = parseModule(source);
  const analysis = analyze(tree, library);
  const functions: (FunctionCode | null)[] = [];
  const parts = { expression, effect, statement, block: bodyBlock, bind, closure, classValue };
  const unit: Unit = { source, lines: new LineTable(source), analysis, functions, base, library, parts };
  const scope = analysis.scopes.get(tree);
  if (scope === undefined) throw new Error("the analysis begins with the module");
  const e = new Emitter(unit, scope);
  const id = e.reserve();
  e.enter(scope);
  imports(e, tree);
  block(e, undefined, tree.body);
  for (const [exported, local] of exportedNames(tree.body as readonly AnyNode[])) {
    e.load(local, tree.end);
    e.op(Op.EXPORT, e.constant(exported));
  }
  e.op(Op.UNDEF);
  e.op(Op.RETURN);
  e.finish(id, "", 0, 0, 0);
  return functions.map((one) => {
    if (one === null) throw new Error("every reserved function is finished");
    return one;
  });
}

/** A function's body shares the scope that its parameters have opened; every other block opens its own. */
function bodyBlock(e: Emitter, scope: Parameters<typeof block>[1], body: readonly AnyNode[]): void {
  block(e, scope === e.scope ? undefined : scope, body);
}

function imports(e: Emitter, tree: SyntaxTree): void {
  for (const node of tree.body) {
    if (node.type !== "ImportDeclaration") continue;
    for (const specifier of node.specifiers) {
      if (specifier.type !== "ImportSpecifier") continue;
      const { imported, local } = specifier;
      e.mark(specifier.start);
      e.op(
        Op.IMPORT,
        e.constant(String(node.source.value)),
        e.constant(imported.type === "Identifier" ? imported.name : String(imported.value)),
      );
      e.store(local.name, true, specifier.start);
    }
  }
}
