/* Expressions to code. Each leaves exactly one value on the operand stack. */
import type {
  AnyNode,
  BinaryOperator,
  CallExpression,
  Expression,
  Literal,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  SpreadElement,
  Super,
  TemplateLiteral,
  UnaryExpression,
} from "acorn";
import { MethodKind, Op } from "../opcodes.ts";
import { assignment, update } from "./assignments.ts";
import type { Emitter } from "./emitter.ts";
import { unsupported } from "./problem.ts";

/** Longest text of an awaited expression that is shown. */
const AWAIT_TEXT = 60;

/** Opcode of each binary operator, assignment operators included (without "="). */
export const BINARY: Readonly<Record<BinaryOperator, number>> = {
  "+": Op.ADD,
  "-": Op.SUB,
  "*": Op.MUL,
  "/": Op.DIV,
  "%": Op.MOD,
  "**": Op.EXP,
  "&": Op.BIT_AND,
  "|": Op.BIT_OR,
  "^": Op.BIT_XOR,
  "<<": Op.SHIFT_LEFT,
  ">>": Op.SHIFT_RIGHT,
  ">>>": Op.SHIFT_RIGHT_ZERO,
  "==": Op.EQ,
  "!=": Op.NE,
  "===": Op.SAME,
  "!==": Op.NOT_SAME,
  "<": Op.LT,
  "<=": Op.LE,
  ">": Op.GT,
  ">=": Op.GE,
  in: Op.IN,
  instanceof: Op.INSTANCEOF,
};

/** An expression whose value nobody needs. */
export function effect(e: Emitter, node: Expression): void {
  if (node.type === "AssignmentExpression") return assignment(e, node, false);
  if (node.type === "UpdateExpression") return update(e, node, false);
  e.unit.parts.expression(e, node);
  e.op(Op.POP);
}

/** An expression; `name` names an anonymous function or class. */
export function expression(e: Emitter, node: Expression | Super, name = ""): void {
  const { parts } = e.unit;
  switch (node.type) {
    case "Identifier":
      return e.load(node.name, node.start);
    case "Literal":
      return literal(e, node);
    case "ThisExpression":
      e.mark(node.start);
      return e.op(Op.THIS);
    case "TemplateLiteral":
      return template(e, node);
    case "ArrayExpression":
      return arrayItems(e, node.elements as readonly (Expression | SpreadElement)[]);
    case "ObjectExpression":
      return objectLiteral(e, node);
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return parts.closure(e, node, node.type === "FunctionExpression" && node.id ? node.id.name : name);
    case "ClassExpression":
      return parts.classValue(e, node, node.id?.name ?? name);
    case "UnaryExpression":
      return unary(e, node);
    case "UpdateExpression":
      return update(e, node, true);
    case "AssignmentExpression":
      return assignment(e, node, true);
    case "BinaryExpression":
      if (node.left.type === "PrivateIdentifier") {
        parts.expression(e, node.right);
        e.mark(node.start);
        return e.op(Op.HAS_PRIVATE, e.constant(e.privateKey(node.left.name)));
      }
      parts.expression(e, node.left);
      parts.expression(e, node.right);
      e.mark(node.start);
      return e.op(BINARY[node.operator]);
    case "LogicalExpression": {
      parts.expression(e, node.left);
      const end = e.jump(
        node.operator === "&&" ? Op.KEEP_FALSE : node.operator === "||" ? Op.KEEP_TRUE : Op.KEEP_VALUE,
      );
      parts.expression(e, node.right, name);
      return e.patch(end);
    }
    case "ConditionalExpression": {
      parts.expression(e, node.test);
      const toElse = e.jump(Op.JUMP_FALSE);
      parts.expression(e, node.consequent, name);
      const toEnd = e.jump(Op.JUMP);
      e.patch(toElse);
      parts.expression(e, node.alternate, name);
      return e.patch(toEnd);
    }
    case "SequenceExpression":
      node.expressions.forEach((one, index) => {
        if (index < node.expressions.length - 1) parts.effect(e, one);
        else parts.expression(e, one);
      });
      return;
    case "AwaitExpression": {
      parts.expression(e, node.argument);
      e.mark(node.start);
      return e.op(Op.AWAIT, e.constant(sourceText(e, node.argument)));
    }
    case "ParenthesizedExpression":
      return expression(e, node.expression, name);
    case "ChainExpression":
      return chain(e, node.expression);
    case "MemberExpression":
      return member(e, node, null);
    case "CallExpression":
      return call(e, node, null);
    case "NewExpression":
      return construct(e, node);
    default:
      return unsupported("this expression", "Write it with plain expressions.", node.start);
  }
}

