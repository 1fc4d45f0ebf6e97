/* Member access and calls to code, with optional chaining. */
import type {
  CallExpression,
  Expression,
  MemberExpression,
  NewExpression,
  SpreadElement,
  Super,
} from "acorn";
import { Op } from "../opcodes.ts";
import type { Emitter } from "./emitter.ts";
import { arrayItems, propertyName } from "./literals.ts";

/**
 * Jumps out of an optional chain. `clean`: nothing of the chain is left on the stack; `withThis`: one object is.
 */
interface Chain {
  readonly clean: number[];
  readonly withThis: number[];
}

/** An optional chain: undefined as soon as a link is. */
export function chain(e: Emitter, node: Expression): void {
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

/** A property read; `exits` is the optional chain that it stands in. */
export function member(e: Emitter, node: MemberExpression, exits: Chain | null): void {
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

/** A call; `exits` is the optional chain that it stands in. */
export function call(e: Emitter, node: CallExpression, exits: Chain | null): void {
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

/** new callee(...) */
export function construct(e: Emitter, node: NewExpression): void {
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

/** Leaves the arguments, and returns their number, or -1 for one array. */
function callArguments(e: Emitter, items: readonly (Expression | SpreadElement)[]): number {
  if (items.some((one) => one.type === "SpreadElement")) {
    arrayItems(e, items);
    return -1;
  }
  for (const one of items) e.unit.parts.expression(e, one as Expression);
  return items.length;
}
