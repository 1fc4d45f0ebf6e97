/*
 * Runs are told as they were when somebody last looked at them. A change of the model that is meant changes the texts: write
 * them anew with `npm run transcripts`, and read the difference as part of the change.
 */
import { describe, it } from "vitest";
import { SECTIONS } from "./runs.ts";
import { keptLines } from "./texts.ts";

/** So many lines around the first difference are shown. */
const AROUND = 3;

/** Where two texts part, or null if they do not. */
function difference(kept: readonly string[], now: readonly string[]): string | null {
  const length = Math.max(kept.length, now.length);
  for (let at = 0; at < length; at++) {
    if (kept[at] === now[at]) continue;
    const shown = (lines: readonly string[], mark: string) =>
      lines.slice(at, at + AROUND).map((line) => `${mark} ${line}`);
    const before = now.slice(Math.max(0, at - AROUND), at).map((line) => `  ${line}`);
    return [`line ${at + 1}:`, ...before, ...shown(kept, "-"), ...shown(now, "+")].join("\n");
  }
  return null;
}

describe("transcripts", () => {
  for (const section of SECTIONS) {
    it(`${section.file}: ${section.name}`, () => {
      const found = difference(keptLines(section), section.lines(false));
      if (found === null) return;
      throw new Error(
        `The run differs from scripts/transcripts/texts/${section.file}.txt, section "${section.name}", ${found}\n\n` +
          "If that is meant: `npm run transcripts` writes the texts anew; read their difference in git. What is behind a " +
          "digest: `npm run transcripts -- FOLDER` on both commits, and compare the folders.",
      );
    });
  }
});
