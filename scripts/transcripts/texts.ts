/*
 * Files of transcripts: sections, each below a line with its name.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Section } from "./runs.ts";

export const FOLDER = path.resolve(import.meta.dirname, "texts");

/** The text of a file's sections. */
export function fileText(sections: readonly Section[], whole: boolean): string {
  return sections.map((one) => [`=== ${one.name}`, ...one.lines(whole), ""].join("\n")).join("\n");
}

const read = new Map<string, ReadonlyMap<string, string>>();

/** The lines of a section as they were last looked at, or what is missing. */
export function keptLines({ file, name }: Section): readonly string[] {
  const known = read.get(file) ?? readSections(file);
  read.set(file, known);
  const text = known.get(name);
  return text === undefined ? [`(texts/${file}.txt has no section "${name}")`] : text.split("\n");
}

function readSections(file: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(path.join(FOLDER, `${file}.txt`), "utf8");
  } catch {
    return new Map();
  }
  const sections = text.split(/^=== /m).slice(1);
  return new Map(
    sections.map((one) => {
      const end = one.indexOf("\n");
      return [one.slice(0, end), one.slice(end + 1).replace(/\n+$/, "")];
    }),
  );
}
