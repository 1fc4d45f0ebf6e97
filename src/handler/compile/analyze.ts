/*
 * One walk over the syntax tree: builds the scopes, finds what closures capture, and stops at whatever is outside the
 * subset. After it the emitter can assume that every node is one it knows. The file is as long as JavaScript has kinds of
 * syntax.
 */
import type {
  AnyNode,
  ArrowFunctionExpression,
  Class,
  Function as FunctionNode,
  Pattern,
  PropertyDefinition,
  StaticBlock,
  Program as SyntaxTree,
} from "acorn";
import { checkExternalModule, checkGlobal, checkMember } from "./globals.ts";
import { boundNames, privateNames } from "./names.ts";
import { MAX_NESTING, tooDeep } from "./parse.ts";
import { unsupported } from "./problem.ts";
import { type FunctionContext, Scope, type VariableKind } from "./scope.ts";

/** What the analysis knows. A class has two more scopes: of its field initializers and of its static ones. */
export interface Analysis {
  readonly scopes: ReadonlyMap<object, Scope>;
  readonly fieldScopes: ReadonlyMap<object, Scope>;
  readonly staticScopes: ReadonlyMap<object, Scope>;
}

/** Analyzes a module. `library`: the machine's own prelude, which may use internal names. */
export function analyze(tree: SyntaxTree, library: boolean): Analysis {
  return new Analyzer(library).module(tree);
}

class Analyzer {
  private readonly scopes = new Map<object, Scope>();
  private readonly fieldScopes = new Map<object, Scope>();
  private readonly staticScopes = new Map<object, Scope>();
  private readonly library: boolean;
  private scope: Scope;
  private depth = 0;

  constructor(library: boolean) {
    this.library = library;
    const fn: FunctionContext = {
      isAsync: false,
      isArrow: false,
      isModule: true,
      parent: null,
      constructorOf: "none",
    };
    this.scope = new Scope(null, fn, "module");
  }

  module(tree: SyntaxTree): Analysis {
    this.scopes.set(tree, this.scope);
    for (const statement of tree.body) this.node(statement);
    for (const { name, offset } of this.scope.close()) if (!this.library) checkGlobal(name, offset);
    return { scopes: this.scopes, fieldScopes: this.fieldScopes, staticScopes: this.staticScopes };
  }

  private inScope(
    key: object,
    kind: Scope["kind"],
    fn: FunctionContext,
    body: () => void,
    table = this.scopes,
  ): void {
    const scope = new Scope(this.scope, fn, kind);
    table.set(key, scope);
    const outer = this.scope;
    this.scope = scope;
    body();
    scope.close();
    this.scope = outer;
  }

  private nodes(list: readonly (AnyNode | null | undefined)[]): void {
    for (const one of list) this.node(one);
  }

  private node(node: AnyNode | null | undefined): void {
    if (node === null || node === undefined) return;
    if (++this.depth > MAX_NESTING) throw tooDeep(node.start);
    this.visit(node);
    this.depth--;
  }

