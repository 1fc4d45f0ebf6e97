/* Destructuring: takes a value from the stack apart into variables, members and nested patterns. */
import type { AnyNode, ArrayPattern, ObjectPattern, Pattern } from "acorn";
import { Op } from "../opcodes.ts";
import type { Emitter } from "./emitter.ts";
import { unsupported } from "./problem.ts";

/** Takes the value on top of the stack into `pattern`. `isDeclaration`: it initializes new variables. */
export function bind(e: Emitter, pattern: Pattern, isDeclaration: boolean): void {
  const { parts } = e.unit;
  switch (pattern.type) {
    case "Identifier":
      return e.store(pattern.name, isDeclaration, pattern.start);
    case "MemberExpression":
      // value -> object value -> (assigned)
      parts.expression(e, pattern.object);
      if (pattern.computed) {
        parts.expression(e, pattern.property as never);
        // value object key -> key value object key, and so on; a slot is simpler than a rotation.
        return e.withSlots(() => {
          const key = e.slot();
          e.op(Op.STORE, key);
          e.op(Op.SWAP);
          const value = e.slot();
          e.op(Op.STORE, value);
          e.op(Op.LOAD, key);
          e.op(Op.LOAD, value);
          e.mark(pattern.start);
          e.op(Op.SET_ELEMENT);
          e.op(Op.POP);
        });
      }
      e.op(Op.SWAP);
      e.mark(pattern.start);
      if (pattern.property.type === "PrivateIdentifier")
        e.op(Op.SET_PRIVATE, e.constant(e.privateKey(pattern.property.name)));
      else e.op(Op.SET, e.constant((pattern.property as { name: string }).name));
      return e.op(Op.POP);
    case "AssignmentPattern": {
      const given = e.jump(Op.KEEP_DEFINED);
      parts.expression(e, pattern.right, pattern.left.type === "Identifier" ? pattern.left.name : undefined);
      e.patch(given);
      return bind(e, pattern.left, isDeclaration);
    }
    case "ObjectPattern":
      return objectPattern(e, pattern, isDeclaration);
    case "ArrayPattern":
      return arrayPattern(e, pattern, isDeclaration);
    default:
      return unsupported("this pattern", "Write plain assignments.", (pattern as AnyNode).start);
  }
}

function objectPattern(e: Emitter, pattern: ObjectPattern, isDeclaration: boolean): void {
  const { parts } = e.unit;
  e.withSlots(() => {
    const source = e.slot();
    e.mark(pattern.start);
    e.op(Op.CHECK_DESTRUCTURE);
    e.op(Op.STORE, source);
    const hasRest = pattern.properties.some((one) => one.type === "RestElement");
    const keySlots: number[] = [];
    for (const property of pattern.properties) {
      e.op(Op.LOAD, source);
      if (property.type === "RestElement") {
        for (const slot of keySlots) e.op(Op.LOAD, slot);
        e.op(Op.OBJECT_REST, keySlots.length);
        bind(e, property.argument, isDeclaration);
        continue;
      }
      const { key } = property;
      const name = !property.computed && key.type === "Identifier" ? key.name : null;
      if (name !== null && !hasRest) {
        e.mark(key.start);
        e.op(Op.GET, e.constant(name));
      } else {
        if (name !== null) e.op(Op.CONST, e.constant(name));
        else parts.expression(e, key);
        e.op(Op.TO_KEY);
        if (hasRest) {
          const slot = e.slot();
          keySlots.push(slot);
          e.op(Op.DUP);
          e.op(Op.STORE, slot);
        }
        e.mark(key.start);
        e.op(Op.GET_ELEMENT);
      }
      bind(e, property.value, isDeclaration);
    }
  });
}

function arrayPattern(e: Emitter, pattern: ArrayPattern, isDeclaration: boolean): void {
  e.withSlots(() => {
    const iterator = e.slot();
    e.mark(pattern.start);
    e.op(Op.ITERATE);
    e.op(Op.STORE, iterator);
    for (const element of pattern.elements) {
      if (element?.type === "RestElement") {
        e.op(Op.NEXT_ALL, iterator);
        bind(e, element.argument, isDeclaration);
        continue;
      }
      e.op(Op.NEXT_OR_UNDEFINED, iterator);
      if (element) bind(e, element, isDeclaration);
      else e.op(Op.POP);
    }
  });
}
