import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitTerms } from "./split-terms.ts";

const termsOf = (text: string) => splitTerms(text).flatMap(({ term }) => (term === null ? [] : [term]));

describe("the field's words in a sentence", () => {
  test("are found as whole words, in any form that sentences use", () => {
    expect(termsOf('Commit 1 is flushed: put "a" and put "b", coalesced into one commit.')).toEqual([
      "flush",
      "coalesced",
    ]);
    expect(termsOf("waits for lock 1")).toEqual(["lock"]);
    expect(termsOf("blocked clockwork unlocks nothing")).toEqual([]);
  });

  test("are each explained once", () => {
    expect(termsOf("lock 1 and lock 2 hold the output gate")).toEqual(["lock", "output-gate"]);
  });

  test("leave the sentence as it is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("lock", " ", "output gate", "durable", ".", "Broken", "x")),
        (words) => {
          const text = words.join("");
          expect(
            splitTerms(text)
              .map((part) => part.text)
              .join(""),
          ).toBe(text);
        },
      ),
    );
  });
});
