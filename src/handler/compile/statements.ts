/* Statements to code. At the boundaries of statements the operand stack is empty; what a loop keeps is in slots. */
import type {
  AnyNode,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  SwitchStatement,
  TryStatement,
} from "acorn";
import { unreachable } from "../../base/assert.ts";
import { Op } from "../opcodes.ts";
import type { Emitter, Finally, Target } from "./emitter.ts";
import { boundNames } from "./names.ts";
import { unsupported } from "./problem.ts";
import type { Scope } from "./scope.ts";

/** Functions of a block exist from its start. */
function hoistFunctions(e: Emitter, body: readonly AnyNode[]): void {
  for (const statement of body) {
    const node =
      statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration"
        ? (statement.declaration as AnyNode | null | undefined)
        : statement;
    if (node?.type !== "FunctionDeclaration" || !node.id) continue;
    e.unit.parts.closure(e, node, node.id.name);
    e.store(node.id.name, true, node.start);
  }
}

/** The statements of a block whose scope is `scope`. */
export function block(e: Emitter, scope: Scope | undefined, body: readonly AnyNode[]): void {
  e.within(scope, () => {
    hoistFunctions(e, body);
    for (const statement of body) e.unit.parts.statement(e, statement);
  });
}

/** One statement. */
export function statement(e: Emitter, node: AnyNode): void {
  emitStatement(e, node, []);
}

function emitStatement(e: Emitter, node: AnyNode, labels: readonly string[]): void {
  const { parts } = e.unit;
  switch (node.type) {
    case "EmptyStatement":
    case "DebuggerStatement":
    case "ImportDeclaration":
      return;
    case "ExportNamedDeclaration":
      if (node.declaration) emitStatement(e, node.declaration as AnyNode, []);
      return;
    case "ExportDefaultDeclaration": {
      const { declaration } = node;
      if (declaration.type === "FunctionDeclaration") {
        // A named one is hoisted.
        if (declaration.id) return;
        parts.closure(e, declaration, "default");
      } else if (declaration.type === "ClassDeclaration") {
        parts.classValue(e, declaration, declaration.id?.name ?? "default");
        if (declaration.id) {
          e.op(Op.DUP);
          e.store(declaration.id.name, true, declaration.start);
        }
      } else parts.expression(e, declaration as never, "default");
      if (declaration.type === "ClassDeclaration" && declaration.id) return e.op(Op.POP);
      return e.op(Op.EXPORT, e.constant("default"));
    }
    case "FunctionDeclaration":
      return;
    case "ClassDeclaration":
      parts.classValue(e, node, node.id?.name ?? "");
      if (node.id) e.store(node.id.name, true, node.start);
      return;
    case "VariableDeclaration":
      for (const { id, init, start } of node.declarations) {
        if (init) {
          e.mark(start);
          parts.expression(e, init, id.type === "Identifier" ? id.name : undefined);
          parts.bind(e, id, true);
        } else if (node.kind !== "var") {
          e.op(Op.UNDEF);
          parts.bind(e, id, true);
        }
      }
      return;
    case "ExpressionStatement":
      e.mark(node.start);
      return parts.effect(e, node.expression);
    case "BlockStatement":
      return e.unit.parts.block(e, mustScope(e, node), node.body);
    case "ReturnStatement":
      e.mark(node.start);
      if (node.argument) parts.expression(e, node.argument);
      else e.op(Op.UNDEF);
      return e.exitByReturn();
    case "LabeledStatement": {
      const all = [...labels, node.label.name];
      if (isLoop(node.body) || node.body.type === "LabeledStatement") return emitStatement(e, node.body, all);
      const target = e.target(all, false, false);
      emitStatement(e, node.body, all);
      return endTarget(e, target);
    }
    case "BreakStatement":
    case "ContinueStatement":
      return jumpOut(e, node.type === "BreakStatement" ? "break" : "continue", node.label?.name ?? null);
    case "IfStatement": {
      e.mark(node.test.start);
      parts.expression(e, node.test);
      const toElse = e.jump(Op.JUMP_FALSE);
      emitStatement(e, node.consequent, []);
      if (!node.alternate) return e.patch(toElse);
      const toEnd = e.jump(Op.JUMP);
      e.patch(toElse);
      emitStatement(e, node.alternate, []);
      return e.patch(toEnd);
    }
    case "SwitchStatement":
      return switchStatement(e, node, labels);
    case "ThrowStatement":
      parts.expression(e, node.argument);
      e.mark(node.start);
      return e.op(Op.THROW);
    case "TryStatement":
      return tryStatement(e, node);
    case "WhileStatement": {
      const target = e.target(labels, true, true);
      const start = e.here;
      e.mark(node.test.start);
      parts.expression(e, node.test);
      target.breaks.push(e.jump(Op.JUMP_FALSE));
      emitStatement(e, node.body, []);
      e.patchAll(target.continues);
      e.op(Op.JUMP, start);
      return endTarget(e, target);
    }
    case "DoWhileStatement": {
      const target = e.target(labels, true, true);
      const start = e.here;
      emitStatement(e, node.body, []);
      e.patchAll(target.continues);
      e.mark(node.test.start);
      parts.expression(e, node.test);
      e.op(Op.JUMP_TRUE, start);
      return endTarget(e, target);
    }
    case "ForStatement":
      return forStatement(e, node, labels);
    case "ForOfStatement":
      return node.await ? forAwaitStatement(e, node, labels) : forEachStatement(e, node, labels);
    case "ForInStatement":
      return forEachStatement(e, node, labels);
    default:
      return unsupported("this statement", "Write it with plain statements.", node.start);
  }
}

