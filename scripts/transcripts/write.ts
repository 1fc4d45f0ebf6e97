/*
 * `npm run transcripts` writes the transcripts anew; `npm run transcripts -- FOLDER` writes all of them in full into a folder
 * instead, for a comparison with another commit: what is behind a digest.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SECTIONS } from "./runs.ts";
import { FOLDER, fileText } from "./texts.ts";

const [, , folder] = process.argv;
const target = folder === undefined ? FOLDER : path.resolve(folder);
if (folder === undefined) rmSync(FOLDER, { recursive: true, force: true });
for (const file of new Set(SECTIONS.map((one) => one.file))) {
  const sections = SECTIONS.filter((one) => one.file === file);
  const name = path.join(target, `${file}.txt`);
  mkdirSync(path.dirname(name), { recursive: true });
  writeFileSync(name, fileText(sections, folder !== undefined));
}
console.log(`${SECTIONS.length} transcripts written to ${target}`);
