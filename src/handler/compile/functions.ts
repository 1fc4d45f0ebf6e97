/* Functions and classes to code. */
import type {
  ArrowFunctionExpression,
  Class,
  Expression,
  Function as FunctionNode,
  MethodDefinition,
  Pattern,
} from "acorn";
import { MethodKind } from "../method-kind.ts";
import { Op } from "../opcodes.ts";
import { FunctionFlag } from "../program.ts";
import { Emitter, type Unit } from "./emitter.ts";
import { propertyName } from "./literals.ts";
import type { Scope } from "./scope.ts";

/** Compiles a function and emits its closure. */
export function closure(e: Emitter, node: FunctionNode | ArrowFunctionExpression, name: string): void {
  e.op(Op.CLOSURE, compileFunction(e, node, name, 0));
}

function compileFunction(
  outer: Emitter,
  node: FunctionNode | ArrowFunctionExpression,
  name: string,
  extraFlags: number,
  shown: FunctionNode | ArrowFunctionExpression | Class = node,
): number {
  const scope = scopeIn(outer.unit.analysis.scopes, node);
  const e = new Emitter(outer.unit, scope);
  const id = e.reserve();
  const rest = node.params.find((one) => one.type === "RestElement");
  const params = node.params.filter((one) => one !== rest);
  const firstDefault = params.findIndex((one) => one.type === "AssignmentPattern");
  // Arguments arrive in the slots 0, 1, ...; simple ones stay there, the others are taken apart from there.
  const slots = node.params.map(() => e.slot());
  node.params.forEach((param, index) => {
    const variable = param.type === "Identifier" ? scope.variables.get(param.name) : undefined;
    if (variable !== undefined && !variable.captured && variable.kind === "param")
      variable.index = slots[index] ?? -1;
  });
  e.enter(scope);
  selfName(e, scope);
  if (
    node.type !== "ArrowFunctionExpression" &&
    (extraFlags & (FunctionFlag.constructor | FunctionFlag.derived)) === FunctionFlag.constructor
  ) {
    e.op(Op.FIELDS);
  }
  node.params.forEach((param, index) => {
    const target: Pattern = param.type === "RestElement" ? param.argument : param;
    if (
      target.type === "Identifier" &&
      scope.variables.get(target.name)?.index === slots[index] &&
      !scope.variables.get(target.name)?.captured
    )
      return;
    e.op(Op.LOAD, slots[index] ?? 0);
    e.unit.parts.bind(e, target, true);
  });
  if (node.body.type === "BlockStatement") {
    e.unit.parts.block(e, scope, node.body.body);
    e.mark(node.body.end - 1);
    e.op(Op.UNDEF);
    e.op(Op.RETURN);
  } else {
    e.mark(node.body.start);
    e.unit.parts.expression(e, node.body);
    e.op(Op.RETURN);
  }
  const flags =
    extraFlags |
    (node.async ? FunctionFlag.async : 0) |
    (node.type === "ArrowFunctionExpression" ? FunctionFlag.arrow : 0) |
    (rest ? FunctionFlag.rest : 0) |
    (e.unit.library ? FunctionFlag.library : 0);
  e.finish(id, name, params.length, firstDefault < 0 ? params.length : firstDefault, flags, shown);
  return id;
}

/** A named function expression knows itself by its name. */
function selfName(e: Emitter, scope: Scope): void {
  for (const variable of scope.variables.values()) {
    if (variable.kind !== "self") continue;
    e.op(Op.SELF);
    if (variable.captured) e.op(Op.SCOPE_STORE, 0, variable.index);
    else e.op(Op.STORE, variable.index);
  }
}

function scopeIn(table: ReadonlyMap<object, Scope>, node: object): Scope {
  const scope = table.get(node);
  if (scope === undefined) throw new Error("the analysis has seen every function and class");
  return scope;
}

