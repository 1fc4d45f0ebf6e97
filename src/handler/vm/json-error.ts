/*
 * What V8 says about a text that is no JSON. Engines differ in it, so the machine says it itself: it reads the text up to the
 * first character that does not fit.
 */

/** Characters that are shown on each side of the one that does not fit. */
const CONTEXT = 10;
/** Texts that come of values that are not text. */
const SPECIAL: ReadonlySet<string> = new Set(["undefined", "NaN", "Infinity", "[object Object]"]);
const ESCAPES = '"\\/bfnrt';
const LITERALS: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

class NotJson extends Error {}
class TooDeep extends Error {}

/** Lists and objects nested deeper are not looked into. */
const MOST_LEVELS = 500;

/** The message of the SyntaxError for `source`, which must not be JSON; null for what is nested too deeply. */
export function jsonError(source: string): string | null {
  try {
    new Reader(source).read();
  } catch (error) {
    if (error instanceof NotJson) return error.message;
    if (error instanceof TooDeep) return null;
    throw error;
  }
  throw new Error("the text is JSON");
}

class Reader {
  private readonly source: string;
  private at = 0;
  private level = 0;
  constructor(source: string) {
    this.source = source;
  }

  read(): void {
    this.value();
    this.space();
    if (this.at < this.source.length) this.fail("Unexpected non-whitespace character after JSON", "");
  }

  private next(): string {
    return this.source.charAt(this.at);
  }

  private space(): void {
    while (this.next() !== "" && " \t\n\r".includes(this.next())) this.at++;
  }

  private fail(what: string, where = " in JSON"): never {
    const lines = this.source.slice(0, this.at).split(/\r\n|[\r\n]/);
    const column = (lines.at(-1)?.length ?? 0) + 1;
    throw new NotJson(`${what}${where} at position ${this.at} (line ${lines.length} column ${column})`);
  }

  /** Something stands here that can begin no value. */
  private unexpected(): never {
    const { source, at } = this;
    if (at >= source.length) throw new NotJson("Unexpected end of JSON input");
    if (/[-0-9]/.test(this.next())) this.fail("Unexpected number");
    if (this.next() === '"') this.fail("Unexpected string");
    if (SPECIAL.has(source)) throw new NotJson(`"${source}" is not valid JSON`);
    const isLong = source.length > 2 * CONTEXT;
    const from = isLong ? Math.max(0, at - CONTEXT) : 0;
    const to = isLong ? Math.min(source.length, at + CONTEXT) : source.length;
    const shown = `${from > 0 ? "..." : ""}"${source.slice(from, to)}"${to < source.length ? "..." : ""}`;
    throw new NotJson(`Unexpected token '${this.next()}', ${shown} is not valid JSON`);
  }

  private value(): void {
    this.space();
    const next = this.next();
    const literal = LITERALS[next];
    if (next === "{" || next === "[") {
      if (++this.level > MOST_LEVELS) throw new TooDeep();
      if (next === "{") this.object();
      else this.array();
      this.level--;
    } else if (next === '"') this.string();
    else if (/^[-0-9]$/.test(next)) this.number();
    else if (literal !== undefined) this.literal(literal);
    else this.unexpected();
  }

  private literal(text: string): void {
    for (const character of text) {
      if (this.next() !== character) this.unexpected();
      this.at++;
    }
  }

  private object(): void {
    this.at++;
    this.space();
    if (this.next() === "}") {
      this.at++;
      return;
    }
    for (
      let expected = "Expected property name or '}'";
      ;
      expected = "Expected double-quoted property name"
    ) {
      if (this.next() !== '"') this.fail(expected);
      this.string();
      this.space();
      if (this.next() !== ":") this.fail("Expected ':' after property name");
      this.at++;
      this.value();
      if (this.endsList("}", "Expected ',' or '}' after property value")) return;
      this.space();
    }
  }

  private array(): void {
    this.at++;
    this.space();
    if (this.next() === "]") {
      this.at++;
      return;
    }
    do this.value();
    while (!this.endsList("]", "Expected ',' or ']' after array element"));
  }

  /** After a value: whether the list has ended, or goes on behind a comma. */
  private endsList(close: string, expected: string): boolean {
    this.space();
    const next = this.next();
    if (next !== close && next !== ",") this.fail(expected);
    this.at++;
    return next === close;
  }

  private number(): void {
    if (this.next() === "-") {
      this.at++;
      if (!/\d/.test(this.next())) this.fail("No number after minus sign");
    }
    if (this.next() === "0") {
      this.at++;
      if (/\d/.test(this.next())) this.fail("Unexpected number");
    } else this.digits();
    if (this.next() === ".") {
      this.at++;
      if (!/\d/.test(this.next())) this.fail("Unterminated fractional number");
      this.digits();
    }
    if (/[eE]/.test(this.next())) {
      this.at++;
      if (/[-+]/.test(this.next())) this.at++;
      if (!/\d/.test(this.next())) this.fail("Exponent part is missing a number");
      this.digits();
    }
  }

  private digits(): void {
    while (/\d/.test(this.next())) this.at++;
  }

  private string(): void {
    for (this.at++; this.next() !== '"'; this.at++) {
      if (this.next() === "") this.fail("Unterminated string");
      if (this.next() < " ") this.fail("Bad control character in string literal");
      if (this.next() === "\\") this.escape();
    }
    this.at++;
  }

  private escape(): void {
    this.at++;
    if (this.next() === "u") {
      for (let digit = 0; digit < 4; digit++) {
        this.at++;
        if (!/[0-9a-fA-F]/.test(this.next()))
          this.fail(this.next() === "" ? "Unterminated string" : "Bad Unicode escape");
      }
    } else if (this.next() === "") this.fail("Unterminated string");
    else if (!ESCAPES.includes(this.next())) this.fail("Bad escaped character");
  }
}
