/*
 * Writes the code of one function: instructions, constants, positions, slots, and the way out of nested statements.
 */
import type {
  AnyNode,
  ArrowFunctionExpression,
  Class,
  Expression,
  Function as FunctionNode,
  Pattern,
  Super,
} from "acorn";
import { Op } from "../opcodes.ts";
import type { Constant, FunctionCode } from "../program.ts";
import type { Analysis } from "./analyze.ts";
import type { LineTable } from "./problem.ts";
import {
  type FunctionContext,
  mayBeUninitialized,
  type Scope,
  startsUninitialized,
  type Variable,
} from "./scope.ts";

/** Longest text of an awaited expression that is shown. */
const LONGEST_TEXT = 60;

/** The parts of the emitter, wired in compile.ts so that their files need not import each other in circles. */
export interface Parts {
  /** Leaves the value on the stack. `name` is given to an anonymous function. */
  expression(e: Emitter, node: Expression | Super, name?: string): void;
  /** Runs it for its effect and leaves nothing. */
  effect(e: Emitter, node: Expression): void;
  statement(e: Emitter, node: AnyNode): void;
  /** Declarations of a block: uninitialized slots, hoisted functions, then the statements. */
  block(e: Emitter, scope: Scope, body: readonly AnyNode[]): void;
  /** Takes a value from the stack into a pattern. */
  bind(e: Emitter, pattern: Pattern, isDeclaration: boolean): void;
  /** Leaves a function object. */
  closure(e: Emitter, node: FunctionNode | ArrowFunctionExpression, name: string): void;
  /** Leaves a class. */
  classValue(e: Emitter, node: Class, name: string): void;
}

/** What all functions of one program share. */
export interface Unit {
  readonly source: string;
  readonly lines: LineTable;
  readonly analysis: Analysis;
  readonly functions: (FunctionCode | null)[];
  /** Added to function numbers: where this unit's functions begin. */
  readonly base: number;
  readonly library: boolean;
  readonly parts: Parts;
}

/** A way out of the current statement. */
export type Exit =
  | { readonly to: "return" }
  | { readonly to: "break"; readonly target: Target }
  | { readonly to: "continue"; readonly target: Target };

/** A statement that break or continue can name. */
export interface Target {
  readonly kind: "target";
  readonly labels: readonly string[];
  readonly isLoop: boolean;
  /** Whether an unlabelled break means it. */
  readonly takesBreak: boolean;
  readonly breaks: number[];
  readonly continues: number[];
}

/** A try with finally: the ways out are numbered from 2; 0 is the ordinary end, 1 an exception. */
export interface Finally {
  readonly kind: "finally";
  readonly kindSlot: number;
  readonly valueSlot: number;
  readonly exits: Exit[];
  readonly jumps: number[];
}

type Control = Target | Finally | { readonly kind: "scope" } | { readonly kind: "try" };

export class Emitter {
  readonly unit: Unit;
  readonly context: FunctionContext;
  scope: Scope;
  readonly code: number[] = [];
  readonly controls: Control[] = [];
  private readonly constants: Constant[] = [];
  private readonly constantIndex = new Map<string | number, number>();
  private readonly positions: number[] = [];
  private nextSlot = 0;
  private slots = 0;

  constructor(unit: Unit, scope: Scope) {
    this.unit = unit;
    this.scope = scope;
    this.context = scope.fn;
  }

  // ---- code

  op(op: number, ...operands: number[]): void {
    this.code.push(op, ...operands);
  }

  /** Emits a jump whose target is not known yet; `patch` sets it. */
  jump(op: number, ...before: number[]): number {
    this.code.push(op, ...before, -1);
    return this.code.length - 1;
  }

  patch(at: number): void {
    this.code[at] = this.code.length;
  }

  patchAll(jumps: readonly number[], target = this.code.length): void {
    for (const at of jumps) this.code[at] = target;
  }

