/*
 * The words of an SQL statement.
 */

/** A word: `at` is where it begins in the source, for SQLite's messages. */
export interface SqlToken {
  readonly type: "name" | "quoted" | "string" | "number" | "binding" | "sign";
  /** Without quotes. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** What SQLite itself says to a statement. */
export class SqlError extends Error {}
/** The statement is beyond the model. */
export class BeyondSql extends Error {}

const PATTERN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|([A-Za-z_][A-Za-z0-9_]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(\?)|(<=|>=|<>|!=|==|\|\||[-+*/%=<>(),;.])/y;

/** Splits a source into words; comments and space are none. */
export function tokensOf(source: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  PATTERN.lastIndex = 0;
  for (let at = 0; at < source.length; at = PATTERN.lastIndex) {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(source);
    if (match === null) throw new BeyondSql();
    const [, name, quoted, string, number, binding, sign] = match;
    const add = (type: SqlToken["type"], text: string | undefined): void => {
      if (text !== undefined) tokens.push({ type, text, at, end: PATTERN.lastIndex });
    };
    add("name", name);
    add("quoted", quoted?.replaceAll('""', '"'));
    add("string", string?.replaceAll("''", "'"));
    add("number", number);
    add("binding", binding);
    add("sign", sign);
  }
  return tokens;
}

/** Reads words one after another. */
export class SqlReader {
  readonly source: string;
  private readonly tokens: readonly SqlToken[];
  private position = 0;
  private readonly bindings: readonly unknown[];
  /** How many question marks were met. */
  bound = 0;

  constructor(source: string, tokens: readonly SqlToken[], bindings: readonly unknown[]) {
    this.source = source;
    this.tokens = tokens;
    this.bindings = bindings;
  }

  get next(): SqlToken | undefined {
    return this.tokens[this.position];
  }

  /** Where the next word begins, and where the last one has ended. */
  get at(): number {
    return this.next?.at ?? this.source.length;
  }
  get end(): number {
    return this.tokens[this.position - 1]?.end ?? 0;
  }

  /** Whether the next word is that one, an unquoted name or a sign. */
  is(word: string, ahead = 0): boolean {
    const token = this.tokens[this.position + ahead];
    return (
      token !== undefined &&
      (token.type === "name" || token.type === "sign") &&
      token.text.toUpperCase() === word
    );
  }

  /** Passes over the words if they are next. */
  accept(...words: readonly string[]): boolean {
    const isNext = words.every((word, ahead) => this.is(word, ahead));
    if (isNext) this.position += words.length;
    return isNext;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail();
  }

  /** A word further on. */
  peek(ahead: number): SqlToken | undefined {
    return this.tokens[this.position + ahead];
  }

  take(): SqlToken {
    const token = this.next;
    if (token === undefined) return this.fail();
    this.position++;
    return token;
  }

  /** A name of a table or column. */
  name(): string {
    const { next } = this;
    if (next?.type !== "name" && next?.type !== "quoted") return this.fail();
    return this.take().text;
  }

  binding(): unknown {
    return this.bindings[this.bound++];
  }

  /** What a list between parentheses has, read by `item`. */
  list<T>(item: () => T): readonly T[] {
    this.expect("(");
    const items = [item()];
    while (this.accept(",")) items.push(item());
    this.expect(")");
    return items;
  }

  /** Something else stands here than was expected: what, only SQLite's own grammar could tell. */
  fail(): never {
    if (this.next === undefined) this.failAtEnd();
    throw new BeyondSql();
  }

  /** The statement ends too early. */
  failAtEnd(): never {
    throw new SqlError("incomplete input: SQLITE_ERROR");
  }
}
