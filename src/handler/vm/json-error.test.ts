import { describe, expect, it } from "vitest";
import { jsonError } from "./json-error.ts";

describe("what is said of a text that is no JSON", () => {
  it.each([
    ["{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
    ["", "Unexpected end of JSON input"],
    ["[1", "Expected ',' or ']' after array element in JSON at position 2 (line 1 column 3)"],
    ['{"a" 1}', "Expected ':' after property name in JSON at position 5 (line 1 column 6)"],
    ['{"a":1,}', "Expected double-quoted property name in JSON at position 7 (line 1 column 8)"],
    ['{"a":1]', "Expected ',' or '}' after property value in JSON at position 6 (line 1 column 7)"],
    ['"abc', "Unterminated string in JSON at position 4 (line 1 column 5)"],
    ['\n"a\nb"', "Bad control character in string literal in JSON at position 3 (line 2 column 3)"],
    ["-x", "No number after minus sign in JSON at position 1 (line 1 column 2)"],
    ["1ex", "Exponent part is missing a number in JSON at position 2 (line 1 column 3)"],
    ["1.", "Unterminated fractional number in JSON at position 2 (line 1 column 3)"],
    ["01", "Unexpected number in JSON at position 1 (line 1 column 2)"],
    ["1 2", "Unexpected non-whitespace character after JSON at position 2 (line 1 column 3)"],
    ["NaN", '"NaN" is not valid JSON'],
    ['{"k": tru}', `Unexpected token '}', "{"k": tru}" is not valid JSON`],
    ["not json at all, a long text", `Unexpected token 'o', "not json at"... is not valid JSON`],
    ["[1,2,3,4,5,6,7,8,9,10,11,x]", `Unexpected token 'x', ..."8,9,10,11,x]" is not valid JSON`],
  ])("%j", (text, message) => {
    expect(jsonError(text)).toBe(message);
  });

  it("is nothing for what is nested too deeply", () => {
    expect(jsonError("[".repeat(100_000))).toBeNull();
  });
});
