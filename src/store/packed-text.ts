/*
 * Source text in a link: UTF-8, deflated, base64url. What comes from a link may be anything, so unpacking is bounded: it
 * stops as soon as more comes out than a handler may have. A chunk of its own: most links carry no source.
 */
import { deflateSync, Inflate } from "fflate";
import { err, ok, type Result } from "../base/result.ts";
import { SOURCE_LIMIT_BYTES } from "./link.ts";

/** Deflate grows a chunk at most 1,032-fold: chunks of this size cannot overshoot the limit by more than half a megabyte. */
const CHUNK_BYTES = 512;

/** Packs a text for a link. */
export function packText(text: string): string {
  return toBase64Url(deflateSync(new TextEncoder().encode(text), { level: 9 }));
}

/** Unpacks what `packText` made, or says in a sentence why that is not possible. */
export function unpackText(packed: string): Result<string, string> {
  const bytes = fromBase64Url(packed);
  if (bytes === null) return err("The handler's source in this link is damaged: it is not base64url text.");
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isComplete = false;
  const inflate = new Inflate((chunk, final) => {
    chunks.push(chunk);
    length += chunk.length;
    isComplete ||= final;
  });
  try {
    for (let at = 0; at < bytes.length && length <= SOURCE_LIMIT_BYTES; at += CHUNK_BYTES) {
      inflate.push(bytes.subarray(at, at + CHUNK_BYTES), at + CHUNK_BYTES >= bytes.length);
    }
    if (length > SOURCE_LIMIT_BYTES) {
      return err(`The handler's source in this link is longer than ${SOURCE_LIMIT_BYTES / 1024} kB.`);
    }
    if (!isComplete) return err("The handler's source in this link is damaged: its end is missing.");
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(join(chunks, length)));
  } catch {
    return err("The handler's source in this link is damaged: it cannot be unpacked.");
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