function mustScope(e: Emitter, node: AnyNode): Scope {
  const scope = e.unit.analysis.scopes.get(node);
  if (scope === undefined) throw new Error(`no scope for ${node.type}`);
  return scope;
}

function isLoop(node: AnyNode): boolean {
  return /^(For|While|DoWhile)/.test(node.type);
}

function endTarget(e: Emitter, target: Target): void {
  e.controls.pop();
  e.patchAll(target.breaks);
}

function jumpOut(e: Emitter, to: "break" | "continue", label: string | null): void {
  for (let at = e.controls.length - 1; at >= 0; at--) {
    const control = e.controls[at];
    if (control?.kind !== "target") continue;
    if (to === "continue" && !control.isLoop) continue;
    if (label === null ? !(to === "continue" || control.takesBreak) : !control.labels.includes(label))
      continue;
    return e.exit({ to, target: control });
  }
  throw new Error("acorn lets no break or continue without a target pass");
}

function switchStatement(e: Emitter, node: SwitchStatement, labels: readonly string[]): void {
  const { parts } = e.unit;
  e.withSlots(() => {
    const value = e.slot();
    e.mark(node.discriminant.start);
    parts.expression(e, node.discriminant);
    e.op(Op.STORE, value);
    e.within(mustScope(e, node), () => {
      hoistFunctions(
        e,
        node.cases.flatMap((one) => one.consequent),
      );
      const target = e.target(labels, false, true);
      const starts: number[] = [];
      let toDefault: number | null = null;
      for (const { test } of node.cases) {
        if (!test) continue;
        e.op(Op.LOAD, value);
        e.mark(test.start);
        parts.expression(e, test);
        e.op(Op.SAME);
        starts.push(e.jump(Op.JUMP_TRUE));
      }
      const past = e.jump(Op.JUMP);
      for (const { test, consequent } of node.cases) {
        const start = test ? starts.shift() : undefined;
        if (start !== undefined) e.patch(start);
        else toDefault = e.here;
        for (const one of consequent) emitStatement(e, one, []);
      }
      if (toDefault === null) target.breaks.push(past);
      else e.patchAll([past], toDefault);
      endTarget(e, target);
    });
  });
}