  get here(): number {
    return this.code.length;
  }

  constant(value: Constant): number {
    if (typeof value === "object") return this.constants.push(value) - 1;
    const known = this.constantIndex.get(value);
    if (known !== undefined) return known;
    const index = this.constants.push(value) - 1;
    this.constantIndex.set(value, index);
    return index;
  }

  /** The following instructions belong to this place in the source. */
  mark(offset: number): void {
    if (this.unit.library) return;
    const { line, column } = this.unit.lines.at(offset);
    const { positions } = this;
    const { length } = positions;
    if (length > 0 && positions[length - 2] === line && positions[length - 1] === column) return;
    if (length > 0 && positions[length - 3] === this.here) positions.length -= 3;
    positions.push(this.here, line, column);
  }

  // ---- slots

  slot(): number {
    const slot = this.nextSlot++;
    if (this.nextSlot > this.slots) this.slots = this.nextSlot;
    return slot;
  }

  /** Slots taken by `body` are free again after it. */
  withSlots(body: () => void): void {
    const saved = this.nextSlot;
    body();
    this.nextSlot = saved;
  }

  // ---- scopes and names

  /** Enters a scope: slots for its variables, and a heap scope if a closure needs one. */
  enter(scope: Scope): void {
    this.scope = scope;
    const captured = scope.capturedVariables();
    captured.forEach((variable, index) => {
      variable.index = index;
    });
    for (const variable of scope.variables.values()) {
      if (variable.captured) continue;
      if (variable.index < 0) variable.index = this.slot();
      if (variable.checked) this.op(Op.UNINIT, variable.index);
    }
    if (captured.length > 0) {
      this.op(Op.SCOPE, captured.length, captured.filter((one) => !startsUninitialized(one)).length);
      this.controls.push({ kind: "scope" });
    }
  }

  /** Leaves the innermost scope. */
  leave(): void {
    const { scope } = this;
    if (isMaterialized(scope)) {
      this.op(Op.UNSCOPE);
      this.controls.pop();
    }
    if (scope.parent !== null) this.scope = scope.parent;
  }

  /** Enters the scope of a node, if it has one that declares something, around `body`. */
  within(scope: Scope | undefined, body: () => void): void {
    if (scope === undefined) return body();
    this.withSlots(() => {
      this.enter(scope);
      body();
      this.leave();
    });
  }

  lookup(name: string): { readonly variable: Variable; readonly depth: number } | null {
    let depth = 0;
    for (let scope: Scope | null = this.scope; scope !== null; scope = scope.parent) {
      const variable = scope.variables.get(name);
      if (variable !== undefined) return { variable, depth };
      if (isMaterialized(scope)) depth++;
    }
    return null;
  }

  /**
   * The property key of a private name. It is kept among the other properties, but no source can write it and no listing
   * shows it; its end tells classes apart.
   */
  privateKey(name: string): string {
    for (let scope: Scope | null = this.scope; scope !== null; scope = scope.parent) {
      if (scope.privateNames.has(name)) return `\0#${name}${scope.privateSuffix}`;
    }
    throw new Error("acorn lets no undeclared private name pass");
  }

  /** The constant for a global name. The library's internal names begin with $, and no handler can write what they become. */
  globalName(name: string): number {
    return this.constant(this.unit.library && name.startsWith("$") ? `\0${name.slice(1)}` : name);
  }

  load(name: string, offset: number): void {
    const found = this.lookup(name);
    if (found === null) {
      if (name === "undefined") return this.op(Op.UNDEF);
      this.mark(offset);
      return this.op(Op.GLOBAL, this.globalName(name));
    }
    const { variable, depth } = found;
    const checked = mayBeUninitialized(variable, this.context, offset);
    if (checked) this.mark(offset);
    if (variable.captured) {
      if (checked) this.op(Op.SCOPE_LOAD_CHECKED, depth, variable.index, this.constant(name));
      else this.op(Op.SCOPE_LOAD, depth, variable.index);
    } else if (checked) this.op(Op.LOAD_CHECKED, variable.index, this.constant(name));
    else this.op(Op.LOAD, variable.index);
  }

