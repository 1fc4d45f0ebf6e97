/*
 * Matching bytes that the model sends or receives with bytes that were recorded, part by part.
 */
import { type Entry, type Piece, toByteText, type WireEntry } from "./entries.ts";

/** A position in a list of entries: the next one, and how many bytes of it are explained already. */
export interface Position {
  readonly entry: number;
  readonly bytes: number;
}

/** The position after. */
export const next = ({ entry }: Position): Position => ({ entry: entry + 1, bytes: 0 });

/** The position after `position` if it stands within data that has no end of its own: of an HTTP request only the first line is recorded. */
export function pastOpenEnd(entries: readonly (Entry | WireEntry)[], position: Position): Position {
  const entry = entries[position.entry];
  const isOpen = entry !== undefined && "data" in entry && entry.data.at(-1)?.type === "http";
  return position.bytes > 0 && isOpen ? next(position) : position;
}

const lengthOf = (piece: Piece): number => {
  switch (piece.type) {
    case "text":
      return piece.text.length;
    case "count":
      return piece.bytes;
    case "http":
      return Number.POSITIVE_INFINITY;
  }
};

/** `bytes` of which the content may be known, against the pieces from `from` on: the bytes explained then, null when they differ. */
function matchBytes(pieces: readonly Piece[], from: number, bytes: number, text: string): number | null {
  const known = toByteText(text);
  let start = 0;
  let done = 0;
  for (const piece of pieces) {
    const length = lengthOf(piece);
    const offset = from + done - start;
    if (done < bytes && offset < length) {
      const size = Math.min(length - offset, bytes - done);
      const part = known.slice(done, done + size);
      const same =
        piece.type === "count" ||
        (piece.type === "http"
          ? offset > 0 || beginsRequest(piece, part)
          : known.length === bytes && piece.text.slice(offset, offset + size) === part);
      if (!same) return null;
      done += size;
    }
    start += length;
  }
  return done === bytes ? from + bytes : null;
}

function beginsRequest({ line, upgrade }: Piece & { readonly type: "http" }, text: string): boolean {
  return text.startsWith(`${line}\r\n`) && /^upgrade: websocket\r$/im.test(text) === upgrade;
}

/** Takes `bytes` from the data at `position`; null when they are not what was recorded. */
export function take(
  data: readonly Piece[],
  position: Position,
  bytes: number,
  text: string,
): Position | null {
  const explained = matchBytes(data, position.bytes, bytes, text);
  if (explained === null) return null;
  const whole = data.reduce((sum, piece) => sum + lengthOf(piece), 0);
  return explained === whole ? next(position) : { entry: position.entry, bytes: explained };
}