function forStatement(e: Emitter, node: ForStatement, labels: readonly string[]): void {
  const { parts } = e.unit;
  const scope = mustScope(e, node);
  e.within(scope, () => {
    if (node.init?.type === "VariableDeclaration") emitStatement(e, node.init, []);
    else if (node.init) parts.effect(e, node.init);
    const perIteration = scope.capturedVariables().length > 0;
    const target = e.target(labels, true, true);
    const start = e.here;
    if (node.test) {
      e.mark(node.test.start);
      parts.expression(e, node.test);
      target.breaks.push(e.jump(Op.JUMP_FALSE));
    } else e.mark(node.start);
    emitStatement(e, node.body, []);
    e.patchAll(target.continues);
    if (perIteration) e.op(Op.SCOPE_COPY);
    if (node.update) {
      e.mark(node.update.start);
      parts.effect(e, node.update);
    }
    e.op(Op.JUMP, start);
    endTarget(e, target);
  });
}

function forEachStatement(
  e: Emitter,
  node: ForOfStatement | ForInStatement,
  labels: readonly string[],
): void {
  const { parts } = e.unit;
  e.withSlots(() => {
    const iterator = e.slot();
    e.mark(node.right.start);
    parts.expression(e, node.right);
    e.op(node.type === "ForOfStatement" ? Op.ITERATE : Op.ITERATE_KEYS);
    e.op(Op.STORE, iterator);
    const target = e.target(labels, true, true);
    const start = e.here;
    e.mark(node.left.start);
    target.breaks.push(e.jump(Op.NEXT, iterator));
    forEachBody(e, node);
    e.patchAll(target.continues);
    e.op(Op.JUMP, start);
    endTarget(e, target);
  });
}

/** Takes the item from the stack and runs the loop's body with it. */
function forEachBody(e: Emitter, node: ForOfStatement | ForInStatement): void {
  const { parts } = e.unit;
  e.within(mustScope(e, node), () => {
    const { left } = node;
    if (left.type === "VariableDeclaration") {
      const [declarator] = left.declarations;
      if (declarator) parts.bind(e, declarator.id, true);
    } else parts.bind(e, left, false);
    emitStatement(e, node.body, []);
  });
}

/*
 * for await (const x of source) body, as if it were written
 *
 *   iterator = asyncIterator(source)
 *   try { for (;;) { given = true; r = await iterator.next(); if (r.done) break; given = false; x = r.value; body } }
 *   finally { if (!given) await iterator.return() }
 */
function forAwaitStatement(e: Emitter, node: ForOfStatement, labels: readonly string[]): void {
  const { parts } = e.unit;
  const awaits = e.constant(e.sourceText(node.right));
  e.withSlots(() => {
    const iterator = e.slot();
    const given = e.slot();
    e.mark(node.right.start);
    parts.expression(e, node.right);
    e.op(Op.CALL_GLOBAL, e.constant("\0asyncIterator"), 1);
    e.op(Op.STORE, iterator);
    const outer = e.target(labels, false, true);
    const callIterator = (method: string) => {
      e.op(Op.LOAD, iterator);
      e.op(Op.CALL_METHOD, e.constant(method), 0);
      e.op(Op.AWAIT, awaits);
    };
    tryFinally(
      e,
      () => {
        const loop = e.target(labels, true, false);
        const start = e.here;
        e.op(Op.TRUE);
        e.op(Op.STORE, given);
        e.mark(node.left.start);
        callIterator("next");
        e.op(Op.DUP);
        e.op(Op.GET, e.constant("done"));
        const done = e.jump(Op.JUMP_TRUE);
        e.op(Op.FALSE);
        e.op(Op.STORE, given);
        e.op(Op.GET, e.constant("value"));
        forEachBody(e, node);
        e.patchAll(loop.continues);
        e.op(Op.JUMP, start);
        e.controls.pop();
        if (loop.breaks.length > 0) {
          e.patchAll(loop.breaks);
          e.exit({ to: "break", target: outer });
        }
        e.patch(done);
        e.op(Op.POP);
      },
      () => {
        e.op(Op.LOAD, given);
        const past = e.jump(Op.JUMP_TRUE);
        callIterator("return");
        e.op(Op.POP);
        e.patch(past);
      },
    );
    endTarget(e, outer);
  });
}