function sourceText(e: Emitter, node: Expression): string {
  const text = e.unit.source.slice(node.start, node.end).replace(/\s+/g, " ");
  return text.length <= AWAIT_TEXT ? text : `${text.slice(0, AWAIT_TEXT - 1)}…`;
}

function literal(e: Emitter, node: Literal): void {
  const { value } = node;
  if (value === null) e.op(Op.NULL);
  else if (value === true) e.op(Op.TRUE);
  else if (value === false) e.op(Op.FALSE);
  else if (typeof value === "number") {
    if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) e.op(Op.INT, value);
    else if (Number.isFinite(value)) e.op(Op.CONST, e.constant(value));
    else {
      // Too large for a double, and infinity is no JSON.
      e.op(Op.INT, 1);
      e.op(Op.INT, 0);
      e.op(Op.DIV);
    }
  } else e.op(Op.CONST, e.constant(String(value)));
}

function template(e: Emitter, node: TemplateLiteral): void {
  let isFirst = true;
  const add = () => {
    if (!isFirst) e.op(Op.ADD);
    isFirst = false;
  };
  node.quasis.forEach((quasi, index) => {
    const text = quasi.value.cooked ?? "";
    const part = node.expressions[index];
    if (text !== "" || (isFirst && part === undefined)) {
      e.op(Op.CONST, e.constant(text));
      add();
    }
    if (part === undefined) return;
    e.unit.parts.expression(e, part);
    e.mark(part.start);
    e.op(Op.TO_STRING);
    add();
  });
}

/** Leaves an array. */
function arrayItems(e: Emitter, items: readonly (Expression | SpreadElement)[]): void {
  const { parts } = e.unit;
  const firstSpread = items.findIndex((one) => one.type === "SpreadElement");
  const plain = firstSpread < 0 ? items.length : firstSpread;
  for (const one of items.slice(0, plain)) parts.expression(e, one as Expression);
  e.op(Op.ARRAY, plain);
  for (const one of items.slice(plain)) {
    parts.expression(e, one.type === "SpreadElement" ? one.argument : one);
    e.mark(one.start);
    e.op(one.type === "SpreadElement" ? Op.APPEND_ALL : Op.APPEND);
  }
}

/** Leaves the arguments, and returns their number, or -1 for one array. */
export function callArguments(e: Emitter, items: readonly (Expression | SpreadElement)[]): number {
  if (items.some((one) => one.type === "SpreadElement")) {
    arrayItems(e, items);
    return -1;
  }
  for (const one of items) e.unit.parts.expression(e, one as Expression);
  return items.length;
}

