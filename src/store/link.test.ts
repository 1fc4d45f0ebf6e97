import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DESIGNS, designChoice } from "./designs.ts";
import { encodeLink, type Link, SOURCE_LIMIT_BYTES } from "./link.ts";
import { packText, unpackText } from "./packed-text.ts";
import { CHOICES_LIMIT, decodeLink, HASH_LIMIT_CHARS } from "./read-link.ts";
import { LATENCY_LIMIT_MS, PEER_IDS } from "./world.ts";

const plain: Link = {
  scenario: "put-then-connect",
  code: null,
  design: { id: "main" },
  settings: {},
  choices: [],
  cursor: -1,
};

/** A lone surrogate has no UTF-8 form and becomes U+FFFD on the way. */
const wellFormed = (value: string): string => new TextDecoder().decode(new TextEncoder().encode(value));
const text = fc.string({ unit: "binary", maxLength: 400 }).map(wellFormed);

const latency = fc.integer({ min: 0, max: LATENCY_LIMIT_MS });
const links: fc.Arbitrary<Link> = fc.record({
  scenario: fc.stringMatching(/^[a-z0-9-]{1,60}$/),
  code: fc.option(text.map(packText)),
  design: fc
    .tuple(
      fc.constantFrom(...DESIGNS.map(({ id }) => id)),
      fc.record({
        autogate: fc.boolean(),
        wrapper: fc.boolean(),
        statusHoldsSocket: fc.boolean(),
        stringMoveInvalidates: fc.boolean(),
        forwardsErrors: fc.boolean(),
      }),
    )
    .map(([id, switches]) => designChoice(id, switches)),
  settings: fc.record(
    {
      commitMs: latency,
      oneWayMs: latency,
      backend: fc.constantFrom("sqlite" as const, "cache" as const),
      commits: fc.constantFrom("replicated" as const, "blocking" as const, "bucket" as const),
      service: fc.constantFrom(
        "network" as const,
        "worker" as const,
        "throws" as const,
        "disconnected" as const,
      ),
      scheduling: fc.constantFrom("strict" as const, "relaxed" as const),
      peer: fc.constantFrom(...PEER_IDS),
    },
    { requiredKeys: [] },
  ),
  choices: fc.array(
    fc.oneof(
      fc.stringMatching(/^[a-z]{2}[1-9]\d?$/),
      fc.integer({ min: 1, max: 9999 }).map((n) => `~${n}`),
    ),
    {
      maxLength: 40,
    },
  ),
  cursor: fc.integer({ min: -1, max: 9_999 }),
});

describe("links", () => {
  test("come back as they were, whatever they hold", () => {
    fc.assert(
      fc.property(links, (link) => {
        expect(decodeLink(encodeLink(link))).toEqual({ ok: true, value: link });
      }),
    );
  });

  test("consist of characters that no messenger or mail program changes", () => {
    fc.assert(
      fc.property(links, (link) => {
        expect(encodeLink(link)).toMatch(/^[A-Za-z0-9=&._~-]+$/);
      }),
    );
  });

  test("are short for what most people share", () => {
    expect(encodeLink({ ...plain, choices: ["~2", "cf1"], cursor: 13 })).toBe(
      "s=put-then-connect&d=main&c=~2.cf1&at=14",
    );
  });

  test("name a switch of the design only when it does not stand as it does by default", () => {
    const design = designChoice("deferred-r1", { stringMoveInvalidates: true, autogate: false });
    expect(encodeLink({ ...plain, design })).toBe(
      "s=put-then-connect&d=deferred-r1&stringMoveInvalidates=on",
    );
    expect(encodeLink({ ...plain, design: designChoice("deferred-r1") })).toBe(
      "s=put-then-connect&d=deferred-r1",
    );
  });

  test("that nobody made give a sentence and never an exception", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.webFragments()), (hash) => {
        const result = decodeLink(hash);
        if (!result.ok) expect(result.error).toMatch(/\.$/);
      }),
    );
  });

  test("with one parameter replaced by hostile text give a sentence and never an exception", () => {
    const names = [
      "s",
      "code",
      "d",
      "autogate",
      "wrapper",
      "commit",
      "way",
      "commits",
      "peer",
      "order",
      "c",
      "at",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string({ unit: "binary" }), (name, value) => {
        const result = decodeLink(`s=x&d=main&${name}=${encodeURIComponent(wellFormed(value))}`);
        if (!result.ok) expect(result.error.length).toBeLessThan(200);
      }),
    );
  });

  test.each([
    ["d=main", "it names no scenario"],
    ["s=x", "it names no design"],
    ["s=x&d=toString", "a design that this version does not have"],
    ["s=x&d=__proto__", "a design that this version does not have"],
    ["s=X%20Y&d=main", "the name of the scenario is not readable"],
    ["s=x&d=main&program=[]", '"program", which means nothing here'],
    ["s=x&d=main&s=y", '"s" stands in it twice'],
    ["s=x&d=main&commit=1e3", "must be a whole number"],
    ["s=x&d=main&commit=99999", "must be at most"],
    ["s=x&d=main&autogate=1", "a switch of the design is neither on nor off"],
    ["s=x&d=main&c=~0", "a choice in it is not readable"],
    ["s=x&d=main&c=a..b", "a choice in it is not readable"],
    ["s=x&d=main&at=-1", "the position is not a number"],
    ["s=x&d=main&code=%00", "not base64url"],
  ])("say what is wrong: %s", (hash, reason) => {
    const result = decodeLink(hash);
    expect(result.ok ? "" : result.error).toContain(reason);
  });

  test("beyond the limits are refused before they are read", () => {
    expect(decodeLink(`s=${"x".repeat(HASH_LIMIT_CHARS)}`).ok).toBe(false);
    const choices = Array.from({ length: CHOICES_LIMIT + 1 }, () => "cd1");
    expect(decodeLink(encodeLink({ ...plain, choices })).ok).toBe(false);
  });
});

describe("packed text", () => {
  test("is smaller than a handler's source", () => {
    const source = "this.ctx.storage.put('balance', 90);\n".repeat(40);
    expect(packText(source).length).toBeLessThan(source.length / 4);
  });

  test("that unpacks to more than a handler may have is refused", () => {
    expect(unpackText(packText("x".repeat(SOURCE_LIMIT_BYTES))).ok).toBe(true);
    const bomb = unpackText(packText("x".repeat(40 * SOURCE_LIMIT_BYTES)));
    expect(bomb).toEqual({ ok: false, error: "The handler's source in this link is longer than 64 kB." });
  });

  test("cut short is refused, at every length", () => {
    const packed = packText("export class Demo extends DurableObject {}\n");
    for (let length = 1; length < packed.length - 2; length += 1) {
      expect(unpackText(packed.slice(0, length)).ok).toBe(false);
    }
  });

  test("that are no packed text give a sentence", () => {
    const result = unpackText("AAAA");
    expect(result.ok ? "" : result.error).toContain("cannot be unpacked");
  });
});