  private visit(node: AnyNode): void {
    const { fn } = this.scope;
    switch (node.type) {
      // ---- modules
      case "ImportDeclaration":
        for (const specifier of node.specifiers) {
          if (specifier.type !== "ImportSpecifier") {
            unsupported(
              "this form of import",
              `Write import { name } from "${String(node.source.value)}".`,
              specifier.start,
            );
          }
          this.scope.declare(specifier.local.name, "import", specifier.end);
        }
        return checkExternalModule(String(node.source.value), node.source.start);
      case "ExportNamedDeclaration":
        if (node.source) unsupported("export from", "Import the name and export it by itself.", node.start);
        for (const { local } of node.specifiers)
          if (local.type === "Identifier") this.reference(local.name, local.start);
        return this.node(node.declaration);
      case "ExportDefaultDeclaration":
        return this.node(node.declaration);
      case "ExportAllDeclaration":
        return unsupported("export *", "Export the names one by one.", node.start);
      // ---- declarations
      case "VariableDeclaration":
        for (const { id, init, end } of node.declarations) {
          this.declarePattern(id, node.kind as VariableKind, end);
          this.pattern(id);
          this.node(init);
        }
        return;
      case "FunctionDeclaration":
        if (node.id) this.scope.declare(node.id.name, "function", node.end);
        return this.functionNode(node, "none", null);
      case "ClassDeclaration":
        if (node.id) this.scope.declare(node.id.name, "class", node.end);
        return this.classNode(node);
      // ---- statements
      case "EmptyStatement":
      case "DebuggerStatement":
      case "BreakStatement":
      case "ContinueStatement":
        return;
      case "ExpressionStatement":
        return this.node(node.expression);
      case "BlockStatement":
        return this.inScope(node, "block", fn, () => this.nodes(node.body));
      case "ReturnStatement":
        if (fn.constructorOf !== "none" && node.argument) {
          unsupported(
            "a constructor that returns a value",
            "Use a static method or a function to choose the object.",
            node.start,
          );
        }
        return this.node(node.argument);
      case "LabeledStatement":
        return this.node(node.body);
      case "IfStatement":
        return this.nodes([node.test, node.consequent, node.alternate]);
      case "SwitchStatement":
        this.node(node.discriminant);
        return this.inScope(node, "switch", fn, () => this.nodes(node.cases));
      case "SwitchCase":
        return this.nodes([node.test, ...node.consequent]);
      case "ThrowStatement":
        return this.node(node.argument);
      case "TryStatement":
        return this.nodes([node.block, node.handler, node.finalizer]);
      case "CatchClause":
        return this.inScope(node, "block", fn, () => {
          if (node.param) {
            this.declarePattern(node.param, "let", node.param.end);
            this.pattern(node.param);
          }
          this.nodes(node.body.body);
        });
      case "WhileStatement":
        return this.nodes([node.test, node.body]);
      case "DoWhileStatement":
        return this.nodes([node.body, node.test]);
      case "ForStatement":
        return this.inScope(node, "loop", fn, () =>
          this.nodes([node.init, node.test, node.update, node.body]),
        );
      case "ForInStatement":
        return this.forEach(node.left, node.right, node.body, node);
      case "ForOfStatement":
        if (node.await && !this.scope.fn.isAsync)
          unsupported("for await here", "Use it inside an async function or method.", node.start);
        return this.forEach(node.left, node.right, node.body, node);
      // ---- expressions
      case "Identifier":
        return this.reference(node.name, node.start);
      case "Literal":
        if (node.regex)
          unsupported(
            "a regular expression",
            "Use string methods: includes, startsWith, split, indexOf, slice.",
            node.start,
          );
        if (node.bigint) unsupported("a BigInt", "Use a plain number.", node.start);
        return;
      case "TemplateLiteral":
        return this.nodes(node.expressions);
      case "TaggedTemplateExpression":
        return unsupported("a tagged template", "Call the function with ordinary arguments.", node.start);
      case "ThisExpression":
        return;
      case "Super":
        return unsupported("super here", "Use super(...) or super.method(...) inside a class.", node.start);
      case "ArrayExpression":
        for (const element of node.elements) {
          if (element === null) unsupported("an array hole", "Write undefined.", node.start);
        }
        return this.nodes(node.elements);
      case "ObjectExpression":
        return this.nodes(node.properties);
      case "Property":
        this.propertyKey(node.key, node.computed);
        if (node.kind !== "init") this.checkAccessorName(node.key, node.computed);
        return this.node(node.value);
      case "SpreadElement":
        return this.node(node.argument);
      case "FunctionExpression":
        return this.functionNode(node, "none", node.id ? node.id.name : null);
      case "ArrowFunctionExpression":
        return this.functionNode(node, "none", null);
      case "ClassExpression":
        return this.classNode(node);
      case "UnaryExpression":
        return this.node(node.argument);
      case "UpdateExpression":
        return this.node(node.argument);
      case "BinaryExpression":
        if (node.left.type !== "PrivateIdentifier") this.node(node.left);
        return this.node(node.right);
      case "LogicalExpression":
        return this.nodes([node.left, node.right]);
      case "AssignmentExpression":
        if (node.left.type === "MemberExpression" && node.left.object.type === "Super") {
          unsupported("an assignment to super", "Assign to this instead.", node.left.start);
        }
        this.pattern(node.left);
        return this.node(node.right);
      case "ConditionalExpression":
        return this.nodes([node.test, node.consequent, node.alternate]);
      case "MemberExpression":
        if (node.object.type === "Super") {
          if (node.computed) unsupported("super[...]", "Write super.name.", node.start);
          this.checkSuper(node.start);
        } else this.node(node.object);
        if (node.computed) return this.node(node.property);
        if (node.property.type === "Identifier") {
          const object =
            node.object.type === "Identifier" && !this.isDeclared(node.object.name) ? node.object.name : null;
          checkMember(object, node.property.name, node.property.start);
        }
        return;
      case "CallExpression":
        if (node.callee.type === "Super") {
          if (fn.constructorOf !== "derived") {
            unsupported(
              "super() outside of the constructor itself",
              "Call super(...) directly in the constructor.",
              node.start,
            );
          }
        } else this.node(node.callee);
        return this.nodes(node.arguments);
      case "NewExpression":
        this.node(node.callee);
        return this.nodes(node.arguments);
      case "ChainExpression":
      case "ParenthesizedExpression":
        return this.node(node.expression);
      case "SequenceExpression":
        return this.nodes(node.expressions);
      case "AwaitExpression":
        if (fn.isModule)
          unsupported(
            "await at the top level of the module",
            "Await inside an async function or method.",
            node.start,
          );
        if (!fn.isAsync) unsupported("await here", "Await inside an async function or method.", node.start);
        return this.node(node.argument);
      case "YieldExpression":
        return unsupported("yield", "Collect the values in an array instead.", node.start);
      case "ImportExpression":
        return unsupported("a dynamic import", `Write import { name } from "module" at the top.`, node.start);
      case "MetaProperty":
        return unsupported(
          `${node.meta.name}.${node.property.name}`,
          "Pass what you need as an argument.",
          node.start,
        );
      case "WithStatement":
        return unsupported("with", "Name the object in every access.", node.start);
      case "PrivateIdentifier":
        return;
      default:
        return this.pattern(node as Pattern);
    }
  }

