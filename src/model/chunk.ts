/*
 * Chunks of bytes on their way through the platform's streams.
 */
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { Value } from "../handler/host.ts";
import { isRef } from "../handler/host.ts";
import type { Draft } from "./draft.ts";

/** So much of what a chunk says is kept: handlers write megabytes of zeros, and every state would carry them. */
const KEPT_BYTES = 65_536;

const BYTE_STREAM = "This TransformStream is being used as a byte stream, but received ";
const NOT_BYTES = `${BYTE_STREAM}an object of non-ArrayBuffer/ArrayBufferView type on its writable side.`;
const NOT_STRING = `${BYTE_STREAM}a string on its writable side. If you wish to write a string, you'll probably want to explicitly UTF-8-encode it with TextEncoder.`;

/** How many bytes, and what they say as UTF-8, at least at their beginning. */
export interface Chunk {
  readonly bytes: number;
  readonly text: string;
}

export const NO_BYTES: Chunk = { bytes: 0, text: "" };

/** A chunk that says `text`. */
export function textChunk(text: string): Chunk {
  return { bytes: encodeUtf8(text).length, text };
}

/** What the handler gives to one of the platform's streams, or the text of the TypeError that it is refused with (SK6). */
export function chunkOf(d: Draft, value: Value): Chunk | string {
  const js = d.js();
  if (typeof value === "string") return d.design.writesStrings ? textChunk(value) : NOT_STRING;
  const bytes = isRef(value) ? js.byteLength(value) : null;
  if (bytes === null) return NOT_BYTES;
  return { bytes, text: decodeUtf8(js.asBytes(value, KEPT_BYTES) ?? []) };
}
