/* Literals to code: primitive values, templates, arrays, objects. */
import type { AnyNode, Expression, Literal, ObjectExpression, SpreadElement, TemplateLiteral } from "acorn";
import { MethodKind } from "../method-kind.ts";
import { Op } from "../opcodes.ts";
import type { Emitter } from "./emitter.ts";

/** A number, string, boolean or null. */
export function literal(e: Emitter, node: Literal): void {
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

/** A template string without a tag. */
export function template(e: Emitter, node: TemplateLiteral): void {
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
export function arrayItems(e: Emitter, items: readonly (Expression | SpreadElement)[]): void {
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

/** An object literal. */
export function objectLiteral(e: Emitter, node: ObjectExpression): void {
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
