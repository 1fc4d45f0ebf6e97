/*
 * What the compiler knows about names: scopes of the source, their variables, and which variables closures capture.
 */

export type VariableKind = "var" | "let" | "const" | "class" | "function" | "param" | "import" | "self";

/** One declared name. */
export interface Variable {
  readonly name: string;
  readonly kind: VariableKind;
  readonly scope: Scope;
  /** Offset where its declaration ends: later uses in the same function find it initialized. */
  readonly declarationEnd: number;
  /** A closure uses it: it lives in a scope on the heap instead of a slot. */
  captured: boolean;
  /** Some use may come before the initialization. */
  checked: boolean;
  /** Slot in the frame, or index in the heap scope; -1 until the scope is entered by the emitter. */
  index: number;
}

/** One function of the source while it is analyzed. */
export interface FunctionContext {
  readonly isAsync: boolean;
  readonly isArrow: boolean;
  readonly isModule: boolean;
  readonly parent: FunctionContext | null;
  /** The class constructor it is, and whether that class has a parent. */
  readonly constructorOf: "none" | "base" | "derived";
}

interface Reference {
  readonly name: string;
  readonly fn: FunctionContext;
  readonly offset: number;
}

/** A region of the source in which names are declared. */
export class Scope {
  readonly parent: Scope | null;
  readonly fn: FunctionContext;
  readonly kind: "module" | "function" | "block" | "loop" | "switch" | "class";
  readonly variables = new Map<string, Variable>();
  /** Uses of names that no inner scope has resolved. */
  readonly references: Reference[] = [];
  /** Of a class: its private names, and what tells them from those of other classes. */
  privateNames: ReadonlySet<string> = new Set();
  privateSuffix = "";

  constructor(parent: Scope | null, fn: FunctionContext, kind: Scope["kind"]) {
    this.parent = parent;
    this.fn = fn;
    this.kind = kind;
  }

  declare(name: string, kind: VariableKind, declarationEnd: number): void {
    const existing = this.variables.get(name);
    // acorn has rejected what must not be declared twice; what remains are vars, functions and parameters.
    if (existing !== undefined && !(kind === "function" && existing.kind === "var")) return;
    this.variables.set(name, {
      name,
      kind,
      scope: this,
      declarationEnd,
      captured: false,
      checked: false,
      index: -1,
    });
  }

  /** All names are declared: settles the uses it can, hands the others to the parent. Returns those without a parent. */
  close(): readonly Reference[] {
    const unresolved: Reference[] = [];
    for (const reference of this.references) {
      const variable = this.variables.get(reference.name);
      if (variable === undefined) {
        (this.parent?.references ?? unresolved).push(reference);
        continue;
      }
      if (reference.fn !== this.fn) variable.captured = true;
      else if (mayBeUninitialized(variable, reference.fn, reference.offset)) variable.checked = true;
    }
    return unresolved;
  }

  /** Variables that live in this scope's heap object, those that start as undefined first. */
  capturedVariables(): readonly Variable[] {
    const captured = [...this.variables.values()].filter((variable) => variable.captured);
    return [...captured.filter((one) => !startsUninitialized(one)), ...captured.filter(startsUninitialized)];
  }
}

/** let, const and class throw a ReferenceError when used before their declaration has run. */
export function startsUninitialized(variable: Variable): boolean {
  return variable.kind === "let" || variable.kind === "const" || variable.kind === "class";
}

/** Whether a use at `offset` inside `fn` needs the check. A block runs from its start, except that a switch may skip. */
export function mayBeUninitialized(variable: Variable, fn: FunctionContext, offset: number): boolean {
  if (!startsUninitialized(variable)) return false;
  return fn !== variable.scope.fn || offset < variable.declarationEnd || variable.scope.kind === "switch";
}