/** Compiles a class and leaves it on the stack. */
export function classValue(e: Emitter, node: Class, name: string): void {
  const { unit } = e;
  const scope = scopeIn(unit.analysis.scopes, node);
  if (node.superClass) e.unit.parts.expression(e, node.superClass);
  e.within(scope, () => {
    const members = node.body.body;
    const constructorNode = members.find(
      (one): one is MethodDefinition => one.type === "MethodDefinition" && one.kind === "constructor",
    );
    const hasParent = node.superClass ? 1 : 0;
    const constructorFlags = FunctionFlag.constructor | (node.superClass ? FunctionFlag.derived : 0);
    const fields = compileFields(e, node);
    const ctor = constructorNode
      ? compileFunction(e, constructorNode.value, name, constructorFlags, node)
      : defaultConstructor(unit, scope, node, name, constructorFlags);
    e.mark(node.start);
    e.op(Op.CLASS, e.constant(name), ctor, fields, hasParent);
    for (const member of members) {
      if (member.type !== "MethodDefinition" || member.kind === "constructor") continue;
      const kind =
        (member.kind === "get"
          ? MethodKind.getter
          : member.kind === "set"
            ? MethodKind.setter
            : MethodKind.method) + (member.static ? MethodKind.static : 0);
      if (member.computed) {
        e.unit.parts.expression(e, member.key as Expression);
        e.op(Op.TO_KEY);
        e.op(Op.CLOSURE, compileFunction(e, member.value, "", 0));
        e.op(Op.METHOD_ELEMENT, kind);
      } else {
        const name = propertyName(member.key);
        const isPrivate = member.key.type === "PrivateIdentifier";
        const key = isPrivate ? e.privateKey(name) : name;
        e.op(Op.CLOSURE, compileFunction(e, member.value, isPrivate ? `#${name}` : name, 0));
        e.op(Op.METHOD, e.constant(key), kind);
      }
    }
    if (scope.variables.size > 0 && node.id) {
      e.op(Op.DUP);
      e.store(node.id.name, true, node.start);
    }
    const statics = compileStatics(e, node);
    if (statics >= 0) e.op(Op.STATIC_INIT, statics);
  });
}

function defaultConstructor(unit: Unit, scope: Scope, node: Class, name: string, flags: number): number {
  const e = new Emitter(unit, scope);
  const id = e.reserve();
  const isDerived = (flags & FunctionFlag.derived) !== 0;
  if (isDerived) {
    e.op(Op.LOAD, e.slot());
    e.op(Op.SUPER_CALL, -1);
    e.op(Op.POP);
  }
  e.op(Op.FIELDS);
  e.op(Op.UNDEF);
  e.op(Op.RETURN);
  e.finish(
    id,
    name,
    0,
    0,
    flags | (isDerived ? FunctionFlag.rest : 0) | (unit.library ? FunctionFlag.library : 0),
    node,
  );
  return id;
}

/** A function that defines the fields on `this`, or -1. */
function compileFields(outer: Emitter, node: Class): number {
  const fields = node.body.body.filter((one) => one.type === "PropertyDefinition" && !one.static);
  if (fields.length === 0) return -1;
  const scope = scopeIn(outer.unit.analysis.fieldScopes, node);
  const e = new Emitter(outer.unit, scope);
  const id = e.reserve();
  e.enter(scope);
  for (const field of fields) if (field.type === "PropertyDefinition") defineField(e, field);
  e.op(Op.UNDEF);
  e.op(Op.RETURN);
  e.finish(id, "", 0, 0, 0);
  return id;
}

function defineField(
  e: Emitter,
  field: Extract<Class["body"]["body"][number], { type: "PropertyDefinition" }>,
): void {
  const isPrivate = field.key.type === "PrivateIdentifier";
  const name = propertyName(field.key);
  e.mark(field.start);
  e.op(Op.THIS);
  if (field.value) e.unit.parts.expression(e, field.value, isPrivate ? `#${name}` : name);
  else e.op(Op.UNDEF);
  if (isPrivate) e.op(Op.DEFINE_PRIVATE, e.constant(e.privateKey(name)));
  else e.op(Op.DEFINE, e.constant(name));
  e.op(Op.POP);
}

/** A function that runs the static fields and blocks with the class as `this`, or -1. */
function compileStatics(outer: Emitter, node: Class): number {
  const members = node.body.body.filter(
    (one) => one.type === "StaticBlock" || (one.type === "PropertyDefinition" && one.static),
  );
  if (members.length === 0) return -1;
  const scope = scopeIn(outer.unit.analysis.staticScopes, node);
  const e = new Emitter(outer.unit, scope);
  const id = e.reserve();
  e.enter(scope);
  for (const member of members) {
    if (member.type === "PropertyDefinition") defineField(e, member);
    else if (member.type === "StaticBlock")
      e.unit.parts.block(e, scopeIn(outer.unit.analysis.scopes, member), member.body);
  }
  e.op(Op.UNDEF);
  e.op(Op.RETURN);
  e.finish(id, "", 0, 0, 0);
  return id;
}