  /** Takes the value from the stack. */
  store(name: string, isDeclaration: boolean, offset: number): void {
    const found = this.lookup(name);
    if (found === null) {
      this.mark(offset);
      return this.op(Op.CONST_ASSIGN, this.constant(`${name} is not defined`));
    }
    const { variable, depth } = found;
    if (!isDeclaration && (variable.kind === "const" || variable.kind === "import")) {
      this.mark(offset);
      return this.op(Op.CONST_ASSIGN, this.constant("Assignment to constant variable."));
    }
    const checked = !isDeclaration && mayBeUninitialized(variable, this.context, offset);
    if (variable.kind === "self" && !isDeclaration) {
      this.mark(offset);
      return this.op(Op.CONST_ASSIGN, this.constant("Assignment to constant variable."));
    }
    if (variable.captured) {
      if (checked) this.op(Op.SCOPE_STORE_CHECKED, depth, variable.index, this.constant(name));
      else this.op(Op.SCOPE_STORE, depth, variable.index);
    } else if (checked) this.op(Op.STORE_CHECKED, variable.index, this.constant(name));
    else this.op(Op.STORE, variable.index);
  }

  // ---- ways out

  target(labels: readonly string[], isLoop: boolean, takesBreak: boolean): Target {
    const target: Target = { kind: "target", labels, isLoop, takesBreak, breaks: [], continues: [] };
    this.controls.push(target);
    return target;
  }

  /** Leaves everything between here and the exit's goal; a finally on the way comes first. A return's value is on the stack. */
  exit(exit: Exit): void {
    for (let at = this.controls.length - 1; at >= 0; at--) {
      const control = this.controls[at];
      if (control === undefined) break;
      if (control.kind === "scope") this.op(Op.UNSCOPE);
      else if (control.kind === "try") this.op(Op.END_TRY);
      else if (control.kind === "finally") {
        if (exit.to === "return") this.op(Op.STORE, control.valueSlot);
        this.op(Op.INT, control.exits.push(exit) + 1);
        this.op(Op.STORE, control.kindSlot);
        control.jumps.push(this.jump(Op.JUMP));
        return;
      } else if (exit.to !== "return" && control === exit.target) {
        (exit.to === "break" ? control.breaks : control.continues).push(this.jump(Op.JUMP));
        return;
      }
    }
    this.op(Op.RETURN);
  }

  /** A return leaves nothing to tidy up in the frame, unless a finally comes first. */
  exitByReturn(): void {
    if (this.controls.some((control) => control.kind === "finally")) this.exit({ to: "return" });
    else this.op(Op.RETURN);
  }

  /** A node's source on one line, shortened. */
  sourceText(node: { readonly start: number; readonly end: number }): string {
    const text = this.unit.source.slice(node.start, node.end).replace(/\s+/g, " ");
    return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
  }

  /** Reserves a number for a function of this program. */
  reserve(): number {
    return this.unit.functions.push(null) - 1 + this.unit.base;
  }

  /** `node`: what the function's text is, for those that the handler can ask for it. */
  finish(
    id: number,
    name: string,
    params: number,
    length: number,
    flags: number,
    node: Pick<AnyNode, "start" | "end"> | null = null,
  ): void {
    this.unit.functions[id - this.unit.base] = {
      name,
      code: this.code,
      constants: this.constants,
      params,
      length,
      slots: this.slots,
      flags,
      positions: this.positions,
      ...(node === null || this.unit.library ? {} : { range: [node.start, node.end] as const }),
    };
  }
}

function isMaterialized(scope: Scope): boolean {
  for (const variable of scope.variables.values()) if (variable.captured) return true;
  return false;
}
