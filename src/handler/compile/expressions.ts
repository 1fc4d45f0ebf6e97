/* Expressions to code. Each leaves exactly one value on the operand stack. */
import type { BinaryOperator, Expression, SpreadElement, Super, UnaryExpression } from "acorn";
import { Op } from "../opcodes.ts";
import { assignment, update } from "./assignments.ts";
import { call, chain, construct, member } from "./calls.ts";
import type { Emitter } from "./emitter.ts";
import { arrayItems, literal, objectLiteral, propertyName, template } from "./literals.ts";
import { unsupported } from "./problem.ts";

/** Opcode of each binary operator, assignment operators included (without "="). */
const BINARY: Readonly<Record<BinaryOperator, number>> = {
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
      return e.op(Op.AWAIT, e.constant(e.sourceText(node.argument)));
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