function objectLiteral(e: Emitter, node: ObjectExpression): void {
  const { parts } = e.unit;
  const names: string[] = [];
  let at = 0;
  for (; at < node.properties.length; at++) {
    const property = node.properties[at];
    if (property?.type !== "Property" || property.computed || property.kind !== "init") break;
    const name = propertyName(property.key);
    if (names.includes(name)) break;
    names.push(name);
    parts.expression(e, property.value, name);
  }
  e.op(Op.OBJECT, e.constant(names), names.length);
  for (const property of node.properties.slice(at)) {
    if (property.type === "SpreadElement") {
      parts.expression(e, property.argument);
      e.mark(property.start);
      e.op(Op.COPY_PROPERTIES);
      continue;
    }
    const name = property.computed ? null : propertyName(property.key);
    if (name === null || property.kind !== "init") {
      if (name === null) {
        parts.expression(e, property.key);
        e.op(Op.TO_KEY);
      } else e.op(Op.CONST, e.constant(name));
      parts.expression(e, property.value, name ?? "");
      if (property.kind === "init") e.op(Op.DEFINE_ELEMENT);
      else e.op(Op.ACCESSOR, property.kind === "get" ? MethodKind.getter : MethodKind.setter);
    } else {
      parts.expression(e, property.value, name);
      e.op(Op.DEFINE, e.constant(name));
    }
  }
}

/** The text of a property name that is not computed. */
export function propertyName(key: AnyNode): string {
  if (key.type === "Identifier" || key.type === "PrivateIdentifier") return key.name;
  return key.type === "Literal" ? String(key.value) : "";
}

function unary(e: Emitter, node: UnaryExpression): void {
  const { parts } = e.unit;
  const { argument } = node;
  switch (node.operator) {
    case "typeof":
      if (
        argument.type === "Identifier" &&
        argument.name !== "undefined" &&
        e.lookup(argument.name) === null
      ) {
        return e.op(Op.GLOBAL_TYPEOF, e.constant(argument.name));
      }
      parts.expression(e, argument);
      return e.op(Op.TYPEOF);
    case "void":
      parts.effect(e, argument);
      return e.op(Op.UNDEF);
    case "delete":
      if (argument.type !== "MemberExpression") {
        unsupported("delete of this expression", "Delete a property: delete object.name.", node.start);
      }
      parts.expression(e, argument.object);
      if (argument.computed) parts.expression(e, argument.property as Expression);
      e.mark(node.start);
      if (argument.computed) return e.op(Op.DELETE_ELEMENT);
      return e.op(Op.DELETE, e.constant(propertyName(argument.property)));
    case "-":
      if (
        argument.type === "Literal" &&
        typeof argument.value === "number" &&
        argument.value > 0 &&
        argument.value < 2 ** 31 &&
        Number.isInteger(argument.value)
      ) {
        return e.op(Op.INT, -argument.value);
      }
      break;
    default:
  }
  parts.expression(e, argument);
  e.mark(node.start);
  if (node.operator === "-") e.op(Op.NEGATE);
  else if (node.operator === "+") e.op(Op.TO_NUMBER);
  else if (node.operator === "!") e.op(Op.NOT);
  else e.op(Op.BIT_NOT);
}

// ---- member access and calls, with optional chaining

/**
 * Jumps out of an optional chain. `clean`: nothing of the chain is left on the stack; `withThis`: one object is.
 */
interface Chain {
  readonly clean: number[];
  readonly withThis: number[];
}

function chain(e: Emitter, node: Expression): void {
  const exits: Chain = { clean: [], withThis: [] };
  link(e, node, exits);
  const toEnd = e.jump(Op.JUMP);
  if (exits.withThis.length > 0) {
    e.patchAll(exits.withThis);
    e.op(Op.POP);
  }
  e.patchAll(exits.clean);
  e.op(Op.UNDEF);
  e.patch(toEnd);
}

function link(e: Emitter, node: Expression | Super, exits: Chain | null): void {
  if (node.type === "MemberExpression") member(e, node, exits);
  else if (node.type === "CallExpression") call(e, node, exits);
  else e.unit.parts.expression(e, node);
}

function member(e: Emitter, node: MemberExpression, exits: Chain | null): void {
  if (node.object.type === "Super") {
    e.mark(node.property.start);
    return e.op(Op.GET_SUPER, e.constant(propertyName(node.property)));
  }
  link(e, node.object, exits);
  if (node.optional) exits?.clean.push(e.jump(Op.DROP_NULLISH));
  getFrom(e, node);
}