function tryStatement(e: Emitter, node: TryStatement): void {
  const { finalizer } = node;
  if (!finalizer) return tryCatch(e, node);
  tryFinally(
    e,
    () => (node.handler ? tryCatch(e, node) : emitStatement(e, node.block, [])),
    () => emitStatement(e, finalizer, []),
  );
}

function tryFinally(e: Emitter, body: () => void, finalizer: () => void): void {
  e.withSlots(() => {
    const entry: Finally = { kind: "finally", kindSlot: e.slot(), valueSlot: e.slot(), exits: [], jumps: [] };
    e.controls.push(entry);
    const onThrow = e.jump(Op.TRY);
    e.controls.push({ kind: "try" });
    body();
    e.op(Op.END_TRY);
    e.controls.pop();
    e.controls.pop();
    e.op(Op.INT, 0);
    e.op(Op.STORE, entry.kindSlot);
    const toFinally = e.jump(Op.JUMP);
    e.patch(onThrow);
    e.op(Op.STORE, entry.valueSlot);
    e.op(Op.INT, 1);
    e.op(Op.STORE, entry.kindSlot);
    e.patch(toFinally);
    e.patchAll(entry.jumps);
    finalizer();
    endFinally(e, entry);
  });
}

/** Goes on where the try was leaving for. */
function endFinally(e: Emitter, entry: Finally): void {
  const unless = (kind: number) => {
    e.op(Op.LOAD, entry.kindSlot);
    e.op(Op.INT, kind);
    e.op(Op.SAME);
    return e.jump(Op.JUMP_FALSE);
  };
  const afterThrow = unless(1);
  e.op(Op.LOAD, entry.valueSlot);
  e.op(Op.THROW);
  e.patch(afterThrow);
  entry.exits.forEach((exit, index) => {
    const after = unless(index + 2);
    if (exit.to === "return") e.op(Op.LOAD, entry.valueSlot);
    switch (exit.to) {
      case "return":
      case "break":
      case "continue":
        e.exit(exit);
        break;
      default:
        unreachable(exit);
    }
    e.patch(after);
  });
}

function tryCatch(e: Emitter, node: TryStatement): void {
  const { handler } = node;
  if (!handler) return;
  const onThrow = e.jump(Op.TRY);
  e.controls.push({ kind: "try" });
  emitStatement(e, node.block, []);
  e.op(Op.END_TRY);
  e.controls.pop();
  const toEnd = e.jump(Op.JUMP);
  e.patch(onThrow);
  e.within(mustScope(e, handler), () => {
    if (handler.param) {
      e.unit.parts.bind(e, handler.param, true);
    } else e.op(Op.POP);
    hoistFunctions(e, handler.body.body);
    for (const one of handler.body.body) emitStatement(e, one, []);
  });
  e.patch(toEnd);
}

/** Names that a module exports, as (exported name, local name). */
export function exportedNames(body: readonly AnyNode[]): readonly (readonly [string, string])[] {
  const names: (readonly [string, string])[] = [];
  for (const node of body) {
    if (node.type === "ExportNamedDeclaration") {
      const { declaration } = node;
      if (declaration?.type === "VariableDeclaration") {
        for (const { id } of declaration.declarations)
          for (const name of boundNames(id)) names.push([name, name]);
      } else if (declaration) names.push([declaration.id.name, declaration.id.name]);
      for (const { local, exported } of node.specifiers) {
        if (local.type !== "Identifier") continue;
        names.push([exported.type === "Identifier" ? exported.name : String(exported.value), local.name]);
      }
    } else if (node.type === "ExportDefaultDeclaration") {
      const { declaration } = node;
      if (
        (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") &&
        declaration.id
      ) {
        names.push(["default", declaration.id.name]);
      }
    }
  }
  return names;
}