  // ---- names

  private reference(name: string, offset: number): void {
    if (name === "arguments") unsupported("arguments", "Use a rest parameter: (...args).", offset);
    this.scope.references.push({ name, fn: this.scope.fn, offset });
  }

  /** Good enough for messages: a name declared further down in an outer scope counts as global. */
  private isDeclared(name: string): boolean {
    for (let scope: Scope | null = this.scope; scope !== null; scope = scope.parent) {
      if (scope.variables.has(name)) return true;
    }
    return false;
  }

  private declarePattern(pattern: Pattern, kind: VariableKind, end: number): void {
    let scope = this.scope;
    if (kind === "var")
      while (scope.parent !== null && scope.kind !== "function" && scope.kind !== "module")
        scope = scope.parent;
    for (const name of boundNames(pattern)) scope.declare(name, kind, end);
  }

  /** Uses inside a pattern: defaults, computed keys, and the targets themselves. */
  private pattern(node: Pattern): void {
    switch (node.type) {
      case "Identifier":
        return this.reference(node.name, node.start);
      case "MemberExpression":
        return this.node(node);
      case "ObjectPattern":
        for (const property of node.properties) {
          if (property.type === "RestElement") this.pattern(property.argument);
          else {
            this.propertyKey(property.key, property.computed);
            this.pattern(property.value);
          }
        }
        return;
      case "ArrayPattern":
        for (const element of node.elements) if (element) this.pattern(element);
        return;
      case "RestElement":
        return this.pattern(node.argument);
      case "AssignmentPattern":
        this.pattern(node.left);
        return this.node(node.right);
      default:
        return unsupported("this construct", "Write it with plain statements.", (node as AnyNode).start);
    }
  }

