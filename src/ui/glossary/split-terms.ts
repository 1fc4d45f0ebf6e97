/*
 * Finds the field's words in a sentence:  "waits for lock 1"  ->  "waits for " | lock | " 1"
 */
import type { TermId } from "./terms.ts";

/** A part of a sentence, with the term that it is, if it is one. */
export interface SentencePart {
  readonly text: string;
  readonly term: TermId | null;
}

/** How the words appear in sentences. Longer ones first: "high water mark" before anything it contains. */
const WORDS: readonly (readonly [TermId, string])[] = [
  ["promised-worker-interface", "promised (?:worker )?interface"],
  ["high-water-mark", "high water mark"],
  ["output-gate", "output gate|gate line"],
  ["input-gate", "input gate"],
  ["backpressure", "backpressure"],
  ["half-open", "half-open"],
  ["coalesced", "coalesced"],
  ["confirmed", "(?:un)?confirmed"],
  ["autogate", "autogate"],
  ["waiter", "waiters?"],
  ["durable", "durable"],
  ["broken", "breaks the gate|broken"],
  ["flush", "flush(?:ed|es|ing)?"],
  ["lock", "locks?"],
];

const PATTERN = new RegExp(`\\b(?:${WORDS.map(([, words]) => `(${words})`).join("|")})\\b`, "gi");

/** The parts of a sentence. Each term is found once: repeating an explanation explains nothing. */
export function splitTerms(text: string): readonly SentencePart[] {
  const parts: SentencePart[] = [];
  const seen = new Set<TermId>();
  let from = 0;
  for (const match of text.matchAll(PATTERN)) {
    const term = WORDS[match.slice(1).findIndex((group) => group !== undefined)]?.[0];
    if (term === undefined || seen.has(term)) continue;
    seen.add(term);
    if (match.index > from) parts.push({ text: text.slice(from, match.index), term: null });
    parts.push({ text: match[0], term });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), term: null });
  return parts;
}