/** object -> value */
function getFrom(e: Emitter, node: MemberExpression): void {
  if (node.computed) {
    e.unit.parts.expression(e, node.property as Expression);
    e.mark(node.property.start);
    return e.op(Op.GET_ELEMENT);
  }
  e.mark(node.property.start);
  if (node.property.type === "PrivateIdentifier")
    e.op(Op.GET_PRIVATE, e.constant(e.privateKey(node.property.name)));
  else e.op(Op.GET, e.constant(propertyName(node.property)));
}

function call(e: Emitter, node: CallExpression, exits: Chain | null): void {
  const { callee } = node;
  if (callee.type === "Super") {
    const count = callArguments(e, node.arguments);
    e.mark(node.start);
    e.op(Op.SUPER_CALL, count);
    return e.op(Op.FIELDS);
  }
  if (callee.type === "MemberExpression") return methodCall(e, node, callee, exits);
  if (
    callee.type === "Identifier" &&
    e.lookup(callee.name) === null &&
    callee.name !== "undefined" &&
    !node.optional
  ) {
    const count = callArguments(e, node.arguments);
    e.mark(node.start);
    return e.op(Op.CALL_GLOBAL, e.globalName(callee.name), count);
  }
  link(e, callee, exits);
  if (node.optional) exits?.clean.push(e.jump(Op.DROP_NULLISH));
  const count = callArguments(e, node.arguments);
  e.mark(node.start);
  e.op(Op.CALL, count);
}

function methodCall(e: Emitter, node: CallExpression, callee: MemberExpression, exits: Chain | null): void {
  const { parts } = e.unit;
  const name = callee.computed ? null : propertyName(callee.property);
  if (callee.object.type === "Super" || node.optional || callee.property.type === "PrivateIdentifier") {
    // this function arguments
    if (callee.object.type === "Super") {
      e.op(Op.THIS);
      e.mark(callee.property.start);
      e.op(Op.GET_SUPER, e.constant(name ?? ""));
    } else {
      link(e, callee.object, exits);
      if (callee.optional) exits?.clean.push(e.jump(Op.DROP_NULLISH));
      e.op(Op.DUP);
      getFrom(e, callee);
    }
    if (node.optional) exits?.withThis.push(e.jump(Op.DROP_NULLISH));
    const count = callArguments(e, node.arguments);
    e.mark(callee.property.start);
    return e.op(Op.CALL_THIS, count);
  }
  link(e, callee.object, exits);
  if (callee.optional) exits?.clean.push(e.jump(Op.DROP_NULLISH));
  if (name === null) {
    parts.expression(e, callee.property as Expression);
    const count = callArguments(e, node.arguments);
    e.mark(callee.property.start);
    return e.op(Op.CALL_ELEMENT, count);
  }
  if (!node.arguments.every(isPlain) && callee.object.type !== "ThisExpression") {
    // A method of undefined throws before the arguments are evaluated.
    e.mark(callee.property.start);
    e.op(Op.CHECK_OBJECT, e.constant(name));
  }
  const count = callArguments(e, node.arguments);
  e.mark(callee.property.start);
  e.op(Op.CALL_METHOD, e.constant(name), count);
}

/** Evaluating it does nothing that anyone could see. */
function isPlain(node: Expression | SpreadElement): boolean {
  return (
    node.type === "Literal" ||
    node.type === "Identifier" ||
    /Function/.test(node.type) ||
    node.type === "ThisExpression"
  );
}

function construct(e: Emitter, node: NewExpression): void {
  const { callee } = node;
  if (callee.type === "Identifier" && e.lookup(callee.name) === null) {
    const count = callArguments(e, node.arguments);
    e.mark(node.start);
    return e.op(Op.NEW_GLOBAL, e.constant(callee.name), count);
  }
  e.unit.parts.expression(e, callee as Expression);
  const count = callArguments(e, node.arguments);
  e.mark(node.start);
  e.op(Op.NEW, count);
}