  private propertyKey(key: AnyNode, computed: boolean): void {
    if (computed) return this.node(key);
    const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : "";
    checkMember(null, name, key.start);
    if (key.type === "Literal" && key.bigint) unsupported("a BigInt", "Use a plain number.", key.start);
  }

  private checkAccessorName(key: AnyNode, computed: boolean): void {
    if (!computed && key.type === "Identifier" && key.name === "then") {
      unsupported("an accessor named then", "Write then as a method.", key.start);
    }
  }

  // ---- loops, functions, classes

  private forEach(left: Pattern | AnyNode, right: AnyNode, body: AnyNode, node: object): void {
    // The iterated expression stands outside of the loop's scope, but sees its names as uninitialized; nobody writes that.
    this.node(right);
    this.inScope(node, "loop", this.scope.fn, () => {
      if (left.type === "VariableDeclaration") this.node(left);
      else this.pattern(left as Pattern);
      this.node(body);
    });
  }

  private functionNode(
    node: FunctionNode | ArrowFunctionExpression,
    constructorOf: FunctionContext["constructorOf"],
    selfName: string | null,
  ): void {
    if (node.generator)
      unsupported("a generator function", "Return an array, or keep the state in an object.", node.start);
    const fn: FunctionContext = {
      isAsync: node.async,
      isArrow: node.type === "ArrowFunctionExpression",
      isModule: false,
      parent: this.scope.fn,
      constructorOf,
    };
    this.inScope(node, "function", fn, () => {
      for (const param of node.params) this.declarePattern(param, "param", param.end);
      for (const param of node.params) this.pattern(param);
      if (node.body.type === "BlockStatement") this.nodes(node.body.body);
      else this.node(node.body);
      if (selfName !== null) this.scope.declare(selfName, "self", node.start);
    });
  }

  private checkSuper(offset: number): void {
    for (let scope: Scope | null = this.scope; scope !== null; scope = scope.parent)
      if (scope.kind === "class") return;
    unsupported("super outside of a class", "Write a class that extends the other one.", offset);
  }

  private classNode(node: Class): void {
    this.node(node.superClass);
    const { fn } = this.scope;
    const initializer: FunctionContext = {
      isAsync: false,
      isArrow: false,
      isModule: false,
      parent: fn,
      constructorOf: "none",
    };
    this.inScope(node, "class", fn, () => {
      if (node.id) this.scope.declare(node.id.name, "const", node.end);
      this.scope.privateNames = privateNames(node);
      this.scope.privateSuffix = `@${node.start}`;
      const fields: PropertyDefinition[] = [];
      const statics: (PropertyDefinition | StaticBlock)[] = [];
      for (const member of node.body.body) {
        if (member.type === "StaticBlock") statics.push(member);
        else if (member.type === "PropertyDefinition") {
          if (member.computed)
            unsupported("a computed field name", "Assign it in the constructor.", member.start);
          this.propertyKey(member.key, false);
          (member.static ? statics : fields).push(member);
        } else {
          this.propertyKey(member.key, member.computed);
          if (member.kind === "get" || member.kind === "set")
            this.checkAccessorName(member.key, member.computed);
          const kind = member.kind === "constructor" ? (node.superClass ? "derived" : "base") : "none";
          this.functionNode(member.value, kind, null);
        }
      }
      this.inScope(
        node,
        "function",
        initializer,
        () => this.nodes(fields.map((field) => field.value)),
        this.fieldScopes,
      );
      this.inScope(
        node,
        "function",
        { ...initializer },
        () => {
          for (const member of statics) {
            if (member.type === "PropertyDefinition") this.node(member.value);
            else this.inScope(member, "block", this.scope.fn, () => this.nodes(member.body));
          }
        },
        this.staticScopes,
      );
    });
  }
}
