/* Assignments (plain, compound, logical, destructuring) and the operators ++ and --. */
import type {
  AssignmentExpression,
  BinaryOperator,
  Expression,
  MemberExpression,
  UpdateExpression,
} from "acorn";
import { Op } from "../opcodes.ts";
import type { Emitter } from "./emitter.ts";
import { unsupported } from "./problem.ts";

const COMPOUND: Readonly<Partial<Record<string, number>>> = {
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
} satisfies Partial<Record<BinaryOperator, number>>;

const LOGICAL: Readonly<Partial<Record<string, number>>> = {
  "&&": Op.KEEP_FALSE,
  "||": Op.KEEP_TRUE,
  "??": Op.KEEP_VALUE,
};

/** How the target of an assignment is read and written; the object and key are evaluated once. */
interface Place {
  /** Values that `prepare` leaves on the stack below everything else. */
  readonly height: 0 | 1 | 2;
  prepare(): void;
  /** -> value, keeping what `prepare` left. */
  read(): void;
  /** prepared.. value -> value */
  write(): void;
}

function placeOf(e: Emitter, target: Expression | MemberExpression): Place {
  const { parts } = e.unit;
  if (target.type === "Identifier") {
    return {
      height: 0,
      prepare: () => {},
      read: () => e.load(target.name, target.start),
      write: () => {
        e.op(Op.DUP);
        e.store(target.name, false, target.start);
      },
    };
  }
  if (target.type !== "MemberExpression") {
    return unsupported("this assignment", "Assign to a name or a property.", target.start);
  }
  if (target.computed) {
    return {
      height: 2,
      prepare: () => {
        parts.expression(e, target.object);
        parts.expression(e, target.property as Expression);
        e.op(Op.TO_KEY);
      },
      read: () => {
        e.op(Op.DUP2);
        e.mark(target.property.start);
        e.op(Op.GET_ELEMENT);
      },
      write: () => {
        e.mark(target.property.start);
        e.op(Op.SET_ELEMENT);
      },
    };
  }
  const isPrivate = target.property.type === "PrivateIdentifier";
  const text = (target.property as { name: string }).name;
  const name = e.constant(isPrivate ? e.privateKey(text) : text);
  return {
    height: 1,
    prepare: () => parts.expression(e, target.object),
    read: () => {
      e.op(Op.DUP);
      e.mark(target.property.start);
      e.op(isPrivate ? Op.GET_PRIVATE : Op.GET, name);
    },
    write: () => {
      e.mark(target.property.start);
      e.op(isPrivate ? Op.SET_PRIVATE : Op.SET, name);
    },
  };
}

/** An assignment; `keep` leaves its value on the stack. */
export function assignment(e: Emitter, node: AssignmentExpression, keep: boolean): void {
  const { parts } = e.unit;
  const { left, right } = node;
  if (left.type === "ObjectPattern" || left.type === "ArrayPattern") {
    parts.expression(e, right);
    if (keep) e.op(Op.DUP);
    return parts.bind(e, left, false);
  }
  const place = placeOf(e, left as Expression);
  const name = left.type === "Identifier" ? left.name : undefined;
  const operator = node.operator.slice(0, -1);
  if (operator === "") {
    if (left.type === "Identifier") {
      parts.expression(e, right, name);
      if (keep) e.op(Op.DUP);
      return e.store(left.name, false, left.start);
    }
    place.prepare();
    parts.expression(e, right);
    place.write();
    if (!keep) e.op(Op.POP);
    return;
  }
  place.prepare();
  place.read();
  const logical = LOGICAL[operator];
  if (logical !== undefined) {
    const skip = e.jump(logical);
    parts.expression(e, right, name);
    place.write();
    const end = e.jump(Op.JUMP);
    // Nothing is assigned: the value stays, what was prepared goes.
    e.patch(skip);
    for (let at = 0; at < place.height; at++) {
      e.op(Op.SWAP);
      e.op(Op.POP);
    }
    e.patch(end);
  } else {
    parts.expression(e, right);
    e.mark(node.start);
    const op = COMPOUND[operator];
    if (op === undefined) return unsupported(`the operator ${node.operator}`, "Write it out.", node.start);
    e.op(op);
    place.write();
  }
  if (!keep) e.op(Op.POP);
}

/** ++ or --; `keep` leaves the value on the stack. */
export function update(e: Emitter, node: UpdateExpression, keep: boolean): void {
  const place = placeOf(e, node.argument);
  place.prepare();
  place.read();
  const op = node.operator === "++" ? Op.INC : Op.DEC;
  if (keep && !node.prefix) {
    e.op(Op.TO_NUMBER);
    e.op(place.height === 0 ? Op.DUP : place.height === 1 ? Op.DUPX1 : Op.DUPX2);
  }
  e.op(op);
  place.write();
  if (!keep || !node.prefix) e.op(Op.POP);
}
