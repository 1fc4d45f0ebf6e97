/*
 * The rules of docs/MODEL.md against the comments that name them. A rule is named where it is implemented, or stands in
 * a table with the reason why no such place exists. Neither may say what is not so.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const NOT_AN_API = "the handler language has no such API";
const TS_STREAMS = "TypeScript streams are behind an experimental flag that no design sets";

/** The rules that no place in the model implements, and why. */
const NOWHERE: Readonly<Record<string, string>> = {
  AC1: "the dirty list is the open commit with what a failed one leaves; there is no table of its own",
  AC8: "a handler of the model writes far less than the 8 MiB from which put() makes it wait",
  AC11: "an object of the model has storage: nothing is to be seen of one that never flushes",
  SQ9: "storing a capability is beyond the handler language, so nothing calls blockTransaction()",
  SK15: TS_STREAMS,
  "2.4-2": "the far ends of the model's worlds answer no fetch() with a redirect",
  "2.4-5": "an object of the model has no connect() handler",
  "2.4-10": NOT_AN_API,
  "2.4-13": "at the compatibility date of the recordings a WebSocket's close is not answered by itself",
  "2.4-17": TS_STREAMS,
  "2.4-18": NOT_AN_API,
  "2.4-19": NOT_AN_API,
  "2.4-20": NOT_AN_API,
  "2.4-21": NOT_AN_API,
  "2.4-22": NOT_AN_API,
  "2.4-23": NOT_AN_API,
  "2.4-24": "a metric: nothing outside of the platform can see it",
};

const unnamed = Object.keys(NOWHERE);

const ROOT = path.resolve(import.meta.dirname, "../..");
const FOLDERS = ["src/model", "src/handler", "src/run", "src/check"];

const text = readFileSync(path.join(ROOT, "docs/MODEL.md"), "utf8");
const section = (heading: string): string =>
  text.split(/^#{2,3} /m).find((part) => part.startsWith(heading)) ?? "";

/** The ids of the rules, in MODEL.md's order: what its tables begin their rows with. */
function rulesOf(markdown: string): string[] {
  const ids = [...markdown.matchAll(/^\| \*\*((?:K|G|ST|AC|SQ|SK|D|S|L)\d+[a-z]?)(?: [^*]+)?\*\*/gm)];
  return ids.map(([, id = ""]) => id);
}

const rows = [...section("2.4").matchAll(/^\| (\d+) \|/gm)].map(([, number]) => `2.4-${number}`);
const rules = [...rulesOf(text), ...rows];
/** Its sections, and the points of section 9. */
const sections = [
  ...[...text.matchAll(/^#{2,3} (\d+(?:\.\d+)?)/gm)].map(([, number = ""]) => number),
  ...[...section("9.").matchAll(/^(\d+)\. /gm)].map(([, number]) => `9.${number}`),
];

interface Named {
  readonly file: string;
  readonly ids: readonly string[];
  readonly sections: readonly string[];
}

/** The comments of a source, one after another. */
function commentsOf(source: string): string {
  const comments = source.match(/\/\*[\s\S]*?\*\/|(?<![:"'`\w])\/\/.*$/gm) ?? [];
  return comments.map((comment) => comment.replaceAll(/\n\s*(\*|\/\/)/g, " ")).join("\n");
}

/** The rules and sections that comments name. A range ("S1 to S16") names none of what is in it. */
function namedIn(comments: string): { readonly ids: string[]; readonly sections: string[] } {
  const ids = comments
    .replaceAll(/\b([A-Z]{1,2})\d+( to |-)\1\d+/g, "")
    .match(/\b(?:K|G|ST|AC|SQ|SK|D|S|L)\d{1,2}[a-z]?\b/g);
  const numbers = [...comments.matchAll(/\b2\.4,? rows? (\d+(?:(?:, | and )\d+)*)/g)].flatMap(
    ([, list = ""]) => list.match(/\d+/g) ?? [],
  );
  const places = [...comments.matchAll(/MODEL (\d+(?:\.\d+)?)/g)].map(([, number = ""]) => number);
  return { ids: [...(ids ?? []), ...numbers.map((number) => `2.4-${number}`)], sections: places };
}

const named: readonly Named[] = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .toSorted()
    .map((file) => path.join(folder, file)),
).map((file) => {
  const source = readFileSync(path.join(ROOT, file), "utf8");
  const { ids, sections: places } = namedIn(commentsOf(source));
  // A property and an edge are named by the string that tells what is violated, too.
  const strings = [...source.matchAll(/"((?:S|L|D)\d{1,2}[a-z]?)"/g)].map(([, id = ""]) => id);
  return { file, ids: [...ids, ...strings.filter((id) => rules.includes(id))], sections: places };
});
const namedIds = new Set(named.flatMap(({ ids }) => ids));

describe("the rules of docs/MODEL.md", () => {
  it("are all there: the list that is compared is not the half of it", () => {
    const counts = new Map<string, number>();
    for (const id of rules) {
      const family = /^[A-Z]+|^2\.4/.exec(id)?.[0] ?? "";
      counts.set(family, (counts.get(family) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({
      ...{ K: 12, G: 10, ST: 7, AC: 12, SQ: 9, SK: 15, D: 13, S: 19, L: 7 },
      "2.4": 25,
    });
    expect(new Set(rules).size).toBe(rules.length);
  });

  it("are each named where they are implemented, or stand in a table with the reason why not", () => {
    const missing = rules.filter((id) => !namedIds.has(id) && !unnamed.includes(id));
    expect(missing).toEqual([]);
  });

  it("do not stand in a table any more when a comment names them", () => {
    const outdated = unnamed.filter((id) => namedIds.has(id) || !rules.includes(id));
    expect(outdated).toEqual([]);
  });

  it("are the only ones that comments name, as are its sections", () => {
    const unknown = named.flatMap(({ file, ids, sections: places }) => [
      // ST8 is another name of AC9.
      ...ids.filter((id) => !rules.includes(id) && id !== "ST8").map((id) => `${file}: ${id}`),
      ...places.filter((place) => !sections.includes(place)).map((place) => `${file}: MODEL ${place}`),
    ]);
    expect(unknown).toEqual([]);
  });

  it("are found in comments alone, one by one and in lists", () => {
    const source = `
/* A lock (G2, G3; S7). See MODEL 2.4 rows 3 and 4. */
const url = "http://host"; // SK8
const code = "G9"; // all of S1 to S16
`;
    expect(namedIn(commentsOf(source))).toEqual({
      ids: ["G2", "G3", "S7", "SK8", "2.4-3", "2.4-4"],
      sections: ["2.4"],
    });
  });
});
